"""What pairs of lines share, over the nodes of a corridor.

A table over the nodes of a corridor holds at node (i, j) what is true of the lines i - 1 and j - 1, so nothing is
computed outside the corridor.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from .chain import Corridor
from .sides import CHUNK, Side, common_vectors, edge_vectors, vectors

__all__ = ["NODES", "Near", "Tables", "block_cosine", "tables"]

Floats = NDArray[np.float32]

NODES = 1 << 16  # nodes that are looked at at a time
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
    `with_above`: dot product of what the hypothesis line has in common with the line before it, and the reference line;
    `with_left`: the same of the reference line and the line before it, and the hypothesis line;
    `before`, `after`: the highest cosine of a small block that ends, that begins at the node.
    `likest`, `most`, `likest_heads`, `likest_tails`: the best of cosine, shared, heads, tails.
    """

    shared: Floats
    cosine: Floats
    heads: Floats
    tails: Floats
    with_above: Floats
    with_left: Floats
    before: Floats
    after: Floats
    likest: Best
    most: Best
    likest_heads: Best
    likest_tails: Best


def tables(one: Side, other: Side, corridor: Corridor) -> Tables:
    """The tables of two documents over a corridor."""
    shared, heads, tails, with_above, with_left = _products(one, other, corridor)
    small = np.zeros((len(_FOLLOWING), len(shared)), dtype=np.float32)
    after = np.zeros(len(shared), dtype=np.float32)
    stretches = [slice(start, min(start + NODES, len(shared))) for start in range(0, len(shared), NODES)]
    for part in stretches:
        near = Near(corridor, *corridor.nodes(part.start, part.stop))
        for values, shape in zip(small, _FOLLOWING, strict=True):
            values[part] = block_cosine(one, other, near, shared, shape)
    for part in stretches:
        near = Near(corridor, *corridor.nodes(part.start, part.stop))
        for values, (a, b) in zip(small, _FOLLOWING, strict=True):
            np.maximum(after[part], near(values, -a, -b), out=after[part])
    before = small.max(axis=0)
    before[0] = after[-1] = 0.5  # the edges of the documents belong together
    best = (_best(values, corridor) for values in (small[0], shared, heads, tails))
    return Tables(shared, small[0].copy(), heads, tails, with_above, with_left, before, after, *best)


class Near:
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


def block_cosine(
    one: Side, other: Side, near: Near, shared: Floats, shape: tuple[int, int], up: int = 0, left: int = 0
) -> Floats:
    """Cosine, 0 to 1, of the blocks of a shape that end `up` rows above and `left` columns before the nodes."""
    a, b = shape
    i, j = near.row - up, near.column - left
    total = sum((near(shared, up + k, left + m) for k in range(a) for m in range(b)), np.float32(0))
    norm = one.norms[a - 1, i - 1] * other.norms[b - 1, j - 1]
    cosine = np.clip(total / np.maximum(norm, 1e-9), 0, 1)
    return np.where((i >= a) & (j >= b), cosine, np.float32(0)).astype(np.float32)


def _products(one: Side, other: Side, corridor: Corridor) -> Iterator[Floats]:
    """The first five tables (cosine aside), a few hundred lines at a time."""
    found = [np.zeros(int(corridor.starts[-1]), dtype=np.float32) for _ in range(5)]
    for top in range(0, len(one), CHUNK):
        bottom = min(top + CHUNK, len(one))
        left, right = max(int(corridor.low[top + 1]) - 1, 0), int(corridor.high[bottom])
        if left >= right:
            continue
        first, last = int(corridor.starts[top + 1]), int(corridor.starts[bottom + 1])
        row, column = corridor.nodes(first, last)
        inner = np.flatnonzero(column > 0)
        at = row[inner] - 1 - top, column[inner] - 1 - left
        rows, columns = vectors(one, top, bottom), vectors(other, left, right)
        factors = (
            (rows, columns),
            *zip(edge_vectors(one, top, bottom), edge_vectors(other, left, right), strict=True),
            (common_vectors(one, rows, top), columns),
            (rows, common_vectors(other, columns, left)),
        )
        for values, (here, there) in zip(found, factors, strict=True):
            values[first + inner] = _dots(here, there)[at]
    return iter(found)


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
