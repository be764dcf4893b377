"""A comparison of systems: where each stands, how they differ, and how sure that is."""

from dataclasses import dataclass
from typing import Literal

from ..metric import Metric, Score

__all__ = ["TESTS", "Comparison", "Difference", "Segment", "Standing", "Test"]

Test = Literal["permutation", "bootstrap", "randomization"]

# What each test is, in the words that stand beside its p-values.
TESTS: dict[Test, str] = {
    "permutation": "paired permutation, two-sided, ties counted",
    "bootstrap": "sacrebleu-compatible paired bootstrap, rejects 11.5 % under a true null",
    "randomization": "sacrebleu-compatible approximate randomisation, counts no ties",
}


@dataclass(frozen=True, slots=True)
class Standing:
    """One system under one metric. `sacrebleu` is its bootstrap mean and half interval, given with its bootstrap."""

    system: str
    score: Score
    sacrebleu: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Segment:
    """A segment on which two systems differ much: its two scores, in the metric's unit."""

    id: str
    document: str
    baseline: float
    system: float


@dataclass(frozen=True, slots=True)
class Difference:
    """One system against another under one metric.

    `value` is system minus baseline in the metric's unit (for TER a negative one is better); `interval` is the BCa
    bootstrap interval of it, None below two units. `p` is two-sided, `p_holm` adjusted over all tests of the
    comparison, `significant` is p_holm at most 1 - confidence. `exact`: every swap was counted. `effect` is Cohen's d
    of the paired segment scores, positive where the system is better, None where all differences are equal. `better`,
    `same`, `worse` count segments; `differing` counts units (segments or documents) with other statistics.
    `gained` and `lost` are the segments that changed most, the largest change first.
    """

    metric: Metric
    baseline: str
    system: str
    value: float
    interval: tuple[float, float] | None
    p: float
    p_holm: float
    significant: bool
    exact: bool
    differing: int
    effect: float | None
    better: int
    same: int
    worse: int
    gained: tuple[Segment, ...]
    lost: tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Systems on the same segments: standings by metric, then system; differences by metric, then pair.

    `units` are what was swapped and drawn: the segments, or the documents when `cluster_by` says so.
    """

    systems: tuple[str, ...]
    segments: int
    units: int
    cluster_by: str | None
    test: Test
    samples: int
    seed: int
    confidence: float
    standings: tuple[Standing, ...]
    differences: tuple[Difference, ...]

    @property
    def test_name(self) -> str:
        """The test in words, with what is known against it."""
        return TESTS[self.test]
