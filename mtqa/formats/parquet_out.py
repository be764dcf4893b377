"""Columns of text as Arrow holds them, made of their bytes; pyarrow's own way from lists imports pandas: 50 MiB."""

from array import array
from collections.abc import Iterable, Sequence
from itertools import accumulate, chain
from typing import Any

__all__ = ["arrow_lists", "arrow_texts"]


def arrow_texts(texts: Sequence[str | None]) -> Any:
    """The array of these strings; None is null."""
    import pyarrow as pa

    written = [(text or "").encode() for text in texts]
    known = [text is not None for text in texts]
    buffers = [None if all(known) else _bits(known), _ends(map(len, written)), pa.py_buffer(b"".join(written))]
    return pa.Array.from_buffers(pa.string(), len(written), buffers)


def arrow_lists(lists: Sequence[Sequence[str]]) -> Any:
    """The array of these lists of strings."""
    import pyarrow as pa

    texts = arrow_texts(list(chain.from_iterable(lists)))
    return pa.Array.from_buffers(pa.list_(pa.string()), len(lists), [None, _ends(map(len, lists))], children=[texts])


def _ends(lengths: Iterable[int]) -> Any:
    import pyarrow as pa

    return pa.py_buffer(array("i", accumulate(lengths, initial=0)))


def _bits(flags: Sequence[bool]) -> Any:
    """A bit a flag, the first the lowest."""
    import pyarrow as pa

    bits = bytearray(len(flags) // 8 + 1)
    for place, flag in enumerate(flags):
        bits[place // 8] |= flag << place % 8
    return pa.py_buffer(bits)
