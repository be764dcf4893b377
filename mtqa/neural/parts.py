"""Segments that are too long for a model, read in parts: split side by side, scored apart, averaged.

This is an approximation and is labelled so (`trunc:pool` in the signature). Every text of a segment is cut into the
same number of parts at like places, at the end of a sentence where one is near; the segment's score is the mean of
its parts, weighted by the length of their hypotheses.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ..refusal import Refusal
from ..segment import Span
from .outcome import Outcome, Rows

__all__ = ["Parts", "cut", "pooled", "split"]

_MOST = 64
_SENTENCE = re.compile(r"(?<=[.!?…。！？])[\"'»”’)\]]*\s*(?=\S)")
_SPACE = re.compile(r"\s+(?=\S)")


@dataclass(frozen=True, slots=True, eq=False)
class Parts:
    """Rows in parts: `owners[i]` is the row that part i belongs to, `starts[i]` where it begins in its hypothesis."""

    rows: Rows
    owners: tuple[int, ...]
    starts: tuple[int, ...]


def split(rows: Rows, long: Sequence[int], fits: Callable[[Sequence[str]], bool], ids: Sequence[str]) -> Parts:
    """All rows, the long ones in as few parts as make `fits` true of each; refuses one that cannot be split so."""
    hypotheses, sources, owners, starts = list[str](), list[str](), list[int](), list[int]()
    references: list[str] | None = None if rows.references is None else []
    too_long = set(long)
    for row in range(len(rows)):
        texts = [rows.hypotheses[row], rows.sources[row]]
        if rows.references is not None:
            texts.append(rows.references[row])
        pieces = _pieces(texts, fits, ids[row]) if row in too_long else [tuple(texts)]
        start = 0
        for piece in pieces:
            hypotheses.append(piece[0])
            sources.append(piece[1])
            if references is not None:
                references.append(piece[2])
            owners.append(row)
            starts.append(start)
            start += len(piece[0])
    return Parts(Rows(hypotheses, sources, references), tuple(owners), tuple(starts))


def pooled(parts: Parts, outcome: Outcome, rows: Rows) -> Outcome:
    """The outcome of whole rows from that of their parts; spans are moved to where they stand in the whole text."""
    weights = np.array([len(text) for text in parts.rows.hypotheses], dtype=np.float64)
    owners = np.array(parts.owners, dtype=np.intp)
    total = np.bincount(owners, weights=weights, minlength=len(rows))
    values = np.bincount(owners, weights=weights * outcome.values, minlength=len(rows)) / total
    # A row of one part keeps its value to the last bit.
    single = np.bincount(owners, minlength=len(rows)) == 1
    values[single] = outcome.values[np.isin(owners, np.flatnonzero(single))]
    if outcome.spans is None:
        return replace(outcome, values=values)
    spans: list[list[object]] = [[] for _ in range(len(rows))]
    for owner, start, found in zip(parts.owners, parts.starts, outcome.spans, strict=True):
        for one in found:
            spans[owner].append(replace(one, span=Span(one.span.start + start, one.span.end + start)))
    return replace(outcome, values=values, spans=tuple(tuple(found) for found in spans))  # type: ignore[arg-type]


def cut(text: str, parts: int) -> list[str]:
    """The text in this many consecutive parts of like length; joined they are the text again.

    A cut falls on the sentence end nearest to its place, else on a space, else where it must.
    """
    places = [0]
    for number in range(1, parts):
        wanted, reach = len(text) * number // parts, len(text) / (2 * parts)
        near = next((place for place in (_nearest(text, pattern, wanted, reach) for pattern in (_SENTENCE, _SPACE))
                     if place is not None), wanted)  # fmt: skip
        places.append(max(near, places[-1]))
    return [text[start:end] for start, end in zip(places, [*places[1:], len(text)], strict=True)]


def _nearest(text: str, pattern: re.Pattern[str], wanted: int, reach: float) -> int | None:
    lowest, highest = max(0, int(wanted - reach)), min(len(text), int(wanted + reach) + 1)
    found = [match.end() for match in pattern.finditer(text, lowest, highest)]
    return min(found, key=lambda place: abs(place - wanted)) if found else None


def _pieces(texts: Sequence[str], fits: Callable[[Sequence[str]], bool], name: str) -> list[tuple[str, ...]]:
    for count in range(2, _MOST + 1):
        pieces = list(zip(*(cut(text, count) for text in texts), strict=True))
        if any(not text.strip() for piece in pieces for text in piece):
            break
        if all(fits(piece) for piece in pieces):
            return pieces
    what = f"segment {name!r} cannot be read in parts: its texts differ too much in length"
    raise Refusal(what, mend="split it into sentences, or use over_long='cut'")
