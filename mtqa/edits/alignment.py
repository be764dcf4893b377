"""Which word of the reference stands for which word of the hypothesis: weighted edit distance over lexemes.

A function word that matches is worth little, so that a stray "the" does not tear a phrase apart; words of the same
lemma, stem or form attract each other; a content word is not put against a function word.
"""

from collections.abc import Sequence
from functools import lru_cache

from rapidfuzz.distance import Indel

from ..text import Kind
from .lexemes import Lexeme

__all__ = ["Pair", "align_words"]

Pair = tuple[int, int]  # token of the hypothesis, token of the reference; -1 where there is none

LARGEST_TABLE = 250_000  # cells; a larger table is first cut at words that stand once on both sides
_FORBIDDEN = 9.0


def align_words(hypothesis: Sequence[Lexeme], reference: Sequence[Lexeme]) -> list[Pair]:
    """The pairs of the cheapest alignment in order of both texts; an unpaired token stands against -1."""
    head = 0
    shortest = min(len(hypothesis), len(reference))
    while head < shortest and hypothesis[head] is reference[head]:
        head += 1
    tail = 0
    while tail < shortest - head and hypothesis[-1 - tail] is reference[-1 - tail]:
        tail += 1
    rows, columns = len(hypothesis) - tail, len(reference) - tail
    pairs = [(n, n) for n in range(head)]
    pairs.extend(_between(hypothesis, reference, (head, rows), (head, columns)))
    pairs.extend((rows + n, columns + n) for n in range(tail))
    return pairs


def _between(
    hypothesis: Sequence[Lexeme], reference: Sequence[Lexeme], rows: tuple[int, int], columns: tuple[int, int]
) -> list[Pair]:
    """Aligns one stretch; a stretch too large for a table is cut at its anchors, or left unpaired without any."""
    height, width = rows[1] - rows[0], columns[1] - columns[0]
    if not height or not width:
        return [(i, -1) for i in range(*rows)] + [(-1, j) for j in range(*columns)]
    if height * width <= LARGEST_TABLE:
        return _table(hypothesis, reference, rows, columns)
    anchors = _anchors(hypothesis, reference, rows, columns)
    if not anchors:
        return [(i, -1) for i in range(*rows)] + [(-1, j) for j in range(*columns)]
    pairs: list[Pair] = []
    i, j = rows[0], columns[0]
    for row, column in anchors:
        pairs.extend(_between(hypothesis, reference, (i, row), (j, column)))
        pairs.append((row, column))
        i, j = row + 1, column + 1
    pairs.extend(_between(hypothesis, reference, (i, rows[1]), (j, columns[1])))
    return pairs


def _anchors(
    hypothesis: Sequence[Lexeme], reference: Sequence[Lexeme], rows: tuple[int, int], columns: tuple[int, int]
) -> list[Pair]:
    """Forms that stand once on both sides, as the longest run that keeps the order of both (patience)."""
    once: list[dict[Lexeme, int]] = []
    for words, (first, last) in ((hypothesis, rows), (reference, columns)):
        seen: dict[Lexeme, int] = {}
        for position in range(first, last):
            seen[words[position]] = -1 if words[position] in seen else position
        once.append({word: position for word, position in seen.items() if position >= 0})
    pairs = sorted((row, once[1][word]) for word, row in once[0].items() if word in once[1])
    return _increasing(pairs)


def _increasing(pairs: list[Pair]) -> list[Pair]:
    from bisect import bisect_left

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


def _table(
    hypothesis: Sequence[Lexeme], reference: Sequence[Lexeme], rows: tuple[int, int], columns: tuple[int, int]
) -> list[Pair]:
    left, right = hypothesis[rows[0] : rows[1]], reference[columns[0] : columns[1]]
    insert = [alone(word) for word in right]
    line = [0.0]
    for cost in insert:
        line.append(line[-1] + cost)
    steps: list[bytearray] = []  # 0 pair, 1 hypothesis alone, 2 reference alone
    for word in left:
        delete = alone(word)
        above = line
        cell = above[0] + delete
        line = [cell]
        step = bytearray([1])
        for column, other in enumerate(right):
            paired = above[column] + together(word, other)
            removed = above[column + 1] + delete
            added = cell + insert[column]
            if paired <= removed and paired <= added:
                cell = paired
                step.append(0)
            elif removed <= added:
                cell = removed
                step.append(1)
            else:
                cell = added
                step.append(2)
            line.append(cell)
        steps.append(step)
    pairs: list[Pair] = []
    i, j = len(left), len(right)
    while i or j:
        move = 2 if not i else 1 if not j else steps[i - 1][j]
        if move == 0:
            i, j = i - 1, j - 1
            pairs.append((rows[0] + i, columns[0] + j))
        elif move == 1:
            i -= 1
            pairs.append((rows[0] + i, -1))
        else:
            j -= 1
            pairs.append((-1, columns[0] + j))
    return pairs[::-1]


def alone(word: Lexeme) -> float:
    """What it costs to leave a word without a partner."""
    if word.mark:
        return 0.45
    if word.kind is Kind.CHARACTER:
        return 0.6
    return 0.6 if word.word_class else 1.0


@lru_cache(maxsize=1_000_000)
def together(a: Lexeme, b: Lexeme) -> float:
    """What it costs to put one word against another: 0 for the same content word, up to more than both alone."""
    if a.key == b.key:
        same = 0.0 if a is b else 0.05
        return same if a.content else same + 0.08
    if a.joint == b.joint and a.joint:
        return 0.1
    if a.mark or b.mark:
        return 0.5 if a.mark and b.mark else _FORBIDDEN
    if a.kind is Kind.CHARACTER or b.kind is Kind.CHARACTER:
        return 0.9
    if a.kind is Kind.DATE or b.kind is Kind.DATE:
        return 0.3 if a.kind is b.kind else 1.3
    if a.kind is Kind.NUMBER or b.kind is Kind.NUMBER:
        return 0.4 if a.kind is b.kind else 1.4
    if a.word_class and b.word_class:
        return 0.7 if a.word_class == b.word_class else 1.0
    likeness = Indel.normalized_similarity(a.key, b.key)
    if bool(a.word_class) != bool(b.word_class):
        # A function word is put against a content word only where one may be the other misspelt ("form", "from").
        return 0.8 if likeness > 0.7 and min(len(a.key), len(b.key)) > 2 else 1.55
    if a.lemma == b.lemma:
        return 0.2
    if a.stem == b.stem and len(a.stem) > 3:
        return 0.3
    return 0.5 + 0.6 * (1.0 - likeness) + (0.15 if a.capital != b.capital else 0.0)
