"""MQM quality scores: a penalty turned into a figure below 100, raw or through what a team accepts.

Words are those of the hypothesis, as everywhere here (`text.word_count`). 100 is flawless, higher is better; below 0
is legal. Sources: themqm.org (scoring models); Gladkoff, Han et al., arXiv 2511.13467 (tolerance that grows as a
logarithm of the size of the sample).
"""

import math
from dataclasses import dataclass

from ..refusal import Misuse, unknown_name

__all__ = ["HIGHEST", "QualityScale", "calibrated_quality", "logarithmic_quality", "raw_quality"]

HIGHEST = 100.0
Samples = tuple[tuple[int, float], tuple[int, float]]
"""Two samples, each as its words and the penalty points that are just acceptable in it."""


@dataclass(frozen=True, slots=True)
class QualityScale:
    """What a team accepts, as the scale of its quality score: `threshold` is the score of what is just acceptable.

    `accepted` are penalty points per 1,000 words (`calibrated_quality`), or two samples (`logarithmic_quality`).
    Refuses what these two refuse.
    """

    threshold: float
    accepted: float | Samples

    def __post_init__(self) -> None:
        """Ask for a score once: a scale that gives none is never made."""
        self.score(0.0, 1)

    def score(self, points: float, words: int) -> float:
        """The quality score of so many penalty points in so many words: at most 100, higher is better."""
        if isinstance(self.accepted, tuple):
            return logarithmic_quality(points, words, tolerances=self.accepted, threshold=self.threshold)
        return calibrated_quality(points, words, acceptable=self.accepted, threshold=self.threshold)

    @property
    def label(self) -> str:
        """How it judges, in a few words that stand beside every score of it."""
        if isinstance(self.accepted, tuple):
            (short, few), (long, many) = sorted(self.accepted)
            return f"logarithmic, {self.threshold:g} at {few:g} points in {short:,} words and {many:g} in {long:,}"
        return f"linear, {self.threshold:g} at {self.accepted:g} points per 1,000 words"

    @classmethod
    def of_table(cls, table: object) -> "QualityScale":
        """The scale of a `[quality]` table; refuses what is not understood, with the key."""
        if not isinstance(table, dict):
            raise Misuse("quality is no table", mend="write [quality], threshold = 85 and acceptable = 30")
        for key in table:
            if key not in ("threshold", *_ACCEPTED):
                raise unknown_name("key in quality", key, ("threshold", *_ACCEPTED))
        given = [key for key in _ACCEPTED if key in table]
        if "threshold" not in table or len(given) != 1:
            found = " and ".join(table) or "nothing"
            raise Misuse(f"quality has {found}", mend="give threshold, and one of acceptable and tolerances")
        read = _number if given == ["acceptable"] else _samples
        try:
            return cls(_number(table["threshold"], "threshold"), read(table[given[0]], given[0]))
        except Misuse as refusal:
            raise Misuse(f"quality: {refusal.what}", mend=refusal.mend) from None


_ACCEPTED = ("acceptable", "tolerances")


MOST = 1e9  # words, points: within this no score leaves what a float holds
LEAST = 1e-3


def _samples(given: object, key: str) -> Samples:
    match given:
        case [[int(short), few], [int(long), many]] if max(short, long) <= MOST:
            return (short, _number(few, key)), (long, _number(many, key))
    raise Misuse(f"{key} is {given!r}", mend="give words and points of two samples: [[500, 20], [5000, 80]]")


def _number(value: object, key: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not LEAST <= value <= MOST:
        raise Misuse(f"{key} is {value!r}", mend=f"give a number from {LEAST:g} to {MOST:,.0f}")
    return float(value)


def raw_quality(points: float, words: int) -> float:
    """100 less the penalty points per 100 words. Refuses no words: an empty text has no quality."""
    return HIGHEST * (1.0 - points / _some(words))


def calibrated_quality(points: float, words: int, *, acceptable: float, threshold: float) -> float:
    """On the line from 100 at no penalty to `threshold` at `acceptable` penalty points per 1,000 words."""
    _below_highest(threshold)
    if not acceptable > 0.0:
        raise Misuse("acceptable penalty points must be above 0")
    return HIGHEST - 1000.0 * points / _some(words) * (HIGHEST - threshold) / acceptable


def logarithmic_quality(points: float, words: int, *, tolerances: Samples, threshold: float) -> float:
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
