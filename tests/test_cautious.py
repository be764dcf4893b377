"""The bounds for passing and failing: edges, agreement of their two computations, evidence without replacement."""

import numpy as np
import pytest

from mtqa.statistics import cautious_bound, mean_exceeds_p, rate_exceeds_p, rate_interval, running_evidence
from mtqa.statistics.cautious import _drawn, _normal


def segments(count: int, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    return rng.choice([0.0, 1.0, 5.0, 25.0], count, p=[0.6, 0.2, 0.15, 0.05]), rng.integers(3, 40, count).astype(float)


class TestCautiousBound:
    def test_lies_above_the_ratio_and_falls_with_more_segments(self) -> None:
        points, words = segments(100)
        few = cautious_bound(points, words)
        many = cautious_bound(np.tile(points, 10), np.tile(words, 10))
        assert few is not None and many is not None
        assert points.sum() / words.sum() < many < few

    def test_clean_segments_are_bounded_by_what_one_error_may_cost(self) -> None:
        bounds = [cautious_bound(np.zeros(n), np.full(n, 20.0), least=25.0) for n in (24, 100, 400)]
        assert bounds == sorted(bounds, reverse=True) and all(bound is not None and bound > 0 for bound in bounds)

    def test_nothing_is_left_to_chance_in_a_whole_delivery(self) -> None:
        points, words = segments(50)
        assert cautious_bound(points, words, population=50) == pytest.approx(points.sum() / words.sum())
        part, endless = cautious_bound(points, words, population=60), cautious_bound(points, words)
        assert part is not None and endless is not None
        assert points.sum() / words.sum() < part < endless

    def test_too_little(self) -> None:
        assert cautious_bound(np.array([1.0]), np.array([5.0])) is None
        assert cautious_bound(np.zeros(3), np.zeros(3)) is None

    def test_documents_need_more(self) -> None:
        points, words = segments(30)
        segments_bound, documents_bound = (cautious_bound(points, words, clustered=c) for c in (False, True))
        assert segments_bound is not None and documents_bound is not None and documents_bound > segments_bound

    def test_the_end_of_the_scale_is_never_passed(self) -> None:
        scores = -np.linspace(0.0, 5.0, 40)  # a metric whose worst value is 0, sign turned
        free, held = (
            cautious_bound(scores, np.ones(40), stretch=9.0),
            cautious_bound(scores, np.ones(40), stretch=9.0, most=0.0),
        )
        assert free is not None and held is not None and held < free

    def test_both_computations_agree_for_many_segments(self) -> None:
        points, words = segments(5_000)
        drawn, normal = _drawn(points, words, 0.95), _normal(points, words, 0.95)
        assert normal == pytest.approx(drawn, rel=3e-3)

    def test_the_same_every_time(self) -> None:
        points, words = segments(700)
        assert cautious_bound(points, words) == cautious_bound(points, words)


class TestFailing:
    @pytest.mark.parametrize("population", [None, 120])
    def test_p_and_the_lower_bound_of_a_rate_decide_alike(self, population: int | None) -> None:
        points, words = segments(60)
        interval = rate_interval(points, words, confidence=0.9, population=population)
        assert interval is not None
        for limit, beyond in ((interval[0] * 0.999, True), (interval[0] * 1.001, False)):
            assert (rate_exceeds_p(points, words, limit, population=population) < 0.05) == beyond

    def test_p_and_the_lower_bound_of_a_mean_decide_alike(self) -> None:
        points, _ = segments(60)
        ones = np.ones(60)
        low = mean_exceeds_p(points, ones, 0.0)[1]
        assert mean_exceeds_p(points, ones, low)[0] == pytest.approx(0.05)

    def test_edges(self) -> None:
        zero, words = np.zeros(10), np.full(10, 5.0)
        assert rate_exceeds_p(zero, words, 1.0) == 1.0
        assert rate_exceeds_p(np.ones(10), words, 0.0) == 0.0
        assert mean_exceeds_p(np.ones(10), np.ones(10), 0.5)[0] == 0.0
        assert mean_exceeds_p(np.ones(10), np.ones(10), 1.0)[0] == 1.0


class TestRunningEvidence:
    def test_wealth_by_hand(self) -> None:
        """One stake only would turn a gain of 1 into 1 + stake; the average of all stakes stands between."""
        found = running_evidence(np.array([1.0, -1.0]), reach=1.0)
        assert 1.01 < found[0] < 1.9 and found[1] < 1.0

    @pytest.mark.parametrize("population", [None, 400])
    def test_a_true_hypothesis_is_rarely_rejected_however_often_one_looks(self, population: int | None) -> None:
        rng = np.random.default_rng(2)
        whole = rng.exponential(1.0, 400)
        whole = np.minimum(whole, 4.0)
        gains = whole.mean() - whole
        rejected = []
        for _ in range(400):
            drawn = rng.permutation(gains)[:300] if population else rng.choice(gains, 300)
            rejected.append(running_evidence(drawn, reach=4.0, population=population).max() >= 20.0)
        assert np.mean(rejected) <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / 400)

    def test_a_false_one_is(self) -> None:
        assert running_evidence(np.full(200, 0.5), reach=1.0).max() > 1e6

    @pytest.mark.parametrize(
        ("gains", "reach", "population", "refusal"),
        [
            ([0.0], 0.0, None, "the largest loss is a positive number"),
            ([-2.0], 1.0, None, "a segment lost 2, more than the reach of 1"),
            ([0.0] * 3, 1.0, 2, "3 segments cannot be drawn from a population of 2"),
        ],
    )
    def test_refusals(self, gains: list[float], reach: float, population: int | None, refusal: str) -> None:
        with pytest.raises(ValueError, match=refusal):
            running_evidence(np.array(gains), reach=reach, population=population)
