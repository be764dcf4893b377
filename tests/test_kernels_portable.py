"""The plain bodies of the kernels, those that arm64 has, held to the golden cases on any machine with a compiler."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
RUN = """
import sys
from pathlib import Path
import pytest
import mtqa.kernels.library as library
library._found = lambda: Path(sys.argv[1])
assert library.library() is not None, library.absence()
sys.exit(pytest.main(["-q", "-p", "no:cacheprovider", *sys.argv[2:]]))
"""


@pytest.mark.skipif(shutil.which("g++") is None, reason="g++ is not here")
def test_the_portable_bodies_count_the_golden_statistics(tmp_path: Path) -> None:
    """Built with -DMTQA_PORTABLE; bench/sanitize.py --portable runs all tests of the kernels, sanitized."""
    library = tmp_path / "mtqa_native.so"
    sources = sorted(map(str, (ROOT / "native/src").glob("*.cpp")))
    flags = ["-std=c++17", "-O1", "-ffp-contract=off", "-shared", "-fPIC", "-pthread", "-DMTQA_PORTABLE"]
    subprocess.run(["g++", *flags, *sources, "-o", str(library)], check=True)
    tests = ["tests/test_kernels.py::TestGolden::test_native", "tests/test_kernels_lines.py"]
    code = [sys.executable, "-c", RUN, str(library), *tests]
    ran = subprocess.run(code, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout[-3000:]
