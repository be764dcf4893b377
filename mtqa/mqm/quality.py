"""MQM quality scores: a penalty turned into a figure below 100, raw or through what a team accepts.

Words are those of the hypothesis, as everywhere here (`text.word_count`). 100 is flawless, higher is better; below 0
is legal. Sources: themqm.org (scoring models); Gladkoff, Han et al., arXiv 2511.13467 (tolerance that grows as a
logarithm of the size of the sample).
"""

import math

from ..refusal import Misuse

__all__ = ["HIGHEST", "calibrated_quality", "logarithmic_quality", "raw_quality"]

HIGHEST = 100.0


def raw_quality(points: float, words: int) -> float:
    """100 less the penalty points per 100 words. Refuses no words: an empty text has no quality."""
    return HIGHEST * (1.0 - points / _some(words))


def calibrated_quality(points: float, words: int, *, acceptable: float, threshold: float) -> float:
    """On the line from 100 at no penalty to `threshold` at `acceptable` penalty points per 1,000 words."""
    _below_highest(threshold)
    if not acceptable > 0.0:
        raise Misuse("acceptable penalty points must be above 0")
    return HIGHEST - 1000.0 * points / _some(words) * (HIGHEST - threshold) / acceptable


def logarithmic_quality(
    points: float, words: int, *, tolerances: tuple[tuple[int, float], tuple[int, float]], threshold: float
) -> float:
    """The same with a tolerance that grows as a·ln(1 + b·words): short samples are not judged harder than long ones.

    `tolerances` are two samples, each as (words, penalty points that are just acceptable in it): the longer has more
    points, and fewer a word. Refuses others, through which no such curve goes.
    """
    _below_highest(threshold)
    (short, few), (long, many) = sorted(tolerances)
    if not (0 < short < long and 0.0 < few < many and many / long < few / short):
        raise Misuse("the longer of two tolerated samples has more points, and fewer a word")
    low, high = -60.0, 60.0  # ln b; the ratio of the tolerances falls from long/short to 1 as b grows
    for _ in range(200):
        middle = (low + high) / 2
        ratio = math.log1p(math.exp(middle) * long) / math.log1p(math.exp(middle) * short)
        low, high = (middle, high) if ratio > many / few else (low, middle)
    steep = math.exp((low + high) / 2)
    tolerated = few * math.log1p(steep * _some(words)) / math.log1p(steep * short)
    return HIGHEST - points * (HIGHEST - threshold) / tolerated


def _some(words: int) -> int:
    if words <= 0:
        raise Misuse("no words: an empty text has no quality score")
    return words


def _below_highest(threshold: float) -> None:
    if not threshold < HIGHEST:
        raise Misuse(f"a threshold below {HIGHEST:g} is wanted, {threshold:g} found")
