"""A document made ready to be compared: its lines as counted n-grams, the norms and lengths of its blocks of lines."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, diags, vstack

from .chain import SHAPES
from .vectors import COLUMNS, edges, grams, letters, normal_line, weighted

__all__ = [
    "CHUNK",
    "KEPT",
    "Document",
    "Rarity",
    "Side",
    "common_vectors",
    "documents",
    "edge_vectors",
    "sides",
    "vectors",
    "weighed",
]

Floats = NDArray[np.float32]

KEPT = 2_500  # lines of a document up to which its counted n-grams are kept
CHUNK = 256  # lines whose vectors are in memory at a time
_COUNTED = 4096  # lines whose n-grams are counted at a time
_MOST = max(max(shape) for shape in SHAPES)
_ENDS = re.compile(r"[.!?…:;。！？：；।؟۔።][\"')\]»”’」』）)]*\s*$")
_ASKS = re.compile(r"[?？؟\u037e՞][\"')\]»”’」』）)]*\s*$")
_QUOTES = re.compile(r"[\"“”„«»「」『』]")
_NUMBERS = re.compile(r"\d+(?:[.,:]\d+)*")
_SAMPLE = 20_000  # lines of each document in which n-grams are counted to tell the rare ones


@dataclass(frozen=True, slots=True)
class Rarity:
    """`frequency` (COLUMNS,): in how many lines of both documents each n-gram stands; `total`: how many these are."""

    frequency: NDArray[np.int64]
    total: int


@dataclass(frozen=True, slots=True)
class Side:
    """One document, or a stretch of it, ready to be compared.

    `lines`: normal forms; `counts` (lines, COLUMNS) uint8; `rarity` of the n-grams in both whole documents;
    `norms`, `lengths` (blocks of 1 to 4 lines, lines): of the block of so many lines that ends at the line;
    `starts_low`: the line begins with a small letter; `ends_open`: it ends without a sentence mark;
    `asks`: with a question mark; `quotes`: it holds a quotation mark; `numbers`: how many numbers it holds.
    """

    lines: tuple[str, ...]
    counts: csr_matrix
    rarity: Rarity
    norms: Floats
    lengths: Floats
    starts_low: NDArray[np.bool_]
    ends_open: NDArray[np.bool_]
    asks: NDArray[np.bool_]
    quotes: NDArray[np.bool_]
    numbers: Floats

    def __len__(self) -> int:
        return len(self.lines)


@dataclass(frozen=True, slots=True)
class Document:
    """One document, of which stretches are made ready: its lines as they are and in normal form.

    `rarity` of the n-grams in both documents; `counts` (lines, COLUMNS) of a document that is not long, else None.
    """

    raw: Sequence[str]
    lines: Sequence[str]
    rarity: Rarity
    counts: csr_matrix | None

    def __len__(self) -> int:
        return len(self.lines)

    def part(self, rows: Sequence[int] | NDArray[np.int64]) -> Side:
        """Some of the lines, ready to be compared; blocks are of lines that follow each other in `rows`."""
        raw, lines = [self.raw[row] for row in rows], [self.lines[row] for row in rows]
        counts = _counted(lines) if self.counts is None else self.counts[np.asarray(rows, dtype=np.int64)]
        norms, lengths = _blocks(lines, counts, self.rarity)
        return Side(
            tuple(lines),
            counts,
            self.rarity,
            norms,
            lengths,
            starts_low=np.array([line.lstrip()[:1].islower() for line in raw], dtype=bool),
            ends_open=np.array([not _ENDS.search(line) for line in raw], dtype=bool),
            asks=np.array([bool(_ASKS.search(line)) for line in raw], dtype=bool),
            quotes=np.array([bool(_QUOTES.search(line)) for line in raw], dtype=bool),
            numbers=np.array([len(_NUMBERS.findall(line)) for line in raw], dtype=np.float32),
        )


def documents(hypothesis: Sequence[str], reference: Sequence[str]) -> tuple[Document, Document]:
    """Both documents, with n-grams weighted by the lines of both.

    In documents of more than 20,000 lines n-grams are counted in a sample of even steps, so that memory is bounded.
    """
    lines = [[normal_line(line) for line in raw] for raw in (hypothesis, reference)]
    size = max(map(len, lines))
    total, step = sum(map(len, lines)), size // _SAMPLE + 1
    counts = [_counted(part) if size <= KEPT else None for part in lines]
    frequency = np.zeros(COLUMNS, dtype=np.int64)
    for part, known in zip(lines, counts, strict=True):
        sample = part[::step]
        for start, stop in _pieces(len(sample), _COUNTED):
            counted = grams(sample[start:stop]) if known is None else known[start:stop]
            frequency += np.bincount(counted.indices, minlength=COLUMNS)
    rarity = Rarity(np.minimum(frequency * step, total), total)
    one, other = (
        Document(raw, part, rarity, known)
        for raw, part, known in zip((hypothesis, reference), lines, counts, strict=True)
    )
    return one, other


def sides(hypothesis: Sequence[str], reference: Sequence[str]) -> tuple[Side, Side]:
    """Both documents whole, ready to be compared."""
    one, other = documents(hypothesis, reference)
    return one.part(range(len(one))), other.part(range(len(other)))


def vectors(side: Side, start: int, stop: int) -> csr_matrix:
    """The vectors of the lines `start` to `stop`: (lines, COLUMNS) float32."""
    return weighted(side.counts[start:stop], side.rarity.frequency, side.rarity.total)


def weighed(side: Side, lines: Sequence[int]) -> csr_matrix:
    """The vectors of some lines, in their order: (lines, COLUMNS) float32."""
    return weighted(side.counts[list(lines)], side.rarity.frequency, side.rarity.total)


def common_vectors(side: Side, rows: csr_matrix, start: int) -> csr_matrix:
    """What each line has in common with the line before it; `rows` are the vectors of lines from `start` on."""
    before = vectors(side, start - 1, start) if start else csr_matrix((1, COLUMNS), dtype=np.float32)
    return vstack([before, rows[:-1]], format="csr").minimum(rows).tocsr()


def edge_vectors(side: Side, start: int, stop: int) -> tuple[csr_matrix, csr_matrix]:
    """The vectors, of length 1, of the beginnings and of the ends of the lines `start` to `stop`."""
    rare = side.rarity
    first, last = (_unit(weighted(grams(part), rare.frequency, rare.total)) for part in edges(side.lines[start:stop]))
    return first, last


def _counted(lines: Sequence[str]) -> csr_matrix:
    parts = [grams(lines[start:stop]) for start, stop in _pieces(len(lines), _COUNTED)]
    return parts[0] if len(parts) == 1 else vstack(parts, format="csr")


def _blocks(lines: Sequence[str], counts: csr_matrix, rarity: Rarity) -> tuple[Floats, Floats]:
    """Norms and lengths (blocks of 1 to 4 lines, lines) of the blocks that end at each line."""
    size = len(lines)
    squares, lengths, near = (np.zeros((_MOST, size), dtype=np.float32) for _ in range(3))
    for start, stop in _pieces(size, CHUNK):
        begin = max(start - _MOST + 1, 0)
        part = weighted(counts[begin:stop], rarity.frequency, rarity.total)
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
