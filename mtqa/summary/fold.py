"""From segments, statistics and findings to a summary.

Corpus values are folds of summed statistics, never means of segment scores; intervals redraw the segments (bootstrap
for metrics, log-scale ratio for rates), so they say what other segments of the same kind would have given.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ..engines import Statistics, fold, segment_scores, signature
from ..hygiene import Notice
from ..metric import Metric, Score
from ..mqm import CATEGORIES, ErrorSpan, Profile, Severity, SystemicFinding
from ..mqm.placing import positions_of
from ..segment import Batch, ReferenceKind
from ..statistics import bootstrap_interval, mean_interval, rate_interval
from ..text import word_count
from .measured import Measured
from .shape import CategoryCount, Group, Rate, Status, Summary, WorstSegment

__all__ = ["recount", "summarise"]

WORST = 10  # a reader looks at the ten worst, then filters
Floats = NDArray[np.float64]


def summarise(
    batch: Batch,
    measured: Measured,
    errors: Sequence[ErrorSpan],
    *,
    systemic: Sequence[SystemicFinding] = (),
    notices: Sequence[Notice] = (),
    profile: Profile,
    kind_basis: str,
    expected: Sequence[float | None] = (),
) -> Summary:
    """The summary of one assessed batch; `errors` are in batch order.

    Against an independent reference `errors` are differences: they are counted, no penalty is given, and `expected`
    (the penalty to expect of each segment) says which to look at first.
    """
    scored = Summary(
        segments=len(batch),
        assessed=measured.status.count(Status.PAIRED),
        unaligned_hypotheses=measured.status.count(Status.UNALIGNED),
        unaligned_references=measured.status.count(Status.OMITTED),
        words=sum(word_count(text) for text in batch.hypothesis),
        reference_kind=batch.reference_kind,
        kind_basis=kind_basis,
        profile="",
        scores=(*_corpus_scores(measured.statistics, measured.data), *_means_of_models(measured)),
        segment_means=(*_segment_means(measured.statistics, measured.data), *_means_of_models(measured)),
        normalised=_where_different(measured),
        errors=0,
        errors_per_1000=None,
        penalty_points=None,
        penalty=None,
        categories=(),
        severities=(),
        groups=tuple(_groups(batch, measured)),
        worst=(),
        systemic=tuple(systemic),
        notices=tuple(notices),
    )
    scores = measured.segment_scores()
    return recount(scored, batch, errors, profile=profile, segment_scores=scores, expected=expected)


def recount(
    summary: Summary,
    batch: Batch,
    errors: Sequence[ErrorSpan],
    *,
    profile: Profile,
    segment_scores: Mapping[str, Sequence[float | None]],
    expected: Sequence[float | None] = (),
) -> Summary:
    """The summary with everything that depends on the errors counted anew: counts, rates, groups, worst segments.

    The scores are kept as they are, and so are the systemic findings: their instances are the caller's to name.
    """
    judged = batch.reference_kind == ReferenceKind.CORRECTION
    costs = _Costs.of(batch, errors, profile)
    metrics = [(score.metric, segment_scores[score.metric.name]) for score in summary.scores]
    return replace(
        summary,
        profile=profile.label,
        own_profile=None if profile.label == profile.name else profile,
        errors=len(errors),
        errors_per_1000=_rate(costs.errors, costs.words),
        penalty_points=float(costs.points.sum()) if judged else None,
        penalty=_rate(costs.points, costs.words) if judged else None,
        categories=_categories(errors, profile),
        severities=tuple((s, sum(e.severity == s for e in errors)) for s in reversed(Severity)),
        groups=tuple(
            _charged(group, costs.take(np.array(positions, dtype=np.int64)), judged=judged)
            for group, (_, _, positions) in zip(summary.groups, _parts(batch), strict=True)
        ),
        worst=_worst(batch, costs, metrics, expected or (None,) * len(batch)),
    )


@dataclass(frozen=True, slots=True)
class _Costs:
    """Per segment: hypothesis words, errors, penalty points; `(segments,) float64` in batch order."""

    words: Floats
    errors: Floats
    points: Floats

    @classmethod
    def of(cls, batch: Batch, errors: Sequence[ErrorSpan], profile: Profile) -> "_Costs":
        count, points = np.zeros(len(batch)), np.zeros(len(batch))
        for position, cost in zip(positions_of(errors, batch), profile.costs(errors), strict=True):
            count[position] += 1
            points[position] += cost
        return cls(np.array([word_count(text) for text in batch.hypothesis], dtype=np.float64), count, points)

    def take(self, positions: NDArray[np.int64]) -> "_Costs":
        return _Costs(self.words[positions], self.errors[positions], self.points[positions])


def _rate(counts: Floats, words: Floats) -> Rate | None:
    if words.sum() == 0:
        return None
    return Rate(float(1000.0 * counts.sum() / words.sum()), rate_interval(counts, words))


def _corpus_scores(statistics: Sequence[Statistics], data: str) -> tuple[Score, ...]:
    return tuple(_corpus_score(each, data) for each in statistics)


def _corpus_score(statistics: Statistics, data: str, normaliser: str = "none") -> Score:
    values = statistics.values.astype(np.float64)
    return Score(
        metric=statistics.metric,
        value=float(fold(statistics.metric, values.sum(axis=0))),
        segments=len(values),
        signature=signature(statistics, data=data, normaliser=normaliser),
        interval=bootstrap_interval(values, lambda sums: fold(statistics.metric, sums)),
    )


def _segment_means(statistics: Sequence[Statistics], data: str) -> tuple[Score, ...]:
    means = []
    for each in statistics:
        scores = segment_scores(each)
        means.append(
            Score(
                metric=each.metric,
                value=float(scores.mean()),
                segments=len(scores),
                signature=signature(each, data=data, level="segment").with_parts(level="segment-mean"),
                interval=mean_interval(scores, lowest=each.metric.lowest, highest=each.metric.highest),
            )
        )
    return tuple(means)


def _means_of_models(measured: Measured) -> tuple[Score, ...]:
    """The system's value of a neural metric is the mean of its segment scores; they are counted no second time."""
    return tuple(
        Score(
            metric=scored.metric,
            value=float(scored.values.mean()),
            segments=len(scored),
            signature=scored.signature.with_parts(n=str(len(scored))),
            interval=mean_interval(scored.values, lowest=scored.metric.lowest, highest=scored.metric.highest),
        )
        for scored in measured.modelled
    )


def _where_different(measured: Measured) -> tuple[Score, ...]:
    """Corpus values after typographic normalisation, if any of them differs from the raw one by a hundredth."""
    if not measured.normalised:
        return ()
    raw = _corpus_scores(measured.statistics, measured.data)
    plain = tuple(_corpus_score(each, measured.data, normaliser="typography") for each in measured.normalised)
    differ = any(abs(a.value - b.value) >= 0.01 for a, b in zip(raw, plain, strict=True))
    return plain if differ else ()


def _categories(errors: Sequence[ErrorSpan], profile: Profile) -> tuple[CategoryCount, ...]:
    """Rows of the category × severity table: dearest first, then most frequent, then by name."""
    table: dict[str, Counter[Severity]] = defaultdict(Counter)
    points: dict[str, float] = defaultdict(float)
    for error, cost in zip(errors, profile.costs(errors), strict=True):
        table[error.category][error.severity] += 1
        points[error.category] += cost
    rows = [
        CategoryCount(
            category=category,
            counts=tuple((severity, counts[severity]) for severity in reversed(Severity)),
            points=round(points[category], 9),  # tenths add up to tenths
        )
        for category, counts in table.items()
    ]
    order = list(CATEGORIES)
    return tuple(sorted(rows, key=lambda row: (-row.points, -row.total, order.index(row.category))))


def _parts(batch: Batch) -> list[tuple[str, str, list[int]]]:
    """(column, name, positions in the batch) of each system and each document, each only where there are several."""
    found = []
    for column, names in (("system", batch.system), ("document", batch.document)):
        positions: dict[str, list[int]] = defaultdict(list)
        for position, name in enumerate(names):
            positions[name].append(position)
        if len(positions) > 1:
            found += [(column, name, where) for name, where in positions.items()]
    return found


def _groups(batch: Batch, measured: Measured) -> list[Group]:
    """One row a system and one a document, scored; what the errors cost is not in it yet."""
    rows = []
    for column, name, where in _parts(batch):
        part = measured.part(where)
        rows.append(
            Group(
                document=name if column == "document" else "",
                system=name if column == "system" else "",
                segments=len(where),
                words=0,
                errors=0,
                points=0.0,
                penalty=None,
                scores=(*_corpus_scores(part.statistics, measured.data), *_means_of_models(part))
                if part.paired
                else (),
            )
        )
    return rows


def _charged(group: Group, cost: _Costs, *, judged: bool) -> Group:
    """The row with what the errors of its segments cost."""
    return replace(
        group,
        words=int(cost.words.sum()),
        errors=int(cost.errors.sum()),
        points=float(cost.points.sum()) if judged else 0.0,
        penalty=_rate(cost.points, cost.words) if judged else None,
    )


def _worst(
    batch: Batch,
    costs: _Costs,
    metrics: Sequence[tuple[Metric, Sequence[float | None]]],
    expected: Sequence[float | None],
) -> tuple[WorstSegment, ...]:
    """Most penalty points first, ties by the first metric's score, then by place; flawless segments are left out.

    Where a penalty is expected, the most expected first.
    """

    def badness(position: int) -> tuple[float, float, float, int]:
        metric, values = metrics[0] if metrics else (None, ())
        value = values[position] if metric else None
        score = 0.0 if metric is None or value is None else value if metric.higher_is_better else -value
        return -(expected[position] or 0.0), -costs.points[position], score, position

    order = sorted(np.flatnonzero(costs.errors).tolist(), key=badness)
    return tuple(
        WorstSegment(
            id=batch.id[p],
            document=batch.document[p],
            system=batch.system[p],
            points=float(costs.points[p]),
            errors=int(costs.errors[p]),
            scores=tuple((metric.name, value) for metric, values in metrics if (value := values[p]) is not None),
            expected_penalty=expected[p],
        )
        for p in order[:WORST]
    )
