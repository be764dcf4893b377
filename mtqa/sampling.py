"""Which segments to inspect: drawn at random, spread over the documents, the risky ones more often if wanted.

Every segment has a known chance to be drawn, so that rates over the sample can be weighed back to the delivery, and a
seed, so that anybody can draw the same sample again.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .refusal import Misuse, Refusal
from .segment import Batch
from .statistics import SEED, Floats

__all__ = ["Pick", "draw", "in_random_order", "weighted_rate"]

EVEN = 0.5  # share of the chance that risk cannot take away: an unsuspected segment can be the bad one


@dataclass(frozen=True, slots=True)
class Pick:
    """One segment to inspect, by position in the batch; `chance` (0..1] of being drawn, `weight` = 1 / chance."""

    position: int
    chance: float

    @property
    def weight(self) -> float:
        """How many segments of the delivery this one stands for."""
        return 1.0 / self.chance


def draw(batch: Batch, size: int, *, risk: Sequence[float] | None = None, seed: int = SEED) -> tuple[Pick, ...]:
    """`size` different segments of a batch, in batch order.

    Systematic sampling with unequal chances (Madow 1949) over the segments in random order within their document and
    system: the sample has exactly this size, every document gets its share to within one segment, and the chances are
    exact. Without `risk` all are alike, which is what the gate's bounds assume. With `risk` (one number a segment,
    never negative) half of the chance goes by it. Refuses a size of 0 or above the batch.
    """
    count = len(batch)
    if not 1 <= size <= count:
        raise Misuse(f"{size} of {count} segments cannot be drawn", mend=f"give a size from 1 to {count}")
    chances = _chances(count, size, None if risk is None else np.asarray(risk, dtype=np.float64))
    rng = np.random.default_rng(seed)
    groups: dict[tuple[str, str], list[int]] = {}
    for position, key in enumerate(zip(batch.system, batch.document, strict=True)):
        groups.setdefault(key, []).append(position)
    order = np.concatenate([rng.permutation(members) for members in groups.values()])
    edges = np.cumsum(chances[order])
    edges[-1] = size  # the sum is the size, but for rounding
    ticks = rng.random() + np.arange(size)
    drawn = order[np.searchsorted(edges, ticks, side="right")]
    return tuple(Pick(int(position), float(chances[position])) for position in sorted(drawn))


def in_random_order(batch: Batch, *, seed: int = SEED) -> tuple[int, ...]:
    """All positions of a batch in random order: to inspect one by one until a sequential plan decides."""
    if not len(batch):
        raise Refusal("no segments to draw from")
    return tuple(np.random.default_rng(seed).permutation(len(batch)).tolist())


def weighted_rate(points: Floats, words: Floats, weights: Floats, *, per: float = 1000.0) -> float:
    """The rate of the whole delivery from a sample with unequal chances (Hájek 1971); `(sample,)` each.

    Nearly unbiased: the points and the words of each segment stand for as many segments as it has weight. Refuses
    (ValueError) columns of different lengths, weights that are not positive, and a sample without words.
    """
    if not len(points) == len(words) == len(weights) or not (weights > 0.0).all() or not weights @ words > 0.0:
        raise ValueError("points, words and positive weights of the same segments are wanted, and some words")
    return float(per * (weights @ points) / (weights @ words))


def _chances(count: int, size: int, risk: Floats | None) -> Floats:
    """The chance of each segment, at most 1, summing to `size`."""
    if risk is None or risk.sum() == 0.0:
        return np.full(count, size / count)
    if len(risk) != count or (risk < 0).any() or not np.isfinite(risk).all():
        raise ValueError("one risk a segment is wanted, finite and not negative")
    share = EVEN / count + (1.0 - EVEN) * risk / risk.sum()
    certain = np.zeros(count, dtype=bool)
    while True:
        chances = np.where(certain, 1.0, (size - certain.sum()) * share / share[~certain].sum())
        over = (chances > 1.0) & ~certain
        if not over.any():
            return chances
        certain |= over
