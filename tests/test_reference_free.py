"""Every check that needs no reference by its cases: wild ones it must claim, negative ones, known failures (strict)."""

import json
import re
from pathlib import Path

import pytest

from mtqa.language import find_language
from mtqa.mqm import CATEGORIES, ErrorSpan, Severity
from mtqa.rules import RULES, diagnose
from mtqa.rules.checks import DOCUMENT_CHECKS, DOUBT, SOURCE_CHECKS, TERM, TEXT_CHECKS, found_alone, measured
from mtqa.rules.checks.numerals import figures, spelled
from mtqa.segment import Batch, ReferenceKind, Segment, Span

CASES = Path(__file__).parent / "cases" / "rules"
ABOUT = {check.name: check.about for check in (*TEXT_CHECKS, *SOURCE_CHECKS)}
ABOUT |= {name: find.__doc__ or "" for name, find in DOCUMENT_CHECKS}
Row = dict[str, str | list[str]]


def rows(check: str, name: str) -> list[Row]:
    return [json.loads(line) for line in (CASES / check / f"{name}.jsonl").read_text("utf-8").splitlines()]


def every(name: str) -> list[tuple[str, Row]]:
    return [(check, row) for check in ABOUT for row in rows(check, name)]


def label(value: object) -> str:
    return str(value["hypothesis"])[-40:] if isinstance(value, dict) else str(value)


def found(row: Row) -> list[ErrorSpan]:
    """What the checks find in a row; a list of hypotheses is a document."""
    texts = [row["hypothesis"]] if isinstance(row["hypothesis"], str) else row["hypothesis"]
    given = row.get("source")
    sources = [given] * len(texts) if given is None or isinstance(given, str) else given
    segments = [
        Segment(str(n), text, source=source) for n, (text, source) in enumerate(zip(texts, sources, strict=True))
    ]
    language = find_language(str(row.get("language", "en")))
    return [error for each in found_alone(Batch.of(segments), language=language) for error in each]


@pytest.mark.parametrize(("check", "row"), every("wild"), ids=label)
def test_wild(check: str, row: Row) -> None:
    mine = [error for error in found(row) if error.rule == check]
    assert mine, [(error.rule, error.text) for error in found(row)]
    assert {error.category for error in mine} == {row["category"]}
    if row["text"] is not None:
        assert row["text"] in [error.text for error in mine]
    if "correction" in row:
        assert row["correction"] in [error.correction for error in mine]


@pytest.mark.parametrize(("check", "row"), every("negative"), ids=label)
def test_negative(check: str, row: Row) -> None:
    assert check not in {error.rule for error in found(row)}


@pytest.mark.parametrize(("check", "row"), every("known_failures"), ids=label)
@pytest.mark.xfail(strict=True, reason="known failures; one that passes is moved to the wild cases")
def test_known_failures(check: str, row: Row) -> None:
    mine = [(error.text, error.category) for error in found(row) if error.rule == check]
    if row.get("unwanted"):
        assert not mine
    else:
        assert (row["text"], row["category"]) in mine or (row["text"] is None and mine)


@pytest.mark.parametrize("check", ABOUT)
def test_every_check_has_cases_and_a_pair(check: str) -> None:
    for name in ("wild", "negative", "known_failures"):
        assert rows(check, name), f"{check}/{name}.jsonl is empty"
        assert all(row["origin"] for row in rows(check, name))
    assert all(row["why"] for row in rows(check, "known_failures"))
    assert re.search(r'Wrong: ".*"(?: of "[^"]+"| where .+)?\s+Right: ".+"\s+-> (\w+/[\w-]+)', ABOUT[check]), ABOUT[
        check
    ]
    for category in re.findall(r"-> (\w+/[\w-]+)", ABOUT[check]):
        assert category in CATEGORIES


def test_names_are_no_rules() -> None:
    assert not ({*ABOUT, TERM} & {rule.name for rule in RULES})


@pytest.mark.parametrize("check", ABOUT)
def test_confidence_is_the_measured_share_and_a_doubt_costs_nothing(check: str) -> None:
    for row in rows(check, "wild"):
        for error in found(row):
            assert error.confidence == round(measured(error.rule).share, 3)
            assert (
                (error.severity is Severity.NEUTRAL)
                == (error.severity_basis == "doubt")
                == (measured(error.rule).share < DOUBT)
            )
            assert error.reference_kind is ReferenceKind.NONE


class TestAgainstReferences:
    SOURCE = "Er wurde 1978 in Bonn geboren und ist nicht da."

    def errors(self, hypothesis: str, reference: str, source: str | None = None) -> tuple[ErrorSpan, ...]:
        segment = Segment("1", hypothesis, (reference,), source or self.SOURCE, reference_kind=ReferenceKind.CORRECTION)
        return diagnose(Batch.of([segment]), language="en").errors

    def test_an_error_is_said_once_and_gains_the_evidence_of_the_source(self) -> None:
        (error,) = self.errors("He was born in 1987 in Bonn.", "He was born in 1978 in Bonn.")
        assert (error.rule, error.reference_kind) == ("number", ReferenceKind.CORRECTION)
        assert error.evidence[-1] == "1987 in the hypothesis, 1978 in the source"

    def test_what_the_correction_shows_too_is_no_finding(self) -> None:
        errors = self.errors("He was born in Bonn , then.", "He was born in Bonn, then.")
        assert [error.rule for error in errors] == ["whitespace"]

    def test_a_tag_that_the_correction_lacks_too_is_said(self) -> None:
        errors = self.errors("Press start then now.", "Press start now.", "Jetzt <b>Start</b> drücken.")
        assert [error.rule for error in errors if error.reference_kind is ReferenceKind.NONE] == ["source_code"] * 2

    def test_a_figure_that_the_correction_brings_back_is_no_second_error(self) -> None:
        (error,) = self.errors("He was born in Bonn.", "He was born in Bonn in 1978.")
        assert error.reference_kind is ReferenceKind.CORRECTION
        assert error.evidence[-1] == "1978 in the source, not found in the hypothesis"

    def test_the_identity_has_no_errors(self) -> None:
        assert self.errors("Press the the start .", "Press the the start .", "Jetzt <b>Start</b> drücken.") == ()


@pytest.mark.parametrize(
    ("text", "code", "value"),
    [
        ("1.500", "de", 1500), ("1,5 Millionen", "de", 1.5e6), ("3.5万", "zh", 35000), ("1亿3000万", "zh", 1.3e8),
        ("१२", "ne", 12), ("٣٫٥", "ar", 3.5), ("12 345", "fr", 12345), ("1'234.50", "de", 1234.5), ("2 млн", "ru", 2e6),
    ],
)  # fmt: skip
def test_a_figure_is_read_in_every_way(text: str, code: str, value: float) -> None:
    (figure,) = figures(text, find_language(code))
    assert value in figure.values and figure.text == text


@pytest.mark.parametrize(
    ("text", "code", "value"),
    [
        ("two hundred and fifty", "en", 250), ("fünfundzwanzig", "de", 25), ("三百五十", "zh", 350),
        ("二〇一九", "zh", 2019),
        ("XIX", "ru", 19), ("двести пятьдесят", "ru", 250), ("двадцять", "uk", 20), ("tři", "cs", 3), ("pięć", "pl", 5),
        ("خمسة", "ar", 5), ("in May", "en", 5), ("两万三千", "zh", 23000),
    ],
)  # fmt: skip
def test_a_number_is_read_in_words(text: str, code: str, value: float) -> None:
    assert value in spelled(text, find_language(code))


@pytest.mark.parametrize(
    "text",
    ["", " ", "\x00\x01 , \x02", "a " * 10_000, "\u202e(abc\u202c", "𝟙𝟚𝟛 ,", "ẞ" * 500, "1" * 5000, "((((" * 500,
    "A-" * 3000, "中" * 5000, "b" * 3000, "x@" * 2000],
)  # fmt: skip
def test_no_text_breaks_a_check_or_shifts_a_span(text: str) -> None:
    for source in (None, "", text[::-1], "Er kam 1978."):
        for code in ("en", "zh", "und"):
            batch = Batch.of([Segment("1", text, source=source)])
            for error in found_alone(batch, language=find_language(code))[0]:
                assert error.text == error.hypothesis.of(text) and error.hypothesis.end <= len(text)


def test_spans_count_code_points_of_the_raw_text() -> None:
    text = "𝒳 e\u0301t , so"
    (error,) = found_alone(Batch.of([Segment("1", text)]), language=find_language("en"))[0]
    assert error.hypothesis == Span(5, 6)


def test_what_the_correction_left_stays_so_that_the_corrections_replay() -> None:
    row = Segment(
        id="1", source="An [[2000]].", hypothesis="In year.", references=("In the year [ [ 2000 ] ].",),
        reference_kind=ReferenceKind.CORRECTION,
    )  # fmt: skip
    errors = diagnose(Batch.of([row])).errors
    left = next(error for error in errors if error.rule == "source_code")
    assert (left.text, left.correction, left.only_marked) == ("", "", True)
    text = row.hypothesis
    for error in reversed(errors):
        text = text[: error.hypothesis.start] + error.correction + text[error.hypothesis.end :]
    assert text == row.references[0]
