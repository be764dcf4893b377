"""What two languages write alike: numbers, names and cognates, once their letters are those of one script.

Lines of a source and of its translation are compared by character n-grams as lines of one language are; only what
stands in both documents counts. Cyrillic and Greek letters are spelt in Latin ones, accents go, numbers lose the
separators of their house. Han, kana and others have no spelling here: of such lines the numbers and the Latin words are
compared, and what is left speaks by length, marks and order.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, vstack

from ..language import LANGUAGES
from .sides import Document, Rarity, Side
from .vectors import COLUMNS, grams, normal_line

__all__ = ["anchor_line", "anchored", "number_table", "numbers_of"]

_COUNTED = 4096  # lines whose n-grams are counted at a time
_CYRILLIC = (
    "а=a б=b в=v г=g д=d е=e ё=e ж=zh з=z и=i й=i к=k л=l м=m н=n о=o п=p р=r с=s т=t у=u ф=f х=kh ц=ts ч=ch ш=sh щ=sh "
    "ъ= ы=y ь= э=e ю=yu я=ya і=i ї=yi є=ye ґ=g ў=u ђ=dj ј=j љ=lj њ=nj ћ=c џ=dz"
)
_GREEK = "α=a β=v γ=g δ=d ε=e ζ=z η=i θ=th ι=i κ=k λ=l μ=m ν=n ξ=x ο=o π=p ρ=r σ=s ς=s τ=t υ=y φ=f χ=ch ψ=ps ω=o"
_LATIN = str.maketrans(dict(letter.split("=") for letter in f"{_CYRILLIC} {_GREEK}".split()))
_SPECIAL = str.maketrans({"ß": "ss", "æ": "ae", "ø": "o", "đ": "d", "ł": "l", "þ": "th", "ð": "d", "ı": "i", "œ": "oe"})
_SEPARATED = re.compile(r"(?<=\d)[.,'’\u00a0\u202f ](?=\d{3}(?!\d))")
_DECIMAL = re.compile(r"(?<=\d),(?=\d)")
_NUMBER = re.compile(r"\d+(?:\.\d+)*")
_HAN = {character: value for value, character in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "兩": 2}
_POWERS = {"十": 10, "百": 100, "千": 1000}
_MYRIADS = {"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8}
_HAN_NUMBER = re.compile(f"[{''.join({**_HAN, **_POWERS, **_MYRIADS})}]{{2,}}")
_BORDER = re.compile(r"(?<=[\u2e80-\ufaff])(?=[a-z0-9])|(?<=[a-z0-9])(?=[\u2e80-\ufaff])")
_WORD = re.compile(r"[^\W\d_]+")


def anchor_line(text: str) -> str:
    """The line as it is compared across languages, in Latin letters where its script has a spelling here."""
    line = normal_line(_HAN_NUMBER.sub(lambda found: _value(found.group()), text))
    line = unicodedata.normalize("NFD", line).translate(_SPECIAL)
    plain = "".join(mark for mark in line if not unicodedata.combining(mark))
    plain = unicodedata.normalize("NFC", plain).translate(_LATIN)
    return _BORDER.sub(" ", _DECIMAL.sub(".", _SEPARATED.sub("", plain)))


def numbers_of(line: str) -> list[str]:
    """The numbers of an anchor line, those written as words in a known language among them, from 2 on."""
    words = _number_words()
    told = [words[word] for word in _WORD.findall(line) if word in words]
    return [number for number in _NUMBER.findall(line) + told if number not in ("0", "1")]


def anchored(source: Sequence[str], target: Sequence[str]) -> tuple[Side, Side]:
    """Both documents ready to be compared: n-grams of one document only weigh nothing.

    Lengths of the source are in letters of the target: a line is as long as its translation is likely to be.
    """
    lines = [[anchor_line(line) for line in raw] for raw in (source, target)]
    counts = [csr_matrix((0, COLUMNS), dtype=np.uint8) if not part else _counted(part) for part in lines]
    frequency = [np.bincount(part.indices, minlength=COLUMNS) for part in counts]
    total = len(source) + len(target)
    # The rarity of what stands in all lines and one more is log 1: what one document lacks weighs nothing.
    both = np.where((frequency[0] > 0) & (frequency[1] > 0), frequency[0] + frequency[1], total + 1)
    rarity = Rarity(both.astype(np.int64), total)
    one, other = (
        Document(raw, part, rarity, counted).part(range(len(part)))
        for raw, part, counted in zip((source, target), lines, counts, strict=True)
    )
    ratio = np.float32(max(float(other.lengths[0].sum()), 1.0) / max(float(one.lengths[0].sum()), 1.0))
    one.lengths[:] *= ratio
    return one, other


def _counted(lines: Sequence[str]) -> csr_matrix:
    return vstack([grams(lines[start : start + _COUNTED]) for start in range(0, len(lines), _COUNTED)], format="csr")


def number_table(one: Sequence[str], other: Sequence[str]) -> tuple[csr_matrix, csr_matrix]:
    """Which numbers stand in which anchor line, (lines, numbers) float32 each, weighted by their rarity in both."""
    told = [[set(numbers_of(line)) for line in lines] for lines in (one, other)]
    known = {number: column for column, number in enumerate(sorted(set().union(*told[0]) & set().union(*told[1])))}
    times = np.zeros(len(known))
    for line in told[0] + told[1]:
        times[[known[number] for number in line if number in known]] += 1
    weight: NDArray[np.float64] = np.sqrt(np.log((len(one) + len(other) + 1) / np.maximum(times, 1)))

    def table(lines: Sequence[set[str]]) -> csr_matrix:
        cells = [(row, known[number]) for row, line in enumerate(lines) for number in sorted(line) if number in known]
        rows, columns = (np.array([cell[k] for cell in cells], dtype=np.int64) for k in (0, 1))
        return csr_matrix((weight[columns].astype(np.float32), (rows, columns)), shape=(len(lines), max(len(known), 1)))

    return table(told[0]), table(told[1])


@cache
def _number_words() -> dict[str, str]:
    """Number words of all languages that the house knows, as anchor lines write them; one that means two is none."""
    found: dict[str, str] = {}
    twice = set()
    for language in LANGUAGES.values():
        for word, value in language.numbers.items():
            spelt, told = anchor_line(word).strip(), f"{value:g}"
            twice |= {spelt} if found.get(spelt, told) != told else set()
            found[spelt] = told
    return {word: value for word, value in found.items() if word not in twice and len(word) > 2}


def _value(numeral: str) -> str:
    """A number in Han numerals, in digits; digit by digit where it has no powers (二〇二一)."""
    if not any(character in _POWERS or character in _MYRIADS for character in numeral):
        return "".join(str(_HAN[character]) for character in numeral)
    total = section = digit = 0
    for character in numeral:
        if character in _HAN:
            digit = _HAN[character]
        elif character in _POWERS:
            section, digit = section + (digit or 1) * _POWERS[character], 0
        else:
            total, section, digit = total + (section + digit or 1) * _MYRIADS[character], 0, 0
    return str(total + section + digit)
