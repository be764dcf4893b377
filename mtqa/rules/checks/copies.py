"""What was left standing as it was in the source: words, the whole segment, or nothing at all."""

import re
from collections.abc import Iterator

from ...language.lexicon import zipf
from ...mqm import Severity
from ...segment import Span
from ...text import Kind, Token, normal_typography, word_count
from ..case import quoted
from .unit import Finding, Unit

__all__ = ["empty_hypothesis", "source_copied", "source_left", "source_question"]

_WORD = re.compile(r"[^\W\d_]+")
_QUESTIONS = ("?", "？", "؟")
_AFTER_QUESTION = "\"'”’»)」』）.* "


def empty_hypothesis(unit: Unit) -> Iterator[Finding]:
    """Nothing at all where the source has words.

    Wrong: ""   Right: "He left."   -> accuracy/omission, major
    """
    if unit.source is None or unit.hypothesis.strip() or not word_count(unit.source):
        return
    count = word_count(unit.source)
    yield Finding(
        Span(0, len(unit.hypothesis)),
        "accuracy/omission",
        (f"{count} words in the source, none in the hypothesis",),
        f"The hypothesis is empty; the source has {count} {'word' if count == 1 else 'words'}.",
        key="empty",
        severity=Severity.MAJOR,
        basis="nothing-translated",
    )


def source_copied(unit: Unit) -> Iterator[Finding]:
    """A whole segment that is its source, letter by letter, with four words in lower case or more.

    Wrong: "Er kam am Abend nach Hause."   Right: "He came home in the evening."   -> accuracy/untranslated, major
    """
    if not unit.source or not _same(unit.hypothesis, unit.source):
        return
    plain = sum(1 for token in unit.words if token.text.islower())
    letters = sum(1 for token in unit.tokens if token.kind is Kind.CHARACTER)
    if plain < 4 and letters < 6:
        return
    yield Finding(
        Span(0, len(unit.hypothesis)),
        "accuracy/untranslated",
        (f"equal to the source, {word_count(unit.source)} words",),
        "The hypothesis is the source, letter by letter.",
        key="copied",
        severity=Severity.MAJOR,
        basis="nothing-translated",
    )


def source_left(unit: Unit) -> Iterator[Finding]:
    """Words of the source in lower case that stand in the hypothesis and that its language hardly knows.

    Wrong: "the Verfahren wurde stopped"   Right: "the procedure was stopped"   -> accuracy/untranslated, major
    """
    if not unit.source or not unit.source_words or _same(unit.hypothesis, unit.source):
        return
    if zipf("a", unit.code) is None or not _shares_words(unit):
        return
    run: list[Token] = []
    for token in (*unit.tokens, None):
        if token is not None and _left(token, unit):
            run.append(token)
            continue
        if run:
            start, end = run[0].start, run[-1].end
            text = unit.hypothesis[start:end]
            yield Finding(
                Span(start, end),
                "accuracy/untranslated",
                (f"{quoted(text)} in the source as well", f"rare or unknown in {unit.language.name}"),
                f"{quoted(text)} stands in the source as well and is no usual word of {unit.language.name}.",
                key=text.lower(),
            )
        run = []


def _shares_words(unit: Unit) -> bool:
    """Whether a word in lower case stands on both sides: a quick look, for in most pairs none does."""
    return any(
        len(word) > 2 and word in unit.source_words and word.islower() for word in _WORD.findall(unit.hypothesis)
    )


def _left(token: Token, unit: Unit) -> bool:
    word = token.text
    if token.kind is not Kind.WORD or len(word) < 3 or not word.isalpha() or word != word.lower():
        return False
    if word not in unit.source_words or word in unit.habits.names:
        return False
    here = zipf(word, unit.code) or 0.0
    abroad = zipf(word, unit.source_language.code)
    if abroad is None:
        return here == 0.0
    return here < 2.5 and abroad - here >= 1.5


def source_question(unit: Unit) -> Iterator[Finding]:
    """A question of the source that does not end as one.

    Wrong: "He left."   Right: "Did he leave?"   -> accuracy/mistranslation, minor
    """
    if not unit.source or not unit.hypothesis.strip():
        return
    asked = unit.source.rstrip(_AFTER_QUESTION).endswith(_QUESTIONS)
    if not asked or any(mark in unit.hypothesis for mark in (*_QUESTIONS, ";")):
        return
    end = len(unit.hypothesis.rstrip())
    start = end - 1 if unit.hypothesis[end - 1] in ".!。" else end
    yield Finding(
        Span(start, end),
        "fluency/punctuation",
        ("the source ends with a question mark, the hypothesis has none",),
        "The source ends with a question mark; the hypothesis has none.",
        "?",
        key="question",
    )


def _same(one: str, other: str) -> bool:
    return normal_typography(one).casefold().split() == normal_typography(other).casefold().split()
