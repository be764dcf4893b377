"""From edits of words to edits of text: spans of characters that replay exactly, white space included.

Between two words that both texts have, everything is accounted for: what was added, what was dropped, and the white
space around it. A dropped word takes the space after it along, an added word brings its own.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..segment import Span
from ..text import Token
from .alignment import Pair
from .merging import Stretch

__all__ = ["Change", "changes"]


@dataclass(frozen=True, slots=True)
class Change:
    """One edit in characters of both texts, and the tokens it is about as [first, last) of either list."""

    hypothesis: Span
    reference: Span
    words: tuple[int, int]
    reference_words: tuple[int, int]


@dataclass(slots=True)
class _Unit:
    """A stretch or an unchanged pair: its tokens and, once known, its characters on either side."""

    words: tuple[int, int]
    reference_words: tuple[int, int]
    changed: bool

    @property
    def solid(self) -> bool:
        """Whether both texts have a token here."""
        return self.words[0] < self.words[1] and self.reference_words[0] < self.reference_words[1]


def changes(
    hypothesis: str,
    reference: str,
    left: Sequence[Token],
    right: Sequence[Token],
    pairs: Sequence[Pair],
    stretches: Sequence[Stretch],
) -> tuple[Change, ...]:
    """The edits in order, never overlapping: replacing each span of the hypothesis gives the reference exactly."""
    writer = _Writer(hypothesis, reference, left, right)
    loose: list[_Unit] = []
    for unit in writer.units(pairs, stretches):
        if unit.solid:
            writer.pass_to(unit, loose)
            loose = []
        else:
            loose.append(unit)
    writer.pass_to(None, loose)
    return tuple(writer.found)


class _Writer:
    """Walks over both texts from one solid unit to the next and writes down what differs."""

    def __init__(self, hypothesis: str, reference: str, left: Sequence[Token], right: Sequence[Token]) -> None:
        self.hypothesis = hypothesis
        self.reference = reference
        self.left = left
        self.right = right
        self.found: list[Change] = []
        self.here = 0  # how far the hypothesis is accounted for
        self.there = 0
        self.open: _Unit | None = None  # the solid unit just passed, if it is an edit that may still grow

    def units(self, pairs: Sequence[Pair], stretches: Sequence[Stretch]) -> Iterator[_Unit]:
        """The stretches in order and what stands between them: as one unit where both texts have it alike."""
        i = j = n = 0
        for first, last in (*stretches, (len(pairs), len(pairs))):
            kept = first - n  # pairs of the same form
            if kept and self._alike(i, j, kept):
                yield _Unit((i, i + kept), (j, j + kept), changed=False)
            else:
                for step in range(kept):
                    yield _Unit((i + step, i + step + 1), (j + step, j + step + 1), changed=False)
            i, j, n = i + kept, j + kept, last
            if first < last:
                chosen = pairs[first:last]
                wide, high = sum(a >= 0 for a, _ in chosen), sum(b >= 0 for _, b in chosen)
                yield _Unit((i, i + wide), (j, j + high), changed=True)
                i, j = i + wide, j + high

    def _alike(self, i: int, j: int, count: int) -> bool:
        """Whether so many tokens from here on, white space between them included, are the same characters."""
        here = self.hypothesis[self.left[i].start : self.left[i + count - 1].end]
        return here == self.reference[self.right[j].start : self.right[j + count - 1].end]

    def pass_to(self, unit: _Unit | None, loose: list[_Unit]) -> None:
        """Accounts for all up to the end of `unit` (None: the end of both texts)."""
        start = self.left[unit.words[0]].start if unit else len(self.hypothesis)
        reference_start = self.right[unit.reference_words[0]].start if unit else len(self.reference)
        here, there = self.hypothesis[self.here : start], self.reference[self.there : reference_start]
        begin, reference_begin = start, reference_start
        if loose:
            self._write_loose(loose, start, reference_start)
        elif here != there:
            if unit is not None and unit.changed and self._absorbs(unit, here, there):
                begin, reference_begin = self.here, self.there
            elif self.open is not None and self._absorbs(self.open, here, there):
                self._grow(start, reference_start)
            else:
                at = len(self.found)
                words = (unit.words[0], unit.words[0]) if unit else (len(self.left), len(self.left))
                other = (unit.reference_words[0],) * 2 if unit else (len(self.right),) * 2
                self._write(self.here, start, self.there, reference_start, words, other, at)
        if unit is None:
            return
        self.here, self.there = self.left[unit.words[1] - 1].end, self.right[unit.reference_words[1] - 1].end
        self.open = unit if unit.changed else None
        if unit.changed:
            self.found.append(
                Change(Span(begin, self.here), Span(reference_begin, self.there), unit.words, unit.reference_words)
            )

    def _absorbs(self, unit: _Unit, here: str, there: str) -> bool:
        """Whether the white space beside an edit is part of it: of a mark's, or where a space came or went whole."""
        tokens = [*self.left[slice(*unit.words)], *self.right[slice(*unit.reference_words)]]
        return not here or not there or all(not token.text[0].isalnum() for token in tokens)

    def _grow(self, end: int, reference_end: int) -> None:
        last = self.found[-1]
        self.found[-1] = Change(
            Span(last.hypothesis.start, end),
            Span(last.reference.start, reference_end),
            last.words,
            last.reference_words,
        )

    def _write_loose(self, loose: list[_Unit], end: int, reference_end: int) -> None:
        """Writes the units that only one text has, each by itself where the white space allows it."""
        for leading in (False, True):
            parts = self._parts(loose, end, reference_end, leading)
            if parts is not None and len(loose) > 1:
                for unit, (a, b, c, d) in zip(loose, parts, strict=True):
                    self.found.append(Change(Span(a, b), Span(c, d), unit.words, unit.reference_words))
                return
        words = (loose[0].words[0], loose[-1].words[1])
        other = (loose[0].reference_words[0], loose[-1].reference_words[1])
        self._write(self.here, end, self.there, reference_end, words, other, len(self.found))

    def _parts(
        self, loose: list[_Unit], end: int, reference_end: int, leading: bool
    ) -> list[tuple[int, int, int, int]] | None:
        """Each unit's characters, with the space before it (`leading`) or after it; None where a space is left over."""
        mine = [unit for unit in loose if unit.words[0] < unit.words[1]]
        theirs = [unit for unit in loose if unit.reference_words[0] < unit.reference_words[1]]
        a = _cuts([(self.left[u.words[0]].start, self.left[u.words[1] - 1].end) for u in mine], self.here, end, leading)
        b = _cuts(
            [(self.right[u.reference_words[0]].start, self.right[u.reference_words[1] - 1].end) for u in theirs],
            self.there,
            reference_end,
            leading,
        )
        over_here = self.hypothesis[a[-1] : end] if leading else self.hypothesis[self.here : a[0]]
        over_there = self.reference[b[-1] : reference_end] if leading else self.reference[self.there : b[0]]
        if over_here != over_there:
            return None
        found = []
        i = j = 0
        for unit in loose:
            wide, high = unit.words[0] < unit.words[1], unit.reference_words[0] < unit.reference_words[1]
            found.append((a[i], a[i + wide], b[j], b[j + high]))
            i, j = i + wide, j + high
        return found

    def _write(
        self, start: int, end: int, reference_start: int, reference_end: int,
        words: tuple[int, int], other: tuple[int, int], at: int,
    ) -> None:  # fmt: skip
        """Writes one edit, less the white space that both texts have at its edges."""
        mine, theirs = self.hypothesis, self.reference
        while (
            start < end and reference_start < reference_end
            and mine[start] == theirs[reference_start] and mine[start].isspace()
        ):  # fmt: skip
            start, reference_start = start + 1, reference_start + 1
        while (
            start < end and reference_start < reference_end
            and mine[end - 1] == theirs[reference_end - 1] and mine[end - 1].isspace()
        ):  # fmt: skip
            end, reference_end = end - 1, reference_end - 1
        self.found.insert(at, Change(Span(start, end), Span(reference_start, reference_end), words, other))


def _cuts(tokens: list[tuple[int, int]], start: int, end: int, leading: bool) -> list[int]:
    """Where each token's characters begin, and where the last one's end."""
    if not tokens:
        return [start] if leading else [end]
    if leading:
        return [start, *(last for _, last in tokens)]
    return [*(first for first, _ in tokens), end]
