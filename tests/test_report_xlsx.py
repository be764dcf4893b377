"""The scorecard: frozen headers, nothing that computes, every number with its signature in the same workbook."""

import re
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
import report_cases as cases

from mtqa.assessment import Assessment
from mtqa.cli import main
from mtqa.gate import gate
from mtqa.mqm import Severity
from mtqa.refusal import Misuse
from mtqa.reports import encoded, form_of, render
from mtqa.reports import xlsx as scorecard
from mtqa.segment import ReferenceKind, Segment

openpyxl = pytest.importorskip("openpyxl", reason="the xlsx extra is not installed")
pytest.importorskip("xlsxwriter", reason="the xlsx extra is not installed")


@pytest.fixture(scope="module")
def seed() -> cases.Made:
    return cases.seed()


def opened(data: bytes):  # type: ignore[no-untyped-def]
    return openpyxl.load_workbook(BytesIO(data))


def shell(words: list[str]) -> int:
    """The exit code of a command line, run here."""
    with pytest.raises(SystemExit) as end:
        main(words)
    return int(end.value.code or 0)


def column(sheet, title: str) -> list[object]:  # type: ignore[no-untyped-def]
    place = [cell.value for cell in sheet[1]].index(title)
    return [row[place].value for row in sheet.iter_rows(min_row=2)]


class TestScorecard:
    def test_sheets_headers_and_filters(self, seed: cases.Made) -> None:
        book = opened(encoded(seed, "xlsx"))
        assert book.sheetnames == ["Scorecard", "Errors", "Segments", "How measured"]
        for name in book.sheetnames[1:]:
            assert book[name].freeze_panes == "B2" and book[name].auto_filter.ref.startswith("A1:")
        assert book["Scorecard"].freeze_panes == "A3"

    def test_the_same_input_gives_the_same_bytes(self, seed: cases.Made) -> None:
        assert encoded(seed, "xlsx") == encoded(cases.seed(), "xlsx")

    def test_every_error_and_segment_is_there(self, seed: cases.Made) -> None:
        book = opened(encoded(seed, "xlsx"))
        assert column(book["Errors"], "category") == [error.category for error in seed.error_spans]
        assert column(book["Errors"], "severity") == [str(error.severity) for error in seed.error_spans]
        assert sum(column(book["Errors"], "points")) == seed.summary.penalty_points  # type: ignore[arg-type]
        assert column(book["Segments"], "segment") == list(seed.batch.id)
        assert column(book["Segments"], "hypothesis") == list(seed.batch.hypothesis)

    def test_no_number_without_its_signature(self, seed: cases.Made) -> None:
        told = column(opened(encoded(seed, "xlsx"))["How measured"], "signature")
        for signature in (*(s.signature for s in seed.summary.scores), *seed.signatures.values()):
            assert str(signature) in told

    def test_figures_are_numbers(self, seed: cases.Made) -> None:
        sheet = opened(encoded(seed, "xlsx"))["Scorecard"]
        rows = {row[0].value: row[1].value for row in sheet.iter_rows() if row[0].value}
        assert rows["chrF2++"] == round(seed.summary.scores[0].value, 1)

    def test_differences_are_never_called_errors(self) -> None:
        data = encoded(cases.seed(ReferenceKind.INDEPENDENT), "xlsx")
        book = opened(data)
        assert "Differences" in book.sheetnames and set(column(book["Differences"], "points")) == {None}
        texts = " ".join(str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row if cell.value)
        assert not re.search(r"\berrors?\b", texts, re.I)


@pytest.mark.parametrize("text", ['=HYPERLINK("http://x")', "+1+1", "-1", "@SUM(A1)", "\t=1", "http://x.org", "7"])
def test_a_text_is_a_text_and_stays_one(text: str) -> None:
    segment = Segment(text, text, (text,), text, text, text, ReferenceKind.CORRECTION)
    spans = (0, len(text), 0, len(text))
    wrong = cases.error(segment, spans, "accuracy/number", Severity.MAJOR, explanation=text, evidence=(), rule=text)
    data = encoded(cases.made([segment], [wrong]), "xlsx")
    for sheet in opened(data):
        assert not any(cell.data_type == "f" for row in sheet.iter_rows() for cell in row)
    with zipfile.ZipFile(BytesIO(data)) as parts:
        assert not any("externalLink" in name or "hyperlink" in parts.read(name).decode() for name in parts.namelist())
    cell = opened(data)["Segments"]["A2"]
    assert cell.value.replace("⟨U+0009⟩", "\t") == text and cell.data_type == "s"
    assert bool(cell.quotePrefix) == (text[0] in "=+-@\t")


def test_what_no_cell_holds_is_named_or_cut() -> None:
    segment = Segment("1", "a\u202eb\x07\ud800 " + "x" * 40_000, ("c",), reference_kind=ReferenceKind.CORRECTION)
    found = [c.value for c in opened(encoded(cases.made([segment], []), "xlsx"))["Segments"][2] if c.value]
    cut = next(value for value in found if str(value).startswith("a⟨RLO⟩b⟨U+0007⟩\ufffd x"))
    assert len(cut) == 32_767 and cut.endswith("…")


def test_a_verdict_has_a_sheet_of_its_own(seed: cases.Made) -> None:
    found = gate(seed, {"policy": "acme", "critical": {"max": 0}})
    sheet = opened(scorecard.render(seed, verdict=found))["Verdict"]
    assert column(sheet, "outcome") == [found.status.upper(), *(str(check.outcome) for check in found.checks)]


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("saved")
    table = folder / "t.tsv"
    table.write_text("mt\tpe\nA cat for 60 days.\tA cat for 30 days.\n", encoding="utf-8")
    assert shell(["assess", str(table), "-o", str(folder / "out")]) == 0
    return folder / "out"


class TestInTheShell:
    def test_the_suffix_asks_for_it(self, saved: Path, tmp_path: Path) -> None:
        assert form_of("scorecard.XLSX") == "xlsx"
        assert shell(["report", str(saved), "-o", str(tmp_path / "s.xlsx")]) == 0
        assert (tmp_path / "s.xlsx").read_bytes() == encoded(Assessment.load(saved), "xlsx")

    def test_with_a_policy(self, saved: Path, tmp_path: Path) -> None:
        (tmp_path / "p.toml").write_text('policy = "p"\n[critical]\nmax = 0\n', encoding="utf-8")
        policy = ["--policy", str(tmp_path / "p.toml")]
        assert shell(["report", str(saved), "-o", str(tmp_path / "s.xlsx"), *policy]) == 0
        assert "Verdict" in opened((tmp_path / "s.xlsx").read_bytes()).sheetnames

    def test_a_terminal_gets_no_workbook(
        self, saved: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
        assert shell(["report", str(saved), "-f", "xlsx"]) == 2
        said = "mtqa: xlsx: a workbook is no text for a terminal; name a file: -o scorecard.xlsx\n"
        assert capsys.readouterr().err == said

    def test_text_it_is_not(self, saved: Path) -> None:
        with pytest.raises(Misuse) as refusal:
            render(Assessment.load(saved), "xlsx")
        assert str(refusal.value) == "xlsx is no text; write it into a file: mtqa report … -o scorecard.xlsx"
