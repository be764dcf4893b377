"""Bounds for accepting a delivery: the inspected units, and one more that is worse than them.

Penalty points are rare and large: an interval that knows only what was seen is too good, and the delivery at the limit
passes too often. On 94 real MQM systems (docs/gate.md) the log-scale ratio interval accepts 9.8 % (worst system 30 %)
of the deliveries that stand exactly at the limit with 24 segments, and the bootstrap more. Here an unseen unit, as bad
as the worst that was seen, is always added, and the mean is weighed by every likely set of weights (Dirichlet, one
parameter each). Source: Gaffke 2005; Learned-Miller and Thomas, A New Confidence Interval for the Mean of a Bounded
Random Variable, 2019. That the added unit stands on words of average number, and that it is as bad as the worst one
seen, is ours, and is held to 5 % by simulation in tests/test_gate_rates.py.
"""

import numpy as np

from .resampling import ratio_error, sampled_share
from .units import SEED, Floats, checked_confidence

__all__ = ["cautious_bound"]

DRAWS = 4000
MANY = 20_000  # units above which the drawn quantile and the normal one agree to a thousandth
CLUSTER_STRETCH = 2.0  # documents differ more than segments do, and there are fewer of them


def cautious_bound(
    above: Floats,
    below: Floats,
    *,
    least: float | None = None,
    confidence: float = 0.95,
    clustered: bool = False,
    inspected: int | None = None,
    population: int | None = None,
) -> float | None:
    """The upper bound of `above.sum() / below.sum()` over units `(units,)`; None below two units or nothing below.

    `above` is what is feared (penalty points, or scores with the sign turned), `below` what it is counted over
    (words, or ones). The added unit has an average `below`, and `above` of the worst unit or `least`, whichever is
    more. With `clustered` the units are documents: the added one has twice the distance of the worst one from the
    average. `population` segments of which `inspected` (default: all units) were drawn without replacement narrow
    the bound by `sqrt(1 - inspected / population)`. Deterministic: the weights are drawn with a fixed seed.
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
        worst = ratio * usual + CLUSTER_STRETCH * (worst - ratio * usual)
    everything, over = np.append(above, worst), np.append(below, usual)
    bound = _normal(everything, over, confidence) if units > MANY else _drawn(everything, over, confidence)
    share = sampled_share(units if inspected is None else inspected, population)
    return ratio + max(0.0, bound - ratio) * share


def _drawn(above: Floats, below: Floats, confidence: float) -> float:
    rng = np.random.default_rng(SEED)
    table = np.stack([above, below], axis=1)
    rows = max(1, (1 << 22) // len(above))
    sums = [rng.standard_exponential((min(rows, DRAWS - start), len(above))) @ table for start in range(0, DRAWS, rows)]
    ratios = np.concatenate([each[:, 0] / each[:, 1] for each in sums])
    return float(np.quantile(ratios, confidence))


def _normal(above: Floats, below: Floats, confidence: float) -> float:
    from scipy.stats import norm

    return float(above.sum() / below.sum() + norm.ppf(confidence) * ratio_error(above, below))
