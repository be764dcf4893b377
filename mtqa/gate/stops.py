"""Stop errors: a wrong figure, name or sense that no average buys off."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from ..statistics import clean_segments_needed
from .inspected import Inspected
from .judging import Bounds, judge, more_segments, refused
from .policy import Critical, Role
from .shares import share_within
from .verdict import Check

__all__ = ["count_check", "stop_checks"]

SHARE_UNIT = "share of segments with a stop error"


def stop_checks(rules: Critical, material: Inspected) -> Iterator[Check]:
    """The checks of `[critical]`: the count in what was inspected, and the share of segments in all of it."""
    if rules.max is not None:
        yield count_check("critical.max", rules.role, rules.max, material)
    if rules.max_share is not None:
        yield _share_check(rules, rules.max_share, material)


def count_check(name: str, role: Role, limit: int, material: Inspected) -> Check:
    """Stop errors in what was inspected: at most `limit`. No statistics; says nothing of what was not inspected."""
    unit = "stop errors in the inspected segments"
    if not material.errors_known:
        return refused(name, role, "the reference is independent: differences from it are no errors", unit=unit)
    every, sure = material.stop_errors
    open_ = every - sure
    return judge(
        name,
        role,
        unit,
        float(every),
        float(limit),
        Bounds(float(sure), float(every), "counted"),
        replace(material, population=len(material)),
        settle=f"review the {open_} unreviewed stop {'error' if open_ == 1 else 'errors'}",
        remark=f"{open_} of {every} unreviewed" if open_ else "",
        segments=tuple(material.ids[n] for n in np.flatnonzero(material.stops)),
    )


def _share_check(rules: Critical, limit: float, material: Inspected) -> Check:
    name = "critical.max_share"
    if not material.errors_known:
        return refused(name, rules.role, "the reference is independent: differences from it are no errors",
                       unit=SHARE_UNIT)  # fmt: skip
    hits, sure, count = int(material.stops.sum()), int(material.sure_stops.sum()), len(material)
    bounds = share_within(material.stops, material.sure_stops, limit, material)
    settle = more_segments(material, hits / count, bounds.high if hits / count <= limit else bounds.low, limit)
    if hits == 0 and 0.0 < limit < 1.0 and material.population is None:
        wanted = clean_segments_needed(limit, confidence=1.0 - material.risk) - count
        settle = f"inspect {max(1, wanted):,} more segments; if they are clean it passes"
    if hits > sure:
        settle = f"review the {hits - sure} segments with unreviewed stop errors" + (f" and {settle}" if settle else "")
    return judge(
        name,
        rules.role,
        SHARE_UNIT,
        hits / count,
        limit,
        bounds,
        material,
        settle=settle,
        segments=tuple(material.ids[n] for n in np.flatnonzero(material.stops)),
    )
