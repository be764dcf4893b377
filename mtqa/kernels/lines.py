"""Columns become lines: numbers and quoted texts as Python writes them, and rows out of columns.

Natively where the library is there, otherwise by the readable bodies, with the same bytes.
"""

import ctypes
import json
from collections.abc import Sequence
from itertools import chain
from typing import TYPE_CHECKING

from .buffers import address, integers, octets
from .library import library
from .texts import Texts

if TYPE_CHECKING:
    from .buffers import Buffer

__all__ = ["decimals", "quoted", "woven"]

_LONGEST_NUMBER = 32  # bytes; "-2.2250738585072014e-308" has 24
_quote = json.JSONEncoder(ensure_ascii=False).encode


def decimals(numbers: "Buffer") -> Texts:
    """Floats with as many digits as make them themselves again, as `repr` writes them."""
    native = library()
    if native is not None:
        offsets, data = integers(len(numbers) + 1), octets(_LONGEST_NUMBER * len(numbers))
        if native.c.mtqa_decimals(address(numbers), len(numbers), address(offsets), address(data)) >= 0:
            return Texts(data, offsets)
    return Texts.of([repr(number) for number in numbers.tolist()])


def quoted(texts: Texts) -> Texts:
    """Texts as JSON writes them, in quotes, other alphabets as they are."""
    native = library()
    if native is None:
        return Texts.of([_quote(text) for text in texts])
    offsets = integers(len(texts) + 1)
    size = native.c.mtqa_quoted(*texts.pointers(), len(texts), address(offsets), None)
    data = octets(size)
    native.c.mtqa_quoted(*texts.pointers(), len(texts), address(offsets), address(data))
    return Texts(data, offsets)


def woven(columns: Sequence[Texts], glue: Sequence[str]) -> bytes:
    """Row by row: the first glue, the text of the first column, the second glue … the last glue."""
    native = library()
    rows = len(columns[0])
    if native is None:
        last = glue[-1]
        cells = [[f"{before}{text}" for text in column] for before, column in zip(glue[:-1], columns, strict=True)]
        return "".join(chain.from_iterable((*row, last) for row in zip(*cells, strict=True))).encode()
    pieces = Texts.of(list(glue))
    size = sum(int(column.offsets[-1] - column.offsets[0]) for column in columns) + rows * len(pieces.data)
    out = octets(size)
    pointers = ctypes.c_void_p * len(columns)
    data, offsets = zip(*(column.pointers() for column in columns), strict=True)
    native.c.mtqa_woven(rows, len(columns), pointers(*data), pointers(*offsets), *pieces.pointers(), address(out))
    return bytes(out)
