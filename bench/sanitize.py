"""The tests of the kernels with a library that watches itself: `python bench/sanitize.py [--portable] [pytest …]`.

Builds native/src with address and undefined-behaviour sanitizers (g++ or clang++) into a temporary folder, preloads the
sanitizer and runs tests/test_kernels*.py with that library; the installed one is not touched. --portable builds the
bodies without SSE2, those of arm64. Whatever a sanitizer sees ends the run with its report and a non-zero exit code.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FLAGS = ("-std=c++17", "-O1", "-g", "-ffp-contract=off", "-fvisibility=hidden", "-fno-omit-frame-pointer", "-shared",
         "-fPIC", "-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-pthread")  # fmt: skip
RUN = """
import sys
from pathlib import Path
import pytest
import mtqa.kernels.library as library
library._found = lambda: Path({path!r})
assert library.library() is not None, library.absence()
sys.exit(pytest.main({words!r}))
"""


def main() -> None:
    """Runs the tests and exits as they do."""
    words = sys.argv[1:]
    portable = ["-DMTQA_PORTABLE"] if "--portable" in words else []
    words = [word for word in words if word != "--portable"]
    compiler = shutil.which("g++")
    if compiler is None:
        sys.exit("g++ is not here")
    tests = sorted(str(path) for path in (ROOT / "tests").glob("test_kernels*.py"))
    with tempfile.TemporaryDirectory(prefix="mtqa-sanitized-") as folder:
        library = Path(folder, "mtqa_native.so")
        sources = sorted(map(str, (ROOT / "native" / "src").glob("*.cpp")))
        subprocess.run([compiler, *FLAGS, *portable, *sources, "-o", str(library)], check=True)
        preload = [
            subprocess.run([compiler, f"-print-file-name={name}"], capture_output=True, text=True, check=True).stdout
            for name in ("libasan.so", "libubsan.so", "libstdc++.so")
        ]
        environment = os.environ | {
            "LD_PRELOAD": " ".join(map(str.strip, preload)),
            "ASAN_OPTIONS": "detect_leaks=0,abort_on_error=0,exitcode=99",  # the interpreter keeps what it has
            "UBSAN_OPTIONS": "print_stacktrace=1",
            "MTQA_REQUIRE_NATIVE": "1",
        }
        code = RUN.format(path=str(library), words=["-q", "-p", "no:cacheprovider", *(words or tests)])
        ran = subprocess.run([sys.executable, "-c", code], env=environment, cwd=ROOT, check=False)
        sys.exit(ran.returncode)


if __name__ == "__main__":
    main()
