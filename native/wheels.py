"""The source archive and one wheel each for x86-64 and arm64 Linux, built here: `python native/wheels.py DIST`.

zig's C++ compiler brings the headers and the C library of both machines, so that neither a container nor a second
machine is needed; glibc 2.28 (manylinux_2_28) is the oldest that is served. A wheel holds no Python extension, only a
library behind ctypes: one wheel serves every Python 3.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

GLIBC = "2.28"
MACHINES = ("x86_64", "aarch64")
ROOT = Path(__file__).resolve().parent.parent


def compiler(machine: str, folder: Path) -> Path:
    """A command that compiles for the machine, as cmake wants it: one word."""
    command = folder / f"c++-{machine}"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m ziglang c++ -target {machine}-linux-gnu.{GLIBC} "$@"\n')
    command.chmod(0o755)
    return command


def wheel(machine: str, archive: Path, to: Path) -> Path:
    """The wheel for the machine, built from the source archive and named after the oldest glibc that it runs on."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["tar", "-xzf", archive, "-C", folder, "--strip-components=1"], check=True)
        setting = {
            "CXX": str(compiler(machine, Path(folder))),
            "_PYTHON_HOST_PLATFORM": f"linux-{machine}",
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "CMAKE_GENERATOR": "Ninja",
        }
        build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", f"{folder}/dist", folder]
        subprocess.run(build, check=True, env=os.environ | setting, stdout=subprocess.DEVNULL)
        [built] = Path(folder, "dist").glob("*.whl")
        tag = f"manylinux_{GLIBC.replace('.', '_')}_{machine}"
        retag = [sys.executable, "-m", "wheel", "tags", "--remove", "--platform-tag", tag, built]
        subprocess.run(retag, check=True, stdout=subprocess.DEVNULL)
        [named] = Path(folder, "dist").glob(f"*{tag}.whl")
        return Path(shutil.move(named, to / named.name))


def main(to: Path) -> None:
    """The archive and the wheels in `to`; each is named on stdout."""
    to.mkdir(parents=True, exist_ok=True)
    subprocess.run([sys.executable, "-m", "build", "--sdist", "--no-isolation", "--outdir", to, ROOT], check=True,
                   stdout=subprocess.DEVNULL)  # fmt: skip
    archive = max(to.glob("mtqa-*.tar.gz"), key=lambda file: file.stat().st_mtime)
    print(archive)
    for machine in MACHINES:
        print(wheel(machine, archive, to))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
