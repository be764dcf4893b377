"""Every command that README and docs show is run, and what they show of its output is what comes out.

A block opened by ```console holds commands (`$ …`) and their output. A line `…` stands for any lines, `…` in a line
for any text; a trailing `# exit N` is the expected exit code. Blocks opened otherwise (```sh, ```toml) are not run;
those opened by ```python are.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
BLOCK = re.compile(r"^```(console|python)\n(.*?)^```$", re.M | re.S)


def blocks(kind: str, page: Path) -> list[str]:
    return [body for found, body in BLOCK.findall(page.read_text(encoding="utf-8")) if found == kind]


def steps(body: str) -> list[tuple[str, int, list[str]]]:
    """(command, exit code, expected lines) of a console block, in order."""
    found: list[tuple[str, int, list[str]]] = []
    for line in body.splitlines():
        if line.startswith("$ "):
            command, _, code = line[2:].partition("  # exit ")
            found.append((command.strip(), int(code or 0), []))
        else:
            found[-1][2].append(line.rstrip())
    return found


def matches(expected: list[str], printed: str) -> bool:
    lines = ("(?:.*\n)*?.*" if line == "…" else re.escape(line).replace("…", ".*") for line in expected)
    pattern = "\n".join(lines)
    return re.fullmatch(pattern, "\n".join(line.rstrip() for line in printed.splitlines())) is not None


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A folder that looks like a fresh clone: seeds, references, and no output."""
    for name in ("seeds", "references"):
        shutil.copytree(ROOT / name, tmp_path / name)
    return tmp_path


@pytest.mark.parametrize("page", [page for page in PAGES if blocks("console", page)], ids=lambda page: page.name)
def test_shown_commands_do_what_is_shown(page: Path, clone: Path) -> None:
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "COLUMNS": "120"}
    for body in blocks("console", page):
        for command, code, expected in steps(body):
            run = subprocess.run(
                ["bash", "-o", "pipefail", "-c", command],
                cwd=clone, env=environment, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL,
            )  # fmt: skip
            assert run.returncode == code, f"{command}\n{run.stderr}"
            printed = run.stdout + run.stderr
            assert not expected or matches(expected, printed), f"{command}\nprinted:\n{printed}"


@pytest.mark.parametrize("page", [page for page in PAGES if blocks("python", page)], ids=lambda page: page.name)
def test_shown_python_runs(page: Path, clone: Path) -> None:
    code = "\n".join(blocks("python", page))
    run = subprocess.run([sys.executable, "-c", code], cwd=clone, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr


def test_every_command_is_documented() -> None:
    from mtqa.cli import COMMANDS

    shown = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    for name, *_ in COMMANDS:
        assert f"mtqa {name}" in shown, name


def test_every_link_leads_somewhere() -> None:
    for page in PAGES:
        for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
            if "://" not in target:
                assert (page.parent / target).exists(), f"{page.name}: {target}"


def examples() -> dict[str, dict[str, list[str]]]:
    """Category → the columns of its example in docs/categories.md, a cell a segment."""
    text = (ROOT / "docs" / "categories.md").read_text(encoding="utf-8")
    table = text.split("## An example of each", 1)[1].split("\n## ", 1)[0]
    found = {}
    for line in re.findall(r"^\| [a-z-]+/.*$", table, re.M):
        category, *cells = (cell.strip() for cell in line.strip("|").split("|"))
        columns = dict(zip(("mt", "pe", "source"), cells, strict=True))
        found[category] = {name: cell.split("<br>") for name, cell in columns.items() if cell}
    return found


def test_every_category_has_an_example_and_it_is_one() -> None:
    import pandas as pd

    from mtqa.mqm import CATEGORIES
    from mtqa.rules import errors

    shown = examples()
    assert list(shown) == list(CATEGORIES)
    for category, columns in shown.items():
        frame = pd.DataFrame({"document": "d", **columns})
        assert set(errors(frame).category) == {category}, category


def test_the_site_shows_every_page() -> None:
    """What docs/ holds stands in the site's list, but for what concerns releases only; the list names nothing else."""
    listed = re.findall(r": (\w+\.md)$", (ROOT / "mkdocs.yml").read_text(encoding="utf-8"), re.M)
    assert sorted([*listed, "release.md"]) == sorted(page.name for page in (ROOT / "docs").glob("*.md"))


def test_the_reference_names_the_whole_face() -> None:
    import mtqa

    text = (ROOT / "docs" / "reference.md").read_text(encoding="utf-8")
    tables = {"CATEGORIES", "METRICS", "PROFILES", "__version__"}  # data, explained on pages of their own
    for name in set(mtqa.__all__) - tables:
        assert re.search(rf"(\.{name}$|[\[ ]{name}[,\]])", text, re.M), name
