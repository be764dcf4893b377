"""Folders of documents: which files are in them, and which of two folders belong together, by their names."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from pathlib import Path

from ..refusal import Misuse, Refusal
from .door import Say, silent
from .known import format_of
from .record import Record

__all__ = ["files_of", "is_directory", "paired_files", "records_of"]

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


def records_of(folder: str | Path, *, say: Say = silent) -> Iterator[Record]:
    """The rows of all tables and CAT files of a folder, file by file in the order of their names.

    The document of a row is its file, with the row's own document after it where it has one: `a.xlf/page.html`. Refuses
    a file of no known format.
    """
    names = files_of(folder)
    if strange := [name for name in names if format_of(name) is None]:
        raise Misuse("not a table by its name", where=str(Path(folder) / strange[0]), mend="take it out of the folder")
    return chain.from_iterable(_of_file(folder, name, say) for name in names)


def _of_file(folder: str | Path, name: str, say: Say) -> Iterator[Record]:
    from . import read_records

    for record in read_records(str(Path(folder) / name), say=say):
        yield replace(record, document=f"{name}/{record.document}" if record.document else name)
