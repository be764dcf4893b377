"""How often the detector is right, by category: measured on human judgements, shipped with where it comes from."""

import json
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

from ..mqm import ErrorSpan
from ..refusal import Misuse
from ..rules.checks import measured as measured_check
from ..segment import ReferenceKind
from ..statistics import share_bounds

__all__ = ["Decisions", "Doubt", "Precision", "Standing", "doubts_of", "measured_precision", "standing"]

# Position of an error span in the assessment -> whether a reviewer confirmed it; what is not in it is unreviewed.
Decisions = Mapping[int, bool]


@dataclass(frozen=True, slots=True)
class Precision:
    """The share of the detector's findings of a category that human judges confirmed, of so many that were judged."""

    category: str
    right: int
    judged: int

    @property
    def share(self) -> float:
        """Right of judged, 0..1."""
        return self.right / self.judged

    @property
    def low(self) -> float:
        """The share that it is at least, 95 % sure (exact): 26 right of 26 judged show 0.89."""
        return share_bounds(self.right, self.judged)[0]


@dataclass(frozen=True, slots=True)
class Doubt:
    """Unreviewed findings of one category, and how often the detector was right on it; None: never measured."""

    category: str
    findings: int
    made: Precision | None
    people: Precision | None


@dataclass(frozen=True, slots=True)
class Standing:
    """Which findings count: `all` that nobody rejected, and `sure`, those confirmed or trusted. Positions, in order."""

    all: tuple[int, ...]
    sure: tuple[int, ...]
    unreviewed: int

    @property
    def doubtful(self) -> tuple[int, ...]:
        """The findings that only a review can settle."""
        sure = set(self.sure)
        return tuple(position for position in self.all if position not in sure)


@cache
def measured_precision(*, by: Literal["made", "people"] = "made") -> Mapping[str, Precision]:
    """Category → measured precision; a category that was never measured is absent, which is not 0 and not 1.

    On errors that were `made` in good translations a finding is right if its category is: what a post-edit changes is
    an error by that, and only the category is in doubt. Where `people` marked the errors of real translations a finding
    is right if they marked one there; no post-edit exists of these, so the share is a floor (see the file's origin).
    """
    name = {"made": "precision.json", "people": "precision_human.json"}[by]
    table = json.loads(files(__package__).joinpath(name).read_text(encoding="utf-8"))
    return {name: Precision(name, row["right"], row["judged"]) for name, row in table["categories"].items()}


def standing(
    errors: Collection[ErrorSpan],
    decisions: Decisions,
    *,
    trusted: Collection[str] = (),
    trusted_precision: float | None = None,
    waived: Collection[int] = (),
) -> Standing:
    """Which of the findings count to which side.

    A decision names a position in `errors`; one beyond them is refused. Unreviewed findings are sure where their
    category is in `trusted` or its measured precision is, 95 % sure, at least `trusted_precision`. What a model marked
    and no rule found is never sure before its review: the precision of the rules is not the model's. What a check found
    without a reference is sure by the precision of that check alone, never by its category's. What is
    `waived` counts to neither side, confirmed or not.
    """
    beyond = [position for position in decisions if type(position) is not int or not 0 <= position < len(errors)]
    if beyond:
        raise Misuse(f"a decision on finding {beyond[0]!r}, but there are {len(errors)}", mend="count them from 0")
    known = measured_precision()
    every, sure, unreviewed, left_out = [], [], 0, set(waived)
    for position, error in enumerate(errors):
        if position in left_out:
            continue
        decided = decisions.get(position)
        unreviewed += decided is None
        if decided is False:
            continue
        every.append(position)
        measured = _of_check(error.rule) if error.reference_kind is ReferenceKind.NONE else known.get(error.category)
        enough = trusted_precision is not None and measured is not None and measured.low >= trusted_precision
        by_model = error.rule.startswith("neural/")
        named = error.category in trusted and error.reference_kind is not ReferenceKind.NONE
        if decided or (not by_model and (named or enough)):
            sure.append(position)
    return Standing(tuple(every), tuple(sure), unreviewed)


def _of_check(rule: str) -> Precision | None:
    """The precision of a check that needs no reference; None where it was never measured."""
    found = measured_check(rule)
    return Precision(rule, found.right, found.judged) if found.judged else None


def doubts_of(errors: Sequence[ErrorSpan], counted: Standing, decisions: Decisions) -> tuple[Doubt, ...]:
    """The categories of the findings that count and that nobody reviewed, the most frequent first."""
    counts = Counter(errors[n].category for n in counted.all if decisions.get(n) is None)
    made, people = measured_precision(), measured_precision(by="people")
    return tuple(Doubt(name, count, made.get(name), people.get(name)) for name, count in counts.most_common())
