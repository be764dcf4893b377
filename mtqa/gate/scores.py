"""Metric checks: the mean of the segment scores, and the tail of bad segments."""

from collections.abc import Iterator

import numpy as np

from ..metric import Metric as Measure
from ..statistics import Floats, cautious_bound, mean_exceeds_p
from .inspected import Inspected
from .judging import Bounds, judge, more_segments, refused, sequential
from .policy import Metric, Role, Tail
from .shares import share_within
from .verdict import Check

__all__ = ["metric_checks", "score_column"]

STRETCH = 1.5  # the added segment lies half as far out again as the worst one seen (measured, docs/gate.md)


def metric_checks(rules: Metric, material: Inspected) -> Iterator[Check]:
    """The checks of one `[[metric]]`: invalid where the assessment lacks the metric or a segment lacks its score."""
    measure = material.metric(rules.name)
    column = score_column(rules.name, material)
    limit = rules.min_mean if measure.higher_is_better else rules.max_mean
    if limit is not None:
        name = f"metric.{rules.name}.{'min' if measure.higher_is_better else 'max'}_mean"
        if isinstance(column, str):
            yield refused(name, rules.role, column)
        else:
            yield _mean_check(name, rules.role, limit, column, measure, material)
    tail = rules.max_share_below if measure.higher_is_better else rules.max_share_above
    if tail is not None:
        name = f"metric.{rules.name}.max_share_{'below' if measure.higher_is_better else 'above'}"
        if isinstance(column, str):
            yield refused(name, rules.role, column)
        else:
            yield _tail_check(name, rules.role, tail, column, measure, material)


def score_column(name: str, material: Inspected) -> Floats | str:
    """The scores of the judged segments, or why there are none to judge."""
    column = material.scores.get(name)
    if column is None:
        known = ", ".join(material.scores) or "no metric"
        return f"the assessment has no {name} (it has {known}); assess it with -m {material.metric(name).asked}"
    missing = int(np.isnan(column).sum())
    if missing:
        return f"{missing} of {len(column)} judged segments have no {name}"
    return column


def _mean_check(name: str, role: Role, limit: float, column: Floats, measure: Measure, material: Inspected) -> Check:
    mean = float(column.mean())
    bounds = _mean_bounds(column, limit, measure, material)
    if bounds is None:
        return refused(name, role, f"{measure.name} has no worst value, so repeated looks cannot bound its mean; "
                       "limit its tail instead")  # fmt: skip
    upward = measure.higher_is_better
    kept = mean >= limit if upward else mean <= limit
    toward = (bounds.low if kept else bounds.high) if upward else (bounds.high if kept else bounds.low)
    worst = np.argsort(column if upward else -column, kind="stable")[:10]
    return judge(
        name,
        role,
        f"mean segment {measure.name}",
        mean,
        limit,
        bounds,
        material,
        at_most=not upward,
        settle=more_segments(material, mean, toward, limit),
        segments=tuple(material.ids[n] for n in worst),
    )


def _mean_bounds(column: Floats, limit: float, measure: Measure, material: Inspected) -> Bounds | None:
    """Bounds of the mean: the cautious one on the bad side, Student's t on the good side."""
    mean = float(column.mean())
    if material.complete:
        return Bounds(mean, mean, "every segment inspected: no sampling error")
    sign = -1.0 if measure.higher_is_better else 1.0
    bad = sign * column  # more is worse
    worst_end = measure.lowest if measure.higher_is_better else measure.highest
    best_end = measure.highest if measure.higher_is_better else measure.lowest
    if material.repeated:
        if worst_end is None or best_end is None:
            return None
        gain = sign * limit - bad
        kept, broken = sequential(gain, abs(limit - worst_end), -gain, abs(limit - best_end), material)
        return Bounds(None, None, "e-process, valid however often it is looked at", kept=kept, broken=broken,
                      p=min(1.0, 1.0 / broken))  # fmt: skip
    ones = np.ones_like(bad)
    units = material.units(bad, ones)
    confidence = 1.0 - material.risk
    worst = cautious_bound(
        units[:, 0],
        units[:, 1],
        most=None if worst_end is None or material.by_document else sign * worst_end,
        stretch=STRETCH,
        confidence=confidence,
        clustered=material.by_document,
        inspected=len(material),
        population=material.population,
    )
    if worst is None:
        return Bounds(None, None, "not judged: one unit")
    p, best = mean_exceeds_p(units[:, 0], units[:, 1], sign * limit, confidence=confidence, inspected=len(material),
                             population=material.population)  # fmt: skip
    low, high = sorted((sign * worst, sign * best))
    method = "bad side: the sample and one more, half as far out again as its worst (Dirichlet); good side: Student's t"
    return Bounds(low, high, method, p=p)


def _tail_check(name: str, role: Role, tail: Tail, column: Floats, measure: Measure, material: Inspected) -> Check:
    """The share of segments beyond a score: exact bounds, as for any share."""
    below = measure.higher_is_better
    bad = column < tail.score if below else column > tail.score
    hits, count = int(bad.sum()), len(material)
    bounds = share_within(bad, bad, tail.share, material)
    share = hits / count
    worst = np.flatnonzero(bad)[np.argsort((column if below else -column)[bad], kind="stable")]
    return judge(
        name,
        role,
        f"share of segments with {measure.name} {'below' if below else 'above'} {tail.score:g}",
        share,
        tail.share,
        bounds,
        material,
        settle=more_segments(material, share, bounds.high if share <= tail.share else bounds.low, tail.share),
        segments=tuple(material.ids[n] for n in worst[:10]),
    )
