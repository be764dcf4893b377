"""The typology: every category is whole; profiles cost what their sources say; a record is the same in and out."""

import pytest

from mtqa.mqm import CATEGORIES, ERROR_COLUMNS, PROFILES, ErrorSpan, Severity, find_profile
from mtqa.refusal import Misuse
from mtqa.segment import ReferenceKind, Span

DIMENSIONS = {"Accuracy", "Fluency", "Terminology", "Style", "Locale", "Other"}
# W3C ITS 2.0, section 8.18.2
ITS_TYPES = {
    "terminology", "mistranslation", "omission", "untranslated", "addition", "duplication", "inconsistency", "grammar",
    "legal", "register", "locale-specific-content", "locale-violation", "style", "characters", "misspelling",
    "typographical", "formatting", "inconsistent-entities", "numbers", "markup", "pattern-problem", "whitespace",
    "internationalization", "length", "non-conformance", "uncategorized", "other",
}  # fmt: skip


@pytest.mark.parametrize("category", CATEGORIES.values(), ids=lambda category: category.name)
def test_every_category_is_whole(category) -> None:  # type: ignore[no-untyped-def]
    assert category.dimension in DIMENSIONS
    assert category.its_type in ITS_TYPES
    assert category.name.split("/")[0] == category.dimension.lower()
    assert category.about and not category.about.endswith(".")


def span(**changes: object) -> ErrorSpan:
    fields = {
        "id": "20", "hypothesis": Span(42, 49), "reference": Span(46, 53), "text": "Whitkov", "correction": "Witkoff",
        "category": "accuracy/named-entity", "severity": Severity.MAJOR, "severity_basis": "name", "rule": "names",
        "evidence": ("form similarity .83",), "explanation": "The name is spelt otherwise.", "confidence": 0.9,
        "reference_kind": ReferenceKind.CORRECTION,
    }  # fmt: skip
    return ErrorSpan(**{**fields, **changes})  # type: ignore[arg-type]


def test_a_record_has_the_contracts_columns_in_order() -> None:
    assert tuple(span().record()) == ERROR_COLUMNS
    assert span().record()["mqm_id"] == "entity"
    assert span().record()["dimension"] == "Accuracy"


def test_a_record_is_read_back_as_it_was() -> None:
    assert ErrorSpan.of_record(span().record()) == span()
    with pytest.raises(ValueError, match="not an error record"):
        ErrorSpan.of_record({"id": "1"})


def test_profiles_cost_what_their_sources_say() -> None:
    core, wmt = PROFILES["mqm-core"], PROFILES["wmt"]
    assert [core.penalty("accuracy/number", severity) for severity in Severity] == [0, 1, 5, 25]
    assert [wmt.penalty("accuracy/number", severity) for severity in Severity] == [0, 1, 5, 5]
    assert wmt.penalty("fluency/punctuation", Severity.MINOR) == 0.1
    with pytest.raises(Misuse, match="unknown severity profile 'mqm'; known: mqm-core, wmt"):
        find_profile("mqm")


def test_what_is_no_error_span_is_refused() -> None:
    with pytest.raises(ValueError, match="no category"):
        span(category="accuracy/nonsense")
    with pytest.raises(ValueError, match=r"confidence is 0\.\.1"):
        span(confidence=1.5)
