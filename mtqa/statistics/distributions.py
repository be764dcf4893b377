"""Quantiles and tails of the distributions that bounds are made of, without the second that `scipy.stats` costs first.

The functions of `scipy.special` that `scipy.stats` itself is made of; the hypergeometric, which it lacks, is fetched
from there when it is asked for.
"""

from scipy import special

__all__ = [
    "beta_quantile",
    "binomial_share",
    "binomial_tail",
    "hypergeometric_share",
    "hypergeometric_tail",
    "normal_quantile",
    "normal_share",
    "student_quantile",
    "student_tail",
]


def normal_quantile(share: float) -> float:
    """The value below which this share (0..1) of a standard normal lies."""
    return float(special.ndtri(share))


def normal_share(value: float) -> float:
    """The share (0..1) of a standard normal below a value."""
    return float(special.ndtr(value))


def student_quantile(share: float, freedom: float) -> float:
    """The value below which this share (0..1) of Student's t lies."""
    return float(special.stdtrit(freedom, share))


def student_tail(value: float, freedom: float) -> float:
    """The share (0..1) of Student's t above a value."""
    return float(special.stdtr(freedom, -value))


def beta_quantile(share: float, a: float, b: float) -> float:
    """The value (0..1) below which this share of a beta distribution lies."""
    return float(special.betaincinv(a, b, share))


def binomial_share(hits: int, drawn: int, chance: float) -> float:
    """The probability of at most so many hits."""
    return 1.0 if hits >= drawn else float(special.betaincc(hits + 1, drawn - hits, chance))


def binomial_tail(hits: int, drawn: int, chance: float) -> float:
    """The probability of so many hits or more."""
    return 1.0 if hits <= 0 else float(special.betainc(hits, drawn - hits + 1, chance))


def hypergeometric_share(hits: int, drawn: int, bad: int, population: int) -> float:
    """The probability of at most so many of the `bad` among those drawn without replacement."""
    from scipy.stats import hypergeom

    return float(hypergeom.cdf(hits, population, bad, drawn))


def hypergeometric_tail(hits: int, drawn: int, bad: int, population: int) -> float:
    """The probability of so many of the `bad` or more among those drawn without replacement."""
    from scipy.stats import hypergeom

    return float(hypergeom.sf(hits - 1, population, bad, drawn))
