"""Parquet: text columns of any Arrow string kind, dictionaries too; `references` may be a list of text.

Read row group by row group in constant memory; rows are numbered from 1.
"""

import json
from collections.abc import Collection, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from ..kernels.texts import References, Texts
from ..refusal import Refusal
from .chunk import Chunk, Kept
from .columns import Keep, Layout, OnError
from .dataset import is_uri, opened_uri
from .rows import RowCollector

__all__ = ["read_parquet"]


def read_parquet(
    path: str, name: str, *, needs: Collection[str], chunk: int, on_error: OnError, keep: Keep = ()
) -> Iterator[Chunk]:
    """The chunks of a Parquet file, of at most `chunk` rows; refuses a damaged file and columns that are not text."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with _opened(path) as source, pq.ParquetFile(source, buffer_size=1 << 20, pre_buffer=False) as file:
            names = file.schema_arrow.names
            layout = Layout.of(names, where=name, needs=needs, keep=keep)
            _check_types(layout, file.schema_arrow, name)
            row = 1
            wanted = [names[position] for position in sorted({*layout.used, *layout.kept})]
            for part in file.iter_batches(batch_size=chunk, columns=wanted, use_threads=False):
                part.validate(full=True)  # that text is UTF-8, above all: Parquet does not see to it
                yield _columns(part, layout, name, row) or _rows(part, layout, name, row, on_error)
                row += len(part)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, OSError, UnicodeDecodeError):
        raise Refusal("not a sound Parquet file", where=name, mend="write it again") from None


def _opened(path: str) -> AbstractContextManager[Any]:
    return opened_uri(path) if is_uri(path) else nullcontext(path)


def _check_types(layout: Layout, schema: Any, name: str) -> None:
    import pyarrow.types as types

    for position in layout.used:
        kind = schema.field(position).type
        inner = kind.value_type if types.is_dictionary(kind) else kind
        if position == layout.references:
            listed = types.is_list(kind) or types.is_large_list(kind)
            if not listed or not _textual(kind.value_type):
                raise Refusal(f"references: lists of text wanted, {kind} found", where=name)
        elif position == layout.id:
            if not (_textual(inner) or types.is_integer(inner)):
                raise Refusal(f"id: text or whole numbers wanted, {kind} found", where=name)
        elif not _textual(inner) and not types.is_null(inner):
            raise Refusal(f"{layout.names[position]}: text wanted, {kind} found", where=name)


def _textual(kind: Any) -> bool:
    import pyarrow.types as types

    return bool(types.is_string(kind) or types.is_large_string(kind) or types.is_string_view(kind))


def _columns(part: Any, layout: Layout, name: str, row: int) -> Chunk | None:
    """The quick body: the columns as they are, or None where a row holds nothing."""
    import pyarrow as pa

    columns = {position: part.column(layout.names[position]) for position in layout.used}
    if any(column.null_count for column in columns.values()):
        return None
    if layout.references is not None and columns[layout.references].flatten().null_count:
        return None
    rows = len(part)

    if layout.references is not None:
        references: Sequence[tuple[str, ...]] = References.from_arrow(
            columns.pop(layout.references).cast(pa.list_(pa.string()))
        )
    texts = {position: Texts.from_arrow(column.cast(pa.string())) for position, column in columns.items()}
    if len(layout.reference) == 1:
        references = References.single(texts[layout.reference[0]])
    elif layout.references is None:
        given = [texts[position] for position in layout.reference]
        references = list(zip(*given, strict=True)) if given else [()] * rows
    numbers = range(row, row + rows)
    return Chunk.of(
        name, layout, texts, rows=numbers, places=numbers, references=references, unit="row", kept=_kept(part, layout)
    )


def _kept(part: Any, layout: Layout) -> dict[str, Kept]:
    """The columns to keep, their values as JSON writes them."""

    def written(value: object) -> str:
        return json.dumps(value, ensure_ascii=False, default=str)

    columns = {layout.names[position]: part.column(layout.names[position]) for position in layout.kept}
    return {name: Kept(list(map(written, column.to_pylist())), json=True) for name, column in columns.items()}


def _rows(part: Any, layout: Layout, name: str, row: int, on_error: OnError) -> Chunk:
    """The careful body: row by row, every bad row named."""
    collector = RowCollector(name, "row", layout, on_error, blank_is_nothing=False, kept_as_json=True)
    kept = _kept(part, layout)
    used = {position: part.column(layout.names[position]).to_pylist() for position in layout.used}
    nothing = [None] * len(part)
    columns = [used.get(position, nothing) for position in range(len(layout.names))]
    for number, cells in enumerate(zip(*columns, strict=True), start=row):
        raw = {column: values.cells[number - row] for column, values in kept.items()}
        collector.add(number, number, cells, raw)
    return collector.take()
