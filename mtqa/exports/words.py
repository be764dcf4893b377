"""Errors as edits of words: what M2 and word tags are made of.

Words are runs of letters and digits, every other mark stands alone; of unspaced scripts each character is a word.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..mqm import ErrorSpan
from ..refusal import Refusal
from ..segment import ReferenceKind, Segment
from ..summary import Assessed
from .segments import by_segment

__all__ = ["WordEdit", "corrected_segments", "word_edits", "words"]

_UNSPACED = "\u0e00-\u0e7f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
_WORD = re.compile(rf"[{_UNSPACED}]|[^\W{_UNSPACED}]+|[^\w\s]|_", re.UNICODE)


@dataclass(frozen=True, slots=True)
class WordEdit:
    """The words [start, end) of the hypothesis become these; `category` is that of the first error in it."""

    start: int
    end: int
    correction: tuple[str, ...]
    category: str


def corrected_segments(assessment: Assessed, form: str) -> Iterator[tuple[Segment, list[ErrorSpan]]]:
    """Each segment with its errors, for a form that has no word for a difference.

    Refuses an assessment against an independent reference: what it marks is no error, and the form could not say so.
    """
    if assessment.summary.reference_kind is not ReferenceKind.CORRECTION:
        raise Refusal(
            f"{form} has errors only, and against this reference there are differences",
            mend="take marot or pearmut, whose annotator is then mtqa-differences",
        )
    return by_segment(assessment)


def words(text: str) -> list[tuple[int, int]]:
    """Where the words of a text stand, in code points, half open."""
    return [match.span() for match in _WORD.finditer(text)]


def word_edits(text: str, errors: Sequence[ErrorSpan]) -> list[WordEdit]:
    """The edits in order, none of which overlap; errors of spaces alone leave the words as they are and give none.

    `errors` are in order and do not overlap. Applied to the words they give the words of the corrected text.
    """
    spans = words(text)
    edits: list[WordEdit] = []
    groups: list[tuple[int, int, list[ErrorSpan]]] = []
    for error in errors:
        touched = [
            n for n, (start, end) in enumerate(spans) if start <= error.hypothesis.end and end >= error.hypothesis.start
        ]
        place = next((n for n, (start, _) in enumerate(spans) if start >= error.hypothesis.end), len(spans))
        first, last = (touched[0], touched[-1] + 1) if touched else (place, place)
        if groups and first < groups[-1][1]:
            before = groups.pop()
            groups.append((before[0], max(before[1], last), [*before[2], error]))
        else:
            groups.append((first, last, [error]))
    for first, last, members in groups:
        edits += _edit(text, spans, first, last, members)
    return edits


def _edit(
    text: str, spans: list[tuple[int, int]], first: int, last: int, errors: Sequence[ErrorSpan]
) -> list[WordEdit]:
    """What becomes of these words, without what stays at either end; nothing where nothing changes."""
    inner = (errors[0].hypothesis.start, errors[-1].hypothesis.end)
    start = min(spans[first][0], inner[0]) if first < last else inner[0]
    end = max(spans[last - 1][1], inner[1]) if first < last else inner[1]
    made, at = "", start
    for error in errors:
        made += text[at : error.hypothesis.start] + error.correction
        at = error.hypothesis.end
    made += text[at:end]
    old = [text[a:b] for a, b in spans[first:last]]
    new = [made[a:b] for a, b in words(made)]
    while old and new and old[0] == new[0]:
        del old[0], new[0]
        first += 1
    while old and new and old[-1] == new[-1]:
        del old[-1], new[-1]
    return [WordEdit(first, first + len(old), tuple(new), errors[0].category)] if old or new else []
