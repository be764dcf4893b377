"""White space and marks that no language's typography allows: seen in the text alone."""

from collections.abc import Iterator

import regex

from ...segment import Span
from ..case import quoted
from .unit import Finding, Unit

__all__ = ["mark_doubled", "space_before_mark", "space_doubled", "space_missing"]

_WHITESPACE, _PUNCTUATION = "fluency/whitespace", "fluency/punctuation"
_BEFORE = regex.compile(r"(?<=[\p{L}\p{N})\]”’%])[ \u00a0\u202f]+(?=[,.;:!?)\]}](?![\p{L}\p{N}.…,;:!?)(\-/\\]))")
_BEFORE_FRENCH = regex.compile(r"(?<=[\p{L}\p{N})\]%])[ \u00a0\u202f]+(?=[,.)\]}](?![\p{L}\p{N}.…,(\-/\\]))")
_AFTER_BRACKET = regex.compile(r"(?<=[\s\p{L}][(\[])[ \u00a0]+(?=\p{L})")
_DOUBLE = regex.compile(r"(?<=\S)[ \u00a0]{2,}(?=\S)")
_GLUED = regex.compile(
    r"(?<=\p{Ll}{3}|\p{Ll}{2}\))(?:[,;!?](?=\p{L}{2})|\.(?=\p{Lu}\p{Ll}+(?:\s|,)|(?:The|It|In|He|She|We|They|This)\s))"
    r"|(?<=\p{L}{2})(?=\((?!s\)|es\)|n\)|r\)|in\)|innen\)|e\)|en\))\p{L}{4})|(?<=\p{Ll}{2}\))(?=\p{L}{3})"
)
_STRETCH = regex.compile(r"\S+")
_ADDRESS = regex.compile(r"://|www\.|@|\.(?:com|org|net|edu|gov|io|de|fr|ru|cn|html?|php|pdf)\b", regex.I)
_TWICE = regex.compile(
    r"(?<![,;:.!?])(?:,\s?,|;\s?;|(?<!\b\p{L})\.\s?(?=\.(?!\s?\.))\.|[,;:]\s?\.|\.\s?[,;](?=\s))(?!\s?[.,;])"
)


def space_before_mark(unit: Unit) -> Iterator[Finding]:
    """A space before a comma, a stop or a closing bracket, or after an opening one; French has its own customs.

    Wrong: "He left , then"   Right: "He left, then"   -> fluency/whitespace, minor
    """
    pattern = _BEFORE_FRENCH if unit.code == "fr" else _BEFORE
    for match in (*pattern.finditer(unit.hypothesis), *_AFTER_BRACKET.finditer(unit.hypothesis)):
        start, end = match.span()
        mark = unit.hypothesis[end] if unit.hypothesis[end] in ",.;:!?)]}" else unit.hypothesis[start - 1]
        side = "before" if mark == unit.hypothesis[end] else "after"
        yield Finding(
            Span(start, end), _WHITESPACE, (f"space {side} {mark}",), f"There is a space {side} the mark {mark}."
        )


def space_doubled(unit: Unit) -> Iterator[Finding]:
    """Two or more spaces inside a text whose source does not have them either.

    Wrong: "He  left"   Right: "He left"   -> fluency/whitespace, minor
    """
    if unit.source is not None and _DOUBLE.search(unit.source):
        return
    found = list(_DOUBLE.finditer(unit.hypothesis))
    if len(found) > 3:
        return  # a layout
    for match in found:
        count = len(match[0])
        yield Finding(
            Span(*match.span()), _WHITESPACE, (f"{count} spaces",), f"There are {count} spaces in a row.", " "
        )


def space_missing(unit: Unit) -> Iterator[Finding]:
    """No space after a comma or a stop, or before an opening bracket, between two words.

    Wrong: "He left,then came"   Right: "He left, then came"   -> fluency/whitespace, minor
    """
    if not unit.language.spaced or unit.code in ("th", "zh", "ja", "lo", "km", "my"):
        return
    addresses = [match.span() for match in _STRETCH.finditer(unit.hypothesis) if _ADDRESS.search(match[0])]
    for match in _GLUED.finditer(unit.hypothesis):
        place = match.end()
        if any(start <= place <= end for start, end in addresses) or not unit.hypothesis[place - 1].isascii():
            continue
        near = unit.hypothesis[max(0, place - 12) : place + 12]
        yield Finding(
            Span(place, place),
            _WHITESPACE,
            ("no space between a mark and a word",),
            f"There is no space between the words of {quoted(near)}.",
            " ",
        )


def mark_doubled(unit: Unit) -> Iterator[Finding]:
    """Two marks in a row that cannot both stand: a comma twice, a comma and a stop.

    Wrong: "He left,. Then"   Right: "He left. Then"   -> fluency/punctuation, minor
    """
    for match in _TWICE.finditer(unit.hypothesis):
        before = unit.hypothesis[: match.start()]
        if match[0].startswith(".") and regex.search(
            r"(?:\b\p{L}|\.\p{L}|\b(?:etc|al|Inc|Ltd|Co|Corp|St|Jr|Sr|No|vs|cf|Dr|Mr|Prof|sp|spp|\p{L}{1,4}))$", before
        ):
            continue  # the point of an abbreviation
        if unit.source is not None and match[0] in unit.source:
            continue
        yield Finding(
            Span(*match.span()),
            _PUNCTUATION,
            (f"{match[0]} in a row",),
            f"The marks {quoted(match[0])} stand side by side.",
        )
