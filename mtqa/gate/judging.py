"""From bounds to an outcome: the one place where a limit is compared."""

import math
from dataclasses import dataclass

from ..statistics import Floats, running_evidence
from .inspected import Inspected
from .policy import Role
from .verdict import Check, Outcome

__all__ = ["Bounds", "judge", "more_segments", "refused", "sequential"]

_LAST_BIT = 1e-9  # a limit of 25 is kept by 25.000000000000004
HOPELESS = 20_000  # segments: nobody inspects so many to settle one check


@dataclass(frozen=True, slots=True)
class Bounds:
    """What the truth lies between, and how sure that is.

    `low` and `high` are one-sided bounds at the risk; `p` the probability of what was seen if the limit is just kept.
    With repeated looks `kept` and `broken` are e-values for "within" and "beyond" and the bounds are None.
    """

    low: float | None
    high: float | None
    method: str
    p: float | None = None
    kept: float | None = None
    broken: float | None = None


def judge(
    name: str,
    role: Role,
    unit: str,
    observed: float,
    limit: float,
    bounds: Bounds,
    material: Inspected,
    *,
    at_most: bool = True,
    settle: str = "",
    remark: str = "",
    segments: tuple[str, ...] = (),
) -> Check:
    """The check: pass if even the unfavourable bound keeps the limit, fail if even the favourable one breaks it."""
    outcome = _outcome(limit, bounds, material.risk, at_most=at_most)
    return Check(
        name=name,
        role=role,
        outcome=outcome,
        unit=unit,
        observed=observed,
        low=bounds.low,
        high=bounds.high,
        limit=limit,
        at_most=at_most,
        inspected=len(material),
        population=material.population,
        method=bounds.method,
        reason=_reason(outcome, bounds, material) + (f"; {remark}" if remark else ""),
        settle=settle if outcome == Outcome.INCONCLUSIVE else "",
        p=bounds.p,
        segments=segments,
    )


def refused(
    name: str, role: Role, reason: str, *, unit: str = "", outcome: Outcome = Outcome.INVALID, settle: str = ""
) -> Check:
    """A check that could not be judged, with the reason; never a pass."""
    return Check(name, role, outcome, unit, None, None, None, None, True, 0, None, "not judged", reason, settle)


def sequential(
    within: Floats, within_reach: float, beyond: Floats, beyond_reach: float, material: Inspected
) -> tuple[float, float]:
    """The largest e-values so far for "within the limit" and "beyond it"; gains are segment by segment."""
    kept = running_evidence(within, reach=within_reach, population=material.population)
    broken = running_evidence(beyond, reach=beyond_reach, population=material.population)
    return float(kept.max()), float(broken.max())


def more_segments(material: Inspected, observed: float, bound: float | None, limit: float) -> str:
    """About how many more segments like these settle a check whose bound reaches from `observed` past `limit`.

    The reach of a bound shrinks with the square root of the segments; of a delivery no more than the rest is needed.
    """
    if material.repeated and bound is None:
        return "inspect more segments in random order, and look again whenever you like"
    rest = None if material.population is None else material.population - len(material)
    gap = abs(limit - observed)
    if bound is None or gap == 0.0:
        wanted = math.inf
    else:
        wanted = len(material) * ((bound - observed) / gap) ** 2 - len(material)
    if rest is not None and wanted >= rest:
        return f"inspect the remaining {rest:,} segments" if rest else ""
    if wanted > HOPELESS:
        return "the observed value stands too close to the limit for any affordable sample to settle it"
    step = 10 ** max(0, math.floor(math.log10(max(1.0, wanted))) - 1)
    count = max(1, math.ceil(wanted / step) * step)
    noun = "documents' worth of segments" if material.by_document else "segments"
    return f"inspect about {count:,} more {noun} like these"


def _outcome(limit: float, bounds: Bounds, risk: float, *, at_most: bool) -> Outcome:
    if bounds.kept is not None and bounds.broken is not None:
        kept, broken = bounds.kept >= 1.0 / risk, bounds.broken >= 1.0 / risk
    else:
        sign = 1.0 if at_most else -1.0
        room = _LAST_BIT * max(1.0, abs(limit))
        worst, best = (bounds.high, bounds.low) if at_most else (bounds.low, bounds.high)
        kept = worst is not None and sign * worst <= sign * limit + room
        broken = best is not None and sign * best > sign * limit + room
    if kept == broken:
        return Outcome.INCONCLUSIVE
    return Outcome.PASS if kept else Outcome.FAIL


def _reason(outcome: Outcome, bounds: Bounds, material: Inspected) -> str:
    if bounds.kept is not None and bounds.broken is not None:
        wanted = 1.0 / material.risk
        return (
            f"evidence for keeping the limit {bounds.kept:.3g}, for breaking it {bounds.broken:.3g}; {wanted:g} decides"
        )
    if outcome == Outcome.INCONCLUSIVE:
        return "the truth may lie on either side of the limit"
    said = "keeps the limit" if outcome == Outcome.PASS else "is beyond the limit"
    return f"the delivery {said}" if material.complete else f"{said} ({100 * (1 - material.risk):g} % sure)"
