"""Intervals and tests: exact where a formula is known, and their error rates by simulation."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from sacrebleu.metrics import CHRF
from sacrebleu.significance import _bootstrap_resample, estimate_ci
from scipy import stats

from mtqa.statistics import bootstrap_interval, mean_interval, rate_interval
from mtqa.statistics.resampling import bootstrap_sums
from mtqa.statistics.units import clustered

Floats = NDArray[np.float64]


def mean_of(sums: Floats) -> Floats:
    """The fold of (sum, size)."""
    means: Floats = sums[..., 0] / sums[..., 1]
    return means


def with_size(values: Floats) -> Floats:
    return np.stack([values, np.ones_like(values)], axis=1)


class TestUnits:
    def test_clusters_are_summed_in_order_of_appearance(self) -> None:
        values = np.array([[1.0, 10.0], [2.0, 20.0], [4.0, 40.0]])
        assert clustered(values, ["b", "a", "b"]).tolist() == [[5.0, 50.0], [2.0, 20.0]]

    def test_labels_of_another_length_are_refused(self) -> None:
        with pytest.raises(ValueError, match="2 cluster labels for 3 segments"):
            clustered(np.ones((3, 1)), ["a", "b"])

    def test_a_missing_value_is_refused(self) -> None:
        with pytest.raises(ValueError, match="not passed as NaN"):
            mean_interval(np.array([1.0, math.nan, 2.0]))


class TestBootstrap:
    def test_draws_the_samples_of_sacrebleu(self) -> None:
        rng = np.random.default_rng(3)
        pieces = [tuple("".join(rng.choice(list("abcd "), 30)) for _ in range(2)) for _ in range(60)]
        metric = CHRF()
        values = np.array(metric._extract_corpus_statistics([h for h, _ in pieces], [[r for _, r in pieces]]), float)
        _, theirs = _bootstrap_resample(values.tolist(), metric, 200)
        ours = [
            metric._compute_score_from_stats(row.tolist()).score
            for block in bootstrap_sums(values, samples=200)
            for row in block
        ]
        assert ours == pytest.approx([score.score for score in theirs], abs=1e-4)  # theirs are sums in float32
        assert estimate_ci(np.array(ours))[0] == pytest.approx(np.mean(ours))

    def test_blocks_continue_one_stream(self, monkeypatch: pytest.MonkeyPatch) -> None:
        values = np.random.default_rng(0).integers(0, 9, (101, 3)).astype(float)
        whole = np.concatenate(list(bootstrap_sums(values, samples=50)))
        monkeypatch.setattr("mtqa.statistics.resampling.BLOCK_CELLS", 700)
        blocks = list(bootstrap_sums(values, samples=50))
        assert len(blocks) > 5
        assert np.array_equal(whole, np.concatenate(blocks))

    @pytest.mark.parametrize("method", ["percentile", "bca"])
    def test_is_deterministic_and_holds_the_observed_value(self, method: str) -> None:
        values = with_size(np.random.default_rng(5).gamma(2.0, 10.0, 200))
        first = bootstrap_interval(values, mean_of, method=method)
        assert first == bootstrap_interval(values, mean_of, method=method)
        assert first is not None and first[0] < mean_of(values.sum(0)) < first[1]
        assert first != bootstrap_interval(values, mean_of, method=method, seed=1)

    def test_bca_follows_the_skewness(self) -> None:
        values = with_size(np.random.default_rng(5).lognormal(0.0, 1.5, 60))
        plain, corrected = bootstrap_interval(values, mean_of), bootstrap_interval(values, mean_of, method="bca")
        assert plain is not None and corrected is not None
        assert corrected[0] > plain[0] and corrected[1] > plain[1]  # scipy.stats.bootstrap agrees, next test

    def test_bca_agrees_with_scipy(self) -> None:
        values = np.random.default_rng(6).lognormal(0.0, 1.0, 80)
        ours = bootstrap_interval(with_size(values), mean_of, method="bca", samples=20_000)
        theirs = stats.bootstrap((values,), np.mean, n_resamples=20_000, method="BCa", rng=np.random.default_rng(1))
        assert ours == pytest.approx(tuple(theirs.confidence_interval), rel=0.02)

    def test_one_segment_says_nothing(self) -> None:
        assert bootstrap_interval(np.ones((1, 2)), mean_of) is None
        assert bootstrap_interval(np.ones((6, 2)), mean_of, clusters=["a"] * 6) is None

    @pytest.mark.parametrize("method", ["percentile", "bca"])
    def test_equal_segments_have_no_width(self, method: str) -> None:
        assert bootstrap_interval(with_size(np.full(30, 7.0)), mean_of, method=method) == (7.0, 7.0)

    def test_clusters_of_like_segments_widen_it(self) -> None:
        effects = np.random.default_rng(8).normal(0.0, 10.0, 12).repeat(10)
        values = with_size(effects + np.random.default_rng(9).normal(0.0, 1.0, 120))
        alone = bootstrap_interval(values, mean_of)
        together = bootstrap_interval(values, mean_of, clusters=list(np.arange(12).repeat(10)))
        assert alone is not None and together is not None
        assert together[1] - together[0] > 2 * (alone[1] - alone[0])

    def test_confidence_is_a_share(self) -> None:
        with pytest.raises(ValueError, match="not 95"):
            bootstrap_interval(np.ones((3, 2)), mean_of, confidence=95)


class TestMean:
    def test_is_students_t(self) -> None:
        values = np.array([1.0, 2.0, 4.0, 8.0, 16.0])
        wanted = stats.t.interval(0.9, 4, loc=values.mean(), scale=stats.sem(values))
        assert mean_interval(values, confidence=0.9) == pytest.approx(wanted)

    def test_stays_within_the_range_of_the_score(self) -> None:
        values = np.array([100.0, 100.0, 100.0, 60.0])
        assert mean_interval(values, lowest=0.0, highest=100.0) == pytest.approx((58.177, 100.0), abs=0.01)

    def test_a_fully_inspected_population_has_no_sampling_error(self) -> None:
        values = np.array([1.0, 2.0, 6.0])
        assert mean_interval(values, population=3) == (3.0, 3.0)
        with pytest.raises(ValueError, match="population of 2"):
            mean_interval(values, population=2)

    @settings(max_examples=50, deadline=None)
    @given(st.lists(st.floats(-1e3, 1e3), min_size=2, max_size=30))
    def test_singleton_clusters_change_nothing(self, values: list[float]) -> None:
        column = np.array(values)
        assert mean_interval(column) == mean_interval(column, clusters=range(len(values)))


class TestRate:
    def test_is_the_delta_method_on_the_log_scale(self) -> None:
        points, words = np.array([0.0, 5.0, 1.0, 10.0]), np.array([20.0, 30.0, 25.0, 25.0])
        rate = 0.16
        residuals = points - rate * words
        error = math.sqrt(4 / 3 * float(residuals @ residuals)) / 100
        reach = stats.t.ppf(0.975, 3) * error / rate
        assert rate_interval(points, words) == pytest.approx((160 * math.exp(-reach), 160 * math.exp(reach)))

    def test_no_points_leave_room_for_hidden_errors(self) -> None:
        interval = rate_interval(np.zeros(24), np.full(24, 25.0))
        assert interval == pytest.approx((0.0, 1000 * -math.log(0.025) / 600))
        # the exact Poisson bound: with that many errors expected, seeing none has a chance of 2.5 %
        assert stats.poisson.pmf(0, interval[1] * 0.6) == pytest.approx(0.025)
        weighted = rate_interval(np.zeros(24), np.full(24, 25.0), unit=5.0)
        assert weighted is not None and weighted[1] == pytest.approx(5 * interval[1])

    def test_too_little_says_nothing(self) -> None:
        assert rate_interval(np.array([1.0]), np.array([9.0])) is None
        assert rate_interval(np.zeros(3), np.zeros(3)) is None
        assert rate_interval(np.ones(4), np.ones(4), clusters=["a"] * 4) is None

    def test_the_whole_delivery_has_no_sampling_error(self) -> None:
        points, words = np.array([0.0, 5.0, 1.0]), np.array([20.0, 30.0, 50.0])
        assert rate_interval(points, words, population=3) == pytest.approx((60.0, 60.0))
        assert rate_interval(np.zeros(3), words, population=3) == (0.0, 0.0)

    def test_negative_points_are_refused(self) -> None:
        with pytest.raises(ValueError, match="points are never negative"):
            rate_interval(np.array([-1.0, 1.0]), np.ones(2))

    @pytest.mark.parametrize("segments", [24, 100])
    def test_covers_over_dispersed_truths(self, segments: int) -> None:
        """95 % nominal; gamma-Poisson errors of weights 1 and 5, as in MQM data (variance about 10 × Poisson)."""
        rng = np.random.default_rng(segments)
        runs, below, above = 1000, 0, 0
        truth = 1000 * 0.02 * (0.7 * 1 + 0.3 * 5)
        for _ in range(runs):
            words = rng.integers(5, 45, segments).astype(float)
            rates = 0.02 * rng.gamma(0.8, 1 / 0.8, segments) * words
            points = rng.poisson(0.7 * rates) + 5.0 * rng.poisson(0.3 * rates)
            low, high = rate_interval(points, words) or (0.0, math.inf)
            below += truth > high
            above += truth < low
        assert (below + above) / runs < 0.075
        assert below / runs < 0.05  # the dangerous side, 2.5 % nominal
