"""The laws of the house, kept by reading the code (HOUSE.md of the project's founders; docs/house.md here)."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from mtqa.reports.page import assets

PACKAGE = Path(__file__).parent.parent / "mtqa"
FILES = sorted(PACKAGE.rglob("*.py"))
FLOORS = {
    "__main__": 13,
    "cli": 12, "pandas": 12, "pytest_plugin": 12,
    "assess": 11, "verify": 11,
    "assessment": 10,
    "notebook": 9, "dispute": 9,
    "reports": 8,
    "gate": 7,
    "ledger": 6, "review": 6, "rules": 6, "pairing": 6, "compare": 6, "calibration": 6, "exports": 6,
    "summary": 5, "scoring": 5, "termbase": 5,
    "formats": 4, "align": 4, "engines": 4, "neural": 4, "edits": 4, "sampling": 4,
    "mqm": 3, "triage": 3, "hygiene": 3, "sentences": 3, "kernels": 3, "cluster": 3,
    "metric": 2, "segment": 2, "text": 2,
    "language": 1, "statistics": 1, "cache": 1,
    "refusal": 0, "sqlite": 0,
}  # fmt: skip


def room(path: Path) -> str:
    """The room a file belongs to; the package's own face has none."""
    first = path.relative_to(PACKAGE).parts[0]
    return "" if first == "__init__.py" else first.removesuffix(".py")


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def imported_rooms(path: Path) -> set[str]:
    """The rooms of mtqa that a file imports, wherever in the file; '' is the face."""
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    package = parts[:-1]
    found: set[str] = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            target = (*base, *((node.module or "").split(".") if node.module else ()))
            if target[:1] == ("mtqa",):
                names = [target[1]] if len(target) > 1 else [alias.name for alias in node.names]
                found.update(name for name in names if name != "__version__")
        elif isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.split(".")[0] == "mtqa":
                    found.add((*alias.name.split("."), "")[1])
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(PACKAGE)))
class TestEveryFile:
    def test_stands_on_a_floor(self, path: Path) -> None:
        assert room(path) in FLOORS or room(path) == "", "give the room a floor"

    def test_imports_only_floors_below(self, path: Path) -> None:
        if not room(path):
            return
        for other in imported_rooms(path) - {room(path)}:
            assert other != "", "nobody inside imports the face"
            assert FLOORS[other] < FLOORS[room(path)], f"{room(path)} imports {other}"

    def test_is_short(self, path: Path) -> None:
        lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
        assert len(lines) <= 300

    def test_has_short_functions(self, path: Path) -> None:
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                assert (node.end_lineno or 0) - node.lineno + 1 <= 60, node.name

    def test_opens_with_a_sentence(self, path: Path) -> None:
        text = ast.get_docstring(tree(path))
        assert text and (text[0].isupper() or text.lstrip("`").startswith("mtqa"))

    def test_every_zip_is_strict(self, path: Path) -> None:
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "zip":
                values = [k.value for k in node.keywords if k.arg == "strict"]
                assert values and isinstance(values[0], ast.Constant) and values[0].value is True, f"line {node.lineno}"

    def test_never_asserts_or_exits(self, path: Path) -> None:
        for node in ast.walk(tree(path)):
            assert not isinstance(node, ast.Assert), f"line {node.lineno}: input is refused, not asserted"
            if isinstance(node, ast.Attribute) and node.attr == "exit" and room(path) != "cli":
                assert not (isinstance(node.value, ast.Name) and node.value.id == "sys"), "only cli exits"

    def test_public_names_are_documented(self, path: Path) -> None:
        for node in tree(path).body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
                assert ast.get_docstring(node), node.name


# Each room imports only from rooms of a lower floor, without exception; so there can be no circle either.
PAGE = PACKAGE / "reports" / "page"
ASSETS = sorted([*PACKAGE.rglob("*.js"), *PACKAGE.rglob("*.css")])


@pytest.mark.parametrize("path", ASSETS, ids=lambda p: str(p.relative_to(PACKAGE)))
class TestEveryAsset:
    """Scripts and styles of pages keep the same measure as Python: one idea a file, and it says which."""

    def test_is_short(self, path: Path) -> None:
        lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
        assert len(lines) <= 300

    def test_opens_with_a_sentence(self, path: Path) -> None:
        assert re.match(r"/\* [A-Z]", path.read_text(encoding="utf-8"))

    def test_is_part_of_a_page(self, path: Path) -> None:
        if not path.is_relative_to(PAGE):
            return  # the dispute pack has one of each
        name = str(path.relative_to(PAGE).with_suffix("")).removeprefix("script/").removeprefix("style/")
        table = {".js": (*assets.ONE, *assets.SEVERAL), ".css": assets.STYLES}[path.suffix]
        assert name in table, "put it into the table of mtqa/reports/page/assets.py, or remove it"

    def test_makes_no_markup_of_texts(self, path: Path) -> None:
        """Nodes are made by textContent; nothing is evaluated; nothing is fetched but what mtqa serve keeps."""
        text = path.read_text(encoding="utf-8")
        assert not re.search(
            r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|@import|url\(", text
        )


def test_no_drawer_for_everything() -> None:
    names = {part for path in FILES for part in path.relative_to(PACKAGE).with_suffix("").parts}
    assert not names & {"utils", "util", "helpers", "base", "manager", "common", "misc"}


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys; from mtqa.cli import main\n"
        "try: main(['--help'])\nexcept SystemExit: pass\n"
        "heavy = {'pandas', 'sacrebleu', 'torch', 'numpy', 'scipy', 'pyarrow', 'comet'} & set(sys.modules)\n"
        "sys.exit(', '.join(sorted(heavy)) or 0)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
