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
        self._path = path
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
            raise Refusal("not a ledger of mtqa", where=self._path, mend="name the file of 'mtqa history add'")
        if version != VERSION:
            raise Refusal(f"ledger version {VERSION} wanted, {version} found", where=self._path, mend="upgrade mtqa")

    @contextmanager
    def _refusals(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.OperationalError as fault:
            said = str(fault)
            if "locked" in said or "busy" in said:
                raise Refusal("locked by another program", where=self._path, mend="try again when it is done") from None
            raise Misuse(f"cannot be opened or written ({said})", where=self._path, mend="name another file") from None
        except sqlite3.DatabaseError as fault:
            raise Refusal(f"damaged or no ledger ({fault})", where=self._path, mend="restore it from a copy") from None
