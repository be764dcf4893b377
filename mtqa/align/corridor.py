"""The corridor of a long document: the part of all line pairs that a chain has to look at, near linear in the lines.

Anchors are mutually best partners by rare n-grams (2 to 12 lines of both documents); their heaviest increasing chain
gives the way, and the corridor is the rectangle between neighbouring anchors with some lines around.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix, csr_matrix

from .chain import Corridor
from .sides import Side
from .vectors import long_grams

__all__ = ["corridor", "rare_partners", "windows"]

_WHOLE = 1600  # line pairs of a document that is looked at whole
_AROUND = 9  # lines around the way
_RARE = 12  # lines of both documents in which a rare n-gram stands at most
_ALIKE = 0.1  # cosine by rare n-grams from which a pair of lines is an anchor
_ROOM = 40_000  # line pairs between two anchors; a greater rectangle is cut down to a band along its diagonal
_WINDOW = 2_000  # lines of either side from which a document is cut, where two anchors in a row agree
_COUNTED = 4096  # lines whose n-grams are hashed at a time
_HASHED = 24_000  # lines of both documents of which all n-grams are looked at; of more lines, a fixed share

Anchors = list[tuple[int, int, float]]
Window = tuple[int, int, int, int]  # hypothesis start and end, reference start and end


def corridor(one: Side, other: Side) -> Corridor:
    """The corridor of two documents; the whole of a small one."""
    rows, columns = len(one), len(other)
    if rows * columns <= _WHOLE:
        return Corridor(np.zeros(rows + 1, dtype=np.int64), np.full(rows + 1, columns, dtype=np.int64))
    way = [(0, 0), *_heaviest_chain(rare_partners(one.lines, other.lines)), (rows, columns)]
    low, high = np.full(rows + 1, columns, dtype=np.int64), np.zeros(rows + 1, dtype=np.int64)
    for (top, left), (bottom, right) in pairwise(way):
        first, last = max(top - _AROUND, 0), min(bottom + _AROUND, rows)
        span = np.arange(first, last + 1)
        if (bottom - top) * (right - left) <= _ROOM:
            lower, upper = np.full(len(span), left), np.full(len(span), right)
        else:
            middle = left + (span - top) * (right - left) // max(bottom - top, 1)
            half = max(_ROOM // (2 * max(bottom - top, 1)), _AROUND)
            lower, upper = np.maximum(middle - half, left), np.minimum(middle + half, right)
        low[span] = np.minimum(low[span], lower - _AROUND)
        high[span] = np.maximum(high[span], upper + _AROUND)
    low[0], high[-1] = 0, columns
    low, high = np.clip(low, 0, columns), np.clip(high, 0, columns)
    return Corridor(np.minimum.accumulate(low[::-1])[::-1], np.maximum.accumulate(high))


def windows(one: Sequence[str], other: Sequence[str], *, size: int = _WINDOW) -> list[Window]:
    """Stretches of two documents of normal lines that belong together, in order, of about `size` lines or more.

    A cut lies where two anchors follow each other on both sides, so no bead is cut; where none do for long, at an
    anchor, and without anchors along the diagonal. Documents of up to `size` lines are one window.
    """
    if max(len(one), len(other)) <= size:
        return [(0, len(one), 0, len(other))]
    way = _heaviest_chain(rare_partners(one, other))
    cuts = [(0, 0)]
    for before, here in pairwise([(-1, -1), *way]):
        (top, left), (row, column) = cuts[-1], here
        far = max(row - top, column - left)
        solid = (row - before[0], column - before[1]) == (1, 1)
        if min(row - top, column - left) > 0 and (far >= 2 * size or (solid and far >= size)):
            cuts.append(here)
    return [
        piece
        for (top, left), (bottom, right) in pairwise([*cuts, (len(one), len(other))])
        for piece in _pieces(top, bottom, left, right, 4 * size)
    ]


def _pieces(top: int, bottom: int, left: int, right: int, most: int) -> Iterator[Window]:
    """A window in equal pieces of at most so many lines, along its diagonal; itself where it is not longer."""
    count = -(-max(bottom - top, right - left) // most)
    rows = [top + (bottom - top) * k // count for k in range(count + 1)]
    columns = [left + (right - left) * k // count for k in range(count + 1)]
    return ((*rows[k : k + 2], *columns[k : k + 2]) for k in range(count))  # type: ignore[misc]


def rare_partners(one: Sequence[str], other: Sequence[str], *, alike: float = _ALIKE) -> Anchors:
    """Mutually best partners by rare n-grams: hypothesis line, reference line, cosine; in hypothesis order.

    Lines are in normal form. A pair whose cosine is below `alike` is none.
    """
    first, second = _rare_vectors(one, other)
    table = (first @ second.T).tocoo()
    table.data[table.data < alike] = 0
    table.eliminate_zeros()
    best_of_row, best_of_column = (np.zeros(size, dtype=np.float32) for size in table.shape)
    np.maximum.at(best_of_row, table.row, table.data)
    np.maximum.at(best_of_column, table.col, table.data)
    mutual = (table.data >= best_of_row[table.row]) & (table.data >= best_of_column[table.col])
    found = zip(table.row[mutual].tolist(), table.col[mutual].tolist(), table.data[mutual].tolist(), strict=True)
    return sorted(found)


def _rare_vectors(one: Sequence[str], other: Sequence[str]) -> tuple[csr_matrix, csr_matrix]:
    """Unit vectors of both documents over the n-grams that both have and few lines hold."""
    share = (len(one) + len(other)) // _HASHED + 1
    hashes, of_line = _hashed(one, share)
    other_hashes, of_other_line = _hashed(other, share)
    size = len(hashes)
    distinct, column, times = np.unique(np.concatenate([hashes, other_hashes]), return_inverse=True, return_counts=True)
    in_first = np.bincount(column[:size], minlength=len(distinct))
    rare = (times <= _RARE) & (in_first > 0) & (in_first < times)
    weight = np.where(rare, np.log((len(one) + len(other) + 1) / times), 0).astype(np.float32)

    def unit(lines: int, line: NDArray[np.int32], columns: NDArray[np.int64]) -> csr_matrix:
        kept = rare[columns]
        data = weight[columns[kept]]
        norm = np.sqrt(np.bincount(line[kept], weights=data**2, minlength=lines))
        data = (data / np.maximum(norm, 1e-9)[line[kept]]).astype(np.float32)
        return coo_matrix((data, (line[kept], columns[kept])), shape=(lines, len(distinct))).tocsr()

    return unit(len(one), of_line, column[:size]), unit(len(other), of_other_line, column[size:])


def _hashed(lines: Sequence[str], share: int) -> tuple[NDArray[np.uint64], NDArray[np.int32]]:
    """One in `share` of the long n-grams, by their hash, with their lines."""
    hashes, of_line = [np.zeros(0, dtype=np.uint64)], [np.zeros(0, dtype=np.int32)]
    for start in range(0, len(lines), _COUNTED):
        found, line = long_grams(lines[start : start + _COUNTED])
        kept = (found >> np.uint64(33)) % np.uint64(share) == 0
        hashes.append(found[kept])
        of_line.append(line[kept] + np.int32(start))
    return np.concatenate(hashes), np.concatenate(of_line)


def _heaviest_chain(anchors: Anchors) -> list[tuple[int, int]]:
    """The increasing chain of anchors with the greatest sum of cosines."""
    # Within a row the columns fall, so that no two anchors of one row follow each other in a chain.
    ordered = sorted(anchors, key=lambda anchor: (anchor[0], -anchor[1]))
    # The chain that ends at columns[k] weighs weights[k]; both rise with k.
    columns: list[int] = []
    weights: list[float] = []
    last: list[int] = []
    before: list[int] = []
    for number, (_, column, weight) in enumerate(ordered):
        place = bisect_left(columns, column)
        total = weight + (weights[place - 1] if place else 0.0)
        before.append(last[place - 1] if place else -1)
        end = place
        while end < len(columns) and weights[end] <= total:
            end += 1
        if end > place or place == len(columns) or columns[place] != column:
            columns[place:end], weights[place:end], last[place:end] = [column], [total], [number]
    chain: list[tuple[int, int]] = []
    number = last[-1] if last else -1
    while number >= 0:
        chain.append(ordered[number][:2])
        number = before[number]
    return chain[::-1]
