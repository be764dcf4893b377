"""Columns of texts as the kernels read them: UTF-8 bytes and offsets, as in Arrow.

A column made from an Arrow array shares its buffers; nothing is copied and no row becomes a Python string.
"""

import ctypes
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..refusal import Refusal
from .library import library

__all__ = ["References", "Texts"]


@dataclass(frozen=True, slots=True)
class Texts:
    """A column of texts: text i is `data[offsets[i]:offsets[i + 1]]`, UTF-8. `offsets`: int64, one more than texts."""

    data: NDArray[np.uint8]
    offsets: NDArray[np.int64]

    @classmethod
    def of(cls, texts: Sequence[str]) -> "Texts":
        """The column of these strings; a lone surrogate, which UTF-8 cannot say, is a UnicodeEncodeError."""
        native = library()
        if native is None:
            encoded = [text.encode() for text in texts]
            ends = accumulate(map(len, encoded), initial=0)
            return cls(np.frombuffer(b"".join(encoded), np.uint8), np.fromiter(ends, np.int64, len(encoded) + 1))
        rows = texts if type(texts) is list else list(texts)
        offsets = np.empty(len(rows) + 1, np.int64)
        native.gather(rows, offsets, None)
        data = np.empty(int(offsets[-1]), np.uint8)
        if len(data):
            native.gather(rows, offsets, data)
        return cls(data, offsets)

    @classmethod
    def from_arrow(cls, array: Any) -> "Texts":
        """The column of an Arrow string array (string or large_string, not chunked); nulls are refused."""
        if array.null_count:
            row = array.is_null().index(True).as_py()
            raise Refusal(f"row {row + 1}: text is wanted, nothing found", mend="fill the cell or drop the row")
        kind = str(array.type)
        if kind not in ("string", "large_string"):
            raise Refusal(f"a column of text is wanted, {kind} found", mend="cast it to string")
        _, offsets, data = array.buffers()
        width = np.int32 if kind == "string" else np.int64
        count, first = len(array), array.offset
        if offsets is None or not offsets.size:
            return cls(np.empty(0, np.uint8), np.zeros(1, np.int64))
        ends = np.frombuffer(offsets, width)[first : first + count + 1].astype(np.int64, copy=False)
        return cls(np.empty(0, np.uint8) if data is None else np.frombuffer(data, np.uint8), ends)

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def __getitem__(self, position: int) -> str:
        return self.data[self.offsets[position] : self.offsets[position + 1]].tobytes().decode()

    def __iter__(self) -> Iterator[str]:
        return (self[position] for position in range(len(self)))

    @property
    def content(self) -> NDArray[np.uint8]:
        """The bytes of all texts, one after the other."""
        return self.data[self.offsets[0] : self.offsets[-1]]

    def pointers(self) -> tuple[int, int]:
        """The addresses of bytes and offsets; valid while this column lives."""
        return self.data.ctypes.data, self.offsets.ctypes.data


@dataclass(frozen=True, slots=True)
class References:
    """The references of every row: those of row i are `texts[starts[i]:starts[i + 1]]`."""

    texts: Texts
    starts: NDArray[np.int64]

    @classmethod
    def of(cls, rows: Sequence[tuple[str, ...]]) -> "References":
        """The column of these rows of references."""
        counts = accumulate(map(len, rows), initial=0)
        return cls(Texts.of(list(chain.from_iterable(rows))), np.fromiter(counts, np.int64, len(rows) + 1))

    @classmethod
    def from_arrow(cls, array: Any) -> "References":
        """The column of an Arrow array of strings (one reference a row) or of lists of strings; nulls are refused."""
        if not str(array.type).startswith(("list", "large_list")):
            texts = Texts.from_arrow(array)
            return cls(texts, np.arange(len(texts) + 1, dtype=np.int64))
        if array.null_count:
            row = array.is_null().index(True).as_py()
            raise Refusal(f"row {row + 1}: no reference", mend="score only the segments that have one")
        starts = array.offsets.to_numpy().astype(np.int64)
        values = array.values[int(starts[0]) : int(starts[-1])]
        return cls(Texts.from_arrow(values), starts - starts[0])

    def __len__(self) -> int:
        return len(self.starts) - 1

    def __getitem__(self, position: int) -> tuple[str, ...]:
        return tuple(self.texts[k] for k in range(self.starts[position], self.starts[position + 1]))

    def __iter__(self) -> Iterator[tuple[str, ...]]:
        return (self[position] for position in range(len(self)))

    @property
    def counts(self) -> NDArray[np.int64]:
        """How many references every row has."""
        return np.diff(self.starts)


def pointer(address: int) -> ctypes.c_void_p:
    """An address as ctypes passes it."""
    return ctypes.c_void_p(address)
