"""The file of a cache: one SQLite file, shared by processes, bounded, each result with its own checksum.

A kill leaves it whole; a result that does not fit its checksum counts as missing and is computed again, and `trouble`
says so. The cache never fails a run: where it cannot be read or written (a full disk, a damaged file, a lock that is
not given), the results still come, and `trouble` says why nothing was kept. It belongs on a local disk: SQLite's shared
memory does not work across machines, so each node of a cluster has its own.
"""

import atexit
import os
import sqlite3
import time
import zlib
from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path

from ..refusal import figure_asked
from ..sqlite import write_ahead

__all__ = ["BOUND", "Store", "folder", "open_results"]

BOUND = 4 << 30
"""Bytes of a store unless $MTQA_CACHE_BYTES says otherwise."""
_PATIENCE = 60.0  # seconds that a process waits for another one to finish writing
_FINENESS = 600  # seconds; uses within them count as one, so that readers seldom write
_TABLES = """
CREATE TABLE IF NOT EXISTS results (key BLOB PRIMARY KEY, used INTEGER, check_sum INTEGER, value BLOB) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS by_use ON results (used);
CREATE TABLE IF NOT EXISTS notes (name TEXT PRIMARY KEY, text TEXT);
"""


def folder(given: str | Path | None = None) -> Path | None:
    """The folder of the caches that somebody asked for: `given`, else $MTQA_CACHE; None where nobody did."""
    named = given or os.environ.get("MTQA_CACHE")
    return Path(named) if named else None


def open_results(given: str | Path | None = None) -> "Store | None":
    """The store of alignments and diagnoses in the folder that was asked for (see `folder`); None where none was."""
    place = folder(given)
    return None if place is None else _opened(place.absolute(), os.getpid())


@cache
def _opened(place: Path, process: int) -> "Store":
    """One store a process and folder, closed when the process ends."""
    store = Store(place / "results.sqlite")
    atexit.register(store.close)
    return store


class Store:
    """A bounded store of bytes by key; `path` None keeps nothing.

    `limit` is in bytes (None: $MTQA_CACHE_BYTES, else 4 GiB): beyond it the results that were used longest ago go, a
    tenth at a time. `trouble` is a sentence on what went wrong, None where nothing did; `found` and `missed` count.
    """

    def __init__(self, path: Path | None, *, limit: int | None = None) -> None:
        self.trouble: str | None = None
        self.found = self.missed = self.damaged = 0
        self._path = path
        self._limit = limit if limit is not None else int(figure_asked("MTQA_CACHE_BYTES", BOUND))
        self._link: sqlite3.Connection | None = None
        self._fresh = False
        self._file: tuple[int, int] | None = None
        if path is not None:
            self._open(path)

    def get(self, keys: Iterable[bytes]) -> dict[bytes, bytes]:
        """The results that are there and whole; a damaged one is missing."""
        wanted, found = list(dict.fromkeys(keys)), dict[bytes, bytes]()
        if self._link is None:
            return found
        stale: list[bytes] = []
        now = int(time.time())
        try:
            for start in range(0, len(wanted), 500):
                some = wanted[start : start + 500]
                marks = ",".join("?" * len(some))
                for key, used, check, value in self._link.execute(
                    f"SELECT key, used, check_sum, value FROM results WHERE key IN ({marks})", some
                ):
                    if not isinstance(value, bytes) or zlib.crc32(key + value) != check:
                        self.damaged += 1
                        continue
                    found[key] = value
                    if not isinstance(used, int) or now - used > _FINENESS:
                        stale.append(key)
            self._touch(stale, now)
        except sqlite3.Error as fault:
            self._set_aside(fault)
        if self.damaged:
            self.trouble = f"{self.damaged} damaged in the cache {self._path}: computed again"
        self.found, self.missed = self.found + len(found), self.missed + len(wanted) - len(found)
        return found

    def put(self, values: Mapping[bytes, bytes]) -> None:
        """Keeps these results, all or none of them."""
        if self._link is None or not values:
            return
        now = int(time.time())
        try:
            with self._link:
                self._link.executemany(
                    "INSERT OR REPLACE INTO results VALUES (?, ?, ?, ?)",
                    [(key, now, zlib.crc32(key + value), value) for key, value in values.items()],
                )
            self._bound()
        except sqlite3.Error as fault:
            self._set_aside(fault)

    def noted(self, name: str) -> str | None:
        """What was noted under this name."""
        if self._link is None:
            return None
        with suppress(sqlite3.Error):
            row = self._link.execute("SELECT text FROM notes WHERE name = ?", (name,)).fetchone()
            return str(row[0]) if row else None
        return None

    def note(self, name: str, text: str) -> None:
        """Notes a short text under a name, for good."""
        if self._link is None:
            return
        with suppress(sqlite3.Error), self._link:
            self._link.execute("INSERT OR REPLACE INTO notes VALUES (?, ?)", (name, text))

    def size(self) -> int:
        """The bytes that are in use in the file; 0 where nothing is kept."""
        if self._link is None:
            return 0
        pages, free, page = (self._pragma(name) for name in ("page_count", "freelist_count", "page_size"))
        return (pages - free) * page

    def close(self) -> None:
        """Closes the file; the store keeps nothing from then on."""
        if self._link is not None:
            self._link.close()
            self._link = None

    def _open(self, path: Path) -> None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._file = _file_at(path)
            self._link = sqlite3.connect(path, timeout=_PATIENCE, check_same_thread=False)
            write_ahead(self._link, _PATIENCE)
            self._link.execute("PRAGMA synchronous = NORMAL")
            self._link.executescript(_TABLES)
            self._file = _file_at(path)
        except (sqlite3.Error, OSError) as fault:
            self._set_aside(fault)

    def _set_aside(self, fault: Exception) -> None:
        """A damaged file is renamed and a new one begun, once; any other trouble ends caching for this run."""
        self.close()
        damaged = isinstance(fault, sqlite3.DatabaseError) and not isinstance(fault, sqlite3.OperationalError)
        if self._path is not None and damaged and not self._fresh:
            self._fresh = True
            if self._file in (None, _file_at(self._path)):  # else another process has begun the new one
                with suppress(OSError):
                    self._path.replace(self._path.with_suffix(".damaged"))
                    for ending in ("-wal", "-shm"):
                        Path(f"{self._path}{ending}").unlink(missing_ok=True)
            self.trouble = f"the cache {self._path} was damaged; a new one was begun"
            self._open(self._path)
            return
        self.trouble = f"nothing was cached in {self._path}: {fault}"

    def _touch(self, keys: list[bytes], now: int) -> None:
        """Notes the use, so that what is used stays; a reader that may not write reads on."""
        if self._link is not None and keys:
            with suppress(sqlite3.OperationalError), self._link:
                self._link.executemany("UPDATE results SET used = ? WHERE key = ?", [(now, key) for key in keys])

    def _bound(self) -> None:
        while self._link is not None and self.size() > self._limit:
            with self._link:
                (count,) = self._link.execute("SELECT COUNT(*) FROM results").fetchone()
                self._link.execute(
                    "DELETE FROM results WHERE key IN (SELECT key FROM results ORDER BY used LIMIT ?)",
                    (count // 10 + 1,),
                )
            if count == 0:
                return

    def _pragma(self, name: str) -> int:
        return int(self._link.execute(f"PRAGMA {name}").fetchone()[0]) if self._link is not None else 0


def _file_at(path: Path) -> tuple[int, int] | None:
    """Which file stands at a path; None where there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
