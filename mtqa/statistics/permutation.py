"""Is a difference between two systems more than chance? Paired permutation of whole segments or documents.

Under the null hypothesis it does not matter which of two outputs of a segment came from which system, so any of them
may be swapped. The p-value is the share of swaps whose difference is at least as large as the observed one.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .units import BLOCK_CELLS, SEED, Floats, Fold, single_is_exact

__all__ = ["Pair", "Permutation", "permutation_tests", "swapped_sums"]

_TOLERANCE = 1e-9  # of a score: equal sums fold to equal scores, but two orders of summing may differ in the last bit
_UNITS_AT_ONCE = 1 << 16


@dataclass(frozen=True, slots=True, eq=False)
class Pair:
    """Two systems under one metric: statistics `(units, width)` of either, unit for unit, and the fold to a score."""

    first: Floats
    second: Floats
    fold: Fold


@dataclass(frozen=True, slots=True)
class Permutation:
    """The outcome: `difference` is second minus first, `p` two-sided; `differing` units have other statistics.

    `exact`: all `2 ** differing` swaps were counted; otherwise `swaps` random ones, and p is (hits + 1) / (swaps + 1).
    """

    difference: float
    p: float
    differing: int
    swaps: int
    exact: bool


def permutation_tests(pairs: Sequence[Pair], *, samples: int = 10_000, seed: int = SEED) -> tuple[Permutation, ...]:
    """One paired permutation test for each pair; all pairs have the same units.

    Exact where 2 ** (differing units) is at most `samples`: then p may be used at any level, and systems that differ
    in one segment have p = 1, as they should. Ties count as at least as large, so p is never too small: the test holds
    its level under exchangeability whatever the metric (simulated in the tests). Identical systems give p = 1.
    The random swaps are those of sacrebleu's approximate randomisation with the same seed.
    """
    if samples < 1:
        raise ValueError(f"at least one sample is needed, not {samples}")
    moved = [np.flatnonzero((pair.first != pair.second).any(axis=1)) for pair in pairs]
    exact = [len(units) < 63 and 2 ** len(units) <= samples for units in moved]
    found: dict[int, Permutation] = {}
    for number, (pair, units) in enumerate(zip(pairs, moved, strict=True)):
        if exact[number]:
            found[number] = _exactly(pair, units)
    drawn = [number for number in range(len(pairs)) if not exact[number]]
    hits = dict.fromkeys(drawn, 0)
    differences = {number: _difference(pairs[number]) for number in drawn}
    for blocks in swapped_sums([pairs[number] for number in drawn], samples=samples, seed=seed):
        for number, (first, second) in zip(drawn, blocks, strict=True):
            fold = pairs[number].fold
            hits[number] += _as_large(fold(second) - fold(first), differences[number])
    for number in drawn:
        p = (hits[number] + 1) / (samples + 1)
        found[number] = Permutation(differences[number], p, len(moved[number]), samples, exact=False)
    return tuple(found[number] for number in range(len(pairs)))


def swapped_sums(pairs: Sequence[Pair], *, samples: int, seed: int = SEED) -> Iterator[list[tuple[Floats, Floats]]]:
    """Blocks of summed statistics after random swaps: for each pair `(first, second)`, each `(rows, width)`.

    One matrix of coin flips times the differences of all pairs side by side. Blocks have a multiple of 32 rows, so that
    the generator's bits (32 at a time) continue and the flips equal `rng.integers(2, (samples, units), bool)`.
    """
    if not pairs:
        return
    units = len(pairs[0].first)
    differences = np.concatenate([pair.first - pair.second for pair in pairs], axis=1)
    if single_is_exact(differences):
        differences = differences.astype(np.float32)
    edges = np.cumsum([0, *(pair.first.shape[1] for pair in pairs)])
    totals = [(pair.first.sum(axis=0), pair.second.sum(axis=0)) for pair in pairs]
    rng = np.random.default_rng(seed)
    rows = max(32, BLOCK_CELLS // units // 32 * 32)
    for start in range(0, samples, rows):
        keep = rng.integers(2, size=(min(rows, samples - start), units), dtype=bool)
        moved = _product(keep, differences)
        block = []
        for (first, second), low, high in zip(totals, edges[:-1], edges[1:], strict=True):
            swapped = second + moved[:, low:high]  # the first system's where the coin says keep, else the second's
            block.append((swapped, first + second - swapped))
        yield block


def _exactly(pair: Pair, units: NDArray[np.intp]) -> Permutation:
    """All swaps of the differing units, one of each pair of mirror images."""
    difference = _difference(pair)
    if not len(units):
        return Permutation(difference, 1.0, 0, 1, exact=True)
    first, second = pair.first.sum(axis=0), pair.second.sum(axis=0)
    gaps = (pair.second - pair.first)[units]
    hits, count = 0, 2 ** (len(units) - 1)
    for start in range(0, count, 1 << 14):
        numbers = np.arange(start, min(start + (1 << 14), count))
        swap = (numbers[:, None] >> np.arange(len(units))) & 1
        moved = swap.astype(np.float64) @ gaps
        hits += _as_large(pair.fold(second - moved) - pair.fold(first + moved), difference)
    return Permutation(difference, hits / count, len(units), 2 * count, exact=True)


def _difference(pair: Pair) -> float:
    first, second = pair.fold(np.stack([pair.first.sum(axis=0), pair.second.sum(axis=0)]))
    return float(second - first)


def _as_large(differences: Floats, observed: float) -> int:
    return int(np.count_nonzero(np.abs(differences) >= abs(observed) - _TOLERANCE * max(1.0, abs(observed))))


def _product(keep: NDArray[np.bool_], differences: NDArray[np.float32] | Floats) -> Floats:
    """`keep @ differences` without a float copy of the whole matrix of flips."""
    total = np.zeros((len(keep), differences.shape[1]))
    for start in range(0, len(differences), _UNITS_AT_ONCE):
        part = slice(start, start + _UNITS_AT_ONCE)
        total += np.matmul(keep[:, part].astype(differences.dtype), differences[part])
    return total
