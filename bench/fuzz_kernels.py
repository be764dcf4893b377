"""The native kernels under sanitizers and a fuzzer that follows their branches: `python bench/fuzz_kernels.py`.

    python bench/fuzz_kernels.py [--minutes 10] [--seed 1] [--findings out/fuzz-kernels]
    python bench/fuzz_kernels.py FILE …         runs single inputs again

Builds native/src twice, with address and undefined-behaviour sanitizers and libFuzzer's coverage: as this machine has
it, and with -DMTQA_PORTABLE; every input goes through both, and they must agree (bench/fuzz_kernels.cpp). Needs
clang++. The inputs begin with the texts of the golden cases and with damaged tables. Ends with 1 where something was
found; the input is then under --findings.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
GOLDEN = ROOT / "tests" / "cases" / "metrics" / "golden.jsonl"
SANITIZED = ("-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-fno-omit-frame-pointer")
FLAGS = ("-std=c++17", "-O1", "-g", "-ffp-contract=off", "-fvisibility=hidden", *SANITIZED)
TABLES = (
    (2, b'1\ta b\tc d\n2\t\xf0\x9f\x98\x80\t"x"\n'),
    (2, b"a\tb\n\t\n"),
    (
        3,
        b'{"id": 1, "mt": "a \\u00e9", "ref": "b", "x": [1, {"y": null}]}\n{"id":"2","mt":"","ref":"\\ud83d\\ude00"}\n',
    ),
    (3, b'{"mt": "a", "references": ["b", "c"], "x": -1.5e-7}\n'),
    (4, bytes(range(256)) * 2),
    (5, bytes(range(256)) + bytes(144)),
)


def built(clang: str, folder: Path) -> tuple[Path, dict[str, str]]:
    """The fuzzer, and the environment in which it finds both builds of the kernels."""
    sources = sorted(map(str, (ROOT / "native" / "src").glob("*.cpp")))
    libraries = {}
    for name, flags in (("HERE", ()), ("PORTABLE", ("-DMTQA_PORTABLE",))):
        library = libraries[f"MTQA_FUZZ_{name}"] = str(folder / f"{name.lower()}.so")
        coverage = "-fsanitize=fuzzer-no-link"
        words = [clang, *FLAGS, coverage, *flags, "-shared", "-fPIC", *sources, "-o", library, "-pthread"]
        subprocess.run(words, check=True)
    fuzzer = folder / "fuzz_kernels"
    source = Path(__file__).with_suffix(".cpp")
    include = f"-I{ROOT / 'native' / 'src'}"
    subprocess.run([clang, *FLAGS, "-fsanitize=fuzzer", include, str(source), "-o", str(fuzzer), "-ldl"], check=True)
    return fuzzer, libraries


def beginnings() -> Iterator[bytes]:
    """Inputs to start from: each golden case for counting and for tokens, each table for its reader."""
    for number, line in enumerate(GOLDEN.read_text(encoding="utf-8").splitlines()[1:]):
        case = json.loads(line)
        texts = "\x01".join((case["hypothesis"], *case["references"][:2])).encode()
        several = len(case["references"]) > 1
        yield bytes((0, number * 4 % 256 | several)) + texts
        yield bytes((1, number % 32)) + texts
        yield bytes((4, 0)) + texts
    for kernel, data in TABLES:
        for options in (0, 1, 2, 3, 4, 7, 15):
            yield bytes((kernel, options)) + data


def main() -> None:
    """Fuzzes for so many minutes, or runs the named inputs."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("files", nargs="*", type=Path)
    arguments.add_argument("--minutes", type=float, default=10)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--findings", type=Path, default=ROOT / "out" / "fuzz-kernels")
    asked = arguments.parse_args()
    clang = shutil.which("clang++")
    if clang is None:
        sys.exit("clang++ is not here (apt-get install clang); bench/sanitize.py needs only g++")
    with tempfile.TemporaryDirectory(prefix="mtqa-fuzz-") as place:
        fuzzer, libraries = built(clang, Path(place))
        corpus = Path(place, "corpus")
        corpus.mkdir()
        for number, data in enumerate(beginnings()):
            (corpus / str(number)).write_bytes(data)
        asked.findings.mkdir(parents=True, exist_ok=True)
        limits = ["-max_len=4096", "-timeout=30", f"-max_total_time={int(asked.minutes * 60)}", "-print_final_stats=1"]
        kept = f"-artifact_prefix={asked.findings}/"
        words = list(map(str, asked.files)) or [str(corpus), *limits, kept, f"-seed={asked.seed}", "-verbosity=1"]
        sys.exit(subprocess.run([str(fuzzer), *words], env=os.environ | libraries, check=False).returncode != 0)


if __name__ == "__main__":
    main()
