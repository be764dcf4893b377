"""Columns of text that stay in Arrow's memory: read as Python sequences, handed to kernels without a copy."""

from collections.abc import Iterator, Sequence
from typing import Any, overload

__all__ = ["ArrowReferences", "ArrowTexts"]


class ArrowTexts(Sequence[str]):
    """A column of text over an Arrow string array without nulls; `__arrow_array__` gives the array itself."""

    __slots__ = ("_array", "_list")

    def __init__(self, array: Any) -> None:
        self._array = array
        self._list: list[str] | None = None

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self)._unpacked, (_packed(self._array),)

    @classmethod
    def _unpacked(cls, packed: Any) -> Any:
        return cls(_unpacked(packed))

    def __arrow_array__(self, type: Any = None) -> Any:
        return self._array if type is None else self._array.cast(type)

    def __len__(self) -> int:
        return len(self._array)

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts())

    @overload
    def __getitem__(self, position: int) -> str: ...
    @overload
    def __getitem__(self, position: slice) -> list[str]: ...
    def __getitem__(self, position: int | slice) -> str | list[str]:
        return self._texts()[position]

    def _texts(self) -> list[str]:
        if self._list is None:
            self._list = self._array.to_pylist()
        return self._list


class ArrowReferences(Sequence[tuple[str, ...]]):
    """References of each row over an Arrow string array: exactly one a row, or a list array of any number a row."""

    __slots__ = ("_array", "_list")

    def __init__(self, array: Any) -> None:
        self._array = array
        self._list: list[tuple[str, ...]] | None = None

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self)._unpacked, (_packed(self._array),)

    @classmethod
    def _unpacked(cls, packed: Any) -> Any:
        return cls(_unpacked(packed))

    def __arrow_array__(self, type: Any = None) -> Any:
        return self._array if type is None else self._array.cast(type)

    def __len__(self) -> int:
        return len(self._array)

    def __iter__(self) -> Iterator[tuple[str, ...]]:
        return iter(self._tuples())

    @overload
    def __getitem__(self, position: int) -> tuple[str, ...]: ...
    @overload
    def __getitem__(self, position: slice) -> list[tuple[str, ...]]: ...
    def __getitem__(self, position: int | slice) -> tuple[str, ...] | list[tuple[str, ...]]:
        return self._tuples()[position]

    def _tuples(self) -> list[tuple[str, ...]]:
        if self._list is None:
            self._list = [(text,) if isinstance(text, str) else tuple(text) for text in self._array.to_pylist()]
        return self._list


def _packed(array: Any) -> bytes:
    """The rows of an array, to be sent: what pickle makes of a slice is all that it was cut from."""
    import pyarrow as pa

    batch, sink = pa.record_batch([array], names=["texts"]), pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batch.schema) as out:
        out.write_batch(batch)
    return bytes(sink.getvalue())


def _unpacked(packed: bytes) -> Any:
    import pyarrow as pa

    return pa.ipc.open_stream(packed).read_next_batch().column(0)
