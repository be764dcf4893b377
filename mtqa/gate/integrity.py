"""What needs no statistics and is judged first: is this a delivery at all, and is all of it there?"""

from collections.abc import Iterator, Sequence

from ..hygiene import Notice
from ..summary import Assessed, Status
from .policy import INTEGRITY, Integrity, Policy, Role
from .verdict import Check, Outcome

__all__ = ["integrity_checks"]

_SIDES = {
    "unaligned": (Status.UNALIGNED, "hypothesis lines without a reference"),
    "omitted": (Status.OMITTED, "reference lines that the delivery lacks"),
}


def integrity_checks(assessment: Assessed, policy: Policy) -> Iterator[Check]:
    """One check for each limit of `[integrity]`; and one for lines that nobody judged and the policy does not allow.

    A count is the number of segments that the notices of that name list (one, for a notice on the whole batch). Lines
    that were not judged make a delivery inconclusive unless the policy says how many may be.
    """
    delivered = len(assessment.batch)
    for name in INTEGRITY:
        row = policy.integrity.get(name)
        if name in _SIDES:
            status, noun = _SIDES[name]
            ids = [assessment.batch.id[n] for n, found in enumerate(assessment.status) if found == status]
            if row is not None:
                yield _check(name, row, len(ids), noun, ids, delivered)
            elif ids:
                yield _unjudged(name, ids, noun, delivered)
        elif row is not None:
            found = [notice for notice in assessment.summary.notices if notice.check == name]
            yield _check(name, row, _count(found), "segments", _segments(found), delivered)


def _count(notices: Sequence[Notice]) -> int:
    return len(_segments(notices)) + sum(not notice.segments for notice in notices)


def _segments(notices: Sequence[Notice]) -> list[str]:
    return list(dict.fromkeys(segment for notice in notices for segment in notice.segments))


def _check(name: str, row: Integrity, count: int, noun: str, ids: Sequence[str], delivered: int) -> Check:
    outcome = Outcome.PASS if count <= row.max else Outcome.FAIL
    return Check(
        name=f"integrity.{name}",
        role=row.role,
        outcome=outcome,
        unit=noun,
        observed=float(count),
        low=float(count),
        high=float(count),
        limit=float(row.max),
        at_most=True,
        inspected=delivered,
        population=delivered,
        method="counted",
        reason=f"{count} found, {row.max} allowed",
        segments=tuple(ids),
    )


def _unjudged(name: str, ids: Sequence[str], noun: str, delivered: int) -> Check:
    count = float(len(ids))
    return Check(
        name=f"integrity.{name}",
        role=Role.GATE,
        outcome=Outcome.INCONCLUSIVE,
        unit=noun,
        observed=count,
        low=count,
        high=count,
        limit=None,
        at_most=True,
        inspected=delivered,
        population=delivered,
        method="counted",
        reason=f"{len(ids)} {noun} were not judged, and the policy does not say how many may be",
        settle=f"pair them, or set integrity.{name} in the policy",
        segments=tuple(ids),
    )
