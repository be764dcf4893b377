"""Reports: the same numbers in every form, escaped, deterministic, and honest about what the reference is."""

import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
import report_cases as cases

from mtqa.assessment import Assessment
from mtqa.cli import main
from mtqa.mqm import Severity
from mtqa.mqm.placing import positions_of
from mtqa.refusal import Misuse, Refusal
from mtqa.reports import FORMS, form_of, render
from mtqa.reports.marking import Piece, errors_by_segment, pieces
from mtqa.reports.markup import element, joined
from mtqa.reports.rows import anchors, rows
from mtqa.reports.text import show
from mtqa.reports.wording import revealed, shown, tongue
from mtqa.segment import Batch, ReferenceKind, Segment, Span
from mtqa.summary import ReviewTally

CORRECTION = ReferenceKind.CORRECTION
NAMES = [form.name for form in FORMS if form.name != "xlsx"]  # a workbook is no text: test_report_xlsx.py
KNOWN = "html, text, json, md, xlsx, marot, pearmut, m2, tags"


@pytest.fixture(scope="module")
def seed() -> cases.Made:
    return cases.seed()


@pytest.fixture(scope="module")
def independent() -> cases.Made:
    return cases.seed(ReferenceKind.INDEPENDENT)


def hostile(text: str) -> cases.Made:
    """An assessment in which every field that can hold a text holds this one."""
    segment = Segment(text, text, (text, text), text, text, text, CORRECTION)
    spans = (0, len(text), 0, len(text))
    error = cases.error(
        segment, spans, "accuracy/number", Severity.MAJOR, explanation=text, evidence=(text,), rule=text
    )
    notice = cases.Notice("check", cases.Concern.WARNING, text, (text,), text)
    return cases.made([segment], [error, error], notices=(notice,))


def seen_on_terminal(code: str, **settings: str) -> str:
    """What a Python program writes when its stdout is a terminal."""
    here = Path(__file__).parent
    ours, theirs = os.openpty()
    environment = {**os.environ, "PYTHONPATH": str(here), **settings}
    with subprocess.Popen([sys.executable, "-c", code], stdout=theirs, cwd=here.parent, env=environment) as run:
        os.close(theirs)
        parts = []
        try:
            while part := os.read(ours, 65_536):
                parts.append(part)
        except OSError:
            pass  # Linux says EIO where the last writer has gone
        os.close(ours)
    assert run.returncode == 0
    return b"".join(parts).decode()


class TestPieces:
    @pytest.mark.parametrize(
        ("text", "marks", "wanted"),
        [
            ("abc", [], [("abc", ())]),
            ("", [], []),
            ("abc", [(0, (1, 2))], [("a", ()), ("b", (0,)), ("c", ())]),
            ("abc", [(0, (0, 3))], [("abc", (0,))]),
            ("abc", [(0, (1, 1))], [("a", ()), ("", (0,)), ("bc", ())]),
            ("abc", [(0, (3, 3))], [("abc", ()), ("", (0,))]),
            ("", [(0, (0, 0))], [("", (0,))]),
            ("abcd", [(0, (0, 3)), (1, (2, 4))], [("ab", (0,)), ("c", (0, 1)), ("d", (1,))]),
            ("abc", [(0, (1, 1)), (1, (1, 1))], [("a", ()), ("", (0, 1)), ("bc", ())]),
            ("a😀b", [(0, (1, 2))], [("a", ()), ("😀", (0,)), ("b", ())]),
        ],
    )
    def test_cut_at_the_edges(self, text: str, marks: list, wanted: list) -> None:
        found = pieces(text, [(number, Span(*span)) for number, span in marks])
        assert found == tuple(Piece(*one) for one in wanted)
        assert "".join(piece.text for piece in found) == text

    def test_errors_find_their_segment_where_a_name_stands_twice(self) -> None:
        twins = [Segment("1", "good day", ("good day",)), Segment("1", "bad day", ("good day",))]
        wrong = cases.error(twins[1], (0, 3, 0, 4), "accuracy/mistranslation", Severity.MAJOR)
        assert [len(found) for found in errors_by_segment(Batch.of(twins), [wrong])] == [0, 1]
        first = cases.error(twins[0], (0, 4, 0, 4), "accuracy/mistranslation", Severity.MAJOR)
        assert positions_of([wrong, first], Batch.of(twins)) == (1, 0)

    def test_an_error_of_another_delivery_is_refused(self) -> None:
        wrong = cases.error(Segment("2", "bad"), (0, 3, 0, 0), "accuracy/addition", Severity.MAJOR)
        with pytest.raises(Refusal) as caught:
            positions_of([wrong], Batch.of([Segment("1", "bad")]))
        assert str(caught.value) == "an error of segment '2', which is not there; assess the texts again"

    def test_anchors_are_unique(self) -> None:
        batch = Batch.of([Segment(name, "") for name in ("1", "1", "1~2", "2", "1")])
        found = anchors(batch)
        assert found == ("1", "1~2", "1~2~2", "2", "1~3")
        assert len(set(found)) == 5


class TestWords:
    @pytest.mark.parametrize(
        ("text", "wanted"),
        [
            ("a b", "a b"),
            (" ", "␣"),
            ("a ", "a␣"),
            ("\u202ea", "⟨RLO⟩a"),
            ("می\u200cروم", "می\u200cروم"),
            ("a\x1b[31m", "a⟨U+001B⟩[31m"),
            ("a\nb", "a⟨U+000A⟩b"),
        ],
    )
    def test_shown(self, text: str, wanted: str) -> None:
        assert shown(text) == wanted

    def test_revealed_names_what_turns_the_text_and_keeps_what_spells_it(self) -> None:
        assert revealed("a\u202eb") == [("a", False), ("RLO", True), ("b", False)]
        assert revealed("a\u200eb") == [("a", False), ("LRM", True), ("\u200eb", False)]
        assert revealed("👨\u200d👩") == [("👨\u200d👩", False)]

    @pytest.mark.parametrize(
        ("text", "wanted"),
        [("停火三十天", "zh"), ("停火は三十日", "ja"), ("휴전 三十日", "ko"), ("30 days", None), ("", None)],
    )
    def test_tongue(self, text: str, wanted: str | None) -> None:
        assert tongue(text) == wanted

    def test_markup_escapes_every_string(self) -> None:
        assert (
            str(element("p", "<b>&", title='"<', hidden=True, lang=None))
            == '<p title="&quot;&lt;" hidden>&lt;b&gt;&amp;</p>'
        )
        assert str(joined(element("b", "x"), "<", None)) == "<b>x</b>&lt;"


class TestEveryForm:
    @pytest.mark.parametrize("form", NAMES)
    def test_the_same_input_gives_the_same_bytes(self, form: str, seed: cases.Made) -> None:
        assert render(seed, form) == render(cases.seed(), form)

    @pytest.mark.parametrize("form", NAMES)
    def test_differences_are_never_called_errors(self, form: str, independent: cases.Made) -> None:
        report = render(independent, form)
        if form == "json":
            report = json.dumps({k: v for k, v in json.loads(report).items() if k == "summary"})
            report = re.sub(r'"errors(_per_1000)?":', "", report)  # a field name, the same for every kind
        if form == "html":
            report = re.sub(r"<script>.*?</script>|<style>.*?</style>", "", report, flags=re.S)
            report = report.replace('"errors":', "")  # the name of a column of the data
        assert not re.search(r"\berrors?\b", report, re.I)
        assert "penalty_points" in report if form == "json" else "differences" in report

    @pytest.mark.parametrize("form", NAMES)
    def test_every_signature_is_there(self, form: str, seed: cases.Made) -> None:
        report = render(seed, form).replace("\\|", "|")
        for signature in seed.signatures.values():
            assert str(signature) in report

    @pytest.mark.parametrize("form", ["html", "text", "md"])
    def test_the_same_figures(self, form: str, seed: cases.Made) -> None:
        report = render(seed, form)
        summary = seed.summary
        assert summary.penalty is not None
        for value in (summary.penalty.value, *(score.value for score in summary.scores)):
            assert f"{value:,.1f}" in report
        assert f"{summary.errors} errors" in report

    @pytest.mark.parametrize("form", NAMES)
    def test_nothing_wrong_is_said_so(self, form: str) -> None:
        segment = Segment("1", "Good day", ("Good day",), reference_kind=CORRECTION)
        report = render(cases.made([segment], []), form)
        assert '"errors": 0' in report if form == "json" else re.search("no error", report, re.I)

    @pytest.mark.parametrize("form", NAMES)
    def test_nothing_scored_is_no_number(self, form: str) -> None:
        alone = Segment("7", "Good day")
        report = render(cases.made([alone], [], scored=False), form)
        assert "NaN" not in report and "None" not in report

    @pytest.mark.parametrize("form", NAMES)
    def test_half_a_surrogate_pair_can_be_written(self, form: str) -> None:
        render(hostile("a\ud800b"), form).encode("utf-8")

    def test_an_unknown_form_is_refused(self, seed: cases.Made) -> None:
        with pytest.raises(Misuse) as refusal:
            render(seed, "htm")
        assert str(refusal.value) == "unknown form of report 'htm'; did you mean html? known: " + KNOWN

    @pytest.mark.parametrize(
        ("name", "form"), [("r.html", "html"), ("R.HTM", "html"), ("a.md", "md"), ("a.pdf", None), ("a", None)]
    )
    def test_a_suffix_names_a_form(self, name: str, form: str | None) -> None:
        assert form_of(name) == form


class TestText:
    def test_columns_come_back(self, seed: cases.Made) -> None:
        lines = render(seed, "text").split("\n")
        start = lines.index("Scores") + 2
        assert re.split(r" {2,}", lines[start]) == [
            *("metric", "corpus", "interval", "segment mean", "interval", "normalised", "better"),
        ]
        row = re.split(r" {2,}", lines[start + 1])
        assert len(row) == 7
        assert float(row[1]) == pytest.approx(seed.summary.scores[0].value, abs=0.05)

    def test_nothing_is_cut(self) -> None:
        long = "word " * 300
        segment = Segment("1", long, ("other",), reference_kind=CORRECTION)
        report = render(
            cases.made([segment], [cases.error(segment, (0, len(long), 0, 5), "accuracy/addition", Severity.MAJOR)]),
            "text",
        )
        assert long.strip() in report

    def test_no_control_character_reaches_a_terminal(self) -> None:
        report = render(hostile("a\x1b]0;b\x07c\r\nd\u202ee"), "text")
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", report)

    def test_a_terminal_gets_tables_and_a_pipe_the_plain_text(self, seed: cases.Made) -> None:
        class Terminal(io.StringIO):
            def isatty(self) -> bool:
                return True

        pipe, terminal = io.StringIO(), Terminal()
        show(seed, pipe)
        show(seed, terminal)
        assert pipe.getvalue() == render(seed, "text")
        assert "Worst segments" in terminal.getvalue()
        assert terminal.getvalue() != pipe.getvalue()

    def test_a_real_terminal_gets_colours_and_a_pipe_none(self, seed: cases.Made, tmp_path: Path) -> None:
        """Through a pseudo-terminal of 100 columns, as a person sees it; NO_COLOR takes the colours away."""
        code = "import sys, report_cases; from mtqa.reports.text import show; show(report_cases.seed(), sys.stdout)"
        drawn = seen_on_terminal(code, COLUMNS="100", TERM="xterm-256color")
        plain = seen_on_terminal(code, COLUMNS="100", TERM="xterm-256color", NO_COLOR="1")
        assert re.search("\x1b\\[1;31mC *\x1b", drawn) and "[is] → should be" in drawn
        assert "\x1b[31m" not in plain and "critical" in plain
        lines = re.sub("\x1b\\[[0-9;]*m", "", drawn).splitlines()
        assert max(map(len, lines)) <= 100

    def test_golden(self, golden: Callable[[str, str], None]) -> None:
        golden("report.txt", render(small(), "text"))

    def test_wide_characters_are_set_in_columns(self) -> None:
        segment = Segment("1", "三十日", ("30日",), reference_kind=CORRECTION)
        found = [
            cases.error(segment, (0, 2, 0, 2), "accuracy/number", Severity.CRITICAL, explanation="figure"),
            cases.error(segment, (2, 3, 2, 3), "fluency/spelling", Severity.MINOR, explanation="figure"),
        ]
        lines = [line for line in render(cases.made([segment], found), "text").split("\n") if line.endswith("figure")]
        assert lines == [
            "1        C  accuracy/number   [三十] → 30       figure",
            "1        m  fluency/spelling  [日] → 日         figure",
        ]


def small() -> cases.Made:
    """Three segments, one of every sort, for the reports that are compared whole."""
    segments = [
        Segment(
            "1",
            "Steve Whitkov went there 4 times .",
            ("Steve Witkoff went there four times.",),
            reference_kind=CORRECTION,
        ),
        Segment("2", "Nothing is wrong here.", ("Nothing is wrong here.",), reference_kind=CORRECTION),
        Segment(
            "3", "They met.", ("They met in Istanbul.",), "Eles se reuniram em Istambul.", reference_kind=CORRECTION
        ),
    ]
    why = {"explanation": "The name is “Witkoff”.", "evidence": ("1 edit in 7 letters",)}
    errors = [
        cases.error(segments[0], (6, 13, 6, 13), "accuracy/named-entity", Severity.CRITICAL, **why),
        cases.error(
            segments[0], (25, 26, 25, 29), "locale/number-format", Severity.MINOR, explanation="A figure for a word."
        ),
        cases.error(
            segments[0], (32, 33, 35, 35), "fluency/whitespace", Severity.MINOR, explanation="A space before the stop."
        ),
        cases.error(
            segments[2], (8, 8, 8, 20), "accuracy/omission", Severity.MAJOR, explanation="“in Istanbul” is missing."
        ),
    ]
    notice = cases.Notice(
        "blank", cases.Concern.NOTE, "1 segment has a space before its full stop.", ("1",), "see segment 1"
    )
    return cases.made(segments, errors, notices=(notice,))


class TestMarkdownAndJson:
    def test_golden_markdown(self, golden: Callable[[str, str], None]) -> None:
        golden("report.md", render(small(), "md"))

    def test_golden_json(self, golden: Callable[[str, str], None]) -> None:
        golden("report.json", render(small(), "json"))

    def test_json_has_its_schema_and_every_segment_and_error(self, seed: cases.Made) -> None:
        report = json.loads(render(seed, "json"))
        assert report["schema"] == "mtqa.report/1"
        assert [row["id"] for row in report["segments"]] == list(seed.batch.id)
        assert len(report["errors"]) == len(seed.error_spans) == report["summary"]["errors"]
        assert report["segments"][5]["scores"]["TER"] == seed.segment_scores["TER"][5]

    def test_markdown_cannot_be_broken_by_a_text(self) -> None:
        report = render(hostile("a|b <img src=x> [x](http://x) `c`"), "md")
        tables = [line for line in report.split("\n") if line.startswith("|")]
        assert all(re.fullmatch(r"\|.*\|", line) for line in tables)
        assert "<img" not in report.replace("\\<img", "")


class Outline(HTMLParser):
    """Elements and attributes of a page, as a browser without scripts would see them."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs


HOSTILE = [
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "<!--<script>",
    "]]></style><style>*{display:none}</style>",
    "' onmouseover='alert(1)",
    "{{script}} {{data}}",
    "javascript:alert(1)",
    "</p></main></body></html>",
]


class TestPage:
    @pytest.mark.parametrize("text", HOSTILE)
    def test_a_text_never_becomes_markup(self, text: str) -> None:
        def outline(page: str) -> Outline:
            found = Outline()
            found.feed(page)
            return found

        harmless, page = outline(render(hostile("x" * len(text)), "html")), outline(render(hostile(text), "html"))
        assert page.tags == harmless.tags
        assert [name for name, _ in page.attributes] == [name for name, _ in harmless.attributes]

    def test_it_is_one_file_that_fetches_nothing(self, seed: cases.Made) -> None:
        page = Outline()
        page.feed(render(seed, "html"))
        assert not {"link", "iframe", "object", "embed", "base", "img"} & set(page.tags)
        assert not [
            value
            for name, value in page.attributes
            if name in {"src", "srcset", "action", "style"} or name.startswith("on")
        ]
        assert all((value or "").startswith("#") for name, value in page.attributes if name == "href")

    def test_the_policy_allows_one_script_and_one_style_by_hash(self, seed: cases.Made) -> None:
        page = render(seed, "html")
        policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)
        assert policy is not None
        assert re.fullmatch(
            r"default-src 'none'; style-src 'sha256-[\w+/]{43}='; script-src 'sha256-[\w+/]{43}='; "
            r"img-src data:; base-uri 'none'; form-action 'none'",
            policy[1],
        )

    def test_the_summary_and_the_segments_are_readable_without_scripts(self, seed: cases.Made) -> None:
        page = re.sub(r"<script.*?</script>", "", render(seed, "html"), flags=re.S)
        assert page.count("<article") == len(seed.batch)
        for word in (
            "Worst segments",
            "accuracy/number",
            "how measured",
            "Notices on the input",
            " at\u00a095\u00a0%",
        ):
            assert word in page

    def test_a_large_delivery_travels_packed_and_keeps_its_summary(self) -> None:
        page = render(cases.large(1200), "html")
        assert 'type="application/gzip+base64"' in page
        assert page.count("<article") == 0
        assert "1,200 segments" in page and "Worst segments" in page

    def test_an_independent_reference_has_its_banner(self, independent: cases.Made) -> None:
        assert 'class="banner"' in render(independent, "html")

    def test_rows_carry_the_penalty_only_where_there_is_one(self, seed: cases.Made, independent: cases.Made) -> None:
        assert sum(row.points or 0 for row in rows(seed)) == seed.summary.penalty_points
        assert {row.points for row in rows(independent)} == {None}


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    made = cases.seed()
    fields = {name: getattr(made, name) for name in Assessment.__dataclass_fields__}
    return Assessment(**fields).save(tmp_path / "saved")


def run(*arguments: object, capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    """Exit code, stdout and stderr of `mtqa report …`."""
    with pytest.raises(SystemExit) as end:
        main(["report", *map(str, arguments)])
    code = end.value.code
    return (0 if code is None else int(code), *capsys.readouterr())


class TestCommand:
    @pytest.mark.parametrize("form", NAMES)
    def test_what_was_saved_renders_as_it_was(self, form: str, saved: Path, capsys: pytest.CaptureFixture[str]) -> None:
        target = saved.parent / "report.out"
        assert run(saved, "-o", target, "-f", form, capsys=capsys) == (0, "", "")
        assert target.read_text(encoding="utf-8") == render(cases.seed(), form)

    def test_the_suffix_says_the_form(self, saved: Path, capsys: pytest.CaptureFixture[str]) -> None:
        target = saved.parent / "r.md"
        assert run(saved, "-o", target, capsys=capsys)[0] == 0
        assert target.read_text(encoding="utf-8").startswith("# Translation quality")

    def test_without_output_the_summary_goes_to_stdout(self, saved: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert run(saved, capsys=capsys) == (0, render(cases.seed(), "text"), "")

    def test_refusals(self, saved: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        other, target, nowhere = tmp_path / "other", tmp_path / "r.pdf", tmp_path / "no" / "r.html"
        other.mkdir()
        for arguments, code, line in (
            (
                (other,),
                4,
                f"{other}: not an assessment: assessment.json, segments.parquet, errors.parquet not found; "
                "make one with 'mtqa assess'",
            ),
            (
                (saved, "-o", target),
                2,
                f"{target}: no form of report has this suffix; say one with -f: " + KNOWN,
            ),
            (
                (saved, "-f", "pdf"),
                2,
                "unknown form of report 'pdf'; known: " + KNOWN,
            ),
            ((saved, "-o", nowhere), 2, f"{nowhere}: cannot be written: there is no directory {nowhere.parent}"),
        ):
            assert run(*arguments, capsys=capsys) == (code, "", f"mtqa: {line}\n")
        assert sorted(path.name for path in tmp_path.iterdir()) == ["other", "saved"]


def test_every_report_says_who_reviewed_and_what_came_of_it() -> None:
    made = small()
    tally = ReviewTally((("ana", "reviewer"),), 4, confirmed=3, changed=0, rejected=1, added=0, disputed=0, contested=0)
    reviewed = replace(made, summary=replace(made.summary, review=tally))
    for form in ("text", "md", "html"):
        assert "Reviewed by ana (reviewer): of 4 errors found, 3 confirmed, 1 rejected" in render(reviewed, form)
