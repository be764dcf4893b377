"""What speaks for and against a bead: named features of every block of neighbouring lines in a corridor.

A table over the nodes of a corridor holds at node (i, j) what is true of the lines i - 1 and j - 1. A feature of a
block is gathered from such tables, so nothing is computed outside the corridor. The gain of a bead is the weighted sum
of its features; the weights are data (weights.json says how they were fitted).
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from .chain import SHAPES, Corridor
from .sides import CHUNK, Side, edge_vectors, vectors

__all__ = ["Evidence", "Tables", "alone_features", "bead_features", "tables"]

Floats = NDArray[np.float32]
Evidence = dict[str, Floats]

_NODES = 1 << 16  # nodes whose features are in memory at a time
_MANY = 20_000  # entries from which turning a matrix with all its columns costs less than finding those in use
_FOLLOWING = ((1, 1), (1, 2), (2, 1))  # the shapes that are tried before and after a bead


@dataclass(frozen=True, slots=True)
class Best:
    """The highest entry of a table for each hypothesis line (`row`, by i) and each reference line (`column`, by j)."""

    row: Floats
    column: Floats


@dataclass(frozen=True, slots=True)
class Tables:
    """What pairs of lines share, over the nodes; 0 where a node has no line before it.

    `shared`: dot product of the vectors; `cosine`; `heads`, `tails`: cosine of the beginnings, of the ends;
    `before`, `after`: the highest cosine of a small block that ends, that begins at the node.
    `likest`, `most`, `likest_heads`, `likest_tails`: the best of cosine, shared, heads, tails.
    """

    shared: Floats
    cosine: Floats
    heads: Floats
    tails: Floats
    before: Floats
    after: Floats
    likest: Best
    most: Best
    likest_heads: Best
    likest_tails: Best


def tables(one: Side, other: Side, corridor: Corridor) -> Tables:
    """The tables of two documents over a corridor."""
    shared, heads, tails = _products(one, other, corridor)
    small = np.zeros((len(_FOLLOWING), len(shared)), dtype=np.float32)
    after = np.zeros(len(shared), dtype=np.float32)
    stretches = [slice(start, min(start + _NODES, len(shared))) for start in range(0, len(shared), _NODES)]
    for part in stretches:
        near = _Near(corridor, *corridor.nodes(part.start, part.stop))
        for values, shape in zip(small, _FOLLOWING, strict=True):
            values[part] = _cosine(one, other, near, shared, shape)
    for part in stretches:
        near = _Near(corridor, *corridor.nodes(part.start, part.stop))
        for values, (a, b) in zip(small, _FOLLOWING, strict=True):
            np.maximum(after[part], near(values, -a, -b), out=after[part])
    before = small.max(axis=0)
    before[0] = after[-1] = 0.5  # the edges of the documents belong together
    best = (_best(values, corridor) for values in (small[0], shared, heads, tails))
    return Tables(shared, small[0].copy(), heads, tails, before, after, *best)


def bead_features(
    one: Side, other: Side, corridor: Corridor, table: Tables
) -> Iterator[tuple[int, NDArray[np.int64], Evidence]]:
    """For each shape, and for a stretch of nodes at a time: the shape's index, the nodes, the features of its blocks.

    The features of blocks of one line and one line that compare parts of a block are 0.
    """
    for start in range(0, len(table.shared), _NODES):
        row, column = corridor.nodes(start, min(start + _NODES, len(table.shared)))
        for index, (a, b) in enumerate(SHAPES):
            inside = np.flatnonzero((row >= a) & (column >= b))
            if len(inside):
                i, j = row[inside], column[inside]
                yield index, start + inside, _features(one, other, _Near(corridor, i, j), table, (a, b))


def alone_features(side: Side, likest: Floats, most: Floats) -> Evidence:
    """The features of each line that stays without a partner: (lines,) each.

    `likest` and `most` are the best of the line's entries in the tables of cosines and of dot products.
    """
    cover = np.minimum(most / np.maximum(side.norms[0] ** 2, 1e-9), 1.5)
    before = np.concatenate([[np.float32(0.5)], likest[:-1]])
    after = np.concatenate([likest[1:], [np.float32(0.5)]])
    return {
        "line": np.ones_like(likest),
        "best_cosine": likest,
        "shortness": np.exp(-side.lengths[0] / 20),
        "best_cover": cover,
        "best_cover_above_0.3": np.maximum(cover - 0.3, 0),
        "best_before": before,
        "best_after": after,
        "lesser_best_around": np.minimum(before, after),
    }


class _Near:
    """Reads a table `up` rows above and `left` columns before given nodes; 0 outside the corridor."""

    def __init__(self, corridor: Corridor, row: NDArray[np.int64], column: NDArray[np.int64]) -> None:
        self.row, self.column, self._corridor = row, column, corridor
        self._origin = corridor.starts[:-1] - corridor.low
        self._known: dict[tuple[int, int], tuple[NDArray[np.bool_], NDArray[np.int64]]] = {}

    def __call__(self, values: Floats, up: int, left: int) -> Floats:
        if (up, left) not in self._known:
            row, column = self.row - up, self.column - left
            inside = (row >= 0) & (row < len(self._corridor.low))
            safe = np.where(inside, row, 0)
            inside &= (column >= self._corridor.low[safe]) & (column <= self._corridor.high[safe])
            self._known[up, left] = inside, np.where(inside, self._origin[safe] + column, 0)
        inside, where = self._known[up, left]
        return np.where(inside, values[where], np.float32(0))


def _features(one: Side, other: Side, near: _Near, table: Tables, shape: tuple[int, int]) -> Evidence:
    a, b = shape
    i, j = near.row, near.column
    cosine = _cosine(one, other, near, table.shared, shape)
    norm, other_norm = one.norms[a - 1, i - 1], other.norms[b - 1, j - 1]
    length, other_length = one.lengths[a - 1, i - 1], other.lengths[b - 1, j - 1]
    head, tail = near(table.heads, a - 1, b - 1), near(table.tails, 0, 0)
    best_head = np.maximum(table.likest_heads.row[i - a + 1], table.likest_heads.column[j - b + 1])
    best_tail = np.maximum(table.likest_tails.row[i], table.likest_tails.column[j])
    regret, greatest_regret = _regret(near, table, shape)
    constant = np.ones_like(cosine)
    return {
        "bead": constant,
        "cosine_root": np.sqrt(cosine),
        **{f"cosine_above_{knot}": np.maximum(cosine - knot, 0) for knot in (0.1, 0.2, 0.35, 0.5)},
        "length_ratio": np.abs(np.log((length + 3) / (other_length + 3))),
        "shortness": np.exp(-(length + other_length) / 40),
        "head": head,
        "tail": tail,
        "weaker_edge": np.minimum(head, tail),
        "head_is_best": (head >= best_head - 1e-6) * constant,
        "tail_is_best": (tail >= best_tail - 1e-6) * constant,
        "regret": regret,
        "greatest_regret": greatest_regret,
        "end_differs": (one.ends_open[i - 1] != other.ends_open[j - 1]) * constant,
        "cosine_before": near(table.before, a, b),
        "cosine_after": near(table.after, 0, 0),
        "cover": np.minimum(cosine * other_norm / np.maximum(norm, 1e-9), 1.5),
        "other_cover": np.minimum(cosine * norm / np.maximum(other_norm, 1e-9), 1.5),
        "least_cover": np.minimum(_least_cover(one, other, near, table, shape), 1),
        "many": constant * (a + b > 2),
        "three": constant * (shape in ((1, 3), (3, 1))),
        "two_two": constant * (shape == (2, 2)),
        "four": constant * (a + b == 5),
        **_parts(one, other, near, table, shape, cosine),
    }


def _cosine(
    one: Side, other: Side, near: _Near, shared: Floats, shape: tuple[int, int], up: int = 0, left: int = 0
) -> Floats:
    """Cosine, 0 to 1, of the blocks of a shape that end `up` rows above and `left` columns before the nodes."""
    a, b = shape
    i, j = near.row - up, near.column - left
    total = sum((near(shared, up + k, left + m) for k in range(a) for m in range(b)), np.float32(0))
    norm = one.norms[a - 1, i - 1] * other.norms[b - 1, j - 1]
    cosine = np.clip(total / np.maximum(norm, 1e-9), 0, 1)
    return np.where((i >= a) & (j >= b), cosine, np.float32(0)).astype(np.float32)


def _regret(near: _Near, table: Tables, shape: tuple[int, int]) -> tuple[Floats, Floats]:
    """How much liker each line is to a line outside the block than to any inside: mean and greatest."""
    a, b = shape
    cell = [[near(table.cosine, k, m) for m in range(b)] for k in range(a)]
    rows = [table.likest.row[near.row - k] - np.maximum.reduce(cell[k]) for k in range(a)]
    columns = [
        table.likest.column[near.column - m] - np.maximum.reduce([cell[k][m] for k in range(a)]) for m in range(b)
    ]
    each = np.stack(rows + columns)
    return each.mean(axis=0), each.max(axis=0)


def _least_cover(one: Side, other: Side, near: _Near, table: Tables, shape: tuple[int, int]) -> Floats:
    """The share of its own vector that the line with the least such share has in the other side of the block."""
    a, b = shape
    cell = [[near(table.shared, k, m) for m in range(b)] for k in range(a)]
    rows = [sum(cell[k]) / np.maximum(one.norms[0, near.row - 1 - k] ** 2, 1e-9) for k in range(a)]
    columns = [
        sum(cell[k][m] for k in range(a)) / np.maximum(other.norms[0, near.column - 1 - m] ** 2, 1e-9) for m in range(b)
    ]
    return np.asarray(np.minimum.reduce([*rows, *columns]), dtype=np.float32)


def _parts(one: Side, other: Side, near: _Near, table: Tables, shape: tuple[int, int], cosine: Floats) -> Evidence:
    """What the lines of a block of several lines bring each: an added line needs evidence of its own.

    `marginal`: how much the cosine rises by the first or the last line; `weakest`: the cosine of the line that is least
    like the other side; `break_inside`: borders in the block that look like the middle of a sentence.
    """
    a, b = shape
    if shape == (1, 1):
        nothing = np.zeros_like(cosine)
        return {"marginal": nothing, "weakest": nothing, "break_inside": nothing}
    i, j = near.row, near.column
    without = []
    if a > 1:
        without += [_cosine(one, other, near, table.shared, (a - 1, b), up) for up in (0, 1)]
    if b > 1:
        without += [_cosine(one, other, near, table.shared, (a, b - 1), 0, left) for left in (0, 1)]
    if a > 1:
        each = [
            sum(near(table.shared, k, m) for m in range(b))
            / np.maximum(one.norms[0, i - 1 - k] * other.norms[b - 1, j - 1], 1e-9)
            for k in range(a)
        ]
    else:
        each = [
            near(table.shared, 0, m) / np.maximum(one.norms[0, i - 1] * other.norms[0, j - 1 - m], 1e-9)
            for m in range(b)
        ]
    borders = [(one, i - k) for k in range(1, a)] + [(other, j - m) for m in range(1, b)]
    breaks = sum((side.ends_open[after - 1] | side.starts_low[after]) * np.float32(1) for side, after in borders)
    return {
        "marginal": cosine - np.maximum.reduce(without),
        "weakest": np.minimum.reduce(each),
        "break_inside": np.asarray(breaks, dtype=np.float32),
    }


def _products(one: Side, other: Side, corridor: Corridor) -> tuple[Floats, Floats, Floats]:
    """Dot products of lines, of their beginnings, of their ends, over the nodes; a few hundred lines at a time."""
    found = [np.zeros(int(corridor.starts[-1]), dtype=np.float32) for _ in range(3)]
    for top in range(0, len(one), CHUNK):
        bottom = min(top + CHUNK, len(one))
        left, right = max(int(corridor.low[top + 1]) - 1, 0), int(corridor.high[bottom])
        if left >= right:
            continue
        first, last = int(corridor.starts[top + 1]), int(corridor.starts[bottom + 1])
        row, column = corridor.nodes(first, last)
        inner = np.flatnonzero(column > 0)
        at = row[inner] - 1 - top, column[inner] - 1 - left
        rows = (vectors(one, top, bottom), *edge_vectors(one, top, bottom))
        columns = (vectors(other, left, right), *edge_vectors(other, left, right))
        for values, here, there in zip(found, rows, columns, strict=True):
            values[first + inner] = _dots(here, there)[at]
    return found[0], found[1], found[2]


def _dots(here: csr_matrix, there: csr_matrix) -> Floats:
    """All dot products of two sets of rows; of few rows, over the columns that they have, since most have nothing."""
    if there.nnz > _MANY:
        return np.asarray((here @ there.T).toarray(), dtype=np.float32)
    used, place = np.unique(there.indices, return_inverse=True)
    found = np.minimum(np.searchsorted(used, here.indices), max(len(used) - 1, 0))
    data = np.where(used[found] == here.indices, here.data, np.float32(0)) if len(used) else here.data[:0]
    if not len(data):
        return np.zeros((here.shape[0], there.shape[0]), dtype=np.float32)
    one = csr_matrix((data, found, here.indptr), shape=(here.shape[0], len(used)))
    other = csr_matrix((there.data, place, there.indptr), shape=(there.shape[0], len(used)))
    return np.asarray((one @ other.T).toarray(), dtype=np.float32)


def _best(values: Floats, corridor: Corridor) -> Best:
    _, column = corridor.nodes(0, len(values))
    of_column = np.zeros(int(corridor.high[-1]) + 1, dtype=np.float32)
    np.maximum.at(of_column, column, values)
    return Best(np.maximum.reduceat(values, corridor.starts[:-1]), of_column)
