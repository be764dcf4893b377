"""Numbers that are said in several words or written as one, and Chinese numerals, which are a system of their own."""

import math
from collections.abc import Mapping
from functools import cache, lru_cache
from itertools import pairwise
from types import MappingProxyType

from .table import Language

__all__ = ["CHINESE_DIGITS", "CHINESE_SCALES", "Amount", "chinese_number", "chinese_readings", "joined_number"]

LONGEST = 60  # characters; what is longer is no number that anybody reads
_THOUSANDS = frozenset({1e3, 1e4, 1e6, 1e8, 1e9, 1e12})


class Amount:
    """A number as it is said, value by value: two, hundred, thousand, fifty."""

    __slots__ = ("_below", "_rest", "_scaled")

    def __init__(self, first: float) -> None:
        scale = first in _THOUSANDS
        self._scaled, self._rest = (first, 0.0) if scale else (0.0, first)
        self._below = first if scale else math.inf  # the next thousand, million … is a smaller one

    @property
    def value(self) -> float:
        """What has been said so far."""
        return self._scaled + self._rest

    def add(self, value: float, *, units_first: bool = False) -> bool:
        """Whether the next value goes on with the number, which then has it; `units_first` allows fünf-und-zwanzig."""
        rest, tens = self._rest, self._rest % 100
        if value in _THOUSANDS:
            if value >= self._below:
                return False
            self._scaled, self._rest, self._below = self._scaled + (rest or 1.0) * value, 0.0, value
        elif value == 100 and 0 < rest < 100:
            self._rest = rest * 100
        elif rest == 0:
            if value >= self._below or not self._scaled:
                return False
            self._rest = value
        elif value < 100 and (
            (rest >= 100 and tens == 0)
            or (tens >= 20 and tens % 10 == 0 and value < 10)
            or (tens in (60, 80) and value < 20)  # soixante-dix, quatre-vingt-onze
            or (tens == 10 and 7 <= value <= 9)  # dix-sept
            or (units_first and tens < 10 and value >= 20)
        ):
            self._rest = rest + value
        elif (rest, value) == (4, 20):  # quatre-vingts
            self._rest = 80.0
        else:
            return False
        return True


@lru_cache(maxsize=20_000)
def joined_number(word: str, language: Language) -> float | None:
    """The value of a number that is written as one word (dreihundertfünfzig, venticinque); None for any other word."""
    if not language.number_parts or not 5 <= len(word) <= LONGEST:
        return None
    table, longest = _parts(language)
    ends: list[tuple[float, ...] | None] = [(), *([None] * len(word))]  # the values of the word up to there
    for end in range(1, len(word) + 1):
        for start in range(max(0, end - longest), end):
            before, value = ends[start], table.get(word[start:end])
            if before is not None and value is not None:
                ends[end] = (*before, value) if value else before
                break  # the longest word
    values = ends[-1]
    if values is None or len(values) < 2:
        return None
    amount = Amount(values[0])
    if not all(amount.add(value, units_first=True) for value in values[1:]):
        return None
    return amount.value


@cache
def _parts(language: Language) -> tuple[Mapping[str, float], int]:
    """What a number written as one word is made of, and the length of the longest."""
    table = {**language.numbers, **language.number_parts}
    return table, max(map(len, table))


CHINESE_SCALES: Mapping[str, float] = MappingProxyType(
    {"十": 10.0, "百": 1e2, "千": 1e3, "万": 1e4, "萬": 1e4, "亿": 1e8, "億": 1e8, "兆": 1e12}
)
CHINESE_DIGITS: Mapping[str, float] = MappingProxyType(
    {c: float(n) for n, c in enumerate("〇一二三四五六七八九")} | {"零": 0.0, "两": 2.0, "兩": 2.0}
)


def chinese_number(text: str) -> float | None:
    """The value of a whole numeral; None for anything else, as 万一 and 千万, words of their own.

    Digits alone are read one by one (二〇一九 is 2019); before a scale stands a digit, but for 十.
    """
    if not 0 < len(text) <= LONGEST or any(c not in CHINESE_DIGITS and c not in CHINESE_SCALES for c in text):
        return None
    digits = [CHINESE_DIGITS[c] for c in text if c in CHINESE_DIGITS]
    if len(digits) == len(text):
        return float("".join(str(int(digit)) for digit in digits))
    if text[0] in CHINESE_SCALES and text[0] != "十":
        return None
    if any(CHINESE_DIGITS.get(one) and other in CHINESE_DIGITS for one, other in pairwise(text)):
        return None
    return _positional(text)


def chinese_readings(text: str) -> set[float]:
    """All values that a run of numerals may stand for: of its digits, digit by digit, and as a number; 半 is a half."""
    digits = [CHINESE_DIGITS[c] for c in text if c in CHINESE_DIGITS]
    found = set(digits)
    if digits and len(digits) == len(text):
        found.add(float("".join(str(int(digit)) for digit in digits)))
    if "半" in text:
        found.update((0.5, 2.0))
    found.add(_positional(text))
    return found


def _positional(text: str) -> float:
    total = section = number = 0.0
    for character in text:
        if character in CHINESE_DIGITS:
            number = CHINESE_DIGITS[character]
        elif scale := CHINESE_SCALES.get(character):
            if scale >= 1e4:
                total += (section + number or 1.0) * scale
                section = number = 0.0
            else:
                section += (number or 1.0) * scale
                number = 0.0
    return total + section + number
