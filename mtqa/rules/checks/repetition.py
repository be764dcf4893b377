"""Words and phrases said twice in a row, and texts that turn in a circle."""

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from ...language.table import word_set
from ...mqm import Severity
from ...segment import Span
from ...text import Kind
from ..case import quoted
from .unit import Finding, Unit

__all__ = ["looping", "phrase_doubled", "word_doubled"]

_DUPLICATION = "fluency/duplication"
# Words that stand twice in sound sentences ("I know that that is so").
_SOUND = word_set(
    "that had very really so far long many much bye no yes ha bla blah more now well is do you we nous vous sehr die "
    "der das sie que se le la de en ja nein oui non si"
)
_REDUPLICATING = frozenset({"id", "ms", "jv", "tl", "zh", "ja", "th", "vi", "hi", "ne", "si", "bn", "ta", "my", "km"})
LONGEST = 8  # words of a phrase that is looked for twice in a row
LOOP = 4  # words of a phrase that comes back
TIMES = 3  # how often


def word_doubled(unit: Unit) -> Iterator[Finding]:
    """A word that stands twice in a row, unless its language or its source doubles words.

    Wrong: "in the the house"   Right: "in the house"   -> fluency/duplication, minor
    """
    if unit.code in _REDUPLICATING or _source_doubles(unit):
        return
    tokens = unit.tokens
    for position in range(1, len(tokens)):
        here, before = tokens[position], tokens[position - 1]
        if here.kind is not Kind.WORD or before.kind is not Kind.WORD or here.text != before.text.lower():
            continue
        word = here.text
        if word in _SOUND or here.start == before.end or not word.isalpha():
            continue
        if word in unit.source_words and not unit.language.class_of(word):
            continue  # "Capra ibex ibex" is the source's
        if position > 1 and tokens[position - 2].text.lower() == word:
            continue  # a third one: emphasis
        if position + 1 < len(tokens) and tokens[position + 1].text.lower() == word:
            continue
        yield Finding(
            Span(before.end, here.end),
            _DUPLICATION,
            (f"{word} stands twice in a row",),
            f"The word {quoted(word)} stands twice in a row.",
        )


def phrase_doubled(unit: Unit) -> Iterator[Finding]:
    """Two words or more that stand twice in a row.

    Wrong: "at the end at the end of May"   Right: "at the end of May"   -> fluency/duplication, minor
    """
    if unit.code in _REDUPLICATING and unit.source is None:
        return
    tokens = unit.tokens
    keys = [token.text.lower() for token in tokens]
    position = 0
    while position < len(keys) - 3:
        for length in range(min(LONGEST, (len(keys) - position) // 2), 1, -1):
            first, second = slice(position, position + length), slice(position + length, position + 2 * length)
            if keys[first] == keys[second] and sum(t.kind is Kind.WORD for t in tokens[first]) >= 2:
                if _spoken(keys[first]) or (unit.source is not None and _source_repeats(unit)):
                    break
                start, end = tokens[position + length].start, tokens[position + 2 * length - 1].end
                phrase = unit.hypothesis[start:end]
                yield Finding(
                    Span(start, end),
                    _DUPLICATION,
                    (f"{length} tokens twice in a row",),
                    f"The words {quoted(phrase)} stand twice in a row.",
                )
                position += 2 * length - 1
                break
        position += 1


def looping(unit: Unit) -> Iterator[Finding]:
    """Four words that come back three times or more in one segment: a system that turned in a circle.

    Wrong: "of the city of the city of the city of the city"   Right: "of the city"   -> fluency/duplication, major
    """
    tokens = [token for token in unit.tokens if token.kind is not Kind.MARK]
    if len(tokens) < LOOP * TIMES:
        return
    keys = [token.text.lower() for token in tokens]
    grams = Counter(tuple(keys[n : n + LOOP]) for n in range(len(keys) - LOOP + 1))
    gram, count = grams.most_common(1)[0]
    if count < TIMES or count * LOOP * 2 < len(keys) or _source_loops(unit):
        return
    places = [n for n in range(len(keys) - LOOP + 1) if tuple(keys[n : n + LOOP]) == gram]
    start, end = tokens[places[1]].start, tokens[places[-1] + LOOP - 1].end
    yield Finding(
        Span(start, end),
        _DUPLICATION,
        (f"{count} times “{' '.join(gram)}”",),
        f"The words {quoted(' '.join(gram))} come {count} times in this segment.",
        severity=Severity.MAJOR,
        basis="loop",
    )


def _spoken(keys: list[str]) -> bool:
    """Whether a doubled phrase is of speech: "no, no, no", "come on, come on"."""
    return len(set(keys)) < 2 or (len(keys) <= 3 and "," in keys) or "!" in keys or "-" in keys


def _source_doubles(unit: Unit) -> bool:
    words = unit.source.lower().split() if unit.source else []
    return any(a == b and a.isalpha() for a, b in pairwise(words))


def _source_repeats(unit: Unit) -> bool:
    """Whether the source says something twice in a row, words or, unspaced, three characters and more."""
    source = unit.source or ""
    if _source_doubles(unit):
        return True
    return (
        any(source[n : n + 3] == source[n + 3 : n + 6] for n in range(len(source) - 5)) if len(source) < 2000 else False
    )


def _source_loops(unit: Unit) -> bool:
    words = unit.source.lower().split() if unit.source else []
    grams = Counter(tuple(words[n : n + 3]) for n in range(len(words) - 2))
    return bool(grams) and grams.most_common(1)[0][1] >= TIMES
