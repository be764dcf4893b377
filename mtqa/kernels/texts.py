"""Columns of texts as the kernels read them: UTF-8 bytes and offsets, as in Arrow.

A column made from an Arrow array shares its buffers; nothing is copied and no row becomes a Python string.
"""

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, chain, pairwise
from operator import sub
from typing import TYPE_CHECKING, Any, overload

from ..refusal import Refusal
from .buffers import address, integers, octets
from .library import library

if TYPE_CHECKING:
    from .buffers import Buffer

__all__ = ["References", "Texts", "differences"]


@dataclass(frozen=True, slots=True, eq=False)
class Texts(Sequence[str]):
    """A column of texts: text i is `data[offsets[i]:offsets[i + 1]]`, UTF-8.

    `data` holds bytes, `offsets` int64, one more than texts; arrays of Python or of numpy.
    """

    data: "Buffer"
    offsets: "Buffer"
    _read: list[str] = field(default_factory=list, init=False, repr=False)  # the texts, once somebody read them

    @classmethod
    def of(cls, texts: Sequence[str]) -> "Texts":
        """The column of these strings; a lone surrogate, which UTF-8 cannot say, is a UnicodeEncodeError."""
        if isinstance(texts, Texts):
            return texts
        native = library()
        if native is None:
            encoded = [text.encode() for text in texts]
            return cls(array("B", b"".join(encoded)), array("q", accumulate(map(len, encoded), initial=0)))
        rows = texts if type(texts) is list else list(texts)
        offsets = integers(len(rows) + 1)
        native.gather(rows, offsets, None)
        data = octets(offsets[-1])
        if data:
            native.gather(rows, offsets, data)
        return cls(data, offsets)

    @classmethod
    def from_arrow(cls, given: Any) -> "Texts":
        """The column of an Arrow string array (string or large_string, not chunked); nulls are refused."""
        import numpy as np

        if given.null_count:
            row = given.is_null().index(True).as_py()
            raise Refusal(f"row {row + 1}: text is wanted, nothing found", mend="fill the cell or drop the row")
        kind = str(given.type)
        if kind not in ("string", "large_string"):
            raise Refusal(f"a column of text is wanted, {kind} found", mend="cast it to string")
        _, offsets, data = given.buffers()
        width = np.int32 if kind == "string" else np.int64
        count, first = len(given), given.offset
        if offsets is None or not offsets.size:
            return cls(octets(0), integers(1))
        ends = np.frombuffer(offsets, width)[first : first + count + 1].astype(np.int64, copy=False)
        return cls(octets(0) if data is None else np.frombuffer(data, np.uint8), ends)

    def __arrow_array__(self, type: Any = None) -> Any:
        import pyarrow as pa

        buffers = [None, pa.py_buffer(self.offsets), pa.py_buffer(self.data)]
        made = pa.Array.from_buffers(pa.large_string(), len(self), buffers)
        return made if type is None else made.cast(type)

    def __len__(self) -> int:
        return len(self.offsets) - 1

    @overload
    def __getitem__(self, position: int) -> str: ...
    @overload
    def __getitem__(self, position: slice) -> list[str]: ...
    def __getitem__(self, position: int | slice) -> str | list[str]:
        return self._texts()[position]

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts())

    def _texts(self) -> list[str]:
        if not self._read and len(self):
            first, whole = self.offsets[0], bytes(self.content)
            bounds = pairwise(self.offsets.tolist() if not first else [end - first for end in self.offsets.tolist()])
            if whole.isascii():  # then bytes are characters
                text = whole.decode("ascii")
                self._read[:] = [text[start:end] for start, end in bounds]
            else:
                self._read[:] = [whole[start:end].decode() for start, end in bounds]
        return self._read

    @property
    def content(self) -> memoryview:
        """The bytes of all texts, one after the other."""
        data: Any = self.data
        return memoryview(data)[self.offsets[0] : self.offsets[-1]]

    @property
    def sizes(self) -> "array[int]":
        """How many bytes every text has."""
        return differences(self.offsets)

    def pointers(self) -> tuple[int, int]:
        """The addresses of bytes and offsets; valid while this column lives."""
        return address(self.data), address(self.offsets)


@dataclass(frozen=True, slots=True, eq=False)
class References(Sequence[tuple[str, ...]]):
    """The references of every row: those of row i are `texts[starts[i]:starts[i + 1]]`; `starts` are int64."""

    texts: Texts
    starts: "Buffer"

    @classmethod
    def of(cls, rows: Sequence[tuple[str, ...]]) -> "References":
        """The column of these rows of references."""
        if isinstance(rows, References):
            return rows
        starts = array("q", accumulate(map(len, rows), initial=0))
        return cls(Texts.of(list(chain.from_iterable(rows))), starts)

    @classmethod
    def single(cls, texts: Texts) -> "References":
        """Exactly one reference a row."""
        return cls(texts, array("q", range(len(texts) + 1)))

    @classmethod
    def from_arrow(cls, given: Any) -> "References":
        """The column of an Arrow array of strings (one reference a row) or of lists of strings; nulls are refused."""
        import numpy as np

        if not str(given.type).startswith(("list", "large_list")):
            return cls.single(Texts.from_arrow(given))
        if given.null_count:
            row = given.is_null().index(True).as_py()
            raise Refusal(f"row {row + 1}: no reference", mend="score only the segments that have one")
        starts = given.offsets.to_numpy().astype(np.int64)
        values = given.values[int(starts[0]) : int(starts[-1])]
        return cls(Texts.from_arrow(values), starts - starts[0])

    def __len__(self) -> int:
        return len(self.starts) - 1

    @overload
    def __getitem__(self, position: int) -> tuple[str, ...]: ...
    @overload
    def __getitem__(self, position: slice) -> list[tuple[str, ...]]: ...
    def __getitem__(self, position: int | slice) -> tuple[str, ...] | list[tuple[str, ...]]:
        if isinstance(position, slice):
            return list(self)[position]
        position = range(len(self))[position]
        return tuple(self.texts[self.starts[position] : self.starts[position + 1]])

    def __iter__(self) -> Iterator[tuple[str, ...]]:
        bounds = zip(self.starts[:-1], self.starts[1:], strict=True)
        return (tuple(self.texts[start:end]) for start, end in bounds)

    @property
    def counts(self) -> "array[int]":
        """How many references every row has."""
        return differences(self.starts)


def differences(numbers: "Buffer") -> "array[int]":
    """What each of these int64 has more than the one before it."""
    native = library()
    if native is None:
        return array("q", map(sub, numbers[1:], numbers[:-1]))
    found = integers(len(numbers) - 1)
    native.c.mtqa_differences(address(numbers), len(found), address(found))
    return found
