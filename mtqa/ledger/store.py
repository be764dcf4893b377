"""The file: append-only SQLite in WAL mode, so that several gates may write at once and nothing is lost."""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import TracebackType

from ..refusal import Misuse, Refusal
from .record import Entry

__all__ = ["Ledger"]

APPLICATION = 0x6D747161  # "mtqa"
VERSION = 1
PATIENCE = 30.0  # seconds that a writer waits for another one

_COLUMNS = (
    *("vendor", "language_pair", "delivery", "delivered", "data", "segments", "words", "errors", "critical", "points"),
    *("profile", "means", "status", "policy", "policy_digest"),
)
_SCHEMA = f"""
CREATE TABLE deliveries (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  vendor TEXT NOT NULL, language_pair TEXT NOT NULL, delivery TEXT NOT NULL, delivered TEXT NOT NULL,
  data TEXT NOT NULL, segments INTEGER NOT NULL, words INTEGER NOT NULL, errors INTEGER NOT NULL,
  critical INTEGER NOT NULL, points REAL, profile TEXT NOT NULL, means TEXT NOT NULL,
  status TEXT NOT NULL, policy TEXT NOT NULL, policy_digest TEXT NOT NULL
);
CREATE INDEX by_vendor ON deliveries (vendor, language_pair, number);
CREATE TRIGGER no_change BEFORE UPDATE ON deliveries BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER no_removal BEFORE DELETE ON deliveries BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
PRAGMA application_id = {APPLICATION};
PRAGMA user_version = {VERSION};
"""


class Ledger:
    """An open ledger; use it in a `with` block. `create` makes the file where there is none.

    Refuses a missing file, one that is no ledger or is damaged, and one that another program keeps locked.
    """

    def __init__(self, path: str | Path, *, create: bool = False, patience: float = PATIENCE) -> None:
        self._path = str(path)
        if not create and not Path(path).is_file():
            raise Refusal("there is no ledger", where=self._path, mend="add a delivery with 'mtqa history add'")
        if create and not Path(path).absolute().parent.is_dir():
            raise Misuse("cannot be written: its folder does not exist", where=self._path, mend="make the folder")
        with self._refusals():
            self._file = sqlite3.connect(self._path, timeout=patience, isolation_level=None)
            try:
                self._open(create=create)
            except BaseException:
                self._file.close()
                raise

    def __enter__(self) -> "Ledger":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def add(self, entry: Entry) -> Entry:
        """Append a delivery and return it with its number.

        What is already there, word for word, is not written twice: a CI job that runs again changes nothing.
        """
        row = _row(entry)
        with self._refusals(), self._writing():
            same = " AND ".join(f"{name} IS ?" for name in _COLUMNS if name not in ("delivered", "delivery"))
            known = [value for name, value in zip(_COLUMNS, row, strict=True) if name not in ("delivered", "delivery")]
            found = self._file.execute(f"SELECT * FROM deliveries WHERE {same} ORDER BY number", known).fetchall()
            if found and found[-1][0] == self._newest(entry):
                return _entry(found[-1])
            marks = ", ".join("?" * len(_COLUMNS))
            sql = f"INSERT INTO deliveries ({', '.join(_COLUMNS)}) VALUES ({marks})"
            number = self._file.execute(sql, row).lastrowid
        return replace(entry, number=int(number or 0))

    def entries(self, *, vendor: str | None = None, language_pair: str | None = None) -> tuple[Entry, ...]:
        """The lines in the order in which they were written, of one vendor or language pair if these are given."""
        where = [("vendor", vendor), ("language_pair", language_pair)]
        given = [(name, value) for name, value in where if value is not None]
        condition = " AND ".join(f"{name} = ?" for name, _ in given) or "1"
        with self._refusals():
            rows = self._file.execute(
                f"SELECT * FROM deliveries WHERE {condition} ORDER BY number", [value for _, value in given]
            ).fetchall()
        return tuple(_entry(row) for row in rows)

    def _newest(self, entry: Entry) -> int:
        """The number of the latest line on the same texts of the same vendor."""
        sql = "SELECT max(number) FROM deliveries WHERE vendor = ? AND language_pair = ? AND data = ?"
        return int(self._file.execute(sql, (entry.vendor, entry.language_pair, entry.data)).fetchone()[0])

    def _open(self, *, create: bool) -> None:
        tables = self._file.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        if tables == 0 and create:
            self._file.execute("PRAGMA journal_mode = WAL")
            with self._writing():
                if self._file.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0:
                    for statement in _statements():
                        self._file.execute(statement)
        application = self._file.execute("PRAGMA application_id").fetchone()[0]
        version = self._file.execute("PRAGMA user_version").fetchone()[0]
        if application != APPLICATION:
            raise Refusal("not a ledger of mtqa", where=self._path, mend="name the file of 'mtqa history add'")
        if version != VERSION:
            raise Refusal(f"ledger version {VERSION} wanted, {version} found", where=self._path, mend="upgrade mtqa")

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """One transaction that no other writer can come between."""
        self._file.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._file.execute("ROLLBACK")
            raise
        self._file.execute("COMMIT")

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


def _statements() -> Sequence[str]:
    """The statements of the schema, one by one; those of a trigger hold a semicolon themselves."""
    found, rest = [], ""
    for piece in _SCHEMA.split(";"):
        rest += piece + ";"
        if sqlite3.complete_statement(rest) and rest.strip(" \n;"):
            found.append(rest.strip())
            rest = ""
    return found


def _row(entry: Entry) -> list[str | int | float | None]:
    means = json.dumps(dict(entry.means), sort_keys=True, ensure_ascii=False, allow_nan=False)
    return [means if name == "means" else getattr(entry, name) for name in _COLUMNS]


def _entry(row: Sequence[object]) -> Entry:
    fields = dict(zip(("number", *_COLUMNS), row, strict=True))
    return Entry(**{**fields, "means": json.loads(str(fields["means"]))})
