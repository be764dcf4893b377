"""The files of an assessment: their tables, and the folder that is replaced as a whole or not at all."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from ..formats.locks import is_at, lock, settle, sweep
from ..mqm import ERROR_COLUMNS, ErrorSpan
from ..refusal import Misuse
from ..review import FILES as REVIEW_FILES

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["FILES", "error_table", "errors_of", "refuse_foreign", "written_beside"]

FILES = ("assessment.json", "segments.parquet", "errors.parquet", "report.html")


def error_table(errors: tuple[ErrorSpan, ...]) -> "pa.Table":
    """One row an error span, with the columns of `mtqa errors`."""
    import pyarrow as pa

    text, number, real = pa.string(), pa.int64(), pa.float64()
    kinds = dict.fromkeys(ERROR_COLUMNS, text)
    kinds |= dict.fromkeys(("start", "end", "reference_start", "reference_end"), number)
    kinds |= {"confidence": real, "evidence": pa.list_(text)}
    return pa.Table.from_pylist([error.record() for error in errors], schema=pa.schema(list(kinds.items())))


def refuse_foreign(target: Path) -> None:
    """An output folder may be new, empty, or an assessment; anything else is somebody's and stays."""
    if target.exists() and not target.is_dir():
        raise Misuse("a folder is wanted, a file found", where=str(target), mend="name another folder")
    foreign = (
        sorted(path.name for path in target.iterdir() if path.name not in (*FILES, *REVIEW_FILES))
        if target.is_dir()
        else []
    )
    if foreign:
        raise Misuse(
            f"holds other files ({', '.join(foreign[:3])})", where=str(target), mend="name an empty or new folder"
        )


@contextmanager
def written_beside(target: Path) -> Iterator[Path]:
    """A new folder beside `target` that takes its place when the block ends well; nothing is left when it does not.

    The place is taken in one step where the system can (Linux): a kill leaves the former assessment or the new one.
    What killed runs left beside is swept away first.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    sweep(target, _LEFT, holding=(*FILES, *REVIEW_FILES), save=lambda left: _restored(left, target))
    beside, held = _locked_folder(target)
    try:
        yield beside
        beside.chmod(0o755)
        for path in (*beside.iterdir(), beside):
            settle(path)
        _take_the_place_of(target, beside)
    finally:
        os.close(held)
        shutil.rmtree(beside, ignore_errors=True)


_LEFT = r"\.{}\.(former\.)?[a-z0-9_]{{8}}"  # as tempfile names them


def _locked_folder(target: Path) -> tuple[Path, int]:
    while True:
        beside = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
        try:
            held = os.open(beside, os.O_RDONLY)
        except FileNotFoundError:
            continue
        lock(held)
        if is_at(held, beside):
            return beside, held
        os.close(held)


def _restored(left: Path, target: Path) -> bool:
    """Whether a former assessment is back in its place: a run moved it away and was killed before the new one came."""
    if ".former." not in left.name or target.exists() or not (left / FILES[0]).is_file():
        return False
    left.rename(target)
    return True


def _take_the_place_of(target: Path, beside: Path) -> None:
    """Rename `beside` to `target`; a former assessment is exchanged for it, or moved away first and removed last."""
    if not target.exists():
        beside.rename(target)
        return
    if _exchanged(beside, target):
        return
    former = Path(tempfile.mkdtemp(prefix=f".{target.name}.former.", dir=target.parent))
    former.rmdir()
    target.rename(former)
    try:
        beside.rename(target)
    except OSError:
        former.rename(target)
        raise
    shutil.rmtree(former, ignore_errors=True)


def _exchanged(one: Path, other: Path) -> bool:
    """Whether two folders have changed places, in one step: Linux has a call for it."""
    import ctypes

    here, exchange = -100, 2  # AT_FDCWD, RENAME_EXCHANGE
    try:
        call = ctypes.CDLL(None).renameat2
    except (AttributeError, OSError, TypeError):
        return False
    return bool(call(here, os.fsencode(one), here, os.fsencode(other), exchange) == 0)


def errors_of(path: Path) -> tuple[ErrorSpan, ...]:
    """The error spans of a table that `error_table` made; ValueError where it is no such table."""
    import pyarrow.parquet as pq

    table = pq.read_table(path)
    if "category" not in table.column_names:  # a table of no rows would be no errors
        raise ValueError("no table of error spans")
    return tuple(ErrorSpan.of_record(row) for row in table.to_pylist())
