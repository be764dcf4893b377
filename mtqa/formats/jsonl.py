"""JSON Lines: one object a line; `references` may be a list, any number a row; blank lines are passed over.

The first object says which columns the table has. A row may leave out source, document, system and references after
the first; one of these that the first object has not is refused, so that nothing is silently left unread.
"""

import json
from collections.abc import Collection, Iterator, Sequence
from typing import Any, BinaryIO

from ..refusal import Misuse, Refusal
from .arrow import ArrowReferences, ArrowTexts
from .chunk import Chunk
from .columns import ALIASES, Layout, OnError
from .door import Block, Say, blocks, text_of
from .rows import RowCollector

__all__ = ["objects_of_jsonl", "read_jsonl"]

_BYTES_A_ROW = 320
_WORTH_ARROW = 1 << 18  # bytes; below this the import of Arrow costs more than it saves


def read_jsonl(
    stream: BinaryIO,
    name: str,
    *,
    columns: Sequence[str] | None,
    needs: Collection[str],
    chunk: int,
    on_error: OnError,
    say: Say,
) -> Iterator[Chunk]:
    """The chunks of a JSONL stream, of about `chunk` rows; `columns` is not for JSONL, whose objects name their own."""
    if columns:
        raise Misuse("--columns is for tables without a header; JSONL names its columns", where=name)
    layout: Layout | None = None
    row = 1
    for block in blocks(stream, name, size=chunk * _BYTES_A_ROW, say=say):
        if layout is None:
            layout = _layout(block, needs)
            if layout is None:
                continue
        quick = _columns(block, layout, row) if len(block.data) >= _WORTH_ARROW else None
        if quick is not None:
            yield quick
            row += len(quick)
        else:
            collector = RowCollector(name, "line", layout, on_error, blank_is_nothing=False)
            row = _rows(block, layout, row, collector, on_error)
            yield collector.take()


def objects_of_jsonl(stream: BinaryIO, name: str, say: Say) -> Iterator[tuple[int, dict[str, Any]]]:
    """The objects with their lines, whole; refuses a line that is none."""
    for block in blocks(stream, name, size=1 << 20, say=say):
        for index, line in enumerate(block.lines()):
            if line.strip():
                yield block.line + index, _object(line, block.where(index))


def _layout(block: Block, needs: Collection[str]) -> Layout | None:
    """The layout that the first object of the block gives; None where the block holds blank lines only."""
    for index, line in enumerate(block.lines()):
        if line.strip():
            return Layout.of(list(_object(line, block.where(index))), where=block.where(index), needs=needs)
    return None


def _rows(block: Block, layout: Layout, row: int, collector: RowCollector, on_error: OnError) -> int:
    """The careful body: line by line, every bad line named; the number of the row that comes next."""
    watched = _watched(layout)
    for index, line in enumerate(block.lines()):
        if not line.strip():
            continue
        try:
            record = _object(line, block.where(index))
            late = sorted(name for name in watched & record.keys() if record[name] is not None)
            if late:
                raise Refusal(
                    f"the column {late[0]} is not in the first object",
                    where=block.where(index),
                    mend="give every object the same columns",
                )
        except Refusal as refusal:
            on_error(refusal)
        else:
            collector.add(row, block.line + index, [record.get(name) for name in layout.names])
        row += 1
    return row


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


def _columns(block: Block, layout: Layout, row: int) -> Chunk | None:
    """The quick body: the same chunk by Arrow's reader, or None where any line needs care."""
    import pyarrow as pa

    lines = block.data.count(b"\n") + (not block.data.endswith(b"\n"))
    used = {layout.names[position]: position for position in layout.used}
    watched = sorted(_watched(layout))
    types = {name: pa.string() for name in used}
    if layout.references is not None:
        types[layout.names[layout.references]] = pa.list_(pa.string())
    if layout.id is not None and _is_number(block, layout.names[layout.id]):
        types[layout.names[layout.id]] = pa.int64()
    table = _table(block.data, types, watched)
    if table is None:
        return None
    columns = {name: _array(table.column(name)) for name in table.column_names}
    if len(table) != lines or any(columns[name].null_count < lines for name in watched if name in columns):
        return None
    if not block.data.isascii() and not _sound(columns.values()):
        return None
    if any(columns[name].null_count or _holes(columns[name]) for name in used):
        return None

    def column(position: int | None) -> ArrowTexts | None:
        return None if position is None else ArrowTexts(columns[layout.names[position]])

    if layout.id is not None:
        columns[layout.names[layout.id]] = columns[layout.names[layout.id]].cast(pa.string())
    id_, hypothesis = column(layout.id), column(layout.hypothesis)
    return Chunk(
        block.name,
        "line",
        layout.kind,
        rows=range(row, row + lines),
        places=range(block.line, block.line + lines),
        id=id_ if id_ is not None else [str(number) for number in range(row, row + lines)],
        hypothesis=hypothesis if hypothesis is not None else [""] * lines,
        references=_references([columns[layout.names[p]] for p in _reference_positions(layout)], lines),
        document=column(layout.document),
        system=column(layout.system),
        source=column(layout.source),
    )


def _table(data: bytes, types: dict[str, Any], watched: Sequence[str]) -> Any:
    """The lines as Arrow reads them, None where it cannot.

    Tables with no more than the columns that are used are tried first: looking out for others costs half as much again,
    and the first line that has one ends the trial.
    """
    import pyarrow as pa
    import pyarrow.json as pj

    whole = pj.ReadOptions(use_threads=False, block_size=len(data) + 1)
    for others, unexpected in (([], "error"), (watched, "ignore")):
        schema = pa.schema([*types.items(), *((name, pa.string()) for name in others)])
        how = pj.ParseOptions(explicit_schema=schema, unexpected_field_behavior=unexpected)
        try:
            return pj.read_json(pa.BufferReader(data), read_options=whole, parse_options=how).combine_chunks()
        except (pa.ArrowInvalid, UnicodeDecodeError):
            continue
    return None


def _is_number(block: Block, name: str) -> bool:
    """Whether the first object of the block has a whole number there."""
    try:
        value = json.loads(block.data[: block.data.find(b"\n") + 1 or None])[name]
    except (ValueError, KeyError, TypeError, RecursionError):
        return False
    return isinstance(value, int) and not isinstance(value, bool)


def _references(arrays: Sequence[Any], rows: int) -> Sequence[tuple[str, ...]]:
    if not arrays:
        return [()] * rows
    if len(arrays) == 1:
        return ArrowReferences(arrays[0])
    return list(zip(*(array.to_pylist() for array in arrays), strict=True))


def _reference_positions(layout: Layout) -> tuple[int, ...]:
    return layout.reference if layout.references is None else (layout.references,)


def _watched(layout: Layout) -> set[str]:
    """The columns whose appearance after the first object would go unread: rows need not have them."""
    single = {name: getattr(layout, name) for name in ("document", "system", "source", "references")}
    watched = {alias for name, position in single.items() if position is None for alias in (name, *ALIASES[name])}
    return watched | ({"reference_2", "ref_2", "ref2"} if len(layout.reference) < 2 else set())


def _array(column: Any) -> Any:
    import pyarrow as pa

    return (
        column.chunk(0)
        if column.num_chunks == 1
        else pa.concat_arrays(column.chunks)
        if column.num_chunks
        else pa.array([], column.type)
    )


def _holes(array: Any) -> bool:
    """Whether a list column holds a list with nothing in it in place of text."""
    return hasattr(array, "flatten") and bool(array.flatten().null_count)


def _sound(arrays: Any) -> bool:
    import pyarrow as pa

    try:
        for array in arrays:
            array.validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True
