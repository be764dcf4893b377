"""The error span: what is marked, what kind of error it is, how bad, and why we say so; and defects that recur."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from operator import attrgetter
from typing import Any

from ..segment import ReferenceKind, Span
from .typology import CATEGORIES, Severity

__all__ = ["ERROR_COLUMNS", "ErrorSpan", "SystemicFinding"]


@dataclass(frozen=True, slots=True)
class ErrorSpan:
    """One error: what is marked, what it should read, what kind of error it is, how bad, and why we say so.

    `hypothesis` and `reference` are spans of the raw texts of segment `id`; `text` and `correction` are what stands
    there. A gap in the hypothesis is an omission, a gap in the reference an addition. `severity_basis` names what the
    severity rests on; `evidence` are the measured facts, `explanation` one sentence made of nothing else.
    `confidence` (0..1) is how sure the rule is of span and category together. Against an independent reference the
    span is a difference, not an error: `reference_kind` says which, and no output may drop it.
    """

    id: str
    hypothesis: Span
    reference: Span
    text: str
    correction: str
    category: str
    severity: Severity
    severity_basis: str
    rule: str
    evidence: tuple[str, ...]
    explanation: str
    confidence: float
    reference_kind: ReferenceKind
    document: str = ""
    system: str = ""

    def __post_init__(self) -> None:
        if self.category not in CATEGORIES:
            raise ValueError(f"no category {self.category!r}")
        if not 0.0 <= self.confidence <= 1.0:
            raise ValueError(f"confidence is 0..1, not {self.confidence}")

    def __reduce__(self) -> tuple[type["ErrorSpan"], tuple[Any, ...]]:
        """How it is sent to another process: dataclasses with slots take twice the time by themselves."""
        return ErrorSpan, _FIELDS(self)

    @property
    def mqm_id(self) -> str:
        """The id in MQM-Full."""
        return CATEGORIES[self.category].mqm_id

    @property
    def dimension(self) -> str:
        """The MQM top level: Accuracy, Fluency, Terminology, Style, Locale or Other."""
        return CATEGORIES[self.category].dimension

    @property
    def only_marked(self) -> bool:
        """Whether it says where and nothing else.

        A model's mark; a reviewer's without what should stand there; what a check found that the correction left.
        """
        if self.rule == "review":
            return not self.correction and self.category not in ("accuracy/addition", "accuracy/omission")
        left = self.reference_kind is ReferenceKind.NONE and self.correction == self.text
        return left or self.rule.startswith("neural/")

    def record(self) -> dict[str, str | int | float | list[str]]:
        """The row that `mtqa errors` writes; offsets are code points, half open, on the hypothesis as given."""
        return {
            "id": self.id,
            "start": self.hypothesis.start,
            "end": self.hypothesis.end,
            "text": self.text,
            "correction": self.correction,
            "reference_start": self.reference.start,
            "reference_end": self.reference.end,
            "category": self.category,
            "mqm_id": self.mqm_id,
            "dimension": self.dimension,
            "severity": str(self.severity),
            "severity_basis": self.severity_basis,
            "rule": self.rule,
            "evidence": list(self.evidence),
            "explanation": self.explanation,
            "confidence": self.confidence,
            "reference_kind": str(self.reference_kind),
            "document": self.document,
            "system": self.system,
        }

    @classmethod
    def of_record(cls, record: Mapping[str, Any]) -> "ErrorSpan":
        """The error span of a row that `record` made; a missing or misshapen field is a ValueError."""
        try:
            return cls(
                hypothesis=Span(record["start"], record["end"]),
                reference=Span(record["reference_start"], record["reference_end"]),
                severity=Severity(record["severity"]),
                reference_kind=ReferenceKind(record["reference_kind"]),
                evidence=tuple(record["evidence"]),
                **{name: record[name] for name in _AS_THEY_ARE},
            )
        except (KeyError, TypeError) as fault:
            raise ValueError(f"not an error record: {fault}") from None


_FIELDS = attrgetter(*(field.name for field in fields(ErrorSpan)))
_AS_THEY_ARE = (
    "id",
    "text",
    "correction",
    "category",
    "severity_basis",
    "rule",
    "explanation",
    "confidence",
    "document",
    "system",
)
ERROR_COLUMNS: tuple[str, ...] = (
    *(
        "id",
        "start",
        "end",
        "text",
        "correction",
        "reference_start",
        "reference_end",
        "category",
        "mqm_id",
        "dimension",
    ),
    *("severity", "severity_basis", "rule", "evidence", "explanation", "confidence"),
    *("reference_kind", "document", "system"),
)


@dataclass(frozen=True, slots=True)
class SystemicFinding:
    """One defect that recurs: said once, with its instances, instead of n times.

    `instances` are positions in the sequence of error spans it was found in; `segments` the ids they stand in, in
    order, each once. `pattern` is the defect in words ("space before a hyphen in a compound"), `example` one
    instance as `wrong → right`.
    """

    rule: str
    category: str
    severity: Severity
    pattern: str
    example: str
    instances: tuple[int, ...]
    segments: tuple[str, ...]
