"""The MQM rate: penalty points per 1,000 hypothesis words, under a named severity profile."""

import math

import numpy as np

from ..statistics import cautious_bound, rate_exceeds_p, rate_interval
from .inspected import Inspected
from .judging import Bounds, judge, more_segments, refused, sequential
from .policy import Role
from .verdict import Check, Outcome

__all__ = ["rate_check"]

NO_ERRORS = (
    "the reference is independent: differences from it are no errors, so there is no penalty rate; "
    "give a correction (--kind correction) or gate on a metric"
)
METHODS = {
    "complete": "every segment inspected: no sampling error",
    "sample": "upper bound: the sample and one more segment as bad as its worst (Dirichlet); "
    "lower bound: log-scale ratio, Student's t",
    "documents": "documents are the units; upper bound: they and one more, twice as far out as the worst (Dirichlet); "
    "lower bound: log-scale ratio, Student's t",
    "repeated": "e-process, valid however often it is looked at",
}


def rate_check(name: str, role: Role, limit: float, material: Inspected, profile: str, cap: float | None) -> Check:
    """Penalty points per 1,000 words against a limit that is not to be exceeded.

    The upper bound counts every finding that nobody rejected, the lower one only those confirmed or trusted. Against
    an independent reference there are differences and no errors: the check is invalid.
    """
    unit = f"penalty points per 1,000 hypothesis words ({profile})"
    if not material.errors_known:
        return refused(name, role, NO_ERRORS, unit=unit)
    total = float(material.words.sum())
    if total == 0.0:
        return refused(name, role, "no hypothesis words were inspected: 0 words have no rate", unit=unit)
    observed = 1000.0 * float(material.points.sum()) / total
    bounds = _bounds(material, limit, cap)
    if bounds is None:
        return refused(name, role, "at least two units are needed to conclude beyond them", unit=unit,
                       outcome=Outcome.INCONCLUSIVE)  # fmt: skip
    worst = np.argsort(-material.points, kind="stable")[:10]
    return judge(
        name,
        role,
        unit,
        observed,
        limit,
        bounds,
        material,
        settle=_settle(material, observed, limit, bounds),
        remark=_remark(material, observed, total),
        segments=tuple(material.ids[n] for n in worst if material.points[n] > 0),
    )


def _bounds(material: Inspected, limit: float, cap: float | None) -> Bounds | None:
    words, points, sure = material.words, material.points, material.sure
    if material.complete:
        per_word = 1000.0 / float(words.sum())
        return Bounds(per_word * float(sure.sum()), per_word * float(points.sum()), METHODS["complete"])
    if material.repeated and cap is not None:
        allowed = limit / 1000.0 * words
        most = max(limit / 1000.0 * material.longest, 1e-12)
        kept, broken = sequential(allowed - points, max(cap, 1e-12), sure - allowed, most, material)
        return Bounds(None, None, METHODS["repeated"], kept=kept, broken=broken, p=min(1.0, 1.0 / broken))
    confidence, clusters = 1.0 - material.risk, material.clusters
    units = material.units(points, words)
    high = cautious_bound(
        units[:, 0],
        units[:, 1],
        least=material.dearest,
        confidence=confidence,
        clustered=material.by_document,
        inspected=len(material),
        population=material.population,
    )
    below = rate_interval(sure, words, confidence=1.0 - 2.0 * material.risk, clusters=clusters,
                          population=material.population)  # fmt: skip
    if high is None or below is None:
        return None
    p = rate_exceeds_p(sure, words, limit, clusters=clusters, population=material.population)
    method = METHODS["documents" if material.by_document else "sample"]
    return Bounds(min(below[0], 1000.0 * float(sure.sum() / words.sum())), 1000.0 * high, method, p=p)


def _settle(material: Inspected, observed: float, limit: float, bounds: Bounds) -> str:
    """Reviews where findings are in doubt, segments where the sample is too small."""
    total = float(material.words.sum())
    least = 1000.0 * float(material.sure.sum()) / total
    advice = []
    if material.doubtful and least <= limit < observed:
        advice.append(_reviews(material, limit, total))
    if not material.complete:
        near = observed if observed <= limit or not material.doubtful else least
        bound = bounds.high if near <= limit else bounds.low
        advice.append(more_segments(material, near, bound, limit))
    elif not advice and material.doubtful:
        advice.append(_reviews(material, limit, total))
    return " and ".join(text for text in advice if text)


def _reviews(material: Inspected, limit: float, total: float) -> str:
    """How few reviews can settle it: rejections that bring the rate to the limit, or confirmations beyond it."""
    excess = float(material.points.sum()) - limit * total / 1000.0
    room = limit * total / 1000.0 - float(material.sure.sum())
    few = min(_needed(material.doubtful, excess, beyond=False), _needed(material.doubtful, room, beyond=True))
    count = len(material.doubtful)
    noun = "finding" if count == 1 else "findings"
    return f"review the {count} unreviewed {noun}, dearest first: {few} can settle it"


def _needed(costs: tuple[float, ...], points: float, *, beyond: bool) -> int:
    spent = np.cumsum(costs)
    reached = spent > points + 1e-9 if beyond else spent >= points - 1e-9
    return int(np.argmax(reached)) + 1 if reached.any() else len(costs)


def _remark(material: Inspected, observed: float, total: float) -> str:
    if not material.doubtful:
        return ""
    least = 1000.0 * float(material.sure.sum()) / total
    return (
        f"{_figure(least)} if all {len(material.doubtful)} unreviewed findings are rejected, "
        f"{_figure(observed)} if all stand"
    )


def _figure(value: float) -> str:
    return f"{value:.1f}" if math.isfinite(value) else "unbounded"
