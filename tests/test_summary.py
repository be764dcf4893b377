"""Summary: folds, never means; counts that add up; nothing is never a number."""

import pytest
import sacrebleu

from mtqa.metric import METRICS
from mtqa.mqm import PROFILES, ErrorSpan, Severity, penalty_rate
from mtqa.refusal import Refusal
from mtqa.segment import Batch, ReferenceKind, Segment, Span
from mtqa.summary import Status, Summary, measure, summarise

TEXTS = [
    ("1", "a", "The cat sat on the mat today.", "The cat sat on a mat today."),
    ("2", "a", "Nobody came to the party.", "Nobody came to the party."),
    ("3", "b", "It is “raining” again in Paris, they say.", "It is \"raining\" again in London, they say."),
    ("4", "b", "A fourth segment of some words.", "A fourth segment with many more words in it."),
]  # fmt: skip


def batch_of(kind: ReferenceKind = ReferenceKind.CORRECTION) -> Batch:
    return Batch.of(
        [Segment(i, h, (r,), document=d, reference_kind=kind) for i, d, h, r in TEXTS]
        + [Segment("5", "A line that nothing answers.", document="b", reference_kind=kind)]
    )


def error(segment: str, document: str, category: str, severity: Severity) -> ErrorSpan:
    return ErrorSpan(
        id=segment,
        hypothesis=Span(0, 1),
        reference=Span(0, 1),
        text="x",
        correction="y",
        category=category,
        severity=severity,
        severity_basis="test",
        rule="test",
        evidence=(),
        explanation="",
        confidence=1.0,
        reference_kind=ReferenceKind.CORRECTION,
        document=document,
    )


ERRORS = (
    error("1", "a", "fluency/function-words", Severity.MINOR),
    error("3", "b", "accuracy/named-entity", Severity.CRITICAL),
    error("3", "b", "fluency/punctuation", Severity.MINOR),
)


def summary_of(kind: ReferenceKind = ReferenceKind.CORRECTION, errors: tuple[ErrorSpan, ...] = ERRORS) -> Summary:
    batch = batch_of(kind)
    status = (Status.PAIRED,) * 4 + (Status.UNALIGNED,)
    measured = measure(batch, status, [METRICS[key] for key in ("chrf++", "ter", "bleu", "chrf")])
    return summarise(batch, measured, errors, profile=PROFILES["mqm-core"], kind_basis="test")


def test_corpus_values_are_sacrebleus() -> None:
    hypotheses, references = [row[2] for row in TEXTS], [[row[3] for row in TEXTS]]
    scores = {score.metric.name: score.value for score in summary_of().scores}
    assert scores["BLEU"] == pytest.approx(sacrebleu.BLEU().corpus_score(hypotheses, references).score, abs=1e-9)
    assert scores["chrF2"] == pytest.approx(sacrebleu.CHRF().corpus_score(hypotheses, references).score, abs=1e-9)
    assert scores["chrF2++"] == pytest.approx(
        sacrebleu.CHRF(word_order=2).corpus_score(hypotheses, references).score, abs=1e-9
    )
    assert scores["TER"] == pytest.approx(sacrebleu.TER().corpus_score(hypotheses, references).score, abs=1e-9)


def test_segment_means_are_means_of_sacrebleus_segments() -> None:
    mean = next(score for score in summary_of().segment_means if score.metric.key == "chrf++")
    chrf = sacrebleu.CHRF(word_order=2)
    assert mean.value == pytest.approx(sum(chrf.sentence_score(h, [r]).score for _, _, h, r in TEXTS) / 4, abs=1e-9)


def test_a_segment_without_reference_is_counted_and_never_scored() -> None:
    summary = summary_of()
    assert (summary.segments, summary.assessed, summary.unaligned_hypotheses) == (5, 4, 1)
    assert all(score.segments == 4 for score in summary.scores)


def test_every_interval_holds_its_value_and_every_score_its_signature() -> None:
    for score in (*summary_of().scores, *summary_of().segment_means):
        assert score.interval is not None
        assert score.interval[0] <= score.value <= score.interval[1]
        assert "|data:" in str(score.signature)


def test_straight_quotes_are_shown_raw_and_normalised() -> None:
    summary = summary_of()
    raw = {score.metric.name: score.value for score in summary.scores}
    assert {score.metric.name: score.value > raw[score.metric.name] for score in summary.normalised}["BLEU"]
    assert "normaliser:typography" in str(summary.normalised[0].signature)


def test_counts_and_points_add_up() -> None:
    summary = summary_of()
    assert summary.errors == 3
    assert summary.penalty_points == 27.0
    assert summary.penalty is not None
    assert summary.penalty.value == pytest.approx(penalty_rate(ERRORS, summary.words))
    assert dict(summary.severities) == {"critical": 1, "major": 0, "minor": 2, "neutral": 0}
    assert summary.categories[0].category == "accuracy/named-entity"
    assert sum(row.total for row in summary.categories) == 3
    assert sum(row.points for row in summary.categories) == 27.0


def test_the_worst_segment_is_first_and_flawless_ones_are_left_out() -> None:
    assert [worst.id for worst in summary_of().worst] == ["3", "1"]


def test_documents_are_groups_only_where_there_are_several() -> None:
    groups = summary_of().groups
    assert [(group.document, group.segments, group.errors) for group in groups] == [("a", 2, 1), ("b", 3, 2)]


def test_against_an_independent_reference_there_is_no_penalty() -> None:
    summary = summary_of(ReferenceKind.INDEPENDENT)
    assert summary.penalty is None
    assert summary.penalty_points is None
    assert summary.errors == 3  # differences, counted as such


def test_no_rate_of_no_words() -> None:
    with pytest.raises(Refusal, match="no penalty rate of 0 words"):
        penalty_rate(ERRORS, 0)
