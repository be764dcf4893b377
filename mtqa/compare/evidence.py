"""The statistics of a comparison: every segment is counted once a system, and everything else is sums of that."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from ..metric import Metric, Score, Signature
from ..segment import Batch
from ..statistics import (
    Floats,
    Fold,
    Pair,
    bca_interval,
    bootstrap_sums,
    clustered,
    holm,
    left_out,
    percentile_interval,
    permutation_tests,
    sacrebleu_bootstrap,
    sacrebleu_randomization,
)
from .measured import Measured, Model, measured
from .shape import Difference, Segment, Standing, Test

__all__ = [
    "Counted",
    "Outcome",
    "count",
    "counted",
    "differences",
    "outcomes",
    "outcomes_of_sacrebleu",
    "pairs_of",
    "standings",
]

RESAMPLES = 1000  # for intervals, as in `mtqa score --system-level`, whatever the test takes for its p-values


@dataclass(frozen=True, slots=True, eq=False)
class Counted:
    """Everything that is needed of one system and metric: statistics, units, scores of segments, bootstrap scores."""

    system: str
    metric: Metric
    signature: Signature
    fold: Fold
    units: Floats  # (units, width): the statistics of segments, or summed by document
    scores: Floats  # (segments,)
    drawn: Floats  # (samples,), the same draws for every system and metric

    @property
    def value(self) -> float:
        """The corpus score."""
        return float(self.fold(self.units.sum(axis=0)[None, :])[0])


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a test says of one pair: p, whether every swap was counted, and how many units differ."""

    p: float
    exact: bool
    differing: int


Table = Mapping[tuple[str, str], Counted]  # by system and the name of the metric


def count(
    systems: Mapping[str, Batch],
    metrics: Sequence[Metric],
    clusters: Sequence[object] | None,
    *,
    seed: int,
    model: Model,
) -> Table:
    """What is known of every system under every metric, with bootstrap scores that share their draws."""
    by_metric = {metric: measured(metric, systems, model) for metric in metrics}
    return counted(
        [(name, metric, by_metric[metric][name]) for name in systems for metric in metrics], clusters, seed=seed
    )


def counted(
    cells: Sequence[tuple[str, Metric, Measured]], clusters: Sequence[object] | None, *, seed: int
) -> dict[tuple[str, str], Counted]:
    """Systems and metrics as measured, all of the same units, with bootstrap scores that share their draws."""
    units = [clustered(found.values, clusters) for *_, found in cells]
    edges = np.cumsum([0, *(table.shape[1] for table in units)])
    folded: list[list[Floats]] = [[] for _ in cells]
    for sums in bootstrap_sums(np.concatenate(units, axis=1), samples=RESAMPLES, seed=seed):
        for number, (*_, found) in enumerate(cells):
            folded[number].append(found.fold(sums[:, edges[number] : edges[number + 1]]))
    return {
        (name, metric.name): Counted(
            name, metric, found.signature, found.fold, units[number], found.scores, np.concatenate(folded[number])
        )
        for number, (name, metric, found) in enumerate(cells)
    }


def pairs_of(systems: Sequence[str], *, all_pairs: bool) -> list[tuple[str, str]]:
    """The pairs that are tested: all against the first, or every one against every later one."""
    return list(combinations(systems, 2)) if all_pairs else [(systems[0], other) for other in systems[1:]]


def outcomes(
    table: Table, pairs: Sequence[tuple[str, str]], metrics: Sequence[Metric], *, samples: int, seed: int
) -> list[Outcome]:
    """The paired permutation test of every pair under every metric: metric by metric, pair by pair."""
    asked = [
        Pair(table[first, metric.name].units, table[second, metric.name].units, table[first, metric.name].fold)
        for metric in metrics
        for first, second in pairs
    ]
    found = permutation_tests(asked, samples=samples, seed=seed)
    return [Outcome(each.p, each.exact, each.differing) for each in found]


def outcomes_of_sacrebleu(
    table: Table, systems: Sequence[str], metrics: Sequence[Metric], *, test: Test, samples: int, seed: int
) -> tuple[list[Outcome], dict[tuple[str, str], tuple[float, float]]]:
    """The same from sacrebleu's test, all against the first; and what its bootstrap says of each system and metric."""
    run = sacrebleu_bootstrap if test == "bootstrap" else sacrebleu_randomization
    values = [[table[name, metric.name].units for metric in metrics] for name in systems]
    rows = run(values, [table[systems[0], metric.name].fold for metric in metrics], samples=samples, seed=seed)
    found, estimates = [], {}
    for m, metric in enumerate(metrics):
        baseline = table[systems[0], metric.name].units
        for s, name in enumerate(systems):
            result = rows[s][m]
            if result.mean is not None and result.half_width is not None:
                estimates[name, metric.name] = (result.mean, result.half_width)
            if result.p is not None:
                differing = int((baseline != table[name, metric.name].units).any(axis=1).sum())
                found.append(Outcome(result.p, False, differing))
    return found, estimates


def standings(
    table: Table, *, confidence: float, estimates: Mapping[tuple[str, str], tuple[float, float]]
) -> tuple[Standing, ...]:
    """The corpus score of every system with its percentile interval, metric by metric."""
    order = {key: place for place, key in enumerate(dict.fromkeys(key for _, key in table))}
    made = []
    for name, key in sorted(table, key=lambda cell: order[cell[1]]):
        own = table[name, key]
        enough = len(own.units) > 1
        score = Score(
            own.metric,
            own.value,
            len(own.scores),
            own.signature,
            percentile_interval(own.drawn, confidence=confidence) if enough else None,
            confidence,
        )
        made.append(Standing(name, score, estimates.get((name, key))))
    return tuple(made)


def differences(
    table: Table,
    pairs: Sequence[tuple[str, str]],
    metrics: Sequence[Metric],
    found: Sequence[Outcome],
    names: tuple[Sequence[str], Sequence[str]],
    *,
    confidence: float,
    shown: int,
) -> tuple[Difference, ...]:
    """Every pair under every metric, with Holm's correction over all of them; `names` are ids and documents."""
    asked = [(metric, first, second) for metric in metrics for first, second in pairs]
    adjusted = holm([each.p for each in found])
    made = []
    for (metric, first, second), outcome, p_holm in zip(asked, found, adjusted, strict=True):
        one, other = table[first, metric.name], table[second, metric.name]
        gains = (other.scores - one.scores) * (1.0 if metric.higher_is_better else -1.0)
        value = other.value - one.value
        made.append(
            Difference(
                metric=metric,
                baseline=first,
                system=second,
                value=value,
                interval=_interval(one, other, value, confidence),
                p=outcome.p,
                p_holm=p_holm,
                significant=p_holm <= 1.0 - confidence + 1e-12,
                exact=outcome.exact,
                differing=outcome.differing,
                effect=_effect(gains),
                better=int((gains > 0).sum()),
                same=int((gains == 0).sum()),
                worse=int((gains < 0).sum()),
                gained=_extremes(gains, one, other, names, shown),
                lost=_extremes(-gains, one, other, names, shown),
            )
        )
    return tuple(made)


def _interval(one: Counted, other: Counted, value: float, confidence: float) -> tuple[float, float] | None:
    """The BCa interval of a difference; the draws are shared, so the difference of the scores is one of pairs."""
    if len(one.units) < 2:
        return None
    without_one = left_out(other.units, other.fold) - left_out(one.units, one.fold)
    return bca_interval(other.drawn - one.drawn, value, without_one, confidence=confidence)


def _effect(gains: Floats) -> float | None:
    """Cohen's d of paired differences; None below two segments and where all are equal."""
    spread = float(gains.std(ddof=1)) if len(gains) > 1 else 0.0
    return float(gains.mean()) / spread if spread > 0.0 else None


def _extremes(
    gains: Floats, one: Counted, other: Counted, names: tuple[Sequence[str], Sequence[str]], shown: int
) -> tuple[Segment, ...]:
    """The segments with the largest positive gains, the first of equals first."""
    ids, documents = names
    order = np.argsort(-gains, kind="stable")[:shown]
    return tuple(
        Segment(ids[row], documents[row], float(one.scores[row]), float(other.scores[row]))
        for row in order
        if gains[row] > 0
    )
