"""Intervals and tests: exact where a formula is known, and their error rates by simulation."""

import itertools
import math
from collections.abc import Callable, Iterable
from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from sacrebleu.metrics import BLEU, CHRF, TER
from sacrebleu.significance import PairedTest, _bootstrap_resample, estimate_ci
from scipy import stats

from mtqa.engines import fold, statistics
from mtqa.metric import find_metric
from mtqa.statistics import (
    Pair,
    bootstrap_interval,
    bootstrap_sums,
    clustered,
    holm,
    mean_interval,
    permutation_tests,
    rate_interval,
    sacrebleu_bootstrap,
    sacrebleu_randomization,
)
from mtqa.statistics.distributions import (
    beta_quantile,
    binomial_share,
    binomial_tail,
    normal_quantile,
    normal_share,
    student_quantile,
    student_tail,
)
from mtqa.statistics.permutation import swapped_sums
from mtqa.statistics.units import single_is_exact

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


class TestPermutation:
    def test_identical_systems_have_p_1(self) -> None:
        values = np.arange(40.0).reshape(20, 2)
        (test,) = permutation_tests([Pair(values, values.copy(), mean_of)])
        assert (test.p, test.differing, test.exact, test.difference) == (1.0, 0, True, 0.0)

    def test_one_differing_segment_is_no_evidence(self) -> None:
        """sacrebleu's randomisation says p = 0.0001 of this resubmission."""
        first = with_size(np.full(24, 50.0))
        second = first.copy()
        second[7, 0] = 90.0
        (test,) = permutation_tests([Pair(first, second, mean_of)])
        assert (test.p, test.differing, test.swaps, test.exact) == (1.0, 1, 2, True)

    @pytest.mark.parametrize("differing", [2, 5, 10])
    def test_all_in_one_direction_has_the_smallest_p_there_is(self, differing: int) -> None:
        first = with_size(np.full(30, 50.0))
        second = first.copy()
        second[:differing, 0] += np.arange(1, differing + 1)
        (test,) = permutation_tests([Pair(first, second, mean_of)])
        assert test.p == 2 / 2**differing and test.exact and test.difference > 0

    @settings(max_examples=25, deadline=None)
    @given(st.lists(st.integers(-4, 4), min_size=1, max_size=9), st.integers(0, 2**32 - 1))
    def test_is_the_enumeration_written_out(self, gaps: list[int], seed: int) -> None:
        rng = np.random.default_rng(seed)
        first = rng.integers(1, 9, (len(gaps), 2)).astype(float)
        second = first + np.stack([np.array(gaps, float), np.zeros(len(gaps))], axis=1)
        (test,) = permutation_tests([Pair(first, second, mean_of)])
        observed = abs(mean_of(second.sum(0)) - mean_of(first.sum(0)))
        hits = total = 0
        for keep in itertools.product([True, False], repeat=len(gaps)):
            choose = np.array(keep)[:, None]
            gap = mean_of(np.where(choose, second, first).sum(0)) - mean_of(np.where(choose, first, second).sum(0))
            hits, total = hits + (abs(gap) >= observed - 1e-9), total + 1
        assert test.p == pytest.approx(hits / total)

    def test_random_swaps_come_near_the_enumeration(self) -> None:
        rng = np.random.default_rng(2)
        first = with_size(rng.normal(50, 10, 14))
        second = with_size(first[:, 0] + rng.normal(2.0, 4.0, 14))
        (exact,) = permutation_tests([Pair(first, second, mean_of)], samples=2**14)
        (drawn,) = permutation_tests([Pair(first, second, mean_of)], samples=2**14 - 1)
        assert exact.exact and not drawn.exact
        assert drawn.p == pytest.approx(exact.p, abs=0.015)

    def test_direction_and_several_pairs_at_once(self) -> None:
        rng = np.random.default_rng(4)
        first = with_size(rng.normal(50, 10, 80))
        pairs = [Pair(first, with_size(first[:, 0] + rng.normal(shift, 5.0, 80)), mean_of) for shift in (3.0, -3.0, 0)]
        together = permutation_tests(pairs, samples=2000)
        assert [test.difference > 0 for test in together[:2]] == [True, False]
        assert together[0].p < 0.01 and together[1].p < 0.01 and together[2].p > 0.05
        assert together == tuple(permutation_tests([pair], samples=2000)[0] for pair in pairs)

    def test_blocks_continue_one_stream(self, monkeypatch: pytest.MonkeyPatch) -> None:
        rng = np.random.default_rng(0)
        pair = Pair(rng.integers(0, 9, (101, 3)).astype(float), rng.integers(0, 9, (101, 3)).astype(float), mean_of)
        keep = np.random.default_rng(12345).integers(2, size=(200, 101), dtype=bool)
        monkeypatch.setattr("mtqa.statistics.permutation.BLOCK_CELLS", 7000)
        monkeypatch.setattr("mtqa.statistics.permutation._UNITS_AT_ONCE", 40)
        blocks = [block[0] for block in swapped_sums([pair], samples=200)]
        assert len(blocks) > 2
        assert np.array_equal(np.concatenate([first for first, _ in blocks]), keep @ pair.first + ~keep @ pair.second)
        assert np.array_equal(np.concatenate([second for _, second in blocks]), ~keep @ pair.first + keep @ pair.second)

    def test_single_precision_only_where_it_is_exact(self) -> None:
        assert single_is_exact(np.full((100, 1), 3.0))
        assert not single_is_exact(np.full((100, 1), 3.5))
        assert not single_is_exact(np.full((100, 1), 2.0**18))
        assert single_is_exact(np.array([[2.0**20], [0.0], [1.0]])) and not single_is_exact(
            np.array([[2.0**23], [0.0], [1.0]]), often=True
        )


def test_the_permutation_holds_its_level_and_sacrebleus_bootstrap_does_not() -> None:
    """An exactly exchangeable null: each segment's two outputs are drawn from one distribution; a ratio as TER is one.

    5 % nominal. 2,000 runs have a standard error of 0.5 points: ours may reach 6.5 % by chance (3 errors), not 9.
    """
    rng = np.random.default_rng(20)
    runs, segments = 2000, 40
    ours = theirs = 0
    for run in range(runs):
        words = rng.integers(5, 40, segments).astype(float)
        difficulty = rng.beta(2, 4, segments)
        first, second = (np.stack([rng.binomial(words.astype(int), difficulty), words], axis=1) * 1.0 for _ in "ab")
        (test,) = permutation_tests([Pair(first, second, mean_of)], samples=399, seed=run)
        ours += test.p <= 0.05
        theirs += (sacrebleu_bootstrap([[first], [second]], [mean_of], samples=399, seed=run)[1][0].p or 1.0) < 0.05
    assert 0.035 < ours / runs < 0.065
    assert theirs / runs > 0.09


REFERENCE_WORDS = "the a leaders of Europe asked for ceasefire on Monday and said that they will not wait"


@pytest.fixture(scope="module")
def texts() -> tuple[list[list[str]], list[str]]:
    """Three systems that break sentences in their own ways; the third is a copy of the first."""
    rng = np.random.default_rng(7)
    vocabulary = REFERENCE_WORDS.split(" ")
    references = [" ".join(rng.choice(vocabulary, rng.integers(5, 16))) for _ in range(50)]
    systems = []
    for damage in (0.15, 0.2):
        systems.append(
            [" ".join(w if rng.random() > damage else rng.choice(vocabulary) for w in r.split()) for r in references]
        )
    return [*systems, list(systems[0])], references


class TestSacrebleusOwn:
    METRICS = tuple(find_metric(name) for name in ("bleu", "chrf", "ter"))

    @pytest.mark.parametrize(("kind", "samples"), [("bs", 300), ("ar", 500)])
    def test_same_p_values_and_intervals(
        self, texts: tuple[list[list[str]], list[str]], kind: str, samples: int
    ) -> None:
        systems, references = texts
        metrics = {"BLEU": BLEU(), "chrF2": CHRF(), "TER": TER()}
        named = [(str(number), system) for number, system in enumerate(systems)]
        _, theirs = PairedTest(named, metrics, [references], test_type=kind, n_samples=samples)()
        values = [
            [statistics(metric, system, [(text,) for text in references]).values for metric in self.METRICS]
            for system in systems
        ]
        folds = [partial(fold, metric) for metric in self.METRICS]
        test = sacrebleu_bootstrap if kind == "bs" else sacrebleu_randomization
        ours = test(values, folds, samples=samples)
        for m, metric in enumerate(self.METRICS):
            for s in range(3):
                wanted = theirs[metric.name][s]
                assert ours[s][m].p == wanted.p_value
                assert ours[s][m].score == pytest.approx(wanted.score, abs=1e-9)
                assert ours[s][m].mean == (None if wanted.mean is None else pytest.approx(wanted.mean, abs=1e-4))
                assert ours[s][m].half_width == (None if wanted.ci is None else pytest.approx(wanted.ci, abs=1e-4))
        assert ours[2][0].p == 1 / (samples + 1)  # a copy is "significantly different" there


class TestHolm:
    def test_steps_down(self) -> None:
        assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx((0.03, 0.06, 0.06, 0.02))  # R: p.adjust(p, "holm")

    def test_edges(self) -> None:
        assert holm([]) == () and holm([0.7, 0.9]) == (1.0, 1.0)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (normal_quantile, stats.norm.ppf),
        (normal_share, stats.norm.cdf),
        (student_quantile, stats.t.ppf),
        (student_tail, stats.t.sf),
        (beta_quantile, stats.beta.ppf),
        (binomial_share, stats.binom.cdf),
        (binomial_tail, lambda hits, drawn, chance: stats.binom.sf(hits - 1, drawn, chance)),
    ],
)
def test_distributions_are_those_of_scipy(ours: Callable[..., float], theirs: Callable[..., float]) -> None:
    """Without `scipy.stats`, whose import would be a third of the time of `mtqa assess` on a page of text."""
    shares, small, whole = (0.001, 0.05, 0.5, 0.975), (0, 1, 4, 24), (24, 100, 4000)
    grid: Iterable[tuple[float, ...]] = {
        "normal_quantile": [(p,) for p in shares],
        "normal_share": [(x,) for x in (-8.0, -1.0, 0.0, 2.5)],
        "student_quantile": itertools.product(shares, (1, 2, 23, 4000)),
        "student_tail": itertools.product((-3.0, 0.0, 0.5, 40.0), (1, 2, 23, 4000)),
        "beta_quantile": itertools.product(shares, (1, 3, 40), (1, 24, 4000)),
        "binomial_share": itertools.product(small, whole, (0.0, *shares, 1.0)),
        "binomial_tail": itertools.product(small, whole, (0.0, *shares, 1.0)),
    }[ours.__name__]
    for given_ in grid:
        assert ours(*given_) == pytest.approx(theirs(*given_), rel=1e-9, abs=1e-300), given_
