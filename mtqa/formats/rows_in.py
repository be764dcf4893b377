"""Tables with everything in them: the rows of TSV, CSV, JSONL, Parquet and Excel as records, extras and all.

The quick readers leave out what nobody scores; what `mtqa convert` carries from one file to another goes this way.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

from ..refusal import Misuse
from .columns import NEEDS_HYPOTHESIS, Layout, stop, wrong_width
from .csv import rows_of_csv
from .door import Say, blocks, open_input, text_of
from .jsonl import objects_of_jsonl
from .record import Record
from .rows import RowCollector
from .xlsx import rows_of_xlsx

__all__ = ["table_records"]

_BLOCK = 1 << 20
Row = tuple[int, Sequence[str], Sequence[object]]  # number, names of the columns, cells


def table_records(
    stream: BinaryIO, path: str | Path, name: str, form: str, *, columns: Sequence[str] | None, say: Say
) -> Iterator[Record]:
    """The rows of a table in order; refused as by the quick readers, at the first bad row."""
    unit = "line" if form in ("tsv", "csv", "jsonl") else "row"
    if columns and form not in ("tsv", "csv"):
        raise Misuse("--columns is for tables without a header", where=name)
    layouts: dict[tuple[str, ...], tuple[Layout, RowCollector]] = {}
    for row, (number, names, cells) in enumerate(_rows(stream, path, name, form, columns, say), start=1):
        where = f"{name}:{number}" if unit == "line" else f"{name} row {number}"
        if tuple(names) not in layouts:
            layout = Layout.of(names, where=where, needs=NEEDS_HYPOTHESIS)
            blank = form in ("tsv", "csv", "xlsx")
            layouts[tuple(names)] = layout, RowCollector(name, unit, layout, stop, blank_is_nothing=blank)
        layout, collector = layouts[tuple(names)]
        if len(cells) != len(names):
            raise wrong_width(layout, len(cells), where)
        collector.add(row, number, cells)
        yield _record(collector, layout, names, cells)


def _record(collector: RowCollector, layout: Layout, names: Sequence[str], cells: Sequence[object]) -> Record:
    chunk = collector.take()
    used = set(layout.used)
    return Record(
        number=chunk.places[0],
        id=chunk.id[0],
        hypothesis=chunk.hypothesis[0],
        references=chunk.references[0],
        source=chunk.source[0] if chunk.source is not None else None,
        document=chunk.document[0] if chunk.document is not None else None,
        system=chunk.system[0] if chunk.system is not None else None,
        kind=layout.kind,
        extras={names[at]: cells[at] for at in range(len(names)) if at not in used},
    )


def _rows(
    stream: BinaryIO, path: str | Path, name: str, form: str, columns: Sequence[str] | None, say: Say
) -> Iterator[Row]:
    if form == "jsonl":
        for number, record in objects_of_jsonl(stream, name, say):
            yield number, tuple(record), list(record.values())
    elif form == "parquet":
        yield from _parquet(str(path), name)
    else:
        rows = (
            {"tsv": _tsv, "csv": rows_of_csv}[form](stream, name, say) if form != "xlsx" else rows_of_xlsx(stream, name)
        )
        names = columns or [str(cell) for cell in next(rows, (1, []))[1]]
        for number, cells in rows:
            yield number, names, cells


def _tsv(stream: BinaryIO, name: str, say: Say) -> Iterator[tuple[int, list[str]]]:
    returns: bool | None = None
    for block in blocks(stream, name, size=_BLOCK, say=say):
        for index, line in enumerate(block.lines()):
            returns = line.endswith(b"\r") if returns is None else returns
            text = text_of(line.removesuffix(b"\r") if returns else line, block.where(index))
            yield block.line + index, text.split("\t")


def _parquet(path: str, name: str) -> Iterator[Row]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    from ..refusal import Refusal

    try:
        with open_input(path), pq.ParquetFile(path) as file:
            names = tuple(file.schema_arrow.names)
            number = 0
            for part in file.iter_batches(use_threads=False):
                for cells in zip(*(column.to_pylist() for column in part.columns), strict=True):
                    number += 1
                    yield number, names, list(cells)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, OSError, UnicodeDecodeError):
        raise Refusal("not a sound Parquet file", where=name, mend="write it again") from None
