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
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..mqm import Severity
from ..segment import Span

__all__ = ["MarkedSpan", "mark", "penalty"]

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
    text, `labels` "O" and then the severities. A token that stands for no character marks nothing.
    """
    chosen = np.argmax(probabilities[: len(offsets)], axis=1)
    found: list[MarkedSpan] = []
    run: list[int] = []
    for token in range(1, len(chosen) - 1):
        if run and chosen[token] != chosen[run[0]]:
            found += _span(hypothesis, run, chosen, probabilities, offsets, labels)
            run = []
        if chosen[token] != 0:
            run.append(token)
    if run:
        found += _span(hypothesis, run, chosen, probabilities, offsets, labels)
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


def _span(
    hypothesis: str, run: list[int], chosen: Array, probabilities: Array, offsets: Array, labels: Sequence[str]
) -> list[MarkedSpan]:
    start, end = int(offsets[run, 0].min()), int(offsets[run, 1].max())
    text = hypothesis[start:end]
    inner = text.strip() or text  # an error that is nothing but spaces is one
    start += text.index(inner)
    if not inner:
        return []
    label = int(chosen[run[0]])
    confidence = min(1.0, float(probabilities[run, label].mean()))
    return [MarkedSpan(Span(start, start + len(inner)), inner, Severity(labels[label]), confidence)]
