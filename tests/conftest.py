"""What all tests share: golden files, compared whole; `pytest --renew` rewrites them, and the diff is reviewed."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

GOLDEN = Path(__file__).parent / "golden"
# Whole files that start commands, compilers, clusters or a browser by the dozen, or simulate: half of the time of all.
SLOW = frozenset(
    f"test_{name}.py"
    for name in (
        "cluster", "docs", "faults", "gate_rates", "kernels_portable", "network", "neural_diagnosis", "neural_parity",
        "notebooks", "report_looks", "report_page", "report_several", "review_page",
    )
)  # fmt: skip


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--renew", action="store_true", help="rewrite the golden files with what is printed now")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.name in SLOW:
            item.add_marker(pytest.mark.slow)


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Compares a text with the golden file of that name, whole."""

    def compare(name: str, text: str) -> None:
        path = GOLDEN / name
        if request.config.getoption("--renew"):
            path.write_text(text, encoding="utf-8")
        assert text == path.read_text(encoding="utf-8")

    return compare


@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    """Chromium, one a module; `tests/chromium.py` opens pages in it."""
    from chromium import launched

    yield from launched()
