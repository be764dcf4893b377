"""Tokens that keep their offsets, with dates, figures with their unit, and hyphen compounds as single atoms.

The atoms are what a human marks: "Thursday (15)", "4892 m", "so -called". A compound is recognised although machine
translation has split it ("30 -day"), and refused where a dash was lost ("Istanbul-where").
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import regex

from ..language import Language
from ..language.numerals import CHINESE_DIGITS, CHINESE_SCALES, chinese_number
from .dates import find_dates

__all__ = ["Kind", "Token", "tokens"]

MOST_PARTS = 32  # of a compound; a longer chain is none, and would be looked at again from each of its parts


class Kind(StrEnum):
    """What a token is."""

    WORD = "word"
    NUMBER = "number"
    DATE = "date"
    COMPOUND = "compound"
    MARK = "mark"
    CHARACTER = "character"  # of a script written without spaces
    CODE = "code"  # an address, a tag, a placeholder


@dataclass(frozen=True, slots=True)
class Token:
    """One atom of a text: `text[start:end]` of the raw text in code points, and what it is."""

    start: int
    end: int
    text: str
    kind: Kind


def _atoms_of(letter: str, mark: str, digit: str, unspaced: str, character: str, runs: str = "") -> str:
    """The pattern of an atom: what stands in classes of letters, combining marks and digits, and unspaced scripts.

    `runs` are alternatives more: characters of an unspaced script that are one word together.
    """
    unit = (
        r"%|‰|°\s?[CF]?|(?:[kcmµμn]?m[²³]?|[kmµ]?g|ml|[kMGT]?Hz|[kMGT]?W|kWh|[kMGT]B|mph|km/h|ha|h|°)"
        rf"(?!(?!{unspaced})[{letter}{digit}])"
    )
    return (
        r"(?P<code>https?://[^\s<>]+|www\.[^\s<>]+|(?<![\w.+-])[\w.+-]+@[\w-]+\.[\w.]+\w|</?\w[^<>]*>|\{\{?\w*\}?\}|%(?:\d\$)?[sd](?!\w))"
        rf"{runs}|(?P<character>{character})"
        r"|(?P<number>(?:(?:US|A|C|HK)?[$€£¥₹]\s?)?(?>\d+(?:[.,:/'’]\d+)*)"
        rf"(?:(?:st|nd|rd|th)(?![{letter}])|\s?(?:{unit}))?(?!(?!{unspaced})[{letter}{mark}]))"
        rf"|(?P<word>[{letter}](?:\.[{letter}])+\.?(?![{letter}])"
        rf"|(?:(?!{unspaced})(?:[{letter}{mark}{digit}]|(?<=\w)_(?=\w)))+(?:['’](?=[{letter}])[{letter}{mark}]+)*)"
        r"|(?P<mark>\.{2,}|-{2,}|[^\s])"
    )


_UNSPACED = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}"
_ATOM = regex.compile(
    _atoms_of(
        r"\p{L}", r"\p{M}", r"\p{N}", f"[{_UNSPACED}]", rf"[{_UNSPACED}ー\p{{Lao}}\p{{Khmer}}\p{{Myanmar}}]",
        runs=f"|(?P<numeral>[{''.join((*CHINESE_DIGITS, *CHINESE_SCALES))}]{{2,}})"
        r"|(?P<loanword>[\p{Katakana}ー]{2,})",
    )
)  # fmt: skip
_NOTHING = "(?!)"
_ASCII_ATOM = re.compile(_atoms_of("A-Za-z", "", "0-9", _NOTHING, _NOTHING), re.ASCII)  # the same there, twice as fast
_KINDS = {kind.value: kind for kind in Kind}
_HYPHENS = frozenset("-‐‑")
_ELISION = regex.compile(
    r"^(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu|un|dell|all|nell|sull|dall|quest|gl)['’](?=\p{L})", regex.I
)


def tokens(text: str, language: Language) -> tuple[Token, ...]:
    """The tokens of a text, in order, never overlapping, together covering all that is not white space."""
    found: list[Token] = []
    position = 0
    for start, end in find_dates(text, language):
        found.extend(_atoms(text, position, start, language))
        found.append(Token(start, end, text[start:end], Kind.DATE))
        position = end
    found.extend(_atoms(text, position, len(text), language))
    if _HYPHENS.isdisjoint(text):
        return tuple(found)
    return tuple(_compounds(text, found, language))


def _atoms(text: str, start: int, end: int, language: Language) -> Iterator[Token]:
    pattern = _ASCII_ATOM if text.isascii() else _ATOM
    for match in pattern.finditer(text, start, end):
        first, last = match.span()
        if match.lastgroup == "numeral":
            if chinese_number(match[0]) is None:  # 万一, 千万: words of such characters
                yield from (Token(n, n + 1, text[n], Kind.CHARACTER) for n in range(first, last))
            else:
                yield Token(first, last, match[0], Kind.NUMBER)
            continue
        kind = Kind.WORD if match.lastgroup == "loanword" else _KINDS[match.lastgroup or "mark"]
        if language.elides and kind is Kind.WORD and (elided := _ELISION.match(match[0])):
            cut = first + elided.end()
            yield Token(first, cut, text[first:cut], kind)
            first = cut
        yield Token(first, last, text[first:last], kind)


def _compounds(text: str, atoms: list[Token], language: Language) -> Iterator[Token]:
    """The same tokens with each hyphen compound joined to one."""
    position = 0
    while position < len(atoms):
        last = _compound_end(atoms, position, language)
        if last == position:
            yield atoms[position]
        else:
            start, end = atoms[position].start, atoms[last].end
            yield Token(start, end, text[start:end], Kind.COMPOUND)
        position = last + 1


def _compound_end(atoms: list[Token], first: int, language: Language) -> int:
    """The index of the last atom of the compound that begins at `first`; `first` itself where none does."""
    last, parts = first, 1
    while (
        parts < MOST_PARTS
        and last + 2 < len(atoms)
        and atoms[last + 1].text in _HYPHENS
        and _joins(atoms, last, language, parts)
    ):
        last += 2
        parts += 1
    # "Istanbul-where", "days-a": a dash that lost its spaces; "state-of-the-art" has its clause word inside.
    if last > first and (atoms[last].text.lower() in language.clause or atoms[first + 2].text.lower() == "a"):
        return first
    return last


def _joins(atoms: list[Token], left: int, language: Language, parts: int) -> bool:
    before, hyphen, after = atoms[left], atoms[left + 1], atoms[left + 2]
    if before.kind not in _PARTS or after.kind not in _PARTS:
        return False
    space_before, space_after = hyphen.start - before.end, after.start - hyphen.end
    if not space_before and not space_after:
        return parts > 1 or after.text.lower() not in _NEVER_SECOND
    if space_before > 1 or space_after > 1 or (space_before and space_after):
        return False
    # A split compound: one space, on one side only, and no word that would open a clause.
    if space_after and (after.text[0].isupper() or language.class_of(after.text.lower())):
        return False
    return after.text.lower() not in language.clause


_PARTS = frozenset({Kind.WORD, Kind.NUMBER})
_NEVER_SECOND = frozenset({"where", "which", "who", "that", "with", "while", "and", "but"})
