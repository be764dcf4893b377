"""What an engine is given and what it gives back, and how a joint model's parts become one score."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .recipe import Recipe
from .spans import MarkedSpan, mark, penalty

__all__ = ["Outcome", "Rows", "combined"]

_REGRESSION_SHARES = (0.12, 0.33, 0.33)  # of [mt, src], [mt, ref] and [mt, src, ref] in XCOMET
_MQM_SHARE = 0.22
_WORD_SHARES = (0.1667, 0.3333, 0.5)


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """The texts of segments in columns of equal length; `references` None where the model is to read none."""

    hypotheses: Sequence[str]
    sources: Sequence[str]
    references: Sequence[str] | None

    def __len__(self) -> int:
        return len(self.hypotheses)

    def take(self, positions: Sequence[int]) -> "Rows":
        """The rows at these positions, in this order."""
        columns = (self.hypotheses, self.sources, self.references)
        return Rows(*(None if column is None else [column[p] for p in positions] for column in columns))  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """`values` is `(rows,)`; `spans` one tuple a row, None where the model marks no words.

    `computed` sequences went through the encoder, `reused` came from the cache.
    """

    values: NDArray[np.float64]
    spans: tuple[tuple[MarkedSpan, ...], ...] | None
    computed: int
    reused: int


def combined(
    recipe: Recipe, scores: Sequence[float], labelled: Sequence[NDArray[Any]], hypothesis: str, offsets: NDArray[Any]
) -> tuple[float, tuple[MarkedSpan, ...]]:
    """One score and the error spans of a row, from its one sequence or its three; the shares are COMET's."""
    if not labelled:
        return float(np.mean(scores)), ()
    if len(labelled) == len(_WORD_SHARES):
        probabilities = sum(share * part for share, part in zip(_WORD_SHARES, labelled, strict=True))
    else:
        probabilities = labelled[0]
    spans = mark(hypothesis, np.asarray(probabilities), offsets, recipe.labels)
    if recipe.kind != "xcomet_metric":
        return float(np.mean(scores)), spans
    regressions = [min(score, 1.0) for score in scores]
    if len(regressions) == len(_REGRESSION_SHARES):
        value = sum(share * score for share, score in zip(_REGRESSION_SHARES, regressions, strict=True))
    else:
        value = sum(_REGRESSION_SHARES) * regressions[0]
    mqm = (25 - penalty(np.asarray(probabilities), recipe.labels)) / 25
    return float(value + _MQM_SHARE * mqm), spans
