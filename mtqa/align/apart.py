"""Beads whose lines moved apart: a line left alone that says what a bead nearby has on its other side only.

The chain joins neighbours. Where a line was moved away from the one that it was joined with in the other document, it
stays alone, and its bead is too short by it.
"""

from collections.abc import Sequence

import numpy as np
from scipy.sparse import csr_matrix

from .sides import CHUNK, Side, weighed

__all__ = ["Beads", "apart"]

_NEAR = 12  # lines between the line and the nearest line of the bead
_COVER = 0.4  # share of the line's vector that the bead's other side has beyond its own
_COSINE = 0.3  # likeness of the line and of what the bead's other side has beyond its own

Beads = list[tuple[tuple[int, ...], tuple[int, ...]]]  # this side, that side


def apart(side: Side, other: Side, alone: Sequence[int], beads: Beads) -> dict[int, int]:
    """Lines of `side` that belong to one of the beads (this side's lines, the other's): line -> number of the bead.

    A line is given away once, and a bead gets one line at most: the one that it covers best. The lengths of the two
    sides of the bead have to come closer by it.
    """
    owner = {line: number for number, (mine, _) in enumerate(beads) for line in mine}
    best: dict[int, tuple[float, int]] = {}
    for start in range(0, len(alone), CHUNK):
        lines = alone[start : start + CHUNK]
        near = [_beads_near(line, owner) for line in lines]
        theirs = sorted({j for numbers in near for number in numbers for j in beads[number][1]})
        if not theirs:
            continue
        shared = np.asarray((weighed(side, lines) @ weighed(other, theirs).T).toarray())
        place = {j: column for column, j in enumerate(theirs)}
        for row, line in enumerate(lines):
            for number in near[row]:
                mine, across = beads[number]
                least = _COVER * float(side.norms[0, line]) ** 2
                if sum(float(shared[row, place[j]]) for j in across) < least or _contiguous((*mine, line)):
                    continue
                cover = _own_cover(side, other, line, mine, across)
                if cover > best.get(number, (0.0, 0))[0]:
                    best[number] = cover, line
    given: dict[int, int] = {}
    for number, (_, line) in sorted(best.items(), key=lambda entry: -entry[1][0]):
        given.setdefault(line, number)
    return given


def _beads_near(line: int, owner: dict[int, int]) -> list[int]:
    around = range(line - _NEAR, line + _NEAR + 1)
    return sorted({owner[here] for here in around if here in owner})


def _contiguous(lines: Sequence[int]) -> bool:
    return max(lines) - min(lines) + 1 == len(lines)


def _own_cover(side: Side, other: Side, line: int, mine: tuple[int, ...], theirs: tuple[int, ...]) -> float:
    """The share of the line that the bead's other side has beyond this side; 0 where the line does not fit."""
    added, have, want = (_sum(*lines) for lines in ((side, [line]), (side, mine), (other, theirs)))
    missing = want - have
    missing.data = np.maximum(missing.data, 0)
    together = missing.multiply(added).sum()
    cosine = together / max(np.sqrt(float(missing.multiply(missing).sum()) * float(added.multiply(added).sum())), 1e-9)
    cover = missing.minimum(added).multiply(added).sum() / max(float(added.multiply(added).sum()), 1e-9)
    size = float(side.lengths[0, [*mine]].sum()) + 3
    wanted = float(other.lengths[0, [*theirs]].sum()) + 3
    longer = size + float(side.lengths[0, line])
    closer = abs(np.log(longer / wanted)) < abs(np.log(size / wanted))
    return float(cover) if closer and cosine >= _COSINE and cover >= _COVER else 0.0


def _sum(side: Side, lines: Sequence[int]) -> csr_matrix:
    return csr_matrix(weighed(side, lines).sum(axis=0))
