"""Sentences of a paragraph, as spans of the raw text.

The boundaries are syntok's (MIT; docs/alignment.md has its F1 on English paragraphs and that of the others);
syntok knows Latin marks only, so the full stops of other scripts are added here, with the quotes that close after them.
"""

import re
from functools import cache
from typing import Any

from .segment import Span

__all__ = ["sentences"]

_CLOSING = "\"'”’»」』）)】〉》］\\]"
# Full stops and question marks of Han, Devanagari, Arabic, Urdu, Ethiopic, Burmese, Khmer, Tibetan, Armenian.
_FOREIGN_MARK = re.compile(rf"[。！？｡।॥؟۔።፧။៕།։][。！？!?]*[{_CLOSING}]*")
# A quotation that goes on: a particle or a comma after the closing quote keeps the sentence together (「…。」と).
_GOES_ON = re.compile(r"\s*[,，、;；:：とっなのはがをにで]")


def sentences(text: str) -> tuple[Span, ...]:
    """The sentences of a text, in order, without the white space around them; none for white space alone.

    Together they hold every character of the text that is not white space between sentences. A line break that syntok
    takes for a paragraph ends a sentence.
    """
    ends = {*_latin_ends(text), *_foreign_ends(text), len(text)}
    spans: list[Span] = []
    start = 0
    for end in sorted(ends):
        piece = text[start:end]
        inner = piece.strip()
        if spans and inner and not any(character.isalnum() for character in inner):
            # Quotes and marks alone, cut off by a space, belong to the sentence before them.
            spans[-1] = Span(spans[-1].start, start + piece.index(inner) + len(inner))
            start = end
        elif inner:
            first = start + piece.index(inner)
            spans.append(Span(first, first + len(inner)))
            start = end
    return tuple(spans)


def _latin_ends(text: str) -> list[int]:
    return [
        sentence[-1].offset + len(sentence[-1].value)
        for paragraph in _segmenter().analyze(text)
        for sentence in paragraph
        if sentence
    ]


def _foreign_ends(text: str) -> list[int]:
    found = []
    for mark in _FOREIGN_MARK.finditer(text):
        quoted = mark.group()[-1] in "」』）)】〉》］]”’"
        if not (quoted and _GOES_ON.match(text, mark.end())):
            found.append(mark.end())
    return found


@cache
def _segmenter() -> Any:
    import syntok.segmenter

    return syntok.segmenter
