"""What speaks for and against a bead: named features of every block of neighbouring lines in a corridor."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from .chain import SHAPES, Corridor
from .vectors import document_frequency, grams, normal_line, weighted

__all__ = ["Side", "block_cosines", "sides"]

_MOST = max(max(shape) for shape in SHAPES)


@dataclass(frozen=True, slots=True)
class Side:
    """One document, ready to be compared.

    `lines`: normal forms; `vectors` (lines, COLUMNS); `norms` (blocks of 1 to 4 lines, lines) by the block's last line;
    `lengths` (the same): characters.
    """

    lines: tuple[str, ...]
    vectors: csr_matrix
    norms: NDArray[np.float64]
    lengths: NDArray[np.float64]


def sides(hypothesis: Sequence[str], reference: Sequence[str]) -> tuple[Side, Side]:
    """Both documents with vectors weighted by the lines of both."""
    texts = tuple(normal_line(line) for line in hypothesis), tuple(normal_line(line) for line in reference)
    counted = tuple(grams(text) for text in texts)
    frequency = document_frequency(*counted)
    total = len(hypothesis) + len(reference)
    first, second = (_side(text, weighted(count, frequency, total)) for text, count in zip(texts, counted, strict=True))
    return first, second


def block_cosines(one: Side, other: Side, corridor: Corridor) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Cosine and log length ratio of the block of each shape that ends at each node: (shapes, nodes) each.

    The cosine is -1 where the block would begin before the documents do.
    """
    row, column = nodes(corridor)
    table = (one.vectors @ other.vectors.T).toarray()
    padded = np.pad(np.cumsum(np.cumsum(table, axis=0, dtype=np.float64), axis=1), ((1, 0), (1, 0)))
    cosines = np.full((len(SHAPES), len(row)), -1.0)
    ratios = np.zeros_like(cosines)
    for shape, (a, b) in enumerate(SHAPES):
        at = np.flatnonzero((row >= a) & (column >= b))
        i, j = row[at], column[at]
        shared = padded[i, j] - padded[i - a, j] - padded[i, j - b] + padded[i - a, j - b]
        norm = one.norms[a - 1, i - 1] * other.norms[b - 1, j - 1]
        cosines[shape, at] = shared / np.maximum(norm, 1e-9)
        ratios[shape, at] = np.log((one.lengths[a - 1, i - 1] + 1) / (other.lengths[b - 1, j - 1] + 1))
    return cosines, ratios


def nodes(corridor: Corridor) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Row and column of every node of the corridor."""
    widths = corridor.high - corridor.low + 1
    row = np.repeat(np.arange(len(widths)), widths)
    column = np.arange(len(row)) - np.repeat(corridor.starts[:-1], widths) + np.repeat(corridor.low, widths)
    return row, column


def _side(lines: tuple[str, ...], vectors: csr_matrix) -> Side:
    count = len(lines)
    squares = np.zeros((_MOST, count))
    lengths = np.zeros((_MOST, count))
    sizes = np.array([max(len(line) - 2, 0) for line in lines], dtype=np.float64)
    near = np.zeros((_MOST, count))  # near[k, i]: dot product of the lines i - k and i
    for apart in range(min(_MOST, count)):
        product = vectors[: count - apart].multiply(vectors[apart:])
        near[apart, apart:] = np.asarray(product.sum(axis=1)).ravel()
    for block in range(_MOST):
        # The block of block + 1 lines that ends at i is the one that ends at i - 1, one shorter, and the line i.
        if block:
            squares[block, 1:] = squares[block - 1, :-1]
            lengths[block, 1:] = lengths[block - 1, :-1]
        squares[block] += near[0] + 2 * near[1 : block + 1].sum(axis=0)
        lengths[block] += sizes
    return Side(lines, vectors, np.sqrt(np.maximum(squares, 0)), lengths)
