"""What an encoder made of texts, on disk (`cache.Store`): an amended delivery computes only what changed.

The key is a hash of model, precision and token ids; the value a row of float32. No text is kept.
"""

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..cache import Store, folder

__all__ = ["Cache", "default_cache_path"]

Row = NDArray[np.float32]


def default_cache_path() -> Path:
    """`$MTQA_CACHE/neural.sqlite`, else under the user's cache folder."""
    asked = folder()
    base = asked or Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "mtqa"
    return base / "neural.sqlite"


class Cache:
    """A bounded store of float32 rows by key; `path` None keeps nothing. `limit` is in bytes, as in `cache.Store`."""

    def __init__(self, path: Path | None, *, limit: int | None = None) -> None:
        self.store = Store(path, limit=limit)

    @property
    def trouble(self) -> str | None:
        """A sentence on what went wrong with the cache, None where nothing did."""
        return self.store.trouble

    def get(self, keys: Iterable[bytes]) -> dict[bytes, Row]:
        """The rows that are there and whole; a damaged one is missing."""
        found = self.store.get(keys)
        return {
            key: np.frombuffer(value, dtype="<f4").astype(np.float32)
            for key, value in found.items()
            if len(value) % 4 == 0
        }

    def put(self, rows: Mapping[bytes, Row]) -> None:
        """Keeps these rows, all or none of them."""
        self.store.put({key: row.astype("<f4").tobytes() for key, row in rows.items()})

    def hash_of(self, path: Path) -> str | None:
        """The SHA-256 that was noted for a file that has not changed since (size, times and inode agree)."""
        noted = self.store.noted(_identity(path))
        return noted if noted is not None and len(noted) == 64 else None

    def note_hash(self, path: Path, sha256: str) -> None:
        """Notes the SHA-256 of a file as it is now: hashing gigabytes again would cost more than loading them."""
        self.store.note(_identity(path), sha256)

    def size(self) -> int:
        """The bytes that are in use in the file; 0 where nothing is kept."""
        return self.store.size()

    def close(self) -> None:
        """Closes the file; the cache keeps nothing from then on."""
        self.store.close()


def _identity(path: Path) -> str:
    stat = path.stat()
    return f"{path.resolve()}|{stat.st_ino}|{stat.st_size}|{stat.st_mtime_ns}|{stat.st_ctime_ns}"
