"""JSON Lines: one object a line; `references` may be a list, any number a row; blank lines are passed over.

The first object says which columns the table has. A row may leave out source, document, system and references after
the first; one of these that the first object has not is refused, so that nothing is silently left unread.
"""

import json
import re
from collections.abc import Collection, Iterator, Sequence
from typing import Any, BinaryIO

from ..kernels.tables import Key, jsonl_columns
from ..kernels.texts import References, Texts
from ..refusal import Misuse, Refusal
from .chunk import Chunk, Kept
from .columns import ALIASES, Keep, Layout, OnError
from .door import Block, Say, blocks, text_of
from .rows import RowCollector

__all__ = ["objects_of_jsonl", "read_jsonl"]

_BYTES_A_ROW = 320
_SPACE = re.compile(r"[ \t\n\r]*")


def read_jsonl(
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
    """The chunks of a JSONL stream, of about `chunk` rows; `columns` is not for JSONL, whose objects name their own."""
    if columns:
        raise Misuse("--columns is for tables without a header; JSONL names its columns", where=name)
    layout: Layout | None = None
    row = 1
    for block in blocks(stream, name, size=chunk * _BYTES_A_ROW, say=say):
        if layout is None:
            layout = _layout(block, needs, keep)
            if layout is None:
                continue
        quick = _columns(block, layout, row, closed=keep == "all")
        if quick is not None:
            yield quick
            row += len(quick)
        else:
            collector = RowCollector(name, "line", layout, on_error, blank_is_nothing=False, kept_as_json=True)
            row = _rows(block, layout, row, collector, on_error, closed=keep == "all")
            yield collector.take()


def objects_of_jsonl(stream: BinaryIO, name: str, say: Say) -> Iterator[tuple[int, dict[str, Any]]]:
    """The objects with their lines, whole; refuses a line that is none."""
    for block in blocks(stream, name, size=1 << 20, say=say):
        for index, line in enumerate(block.lines()):
            if line.strip():
                yield block.line + index, _object(line, block.where(index))


def _layout(block: Block, needs: Collection[str], keep: Keep) -> Layout | None:
    """The layout that the first object of the block gives; None where the block holds blank lines only."""
    for index, line in enumerate(block.lines()):
        if line.strip():
            return Layout.of(list(_object(line, block.where(index))), where=block.where(index), needs=needs, keep=keep)
    return None


def _rows(block: Block, layout: Layout, row: int, collector: RowCollector, on_error: OnError, *, closed: bool) -> int:
    """The careful body: line by line, every bad line named; the number of the row that comes next."""
    watched = _watched(layout)
    for index, line in enumerate(block.lines()):
        if not line.strip():
            continue
        try:
            record = _object(line, block.where(index))
            strange = record.keys() - set(layout.names) if closed else watched & record.keys()
            late = sorted(name for name in strange if record[name] is not None)
            if late:
                raise Refusal(
                    f"the column {late[0]} is not in the first object",
                    where=block.where(index),
                    mend="give every object the same columns",
                )
        except Refusal as refusal:
            on_error(refusal)
        else:
            raw = _raw_values(line.decode()) if layout.kept else None
            collector.add(row, block.line + index, [record.get(name) for name in layout.names], raw)
        row += 1
    return row


def _raw_values(line: str) -> dict[str, str]:
    """The values of a sound object as they are written, by key."""
    decoder, found, at = json.JSONDecoder(), {}, line.index("{") + 1
    while (at := _SPACE.match(line, at).end()) < len(line) and line[at] == '"':  # type: ignore[union-attr]
        key, at = decoder.raw_decode(line, at)
        start = _SPACE.match(line, line.index(":", at) + 1).end()  # type: ignore[union-attr]
        _, at = decoder.raw_decode(line, start)
        found[key] = line[start:at]
        at = _SPACE.match(line, at).end() + 1  # type: ignore[union-attr]
    return found


def _object(line: bytes, where: str) -> dict[str, Any]:
    try:
        record = json.loads(text_of(line, where))
    except json.JSONDecodeError as error:
        raise Refusal(f"not JSON: {error.msg.removesuffix(' at')} at character {error.pos + 1}", where=where) from None
    except RecursionError:
        raise Refusal("not JSON that can be read: nested too deeply", where=where) from None
    except ValueError:  # Python reads no whole number of more than 4,300 digits
        raise Refusal("not JSON that can be read: a number of too many digits", where=where) from None
    if not isinstance(record, dict):
        kind = {"list": "a list", "str": "text"}.get(type(record).__name__, "a single value")
        raise Refusal(f"an object wanted, {kind} found", where=where, mend="write one object a line")
    return record


def _columns(block: Block, layout: Layout, row: int, *, closed: bool) -> Chunk | None:
    """The quick body: the same chunk natively, or None where any line needs care."""
    keys = dict.fromkeys(_watched(layout), Key.ABSENT) | {layout.names[position]: Key.TEXT for position in layout.used}
    if layout.id is not None:
        keys[layout.names[layout.id]] = Key.NAME
    if layout.references is not None:
        keys[layout.names[layout.references]] = Key.TEXTS
    if set(layout.kept) & set(layout.used):  # a value cannot be read and kept as it is written in one go
        return None
    keys |= {layout.names[position]: Key.RAW for position in layout.kept}
    found = jsonl_columns(block.data, keys, closed=closed)
    if not found:
        return None
    columns = {position: found[layout.names[position]] for position in layout.used}
    texts = {position: column for position, column in columns.items() if isinstance(column, Texts)}
    rows = len(next(iter(columns.values())))
    return Chunk.of(
        block.name,
        layout,
        texts,
        rows=range(row, row + rows),
        places=range(block.line, block.line + rows),
        references=_references([columns[position] for position in _reference_positions(layout)], rows),
        kept={
            name: Kept(cells, json=True)
            for name, cells in found.items()
            if isinstance(cells, Texts) and keys[name] is Key.RAW
        },
    )


def _references(columns: Sequence[Texts | References], rows: int) -> Sequence[tuple[str, ...]]:
    if len(columns) != 1:
        given = [column for column in columns if isinstance(column, Texts)]
        return list(zip(*given, strict=True)) if given else [()] * rows
    return columns[0] if isinstance(columns[0], References) else References.single(columns[0])


def _reference_positions(layout: Layout) -> tuple[int, ...]:
    return layout.reference if layout.references is None else (layout.references,)


def _watched(layout: Layout) -> set[str]:
    """The columns whose appearance after the first object would go unread: rows need not have them."""
    single = {name: getattr(layout, name) for name in ("document", "system", "source", "references")}
    watched = {alias for name, position in single.items() if position is None for alias in (name, *ALIASES[name])}
    return watched | ({"reference_2", "ref_2", "ref2"} if len(layout.reference) < 2 else set())
