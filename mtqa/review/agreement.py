"""How far two reviewers agree: Cohen's kappa by category, F1 of what they marked, and where they differ.

Kappa is (observed − expected) / (1 − expected) over the findings that both decided and the errors that either added:
1 is agreement, 0 what chance would give, negative below it. Source: Cohen 1960. Errors that neither saw are in no
table: with added errors kappa is a lower value than one over all words would be.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from ..mqm import CATEGORIES
from .decision import Decision, Entry, Mark, Role, Verb
from .settling import Who, latest

__all__ = ["Agreement", "Disagreement", "agreements"]

Pair = tuple[Mark | None, Mark | None]


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A finding on which two reviewers differ: what each wants to stand there, None for nothing."""

    finding: str
    first: Mark | None
    second: Mark | None


@dataclass(frozen=True, slots=True)
class Agreement:
    """Two reviewers on what both decided.

    `verdict` is kappa of "is it an error", `severity` of the four grades and none, `categories` of each category
    against all else; None where chance alone would agree (both always say the same). `span_f1` is 2·common / (all
    marks of both) in characters of the hypotheses, 0..1, a gap counting as one; None where neither marked anything.
    """

    first: str
    second: str
    findings: int
    verdict: float | None
    severity: float | None
    categories: tuple[tuple[str, float | None], ...]
    span_f1: float | None
    disagreements: tuple[Disagreement, ...]


def agreements(trail: Sequence[Entry]) -> tuple[Agreement, ...]:
    """One agreement for each two reviewers of a trail, in the order in which they came; vendors are no reviewers."""
    by_person: dict[Who, dict[str, Decision]] = defaultdict(dict)
    for finding, by in latest(trail).items():
        for who, decision in by.items():
            if who[1] is not Role.VENDOR and decision.settles:
                by_person[who][finding] = decision
    people = [who for who in dict.fromkeys((e.reviewer, e.role) for e in trail) if who in by_person]
    return tuple(_agreement(one, other, by_person) for one, other in combinations(people, 2))


def _agreement(one: Who, other: Who, by_person: Mapping[Who, Mapping[str, Decision]]) -> Agreement:
    pairs = _pairs(by_person[one], by_person[other])
    marks = list(pairs.values())
    names = {mark.category for pair in marks for mark in pair if mark is not None}
    return Agreement(
        first=one[0],
        second=other[0],
        findings=len(pairs),
        verdict=_kappa([(a is not None, b is not None) for a, b in marks]),
        severity=_kappa([(a and str(a.severity), b and str(b.severity)) for a, b in marks]),
        categories=tuple(
            (
                name,
                _kappa(
                    [(a is not None and a.category == name, b is not None and b.category == name) for a, b in marks]
                ),
            )
            for name in CATEGORIES
            if name in names
        ),
        span_f1=_span_f1(marks),
        disagreements=tuple(Disagreement(key, a, b) for key, (a, b) in pairs.items() if a != b),
    )


def _pairs(one: Mapping[str, Decision], other: Mapping[str, Decision]) -> dict[str, Pair]:
    """Finding → what each of the two wants; errors that both added are one where they overlap."""
    pairs: dict[str, Pair] = {key: (one[key].new, other[key].new) for key in one if key in other}
    rest = {key: decision.new for key, decision in other.items() if decision.verb is Verb.ADD and key not in one}
    for key, decision in one.items():
        if decision.verb is not Verb.ADD or key in pairs:
            continue
        twin = next((k for k, mark in rest.items() if _meet(decision.new, mark)), None)
        pairs[key] = (decision.new, rest.pop(twin) if twin is not None else None)
    return {**pairs, **{key: (None, mark) for key, mark in rest.items()}}


def _meet(one: Mark | None, other: Mark | None) -> bool:
    return bool(_characters(one) & _characters(other))


def _characters(mark: Mark | None) -> set[tuple[str, str, str, int, bool]]:
    """The characters of a mark, each with its segment; a gap is one character of its own kind."""
    if mark is None:
        return set()
    span, where = mark.hypothesis, (mark.document, mark.system, mark.id)
    return {(*where, place, False) for place in range(span.start, span.end)} or {(*where, span.start, True)}


def _span_f1(pairs: Sequence[Pair]) -> float | None:
    one = set[tuple[str, str, str, int, bool]]().union(*(_characters(a) for a, _ in pairs))
    other = set[tuple[str, str, str, int, bool]]().union(*(_characters(b) for _, b in pairs))
    return 2 * len(one & other) / (len(one) + len(other)) if one or other else None


def _kappa(pairs: Sequence[tuple[object, object]]) -> float | None:
    if not pairs:
        return None
    observed = sum(a == b for a, b in pairs) / len(pairs)
    labels = {label for pair in pairs for label in pair}
    expected = sum(sum(a == x for a, _ in pairs) * sum(b == x for _, b in pairs) for x in labels) / len(pairs) ** 2
    return None if expected == 1 else (observed - expected) / (1 - expected)
