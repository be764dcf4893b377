"""Results are written beside their place and renamed when they are whole; `-` is stdout."""

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from ..refusal import Misuse
from .door import STDIN
from .locks import is_at, lock, settle, sweep

__all__ = ["check_writable", "writer"]


@contextmanager
def writer(path: str | Path) -> Iterator[BinaryIO]:
    """A binary file that takes the place of `path` when the block ends well, and leaves nothing when it does not.

    `-` is stdout, flushed at the end. Refuses (exit 2) a directory, a missing folder, a place nobody may write to.
    """
    if str(path) == STDIN:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    target = check_writable(path)
    sweep(target, r"\.{}\.[0-9]+\.tmp")
    beside = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        with _ours(beside) as stream:
            yield stream
            stream.flush()
            settle(beside)
            os.replace(beside, target)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def _ours(path: Path) -> BinaryIO:
    """The file, empty and locked: another run sweeps away what nobody has locked.

    It is emptied once it is ours, and no sooner: two containers on one disk may give two runs the same number.
    """
    while True:
        stream = open(path, "wb", opener=_as_it_is)  # noqa: SIM115
        lock(stream.fileno())
        if is_at(stream.fileno(), path):
            stream.truncate(0)
            return stream
        stream.close()


def _as_it_is(path: str, flags: int) -> int:
    """Opens a file as `open` does, but for emptying it."""
    return os.open(path, flags & ~os.O_TRUNC, 0o666)


def check_writable(path: str | Path, *, inputs: Iterable[str | Path] = ()) -> Path:
    """The path, if a file can be written there; otherwise a Misuse that says why, before any work is done.

    A result never takes the place of one of its `inputs`, by whatever name they go.
    """
    target = Path(path)
    if target.exists() and any(Path(each).exists() and target.samefile(each) for each in inputs):
        raise Misuse("cannot be written: it is the input", where=str(path), mend="name another file")
    if target.is_dir():
        raise Misuse("cannot be written: it is a directory", where=str(path), mend="name a file")
    if target.exists() and not target.is_file():
        raise Misuse("cannot be written: not a plain file", where=str(path), mend="use -o - for stdout")
    folder = target.parent
    if not folder.is_dir():
        what = f"{folder} is not a directory" if folder.exists() else f"there is no directory {folder}"
        raise Misuse(f"cannot be written: {what}", where=str(path))
    try:
        fits = os.access(folder, os.W_OK | os.X_OK) and len(os.fsencode(target.name)) <= 230
    except ValueError:
        fits = False
    if not fits:
        raise Misuse(f"cannot be written: no right to write in {folder}", where=str(path))
    return target
