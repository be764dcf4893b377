"""The best chain of beads through a corridor of two documents, and how probable each bead of it is.

A node (i, j) stands after i hypothesis lines and j reference lines; a bead of shape (a, b) goes from (i-a, j-b) to it.
The chain with the highest sum of gains is the alignment (dynamic programming); the same recursions with sums of
exponentials instead of maxima give the posterior probability of every bead (forward and backward, a semi-Markov chain).
Rows are vectorised: time and memory grow with the nodes of the corridor.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["SHAPES", "Corridor", "Gains", "Step", "best_chain", "posterior"]

# Hypothesis lines and reference lines of a bead that has both.
SHAPES: tuple[tuple[int, int], ...] = ((1, 1), (1, 2), (2, 1), (1, 3), (3, 1), (2, 2), (1, 4), (4, 1))

Floats = NDArray[np.float64]
Step = tuple[int, int, int, int]  # hypothesis start and end, reference start and end


@dataclass(frozen=True, slots=True)
class Corridor:
    """The nodes that a chain may pass: in row i the columns `low[i]` to `high[i]`, both included.

    `low` and `high` (hypothesis lines + 1,) never fall; the first row holds column 0, the last one the last column.
    """

    low: NDArray[np.int64]
    high: NDArray[np.int64]

    @property
    def starts(self) -> NDArray[np.int64]:
        """Where each row begins in an array over all nodes: (rows + 1,), the last entry is the number of nodes."""
        return np.concatenate([[0], np.cumsum(self.high - self.low + 1)])

    def nodes(self, start: int, stop: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Row and column of the nodes `start` to `stop`, counted along the rows."""
        number = np.arange(start, stop)
        starts = self.starts
        row = np.searchsorted(starts, number, side="right") - 1
        return row, number - starts[row] + self.low[row]


@dataclass(frozen=True, slots=True)
class Gains:
    """What each step adds to a chain.

    `beads` (shapes, nodes): the bead of that shape that ends at the node; -inf where it would leave the documents.
    `hypothesis_alone` (hypothesis lines,), `reference_alone` (reference lines,): a line that stays without a partner.
    """

    beads: NDArray[np.float32]
    hypothesis_alone: Floats
    reference_alone: Floats


def best_chain(corridor: Corridor, gains: Gains) -> list[Step]:
    """The steps of the chain with the highest sum of gains, in order, one-sided steps included."""
    starts, low, high = corridor.starts.tolist(), corridor.low.tolist(), corridor.high.tolist()
    left = np.concatenate([[0.0], np.cumsum(gains.reference_alone)])
    values: list[Floats] = []
    choices = np.empty(starts[-1], dtype=np.int8)
    for row in range(len(low)):
        best, choice = np.full(high[row] - low[row] + 1, -np.inf), np.zeros(high[row] - low[row] + 1, dtype=np.int8)
        if row == 0:
            best[0] = 0.0
        for kind, from_row, here, there in _entries(low, high, row):
            gain = gains.hypothesis_alone[row - 1] if kind == 0 else gains.beads[kind - 1, starts[row] :][here]
            value = values[from_row][there] + gain
            better = value > best[here]
            best[here][better] = value[better]
            choice[here][better] = kind
        along = left[low[row] : high[row] + 1]
        reached = np.maximum.accumulate(best - along)
        choice[reached > best - along] = _LEFT
        values.append(reached + along)
        choices[starts[row] : starts[row + 1]] = choice
    return _traced(corridor, choices, starts)


def posterior(corridor: Corridor, gains: Gains) -> tuple[NDArray[np.float32], Floats, Floats, float]:
    """How probable each step is, all chains weighed by exp(sum of gains).

    -> beads (shapes, nodes), hypothesis lines alone (lines,), reference lines alone (lines,), and the logarithm of the
    sum over all chains. A line's bead probabilities and its probability to stay alone add up to 1.
    """
    starts, low, high = corridor.starts.tolist(), corridor.low.tolist(), corridor.high.tolist()
    rows = len(low)
    left = np.concatenate([[0.0], np.cumsum(gains.reference_alone)])
    forward: list[Floats] = []
    for row in range(rows):
        arrived = np.full(high[row] - low[row] + 1, -np.inf)
        if row == 0:
            arrived[0] = 0.0
        for kind, from_row, here, there in _entries(low, high, row):
            gain = gains.hypothesis_alone[row - 1] if kind == 0 else gains.beads[kind - 1, starts[row] :][here]
            np.logaddexp(arrived[here], forward[from_row][there] + gain, out=arrived[here])
        along = left[low[row] : high[row] + 1]
        forward.append(np.logaddexp.accumulate(arrived - along) + along)
    beads = np.zeros_like(gains.beads)
    hypothesis_alone, reference_alone = np.zeros(rows - 1), np.zeros(len(left) - 1)
    total = forward[-1][-1]
    backward = [np.full(high[row] - low[row] + 1, -np.inf) for row in range(rows)]
    backward[-1][-1] = 0.0
    for row in reversed(range(rows)):
        along = left[low[row] : high[row] + 1]
        after = np.logaddexp.accumulate((backward[row] + along)[::-1])[::-1] - along
        backward[row] = after
        moves = slice(low[row], high[row])
        reference_alone[moves] += np.exp(forward[row][:-1] + gains.reference_alone[moves] + after[1:] - total)
        for kind, from_row, here, there in _entries(low, high, row):
            gain = gains.hypothesis_alone[row - 1] if kind == 0 else gains.beads[kind - 1, starts[row] :][here]
            onward = after[here] + gain
            chance = np.exp(forward[from_row][there] + onward - total)
            if kind == 0:
                hypothesis_alone[row - 1] = chance.sum()
            else:
                beads[kind - 1, starts[row] :][here] = chance
            np.logaddexp(backward[from_row][there], onward, out=backward[from_row][there])
    return beads, hypothesis_alone, reference_alone, float(total)


_LEFT = len(SHAPES) + 1
_MOVES = ((1, 0), *SHAPES)


def _entries(low: list[int], high: list[int], row: int) -> Iterator[tuple[int, int, slice, slice]]:
    """The moves that reach a row: kind, the row it comes from, its columns here and there counted from the rows' first.

    Kind 0 leaves the hypothesis line alone, kind k is the bead of shape k - 1.
    """
    for kind, (lines, columns) in enumerate(_MOVES):
        before = row - lines
        if before < 0:
            continue
        first = max(low[row], low[before] + columns)
        last = min(high[row], high[before] + columns) + 1
        if first < last:
            here, there = low[row], low[before] + columns
            yield kind, before, slice(first - here, last - here), slice(first - there, last - there)


def _traced(corridor: Corridor, choices: NDArray[np.int8], starts: list[int]) -> list[Step]:
    row, column = len(corridor.low) - 1, int(corridor.high[-1])
    steps: list[Step] = []
    while row or column:
        choice = int(choices[starts[row] + column - corridor.low[row]]) if row or column else 0
        lines, columns = (0, 1) if choice == _LEFT else _MOVES[choice]
        steps.append((row - lines, row, column - columns, column))
        row, column = row - lines, column - columns
    return steps[::-1]
