"""SQLite files that several processes meet while they are new."""

import multiprocessing
import sqlite3
import threading
import time
from multiprocessing.synchronize import Barrier
from pathlib import Path

import pytest

from mtqa.cache import Store, key_of
from mtqa.ledger import Ledger
from mtqa.sqlite import write_ahead

MEETINGS, CROWD = 12, 8
FORK = multiprocessing.get_context("fork")


def cached(folder: Path) -> str | None:
    store = Store(folder / "x.sqlite")
    store.put({key_of("a"): b"1"})
    return store.trouble


def entered(folder: Path) -> str | None:
    with Ledger(folder / "x.ledger", create=True) as book:
        return None if book.entries() == () else "something is in a new ledger"


def meet(use: object, folders: list[Path], together: Barrier, said: object) -> None:
    for folder in folders:
        together.wait(240)
        try:
            said.put(use(folder))  # type: ignore[operator, attr-defined]
        except Exception as fault:
            said.put(repr(fault))  # type: ignore[attr-defined]


@pytest.mark.parametrize("use", [cached, entered])
def test_whoever_comes_first(tmp_path: Path, use: object) -> None:
    """Before the change of mode was asked again, one meeting of six left somebody with "database is locked"."""
    folders = [tmp_path / str(n) for n in range(MEETINGS)]
    for folder in folders:
        folder.mkdir()
    together, said = FORK.Barrier(CROWD), FORK.Queue()
    crowd = [FORK.Process(target=meet, args=(use, folders, together, said)) for _ in range(CROWD)]
    for one in crowd:
        one.start()
    answers = [said.get(timeout=240) for _ in range(MEETINGS * CROWD)]
    for one in crowd:
        one.join(240)
    assert answers == [None] * (MEETINGS * CROWD)


class TestWaiting:
    def test_until_the_other_is_done(self, tmp_path: Path) -> None:
        path = tmp_path / "x.sqlite"
        other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        other.execute("BEGIN EXCLUSIVE")
        threading.Timer(0.2, other.execute, ("ROLLBACK",)).start()
        link = sqlite3.connect(path, timeout=0)
        write_ahead(link, 10)
        assert link.execute("PRAGMA journal_mode").fetchone() == ("wal",)

    def test_not_for_ever(self, tmp_path: Path) -> None:
        path = tmp_path / "x.sqlite"
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN EXCLUSIVE")
        link, start = sqlite3.connect(path, timeout=0), time.monotonic()
        with pytest.raises(sqlite3.OperationalError, match="database is locked"):
            write_ahead(link, 0.2)
        assert time.monotonic() - start >= 0.2

    def test_no_time_is_lost_on_what_is_no_lock(self, tmp_path: Path) -> None:
        path = tmp_path / "x.sqlite"
        path.write_bytes(b"no database at all, but long enough" * 100)
        with pytest.raises(sqlite3.DatabaseError, match="file is not a database"):
            write_ahead(sqlite3.connect(path), 10)
