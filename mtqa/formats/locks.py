"""Locks that go with the process, however it ends: who holds none is dead, and what it left may be swept away."""

import errno
import os
import re
import shutil
from collections.abc import Callable, Collection
from pathlib import Path

__all__ = ["is_at", "lock", "settle", "sweep", "try_lock"]

_HELD = (errno.EWOULDBLOCK, errno.EAGAIN, errno.EACCES)


def _nothing(path: Path) -> bool:
    """What is saved unless the caller knows better."""
    return False


def lock(file: int) -> None:
    """Locks an open file or folder for this process; waits for who has it. Without a word where there are no locks."""
    try:
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX)
    except (ImportError, OSError):  # Windows; a file system without locks
        return


def try_lock(file: int) -> bool:
    """Locks an open file or folder, unless another process has it; False then. True where there are no locks."""
    try:
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except ImportError:
        return True
    except OSError as fault:
        return fault.errno not in _HELD
    return True


def is_at(file: int, path: Path) -> bool:
    """Whether the open file is still what stands at this path: somebody may have swept it before it was locked."""
    try:
        return os.path.samestat(os.fstat(file), path.stat())
    except OSError:
        return False


def settle(path: Path) -> None:
    """A file or folder on the disk, not only on its way: after a loss of power it would be empty otherwise."""
    try:
        file = os.open(path, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(file)
    except OSError as fault:
        if fault.errno in (errno.ENOSPC, errno.EDQUOT, errno.EIO):
            raise
    finally:
        os.close(file)


def sweep(target: Path, name: str, *, holding: Collection[str] = (), save: Callable[[Path], bool] = _nothing) -> None:
    """Removes what dead runs left beside `target`: plain files, and folders with no file but those of `holding`.

    `name` is the pattern of their names, with `{}` for that of the target. What a living process has locked stays, and
    what `save` is given and takes away.
    """
    pattern = re.compile(name.format(re.escape(target.name)))
    try:
        left = [path for path in target.parent.iterdir() if pattern.fullmatch(path.name) and not path.is_symlink()]
    except OSError:
        return
    for path in left:
        try:
            _remove(path, holding, save)
        except OSError:  # gone already, or not ours to remove
            continue


def _remove(path: Path, holding: Collection[str], save: Callable[[Path], bool]) -> None:
    file = os.open(path, os.O_RDONLY)
    try:
        if not try_lock(file):
            return
        if path.is_file():
            path.unlink()
        elif all(each.name in holding and each.is_file() for each in path.iterdir()) and not save(path):
            shutil.rmtree(path)
    finally:
        os.close(file)
