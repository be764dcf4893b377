"""Statistics for verdicts: exact bounds, evidence that survives looking again, control charts, sampling plans."""

import math
import re
from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest
from scipy import stats

from mtqa.statistics import (
    acceptance_plan,
    betting_bounds,
    clean_segments_needed,
    holm,
    laney_u,
    mean_interval,
    running_evidence,
    sequential_plan,
    share_bounds,
    share_exceeds_p,
    xmr,
)
from mtqa.statistics.betting import _ruled_out


class TestShares:
    def test_known_values(self) -> None:
        assert share_bounds(0, 24) == (0.0, pytest.approx(1 - 0.05 ** (1 / 24)))  # 11.7 %
        assert [clean_segments_needed(share) for share in (0.01, 0.02, 0.2)] == [299, 149, 14]
        two_sided = stats.binomtest(3, 50).proportion_ci(method="exact")
        assert share_bounds(3, 50, confidence=0.975) == pytest.approx((two_sided.low, two_sided.high))

    @pytest.mark.parametrize("inspected", [1, 24, 100])
    def test_never_errs_more_often_than_it_says(self, inspected: int) -> None:
        """Enumerated, not simulated: the chance that a bound misses the truth, at every percent."""
        lowers, uppers = np.array([share_bounds(hits, inspected) for hits in range(inspected + 1)]).T
        for truth in np.arange(1, 100) / 100:
            chances = stats.binom.pmf(np.arange(inspected + 1), inspected, truth)
            assert chances[uppers < truth - 1e-12].sum() <= 0.05 + 1e-12
            assert chances[lowers > truth + 1e-12].sum() <= 0.05 + 1e-12

    def test_of_a_delivery_of_known_size(self) -> None:
        inspected, population = 12, 30
        bounds = [share_bounds(hits, inspected, population=population) for hits in range(inspected + 1)]
        lowers, uppers = np.array(bounds).T
        for bad in range(population + 1):
            chances = stats.hypergeom.pmf(np.arange(inspected + 1), population, bad, inspected)
            assert chances[uppers < bad / population - 1e-12].sum() <= 0.05 + 1e-12
            assert chances[lowers > bad / population + 1e-12].sum() <= 0.05 + 1e-12
        assert share_bounds(2, 30, population=30) == (2 / 30, 2 / 30)
        assert share_bounds(0, 24, population=30) == (0.0, 1 / 30)


def penalties(rng: np.random.Generator, count: int) -> np.ndarray:
    """Points of segments as in MQM data: most flawless, few heavy; at most 10; the mean is 0.75."""
    return rng.choice([0.0, 1.0, 2.0, 5.0, 10.0], count, p=[0.75, 0.12, 0.04, 0.07, 0.02])


MEAN = 0.12 + 0.08 + 0.35 + 0.2


def ever_excluded(values: np.ndarray, mean: float, population: int | None = None) -> bool:
    """Whether 95 % bounds of values 0 to 10 leave out this mean at any time, without the cost of a whole grid."""
    at, wanted = np.array([mean / 10.0]), math.log(40.0)
    sides = ((values / 10.0, at), (1.0 - values / 10.0, 1.0 - at))
    return any(int(_ruled_out(column, target, population, wanted)[0]) <= len(values) for column, target in sides)


class TestLookingAgain:
    def test_an_interval_looked_at_often_errs_and_the_bounds_do_not(self) -> None:
        """95 % each, looked at after every segment, or every 25; 400 runs have a standard error of 1.1 points."""
        rng = np.random.default_rng(3)
        runs = 400
        bounds = intervals = 0
        for _ in range(runs):
            values = penalties(rng, 300)
            bounds += ever_excluded(values, MEAN)
            looks = (mean_interval(values[:n]) or (0.0, 10.0) for n in range(25, 301, 25))
            intervals += any(not low <= MEAN <= high for low, high in looks)
        assert bounds / runs <= 0.05
        assert intervals / runs > 0.15

    def test_the_short_cut_of_these_simulations_is_what_the_bounds_say(self) -> None:
        for seed in range(3):
            values = penalties(np.random.default_rng(seed), 150)
            low, high = betting_bounds(values, highest=10.0)
            for mean in (low[-1] - 0.02, high[-1] + 0.02):
                assert ever_excluded(values, mean)
            assert not ever_excluded(values, (low[-1] + high[-1]) / 2)

    def test_bounds_are_nested_and_know_the_past_only(self) -> None:
        values = penalties(np.random.default_rng(5), 120)
        low, high = betting_bounds(values, highest=10.0)
        assert (np.diff(low) >= 0).all() and (np.diff(high) <= 0).all() and (low < high).all()
        earlier = betting_bounds(values[:50], highest=10.0)
        assert np.array_equal(low[:50], earlier[0]) and np.array_equal(high[:50], earlier[1])

    def test_bounds_narrow_to_the_mean_of_a_delivery(self) -> None:
        values = penalties(np.random.default_rng(6), 200)
        low, high = betting_bounds(values, highest=10.0, population=200)
        assert low[-1] <= values.mean() <= high[-1] and high[-1] - low[-1] < 0.15
        endless_low, endless_high = betting_bounds(values, highest=10.0)
        assert high[-1] - low[-1] < 0.3 * (endless_high[-1] - endless_low[-1])

    def test_without_replacement_they_hold_too(self) -> None:
        rng = np.random.default_rng(7)
        delivery = penalties(rng, 120)
        truth = float(delivery.mean())
        missed = sum(ever_excluded(rng.permutation(delivery)[:110], truth, population=120) for _ in range(400))
        assert missed / 400 <= 0.05

    def test_the_mirror_image(self) -> None:
        values = np.random.default_rng(8).beta(1, 5, 60)
        low, high = betting_bounds(values)
        mirrored_low, mirrored_high = betting_bounds(1.0 - values)
        assert np.allclose(low, 1.0 - mirrored_high) and np.allclose(high, 1.0 - mirrored_low)

    def test_blocks_of_the_grid_change_nothing(self, monkeypatch: pytest.MonkeyPatch) -> None:
        values = np.random.default_rng(8).beta(1, 5, 60)
        whole = betting_bounds(values)
        monkeypatch.setattr("mtqa.statistics.betting.BLOCK_CELLS", 900)
        assert np.array_equal(whole, betting_bounds(values))

    def test_what_breaks_the_guarantee_is_refused(self) -> None:
        with pytest.raises(ValueError, match=r"within \[0, 10\]"):
            betting_bounds(np.array([1.0, 25.0]), highest=10.0)
        with pytest.raises(ValueError, match="population of 1"):
            betting_bounds(np.array([0.5, 0.5]), population=1)


class TestCharts:
    def test_xmr_by_hand(self) -> None:
        chart = xmr(np.array([10.0, 12.0, 11.0, 13.0, 30.0]), baseline=4)
        assert chart.centre == 11.5
        reach = 3 * (5 / 3) / 1.128
        assert (chart.lower[0], chart.upper[0]) == pytest.approx((11.5 - reach, 11.5 + reach))
        assert [(signal.position, signal.rule) for signal in chart.signals] == [(4, "limit")]

    def test_nine_on_one_side(self) -> None:
        values = np.array([3.0, 1.0, 3.0, 1.0, *[2.5] * 9, 1.9])
        assert [(s.position, s.rule) for s in xmr(values, baseline=4).signals] == [(12, "run")]

    def test_laney_knows_over_dispersed_counts(self) -> None:
        """In-control deliveries of a vendor whose rate varies by 30 %: a textbook u-chart cries wolf, u′ does not."""
        rng = np.random.default_rng(11)
        plain = ours = total = 0
        for _ in range(100):
            words = rng.integers(400, 4000, 40).astype(float)
            points = rng.poisson(0.03 * rng.gamma(11, 1 / 11, 40) * words).astype(float)
            chart = laney_u(points, words)
            ours += sum(signal.rule == "limit" for signal in chart.signals)
            rate = points.sum() / words.sum()
            plain += int((np.abs(points / words - rate) > 3 * np.sqrt(rate / words)).sum())
            total += 40
        assert ours / total < 0.015
        assert plain / total > 0.1

    def test_laney_limits_follow_the_size_and_a_shift_is_seen(self) -> None:
        rng = np.random.default_rng(12)
        words = np.array([1000.0, 4000.0] * 12)
        points = rng.poisson(0.03 * words).astype(float)
        points[-1] *= 3
        chart = laney_u(points, words, baseline=20)
        assert chart.upper[0] - chart.centre == pytest.approx(2 * (chart.upper[1] - chart.centre))
        assert (chart.lower >= 0).all() and chart.signals[-1].position == 23

    def test_limits_need_a_baseline(self) -> None:
        with pytest.raises(ValueError, match="limits need 2 to 1 deliveries, not 1"):
            xmr(np.array([1.0]))
        with pytest.raises(ValueError, match="no points in the baseline"):
            laney_u(np.zeros(3), np.ones(3))
        with pytest.raises(ValueError, match="words always positive"):
            laney_u(np.ones(3), np.zeros(3))


class TestAcceptance:
    @pytest.mark.parametrize(
        ("acceptable", "limiting", "inspect", "accept"),
        [(0.01, 0.05, 132, 3), (0.025, 0.10, 78, 4), (0.065, 0.15, 108, 11)],  # notes/ecosystem.md, exact binomial
    )
    def test_known_plans(self, acceptable: float, limiting: float, inspect: int, accept: int) -> None:
        plan = acceptance_plan(acceptable, limiting)
        assert (plan.inspect, plan.accept) == (inspect, accept)
        assert plan.producer_risk == pytest.approx(1 - plan.acceptance(acceptable)) and plan.producer_risk <= 0.05
        assert plan.consumer_risk == pytest.approx(plan.acceptance(limiting)) and plan.consumer_risk <= 0.10

    def test_no_smaller_plan_keeps_both_risks(self) -> None:
        plan = acceptance_plan(0.025, 0.10)
        for inspect in range(1, plan.inspect):
            for accept in range(inspect):
                good, bad = (stats.binom.cdf(accept, inspect, share) for share in (0.025, 0.10))
                assert not (good >= 0.95 and bad <= 0.10)

    def test_a_small_delivery_needs_fewer(self) -> None:
        plan = acceptance_plan(0.01, 0.05, population=200)
        assert plan.inspect < 132
        assert plan.acceptance(0.05) == stats.hypergeom.cdf(plan.accept, 200, 10, plan.inspect)
        curve = [plan.acceptance(share) for share in (0.0, 0.01, 0.05, 0.2)]
        assert curve[0] == 1.0 and all(a >= b for a, b in pairwise(curve))

    def test_sequential_plan_keeps_its_risks_and_saves_inspections(self) -> None:
        plan, fixed = sequential_plan(0.025, 0.10), acceptance_plan(0.025, 0.10)
        rng = np.random.default_rng(13)
        for share, wrong, most in ((0.025, "reject", 0.05), (0.10, "accept", 0.10)):
            errors, inspections, runs = 0, 0, 400
            for _ in range(runs):
                defective, inspected = 0, 0
                decision = None
                while decision is None:
                    inspected += 1
                    defective += int(rng.random() < share)
                    decision = plan.decide(defective, inspected)
                errors += decision == wrong
                inspections += inspected
            assert errors / runs <= most + 3 * math.sqrt(most / runs)
            assert inspections / runs < 0.8 * fixed.inspect

    def test_levels_in_the_wrong_order(self) -> None:
        with pytest.raises(ValueError, match=r"0 < acceptable < limiting < 1 is wanted, not 0.1 and 0.05"):
            acceptance_plan(0.1, 0.05)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: share_bounds(1, 3, confidence=95), "confidence is a share between 0 and 1, not 95"),
        (lambda: share_bounds(4, 3), "4 hits in 3 segments"),
        (lambda: share_bounds(0, 0), "0 hits in 0 segments"),
        (lambda: share_exceeds_p(1, 3, 5.0), "a share between 0 and 1 is wanted, not 5.0"),
        (lambda: share_exceeds_p(1, 3, float("nan")), "a share between 0 and 1 is wanted, not nan"),
        (lambda: clean_segments_needed(0.01, confidence=1.0), "confidence is a share between 0 and 1, not 1.0"),
        (lambda: clean_segments_needed(float("nan")), "a share between 0 and 1 is wanted, not nan"),
        (lambda: holm([0.1, float("nan")]), "a probability between 0 and 1 is wanted, not nan"),
        (lambda: holm([1.2]), "a probability between 0 and 1 is wanted, not 1.2"),
        (lambda: running_evidence(np.array([np.nan]), reach=1.0), "one finite gain a segment is wanted, not (1,)"),
        (lambda: running_evidence(np.array([0.1]), reach=np.nan), "the largest loss is a positive number"),
        (lambda: acceptance_plan(0.01, 0.05, population=0), "a delivery of 0 segments cannot be sampled"),
        (lambda: laney_u(np.array([1.0, 2.0]), np.array([0.0, 5.0])), "points are never negative, words always"),
        (lambda: xmr(np.array([1.0, np.inf])), "one finite number a delivery is wanted, not (2,)"),
        (lambda: betting_bounds(np.array([1.5])), "all values must lie within [0, 1]"),
    ],
)
def test_what_is_no_number_is_no_result(call: Callable[[], object], said: str) -> None:
    with pytest.raises(ValueError, match=re.escape(said)):
        call()
