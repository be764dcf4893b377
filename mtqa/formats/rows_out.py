"""Records written as TSV, CSV, JSONL, Parquet, Excel and TMX: everything they hold, extra columns too, or nothing.

The first record says which columns there are. A reference column is called `postedit` (`postedits` where it is a list)
when the references are corrections, so that what is read again is what was written. What a format cannot hold (a tab
in TSV, a second reference that the first row has not) is refused with its place, never changed or dropped.
"""

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice
from typing import Any, BinaryIO

from ..refusal import Refusal
from ..segment import ReferenceKind
from .parquet_out import arrow_lists, arrow_texts
from .record import Record
from .tmx_out import write_tmx
from .xlsx import write_xlsx

__all__ = ["WRITERS", "Languages", "write_records"]

_ROW_GROUP = 2_048
_AT_ONCE = 256
Languages = tuple[str, str]


def write_records(
    records: Iterator[Record],
    stream: BinaryIO,
    *,
    form: str,
    name: str,
    languages: Languages | None = None,
    pattern: Record | None = None,
) -> int:
    """Writes the records in this form; how many there were. `name` is the input, for refusals.

    `pattern` is a record with the columns of all of them; None: the first has them.

    `languages` are those of source and target where the records do not say them; only TMX needs them.
    """
    first = next(records, None)
    if first is None:
        raise Refusal("no segments", where=name, mend="give at least one, or keep more origins and states")
    counted = _Counted(chain([first], records))
    if form == "tmx":
        write_tmx(counted, stream, name, languages)
    else:
        WRITERS[form](counted, stream, _Shape.of(pattern or first, name))
    return counted.count


class _Counted(Iterator[Record]):
    def __init__(self, records: Iterator[Record]) -> None:
        self._records = records
        self.count = 0

    def __next__(self) -> Record:
        record = next(self._records)
        self.count += 1
        return record


@dataclass(frozen=True, slots=True)
class _Shape:
    """The columns of the output, from the first record."""

    name: str
    house: tuple[str, ...]
    reference: str  # the name of the reference column; empty where there is none
    references: int
    extras: tuple[str, ...]

    @classmethod
    def of(cls, first: Record, name: str) -> "_Shape":
        house = [column for column in ("document", "system", "source") if getattr(first, column) is not None]
        there = first.kind != ReferenceKind.NONE or first.references
        named = ("postedit" if first.kind == ReferenceKind.CORRECTION else "reference") if there else ""
        return cls(name, ("id", *house, "hypothesis"), named, max(1, len(first.references)), tuple(first.extras))

    @property
    def flat(self) -> list[str]:
        """The names of the columns of a table of plain cells."""
        numbered = (
            [self.reference, *(f"reference_{n}" for n in range(2, self.references + 1))] if self.reference else []
        )
        return [*self.house, *numbered, *self.extras]

    def cells(self, record: Record) -> list[str]:
        """The record as plain cells; refuses what these columns cannot hold."""
        self._check(record)
        if len(record.references) > (self.references if self.reference else 0):
            raise self._refusal(record, "more references than the first row has")
        if "" in record.references:
            raise self._refusal(record, "an empty reference, which a plain cell cannot tell from none")
        blanks = [""] * ((self.references if self.reference else 0) - len(record.references))
        house = [getattr(record, column) or "" for column in self.house]
        extras = [_plain(record.extras.get(name)) for name in self.extras]
        self.check_sound(record, extras)
        return [*house, *record.references, *blanks, *extras]

    def check_sound(self, record: Record, extras: Sequence[str]) -> None:
        """Refuses half a surrogate pair in a column that passes through, which only JSON can write."""
        for name, cell in zip(self.extras, extras, strict=True):
            try:
                cell.encode()
            except UnicodeEncodeError:
                raise self._refusal(record, f"half a surrogate pair in the column {name}") from None

    def listed(self, record: Record) -> dict[str, Any]:
        """The record with a list of references, and its extras as they are."""
        self._check(record)
        if record.references and not self.reference:
            raise self._refusal(record, "more references than the first row has")
        row: dict[str, Any] = {column: getattr(record, column) for column in self.house}
        return {**row, **({self.reference + "s": list(record.references)} if self.reference else {}), **record.extras}

    def _check(self, record: Record) -> None:
        late = [
            column
            for column in ("document", "system", "source")
            if getattr(record, column) and column not in self.house
        ]
        late += [
            extra for extra in record.extras if extra not in self.extras and record.extras[extra] not in (None, "")
        ]
        if late:
            raise self._refusal(record, f"the column {late[0]} is not in the first row")

    def _refusal(self, record: Record, what: str) -> Refusal:
        return Refusal(f"segment {record.id}: {what}", where=f"{self.name}:{record.number}", mend="-f jsonl")

    def check_raw(self, record: Record, cells: Sequence[str]) -> None:
        """Refuses what raw TSV has no way to write."""
        for column, cell in zip(self.flat, cells, strict=True):
            if "\t" in cell or "\n" in cell:
                what = f"a {'tab' if chr(9) in cell else 'line end'} in the column {column}"
                raise Refusal(
                    f"segment {record.id}: {what}", where=f"{self.name}:{record.number}", mend="-f csv or jsonl"
                )


def _plain(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def _tsv(records: Iterator[Record], stream: BinaryIO, shape: _Shape) -> None:
    stream.write(("\t".join(shape.flat) + "\n").encode())
    for record in records:
        cells = shape.cells(record)
        shape.check_raw(record, cells)
        stream.write(("\t".join(cells) + "\n").encode())


def _csv(records: Iterator[Record], stream: BinaryIO, shape: _Shape) -> None:
    text = io.TextIOWrapper(stream, encoding="utf-8", newline="")
    plain = csv.writer(text, lineterminator="\n")
    quoted = csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_ALL)  # before 3.13 a lone \r is left bare
    for cells in chain([shape.flat], (shape.cells(record) for record in records)):
        (quoted if any("\r" in cell for cell in cells) else plain).writerow(cells)
    text.detach()


def _jsonl(records: Iterator[Record], stream: BinaryIO, shape: _Shape) -> None:
    for record in records:
        own = replace(shape, extras=tuple(record.extras))  # rows of JSONL may have extras of their own
        row = own.listed(record)
        try:
            line = json.dumps(row, ensure_ascii=False, default=str).encode()
        except UnicodeEncodeError:  # half a surrogate pair in a column that nobody reads goes out as it came in
            line = json.dumps(row, default=str).encode()
        stream.write(line + b"\n")


def _parquet(records: Iterator[Record], stream: BinaryIO, shape: _Shape) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns = [(column, pa.string()) for column in (*shape.house, *shape.extras)]
    columns += [(shape.reference + "s", pa.list_(pa.string()))] if shape.reference else []
    schema = pa.schema(columns)
    with pq.ParquetWriter(stream, schema) as out:
        while group := list(_arrow_batches(islice(records, _ROW_GROUP), shape, schema)):
            out.write_table(pa.Table.from_batches(group, schema))
            group.clear()


def _arrow_batches(records: Iterator[Record], shape: _Shape, schema: Any) -> Iterator[Any]:
    """The records as Arrow keeps them, few at a time: as Python objects they are twenty times as large."""
    import pyarrow as pa

    while part := list(islice(records, _AT_ONCE)):
        rows = [shape.listed(record) for record in part]
        for record, row in zip(part, rows, strict=True):
            row.update({extra: _plain(row.get(extra)) for extra in shape.extras})
            shape.check_sound(record, [row[extra] for extra in shape.extras])
        cells = [arrow_texts([row[column] for row in rows]) for column in (*shape.house, *shape.extras)]
        cells += [arrow_lists([row[shape.reference + "s"] for row in rows])] if shape.reference else []
        yield pa.RecordBatch.from_arrays(cells, schema=schema)


def _xlsx(records: Iterator[Record], stream: BinaryIO, shape: _Shape) -> None:
    write_xlsx(chain([shape.flat], (shape.cells(record) for record in records)), stream, shape.name)


WRITERS: Mapping[str, Callable[[Iterator[Record], BinaryIO, _Shape], None]] = {
    "tsv": _tsv,
    "csv": _csv,
    "jsonl": _jsonl,
    "parquet": _parquet,
    "xlsx": _xlsx,
}
