"""Results on disk, found by what they were made from: an amended delivery computes only what changed.

The key is a hash of model, precision and token ids; the value a row of float32 with its own checksum. It is one
SQLite file: several processes may share it, a kill leaves it whole, and a value that does not fit its checksum is
computed again. No text is kept. The cache never fails a run: where it cannot be written (a full disk), the scores
still come, and `trouble` says why nothing was kept.
"""

import os
import sqlite3
import time
import zlib
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

__all__ = ["Cache", "default_cache_path"]

Row = NDArray[np.float32]
_DEFAULT_BYTES = 4 << 30
_TABLES = """
CREATE TABLE IF NOT EXISTS results (key BLOB PRIMARY KEY, used INTEGER, check_sum INTEGER, value BLOB) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS by_use ON results (used);
CREATE TABLE IF NOT EXISTS hashes (file TEXT PRIMARY KEY, sha256 TEXT);
"""


def default_cache_path() -> Path:
    """`$MTQA_CACHE/neural.sqlite`, else under the user's cache folder."""
    home = os.environ.get("MTQA_CACHE")
    base = Path(home) if home else Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "mtqa"
    return base / "neural.sqlite"


class Cache:
    """A bounded store of float32 rows by key; `path` None keeps nothing.

    `limit` is in bytes: beyond it the results that were used longest ago go, a tenth at a time.
    """

    def __init__(self, path: Path | None, *, limit: int = _DEFAULT_BYTES) -> None:
        self.trouble: str | None = None
        self._path, self._limit = path, limit
        self._link: sqlite3.Connection | None = None
        self._fresh = False
        if path is not None:
            self._open(path)

    def get(self, keys: Iterable[bytes]) -> dict[bytes, Row]:
        """The rows that are there and whole; a damaged one is missing."""
        wanted, found = list(keys), dict[bytes, Row]()
        link = self._link
        if link is None:
            return found
        try:
            for start in range(0, len(wanted), 500):
                some = wanted[start : start + 500]
                marks = ",".join("?" * len(some))
                for key, check, value in link.execute(
                    f"SELECT key, check_sum, value FROM results WHERE key IN ({marks})", some
                ):
                    if isinstance(value, bytes) and zlib.crc32(key + value) == check and len(value) % 4 == 0:
                        found[key] = np.frombuffer(value, dtype="<f4").astype(np.float32)
            self._touch(found)
        except sqlite3.Error as fault:
            self._set_aside(fault)
        return found

    def put(self, rows: Mapping[bytes, Row]) -> None:
        """Keeps these rows, all or none of them."""
        if self._link is None or not rows:
            return
        values = [(key, row.astype("<f4").tobytes()) for key, row in rows.items()]
        try:
            with self._link:
                self._link.executemany(
                    "INSERT OR REPLACE INTO results VALUES (?, ?, ?, ?)",
                    [(key, _today(), zlib.crc32(key + value), value) for key, value in values],
                )
            self._bound()
        except sqlite3.Error as fault:
            self._set_aside(fault)

    def hash_of(self, path: Path) -> str | None:
        """The SHA-256 that was noted for a file that has not changed since (size, times and inode agree)."""
        if self._link is None:
            return None
        with suppress(sqlite3.Error):
            row = self._link.execute("SELECT sha256 FROM hashes WHERE file = ?", (_identity(path),)).fetchone()
            return str(row[0]) if row and len(str(row[0])) == 64 else None
        return None

    def note_hash(self, path: Path, sha256: str) -> None:
        """Notes the SHA-256 of a file as it is now: hashing gigabytes again would cost more than loading them."""
        if self._link is None:
            return
        with suppress(sqlite3.Error), self._link:
            self._link.execute("INSERT OR REPLACE INTO hashes VALUES (?, ?)", (_identity(path), sha256))

    def size(self) -> int:
        """The bytes that are in use in the file; 0 where nothing is kept."""
        if self._link is None:
            return 0
        pages, free, page = (self._pragma(name) for name in ("page_count", "freelist_count", "page_size"))
        return (pages - free) * page

    def close(self) -> None:
        """Closes the file; the cache keeps nothing from then on."""
        if self._link is not None:
            self._link.close()
            self._link = None

    def _open(self, path: Path) -> None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._link = sqlite3.connect(path, timeout=60, check_same_thread=False)
            self._link.execute("PRAGMA journal_mode = WAL")
            self._link.execute("PRAGMA synchronous = NORMAL")
            self._link.executescript(_TABLES)
        except (sqlite3.Error, OSError) as fault:
            self._set_aside(fault)

    def _set_aside(self, fault: Exception) -> None:
        """A damaged file is renamed and a new one begun, once; any other trouble ends caching for this run."""
        self.close()
        damaged = isinstance(fault, sqlite3.DatabaseError) and not isinstance(fault, sqlite3.OperationalError)
        if self._path is not None and damaged and not self._fresh:
            self._fresh = True
            with suppress(OSError):
                self._path.replace(self._path.with_suffix(".damaged"))
                for ending in ("-wal", "-shm"):
                    Path(f"{self._path}{ending}").unlink(missing_ok=True)
            self.trouble = f"the cache {self._path} was damaged; a new one was begun"
            self._open(self._path)
            return
        self.trouble = f"nothing was cached in {self._path}: {fault}"

    def _touch(self, found: Mapping[bytes, Row]) -> None:
        """Notes the day of use, so that what is used stays; a reader that may not write reads on."""
        if self._link is not None and found:
            with suppress(sqlite3.OperationalError), self._link:
                self._link.executemany(
                    "UPDATE results SET used = ? WHERE key = ? AND used < ?", [(_today(), k, _today()) for k in found]
                )

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


def _today() -> int:
    return int(time.time() // 86400)


def _identity(path: Path) -> str:
    stat = path.stat()
    return f"{path.resolve()}|{stat.st_ino}|{stat.st_size}|{stat.st_mtime_ns}|{stat.st_ctime_ns}"
