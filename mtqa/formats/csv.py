"""CSV after RFC 4180: commas, quotes doubled inside quotes, line ends allowed in quoted cells.

An empty reference cell is no reference; `NA` is text; blank lines are passed over.
"""

import csv
import io
from collections.abc import Collection, Iterator, Sequence
from typing import BinaryIO

from ..refusal import Refusal
from .chunk import Chunk, place
from .columns import Keep, Layout, OnError, wrong_width
from .door import Say, blocks, text_of
from .rows import RowCollector

__all__ = ["read_csv", "rows_of_csv"]

_BLOCK = 1 << 20
_LONGEST_CELL = 1 << 30  # characters; Python's own limit is 131,072


def read_csv(
    stream: BinaryIO,
    name: str,
    *,
    columns: Sequence[str] | None,
    needs: Collection[str],
    chunk: int,
    on_error: OnError,
    say: Say,
    keep: Keep = (),
) -> Iterator[Chunk]:
    """The chunks of a CSV stream, of `chunk` rows; `columns` names them where there is no header line.

    A broken quote is refused even where bad rows are skipped: nobody knows where the next row begins.
    """
    rows = rows_of_csv(stream, name, say)
    number, header = (1, columns) if columns else next(rows, (1, []))
    layout = Layout.of(header, where=place(name, "line", number), needs=needs, keep=keep)
    collector = RowCollector(name, "line", layout, on_error, blank_is_nothing=True)
    for row, (number, cells) in enumerate(rows, start=1):
        if len(cells) != len(layout.names):
            on_error(wrong_width(layout, len(cells), place(name, "line", number)))
            continue
        collector.add(row, number, cells)
        if len(collector) >= chunk:
            yield collector.take()
    yield collector.take()


def rows_of_csv(stream: BinaryIO, name: str, say: Say) -> Iterator[tuple[int, list[str]]]:
    """The records with the line each begins on; blank lines are none."""
    csv.field_size_limit(_LONGEST_CELL)
    reader = csv.reader(_lines(stream, name, say), strict=True)
    number = 1
    try:
        for cells in reader:
            if cells:
                yield number, cells
            number = reader.line_num + 1
    except csv.Error as error:
        raise Refusal(
            f"not CSV: {error}", where=place(name, "line", number), mend="quote the cell, double its quotes"
        ) from None


def _lines(stream: BinaryIO, name: str, say: Say) -> Iterator[str]:
    for block in blocks(stream, name, size=_BLOCK, say=say):
        for index, line in enumerate(io.BytesIO(block.data)):
            yield text_of(line, block.where(index))
