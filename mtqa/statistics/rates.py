"""Intervals of rates: penalty points or errors per 1,000 words."""

import math
from collections.abc import Sequence

import numpy as np

from .resampling import ratio_error, sampled_share, student
from .units import Floats, checked_confidence, clustered

__all__ = ["rate_interval"]


def rate_interval(
    points: Floats,
    words: Floats,
    *,
    confidence: float = 0.95,
    clusters: Sequence[object] | None = None,
    population: int | None = None,
    unit: float = 1.0,
    per: float = 1000.0,
) -> tuple[float, float] | None:
    """The interval of `per * points.sum() / words.sum()`; `points` and `words` are `(segments,)`, none negative.

    A ratio of sums on the log scale (delta method, Student's t): never below 0, and nearly balanced: on 118 systems
    of real MQM data 6.2 %, 5.6 % and 5.4 % of the truths lie above its 5 % upper bound at 24, 100 and 400 segments
    drawn at random (5.1 to 5.3 % below the lower one), against 10 % with the bootstrap at 24. A few systems with rare
    and heavy errors fare worse (up to 14 %): whoever accepts by the upper bound wants `cautious_bound`.
    With `clusters` documents are the units: segments of one article are alike, and an interval for a *vendor* needs
    them. `population` is the number of segments of the delivery that these were drawn from without replacement; at
    the whole population no sampling error is left.
    No points at all: 0 up to the exact Poisson bound for errors of `unit` points each, `-ln(tail) * unit / words`
    (3.69 errors for a 95 % interval); real errors cluster, so it is a floor of what may be hidden.
    None below two units and without words.
    """
    checked_confidence(confidence)
    columns = np.stack([_counts(points, "points"), _counts(words, "words")], axis=1)
    units = clustered(columns, clusters)
    spent, counted = (float(value) for value in columns.sum(axis=0))
    if len(units) < 2 or counted == 0.0:
        return None
    share = sampled_share(len(columns), population)
    if spent == 0.0:
        hidden = -math.log((1.0 - confidence) / 2.0) * unit if share > 0.0 else 0.0
        return 0.0, per * hidden / counted
    rate = spent / counted
    reach = student(confidence, len(units)) * ratio_error(units[:, 0], units[:, 1]) * share / rate
    return per * rate * math.exp(-reach), per * rate * math.exp(reach)


def _counts(values: Floats, name: str) -> Floats:
    column = np.asarray(values, dtype=np.float64)
    if column.ndim != 1:
        raise ValueError(f"{name} are (segments,), not {column.shape}")
    if (column < 0).any():
        raise ValueError(f"{name} are never negative")
    return column
