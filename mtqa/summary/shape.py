"""The nouns of a summary: counts, rates, groups, worst segments; and what others need of an assessment."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from ..hygiene import Notice
from ..metric import Score, Signature
from ..mqm import ErrorSpan, Profile, Severity, SystemicFinding, find_profile
from ..segment import Batch, ReferenceKind

__all__ = ["Assessed", "CategoryCount", "Group", "Rate", "ReviewTally", "Status", "Summary", "WorstSegment"]


class Status(StrEnum):
    """Whether a segment has both sides; only a paired one is scored."""

    PAIRED = "paired"
    UNALIGNED = "unaligned"  # a hypothesis line that no reference line answers
    OMITTED = "omitted"  # a reference line that the hypothesis lacks: its hypothesis is empty


@dataclass(frozen=True, slots=True)
class Rate:
    """Something per 1,000 hypothesis words, lower is better, with its interval (None: too few segments)."""

    value: float
    interval: tuple[float, float] | None
    confidence: float = 0.95


@dataclass(frozen=True, slots=True)
class CategoryCount:
    """One row of the category × severity table: counts by severity, and what they cost under the profile."""

    category: str
    counts: tuple[tuple[Severity, int], ...]
    points: float

    @property
    def total(self) -> int:
        """Errors of this category, all severities."""
        return sum(count for _, count in self.counts)


@dataclass(frozen=True, slots=True)
class Group:
    """One document or one system: its share of the assessment."""

    document: str
    system: str
    segments: int
    words: int
    errors: int
    points: float
    penalty: Rate | None
    scores: tuple[Score, ...]


@dataclass(frozen=True, slots=True)
class WorstSegment:
    """A segment that people should look at first: most penalty points, then worst score.

    Against an independent reference `expected_penalty` are the points to expect (`mtqa.triage`), and they come first.
    """

    id: str
    document: str
    system: str
    points: float
    errors: int
    scores: tuple[tuple[str, float], ...]
    expected_penalty: float | None = None


@dataclass(frozen=True, slots=True)
class ReviewTally:
    """What reviewers made of the findings: `people` are (name, role) pairs, `findings` counts those before the review.

    `confirmed` includes the `changed`; `disputed` are those on which reviewers differ (they stand as found, undecided),
    `contested` those of which a vendor's reply says otherwise. What is neither confirmed nor rejected nor disputed is
    unreviewed.
    """

    people: tuple[tuple[str, str], ...]
    findings: int
    confirmed: int
    changed: int
    rejected: int
    added: int
    disputed: int
    contested: int


@dataclass(frozen=True, slots=True)
class Summary:
    """An assessment folded by category, severity, document and system.

    `scores` are corpus values (statistics folded, never a mean of segment BLEU); `segment_means` are means of the
    segment scores; `normalised` the corpus values after typographic normalisation of both sides, given only where
    they differ. `words` counts the hypothesis words of the segments that were assessed. Against an independent
    reference `errors` counts differences, and no penalty is given. `review` is None before the first review.
    `profile` is the label of the severity profile, with a digest where it is a team's own (`own_profile`).
    """

    segments: int
    assessed: int
    unaligned_hypotheses: int
    unaligned_references: int
    words: int
    reference_kind: ReferenceKind
    kind_basis: str
    profile: str
    scores: tuple[Score, ...]
    segment_means: tuple[Score, ...]
    normalised: tuple[Score, ...]
    errors: int
    errors_per_1000: Rate | None
    penalty_points: float | None
    penalty: Rate | None
    categories: tuple[CategoryCount, ...]
    severities: tuple[tuple[Severity, int], ...]
    groups: tuple[Group, ...]
    worst: tuple[WorstSegment, ...]
    systemic: tuple[SystemicFinding, ...]
    notices: tuple[Notice, ...]
    review: ReviewTally | None = None
    own_profile: Profile | None = None

    @property
    def weights(self) -> Profile:
        """The severity profile that `profile` names: a built-in one, or the team's own that stands in the summary."""
        return self.own_profile or find_profile(self.profile)

    @property
    def quality(self) -> tuple[tuple[str, float], ...]:
        """MQM quality scores by how each is made (`Profile.quality`); none where no penalty is given."""
        if self.penalty_points is None or not self.words:
            return ()
        return self.weights.quality(self.penalty_points, self.words)


class Assessed(Protocol):
    """What reports, gates and notebooks need of an assessment; `mtqa.assessment.Assessment` is one.

    All sequences are in batch order and of the batch's length; a score is None where the segment is not paired.
    `error_spans` are in batch order, by position within a segment. `signatures` name the metrics as the scores do.
    """

    @property
    def batch(self) -> Batch:
        """The segments."""

    @property
    def status(self) -> tuple[Status, ...]:
        """Whether each segment is paired."""

    @property
    def alignment(self) -> tuple[float | None, ...]:
        """Confidence 0..1 of the pairing; None where the input itself paired the texts."""

    @property
    def segment_scores(self) -> Mapping[str, tuple[float | None, ...]]:
        """Metric name → one score a segment."""

    @property
    def signatures(self) -> Mapping[str, Signature]:
        """Metric name → how the segment scores were made."""

    @property
    def expected_penalty(self) -> tuple[float | None, ...]:
        """The points to expect of each segment against an independent reference: for the order in which to look."""

    @property
    def error_spans(self) -> tuple[ErrorSpan, ...]:
        """The findings."""

    @property
    def summary(self) -> Summary:
        """All of it folded."""

    @property
    def fingerprint(self) -> str:
        """Which texts and which findings before any review: decisions are good for this and nothing else."""

    @property
    def finding_keys(self) -> tuple[str, ...]:
        """How decisions name each of the error spans; it stays the same from review to review."""

    @property
    def decided(self) -> Mapping[int, bool]:
        """Position of an error span → True where a reviewer confirmed it; what is not in it is unreviewed."""
