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
        only_the_face = not re.search(r"from mtqa\b|import mtqa\.(?!pandas$)", code, re.M)
        assert only_the_face, "the face, and the verbs of frames"

    def test_no_path_of_the_machine_is_stored(self, path: Path) -> None:
        assert not re.search(r"/(home|root|work|Users|tmp)/", path.read_text(encoding="utf-8"))

    def test_it_runs_and_shows_what_is_stored(self, path: Path) -> None:
        assert shown(executed(path)) == shown(nbformat.read(path, as_version=4))


def test_the_error_explorer_names_what_is_wrong() -> None:
    stored = (FOLDER / "explore_errors.ipynb").read_text(encoding="utf-8")
    for word in ("Whitkov", "Witkoff", "shooting", "image/svg+xml", "<del", "<ins"):
        assert word in stored


def test_they_can_be_read_where_they_lie() -> None:
    """What a reader of the code host should learn from each, stored in it; the charts are pictures, not scripts."""
    wanted = {
        "compare_engines.ipynb": ("TMT is better", "image/svg+xml", "BACKGROUND", "p (Holm)"),
        "choose_limits.ipynb": ("FAIL", "PASS", "image/svg+xml", "critical.max"),
        "xliff_to_verdict.ipynb": ("trans-unit", "Last Sunday (4)", "FAIL", "image/svg+xml"),
    }
    for name, words in wanted.items():
        stored = (FOLDER / name).read_text(encoding="utf-8")
        assert [word for word in words if word not in stored] == []
        assert "<script" not in stored


def test_the_notebooks_are_these() -> None:
    assert [path.stem for path in NOTEBOOKS] == [
        "choose_limits", "compare_engines", "explore_errors", "xliff_to_verdict",
    ]  # fmt: skip
