"""Lines as sparse vectors of character n-grams: what two texts in one language share, whatever their wording.

N-grams have 2 to 5 characters, 1 to 3 where they begin with a character that is itself a syllable or a word (Han, kana,
Hangul). They are hashed into 2^20 columns and weighted (1 + log tf) · log((N + 1) / df), df over both documents.
Everything runs over the code points of a whole document at once: a line costs the same in a note and in a book.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from ..text import normal_typography

__all__ = ["COLUMNS", "Grams", "document_frequency", "grams", "normal_line", "weighted"]

_BITS = 20
COLUMNS = 1 << _BITS
_LONGEST = 5
_DENSE_LENGTHS = (1, 2, 3)
_SPACED_LENGTHS = (2, 3, 4, 5)
# First and last code point of the blocks whose characters are syllables or words.
_DENSE_BLOCKS = (
    (0x3041, 0x30FF), (0x31F0, 0x31FF), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xAC00, 0xD7A3), (0xF900, 0xFAFF),
    (0x20000, 0x3FFFF),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Grams:
    """The n-grams of some lines: `counts` (lines, COLUMNS) float32, how often each n-gram stands in each line."""

    counts: csr_matrix

    def __len__(self) -> int:
        return int(self.counts.shape[0])


def normal_line(text: str) -> str:
    """The line as it is compared: NFKC, lower case, plain typography, one space at each gap and at both ends.

    Empty for a line of white space. For comparing, never for offsets.
    """
    words = normal_typography(unicodedata.normalize("NFKC", text)).lower().split()
    return f" {' '.join(words)} " if words else ""


def grams(lines: Sequence[str]) -> Grams:
    """The hashed n-grams of lines that `normal_line` has prepared; an empty line has none."""
    points = np.frombuffer("\n".join(lines).encode("utf-32-le", "surrogatepass"), dtype="<u4")
    line = np.cumsum(points == 10, dtype=np.int32)
    inside = points != 10
    dense = _is_dense(points)
    rows: list[NDArray[np.int32]] = []
    columns: list[NDArray[np.int32]] = []
    value = np.zeros(len(points), dtype=np.uint64)
    for length in range(1, _LONGEST + 1):
        count = len(points) - length + 1
        if count <= 0:
            break
        value = value[:count] * np.uint64(0x9E3779B97F4A7C15) + points[length - 1 :]
        whole = inside[:count] & (line[:count] == line[length - 1 :]) & inside[length - 1 :]
        if length not in _DENSE_LENGTHS:
            whole &= ~dense[:count]
        if length not in _SPACED_LENGTHS:
            whole &= dense[:count]
        chosen = np.flatnonzero(whole)
        rows.append(line[chosen])
        mixed = (value[chosen] ^ (value[chosen] >> np.uint64(29))) * np.uint64(0xBF58476D1CE4E5B9)
        columns.append((mixed >> np.uint64(64 - _BITS)).astype(np.int32))
    return Grams(_counted(rows, columns, len(lines)))


def document_frequency(*sides: Grams) -> NDArray[np.int64]:
    """In how many lines of all sides each n-gram stands: (COLUMNS,)."""
    total = np.zeros(COLUMNS, dtype=np.int64)
    for side in sides:
        total += np.bincount(side.counts.indices, minlength=COLUMNS)
    return total


def weighted(side: Grams, frequency: NDArray[np.int64], lines: int) -> csr_matrix:
    """The vectors (lines, COLUMNS) float32 of one side; `lines` is the number of lines of both documents."""
    rarity = np.log((lines + 1) / np.maximum(frequency, 1)).astype(np.float32)
    data = (1 + np.log(side.counts.data)) * rarity[side.counts.indices]
    return csr_matrix((data, side.counts.indices, side.counts.indptr), shape=side.counts.shape)


def _is_dense(points: NDArray[np.uint32]) -> NDArray[np.bool_]:
    dense = np.zeros(len(points), dtype=bool)
    if len(points) and int(points.max()) >= _DENSE_BLOCKS[0][0]:
        for first, last in _DENSE_BLOCKS:
            dense |= (points >= first) & (points <= last)
    return dense


def _counted(rows: list[NDArray[np.int32]], columns: list[NDArray[np.int32]], lines: int) -> csr_matrix:
    if not rows:
        return csr_matrix((lines, COLUMNS), dtype=np.float32)
    keys = np.concatenate(rows).astype(np.int64) << _BITS | np.concatenate(columns)
    distinct, times = np.unique(keys, return_counts=True)
    starts = np.searchsorted(distinct, np.arange(lines + 1, dtype=np.int64) << _BITS)
    indices = (distinct & (COLUMNS - 1)).astype(np.int32)
    return csr_matrix((times.astype(np.float32), indices, starts.astype(np.int32)), shape=(lines, COLUMNS))
