"""Texts cut into pieces at the edges of what is marked in them.

Promises: the pieces of a text put together are the text; a gap (an omission) is a piece of no characters that stands
where the words are missing; spans may overlap, and a piece then carries all of their numbers, most severe first.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from ..mqm import ErrorSpan
from ..mqm.placing import positions_of
from ..segment import Batch, Span

__all__ = ["Piece", "errors_by_segment", "pieces"]


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text under the same marks: `marks` are numbers of errors, empty where nothing is marked."""

    text: str
    marks: tuple[int, ...] = ()


def pieces(text: str, marks: Sequence[tuple[int, Span]]) -> tuple[Piece, ...]:
    """The text cut at every edge of the marked spans, in order; marks keep the order in which they are given."""
    edges = sorted({0, len(text), *(edge for _, span in marks for edge in (span.start, span.end))})
    found: list[Piece] = []
    for index, start in enumerate(edges):
        gaps = tuple(number for number, span in marks if len(span) == 0 and span.start == start)
        if gaps:
            found.append(Piece("", gaps))
        if index + 1 < len(edges):
            end = edges[index + 1]
            over = tuple(number for number, span in marks if span.start <= start and end <= span.end and len(span))
            found.append(Piece(text[start:end], over))
    return tuple(found)


def errors_by_segment(batch: Batch, errors: Sequence[ErrorSpan]) -> tuple[tuple[ErrorSpan, ...], ...]:
    """The errors of each segment, in order of the hypothesis: one tuple a segment, empty where there are none."""
    found: list[list[ErrorSpan]] = [[] for _ in range(len(batch))]
    for error, position in zip(errors, positions_of(errors, batch), strict=True):
        found[position].append(error)
    return tuple(tuple(sorted(row, key=lambda e: (e.hypothesis, e.reference, -e.severity.rank))) for row in found)
