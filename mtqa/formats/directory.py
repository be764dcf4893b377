"""Folders of documents: which files are in them, and which of two folders belong together, by their names."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from ..refusal import Misuse, Refusal
from ..segment import ReferenceKind
from .door import Say, silent
from .known import format_of
from .record import Record

__all__ = ["Collected", "files_of", "is_directory", "name_in", "paired_files", "records_of", "within"]

_NAMED = 4  # files in a sentence; the rest is counted


def is_directory(path: object) -> bool:
    """Whether this is the path of a folder on this machine."""
    return isinstance(path, str | Path) and Path(path).is_dir()


def files_of(folder: str | Path) -> tuple[str, ...]:
    """The files of a folder and of the folders in it, by their names from it on, sorted; refuses a folder without any.

    Hidden files and those whose name begins with `_` are not of it.
    """
    root = Path(folder)
    found = [each.relative_to(root) for each in root.rglob("*") if each.is_file()]
    names = sorted(name.as_posix() for name in found if not any(part.startswith((".", "_")) for part in name.parts))
    if not names:
        raise Refusal("a directory without a file in it", where=str(folder), mend="give one with documents")
    return tuple(names)


def paired_files(*folders: str | Path) -> tuple[tuple[str, ...], ...]:
    """The names of the files, and their path in each of the folders: `(name, path in the first, …)`, sorted.

    Refuses files that are not in all of the folders, by name.
    """
    names = [files_of(folder) for folder in folders]
    for folder, there in zip(folders, names, strict=True):
        for other, listed in zip(folders, names, strict=True):
            if missing := sorted({*there} - {*listed}):
                shown = ", ".join(missing[:_NAMED]) + (f" and {len(missing) - _NAMED} more" if missing[_NAMED:] else "")
                raise Refusal(
                    f"{shown}: not in {other}", where=str(folder), mend="files of the same name belong together"
                )
    return tuple((name, *(str(Path(folder) / name) for folder in folders)) for name in names[0])


@dataclass(frozen=True, slots=True)
class Collected(Iterator[Record]):
    """The rows of all files of a folder; `pattern` is a row with all the columns that the first rows have."""

    rows: Iterator[Record]
    pattern: Record

    def __next__(self) -> Record:
        return next(self.rows)


def records_of(folder: str | Path, *, say: Say = silent) -> Collected:
    """The rows of all tables and CAT files of a folder, file by file in the order of their names.

    The document of a row is its file, with the row's own document after it where it has one: `a.xlf/page.html`. All
    rows have the columns that any file has; where theirs has not, they are empty. Refuses a file of no known format,
    and corrections in one file where another holds independent references, before any row is given.
    """
    names = files_of(folder)
    if strange := [name for name in names if format_of(name) is None]:
        raise Misuse("not a table by its name", where=str(Path(folder) / strange[0]), mend="take it out of the folder")
    pattern = _pattern(
        str(folder), [(name, first) for name in names for first in islice(_of_file(folder, name, silent), 1)]
    )
    return Collected((_filled(row, pattern) for name in names for row in _of_file(folder, name, say)), pattern)


def _pattern(folder: str, firsts: Sequence[tuple[str, Record]]) -> Record:
    """A row with every column of the first rows of the files, as many references as any, and their kind."""
    if not firsts:
        raise Refusal("no segments", where=folder, mend="give at least one")
    told = [(record.kind, name) for name, record in firsts if record.kind != ReferenceKind.NONE]
    if len({kind for kind, _ in told}) > 1:  # XLIFF may say at its head that corrections can come, and hold none
        told = [(kind, name) for kind, name in told if any(row.references for row in _of_file(folder, name, silent))]
    kinds = dict(told)
    if len(kinds) > 1:
        named = ", ".join(f"{kind} in {name}" for kind, name in sorted(kinds.items()))
        raise Refusal(f"references of several kinds: {named}", where=folder, mend="convert each kind by itself")
    records = [record for _, record in firsts]
    return replace(
        records[0],
        references=max((record.references for record in records), key=len),
        kind=next(iter(kinds), ReferenceKind.NONE),
        source="" if any(record.source is not None for record in records) else None,
        system="" if any(record.system is not None for record in records) else None,
        extras={name: "" for record in records for name in record.extras},
    )


def _filled(record: Record, pattern: Record) -> Record:
    """The row with all columns of the pattern."""
    source, system = (
        blank if own is None else own
        for own, blank in ((record.source, pattern.source), (record.system, pattern.system))
    )
    extras = {**pattern.extras, **record.extras}
    return replace(record, source=source, system=system, kind=pattern.kind, extras=extras)


def within(file: str, documents: Sequence[str] | None) -> Sequence[str] | None:
    """The documents of a file of a folder: the file's name, and after it their own."""
    return None if documents is None else [f"{file}/{own}" if own else file for own in documents]


def name_in(folder: str | Path, file: str) -> str:
    """The name of a file from its folder on, here or at a URI."""
    return file.removeprefix(str(folder)).lstrip("/\\")


def _of_file(folder: str | Path, name: str, say: Say) -> Iterator[Record]:
    from . import read_records

    for record in read_records(str(Path(folder) / name), say=say):
        yield replace(record, document=f"{name}/{record.document}" if record.document else name)
