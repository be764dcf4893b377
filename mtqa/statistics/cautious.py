"""Bounds for accepting a delivery: the inspected units, and one more that is worse than them.

Penalty points are rare and large: an interval that knows only what was seen is too good, and the delivery at the limit
passes too often. On 94 real MQM systems (docs/gate.md) the log-scale ratio interval accepts 9.8 % (worst system 30 %)
of the deliveries that stand exactly at the limit with 24 segments, and the bootstrap more. Here an unseen unit, as bad
as the worst that was seen, is always added, and the mean is weighed by every likely set of weights (Dirichlet, one
parameter each). Source: Gaffke 2005; Learned-Miller and Thomas, A New Confidence Interval for the Mean of a Bounded
Random Variable, 2019. That the added unit stands on words of average number, and that it is as bad as the worst one
seen, is ours, and is held to 5 % by simulation in tests/test_gate_rates.py.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

import numpy as np

from .distributions import normal_quantile, student_quantile, student_tail
from .resampling import ratio_error, sampled_share
from .units import BLOCK_CELLS, SEED, Floats, checked_confidence
from .units import clustered as clustered_units

__all__ = ["cautious_bound", "mean_exceeds_p", "rate_exceeds_p"]

DRAWS = 4000
MANY = 5_000  # units above which drawn and computed quantiles agree to 3 % of their distance from the ratio
KEPT = 512  # units: weights of so few are kept for the next call (16 MiB at most each)
CLUSTER_STRETCH = 2.0  # documents differ more than segments do, and there are fewer of them


def cautious_bound(
    above: Floats,
    below: Floats,
    *,
    least: float | None = None,
    most: float | None = None,
    stretch: float = 1.0,
    confidence: float = 0.95,
    clustered: bool = False,
    inspected: int | None = None,
    population: int | None = None,
) -> float | None:
    """The upper bound of `above.sum() / below.sum()` over units `(units,)`; None below two units or nothing below.

    `above` is what is feared (penalty points, or scores with the sign turned), `below` what it is counted over
    (words, or ones). The added unit has an average `below`, and an `above` that lies `stretch` times as far from the
    average as the worst unit, or as `least`, does, and no higher than `most`. With `clustered` the units are
    documents, the worst is also looked for by its own ratio, and the stretch is at least 2. `population` segments of
    which `inspected` (default: all units) were drawn without replacement narrow the bound by
    `sqrt(1 - inspected / population)`, but not below what one more such unit would make of the ratio.
    Deterministic: the weights are drawn with a fixed seed.
    """
    checked_confidence(confidence)
    units = len(above)
    if units < 2 or below.sum() <= 0.0:
        return None
    ratio, usual = float(above.sum() / below.sum()), float(below.mean())
    worst = float(above.max()) if least is None else max(float(above.max()), least)
    if clustered:
        counted = below > 0.0
        worst = max(worst, float((above[counted] / below[counted]).max()) * usual)
        stretch = max(stretch, CLUSTER_STRETCH)
    added = ratio * usual + stretch * (worst - ratio * usual)
    added = added if most is None else min(added, most)
    everything, over = np.append(above, added), np.append(below, usual)
    bound = _normal(everything, over, confidence) if units > MANY else _drawn(everything, over, confidence)
    share = sampled_share(units if inspected is None else inspected, population)
    if share == 0.0:
        return ratio
    one_more = float(everything.sum() / over.sum())
    return max(ratio + (bound - ratio) * share, one_more)


def _drawn(above: Floats, below: Floats, confidence: float) -> float:
    table = np.stack([above, below], axis=1)
    sums = np.concatenate([weights @ table for weights in _weights(len(above))])
    return float(np.quantile(sums[:, 0] / sums[:, 1], confidence))


def _weights(units: int) -> Iterable[Floats]:
    """Blocks `(rows, units)` of Dirichlet weights (not scaled: only ratios of sums are taken), 4,000 rows in all."""
    return _kept_weights(units) if units <= KEPT else _drawn_weights(units)


@lru_cache(maxsize=4)
def _kept_weights(units: int) -> tuple[Floats, ...]:
    return tuple(_drawn_weights(units))


def _drawn_weights(units: int) -> Iterator[Floats]:
    rng = np.random.default_rng(SEED)
    rows = max(1, BLOCK_CELLS // units)
    for start in range(0, DRAWS, rows):
        yield rng.standard_exponential((min(rows, DRAWS - start), units))


def _normal(above: Floats, below: Floats, confidence: float) -> float:
    """The quantile of the same weights without drawing them: normal, corrected for skewness (Cornish and Fisher)."""
    ratio = float(above.sum() / below.sum())
    residuals = above - ratio * below
    squares = float(residuals @ residuals)
    skewness = 2.0 * float((residuals**3).sum()) / squares**1.5 if squares > 0.0 else 0.0  # exponential weights: 2
    level = normal_quantile(confidence)
    return ratio + (level + (level**2 - 1.0) / 6.0 * skewness) * ratio_error(above, below)


def rate_exceeds_p(
    points: Floats,
    words: Floats,
    limit: float,
    *,
    clusters: Sequence[object] | None = None,
    population: int | None = None,
    per: float = 1000.0,
) -> float:
    """The probability of so high a rate or more when the true one is `limit`: small means that it is exceeded.

    Inverts the lower bound of `rate_interval` (log-scale ratio, Student's t), so that both decide alike. No points
    give 1; points against a limit of 0 give 0.
    """
    units = clustered_units(np.stack([points, words], axis=1), clusters)
    spent, counted = (float(value) for value in units.sum(axis=0))
    if spent == 0.0 or counted == 0.0 or len(units) < 2:
        return 1.0
    if limit <= 0.0:
        return 0.0
    rate = spent / counted
    error = ratio_error(units[:, 0], units[:, 1]) * sampled_share(len(points), population) / rate
    distance = math.log(per * rate / limit)
    if error == 0.0:
        return 0.0 if distance > 0.0 else 1.0
    return student_tail(distance / error, len(units) - 1)


def mean_exceeds_p(
    above: Floats,
    below: Floats,
    limit: float,
    *,
    confidence: float = 0.95,
    inspected: int | None = None,
    population: int | None = None,
) -> tuple[float, float]:
    """For `above.sum() / below.sum()` over units: the probability of so much or more when the truth is `limit`, and
    the one-sided lower bound that decides alike (Student's t, linearised ratio). Needs two units.
    """
    ratio = float(above.sum() / below.sum())
    share = sampled_share(len(above) if inspected is None else inspected, population)
    error, freedom = ratio_error(above, below) * share, len(above) - 1
    low = ratio - student_quantile(checked_confidence(confidence), freedom) * error
    if error == 0.0:
        return (0.0 if ratio > limit else 1.0), low
    return student_tail((ratio - limit) / error, freedom), low
