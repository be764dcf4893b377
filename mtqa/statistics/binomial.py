"""Exact bounds of a share: how many of all segments are bad, when some of the inspected ones are.

Binomial for an endless stream of segments (Clopper and Pearson 1934), hypergeometric for a sample drawn without
replacement from a delivery of known size. Exact means: the stated risk is never exceeded, at any sample size.
"""

import math
from functools import lru_cache

from .distributions import beta_quantile, binomial_tail, hypergeometric_share, hypergeometric_tail
from .units import checked_confidence

__all__ = ["clean_segments_needed", "share_bounds", "share_exceeds_p"]


@lru_cache(maxsize=4096)  # a gate asks for the same few counts again and again: once a finding, once a slice
def share_bounds(
    hits: int, inspected: int, *, confidence: float = 0.95, population: int | None = None
) -> tuple[float, float]:
    """One-sided lower and upper bound of the share of bad segments, each at `confidence`; shares of 1.

    0 hits: the lower bound is 0; all hits: the upper bound is 1. With `population` the bounds are shares that some
    whole number of bad segments among so many can have; inspected completely, both are the share itself.
    Refuses (ValueError) no inspected segment and more hits than segments.
    """
    _check(hits, inspected, population)
    risk = 1.0 - checked_confidence(confidence)
    if population is None:
        low = 0.0 if hits == 0 else beta_quantile(risk, hits, inspected - hits + 1)
        high = 1.0 if hits == inspected else beta_quantile(confidence, hits + 1, inspected - hits)
        return low, high
    fewest, most = _fewest(hits, inspected, population, risk), _most(hits, inspected, population, risk)
    return fewest / population, most / population


def share_exceeds_p(hits: int, inspected: int, limit: float, *, population: int | None = None) -> float:
    """The probability of so many hits or more when the true share is `limit`: small means that it is exceeded.

    Refuses (ValueError) a limit outside 0..1.
    """
    _check(hits, inspected, population)
    if not 0.0 <= limit <= 1.0:
        raise ValueError(f"a share between 0 and 1 is wanted, not {limit}")
    if population is None:
        return binomial_tail(hits, inspected, limit)
    return hypergeometric_tail(hits, inspected, math.floor(limit * population + 1e-9), population)


def clean_segments_needed(limit: float, *, confidence: float = 0.95) -> int:
    """How many inspected segments without a hit show a share of at most `limit`: 299 for 1 %, 149 for 2 %."""
    if not 0.0 < limit < 1.0:
        raise ValueError(f"a share between 0 and 1 is wanted, not {limit}")
    return math.ceil(math.log(1.0 - checked_confidence(confidence)) / math.log1p(-limit))


def _most(hits: int, inspected: int, population: int, risk: float) -> int:
    """The largest number of bad segments under which so few hits are not yet rarer than `risk`."""
    low, high = hits, population - inspected + hits
    while low < high:
        middle = (low + high + 1) // 2
        if hypergeometric_share(hits, inspected, middle, population) > risk:
            low = middle
        else:
            high = middle - 1
    return low


def _fewest(hits: int, inspected: int, population: int, risk: float) -> int:
    """The smallest number of bad segments under which so many hits are not yet rarer than `risk`."""
    low, high = hits, population - inspected + hits
    while low < high:
        middle = (low + high) // 2
        if hypergeometric_tail(hits, inspected, middle, population) > risk:
            high = middle
        else:
            low = middle + 1
    return low


def _check(hits: int, inspected: int, population: int | None) -> None:
    if inspected < 1 or not 0 <= hits <= inspected:
        raise ValueError(f"{hits} hits in {inspected} segments")
    if population is not None and population < inspected:
        raise ValueError(f"{inspected} segments cannot be drawn from a population of {population}")
