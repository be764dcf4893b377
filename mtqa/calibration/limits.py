"""From labelled deliveries to a limit for each measure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ..mqm import Severity
from ..refusal import Refusal
from ..segment import ReferenceKind
from ..statistics import share_bounds
from ..summary import Assessed

__all__ = ["Labelled", "Measure", "Proposal", "labelled", "propose"]

FEWEST = 5  # accepted, and rejected, deliveries: below that a limit is a guess


@dataclass(frozen=True, slots=True, order=True)
class Measure:
    """What a limit can be set on: the key of the policy it belongs to, and whether the limit is a highest value.

    `profile` names the severity weights of a penalty rate; rates of different profiles are different measures.
    """

    key: str
    at_most: bool
    profile: str = ""


@dataclass(frozen=True, slots=True)
class Labelled:
    """A delivery that people accepted or rejected, and its value on each measure that it has."""

    name: str
    accepted: bool
    values: Mapping[Measure, float]


@dataclass(frozen=True, slots=True)
class Proposal:
    """A limit and what it would have done.

    `false_accepts` of `rejected` deliveries would have passed, `false_rejects` of `accepted` ones would have failed,
    each judged by the limit that the *other* deliveries give. `worst_false_accepts` is the exact 95 % upper bound of
    that share. `separation` is the chance that a random accepted delivery looks better than a random rejected one:
    0.5 says nothing, 1 tells all apart; `useful` is False at 0.7 or less.
    """

    measure: Measure
    limit: float
    accepted: int
    rejected: int
    false_accepts: int
    false_rejects: int
    worst_false_accepts: float
    separation: float

    @property
    def useful(self) -> bool:
        """Whether the measure tells accepted from rejected deliveries well enough to gate on."""
        return self.separation > 0.7


def labelled(assessment: Assessed, *, name: str, accepted: bool) -> Labelled:
    """The values of one delivery: penalty rate and stop errors (against corrections), and every metric's mean."""
    summary = assessment.summary
    values: dict[Measure, float] = {}
    if summary.reference_kind == ReferenceKind.CORRECTION and summary.penalty is not None:
        values[Measure("mqm.max_per_1000_words", True, summary.profile)] = summary.penalty.value
        values[Measure("critical.max", True)] = float(dict(summary.severities).get(Severity.CRITICAL, 0))
    for score in summary.segment_means:
        upward = score.metric.higher_is_better
        values[Measure(f"metric.{score.metric.name}.{'min' if upward else 'max'}_mean", not upward)] = score.value
    return Labelled(name, accepted, values)


def propose(deliveries: Sequence[Labelled]) -> tuple[Proposal, ...]:
    """A proposal for each measure that all deliveries have, the most telling first.

    The limit lies midway between two deliveries, where accepting a rejected one and rejecting an accepted one are
    together rarest (the share of each, so that more accepted than rejected deliveries do not matter); of equal ones
    the strictest, since a wrong pass is the dearer mistake. Refuses fewer than five accepted or rejected deliveries.
    """
    good, bad = (sum(each.accepted == label for each in deliveries) for label in (True, False))
    if good < FEWEST or bad < FEWEST:
        raise Refusal(
            f"{good} accepted and {bad} rejected deliveries, at least {FEWEST} of each wanted",
            mend="label more deliveries",
        )
    common = set.intersection(*(set(each.values) for each in deliveries))
    if not common:
        raise Refusal("the deliveries have no measure in common", mend="assess all with the same metrics")
    found = [_proposal(measure, deliveries) for measure in sorted(common)]
    return tuple(sorted(found, key=lambda row: -row.separation))


def _proposal(measure: Measure, deliveries: Sequence[Labelled]) -> Proposal:
    rows = [(each.values[measure], each.accepted) for each in deliveries]
    wrong_accepts = wrong_rejects = 0
    for place, (value, accepted) in enumerate(rows):
        limit = _limit([row for n, row in enumerate(rows) if n != place], at_most=measure.at_most)
        passes = value <= limit if measure.at_most else value >= limit
        wrong_accepts += passes and not accepted
        wrong_rejects += accepted and not passes
    rejected = sum(not accepted for _, accepted in rows)
    return Proposal(
        measure=measure,
        limit=_limit(rows, at_most=measure.at_most),
        accepted=len(rows) - rejected,
        rejected=rejected,
        false_accepts=wrong_accepts,
        false_rejects=wrong_rejects,
        worst_false_accepts=share_bounds(wrong_accepts, rejected)[1],
        separation=_separation(rows, at_most=measure.at_most),
    )


def _limit(rows: Sequence[tuple[float, bool]], *, at_most: bool) -> float:
    """The cut with the fewest mistakes, midway between two values; the strictest of equal ones."""
    values = sorted({value for value, _ in rows}, reverse=not at_most)  # from strict to lenient
    cuts = [(one + other) / 2.0 for one, other in pairwise(values)] or values
    good = [value for value, accepted in rows if accepted]
    bad = [value for value, accepted in rows if not accepted]

    def passes(value: float, cut: float) -> bool:
        return value <= cut if at_most else value >= cut

    def mistakes(cut: float) -> float:
        rejected = sum(not passes(value, cut) for value in good) / len(good)
        return rejected + sum(passes(value, cut) for value in bad) / len(bad)

    return min(cuts, key=mistakes)


def _separation(rows: Sequence[tuple[float, bool]], *, at_most: bool) -> float:
    sign = -1.0 if at_most else 1.0
    good = [sign * value for value, accepted in rows if accepted]
    bad = [sign * value for value, accepted in rows if not accepted]
    wins = sum((a > b) + 0.5 * (a == b) for a in good for b in bad)
    return wins / (len(good) * len(bad))
