"""Brackets and quotation marks without a partner, and how a segment opens and ends."""

from collections.abc import Iterator

import regex

from ...language.table import word_set
from ...mqm import Severity
from ...segment import Span
from ...text import Kind
from ..case import quoted
from .unit import Finding, Unit, sentence_opens

__all__ = ["a_or_an", "cut_off", "mark_unpaired", "sentence_case", "source_mark_unpaired"]

_BRACKETS = {"(": ")", "[": "]", "{": "}", "（": "）", "【": "】", "《": "》", "「": "」", "『": "』"}
_CLOSING = {last: first for first, last in _BRACKETS.items()}
_LIST = regex.compile(r"(?:(?:^|[\s;,:.])(?:\p{L}|\p{N}{1,3}|[ivx]{1,4})|[:;8=][-o^]?)$")
_QUOTES = regex.compile('["“”„«»]')
_ENDS = frozenset({"det", "prep", "conj"})
_QUOTED = 8  # marks of a source; a list of quoted words has more, and one may be lost
_FINAL = frozenset(".!?…。！？؟;:")
# Prepositions and conjunctions that end sound English sentences ("what is it for", "so do I too").
_SOUND_ENDS = word_set(
    "in on up off out over about around for with by to of at through under along across before after behind below "
    "above inside outside since past down near within without beyond as like from into onto upon away back though yet "
    "so once both all this that these those opposite against between"
)


def mark_unpaired(unit: Unit) -> Iterator[Finding]:
    """A bracket without a partner in its segment; those of lists, "1)", and of faces count for nothing.

    Wrong: "the bank (founded in 1900."   Right: "the bank (founded in 1900)."   -> fluency/unpaired-marks, minor
    """
    yield from _unpaired(unit, unit.hypothesis)


def _unpaired(unit: Unit, text: str) -> Iterator[Finding]:
    if not any(mark in text for mark in (*_BRACKETS, *_CLOSING)):
        return
    if unit.source is not None and any(unit.source.count(a) != unit.source.count(b) for a, b in _BRACKETS.items()):
        return  # the source leaves it open as well
    waiting: list[tuple[str, int]] = []
    lone: list[int] = []
    for place, mark in enumerate(text):
        if mark in _BRACKETS:
            waiting.append((mark, place))
        elif mark in _CLOSING:
            if waiting and _narrow(waiting[-1][0]) == _narrow(_CLOSING[mark]):
                waiting.pop()
            else:
                lone.append(place)
    for place in sorted([*lone, *(place for _, place in waiting)]):
        mark = text[place]
        if _LIST.search(text, max(0, place - 6), place):
            continue  # "1)" and faces
        wanted = _BRACKETS.get(mark) or _CLOSING[mark]
        yield Finding(
            Span(place, place + 1),
            "fluency/unpaired-marks",
            (f"{mark} without {wanted}",),
            f"The mark {mark} has no partner {wanted} in this segment.",
        )


def _narrow(mark: str) -> str:
    """A full-width parenthesis as the narrow one: translations from Chinese pair the two."""
    return "(" if mark == "（" else mark


def source_mark_unpaired(unit: Unit) -> Iterator[Finding]:
    """An odd number of quotation marks where the source has pairs of them.

    Wrong: "He said: “I will come."   Right: "He said: “I will come.”"   -> fluency/unpaired-marks, minor
    """
    if unit.source is None:
        return
    here = list(_QUOTES.finditer(regex.sub(r'(?<=\d)"|(?<=\d)”', "", unit.hypothesis)))
    there = _QUOTES.findall(unit.source)
    if len(here) % 2 and 0 < len(there) <= _QUOTED and len(there) % 2 == 0:
        place = list(_QUOTES.finditer(unit.hypothesis))[-1]
        yield Finding(
            Span(*place.span()),
            "fluency/unpaired-marks",
            (f"{len(here)} quotation marks, {len(there)} in the source",),
            f"There are {len(here)} quotation marks, an odd number; the source has {len(there)}.",
        )


def cut_off(unit: Unit) -> Iterator[Finding]:
    """A segment that breaks off: its last word is an article, a preposition or a conjunction, and no stop follows.

    Wrong: "He went home and the"   Right: "He went home and the dog barked."   -> accuracy/omission, major
    """
    tokens = unit.tokens
    if len(tokens) < 5 or tokens[-1].kind is not Kind.WORD:
        return
    last = tokens[-1].text
    kind = unit.language.class_of(last)
    if kind not in _ENDS or last in _SOUND_ENDS or last != last.lower():
        return
    if unit.code != "en" and kind != "det":
        return  # separable verbs and clitics end sentences elsewhere
    if unit.source is not None and unit.source.rstrip()[-1:] not in _FINAL:
        return
    end = len(unit.hypothesis.rstrip())
    yield Finding(
        Span(end, end),
        "accuracy/omission",
        (f"the last word is {quoted(last)}, no stop follows",),
        f"The segment breaks off after {quoted(last)}.",
        severity=Severity.MAJOR,
        basis="cut-off",
    )


def sentence_case(unit: Unit) -> Iterator[Finding]:
    """A sentence that opens in lower case in a document that opens its segments with capitals.

    Wrong: "the talks ended."   Right: "The talks ended."   -> fluency/capitalization, minor
    """
    habits, text = unit.habits, unit.hypothesis
    if habits.segments < 5 or habits.capitals < 0.9 or habits.stops < 0.8 or not text[:1].islower():
        return
    tokens = unit.tokens
    if tokens[0].kind is not Kind.WORD or text.rstrip()[-1] not in _FINAL or len(tokens) < 5:
        return
    first = tokens[0].text
    if not first.isalpha() or first != first.lower() or (len(first) == 1 and not unit.language.class_of(first)):
        return  # iPhone, mRNA, x
    if unit.source is not None and unit.source.lstrip()[:1].islower():
        return
    yield Finding(
        Span(tokens[0].start, tokens[0].end),
        "fluency/capitalization",
        (f"{habits.capitals:.0%} of the segments open with a capital",),
        f"The segment opens in lower case with {quoted(first)}.",
        first.capitalize(),
    )


_VOWEL = regex.compile(r"[aeiou]")
_LIKE_CONSONANT = regex.compile(
    r"(?:eu|ewe|uni(?=[qtvfls]|on|co|cy|ce|po|ca)|use|usu|usa|uti|ubi|ura|uro|uke|one(?![ir])|once|uku|ouija|utop|ure)"
)
_SILENT = regex.compile(r"(?:hour|honest|honou?r|heir|herb)")


def a_or_an(unit: Unit) -> Iterator[Finding]:
    """English only: "a" before a vowel, "an" before a consonant; capitals and figures are left alone.

    Wrong: "a old house"   Right: "an old house"   -> fluency/function-words, minor
    """
    if unit.code != "en":
        return
    tokens = unit.tokens
    for position in range(len(tokens) - 1):
        article, word = tokens[position], tokens[position + 1]
        said = article.text.lower()
        if said not in ("a", "an") or word.start - article.end != 1 or word.kind not in (Kind.WORD, Kind.COMPOUND):
            continue
        if article.text == "A" and not sentence_opens(unit, position):
            continue
        key = word.text
        if key != key.lower() or len(key) < 3 or not key[0].isascii():
            continue
        vowel = bool(_VOWEL.match(key)) and not _LIKE_CONSONANT.match(key)
        if _SILENT.match(key):
            if key.startswith("herb"):
                continue  # British and American differ
            vowel = True
        elif key.startswith(("hi", "ho", "ha")) and said == "an":
            continue  # "an historic" is an older custom
        if vowel == (said == "an"):
            continue
        wanted = "an" if vowel else "a"
        right = wanted.capitalize() if article.text[0].isupper() else wanted
        yield Finding(
            Span(article.start, article.end),
            "fluency/function-words",
            (f"{said} before {key}",),
            f"The article before {quoted(key)} is “{wanted}”.",
            right,
        )
