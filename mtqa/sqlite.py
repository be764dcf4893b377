"""SQLite files that several processes share: in write-ahead mode, whoever comes first."""

import sqlite3
import time

__all__ = ["write_ahead"]

_PAUSE = 0.01  # seconds between two tries


def write_ahead(link: sqlite3.Connection, patience: float) -> None:
    """Puts the file of a connection into WAL mode, and waits up to `patience` seconds for others that do the same.

    The waiting that a connection is opened with does not cover this change of mode: of several processes that meet a
    new file some are told "database is locked" at once (seen in 1 of 6 meetings of 8 processes), so it is asked again
    here. sqlite3.OperationalError where the file stays locked or cannot be written.
    """
    end = time.monotonic() + patience
    while True:
        try:
            link.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as fault:
            if fault.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() >= end:
                raise
            time.sleep(_PAUSE)
