"""TSV as it is: tabs part the cells, only \\n ends a line, nothing is quoted, `NA` is text.

A file whose header line ends in \\r\\n ends all its lines so. An empty reference cell is no reference.
"""

from collections.abc import Collection, Iterator, Sequence
from typing import BinaryIO

from ..refusal import Refusal
from .arrow import ArrowReferences, ArrowTexts
from .chunk import Chunk
from .columns import Layout, OnError, wrong_width
from .door import Block, Say, blocks, text_of
from .rows import RowCollector

__all__ = ["read_tsv"]

_BYTES_A_ROW = 256
_WORTH_ARROW = 1 << 18  # bytes; below this the import of Arrow costs more than it saves


def read_tsv(
    stream: BinaryIO,
    name: str,
    *,
    columns: Sequence[str] | None,
    needs: Collection[str],
    chunk: int,
    on_error: OnError,
    say: Say,
) -> Iterator[Chunk]:
    """The chunks of a TSV stream, of about `chunk` rows; `columns` names them where there is no header line."""
    layout = Layout.of(columns, where=name, needs=needs) if columns else None
    returns, row = False, 1
    for block in blocks(stream, name, size=chunk * _BYTES_A_ROW, say=say):
        if layout is None:
            header, _, rest = block.data.partition(b"\n")
            returns = header.endswith(b"\r")
            names = text_of(header.removesuffix(b"\r"), f"{name}:1").split("\t")
            layout = Layout.of(names, where=f"{name}:1", needs=needs)
            block = Block(name, 2, rest)
            if not rest:
                continue
        block = _with_plain_ends(block) if returns else block
        columns_found = _columns(block, layout, row) if len(block.data) >= _WORTH_ARROW else None
        yield columns_found or _rows(block, layout, row, on_error)
        row += block.data.count(b"\n")


def _with_plain_ends(block: Block) -> Block:
    return Block(block.name, block.line, block.data.replace(b"\r\n", b"\n"))


def _rows(block: Block, layout: Layout, row: int, on_error: OnError) -> Chunk:
    """The careful body: line by line, every bad line named."""
    collector = RowCollector(block.name, "line", layout, on_error, blank_is_nothing=True)
    for index, line in enumerate(block.lines()):
        try:
            cells = text_of(line, block.where(index)).split("\t")
            if len(cells) != len(layout.names):
                raise wrong_width(layout, len(cells), block.where(index))
        except Refusal as refusal:
            on_error(refusal)
            continue
        collector.add(row + index, block.line + index, cells)
    return collector.take()


def _columns(block: Block, layout: Layout, row: int) -> Chunk | None:
    """The quick body: the same chunk from the places of tabs and line ends, or None where any line needs care."""
    import numpy as np
    import pyarrow as pa

    data = block.data if block.data.endswith(b"\n") else block.data + b"\n"
    marks = np.frombuffer(data, np.uint8)
    ends = np.flatnonzero((marks == 9) | (marks == 10)).astype(np.int32)
    width = len(layout.names)
    if len(ends) % width:
        return None
    grid = marks[ends].reshape(-1, width)
    if not (grid[:, -1] == 10).all() or (grid[:, :-1] == 10).any():
        return None
    bounds = np.empty(2 * len(ends) + 1, np.int32)  # cell, separator, cell, separator …
    bounds[0], bounds[1::2], bounds[2::2] = 0, ends, ends + 1
    pieces = pa.Array.from_buffers(pa.string(), 2 * len(ends), [None, pa.py_buffer(bounds), pa.py_buffer(data)])
    try:
        if not data.isascii():
            pieces.validate(full=True)
    except pa.ArrowInvalid:
        return None
    rows = len(grid)
    sizes = (bounds[1::2] - bounds[:-1:2]).reshape(-1, width)
    blanks = not sizes[:, layout.reference].all()

    def column(position: int | None) -> ArrowTexts | None:
        if position is None:
            return None
        return ArrowTexts(pieces.take(pa.array(np.arange(2 * position, 2 * len(ends), 2 * width))))

    id_, hypothesis = column(layout.id), column(layout.hypothesis)
    return Chunk(
        block.name,
        "line",
        layout.kind,
        rows=range(row, row + rows),
        places=range(block.line, block.line + rows),
        id=id_ if id_ is not None else [str(number) for number in range(row, row + rows)],
        hypothesis=hypothesis if hypothesis is not None else [""] * rows,
        references=_references([column(position) for position in layout.reference], rows, blanks=blanks),
        document=column(layout.document),
        system=column(layout.system),
        source=column(layout.source),
    )


def _references(columns: Sequence[ArrowTexts | None], rows: int, *, blanks: bool) -> Sequence[tuple[str, ...]]:
    """The references of each row: in Arrow's memory where there is exactly one, without the blank ones elsewhere."""
    given = [column for column in columns if column is not None]
    if len(given) == 1 and not blanks:
        return ArrowReferences(given[0].__arrow_array__())
    return [tuple(text for text in texts if text) for texts in zip(*given, strict=True)] if given else [()] * rows
