"""The ledger's one SQL layer: append-only lines, safe under several writers, in a file or on a server.

The same statements run on SQLite (one file, WAL) and on PostgreSQL (a URL); how each connects, locks and fails stands
in `sqlite.py` and `postgres.py`.
"""

import json
import re
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Protocol

from ..refusal import Misuse, Refusal
from .postgres import SCHEMES, PostgresConnection
from .record import Entry, is_sound
from .sqlite import SqliteConnection

__all__ = ["Ledger"]

_SCHEME = re.compile(r"[a-z][a-z0-9+.-]+://")
PATIENCE = 30.0  # seconds that a writer waits for another one

_COLUMNS = (
    *("vendor", "language_pair", "delivery", "delivered", "data", "segments", "words", "errors", "critical", "points"),
    *("profile", "means", "status", "policy", "policy_digest"),
)
_MAY_DIFFER = ("number", "delivered", "delivery")  # between two records of one and the same result
_ALL = ", ".join(("number", *_COLUMNS))
# Types that both understand; the next number is given by the writer, under its lock, so that none is ever left out.
_TABLE = """
CREATE TABLE deliveries (
  number BIGINT NOT NULL PRIMARY KEY CHECK (number > 0),
  vendor TEXT NOT NULL, language_pair TEXT NOT NULL, delivery TEXT NOT NULL, delivered TEXT NOT NULL,
  data TEXT NOT NULL, segments BIGINT NOT NULL, words BIGINT NOT NULL, errors BIGINT NOT NULL,
  critical BIGINT NOT NULL, points DOUBLE PRECISION, profile TEXT NOT NULL, means TEXT NOT NULL,
  status TEXT NOT NULL, policy TEXT NOT NULL, policy_digest TEXT NOT NULL
)"""
_INDEX = "CREATE INDEX by_vendor ON deliveries (vendor, language_pair, number)"


class Connection(Protocol):
    """What the SQL layer needs of a database; whatever goes wrong in it comes out as a refusal."""

    @property
    def shown(self) -> str:
        """Where it is, as a refusal may say it: without any password."""

    def rows(self, sql: str, values: Mapping[str, object]) -> Sequence[Sequence[object]]:
        """The rows of one statement; `:name` in it stands for a value."""

    def writing(self) -> AbstractContextManager[None]:
        """One transaction that no other writer can come between; all of it is kept, or nothing."""

    def close(self) -> None:
        """Let go of the database."""


class Ledger:
    """An open ledger; use it in a `with` block. `create` makes it where there is none.

    `where` is a file, or `postgresql://user@host/database` (needs the extra `postgres`; the password stands in the URL
    or in PGPASSWORD). `patience` is how many seconds to wait for another writer. Refuses a ledger that is missing,
    damaged, of another program or version, out of reach, or kept locked.
    """

    def __init__(self, where: str | Path, *, create: bool = False, patience: float = PATIENCE) -> None:
        scheme = _SCHEME.match(str(where))
        if scheme and not str(where).startswith(SCHEMES):
            raise Misuse(f"no ledger is kept at {scheme[0]}", where="ledger", mend=f"a file, or {' or '.join(SCHEMES)}")
        connect = PostgresConnection if str(where).startswith(SCHEMES) else SqliteConnection
        self._data: Connection = connect(str(where), (_TABLE, _INDEX), create=create, patience=patience)

    def __enter__(self) -> "Ledger":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._data.close()

    def add(self, entry: Entry) -> Entry:
        """Append a delivery and return it with its number.

        The latest result on the same texts is not written twice: a CI job that runs again changes nothing.
        """
        with self._data.writing():
            last = self._last(entry)
            if last is not None and _row(last) == _row(entry):
                return last
            sql = "SELECT COALESCE(MAX(number), 0) + 1 FROM deliveries"
            number = int(str(self._data.rows(sql, {})[0][0]))
            values = ", ".join(f":{name}" for name in ("number", *_COLUMNS))
            self._data.rows(f"INSERT INTO deliveries ({_ALL}) VALUES ({values})", {"number": number, **_values(entry)})
        return replace(entry, number=number)

    def entries(self, *, vendor: str | None = None, language_pair: str | None = None) -> tuple[Entry, ...]:
        """The lines in the order in which they were written, of one vendor or language pair if these are given."""
        given = {"vendor": vendor, "language_pair": language_pair}
        values = {name: value for name, value in given.items() if value is not None}
        condition = " AND ".join(f"{name} = :{name}" for name in values) or "1 = 1"
        rows = self._data.rows(f"SELECT {_ALL} FROM deliveries WHERE {condition} ORDER BY number", values)
        return tuple(self._entry(row) for row in rows)

    def _last(self, entry: Entry) -> Entry | None:
        """The latest line on the same texts of the same vendor."""
        names = ("vendor", "language_pair", "data")
        condition = " AND ".join(f"{name} = :{name}" for name in names)
        sql = f"SELECT {_ALL} FROM deliveries WHERE {condition} ORDER BY number DESC LIMIT 1"
        rows = self._data.rows(sql, {name: getattr(entry, name) for name in names})
        return self._entry(rows[0]) if rows else None

    def _entry(self, row: Sequence[object]) -> Entry:
        """The line of a row; refuses one that no ledger wrote."""
        fields = dict(zip(("number", *_COLUMNS), row, strict=True))
        try:
            entry = Entry(**{**fields, "means": dict(json.loads(str(fields["means"])))})  # type: ignore[arg-type]
            sound = is_sound(entry)
        except (TypeError, ValueError):
            sound = False
        if not sound:
            what = f"damaged: line {fields['number']} is not what was written"
            raise Refusal(what, where=self._data.shown, mend="restore it from a copy")
        return entry


def _values(entry: Entry) -> dict[str, object]:
    means = json.dumps(dict(entry.means), sort_keys=True, ensure_ascii=False, allow_nan=False)
    return {name: means if name == "means" else getattr(entry, name) for name in _COLUMNS}


def _row(entry: Entry) -> dict[str, object]:
    """What makes two records the same result."""
    return {name: value for name, value in _values(entry).items() if name not in _MAY_DIFFER}
