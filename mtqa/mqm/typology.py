"""The typology of translation errors: categories, and how bad an error is.

Sources: themqm.org (MQM-Full); W3C ITS 2.0, section 8.18 (localization quality issue types).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

__all__ = ["CATEGORIES", "Category", "Severity"]


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
