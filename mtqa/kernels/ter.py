"""TER's edits, readable: word edit distance in a beam, and the greedy search for block shifts (Snover et al., 2006).

The limits are tercom's and sacrebleu's, and part of the definition. The native kernel (native/src/ter.cpp,
distance.hpp) counts many shifts at once, by bits; this is what it has to come to.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

__all__ = ["ter_edits", "ter_statistics"]

_BEAM = 25
_LONGEST_SHIFT = 10
_FARTHEST_SHIFT = 50
_MOST_CANDIDATES = 1000


def ter_statistics(hypothesis: Sequence[str], references: Sequence[Sequence[str]]) -> tuple[int, float]:
    """Edits against the nearest reference, and the mean reference length; of tokens."""
    edits = min(ter_edits(hypothesis, reference) for reference in references)
    return edits, sum(map(len, references)) / len(references)


def ter_edits(hypothesis: Sequence[str], reference: Sequence[str]) -> int:
    """Insertions, deletions, substitutions and shifts; 0 or more.

    Shifts are made as long as the best one gains an edit. A round that brings the shifts tried to 1,000 is not
    followed.
    """
    if not reference:
        return len(hypothesis)
    words, shifts, tried = list(hypothesis), 0, 0
    while True:
        now = _align(words, reference)
        best: tuple[int, int, int, int] | None = None
        best_words = words
        for start, length, target in _shifts(words, reference, now):
            tried += 1
            shifted = _shifted(words, start, length, target)
            rank = (now.edits - _align(shifted, reference).edits, length, -start, -target)
            if best is None or rank > best:
                best, best_words = rank, shifted
            if tried >= _MOST_CANDIDATES:
                return shifts + now.edits
        if best is None or best[0] <= 0:
            return shifts + now.edits
        words, shifts = best_words, shifts + 1


@dataclass(frozen=True, slots=True)
class _Alignment:
    """`before[j]`: hypothesis words up to and with the one aligned to reference word j; errors as running counts."""

    edits: int
    before: list[int]
    hypothesis_errors: list[int]
    reference_errors: list[int]


def _align(words: Sequence[str], reference: Sequence[str]) -> _Alignment:
    """The distance in the beam, and the path that prefers match or substitution, then deletion, then insertion."""
    rows, columns = len(words), len(reference)
    ratio = columns / rows if rows else 1
    beam = math.ceil(ratio / 2 + _BEAM) if ratio / 2 > _BEAM else _BEAM
    far = 10**16
    cost = [list(range(columns + 1)), *([far] * (columns + 1) for _ in range(rows))]
    step = [["insert"] * (columns + 1), *([""] * (columns + 1) for _ in range(rows))]
    for i in range(1, rows + 1):
        middle = math.floor(i * ratio)
        last = columns + 1 if i == rows else min(columns + 1, middle + beam)
        for j in range(max(0, middle - beam), last):
            if j == 0:
                cost[i][0], step[i][0] = cost[i - 1][0] + 1, "delete"
                continue
            match = words[i - 1] == reference[j - 1]
            for name, price in (
                ("match" if match else "substitute", cost[i - 1][j - 1] + (not match)),
                ("delete", cost[i - 1][j] + 1),
                ("insert", cost[i][j - 1] + 1),
            ):
                if price < cost[i][j]:
                    cost[i][j], step[i][j] = price, name
    before = [0] * columns
    wrong, wrong_reference = [0] * rows, [0] * columns
    i, j = rows, columns
    while i or j:
        name = step[i][j]
        if name != "delete":
            before[j - 1], wrong_reference[j - 1] = i, int(name != "match")
        if name != "insert":
            wrong[i - 1] = int(name != "match")
        i, j = i - (name != "insert"), j - (name != "delete")
    errors, reference_errors = (list(accumulate(side, initial=0)) for side in (wrong, wrong_reference))
    return _Alignment(cost[rows][columns], before, errors, reference_errors)


def _shifts(words: Sequence[str], reference: Sequence[str], now: _Alignment) -> Iterator[tuple[int, int, int]]:
    """The shifts that are tried: `length` words from `start` on, moved before `target`.

    The block stands in the reference, at most 50 words away; it holds an error and so does its place there; it is not
    aligned into itself.
    """
    for start in range(len(words)):
        for place in range(max(0, start - _FARTHEST_SHIFT), min(len(reference), start + _FARTHEST_SHIFT + 1)):
            for length in range(1, min(_LONGEST_SHIFT, len(words) - start, len(reference) - place) + 1):
                if words[start + length - 1] != reference[place + length - 1]:
                    break
                if now.hypothesis_errors[start + length] == now.hypothesis_errors[start]:
                    continue
                if now.reference_errors[place + length] == now.reference_errors[place]:
                    continue
                if start < now.before[place] <= start + length:
                    continue
                last = -1
                for behind in range(place - 1, place + length):
                    target = now.before[behind] if behind >= 0 else 0
                    if target != last:
                        yield start, length, target
                    last = target


def _shifted(words: list[str], start: int, length: int, target: int) -> list[str]:
    block, end = words[start : start + length], start + length
    if target < start:
        return words[:target] + block + words[target:start] + words[end:]
    if target > end:
        return words[:start] + words[end:target] + block + words[target:]
    return words[:start] + words[end : length + target] + block + words[length + target :]
