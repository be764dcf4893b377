"""The files of an assessment: their tables, and the folder that is replaced as a whole or not at all."""

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from ..mqm import ERROR_COLUMNS, ErrorSpan
from ..refusal import Misuse
from ..review import FILES as REVIEW_FILES

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["FILES", "error_table", "errors_of", "refuse_foreign", "take_the_place_of"]

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


def take_the_place_of(target: Path, beside: Path) -> None:
    """Rename `beside` to `target`; a former assessment is moved away first and removed last."""
    if not target.exists():
        beside.rename(target)
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


def errors_of(path: Path) -> tuple[ErrorSpan, ...]:
    """The error spans of a table that `error_table` made; ValueError where it is no such table."""
    import pyarrow.parquet as pq

    return tuple(ErrorSpan.of_record(row) for row in pq.read_table(path).to_pylist())
