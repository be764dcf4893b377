"""Hostile inputs: each is refused with its sentence, quickly, and no trace of its text; what is let in stays text."""

import csv
import io
import json
import os
import re
import signal
import sqlite3
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from hostile_inputs import MARK, Recipe, cases, lay, matches

from mtqa import Assessment
from mtqa.cli import main

CASES = list(cases())
SECONDS = 20  # of CPU time, for a case that takes 2 at most; a bomb that goes off takes minutes
PATIENCE = 300  # seconds by the clock, which a busy machine makes of those 2; only what waits for ever takes longer
SENTENCES = ("O gato dorme no telhado.", "A casa é azul.", "Chegou ontem o comboio das sete.", "Não há pão.")


def told(words: list[str]) -> int:
    """The exit code of one command line."""
    with pytest.raises(SystemExit) as ended:
        main(words)
    return ended.value.code if isinstance(ended.value.code, int) else 0


@pytest.fixture(scope="module")
def assessment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile")
    here = "\n".join(SENTENCES) + "\n"
    (folder / "h.txt").write_text(here.replace("azul", "verde").replace("sete", "oito"), encoding="utf-8")
    (folder / "r.txt").write_text(here, encoding="utf-8")
    words = ["assess", str(folder / "h.txt"), str(folder / "r.txt"), "--kind", "correction", "-o", str(folder / "a")]
    assert told(words) == 0
    return folder / "a"


@pytest.fixture
def in_time() -> Iterator[None]:
    def stop(number: int, frame: FrameType | None) -> None:
        raise AssertionError(f"not refused within {SECONDS} seconds of work or {PATIENCE} of waiting")

    clocks = ((signal.SIGPROF, signal.ITIMER_PROF, SECONDS), (signal.SIGALRM, signal.ITIMER_REAL, PATIENCE))
    before = [signal.signal(name, stop) for name, _, _ in clocks]
    for _, clock, seconds in clocks:
        signal.setitimer(clock, seconds)
    yield
    for (name, clock, _), handler in zip(clocks, before, strict=True):
        signal.setitimer(clock, 0)
        signal.signal(name, handler)


@pytest.mark.parametrize(("family", "case"), CASES, ids=[f"{family}: {case['case']}" for family, case in CASES])
def test_refused(
    family: str,
    case: Recipe,
    assessment: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    in_time: None,
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.delenv("MTQA_DEBUG", raising=False)
    for name, recipe in case["files"].items():
        lay(tmp_path / name, filled(recipe, assessment), assessment)
    before = everything(tmp_path)
    code = told(list(case["run"]))
    *talk, last = [line for line in capsys.readouterr().err.split("\n") if line] or [""]
    assert code == case["exit"], last
    if code in (2, 4):
        assert last.startswith("mtqa: ") and matches(case["says"], last.removeprefix("mtqa: ")), last
        assert everything(tmp_path) == before, "something was left behind"
    for line in (*talk, last):
        assert MARK not in line
        assert not re.search(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", line)


def filled(recipe: Recipe, assessment: Path) -> Recipe:
    """The recipe with the assessment's own fingerprint where a file of decisions names it."""
    text = recipe.get("text")
    if isinstance(text, str) and "{ID}" in text:
        return {"text": text.replace("{ID}", Assessment.load(assessment).fingerprint)}
    return recipe


def everything(folder: Path) -> set[str]:
    return {os.path.join(place, name) for place, folders, files in os.walk(folder) for name in (*folders, *files)}


def test_the_corpus_is_one() -> None:
    """Several hundred cases, each of its own name, each refused unless it says that it is harmless."""
    names = [(family, case["case"]) for family, case in CASES]
    assert len(set(names)) == len(names) >= 600
    assert {family for family, _ in CASES} >= {
        *("encodings", "bombs", "xml", "tables", "workbooks", "catalogues", "paths", "checkpoints", "policies"),
        *("severities", "waivers", "decisions", "termbases", "assessments", "ledgers", "findings", "arguments"),
    }
    assert all(case["says"] if case["exit"] in (2, 4) else case["exit"] == 0 and case["why"] for _, case in CASES)
    assert sum(case["exit"] == 0 for _, case in CASES) < 30


NASTY = (
    "<script>document.title='owned'</script>",
    "</script><script>document.title='owned'</script>",
    "<img src=x onerror=\"document.title='owned'\">",
    "\" onmouseover=\"document.title='owned'",
    "' onfocus='x' autofocus='",
    "<!--<script>",
    "]]><svg onload=alert(1)>",
    "{{7*7}}${7*7}<%= 7*7 %>",
    "javascript:alert(1)",
    "[x](javascript:alert(1))",
    "=HYPERLINK(\"http://127.0.0.1:9/?x=\"&A1,\"x\")",
    "=cmd|' /C calc'!A0",
    "+SUM(1,1)",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "\t=1+1",
    "x'; DROP TABLE entries; --",
    "x\" OR \"1\"=\"1",
    "\x1b[2J\x1b]0;owned\x07\x1b[31mred",
    "\x9b31m\u202egnp.exe",
    "::error file=x::owned",
    "a\x08\x08\x08b\x7f",
    "$(touch owned) `touch owned` ; touch owned",
    "%s%s%n {0.__class__}",
    "../../../../etc/passwd",
    "\u2028\u2029\ufeff\u200b",
)  # fmt: skip
FIELDS = ("id", "document", "system", "source", "hypothesis", "reference")


class Elements(HTMLParser):
    """What a browser would run or fetch of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.active: list[str] = []
        self.scripts = 0

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.scripts += tag == "script"
        self.active += [f"{tag} {name}" for name, _ in attributes if name.startswith("on") or name == "autofocus"]
        for name, value in attributes:
            if name in ("src", "href", "action", "formaction") and re.match(r"\s*(javascript|https?|//)", value or ""):
                self.active.append(f"{tag} {name}={value}")
        if tag in ("img", "iframe", "object", "embed", "base", "form") and tag != "form":
            self.active.append(tag)


@pytest.fixture(scope="module")
def nasty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An assessment all of whose fields are attacks."""
    folder = tmp_path_factory.mktemp("nasty")
    lines = []
    for number, text in enumerate(NASTY):
        row: dict[str, object] = {
            "id": f"{number} {text}",
            "document": f"{text}{number % 3}",
            "system": "s",
            "source": text,
            "mt": f"{text} one",
            "pe": f"{text} two",
        }
        lines.append(json.dumps(row, ensure_ascii=True))
    (folder / "t.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert told(["assess", str(folder / "t.jsonl"), "--kind", "correction", "-o", str(folder / "a")]) == 0
    return folder


class TestLetIn:
    """Texts that are attacks elsewhere are texts here: every output shows them and none obeys them."""

    @pytest.mark.parametrize("form", ["html", "md", "json", "text"])
    def test_reports(self, nasty: Path, form: str, capsys: pytest.CaptureFixture[str]) -> None:
        assert told(["report", str(nasty / "a"), "-f", form]) == 0
        page = capsys.readouterr().out
        if form == "html":
            harmless, found = Elements(), Elements()
            harmless.feed(self.of_plain_texts(nasty, capsys))
            found.feed(page)
            assert not found.active and found.scripts == harmless.scripts
        elif form == "json":
            json.loads(page)
        elif form == "md":
            assert not re.search(r"(?<!\\)<(?:script|img|svg)|(?<!\\)\]\(javascript:", page)
        if form in ("text", "md"):
            assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]", page)

    def of_plain_texts(self, nasty: Path, capsys: pytest.CaptureFixture[str]) -> str:
        plain = nasty / "plain.jsonl"
        lines = [json.dumps({"id": str(n), "source": "a", "mt": f"b{n} one", "pe": f"b{n} two"}) for n in range(26)]
        plain.write_text("\n".join(lines) + "\n", encoding="utf-8")
        if not (nasty / "plain").exists():
            assert told(["assess", str(plain), "--kind", "correction", "-o", str(nasty / "plain")]) == 0
        capsys.readouterr()
        assert told(["report", str(nasty / "plain"), "-f", "html"]) == 0
        return capsys.readouterr().out

    def test_csv(self, nasty: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """CSV keeps every text as it is (docs/formats.md): what a spreadsheet makes of it is said there; rows stand."""
        assert told(["convert", str(nasty / "t.jsonl"), "-f", "csv"]) == 0
        rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out, newline="")))
        assert [row["hypothesis"] for row in rows] == [f"{text} one" for text in NASTY]

    def test_xlsx(self, nasty: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        openpyxl = pytest.importorskip("openpyxl")
        lines = (nasty / "t.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
        kept = [line for line in lines if not re.search(r"[\x00-\x08\x0b-\x1f]", json.loads(line)["mt"])]
        (tmp_path / "t.jsonl").write_text("".join(kept), encoding="utf-8")
        assert told(["convert", str(tmp_path / "t.jsonl"), "-o", str(tmp_path / "t.xlsx")]) == 0
        cells = [cell for row in openpyxl.load_workbook(tmp_path / "t.xlsx").worksheets[0].rows for cell in row]
        assert {cell.data_type for cell in cells} <= {"s", "n"} and not any(cell.hyperlink for cell in cells)
        assert all(cell.value is None for cell in cells if cell.data_type == "n")
        assert any(str(cell.value).startswith("=cmd|") for cell in cells)

    @pytest.mark.parametrize("command", [["score", "-m", "ter", "-f", "jsonl"], ["errors"], ["inspect"], ["convert"]])
    def test_a_terminal_is_not_moved(self, nasty: Path, command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
        assert told([command[0], str(nasty / "t.jsonl"), *command[1:]]) == 0
        said = capsys.readouterr()
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]", said.err)
        if command[0] == "inspect":
            assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]", said.out)

    def test_a_ledger(self, nasty: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """SQL in a name is a name; it comes back as it was, and the table stands."""
        ledger = str(tmp_path / "l.sqlite")
        names = [text for text in NASTY if text.isprintable()]
        for text in names:
            words = ["history", "add", str(nasty / "a"), "--vendor", text, "--language-pair", "pt-en"]
            assert told([*words, "--name", text, "--ledger", ledger]) == 0
        with sqlite3.connect(ledger) as link:
            tables = [name for (name,) in link.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            found = {str(cell) for name in tables for row in link.execute(f"SELECT * FROM {name}") for cell in row}
        assert {text.strip() for text in names} <= found
        assert told(["history", "list", "--ledger", ledger]) == 0

    def test_nothing_ran(self, nasty: Path) -> None:
        assert not (nasty / "owned").exists() and not Path("owned").exists()


def test_a_checkpoint_calls_nothing(tmp_path: Path, assessment: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every gadget of the corpus that would make the file `owned`."""
    monkeypatch.chdir(tmp_path)
    called: list[Any] = []
    monkeypatch.setattr(os, "system", called.append)
    for number, (_, case) in enumerate(item for item in CASES if item[0] == "checkpoints"):
        folder = tmp_path / str(number)
        for name, recipe in case["files"].items():
            lay(folder / name, recipe, assessment)
        monkeypatch.chdir(folder)
        told(list(case["run"]))
        assert not called and not (folder / "owned").exists(), case["case"]
