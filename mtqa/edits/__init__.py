"""Hypothesis ↔ reference edits: what was changed, as a human would mark it, with spans on both raw texts.

Applied to the hypothesis the edits give the reference, character by character; they never overlap; a text against
itself has none.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from ..language import LANGUAGES, Language
from ..segment import Span
from ..text import Token, tokens
from .alignment import Pair, align_words
from .lexemes import Lexeme, lexeme
from .merging import far_moves, merge
from .spacing import changes

__all__ = ["Comparison", "Edit", "Lexeme", "compare", "compare_all", "edits", "replay"]


@dataclass(frozen=True, slots=True)
class Edit:
    """One edit: what stands in the hypothesis, and what the reference has instead.

    `words` and `reference_words` are the tokens it is about, [first, last) of either text; both are empty where only
    white space differs. `moved` says that its words stand elsewhere in the other text.
    """

    hypothesis: Span
    reference: Span
    text: str
    correction: str
    words: tuple[int, int]
    reference_words: tuple[int, int]
    moved: bool = False


@dataclass(frozen=True)
class Comparison:
    """A hypothesis beside its reference: tokens and lexemes of both, their alignment, and the edits."""

    hypothesis: str
    reference: str
    language: Language
    tokens: Sequence[Token]
    reference_tokens: Sequence[Token]
    lexemes: Sequence[Lexeme]
    reference_lexemes: Sequence[Lexeme]
    pairs: Sequence[Pair]
    edits: tuple[Edit, ...]

    @cached_property
    def changed_share(self) -> float:
        """The share of the tokens of both texts that stand in an edit (0 the same text … 1 nothing in common)."""
        total = len(self.tokens) + len(self.reference_tokens)
        touched = sum(e.words[1] - e.words[0] + e.reference_words[1] - e.reference_words[0] for e in self.edits)
        return touched / total if total else 0.0

    @cached_property
    def reordered(self) -> bool:
        """Whether both texts have the same words, punctuation aside, in another order."""
        here, there = ([w.key for w in side if not w.mark] for side in (self.lexemes, self.reference_lexemes))
        return here != there and sorted(here) == sorted(there)


def edits(hypothesis: str, reference: str, *, language: Language | None = None) -> tuple[Edit, ...]:
    """The edits that turn the hypothesis into the reference, in order, never overlapping; none for equal texts."""
    return compare(hypothesis, reference, language=language).edits


def compare(hypothesis: str, reference: str, *, language: Language | None = None) -> Comparison:
    """The two texts beside each other, with the edits between them. Without a language: English."""
    return compare_all([(hypothesis, reference)], language=language)[0]


def compare_all(texts: Sequence[tuple[str, str]], *, language: Language | None = None) -> list[Comparison]:
    """`compare` of every hypothesis and its reference, in order; the alignments are made together, on all cores."""
    language = language or LANGUAGES["en"]
    sides = [(_Side(hypothesis, language), _Side(reference, language)) for hypothesis, reference in texts]
    aligned = align_words([(mine.lexemes, theirs.lexemes) for mine, theirs in sides])
    return [_comparison(mine, theirs, pairs, language) for (mine, theirs), pairs in zip(sides, aligned, strict=True)]


class _Side:
    """A text with its tokens and their lexemes."""

    __slots__ = ("lexemes", "text", "tokens")

    def __init__(self, text: str, language: Language) -> None:
        self.text = text
        self.tokens = tokens(text, language)
        self.lexemes = [lexeme(token, language) for token in self.tokens]


def _comparison(mine: _Side, theirs: _Side, pairs: list[Pair], language: Language) -> Comparison:
    left, right = mine.lexemes, theirs.lexemes
    known = (mine.text, theirs.text, language, mine.tokens, theirs.tokens, left, right, pairs)
    if mine.text == theirs.text:
        return Comparison(*known, ())
    moved = {place for both in far_moves(left, right, pairs) for place in both}
    gone = {pairs[place][0] for place in moved} - {-1}
    come = {pairs[place][1] for place in moved} - {-1}
    found = tuple(
        Edit(
            change.hypothesis,
            change.reference,
            change.hypothesis.of(mine.text),
            change.reference.of(theirs.text),
            change.words,
            change.reference_words,
            _all_moved(change.words, gone, left) and _all_moved(change.reference_words, come, right),
        )
        for change in changes(mine.text, theirs.text, mine.tokens, theirs.tokens, pairs, merge(left, right, pairs))
    )
    return Comparison(*known, found)


def replay(hypothesis: str, found: Sequence[Edit]) -> str:
    """The hypothesis with the edits applied: the reference they were made from."""
    pieces, here = [], 0
    for edit in found:
        pieces += [hypothesis[here : edit.hypothesis.start], edit.correction]
        here = edit.hypothesis.end
    return "".join([*pieces, hypothesis[here:]])


def _all_moved(words: tuple[int, int], places: set[int], lexemes: Sequence[Lexeme]) -> bool:
    """Whether every content word of a range has moved; a range without content words has when it is empty."""
    content = [n for n in range(*words) if lexemes[n].content]
    return all(n in places for n in content) and (bool(content) or words[0] == words[1])
