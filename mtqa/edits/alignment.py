"""Which word of the reference stands for which word of the hypothesis: the cheapest alignment in order of both texts.

What a pair costs stands in kernels/words.py. What both texts share at their ends is set aside first, and a table too
large is cut at words that stand once on both sides.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence

from ..kernels.words import LEFT_ALONE, PAIR, RIGHT_ALONE, paths
from .lexemes import Lexeme

__all__ = ["Pair", "align_words"]

Pair = tuple[int, int]  # token of the hypothesis, token of the reference; -1 where there is none

LARGEST_TABLE = 250_000  # cells; a larger table is first cut at words that stand once on both sides
_Words = Sequence[Lexeme]
_Table = tuple[_Words, _Words]


def align_words(texts: Sequence[tuple[_Words, _Words]]) -> list[list[Pair]]:
    """For each hypothesis and its reference the pairs, in order of both; an unpaired token stands against -1."""
    cut = [list(_cut(left, right)) for left, right in texts]
    found = iter(paths([piece for pieces in cut for piece in pieces if not isinstance(piece, bytes)]))
    return [_pairs(b"".join(p if isinstance(p, bytes) else next(found) for p in pieces)) for pieces in cut]


def _pairs(steps: bytes) -> list[Pair]:
    pairs: list[Pair] = []
    i = j = 0
    for step in steps:
        if step == PAIR:
            pairs.append((i, j))
            i, j = i + 1, j + 1
        elif step == LEFT_ALONE:
            pairs.append((i, -1))
            i += 1
        else:
            pairs.append((-1, j))
            j += 1
    return pairs


def _cut(left: _Words, right: _Words) -> Iterator[bytes | _Table]:
    """The way through two texts in pieces: steps that are settled, and tables through which the cheapest is sought."""
    head = 0
    shortest = min(len(left), len(right))
    while head < shortest and left[head] is right[head]:
        head += 1
    tail = 0
    while tail < shortest - head and left[-1 - tail] is right[-1 - tail]:
        tail += 1
    yield bytes([PAIR]) * head
    yield from _between(left[head : len(left) - tail], right[head : len(right) - tail])
    yield bytes([PAIR]) * tail


def _between(left: _Words, right: _Words) -> Iterator[bytes | _Table]:
    """One stretch; where it is too large for a table it is cut at its anchors, or left unpaired without any."""
    cells = len(left) * len(right)
    if 0 < cells <= LARGEST_TABLE:
        yield left, right
        return
    anchors = _anchors(left, right) if cells else []
    i = j = 0
    for row, column in anchors:
        yield from _between(left[i:row], right[j:column])
        yield bytes([PAIR])
        i, j = row + 1, column + 1
    if anchors:
        yield from _between(left[i:], right[j:])
    else:
        yield bytes([LEFT_ALONE]) * len(left) + bytes([RIGHT_ALONE]) * len(right)


def _anchors(left: _Words, right: _Words) -> list[Pair]:
    """Forms that stand once on both sides, as the longest run that keeps the order of both (patience)."""
    once: list[dict[Lexeme, int]] = []
    for words in (left, right):
        seen: dict[Lexeme, int] = {}
        for position, word in enumerate(words):
            seen[word] = -1 if word in seen else position
        once.append({word: position for word, position in seen.items() if position >= 0})
    return _increasing(sorted((row, once[1][word]) for word, row in once[0].items() if word in once[1]))


def _increasing(pairs: list[Pair]) -> list[Pair]:
    """The longest run of pairs whose second numbers rise."""
    ends: list[int] = []
    tops: list[int] = []
    before: list[int] = [-1] * len(pairs)
    for index, (_, column) in enumerate(pairs):
        place = bisect_left(ends, column)
        before[index] = tops[place - 1] if place else -1
        if place == len(ends):
            ends.append(column)
            tops.append(index)
        else:
            ends[place], tops[place] = column, index
    run: list[Pair] = []
    index = tops[-1] if tops else -1
    while index >= 0:
        run.append(pairs[index])
        index = before[index]
    return run[::-1]
