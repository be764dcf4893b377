"""Chinese numerals, which Japanese writes too: a system, not a list of words (三百五十, 二〇一九)."""

from collections.abc import Mapping
from itertools import pairwise
from types import MappingProxyType

__all__ = ["CHINESE_DIGITS", "CHINESE_SCALES", "chinese_number", "chinese_readings"]

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
    if not text or any(c not in CHINESE_DIGITS and c not in CHINESE_SCALES for c in text):
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
