"""A team's severities: how it grades errors, learnt from errors that it has labelled, shrunk towards the built-in ones.

What counts as major is a team's policy, not a property of a text. An error of a category starts from the chances that
its built-in severity gives (`BUILT_IN`), moved by how severe the team is altogether, and then by what it said of this
category, and of this category on this basis; few labels move little.
"""

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ..refusal import Misuse
from .error import ErrorSpan
from .handed import read_small
from .typology import CATEGORIES, Severity

__all__ = ["BUILT_IN", "Severities", "read_severities"]

SCHEMA = "mtqa.severities/1"
# Built-in severity → chances of the four. Set by hand near what MQM raters made of categories that are minor or major
# by default (newstest2020, biomedical 2021); chances fitted category by category were no better after 50 labels.
BUILT_IN: Mapping[Severity, tuple[float, float, float, float]] = {
    Severity.NEUTRAL: (0.50, 0.40, 0.09, 0.01),
    Severity.MINOR: (0.04, 0.80, 0.15, 0.01),
    Severity.MAJOR: (0.01, 0.35, 0.57, 0.07),
    Severity.CRITICAL: (0.01, 0.14, 0.35, 0.50),
}
STRENGTH = 4.0  # labels that the step before is worth; 8 and 15 were a little worse on three sets of MQM
_KEPT = ("review", "doubt")
Counts = Mapping[str, Sequence[int]]


@dataclass(frozen=True, slots=True)
class Severities:
    """How a team grades: a shift of the log chance of each severity, and its labels by category and by basis.

    `shift` and every row of counts are in the order of `Severity`; `bases` has rows under `category|basis`.
    """

    name: str
    labels: int
    shift: tuple[float, ...]
    categories: Counts
    bases: Counts

    def chances(self, category: str, basis: str, built_in: Severity) -> tuple[float, ...]:
        """The chance of each severity, in the order of `Severity`; they sum to 1."""
        raised = [p * math.exp(by) for p, by in zip(BUILT_IN[built_in], self.shift, strict=True)]
        chances = [p / sum(raised) for p in raised]
        for counts in (self.categories.get(category), self.bases.get(f"{category}|{basis}")):
            if counts:
                total = STRENGTH + sum(counts)
                chances = [(STRENGTH * p + n) / total for p, n in zip(chances, counts, strict=True)]
        return tuple(chances)

    def grade(self, category: str, basis: str, built_in: Severity) -> Severity:
        """The likeliest severity; the milder one of equals."""
        chances = self.chances(category, basis, built_in)
        return list(Severity)[chances.index(max(chances))]

    def regraded(self, errors: Sequence[ErrorSpan]) -> list[ErrorSpan]:
        """The errors as the team grades them; `severity_basis` says so.

        What a person or a model graded stays, and so does a doubt, which is no finding that costs anything.
        """
        return [self._regraded(error) for error in errors]

    def _regraded(self, error: ErrorSpan) -> ErrorSpan:
        if error.severity_basis in _KEPT or error.rule.startswith("neural/"):
            return error
        severity = self.grade(error.category, error.severity_basis, error.severity)
        return replace(error, severity=severity, severity_basis=f"calibrated:{self.name}")

    @property
    def digest(self) -> str:
        """SHA-256 of all that a grade depends on, 24 hexadecimal digits."""
        return hashlib.sha256(self.text().encode()).hexdigest()[:24]

    def text(self) -> str:
        """The file that `read_severities` reads."""
        record = {
            "schema": SCHEMA,
            "name": self.name,
            "labels": self.labels,
            "severities": [str(severity) for severity in Severity],
            "shift": list(self.shift),
            "categories": {name: list(row) for name, row in self.categories.items()},
            "bases": {name: list(row) for name, row in self.bases.items()},
        }
        return json.dumps(record, ensure_ascii=False, indent=1) + "\n"


def read_severities(path: str | Path | Severities) -> Severities:
    """The severities in a file that `mtqa calibrate --errors` wrote, or themselves; refuses (exit 2) any other."""
    if isinstance(path, Severities):
        return path
    where = str(path)
    try:
        record = json.loads(read_small(Path(path), mend=_MEND))
    except (ValueError, RecursionError):
        raise Misuse("no severities: not JSON", where=where, mend=_MEND) from None
    if not isinstance(record, dict) or record.get("schema") != SCHEMA:
        raise Misuse(f"no severities: schema {SCHEMA} wanted", where=where, mend=_MEND)
    try:
        found = Severities(
            name=str(record["name"]),
            labels=int(record["labels"]),
            shift=tuple(float(by) for by in record["shift"]),
            categories=_counts(record["categories"]),
            bases=_counts(record["bases"]),
        )
        known = {name.split("|")[0] for name in (*found.categories, *found.bases)} <= set(CATEGORIES)
        if len(found.shift) != len(Severity) or not known or not all(map(math.isfinite, found.shift)):
            raise ValueError
    except (KeyError, TypeError, ValueError, AttributeError):
        raise Misuse("damaged severities", where=where, mend=_MEND) from None
    return found


_MEND = "make the file with 'mtqa calibrate --errors'"


def _counts(table: Mapping[str, Sequence[int]]) -> dict[str, tuple[int, ...]]:
    found = {name: tuple(int(count) for count in row) for name, row in table.items()}
    if any(len(row) != len(Severity) or min(row) < 0 for row in found.values()):
        raise ValueError("four counts wanted")
    return found
