"""Lines as sparse vectors of character n-grams: what two texts in one language share, whatever their wording.

N-grams have 2 to 5 characters, 1 to 3 where they begin with a character that is itself a syllable or a word (Han, kana,
Hangul). They are hashed into 2^20 columns and weighted (1 + log tf) · log((N + 1) / df), df over both documents.
Everything runs over the code points of many lines at once: a line costs the same in a note and in a book.
"""

import re
import unicodedata
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from ..text import normal_typography

__all__ = ["COLUMNS", "edges", "grams", "letters", "long_grams", "normal_line", "weighted"]

_BITS = 20
COLUMNS = 1 << _BITS
_DENSE_LENGTHS = (1, 2, 3)
_SPACED_LENGTHS = (2, 3, 4, 5)
# First and last code point of the blocks whose characters are syllables or words.
_DENSE_BLOCKS = (
    (0x3041, 0x30FF), (0x31F0, 0x31FF), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xAC00, 0xD7A3), (0xF900, 0xFAFF),
    (0x20000, 0x3FFFF),
)  # fmt: skip
_DENSE = re.compile("[" + "".join(f"{chr(first)}-{chr(last)}" for first, last in _DENSE_BLOCKS) + "]")
_EDGE = 30  # characters of a line's beginning and of its end that are compared by themselves
_DENSE_EDGE = 10  # the same where a character is a syllable or a word

Hashes = NDArray[np.uint64]
Lines = NDArray[np.int32]


def normal_line(text: str) -> str:
    """The line as it is compared: NFKC, lower case, plain typography, one space at each gap and at both ends.

    Empty for a line of white space. For comparing, never for offsets.
    """
    words = normal_typography(unicodedata.normalize("NFKC", text)).replace("\0", " ").lower().split()
    return f" {' '.join(words)} " if words else ""


def edges(lines: Sequence[str]) -> tuple[list[str], list[str]]:
    """The beginnings and the ends of normal lines."""
    sizes = [_DENSE_EDGE if len(_DENSE.findall(line)) * 3 > len(line) else _EDGE for line in lines]
    heads = [line[:size] for line, size in zip(lines, sizes, strict=True)]
    tails = [line[-size:] for line, size in zip(lines, sizes, strict=True)]
    return heads, tails


def letters(line: str) -> int:
    """The length of a normal line in letters; a syllable or a word counts as three."""
    return max(len(line) - 2, 0) + 2 * len(_DENSE.findall(line))


def grams(lines: Sequence[str]) -> csr_matrix:
    """How often each hashed n-gram stands in each normal line, 255 at most: (lines, COLUMNS) uint8."""
    points, line, dense = _points(lines)
    keys = []
    for length in sorted({*_DENSE_LENGTHS, *_SPACED_LENGTHS}):
        hashes, of_line, is_dense = _hashed(points, line, dense, length)
        wanted = (
            is_dense if length not in _SPACED_LENGTHS else ~is_dense if length not in _DENSE_LENGTHS else slice(None)
        )
        mixed = (hashes[wanted] ^ (hashes[wanted] >> np.uint64(29))) * np.uint64(0xBF58476D1CE4E5B9)
        keys.append(of_line[wanted].astype(np.int64) << _BITS | (mixed >> np.uint64(64 - _BITS)).astype(np.int64))
    distinct, times = np.unique(np.concatenate(keys), return_counts=True)
    starts = np.searchsorted(distinct, np.arange(len(lines) + 1, dtype=np.int64) << _BITS)
    indices = (distinct & (COLUMNS - 1)).astype(np.int32)
    often = np.minimum(times, 255).astype(np.uint8)
    return csr_matrix((often, indices, starts), shape=(len(lines), COLUMNS))


def long_grams(lines: Sequence[str]) -> tuple[Hashes, Lines]:
    """The longest n-grams of normal lines as 64-bit hashes with their line, each once a line: for rare coincidences."""
    points, line, dense = _points(lines)
    spaced = _hashed(points, line, dense, max(_SPACED_LENGTHS))
    short = _hashed(points, line, dense, max(_DENSE_LENGTHS))
    hashes = np.concatenate([spaced[0][~spaced[2]], short[0][short[2]]])
    of_line = np.concatenate([spaced[1][~spaced[2]], short[1][short[2]]])
    order = np.lexsort((of_line, hashes))
    hashes, of_line = hashes[order], of_line[order]
    first = np.ones(len(hashes), dtype=bool)
    first[1:] = (hashes[1:] != hashes[:-1]) | (of_line[1:] != of_line[:-1])
    return hashes[first], of_line[first]


def weighted(counts: csr_matrix, frequency: NDArray[np.int64], lines: int) -> csr_matrix:
    """The vectors (lines, COLUMNS) float32 of some counted lines.

    `frequency` (COLUMNS,): in how many lines of both documents each n-gram stands; `lines`: how many these are.
    """
    rarity = np.log((lines + 1) / np.maximum(frequency[counts.indices], 1))
    data = ((1 + np.log(counts.data.astype(np.float32))) * rarity).astype(np.float32)
    return csr_matrix((data, counts.indices, counts.indptr), shape=counts.shape)


def _points(lines: Sequence[str]) -> tuple[NDArray[np.uint32], Lines, NDArray[np.bool_]]:
    """The code points of all lines with a 0 after each, their line, and whether each is a syllable or word."""
    points = np.frombuffer("".join(f"{line}\0" for line in lines).encode("utf-32-le", "surrogatepass"), dtype="<u4")
    ends = points == 0
    line = np.cumsum(ends, dtype=np.int32) - ends
    dense = np.zeros(len(points), dtype=bool)
    if len(points) and int(points.max()) >= _DENSE_BLOCKS[0][0]:
        for first, last in _DENSE_BLOCKS:
            dense |= (points >= first) & (points <= last)
    return points, line, dense


def _hashed(
    points: NDArray[np.uint32], line: Lines, dense: NDArray[np.bool_], length: int
) -> tuple[Hashes, Lines, NDArray[np.bool_]]:
    """The n-grams of one length within lines: hash, line, whether the first character is a syllable or word."""
    count = max(len(points) - length + 1, 0)
    value = np.zeros(count, dtype=np.uint64)
    whole = np.ones(count, dtype=bool)
    for offset in range(length):
        part = points[offset : offset + count]
        value = value * np.uint64(0x9E3779B97F4A7C15) + part
        whole &= part != 0
    return value[whole], line[:count][whole], dense[:count][whole]
