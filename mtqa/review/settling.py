"""What becomes of the findings when all that was decided is put together.

A reviewer's last decision on a finding counts. An arbiter's stands over the reviewers'. Where those who decide do not
agree, the finding is disputed: it stays as it was found and is not decided, so that a gate counts it as doubtful.
A vendor's reply settles nothing; where it differs from what stands, the finding is contested.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..mqm import ErrorSpan
from ..mqm.placing import positions_of
from ..segment import Batch
from ..summary import ReviewTally
from .decision import Decision, Entry, Mark, Review, Role, Verb

__all__ = ["Settled", "latest", "settle"]

Who = tuple[str, Role]


@dataclass(frozen=True, slots=True)
class Settled:
    """The errors that stand, in batch order, each with its key; `decided` are the positions that were confirmed."""

    errors: tuple[ErrorSpan, ...]
    keys: tuple[str, ...]
    decided: Mapping[int, bool]
    tally: ReviewTally


@dataclass(frozen=True, slots=True)
class _Fate:
    """One finding after the review: `error` is None where it was rejected."""

    key: str
    error: ErrorSpan | None
    verb: Verb | None
    disputed: bool
    contested: bool


def latest(trail: Sequence[Entry]) -> Mapping[str, Mapping[Who, Decision]]:
    """Finding → who → the last decision; findings in the order of their first decision."""
    found: dict[str, dict[Who, Decision]] = {}
    for entry in trail:
        found.setdefault(entry.decision.finding, {})[entry.reviewer, entry.role] = entry.decision
    return found


def settle(batch: Batch, review: Review) -> Settled:
    """The errors of a batch after its review: rejected ones gone, changed ones changed, added ones in their place."""
    decisions = latest(review.trail)
    fates = [_fate(str(n), error, decisions.get(str(n), {})) for n, error in enumerate(review.found)]
    for key, by in decisions.items():
        first = next((d for (_, role), d in by.items() if d.verb is Verb.ADD and role is not Role.VENDOR), None)
        if first is not None and first.new is not None:
            who = next(name for (name, _), decision in by.items() if decision is first)
            fates.append(_fate(key, _added(first.new, first.comment, who, batch), by))
    left = [(fate, fate.error) for fate in fates if fate.error is not None]
    places = positions_of([error for _, error in left], batch)
    order = sorted(range(len(left)), key=lambda n: (places[n], left[n][1].hypothesis))
    standing = [left[n] for n in order]
    return Settled(
        errors=tuple(error for _, error in standing),
        keys=tuple(fate.key for fate, _ in standing),
        decided={n: True for n, (fate, _) in enumerate(standing) if fate.verb is not None},
        tally=_tally(review, fates),
    )


def _fate(key: str, error: ErrorSpan, by: Mapping[Who, Decision]) -> _Fate:
    settling = {who: decision for who, decision in by.items() if decision.settles}
    voices = [d for (_, role), d in settling.items() if role is Role.ARBITER] or [
        d for (_, role), d in settling.items() if role is Role.REVIEWER
    ]
    wanted = {decision.new for decision in voices}
    disputed = len(wanted) > 1
    stands: ErrorSpan | None = error
    verb = None
    if len(wanted) == 1:
        verb = voices[0].verb
        new = voices[0].new
        comment = next((decision.comment for decision in voices if decision.comment), "")
        stands = None if new is None else new.onto(error, comment=comment)
    standing = Mark.of(stands) if stands is not None else None
    contested = any(d.new != standing for (_, role), d in settling.items() if role is Role.VENDOR)
    return _Fate(key, stands, verb, disputed, contested)


def _added(mark: Mark, comment: str, reviewer: str, batch: Batch) -> ErrorSpan:
    """An error that a person found: it rests on that person, not on a measurement."""
    return ErrorSpan(
        **{name: getattr(mark, name) for name in Mark.__slots__},
        severity_basis="review",
        rule="review",
        evidence=(f"added by {reviewer}",),
        explanation=comment or "Added in review.",
        confidence=1.0,
        reference_kind=batch.reference_kind,
    )


def _tally(review: Review, fates: Sequence[_Fate]) -> ReviewTally:
    found = [fate for fate in fates if not fate.key.startswith("+")]
    people = dict.fromkeys((entry.reviewer, str(entry.role)) for entry in review.trail)
    return ReviewTally(
        people=tuple(people),
        findings=len(found),
        confirmed=sum(fate.verb is not None and fate.error is not None for fate in found),
        changed=sum(fate.verb in (Verb.REGRADE, Verb.EDIT) for fate in found),
        rejected=sum(fate.error is None for fate in found),
        added=sum(fate.key.startswith("+") and fate.error is not None for fate in fates),
        disputed=sum(fate.disputed for fate in fates),
        contested=sum(fate.contested for fate in fates),
    )
