"""The penalty to expect: what raises it, what has none, and that it only ranks."""

from pathlib import Path

import pytest

import mtqa
from mtqa.assessment import Assessment
from mtqa.language import LANGUAGES
from mtqa.refusal import Refusal
from mtqa.segment import Batch, ReferenceKind, Segment
from mtqa.triage import FEATURES, MOST, expected_penalties, expected_penalty, features

REFERENCE = "Prime Minister Kallas met the delegation from Tallinn on Friday to discuss the new harbour."
WORSE = [  # (what is better, what is worse) against REFERENCE
    (REFERENCE, "Prime Minister Kallas met the delegation from Tallinn on Friday to debate the new harbour."),
    ("Prime Minister Kallas met the delegation from Tallinn on Friday to debate the new harbour.",
     "Premier Callas has hit delegates of the Tallin by Friday that it argues new port."),
    (REFERENCE, "Prime Minister Kallas met the delegation."),
    ("The delegation from Tallinn met Prime Minister Kallas on Friday to discuss the new harbour.",
     "The delegation from Riga met Prime Minister Ratas on Friday to discuss the new harbour."),
]  # fmt: skip
ODD = ["a", "\u200f\u202e", "😀 x", "e\u0301", "\x00", "一只 cat", "1", "," * 50, "x" * 10_000]


def penalty(hypothesis: str, *references: str, code: str = "en") -> float | None:
    return expected_penalty(hypothesis, references, LANGUAGES[code])


def batch(kind: ReferenceKind) -> Batch:
    texts = (REFERENCE, WORSE[1][1], "", WORSE[0][1])
    references = ((REFERENCE,), (REFERENCE,), (REFERENCE,), ())
    return Batch.of(
        [
            Segment(id=str(n), hypothesis=text, references=given, reference_kind=kind)
            for n, (text, given) in enumerate(zip(texts, references, strict=True))
        ]
    )


class TestTheExpectedPenalty:
    @pytest.mark.parametrize(("better", "worse"), WORSE)
    def test_rises_with_what_the_reference_does_not_confirm(self, better: str, worse: str) -> None:
        low, high = penalty(better, REFERENCE), penalty(worse, REFERENCE)
        assert low is not None and high is not None and low < high

    def test_of_several_references_is_their_mean(self) -> None:
        one, other = penalty(WORSE[1][1], REFERENCE), penalty(WORSE[1][1], WORSE[1][0])
        assert one is not None and other is not None
        assert penalty(WORSE[1][1], REFERENCE, WORSE[1][0]) == pytest.approx((one + other) / 2)

    @pytest.mark.parametrize("hypothesis", ODD)
    @pytest.mark.parametrize("code", ["en", "zh", "cs"])
    def test_stays_in_its_range_under_odd_characters(self, hypothesis: str, code: str) -> None:
        found = penalty(hypothesis, REFERENCE, code=code)
        assert found is not None and 0.0 <= found <= MOST

    def test_reads_every_feature_of_its_weights(self) -> None:
        assert tuple(features(REFERENCE, WORSE[1][1], "en")) == FEATURES

    def test_is_given_only_where_an_independent_reference_stands_beside_a_text(self) -> None:
        assert [found is None for found in expected_penalties(batch(ReferenceKind.INDEPENDENT))] == [
            False,
            False,
            True,
            True,
        ]
        assert set(expected_penalties(batch(ReferenceKind.CORRECTION))) == {None}


@pytest.fixture(scope="module")
def assessment() -> Assessment:
    import pandas as pd

    texts = [WORSE[0][1], WORSE[3][1], WORSE[1][1]]
    frame = pd.DataFrame({"id": ["a", "b", "c"], "hypothesis": texts, "reference": [REFERENCE] * 3})
    return mtqa.assess(frame, kind="independent", metrics=["chrf++"])


class TestAnAssessment:
    def test_has_it_as_a_column_and_keeps_it(self, assessment: Assessment, tmp_path: Path) -> None:
        column = list(assessment.segments["expected_penalty"])
        assert column == list(assessment.expected_penalty) and all(value > 0 for value in column)
        again = Assessment.load(assessment.save(tmp_path / "a"))
        assert again.expected_penalty == assessment.expected_penalty

    def test_names_first_what_is_expected_to_be_worst(self, assessment: Assessment) -> None:
        shown = [worst.expected_penalty for worst in assessment.summary.worst]
        assert shown == sorted(shown, key=lambda value: -(value or 0.0)) and len(shown) > 1
        assert assessment.summary.worst[0].id == "c"

    def test_is_no_measure_of_a_gate(self, assessment: Assessment) -> None:
        assert "expected_penalty" not in {*assessment.segment_scores, *assessment.signatures}
        with pytest.raises(Refusal, match="expected_penalty"):
            mtqa.gate(assessment, {"policy": "p", "metric": [{"name": "expected_penalty", "max_mean": 3.0}]})
