"""The scorecard as a workbook: for those who work in Excel, filter there and keep what they were given.

Every cell is a text or a number, none computes anything; a text that a spreadsheet could take for a formula carries the
quote prefix, so that it stays a text when somebody edits it. Severities are words; the greys only help the eye.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from importlib.util import find_spec
from io import BytesIO
from typing import TYPE_CHECKING, Any

from ..formats.xlsx import LONGEST_CELL
from ..mqm import Severity
from ..refusal import Refusal, Unavailable
from ..summary import Assessed
from .digest import Section, digest
from .rows import Row, profile_of, rows
from .wording import kind_sentence, named, whole, words_for

if TYPE_CHECKING:
    from ..gate import Verdict

__all__ = ["render"]

Cell = str | float | None

_MADE = datetime(2000, 1, 1)  # the same assessment gives the same bytes
_MOST_ROWS = 1_048_575  # of a sheet, below its header
_FORMULA = tuple("=+-@\t\r")  # what opens a formula in some spreadsheet
_GREYS: dict[Severity, dict[str, object]] = {
    Severity.CRITICAL: {"bg_color": "#595959", "font_color": "#FFFFFF", "bold": True},
    Severity.MAJOR: {"bg_color": "#BFBFBF", "bold": True},
    Severity.MINOR: {"bg_color": "#EDEDED"},
    Severity.NEUTRAL: {},
}
_WIDTHS = {"source": 48, "hypothesis": 48, "explanation": 48, "signature": 110, "category": 26, "why": 48, "what": 44}


def render(assessment: Assessed, *, verdict: "Verdict | None" = None) -> bytes:
    """The workbook: scorecard, verdict if there is one, findings, segments, and how each number was measured.

    A text longer than a cell holds ends in `…`; invisible controls go by their names. Needs XlsxWriter; refuses more
    findings or segments than a sheet has rows.
    """
    if find_spec("xlsxwriter") is None:
        raise Unavailable("Excel needs xlsxwriter", mend="pip install 'mtqa[xlsx]'")
    import xlsxwriter

    words = words_for(assessment.summary.reference_kind)
    table = rows(assessment)
    sections = digest(assessment)
    stream = BytesIO()
    book = _Book(xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_urls": False}))
    book.sections("Scorecard", [s for s in sections if s.title not in ("Signatures", "Worst segments")], assessment)
    if verdict is not None:
        book.table("Verdict", *_verdict(verdict))
    book.table(words.many.capitalize(), *_findings(assessment, table, words.reference))
    book.table("Segments", *_segments(assessment, table, words.many, words.reference))
    book.table("How measured", ("metric", "level", "signature"), _signatures(assessment))
    book.close()
    return stream.getvalue()


class _Book:
    """The workbook while it is written: its formats, and the two kinds of sheet that it has."""

    def __init__(self, book: Any) -> None:
        self._book = book
        book.set_properties({"created": _MADE, "title": "mtqa scorecard"})
        self._plain = book.add_format({"text_wrap": True, "valign": "top"})
        self._quoted = book.add_format({"text_wrap": True, "valign": "top", "quote_prefix": True})
        self._number = book.add_format({"valign": "top", "num_format": "#,##0.0##"})
        self._whole = book.add_format({"valign": "top", "num_format": "#,##0"})
        self._head = book.add_format({"bold": True, "bottom": 1, "valign": "top", "text_wrap": True})
        self._title = book.add_format({"bold": True, "font_size": 14})
        self._soft = book.add_format({"italic": True})
        self._levels = {
            str(level): book.add_format({"valign": "top", "border": 1, "border_color": "#D9D9D9", **look})
            for level, look in _GREYS.items()
        }

    def sections(self, name: str, parts: Sequence[Section], assessment: Assessed) -> None:
        """Small tables below each other, under a title that stays."""
        sheet = self._book.add_worksheet(name)
        sheet.set_column(0, 0, 32)
        sheet.set_column(1, 9, 17)
        sheet.write_string(0, 0, "Translation quality", self._title)
        sheet.write_string(1, 0, kind_sentence(assessment.summary.reference_kind), self._soft)
        sheet.freeze_panes(2, 0)
        line = 3
        for part in parts:
            sheet.write_string(line, 0, part.title, self._title)
            for number, cells in enumerate([part.columns, *part.rows] if part.columns else part.rows, start=line + 1):
                for column, cell in enumerate(cells):
                    head = bool(part.columns) and number == line + 1
                    value = _number(cell) if column in part.numeric and not head else cell
                    self._write(sheet, number, column, value, self._head if head else None)
            line += len(part.rows) + bool(part.columns) + 1
            if part.note:
                sheet.write_string(line, 0, part.note, self._soft)
                line += 1
            line += 1

    def table(self, name: str, columns: Sequence[str], lines: Iterable[Sequence[Cell]]) -> None:
        """One table with its header frozen, its first column too, and a filter on each column."""
        sheet = self._book.add_worksheet(name)
        for column, title in enumerate(columns):
            sheet.set_column(column, column, _WIDTHS.get(title, 16))
            self._write(sheet, 0, column, title, self._head)
        last = 0
        for last, cells in enumerate(lines, start=1):
            if last > _MOST_ROWS:
                raise Refusal(f"more than {_MOST_ROWS:,} {name.lower()}: a sheet has no more rows", mend="use -f json")
            for column, cell in enumerate(cells):
                self._write(sheet, last, column, cell)
        sheet.freeze_panes(1, 1)
        sheet.autofilter(0, 0, last, len(columns) - 1)

    def _write(self, sheet: Any, line: int, column: int, cell: Cell, look: Any = None) -> None:
        if cell is None:
            return
        if isinstance(cell, str):
            quoted = self._quoted if cell.startswith(_FORMULA) else self._plain
            sheet.write_string(line, column, _text(cell), look or self._levels.get(cell, quoted))
        else:
            sheet.write_number(line, column, cell, look or (self._whole if cell == int(cell) else self._number))

    def close(self) -> None:
        """Write it all."""
        self._book.close()


def _text(text: str) -> str:
    """The text as a cell can hold it: lines stay, controls go by their names, what is too long is cut, and says so."""
    clean = "\n".join(map(named, whole(text).replace("\r\n", "\n").split("\n")))
    return clean if len(clean) <= LONGEST_CELL else clean[: LONGEST_CELL - 1] + "…"


def _number(cell: str) -> Cell:
    """The number that a cell of the digest prints; what is none (`·`, `–`, `5×`) stays as it is."""
    try:
        return float(cell.replace(",", ""))
    except ValueError:
        return cell


def _findings(assessment: Assessed, table: Sequence[Row], reference: str) -> tuple[Sequence[str], list[list[Cell]]]:
    """One line a finding, with the segment that it stands in."""
    profile = profile_of(assessment)
    columns = [
        *("segment", "document", "system", "severity", "category", "marked", "correction", "explanation"),
        *("points", "confidence", "rule", "source", "hypothesis", reference),
    ]
    lines: list[list[Cell]] = []
    for row in table:
        for error in row.errors:
            cost = None if profile is None else float(profile.penalty(error.category, error.severity))
            lines.append(
                [
                    *(row.id, row.document, row.system, str(error.severity), error.category),
                    *(error.text, error.correction, error.explanation, cost, error.confidence, error.rule),
                    *(row.source, row.hypothesis, row.references[0] if row.references else None),
                ]
            )
    return columns, lines


def _segments(
    assessment: Assessed, table: Sequence[Row], many: str, reference: str
) -> tuple[Sequence[str], list[list[Cell]]]:
    """One line a segment; a score is empty where there is none, never a zero."""
    names = list(assessment.segment_scores)
    penalty = "points" if profile_of(assessment) else "expected penalty"
    columns = ["segment", "document", "system", "status", many, penalty, *names, "source", "hypothesis", reference]
    lines: list[list[Cell]] = [
        [
            *(row.id, row.document, row.system, str(row.status), float(len(row.errors))),
            row.expected if row.points is None else row.points,
            *(value for _, value in row.scores),
            *(row.source, row.hypothesis, row.references[0] if row.references else None),
        ]
        for row in table
    ]
    return columns, lines


def _signatures(assessment: Assessed) -> list[list[Cell]]:
    """How each number was made; the penalty's profile too."""
    summary = assessment.summary
    kinds = (("corpus", summary.scores), ("segment mean", summary.segment_means), ("normalised", summary.normalised))
    lines: list[list[Cell]] = [
        [score.metric.name, level, str(score.signature)] for level, scores in kinds for score in scores
    ]
    lines += [[name, "segment", str(signature)] for name, signature in assessment.signatures.items()]
    profile = profile_of(assessment)
    return lines if profile is None else [*lines, ["penalty", profile.name, profile.source]]


def _verdict(verdict: "Verdict") -> tuple[Sequence[str], list[list[Cell]]]:
    """The status, then one line a check, in the words of the gate."""
    from ..gate.evidence.wording import about, bounds, limit, seen

    head: list[Cell] = [str(verdict.status).upper(), verdict.policy, "", None, "", "", "", about(verdict)]
    lines: list[list[Cell]] = [
        [
            *(str(check.outcome), check.name, str(check.role), check.observed, bounds(check), limit(check)),
            *(seen(check), " ".join(filter(None, (check.reason, check.settle)))),
        ]
        for check in verdict.checks
    ]
    return ("outcome", "check", "role", "found", "the truth lies in", "allowed", "segments", "why"), [head, *lines]
