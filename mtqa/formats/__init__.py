"""Tables and texts, in and out: one file a format, read in chunks, written whole or not at all.

The table below is the order in which the formats are tried; a suffix `.gz` is taken off first where it is understood.
`-` is stdin: JSON Lines when the first byte is `{`, XLIFF when it is `<`, Parquet by its first bytes, else TSV,
headerless with `columns`; all of them also as .gz; pipes `<(…)` alike. The files of CAT tools are tables too: a row a
segment, without its inline tags.
"""

from collections.abc import Collection, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from ..refusal import Misuse, Refusal
from ..segment import Batch, ReferenceKind
from .chunk import Chunk, batch_of_chunks
from .columns import ALIASES, NEEDS_HYPOTHESIS, NEEDS_PAIR, Keep, OnError, stop
from .csv import read_csv
from .dataset import members
from .directory import name_in, within
from .door import STDIN, Say, is_pipe, open_input, silent, spoken
from .frame import batch_of_frame, chunk_of_frame, frame_of_batch
from .jsonl import read_jsonl
from .known import FORMATS, RECORD_READERS, Format, format_of, is_bilingual, is_table, sniffed
from .output import check_writable, writer
from .parquet import read_parquet
from .pipe import sniffed_pipe
from .record import Record, chunks_of_records
from .rows_in import table_records
from .text import read_lines, read_parallel
from .tsv import read_tsv

__all__ = [
    "ALIASES",
    "CHUNK",
    "FORMATS",
    "NEEDS_HYPOTHESIS",
    "NEEDS_PAIR",
    "STDIN",
    "Chunk",
    "Format",
    "Record",
    "batch_of_chunks",
    "batch_of_frame",
    "check_writable",
    "chunk_of_frame",
    "format_of",
    "frame_of_batch",
    "is_bilingual",
    "is_table",
    "read_batch",
    "read_batches",
    "read_chunks",
    "read_lines",
    "read_parallel",
    "read_records",
    "writer",
]

CHUNK = 8_192  # rows; a megabyte or two of text: enough to keep the kernels busy, little enough for the caches


_READERS = {"tsv": read_tsv, "csv": read_csv, "jsonl": read_jsonl}


def read_chunks(
    path: str | Path,
    *,
    columns: Sequence[str] | None = None,
    needs: Collection[str] = NEEDS_PAIR,
    chunk: int = CHUNK,
    on_error: OnError = stop,
    say: Say = silent,
    keep: Keep = (),
) -> Iterator[Chunk]:
    """The rows of a table in order, in chunks of about `chunk` rows, in memory that does not grow with the table.

    A folder of tables, here or at a URI, is one table: its files in the order of their names, with the same columns,
    an `id` among them. A folder of CAT files is one, too: the document of a row is its file, and its own after it.
    `columns` names the columns of a TSV or CSV without a header line. `needs` are the columns that must be there
    (`hypothesis`, `reference`, `source`, `document`, `system`). `on_error` gets the refusal of a bad row, and raises it
    or lets the reading go on without the row; what concerns the whole file is always refused. `say` hears remarks.
    `keep` names further columns that the chunks carry as they are, or "all".
    Chunks are never empty; a table without any row is refused.
    """
    files = members(path)
    if files is not None:
        yield from _of_dataset(path, files, columns, needs, chunk, on_error, say, keep)
        return
    name, found, skipped = spoken(path), False, False

    def noted(refusal: Refusal) -> None:
        nonlocal skipped
        skipped = True
        on_error(refusal)

    for part in _chunks(path, name, columns, needs, chunk, noted, say, keep):
        if len(part):
            found = True
            yield part
    if not found and not skipped:
        raise Refusal("no rows", where=name, mend="give at least one segment")


def _of_dataset(
    path: str | Path,
    files: Sequence[str],
    columns: Sequence[str] | None,
    needs: Collection[str],
    chunk: int,
    on_error: OnError,
    say: Say,
    keep: Keep,
) -> Iterator[Chunk]:
    """The chunks of all files; refuses a file that has other columns than the first: `system` here and none there.

    Refuses CAT files among tables before anything is read.
    """
    first: tuple[str, ...] | None = None
    bilingual = [is_bilingual(file) for file in files]
    if any(bilingual) and not all(bilingual):
        what = f"CAT files and tables in one folder ({files[bilingual.index(True)]}, {files[bilingual.index(False)]})"
        raise Refusal(
            what, where=str(path), mend="a folder of each, or one table of all: mtqa convert FOLDER -o all.jsonl"
        )
    for file in files:
        everything = {*needs, "id"} if not bilingual[0] else needs
        for part in read_chunks(
            file, columns=columns, needs=everything, chunk=chunk, on_error=on_error, say=say, keep=keep
        ):
            own = tuple(name for name in ("document", "system", "source") if getattr(part, name) is not None)
            told = own if keep == "labels" else (*own, *part.kept)  # what a file does not say of its rows is not said
            first = told if first is None else first
            if told != first:
                odd = ", ".join(sorted({*told} ^ {*first}))
                what = f"the column {odd} is in this file or in {files[0]}, not in both"
                raise Refusal(what, where=file, mend="give all files of a folder the same columns")
            yield replace(part, document=within(name_in(path, file), part.document)) if bilingual[0] else part


def read_records(path: str | Path, *, columns: Sequence[str] | None = None, say: Say = silent) -> Iterator[Record]:
    """The rows of a table or CAT file with everything it says of them, in order, in memory that does not grow.

    Those of a folder are given by `directory.records_of`.
    """
    name = spoken(path)
    with _opened(path, columns, say) as (kind, stream, path):
        if kind in RECORD_READERS:
            yield from RECORD_READERS[kind](stream, name, say=say)
        else:
            yield from table_records(stream, path, name, kind, columns=columns, say=say)


def read_batches(
    path: str | Path,
    *,
    columns: Sequence[str] | None = None,
    needs: Collection[str] = NEEDS_PAIR,
    kind: ReferenceKind | None = None,
    chunk: int = CHUNK,
) -> Iterator[Batch]:
    """The rows of a table as batches of about `chunk` segments, in order, in constant memory.

    `kind` is what the references are; None: corrections where the column is called `pe` or `postedit`, else
    independent. Ids are "1", "2" … by row where the table has none.
    """
    for part in read_chunks(path, columns=columns, needs=needs, chunk=chunk):
        yield batch_of_chunks([part], kind)


def read_batch(
    path: str | Path,
    *,
    columns: Sequence[str] | None = None,
    needs: Collection[str] = NEEDS_PAIR,
    kind: ReferenceKind | None = None,
    say: Say = silent,
) -> Batch:
    """A whole table as one batch, with what it says of domains and language pairs; refused as in `read_chunks`."""
    return batch_of_chunks(read_chunks(path, columns=columns, needs=needs, say=say, keep="labels"), kind)


def _chunks(
    path: str | Path,
    name: str,
    columns: Sequence[str] | None,
    needs: Collection[str],
    chunk: int,
    on_error: OnError,
    say: Say,
    keep: Keep,
) -> Iterator[Chunk]:
    with _opened(path, columns, say) as (kind, stream, path):
        if kind == "parquet":
            yield from read_parquet(str(path), name, needs=needs, chunk=chunk, on_error=on_error, keep=keep)
        elif kind == "xlsx":
            records = table_records(stream, path, name, kind, columns=columns, say=say)
            yield from chunks_of_records(records, name, unit="row", needs=needs, chunk=chunk, keep=keep)
        elif kind in RECORD_READERS:
            records = RECORD_READERS[kind](stream, name, say=say)
            yield from chunks_of_records(records, name, unit="line", needs=needs, chunk=chunk, keep=keep)
        else:
            reader = _READERS[kind]
            yield from reader(
                stream, name, columns=columns, needs=needs, chunk=chunk, on_error=on_error, say=say, keep=keep
            )


@contextmanager
def _opened(
    path: str | Path, columns: Sequence[str] | None, say: Say = silent
) -> Iterator[tuple[str, BinaryIO, str | Path]]:
    """The name of the format, the bytes of an input, and where they lie; refuses what is of no known format."""
    name = spoken(path)
    form = format_of(path) if columns else sniffed(path)
    if form is None and not is_pipe(path):
        known = ", ".join(suffix for each in FORMATS for suffix in each.suffixes)
        with open_input(path):  # a missing file is missing before it is of no known format
            raise Misuse(
                "not a table by its name", where=name, mend=f"known: {known}; texts go by --hypothesis and --reference"
            )
    with ExitStack() as open_files:
        stream = open_files.enter_context(open_input(path))
        if form is not None:
            kind = form.name
        else:
            kind, stream, path = open_files.enter_context(sniffed_pipe(stream, path, name, say))
            kind = "tsv" if columns and kind in ("csv", "jsonl", "xliff") else kind
        if columns and kind not in ("tsv", "csv"):
            spelt = {"parquet": "Parquet", "jsonl": "JSONL"}.get(kind, kind)
            raise Misuse(f"--columns is for tables without a header; {spelt} names its columns", where=name)
        yield kind, stream, path
