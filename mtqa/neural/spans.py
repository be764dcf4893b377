"""Error spans out of the label probabilities of a hypothesis's tokens (XCOMET).

unbabel-comet's own decoding has three faults, met here:
- neighbouring errors of different severity become one span with the first severity: here each has its own span;
- an error that reaches the end of the text is lost: here it ends with the text;
- the text of a span is decoded from tokens ("k<unk>nnen"): here it is the text that stands in the hypothesis.
The score stays COMET's: its MQM part is counted on its own spans, faults included (`penalty`), for the score is what
the specification defines.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..mqm import Severity
from ..segment import Span

__all__ = ["MarkedSpan", "as_numbers", "mark", "of_numbers", "penalty"]

Array = NDArray[Any]
_WEIGHTS = {"minor": 1, "major": 5, "critical": 10}


@dataclass(frozen=True, slots=True)
class MarkedSpan:
    """An error that a model marked: where it stands in the hypothesis, how bad, and how sure the model is (0..1).

    `text` is what stands there; `confidence` is the mean probability of the severity over the span's tokens.
    """

    span: Span
    text: str
    severity: Severity
    confidence: float


def mark(hypothesis: str, probabilities: Array, offsets: Array, labels: Sequence[str]) -> tuple[MarkedSpan, ...]:
    """The errors of a hypothesis, in order, none overlapping, none empty; spaces at their ends are not part of them.

    `probabilities` are `(tokens, labels)` with the special tokens at both ends, `offsets` `(tokens, 2)` into the raw
    text, `labels` "O" and then the severities, the worst last. A token that stands for no character marks nothing; of
    tokens that share a character (those of ½) the worst label counts.
    """
    chosen = np.argmax(probabilities[: len(offsets)], axis=1)
    pieces: list[_Piece] = []
    for token in range(1, len(chosen) - 1):
        start, end, label = int(offsets[token, 0]), int(offsets[token, 1]), int(chosen[token])
        last = pieces[-1] if pieces else None
        if last is not None and start < last.end:
            pieces[-1] = _Piece(last.start, max(last.end, end), max(last.label, label), (*last.tokens, token))
        elif end > start:
            pieces.append(_Piece(start, end, label, (token,)))
    found = []
    for label, run in groupby(pieces, key=lambda piece: piece.label):
        if label:
            found.append(_span(hypothesis, list(run), label, probabilities, labels))
    return tuple(found)


def penalty(probabilities: Array, labels: Sequence[str]) -> int:
    """MQM points as COMET counts them, 0 to 25: minor 1, major 5, critical 10 for each span of its own decoding."""
    points, open_label = 0, ""
    for chosen in np.argmax(probabilities, axis=1):
        label = labels[int(chosen)]
        if label == "O":
            points += _WEIGHTS.get(open_label, 0)
            open_label = ""
        elif not open_label:
            open_label = label
    return min(points, 25)


def as_numbers(value: float, spans: Sequence[MarkedSpan], labels: Sequence[str]) -> NDArray[np.float32]:
    """A score and its spans as a row of float32 that loses nothing: the two halves of the score, four for a span."""
    row = np.empty(2 + 4 * len(spans), dtype=np.float32)
    row[:2] = np.array([value], dtype=np.float64).view(np.float32)
    for number, one in enumerate(spans):
        place = slice(2 + 4 * number, 6 + 4 * number)
        row[place] = (one.span.start, one.span.end, labels.index(str(one.severity)), one.confidence)
    return row


def of_numbers(
    row: NDArray[np.float32], hypothesis: str, labels: Sequence[str]
) -> tuple[float, tuple[MarkedSpan, ...]]:
    """The score and the spans that `as_numbers` made a row of."""
    spans = []
    for start, end, label, confidence in row[2:].reshape(-1, 4).tolist():
        place = Span(int(start), int(end))
        spans.append(MarkedSpan(place, place.of(hypothesis), Severity(labels[int(label)]), confidence))
    return float(row[:2].copy().view(np.float64)[0]), tuple(spans)


@dataclass(frozen=True, slots=True)
class _Piece:
    """The characters of a token, or of several that share one."""

    start: int
    end: int
    label: int
    tokens: tuple[int, ...]


def _span(
    hypothesis: str, run: Sequence[_Piece], label: int, probabilities: Array, labels: Sequence[str]
) -> MarkedSpan:
    text = hypothesis[run[0].start : run[-1].end]
    inner = text.strip() or text  # an error that is nothing but spaces is one
    start = run[0].start + text.index(inner)
    tokens = [token for piece in run for token in piece.tokens]
    confidence = min(1.0, float(probabilities[tokens, label].mean()))
    return MarkedSpan(Span(start, start + len(inner)), inner, Severity(labels[label]), confidence)
