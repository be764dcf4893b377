"""An alignment as rows: one bead a row, for JSON Lines and TSV.

With sentences, the numbers count sentences and `hypothesis_spans`, `reference_spans` say where each stands in its raw
line: `[line, start, end]`, code points, half open.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..segment import Span
from ..sentences import sentences
from ..text import joined_lines
from . import Alignment, Bead

__all__ = ["FORMS", "Document", "of_other_lines", "split_document", "whole_document", "written"]

FORMS = ("jsonl", "tsv")
_PARAGRAPHS = 2.0
_COLUMNS = ("hypothesis", "reference", "score", "hypothesis_text", "reference_text")
_SOURCE_COLUMNS = ("source", "source_score", "source_text")


@dataclass(frozen=True, slots=True)
class Document:
    """What is aligned: `units` (lines or sentences); `places` their lines and spans, None where a unit is a line."""

    units: tuple[str, ...]
    places: tuple[tuple[int, Span], ...] | None = None

    def name(self, unit: int) -> str:
        """How people call a unit: its line from 1, `9`, or the sentence of its line, `9.2`."""
        if self.places is None:
            return str(unit + 1)
        line = self.places[unit][0]
        first = unit
        while first and self.places[first - 1][0] == line:
            first -= 1
        return f"{line + 1}.{unit - first + 1}"


def whole_document(lines: Sequence[str]) -> Document:
    """A document whose lines are aligned as they are."""
    return Document(tuple(lines))


def split_document(lines: Sequence[str]) -> Document:
    """A document whose sentences are aligned; a line of white space is one unit, so that no line is lost."""
    places = tuple(
        (number, span) for number, line in enumerate(lines) for span in (sentences(line) or (Span(0, len(line)),))
    )
    return Document(tuple(span.of(lines[number]) for number, span in places), places)


def of_other_lines(one: Document, other: Document) -> bool:
    """Whether one side has paragraphs where the other has shorter lines: its mean line is twice as long, or longer."""
    means = [
        sum(map(len, document.units)) / max(1, sum(bool(unit.strip()) for unit in document.units))
        for document in (one, other)
    ]
    return max(means) >= _PARAGRAPHS * max(min(means), 1)


def written(
    alignment: Alignment, hypothesis: Document, reference: Document, form: str, *, source: Document | None = None
) -> Iterator[str]:
    """The lines of a file, each with its \\n: one bead a line, in order; TSV begins with its header.

    TSV cells hold numbers joined by commas, and texts with tabs and line breaks turned into spaces. With `source`,
    its numbers, score and text come after the others.
    """
    if form == "tsv":
        yield "\t".join((*_COLUMNS, *(_SOURCE_COLUMNS if source is not None else ()))) + "\n"
    row = _json if form == "jsonl" else _tsv
    for bead in alignment.beads:
        yield row(bead, hypothesis, reference, source) + "\n"


def _json(bead: Bead, hypothesis: Document, reference: Document, source: Document | None) -> str:
    row: dict[str, object] = {
        "hypothesis": bead.hypothesis,
        "reference": bead.reference,
        "score": round(bead.score, 6),
        "hypothesis_text": _text(bead.hypothesis, hypothesis),
        "reference_text": _text(bead.reference, reference),
    }
    if source is not None:
        row |= {"source": bead.source, "source_score": round(bead.source_score, 6)}
        row["source_text"] = _text(bead.source, source)
    for name, numbers, document in (
        ("hypothesis_spans", bead.hypothesis, hypothesis),
        ("reference_spans", bead.reference, reference),
        ("source_spans", bead.source, source),
    ):
        if document is not None and document.places is not None:
            spans = [document.places[number] for number in numbers]
            row[name] = [(line, span.start, span.end) for line, span in spans]
    return json.dumps(row, ensure_ascii=False)


def _tsv(bead: Bead, hypothesis: Document, reference: Document, source: Document | None) -> str:
    cells = [
        ",".join(map(str, bead.hypothesis)),
        ",".join(map(str, bead.reference)),
        f"{bead.score:.6f}",
        _text(bead.hypothesis, hypothesis),
        _text(bead.reference, reference),
    ]
    if source is not None:
        cells += [",".join(map(str, bead.source)), f"{bead.source_score:.6f}", _text(bead.source, source)]
    return "\t".join(cell.replace("\t", " ").replace("\n", " ").replace("\r", " ") for cell in cells)


def _text(numbers: Sequence[int], document: Document) -> str:
    return joined_lines(document.units[number] for number in numbers)
