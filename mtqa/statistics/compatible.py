"""The two significance tests of sacrebleu, number for number, for comparison with published results.

Neither is what mtqa decides by. The paired bootstrap rejects 11.5 % at p < 0.05 under an exactly exchangeable null
(real BLEU, 60 segments, 200 runs; simulated again in the tests), since it takes the mean of |difference| for the
centre; both count only strictly larger differences, so that a system and its copy are "significantly different".
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .permutation import Pair, swapped_sums
from .resampling import bootstrap_sums
from .units import SEED, Floats, Fold

__all__ = ["SacrebleuResult", "sacrebleu_bootstrap", "sacrebleu_randomization"]


@dataclass(frozen=True, slots=True)
class SacrebleuResult:
    """What sacrebleu prints of a system and metric: score, p (None: baseline), bootstrap mean, half its 95 % interval.

    Means and intervals agree with sacrebleu's to about 1e-6, since it sums in single precision.
    """

    score: float
    p: float | None
    mean: float | None
    half_width: float | None


def sacrebleu_bootstrap(
    systems: Sequence[Sequence[Floats]], folds: Sequence[Fold], *, samples: int = 1000, seed: int = SEED
) -> tuple[tuple[SacrebleuResult, ...], ...]:
    """`sacrebleu --paired-bs`: `systems[s][m]` are statistics `(segments, width)`; the first system is the baseline.

    One result a system and metric, `[s][m]`.
    """
    columns = [values for system in systems for values in system]
    edges = np.cumsum([0, *(values.shape[1] for values in columns)])
    folded: list[list[Floats]] = [[] for _ in columns]
    for sums in bootstrap_sums(np.concatenate(columns, axis=1), samples=samples, seed=seed):
        for number in range(len(columns)):
            fold = folds[number % len(folds)]
            folded[number].append(fold(sums[:, edges[number] : edges[number + 1]]))
    drawn = [np.concatenate(parts) for parts in folded]
    results = []
    for s, system in enumerate(systems):
        row = []
        for m, fold in enumerate(folds):
            score = _score(system[m], fold)
            mine = drawn[s * len(folds) + m]
            mean, half_width = _estimate(mine)
            p = None
            if s:
                gaps = np.abs(mine - drawn[m])
                p = _strict_p(gaps - gaps.mean(), abs(_score(systems[0][m], fold) - score))
            row.append(SacrebleuResult(score, p, mean, half_width))
        results.append(tuple(row))
    return tuple(results)


def sacrebleu_randomization(
    systems: Sequence[Sequence[Floats]], folds: Sequence[Fold], *, samples: int = 10_000, seed: int = SEED
) -> tuple[tuple[SacrebleuResult, ...], ...]:
    """`sacrebleu --paired-ar`, in the same shape as the bootstrap; without means and intervals, as there."""
    pairs = [
        Pair(baseline, values, fold)
        for system in systems[1:]
        for baseline, values, fold in zip(systems[0], system, folds, strict=True)
    ]
    observed = [abs(_score(pair.first, pair.fold) - _score(pair.second, pair.fold)) for pair in pairs]
    hits = [0] * len(pairs)
    for block in swapped_sums(pairs, samples=samples, seed=seed):
        for number, (first, second) in enumerate(block):
            gaps = np.abs(pairs[number].fold(first) - pairs[number].fold(second))
            hits[number] += int(np.count_nonzero(gaps > observed[number]))
    results = [tuple(SacrebleuResult(_score(v, f), None, None, None) for v, f in zip(systems[0], folds, strict=True))]
    for s in range(1, len(systems)):
        row = []
        for m, fold in enumerate(folds):
            p = (hits[(s - 1) * len(folds) + m] + 1) / (samples + 1)
            row.append(SacrebleuResult(_score(systems[s][m], fold), p, None, None))
        results.append(tuple(row))
    return tuple(results)


def _score(values: Floats, fold: Fold) -> float:
    return float(fold(values.sum(axis=0)[None, :])[0])


def _strict_p(gaps: Floats, observed: float) -> float:
    return (int(np.count_nonzero(gaps > observed)) + 1) / (len(gaps) + 1)


def _estimate(scores: Floats) -> tuple[float, float]:
    """sacrebleu's `estimate_ci`: the mean, and half the distance of the two order statistics at 1/40."""
    ordered = np.sort(scores)
    low = len(ordered) // 40
    return float(ordered.mean()), 0.5 * float(ordered[len(ordered) - low - 1] - ordered[low])
