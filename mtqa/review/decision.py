"""The nouns of a review: a mark, a decision on it, the sheet of one reviewer, and the trail of all that was merged."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from ..mqm import CATEGORIES, ErrorSpan, Severity, SystemicFinding
from ..segment import Span

__all__ = ["SCHEMA", "Decision", "Entry", "Mark", "Review", "Role", "Sheet", "Verb"]

SCHEMA = "mtqa.decisions/1"


class Role(StrEnum):
    """Whose decisions these are. An arbiter's stand over the reviewers'; a vendor replies, and settles nothing."""

    REVIEWER = "reviewer"
    ARBITER = "arbiter"
    VENDOR = "vendor"


class Verb(StrEnum):
    """What was done to a finding."""

    ACCEPT = "accept"
    REJECT = "reject"
    REGRADE = "regrade"  # another severity, nothing else
    EDIT = "edit"  # another span or category, perhaps another severity too
    ADD = "add"
    COMMENT = "comment"  # a remark that leaves the finding open


@dataclass(frozen=True, slots=True)
class Mark:
    """What a decision is about: a segment, what is marked in it, and how it is called and graded.

    Spans are code points of the raw texts, `text` and `correction` what stands there; a gap is an empty text.
    """

    id: str
    document: str
    system: str
    hypothesis: Span
    text: str
    reference: Span
    correction: str
    category: str
    severity: Severity

    def __post_init__(self) -> None:
        if self.category not in CATEGORIES:
            raise ValueError(f"no category {self.category!r}")

    @classmethod
    def of(cls, error: ErrorSpan) -> "Mark":
        """The part of an error span that a reviewer can change."""
        return cls(**{name: getattr(error, name) for name in cls.__slots__})

    def onto(self, error: ErrorSpan, *, comment: str = "") -> ErrorSpan:
        """The error span as the reviewer wants it.

        A new severity rests on the review. Under another category or span the rule's evidence no longer speaks of
        what is marked: it goes, and the explanation is the reviewer's comment.
        """
        before = Mark.of(error)
        if self == before:
            return error
        changed = replace(error, **{name: getattr(self, name) for name in Mark.__slots__})
        if self.severity != before.severity:
            changed = replace(changed, severity_basis="review")
        if replace(self, severity=before.severity) != before:
            changed = replace(changed, evidence=(), explanation=comment or "Changed in review.", confidence=1.0)
        return changed

    def record(self) -> dict[str, str | int]:
        """The object that a decision carries as `old` and `new`."""
        return {
            "id": self.id,
            "document": self.document,
            "system": self.system,
            "start": self.hypothesis.start,
            "end": self.hypothesis.end,
            "text": self.text,
            "reference_start": self.reference.start,
            "reference_end": self.reference.end,
            "correction": self.correction,
            "category": self.category,
            "severity": str(self.severity),
        }

    @classmethod
    def of_record(cls, record: Mapping[str, Any]) -> "Mark":
        """The mark of an object that `record` made; a missing or misshapen field is a ValueError."""
        for name in ("id", "document", "system", "text", "correction", "category"):
            if not isinstance(record.get(name), str):
                raise ValueError(f"{name} is not text")
        for name in ("start", "end", "reference_start", "reference_end"):
            if type(record.get(name)) is not int:
                raise ValueError(f"{name} is not a whole number")
        return cls(
            hypothesis=Span(record["start"], record["end"]),
            reference=Span(record["reference_start"], record["reference_end"]),
            severity=Severity(str(record.get("severity"))),
            **{name: record[name] for name in ("id", "document", "system", "text", "correction", "category")},
        )


@dataclass(frozen=True, slots=True)
class Decision:
    """One reviewer on one finding: `old` is what was seen (None where an error is added), `new` what should stand.

    `finding` is the position of the finding among those that were found, as text; that of an added error begins with
    `+`. `new` is None where the finding was rejected. `at` is when, in UTC, as the reviewer's clock had it.
    """

    finding: str
    verb: Verb
    old: Mark | None
    new: Mark | None
    comment: str
    at: str

    def __post_init__(self) -> None:
        if self.verb is not _verb(self.old, self.new, self.verb):
            raise ValueError(f"{self.verb} does not go with its old and new")
        if (self.verb is Verb.ADD) != (self.old is None) or (self.old is None and not self.finding.startswith("+")):
            raise ValueError("what is added has no old, and a key with +")

    @property
    def settles(self) -> bool:
        """Whether it says what should become of the finding; a mere comment does not."""
        return self.verb is not Verb.COMMENT

    def record(self) -> dict[str, object]:
        """The line of a decisions file."""
        return {
            "finding": self.finding,
            "verb": str(self.verb),
            "old": self.old.record() if self.old else None,
            "new": self.new.record() if self.new else None,
            "comment": self.comment,
            "at": self.at,
        }

    @classmethod
    def of_record(cls, record: Mapping[str, Any]) -> "Decision":
        """The decision of such a line; a missing or misshapen field is a ValueError."""
        for name in ("finding", "comment", "at"):
            if not isinstance(record.get(name), str):
                raise ValueError(f"{name} is not text")
        marks = {}
        for name in ("old", "new"):
            if name not in record or not isinstance(record[name], dict | None):
                raise ValueError(f"{name} is neither a mark nor null")
            marks[name] = None if record[name] is None else Mark.of_record(record[name])
        return cls(
            record["finding"], Verb(str(record.get("verb"))), **marks, comment=record["comment"], at=record["at"]
        )


def _verb(old: Mark | None, new: Mark | None, said: Verb) -> Verb:
    """The verb that leads from old to new."""
    if old is None:
        return Verb.ADD if new is not None else Verb.COMMENT
    if new is None:
        return Verb.REJECT
    if old == new:
        return Verb.COMMENT if said is Verb.COMMENT else Verb.ACCEPT
    return Verb.REGRADE if replace(new, severity=old.severity) == old else Verb.EDIT


@dataclass(frozen=True, slots=True)
class Sheet:
    """The decisions of one reviewer on one assessment, as a file brings them; `lines` are their line numbers."""

    path: str
    assessment: str
    reviewer: str
    role: Role
    decisions: tuple[Decision, ...]
    lines: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the trail: who decided what, and in which merge (from 1) it came in."""

    reviewer: str
    role: Role
    decision: Decision
    merge: int


@dataclass(frozen=True, slots=True)
class Review:
    """What an assessment keeps of its review: what was found before, and everything that was decided since.

    `systemic` names instances by position in `found`. The trail is only ever added to.
    """

    found: tuple[ErrorSpan, ...]
    systemic: tuple[SystemicFinding, ...] = ()
    trail: tuple[Entry, ...] = ()
