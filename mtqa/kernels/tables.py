"""Blocks of TSV and JSON Lines as columns, natively; None where any line needs care, or there is no library.

The careful Python bodies of `mtqa.formats` read such blocks instead, and say what is wrong with them; a block that is
read here gives the same rows there.
"""

from array import array
from collections.abc import Mapping, Sequence
from enum import IntEnum

from .buffers import address, integers, octets
from .library import Library, library
from .texts import References, Texts

__all__ = ["Key", "jsonl_columns", "tsv_columns"]


class Key(IntEnum):
    """What a key of JSON Lines must hold; but for `ABSENT` it must be there in every object, once."""

    ABSENT = 0
    TEXT = 1
    TEXTS = 2
    NAME = 3  # text or a whole number
    RAW = 4  # any value, as it is written


def tsv_columns(data: bytes, width: int, wanted: Sequence[int]) -> list[Texts] | None:
    """The cells at these positions, a column each; every line has `width` cells, and all is UTF-8."""
    native = library()
    if native is None:
        return None
    places = array("i", [-1]) * width
    for column, position in enumerate(wanted):
        places[position] = column
    table = native.c.mtqa_read_tsv(data, len(data), width, address(places), len(wanted))
    if not table:
        return None
    try:
        return [_texts(native, table, column) for column in range(len(wanted))]
    finally:
        native.c.mtqa_table_free(table)


def jsonl_columns(
    data: bytes, keys: Mapping[str, Key], *, closed: bool = False
) -> dict[str, Texts | References] | None:
    """The values of these keys, by name; every line is an object, and all is UTF-8 without broken escapes.

    `closed`: the objects have no other keys.
    """
    native = library()
    if native is None:
        return None
    names = Texts.of(list(keys))
    kinds = array("i", [int(kind) for kind in keys.values()])
    table = native.c.mtqa_read_jsonl(data, len(data), *names.pointers(), address(kinds), len(kinds), int(closed))
    if not table:
        return None
    try:
        return {
            name: _lists(native, table, column) if kind is Key.TEXTS else _texts(native, table, column)
            for column, (name, kind) in enumerate(keys.items())
            if kind is not Key.ABSENT
        }
    finally:
        native.c.mtqa_table_free(table)


def _texts(native: Library, table: int, column: int, starts: "array[int] | None" = None) -> Texts:
    data = octets(native.c.mtqa_table_size(table, column, 0))
    offsets = integers(native.c.mtqa_table_size(table, column, 1) + 1)
    to = None if starts is None else address(starts)
    native.c.mtqa_table_take(table, column, address(data), address(offsets), to)
    return Texts(data, offsets)


def _lists(native: Library, table: int, column: int) -> References:
    starts = integers(native.c.mtqa_table_size(table, column, 2) + 1)
    return References(_texts(native, table, column, starts), starts)
