"""Against another delivery of the same source: no worse than it by more than the policy allows."""

from collections.abc import Sequence

import numpy as np

from ..metric import find_metric
from ..refusal import Refusal
from ..statistics import Floats, Pair, cautious_bound, permutation_tests
from ..summary import Assessed
from .inspected import Inspected
from .judging import Bounds, judge, more_segments, refused
from .policy import Baseline
from .scores import STRETCH, score_column
from .verdict import Check

__all__ = ["baseline_check"]

METHOD = "passing: bound of the mean difference (Dirichlet, one worse segment added); failing: paired permutation"


def baseline_check(rules: Baseline, assessment: Assessed, baseline: Assessed | None, material: Inspected) -> Check:
    """The mean difference of a metric to the baseline, segment by segment; a drop of `max_drop` itself passes.

    Both are judged on the same segments: same ids, and the same source where both know it. Failing is a paired
    permutation test (exact when few segments differ, ties counted), so that a resubmission with one changed segment
    never fails by it. Whether inspected completely or not, the question is about the systems, so the segments are
    always a sample of what they would translate.
    """
    name = f"baseline.{rules.metric}"
    unit = f"drop in mean segment {rules.metric} against the baseline"
    if baseline is None:
        return refused(name, rules.role, "no baseline was given; name one with --baseline", unit=unit)
    if material.repeated:
        return refused(name, rules.role, "a baseline is compared once, not again and again (scope.looks)", unit=unit)
    mine = score_column(rules.metric, material)
    if isinstance(mine, str):
        return refused(name, rules.role, mine, unit=unit)
    try:
        theirs = _matching(rules.metric, assessment, baseline, material)
    except Refusal as refusal:
        return refused(name, rules.role, str(refusal), unit=unit)
    metric = find_metric(rules.metric)
    drops = theirs - mine if metric.higher_is_better else mine - theirs
    bounds, remark = _bounds(drops, rules.max_drop, material)
    drop = float(drops.mean())
    worst = np.argsort(-drops, kind="stable")[:10]
    return judge(
        name,
        rules.role,
        unit,
        drop,
        rules.max_drop,
        bounds,
        material,
        settle=more_segments(material, drop, bounds.high if drop <= rules.max_drop else bounds.low, rules.max_drop),
        remark=remark,
        segments=tuple(material.ids[n] for n in worst if drops[n] > 0),
    )


def _matching(name: str, assessment: Assessed, baseline: Assessed, material: Inspected) -> Floats:
    """The baseline's scores of the same segments, in our order; refuses other segments, sources and signatures."""
    if name not in baseline.segment_scores:
        raise Refusal(f"the baseline has no {name}", mend=f"assess it with -m {name.lower()}")
    if not assessment.signatures[name].comparable(baseline.signatures[name]):
        raise Refusal(f"the two {name} were made in different ways", mend="assess both with the same version")
    place = {key: n for n, key in enumerate(zip(baseline.batch.document, baseline.batch.id, strict=True))}
    keys = list(zip(material.documents, material.ids, strict=True))
    absent = [key[1] for key in keys if key not in place]
    if absent:
        raise Refusal(f"{len(absent)} of {len(keys)} segments are not in the baseline (first: {absent[0]})",
                      mend="compare deliveries of the same source")  # fmt: skip
    rows = [place[key] for key in keys]
    _same_source(assessment, baseline, keys, rows)
    values = [baseline.segment_scores[name][row] for row in rows]
    if any(value is None for value in values):
        raise Refusal(f"segments of the baseline have no {name}", mend="align it with its reference again")
    return np.array(values, dtype=np.float64)


def _same_source(
    assessment: Assessed, baseline: Assessed, keys: Sequence[tuple[str, str]], rows: Sequence[int]
) -> None:
    """Where both know the source, it is the same; where not, the reference is."""
    batch = assessment.batch
    mine = {key: n for n, key in enumerate(zip(batch.document, batch.id, strict=True))}
    other = 0
    for key, row in zip(keys, rows, strict=True):
        here, there = batch.source[mine[key]], baseline.batch.source[row]
        if here is None or there is None:
            other += batch.references[mine[key]] != baseline.batch.references[row]
        else:
            other += here != there
    if other:
        raise Refusal(f"{other} of {len(keys)} segments have another source than the baseline's",
                      mend="compare deliveries of the same source and reference")  # fmt: skip


def _bounds(drops: Floats, limit: float, material: Inspected) -> tuple[Bounds, str]:
    units = material.units(drops, np.ones_like(drops))
    high = cautious_bound(
        units[:, 0],
        units[:, 1],
        stretch=STRETCH,
        confidence=1.0 - material.risk,
        clustered=material.by_document,
    )
    excess = units[:, :1] - limit * units[:, 1:]
    test = permutation_tests([Pair(np.zeros_like(excess), excess, _only_column)])[0]
    p = test.p / 2.0 if test.difference > 0.0 else 1.0
    beyond = p <= material.risk
    mean = float(drops.mean())
    low = max(limit, mean) if beyond else min(limit, mean)
    kind = "exact" if test.exact else f"{test.swaps:,} swaps"
    return Bounds(low, high, METHOD, p=p), f"permutation p = {p:.3g} ({kind}, {test.differing} units differ)"


def _only_column(sums: Floats) -> Floats:
    column: Floats = sums[..., 0]
    return column
