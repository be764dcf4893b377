"""Every notebook runs, and shows what is stored in it."""

import re
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent.parent / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))

nbformat = pytest.importorskip("nbformat", reason="the notebook extra is not installed")
pytest.importorskip("nbclient", reason="the notebook extra is not installed")
pytest.importorskip("altair", reason="the notebook extra is not installed")
pytest.importorskip("vl_convert", reason="the notebook extra is not installed")

sys.path.insert(0, str(FOLDER))
from run import executed  # noqa: E402


def sources(notebook: "nbformat.NotebookNode") -> str:
    return "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "code")


def shown(notebook: "nbformat.NotebookNode") -> list[tuple[str, ...]]:
    """The kinds of output of each cell: what a reader sees, whatever the figures are today."""
    return [
        tuple(sorted(kind for output in cell.get("outputs", ()) for kind in output.get("data", {"text": ""})))
        for cell in notebook.cells
        if cell.cell_type == "code"
    ]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
class TestEveryNotebook:
    def test_its_outputs_are_stored_and_it_is_small(self, path: Path) -> None:
        notebook = nbformat.read(path, as_version=4)
        assert sum(1 for kinds in shown(notebook) if kinds) >= 5
        assert path.stat().st_size < 250_000

    def test_it_looks_and_never_defines(self, path: Path) -> None:
        code = sources(nbformat.read(path, as_version=4))
        assert not re.search(r"^\s*(def|class) ", code, re.M)
        assert not re.search(r"from mtqa\b|import mtqa\.", code), "only the face is imported"

    def test_no_path_of_the_machine_is_stored(self, path: Path) -> None:
        assert not re.search(r"/(home|root|work|Users|tmp)/", path.read_text(encoding="utf-8"))

    @pytest.mark.slow
    def test_it_runs_and_shows_what_is_stored(self, path: Path) -> None:
        assert shown(executed(path)) == shown(nbformat.read(path, as_version=4))


def test_the_error_explorer_names_what_is_wrong() -> None:
    stored = (FOLDER / "explore_errors.ipynb").read_text(encoding="utf-8")
    for word in ("Whitkov", "Witkoff", "shooting", "image/svg+xml", "<del", "<ins"):
        assert word in stored


def test_there_is_a_notebook() -> None:
    assert [path.name for path in NOTEBOOKS] == ["explore_errors.ipynb"]
