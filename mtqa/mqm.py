"""The typology of translation errors, what a severity costs, and the error span.

Category names are ours (`accuracy/number`); each carries the id of MQM-Full, its MQM dimension and the type of
ITS 2.0, so that findings can be handed to any tool that speaks one of the three.
Sources: themqm.org (MQM-Full, scoring models); W3C ITS 2.0, section 8.18 (localization quality issue types);
Freitag et al. 2021 (the WMT weights).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from .refusal import Refusal, unknown_name
from .segment import ReferenceKind, Span

__all__ = [
    "CATEGORIES",
    "ERROR_COLUMNS",
    "PROFILES",
    "Category",
    "ErrorSpan",
    "Profile",
    "Severity",
    "SystemicFinding",
    "find_profile",
    "penalty_rate",
]


class Severity(StrEnum):
    """How bad an error is; ordered by its place in this list."""

    NEUTRAL = "neutral"
    MINOR = "minor"
    MAJOR = "major"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        """0 neutral … 3 critical."""
        return list(Severity).index(self)


@dataclass(frozen=True, slots=True)
class Category:
    """One type of error: our name, the MQM-Full id, the MQM dimension, the ITS 2.0 type, and one sentence on it.

    `severity` is the default of a category about which nothing else is known.
    """

    name: str
    mqm_id: str
    dimension: str
    its_type: str
    severity: Severity
    about: str


def _table(*rows: tuple[str, str, str, Severity, str]) -> Mapping[str, Category]:
    found = {}
    for name, mqm_id, its_type, severity, about in rows:
        found[name] = Category(name, mqm_id, name.split("/")[0].capitalize(), its_type, severity, about)
    return MappingProxyType(found)


_MINOR, _MAJOR, _CRITICAL = Severity.MINOR, Severity.MAJOR, Severity.CRITICAL

CATEGORIES: Mapping[str, Category] = _table(
    ("accuracy/mistranslation", "mistranslation", "mistranslation", _MAJOR, "says something else than the correction"),
    ("accuracy/number", "number", "numbers", _CRITICAL, "a figure, amount or measure has another value"),
    ("accuracy/date-time", "date-time", "numbers", _CRITICAL, "a date or time has another value"),
    ("accuracy/negation", "mistranslation", "mistranslation", _CRITICAL, "a statement is turned into its opposite"),
    ("accuracy/participants", "mistranslation", "mistranslation", _CRITICAL, "who does what to whom is changed"),
    ("accuracy/named-entity", "entity", "inconsistent-entities", _MAJOR, "a name is another name, or misspelt"),
    ("accuracy/omission", "omission", "omission", _MAJOR, "content of the correction is missing"),
    ("accuracy/addition", "addition", "addition", _MAJOR, "content that the correction does not have"),
    ("accuracy/untranslated", "untranslated", "untranslated", _MAJOR, "left in another language"),
    ("terminology/wrong-term", "wrong-term", "terminology", _MINOR, "not the term that is wanted"),
    ("terminology/inconsistent", "term-inconsistency", "terminology", _MINOR, "one thing called by several names"),
    ("style/awkward", "awkward", "style", _MINOR, "understandable, but nobody would put it so"),
    ("locale/date-format", "date-format", "locale-violation", _MINOR, "the right date in the wrong notation"),
    ("locale/number-format", "number-format", "locale-violation", _MINOR, "the right figure in the wrong notation"),
    ("fluency/unintelligible", "unintelligible", "grammar", _MAJOR, "cannot be understood as it stands"),
    ("fluency/word-order", "word-order", "grammar", _MINOR, "the right words in the wrong order"),
    ("fluency/tense-mood-aspect", "tense-mood-aspect", "grammar", _MINOR, "the verb stands in another tense or form"),
    ("fluency/agreement", "agreement", "grammar", _MINOR, "number, person, gender or case do not agree"),
    ("fluency/word-form", "word-form", "grammar", _MINOR, "the right word in the wrong form"),
    ("fluency/function-words", "function-words", "grammar", _MINOR, "an article, preposition or particle is wrong"),
    ("fluency/duplication", "duplication", "duplication", _MINOR, "said twice"),
    ("fluency/spelling", "spelling", "misspelling", _MINOR, "a misspelt word"),
    ("fluency/diacritics", "diacritics", "misspelling", _MINOR, "an accent is missing or wrong"),
    ("fluency/compounding", "compounding", "typographical", _MINOR, "a compound is split, joined or hyphenated"),
    ("fluency/capitalization", "capitalization", "typographical", _MINOR, "upper or lower case is wrong"),
    ("fluency/punctuation", "punctuation", "typographical", _MINOR, "a punctuation mark is wrong"),
    ("fluency/unpaired-marks", "unpaired-marks", "typographical", _MINOR, "a quotation mark or bracket has no partner"),
    ("fluency/whitespace", "whitespace", "whitespace", _MINOR, "a space is missing or too many"),
    ("other/markup", "markup", "markup", _MAJOR, "an address, a tag or a placeholder is not the source's"),
    ("other/other", "other", "other", _MINOR, "none of the other categories"),
)


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
        """Whether it says where and nothing else: a model's mark, or a reviewer's without what should stand there."""
        if self.rule == "review":
            return not self.correction and self.category not in ("accuracy/addition", "accuracy/omission")
        return self.rule.startswith("neural/")

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


@dataclass(frozen=True, slots=True)
class Profile:
    """What an error costs: the weight of its severity, or the special weight of its category at that severity.

    Profiles are never mixed: a penalty without its profile's name is no number.
    """

    name: str
    weights: Mapping[Severity, float]
    special: Mapping[tuple[str, Severity], float] = field(default_factory=dict)
    source: str = ""

    def penalty(self, category: str, severity: Severity) -> float:
        """Penalty points of one error; 0 costs nothing."""
        return self.special.get((category, severity), self.weights[severity])


def _weights(neutral: float, minor: float, major: float, critical: float) -> Mapping[Severity, float]:
    return MappingProxyType(dict(zip(Severity, (neutral, minor, major, critical), strict=True)))


PROFILES: Mapping[str, Profile] = MappingProxyType(
    {
        profile.name: profile
        for profile in (
            Profile("mqm-core", _weights(0, 1, 5, 25), source="themqm.org, severity multipliers 0/1/5/25"),
            Profile(
                "wmt",
                _weights(0, 1, 5, 5),
                MappingProxyType(
                    {("fluency/punctuation", Severity.MINOR): 0.1, ("fluency/whitespace", Severity.MINOR): 0.1}
                ),
                source="Freitag et al. 2021: major 5, minor 1, minor punctuation 0.1; no critical level",
            ),
        )
    }
)


def find_profile(name: str) -> Profile:
    """The severity profile of this name; an unknown name is refused with the known ones."""
    if name not in PROFILES:
        raise unknown_name("severity profile", name, PROFILES)
    return PROFILES[name]


def penalty_rate(errors: Sequence[ErrorSpan], words: int, *, profile: Profile = PROFILES["mqm-core"]) -> float:
    """MQM penalty per 1,000 hypothesis words: 0 is flawless, lower is better, no upper bound.

    Weights are those of `profile`. A gap counts as one error. Refuses words == 0: an empty hypothesis has no rate.
    """
    if words <= 0:
        raise Refusal("no penalty rate of 0 words", mend="give at least one segment with text")
    return 1000.0 * sum(profile.penalty(error.category, error.severity) for error in errors) / words
