"""A document made ready to be compared: its lines as counted n-grams, the norms and lengths of its blocks of lines."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, diags, vstack

from .chain import SHAPES
from .vectors import COLUMNS, edges, grams, letters, normal_line, weighted

__all__ = ["CHUNK", "Side", "edge_vectors", "sides", "take", "vectors"]

Floats = NDArray[np.float32]

CHUNK = 256  # lines whose vectors are in memory at a time
_COUNTED = 4096  # lines whose n-grams are counted at a time
_MOST = max(max(shape) for shape in SHAPES)
_ENDS = re.compile(r"[.!?…:;。！？：；।؟۔።][\"')\]»”’」』）)]*\s*$")


@dataclass(frozen=True, slots=True)
class Side:
    """One document, ready to be compared.

    `lines`: normal forms; `counts` (lines, COLUMNS) uint8; `frequency` (COLUMNS,) in both documents, of `total` lines;
    `norms`, `lengths` (blocks of 1 to 4 lines, lines): of the block of so many lines that ends at the line;
    `starts_low`: the line begins with a small letter; `ends_open`: it ends without a sentence mark.
    """

    lines: tuple[str, ...]
    counts: csr_matrix
    frequency: NDArray[np.int64]
    total: int
    norms: Floats
    lengths: Floats
    starts_low: NDArray[np.bool_]
    ends_open: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.lines)


def sides(hypothesis: Sequence[str], reference: Sequence[str]) -> tuple[Side, Side]:
    """Both documents, with n-grams weighted by the lines of both."""
    texts = [tuple(normal_line(line) for line in lines) for lines in (hypothesis, reference)]
    counts = [_counted(text) for text in texts]
    frequency = np.bincount(counts[0].indices, minlength=COLUMNS)
    frequency += np.bincount(counts[1].indices, minlength=COLUMNS)
    total = len(hypothesis) + len(reference)
    one, other = (
        _side(raw, text, count, frequency, total)
        for raw, text, count in zip((hypothesis, reference), texts, counts, strict=True)
    )
    return one, other


def vectors(side: Side, start: int, stop: int) -> csr_matrix:
    """The vectors of the lines `start` to `stop`: (lines, COLUMNS) float32."""
    return weighted(side.counts[start:stop], side.frequency, side.total)


def edge_vectors(side: Side, start: int, stop: int) -> tuple[csr_matrix, csr_matrix]:
    """The vectors, of length 1, of the beginnings and of the ends of the lines `start` to `stop`."""
    first, last = (_unit(weighted(grams(part), side.frequency, side.total)) for part in edges(side.lines[start:stop]))
    return first, last


def take(side: Side, rows: NDArray[np.int64]) -> Side:
    """The document of some of the lines, weighted as before; blocks are of lines that follow each other in it."""
    lines = tuple(side.lines[row] for row in rows)
    counts = side.counts[rows]
    norms, lengths = _blocks(lines, counts, side.frequency, side.total)
    return Side(lines, counts, side.frequency, side.total, norms, lengths, side.starts_low[rows], side.ends_open[rows])


def _side(
    raw: Sequence[str], lines: tuple[str, ...], counts: csr_matrix, frequency: NDArray[np.int64], total: int
) -> Side:
    norms, lengths = _blocks(lines, counts, frequency, total)
    starts_low = np.array([line.lstrip()[:1].islower() for line in raw], dtype=bool)
    ends_open = np.array([not _ENDS.search(line) for line in raw], dtype=bool)
    return Side(lines, counts, frequency, total, norms, lengths, starts_low, ends_open)


def _counted(lines: Sequence[str]) -> csr_matrix:
    parts = [grams(lines[start:stop]) for start, stop in _pieces(len(lines), _COUNTED)]
    return parts[0] if len(parts) == 1 else vstack(parts, format="csr")


def _blocks(
    lines: Sequence[str], counts: csr_matrix, frequency: NDArray[np.int64], total: int
) -> tuple[Floats, Floats]:
    """Norms and lengths (blocks of 1 to 4 lines, lines) of the blocks that end at each line."""
    size = len(lines)
    squares, lengths, near = (np.zeros((_MOST, size), dtype=np.float32) for _ in range(3))
    for start, stop in _pieces(size, CHUNK):
        begin = max(start - _MOST + 1, 0)
        part = weighted(counts[begin:stop], frequency, total)
        for apart in range(min(_MOST, stop)):  # near[k, i]: dot product of the lines i - k and i
            first = max(start, apart)
            earlier, later = part[first - apart - begin : stop - apart - begin], part[first - begin : stop - begin]
            near[apart, first:stop] = np.asarray(earlier.multiply(later).sum(axis=1)).ravel()
    sizes = np.array([letters(line) for line in lines], dtype=np.float32)
    for block in range(_MOST):
        # The block of block + 1 lines that ends at i is the one that ends at i - 1, one shorter, and the line i.
        if block:
            squares[block, 1:] = squares[block - 1, :-1]
            lengths[block, 1:] = lengths[block - 1, :-1]
        squares[block] += near[0] + 2 * near[1 : block + 1].sum(axis=0)
        lengths[block] += sizes
    return np.sqrt(np.maximum(squares, 0)), lengths


def _unit(rows: csr_matrix) -> csr_matrix:
    norm = np.sqrt(np.asarray(rows.multiply(rows).sum(axis=1)).ravel())
    return diags(1 / np.maximum(norm, 1e-9)).astype(np.float32) @ rows


def _pieces(size: int, step: int) -> Iterator[tuple[int, int]]:
    return ((start, min(start + step, size)) for start in range(0, size, step))
