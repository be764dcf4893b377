"""Every rule by its cases: wild ones it must claim, negative ones it must leave, known failures (strict)."""

import json
import re
from pathlib import Path

import pytest

from mtqa.mqm import CATEGORIES, ErrorSpan
from mtqa.rules import DOCUMENT_RULES, RULES, diagnose
from mtqa.rules.checks import DOCUMENT_CHECKS, SOURCE_CHECKS, TEXT_CHECKS
from mtqa.segment import Batch, ReferenceKind, Segment

CASES = Path(__file__).parent / "cases" / "rules"
NAMES = [rule.name for rule in RULES]
FILES = ("wild", "negative", "known_failures")
Row = dict[str, str]


def rows(rule: str, name: str) -> list[Row]:
    return [json.loads(line) for line in (CASES / rule / f"{name}.jsonl").read_text("utf-8").splitlines()]


def every(name: str) -> list[tuple[str, Row]]:
    return [(rule, row) for rule in NAMES for row in rows(rule, name)]


def label(value: object) -> str:
    return str(value["hypothesis"][:40]) if isinstance(value, dict) else str(value)


def diagnosed(row: Row) -> tuple[ErrorSpan, ...]:
    segment = Segment(
        "1", row["hypothesis"], (row["reference"],), row.get("source"), reference_kind=ReferenceKind.CORRECTION
    )
    return diagnose(Batch.of([segment]), language=row.get("language", "en")).errors


@pytest.mark.parametrize(("rule", "row"), every("wild"), ids=label)
def test_wild(rule: str, row: Row) -> None:
    found = [error for error in diagnosed(row) if error.rule == rule]
    assert found, [(error.rule, error.text, error.correction) for error in diagnosed(row)]
    if row["text"] is not None:
        assert (row["text"], row["correction"]) in [(error.text, error.correction) for error in found]
    assert {error.category for error in found} == {row["category"]}
    assert row["severity"] in {str(error.severity) for error in found}


@pytest.mark.parametrize(("rule", "row"), every("negative"), ids=label)
def test_negative(rule: str, row: Row) -> None:
    assert rule not in {error.rule for error in diagnosed(row)}


@pytest.mark.parametrize(("rule", "row"), every("known_failures"), ids=label)
@pytest.mark.xfail(strict=True, reason="known failures; one that passes is moved to the wild cases")
def test_known_failures(rule: str, row: Row) -> None:
    found = [(error.text, error.correction, error.category) for error in diagnosed(row)]
    if row["text"] is None:
        assert {category for _, _, category in found} == {row["category"]}
    else:
        assert (row["text"], row["correction"], row["category"]) in found


@pytest.mark.parametrize("rule", NAMES)
def test_every_rule_has_cases_with_their_origin(rule: str) -> None:
    for name in FILES:
        cases = rows(rule, name)
        assert cases, f"{rule}/{name}.jsonl is empty"
        assert all(case["origin"] for case in cases)
    assert all(case["why"] for case in rows(rule, "known_failures"))


def test_no_cases_without_a_rule() -> None:
    checks = [check.name for check in (*TEXT_CHECKS, *SOURCE_CHECKS)] + [name for name, _ in DOCUMENT_CHECKS]
    assert {folder.name for folder in CASES.iterdir()} == {*NAMES, *checks}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_every_rule_is_documented_by_a_pair(rule: object) -> None:
    about = rule.about  # type: ignore[attr-defined]
    assert re.search(r'Wrong: ".+"\s+Right: ".+"\s+-> (\w+/[\w-]+)', about), about
    for category in re.findall(r"-> (\w+/[\w-]+)", about):
        assert category in CATEGORIES


def test_names_are_unique_and_the_last_rule_claims_everything() -> None:
    assert len(set(NAMES)) == len(NAMES)
    assert not set(NAMES) & set(DOCUMENT_RULES)
    assert NAMES[-1] == "other"


def test_every_category_that_cases_name_is_in_the_typology() -> None:
    for name in ("wild", "known_failures"):
        assert {row["category"] for _, row in every(name)} <= set(CATEGORIES)
