"""The ledger in one file: SQLite in WAL mode, so that several gates may write at once and nothing is lost."""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from ..refusal import Misuse, Refusal
from ..sqlite import write_ahead

__all__ = ["SqliteConnection"]

APPLICATION = 0x6D747161  # "mtqa"
VERSION = 1
_LOCKED = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL)  # the last: crowds at the -shm file

# A line that is there is never changed, removed, or put in another's place (INSERT OR REPLACE removes without asking).
_GUARDS = tuple(
    f"CREATE TRIGGER {name} BEFORE {event} ON deliveries {condition} "
    "BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END"
    for name, event, condition in (
        ("no_change", "UPDATE", ""),
        ("no_removal", "DELETE", ""),
        ("no_replacement", "INSERT", "WHEN EXISTS (SELECT 1 FROM deliveries WHERE number = NEW.number)"),
    )
)


class SqliteConnection:
    """One connection to a ledger file, which `create` makes where there is none."""

    def __init__(self, path: str, schema: Sequence[str], *, create: bool, patience: float) -> None:
        self.shown = path
        if not create and not Path(path).is_file():
            raise Refusal("there is no ledger", where=path, mend="add a delivery with 'mtqa history add'")
        if create and not Path(path).absolute().parent.is_dir():
            raise Misuse("cannot be written: its folder does not exist", where=path, mend="make the folder")
        with self._refusals():
            self._file = sqlite3.connect(path, timeout=patience, isolation_level=None)
        try:
            if create:
                self._make(schema, patience)
            self._recognise()
        except BaseException:
            self._file.close()
            raise

    def rows(self, sql: str, values: Mapping[str, object]) -> Sequence[Sequence[object]]:
        """The rows of one statement."""
        with self._refusals():
            return self._file.execute(sql, dict(values)).fetchall()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """One transaction that holds the file's write lock from its beginning."""
        self.rows("BEGIN IMMEDIATE", {})
        try:
            yield
            self.rows("COMMIT", {})
        except BaseException:
            if self._file.in_transaction:  # a full disk has rolled back already
                self._file.execute("ROLLBACK")
            raise

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def _make(self, schema: Sequence[str], patience: float) -> None:
        if not self._empty():
            return
        with self._refusals():
            write_ahead(self._file, patience)
        with self.writing():
            if self._empty():  # of several who found it empty, the first makes it
                pragmas = (f"PRAGMA application_id = {APPLICATION}", f"PRAGMA user_version = {VERSION}")
                for statement in (*schema, *_GUARDS, *pragmas):
                    self.rows(statement, {})

    def _empty(self) -> bool:
        return self.rows("SELECT count(*) FROM sqlite_master", {})[0][0] == 0

    def _recognise(self) -> None:
        application = self.rows("PRAGMA application_id", {})[0][0]
        version = self.rows("PRAGMA user_version", {})[0][0]
        if application != APPLICATION:
            raise Refusal("not a ledger of mtqa", where=self.shown, mend="name the file of 'mtqa history add'")
        if version != VERSION:
            raise Refusal(f"ledger version {VERSION} wanted, {version} found", where=self.shown, mend="upgrade mtqa")
        found = self.rows("PRAGMA integrity_check(1)", {})[0][0]
        if found != "ok":
            raise Refusal(f"damaged or no ledger ({found})", where=self.shown, mend="restore it from a copy")

    @contextmanager
    def _refusals(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.DatabaseError as fault:
            code = getattr(fault, "sqlite_errorcode", None)  # None: Python could not read a text
            if code is not None and code & 0xFF in _LOCKED:
                raise Refusal("locked by another program", where=self.shown, mend="try again when it is done") from None
            if code is not None and isinstance(fault, sqlite3.OperationalError):
                raise Misuse(
                    f"cannot be opened or written ({fault})", where=self.shown, mend="name another file"
                ) from None
            what = f"damaged or no ledger ({'a text is no UTF-8' if code is None else fault})"
            raise Refusal(what, where=self.shown, mend="restore it from a copy") from None
