"""Figures of a text in every reading that some language gives them, and what is said in words instead of digits."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from unicodedata import digit

import regex

from ...language import Language
from ...language.calendar import month_names
from ...language.numerals import CHINESE_SCALES, chinese_readings, joined_number

__all__ = ["SCALES", "Figure", "figures", "spelled"]

_SPACES = " \u00a0\u202f\u2009"
_FIGURE = regex.compile(
    rf"\p{{Nd}}{{1,3}}(?:[{_SPACES}]\p{{Nd}}{{3}})+(?!\p{{Nd}})(?:[.,٫]\p{{Nd}}+)?|\p{{Nd}}+(?:[.,'’٫٬，]\p{{Nd}}+)*"
)
_GROUPING, _MARK, _NO_DIGIT = regex.compile(rf"[{_SPACES}'’٬]"), regex.compile("[.,]"), regex.compile(r"\D")
_SCALE = regex.compile(rf"[{_SPACES}-]?(?:(?P<word>[\p{{L}}]+)\.?|(?P<cjk>[十百千万萬亿億兆]+))")
_CJK_NUMBER = regex.compile("[〇零一二三四五六七八九十百千万萬亿億两兩半]+")
_ROMAN = regex.compile(r"(?<![\p{L}\p{N}])[IVXLCⅠ-Ⅻ]{1,6}(?![\p{L}\p{N}])")
_ROMAN_VALUES = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}
_WORD = regex.compile(r"[\p{L}\p{M}]+")
_HALF_DAY = regex.compile(r"(?<=\p{Nd})\s?(?:[ap]\.?\s?m\b|[ap]m\b)|o['’]clock", regex.I)

# Abbreviations of scales, and scales of languages without a table.
SCALES: Mapping[str, float] = MappingProxyType(
    {"k": 1e3, "m": 1e6, "mn": 1e6, "mln": 1e6, "mio": 1e6, "bn": 1e9, "b": 1e9, "mrd": 1e9, "mld": 1e9, "tn": 1e12}
    | {"тыс": 1e3, "тис": 1e3, "млн": 1e6, "млрд": 1e9, "трлн": 1e12, "tys": 1e3, "tis": 1e3, "md": 1e9, "tsd": 1e3}
    | {"lakh": 1e5, "lakhs": 1e5, "crore": 1e7, "crores": 1e7, "mil": 1e3, "mii": 1e3, "milioane": 1e6, "tuhat": 1e3}
    | {
        "miljonit": 1e6,
        "miljon": 1e6,
        "miljardit": 1e9,
        "miliarde": 1e9,
        "lei": 1.0,
        "हजार": 1e3,
        "लाख": 1e5,
        "करोड": 1e7,
    }
    | {"করোড়": 1e7, "मिलियन": 1e6, "दशलक्ष": 1e6, "מיליון": 1e6, "מיליארד": 1e9, "אלף": 1e3, "만": 1e4, "억": 1e8}
)


def _values(listed: str) -> Mapping[str, float]:
    """Word → value from pairs joined by a slash."""
    return {word: float(value) for word, value in (pair.split("/") for pair in listed.split())}


# Words that stand for a number without being number words; they only ever explain a figure.
_LOOSE: Mapping[str, Mapping[str, float]] = {
    "en": _values(
        "midnight/0 once/1 single/1 daily/1 both/2 twice/2 double/2 doubled/2 pair/2 couple/2 twin/2 second/2 half/2 "
        "biennial/2 twofold/2 duo/2 triple/3 tripled/3 thrice/3 third/3 threefold/3 trio/3 quarter/4 fourfold/4 "
        "quadruple/4 quartet/4 fivefold/5 quintet/5 week/7 decade/10 decades/10 teens/10 tens/10 tenfold/10 "
        "eleventh/11 dozen/12 noon/12 twelfth/12 thirteenth/13 fourteenth/14 fifteenth/15 sixteenth/16 seventeenth/17 "
        "eighteenth/18 nineteenth/19 twentieth/20 twenties/20 day/24 thirties/30 forties/40 fifties/50 sixties/60 "
        "seventies/70 eighties/80 nineties/90 century/100 percent/100 centenary/100 millennium/1000"
    ),
    "de": _values(
        "erste/1 ersten/1 beide/2 doppelt/2 paar/2 zweimal/2 zweite/2 zweiten/2 dreimal/3 dritte/3 dritten/3 vierte/4 "
        "fünfte/5 jahrzehnt/10 dutzend/12 jahrhundert/100"
    ),
}


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of a text: `text[start:end]`, all values that it may stand for, and those of its parts."""

    start: int
    end: int
    text: str
    values: frozenset[float]
    parts: tuple[frozenset[float], ...] = ()

    def met(self, values: frozenset[float], parts: frozenset[float]) -> bool:
        """Whether one of the values is among `values`, or each part is among `parts`."""
        if self.values & values:
            return True
        return bool(self.parts) and all(part & parts for part in self.parts)


def figures(text: str, language: Language) -> tuple[Figure, ...]:
    """The figures of a text that are written in digits of any script, in order, each with all its readings."""
    found: list[Figure] = []
    half_day = bool(_HALF_DAY.search(text))
    for match in _FIGURE.finditer(text):
        start, end = match.span()
        if found and start < found[-1].end:
            continue
        plain = "".join(str(digit(c)) if c.isdigit() else c for c in match[0])
        values, parts = _readings(plain)
        if text[max(0, start - 1) : start] == ":" and values == {0.0}:
            continue  # whole hours
        more = set(values)
        for value in values:
            if 1000 <= value <= 2100:
                more.add(value % 100)  # '95 and the nineties
            if value <= 24 and value == int(value):
                more.update({value - 12, value + 12} if half_day or 12 < value <= 24 else ())
        scaled, end = _scaled(text, end, values, language)
        found.append(Figure(start, end, text[start:end], frozenset(round(v, 6) for v in more | scaled), parts))
    return tuple(found)


def _readings(plain: str) -> tuple[set[float], tuple[frozenset[float], ...]]:
    bare = _GROUPING.sub("", plain).replace("٫", ".").replace("，", ",")
    marks = [c for c in bare if c in ".,"]
    pieces = _MARK.split(bare)
    parts: tuple[frozenset[float], ...] = ()
    if len(pieces) > 2 or any(space in plain for space in _SPACES):
        parts = tuple(frozenset({float(piece)}) for piece in _NO_DIGIT.split(plain))
    if not marks:
        return {float(bare)}, parts
    if len(marks) == 1:
        values = {float(f"{pieces[0]}.{pieces[1]}")}
        if len(pieces[1]) == 3 and len(pieces[0]) <= 3 and pieces[0] != "0":
            values.add(float("".join(pieces)))
        return values, parts
    if len(set(marks[:-1])) == 1 and marks[-1] != marks[0]:
        return {float("".join(pieces[:-1]) + "." + pieces[-1])}, parts
    if all(len(piece) in (2, 3) for piece in pieces[1:]) and len(pieces[-1]) == 3:
        return {float("".join(pieces))}, parts
    return set(), parts


def _scaled(text: str, end: int, values: set[float], language: Language) -> tuple[set[float], int]:
    """The values with the scale that follows at `end`, and where the figure then ends."""
    match = _SCALE.match(text, end)
    if match is None:
        return set(), end
    if word := match["word"]:
        first = 0
        while first < len(word) and word[first] in CHINESE_SCALES:
            first += 1
        if not first:
            key = word.lower()
            scale = language.numbers.get(key, 0.0)
            scale = scale if scale >= 100 else SCALES.get(key, 0.0)
            return ({value * scale for value in values}, match.end("word")) if scale else (set(), end)
        unit, stop = word[:first], match.start("word") + first
    else:
        unit, stop = match["cjk"], match.end()
    scale = 1.0
    for character in unit:
        scale *= CHINESE_SCALES[character]
    scaled = {value * scale for value in values}
    rest = _FIGURE.match(text, stop)
    if rest is not None and scale >= 1e4:
        lower, after = _readings("".join(str(digit(c)) if c.isdigit() else c for c in rest[0]))[0], rest.end()
        more, after = _scaled(text, after, lower, language)
        small = more or lower
        return scaled | {big + value for big in scaled for value in small}, after
    return scaled, stop


def spelled(text: str, language: Language) -> frozenset[float]:
    """Every value that words of a text may stand for: number words, months, Roman and Chinese numerals."""
    found: set[float] = set()
    table, months, loose = language.numbers, month_names(language.code), _LOOSE.get(language.code, {})
    pending: float | None = None
    tail = 0.0
    for match in _WORD.finditer(text.lower()):
        word = match[0]
        value = table.get(word)
        if value is None:
            value = joined_number(word, language)
        if word in months:
            found.add(float(months[word]))
        if word in loose:
            found.add(float(loose[word]))
        if value is None:
            if word not in ("and", "und", "y", "e", "et", "i", "и"):
                pending, tail = None, 0.0
            continue
        found.add(value)
        if pending is None:
            pending, tail = value, 0.0
        elif value >= 100:
            pending = (pending - tail) + (tail or pending) * value if tail else pending * value
            tail = 0.0
        else:
            pending, tail = pending + value, tail + value
        found.add(pending)
    for match in _ROMAN.finditer(text):
        found.add(float(_roman(match[0])))
    if not text.isascii():
        for match in _CJK_NUMBER.finditer(text):
            found.update(chinese_readings(match[0]))
    return frozenset(round(value, 6) for value in found)


def _roman(text: str) -> int:
    total = last = 0
    for character in reversed(text):
        value = _ROMAN_VALUES.get(character, ord(character) - 0x215F)
        total += -value if value < last else value
        last = max(last, value)
    return total
