"""Datasets of many files: a folder of shards, here or in an object store, is one table in the order of its names.

Places that are not on this machine are called by a URI (`s3://bucket/folder`, `gs://…`, `hdfs://…`); pyarrow's file
systems open them, with the credentials that it finds in the environment. Nothing is fetched unless such a URI is given.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, cast

from ..refusal import Misuse, Refusal

__all__ = ["SHARDS", "is_dataset", "is_uri", "members", "opened_uri"]

_PACKED = (
    ".jsonl",
    ".ndjson",
    ".tsv",
    ".csv",
    ".xlf",
    ".xliff",
    ".sdlxliff",
    ".mxliff",
    ".mqxliff",
    ".tmx",
    ".po",
    ".xml",
)
SHARDS = (".parquet", ".pq", ".xlsx", *_PACKED, *(f"{suffix}.gz" for suffix in _PACKED))
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")


def is_uri(path: str | Path) -> bool:
    """Whether the path names a place by scheme, as in `s3://bucket/batch.parquet`."""
    return isinstance(path, str) and _URI.match(path) is not None


def is_dataset(path: str | Path) -> bool:
    """Whether the path is a folder on this machine with a table in it, or a URI, which is one or a file of one."""
    if is_uri(path):
        return True
    return Path(path).is_dir() and any(_is_shard(each.relative_to(path)) for each in Path(path).rglob("*"))


def members(path: str | Path) -> tuple[str, ...] | None:
    """The files of a dataset in the order of their names, folders in folders too; None where the path is no folder.

    Hidden files and those whose name begins with `_` (a job's marks) are not of it. Refuses a folder without a table.
    """
    if is_uri(path):
        found = _members_elsewhere(str(path))
    elif Path(path).is_dir():
        found = [str(each) for each in Path(path).rglob("*") if _is_shard(each.relative_to(path)) and each.is_file()]
    else:
        return None
    if found is None:
        return None
    if not found:
        raise Refusal(
            "a directory without a table in it",
            where=str(path),
            mend="tables are .parquet, .jsonl, .tsv, .csv, .xlsx and the files of CAT tools",
        )
    return tuple(sorted(found))


@contextmanager
def opened_uri(uri: str) -> Iterator[BinaryIO]:
    """The bytes of a file that a URI names; they can be sought. Refuses what is not there or cannot be read."""
    system, path = _system(uri)
    try:
        stream = system.open_input_file(path)
    except FileNotFoundError:
        raise Refusal("no such file", where=uri) from None
    except OSError as fault:
        raise Refusal(f"cannot be read ({type(fault).__name__})", where=uri) from None
    with stream:
        yield cast(BinaryIO, stream)


def _is_shard(path: Path) -> bool:
    return path.name.lower().endswith(SHARDS) and not any(part.startswith((".", "_")) for part in path.parts)


def _members_elsewhere(uri: str) -> list[str] | None:
    import pyarrow.fs as fs

    system, path = _system(uri)
    try:
        if system.get_file_info(path).type != fs.FileType.Directory:
            return None
        infos = system.get_file_info(fs.FileSelector(path, recursive=True))
    except OSError as fault:
        raise Refusal(f"cannot be read ({type(fault).__name__})", where=uri) from None
    root = uri.rstrip("/")
    inside = [info.path[len(path.rstrip("/")) + 1 :] for info in infos if info.type == fs.FileType.File]
    return [f"{root}/{name}" for name in inside if _is_shard(Path(name))]


def _system(uri: str) -> tuple[Any, str]:
    """The file system of a URI and the path on it."""
    import pyarrow as pa
    import pyarrow.fs as fs

    try:
        system, path = fs.FileSystem.from_uri(uri)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, ImportError):
        raise Misuse(
            "no kind of place that pyarrow reads", where=uri, mend="file://, s3://, gs://, abfs://, hdfs://"
        ) from None
    except OSError as fault:
        raise Refusal(f"cannot be reached ({type(fault).__name__})", where=uri) from None
    return system, path
