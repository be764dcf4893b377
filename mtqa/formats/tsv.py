"""TSV as it is: tabs part the cells, only \\n ends a line, nothing is quoted, `NA` is text.

A file whose header line ends in \\r\\n ends all its lines so. An empty reference cell is no reference.
"""

from collections.abc import Collection, Iterator, Sequence
from typing import BinaryIO

from ..kernels.tables import tsv_columns
from ..kernels.texts import References, Texts
from ..refusal import Refusal
from .chunk import Chunk, Kept
from .columns import Keep, Layout, OnError, wrong_width
from .door import Block, Say, blocks, text_of
from .rows import RowCollector

__all__ = ["read_tsv"]

_BYTES_A_ROW = 256


def read_tsv(
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
    """The chunks of a TSV stream, of about `chunk` rows; `columns` names them where there is no header line."""
    layout = Layout.of(columns, where=name, needs=needs, keep=keep) if columns else None
    returns, row = False, 1
    for block in blocks(stream, name, size=chunk * _BYTES_A_ROW, say=say):
        if layout is None:
            header, _, rest = block.data.partition(b"\n")
            returns = header.endswith(b"\r")
            names = text_of(header.removesuffix(b"\r"), f"{name}:1").split("\t")
            layout = Layout.of(names, where=f"{name}:1", needs=needs, keep=keep)
            block = Block(name, 2, rest)
            if not rest:
                continue
        block = _with_plain_ends(block) if returns else block
        yield _columns(block, layout, row) or _rows(block, layout, row, on_error)
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
    """The quick body: the same chunk natively, or None where any line needs care."""
    used = tuple(sorted({*layout.used, *layout.kept}))
    cells = tsv_columns(block.data, len(layout.names), used)
    if cells is None:
        return None
    found = dict(zip(used, cells, strict=True))
    rows = len(cells[0]) if cells else 0
    return Chunk.of(
        block.name,
        layout,
        found,
        rows=range(row, row + rows),
        places=range(block.line, block.line + rows),
        references=_references([found[position] for position in layout.reference], rows),
        kept={layout.names[position]: Kept(found[position]) for position in layout.kept},
    )


def _references(given: Sequence[Texts], rows: int) -> Sequence[tuple[str, ...]]:
    """The references of each row without the blank ones."""
    if len(given) == 1 and 0 not in given[0].sizes:
        return References.single(given[0])
    return [tuple(text for text in texts if text) for texts in zip(*given, strict=True)] if given else [()] * rows
