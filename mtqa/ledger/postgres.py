"""The ledger on a PostgreSQL server, for teams: a schema `mtqa` in a database of theirs, by URL.

    postgresql://ana@db.example/quality                     the password from PGPASSWORD
    postgresql://ana:secret@db.example:5433/quality?sslmode=verify-full

`sslmode` is disable, require (encrypted, anybody's certificate) or verify-full; without it the connection is encrypted
where the server offers it. Driver: pg8000 (BSD, pure Python), the extra `postgres`.
"""

import os
import ssl
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import parse_qsl, unquote, urlsplit

from ..refusal import Misuse, Refusal, Unavailable, unknown_name

if TYPE_CHECKING:
    from pg8000.native import Connection as Driver

__all__ = ["SCHEMES", "PostgresConnection"]

SCHEMES = ("postgresql://", "postgres://")
VERSION = 1
_LOCK = 0x6D747161  # "mtqa": the advisory lock of all its writers in a database
_GUARDS = (
    "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION 'the ledger is append-only'; END $$",
    "CREATE TRIGGER no_change BEFORE UPDATE OR DELETE ON deliveries FOR EACH ROW EXECUTE FUNCTION refuse()",
    "CREATE TRIGGER no_removal BEFORE TRUNCATE ON deliveries FOR EACH STATEMENT EXECUTE FUNCTION refuse()",
)
_BUSY = ("55P03", "40P01", "57014")  # lock not available, deadlock, statement timeout
_OURS_TO_MEND = ("28", "3D", "42501", "53", "57P", "08")  # access, no database, rights, resources, shutdown, connection


class _Address(NamedTuple):
    """What a URL says; `shown` is the URL without its password."""

    user: str
    password: str | None
    host: str
    port: int
    database: str
    encryption: str
    shown: str


class PostgresConnection:
    """One connection to the ledger of a database, which `create` makes where there is none."""

    def __init__(self, url: str, schema: Sequence[str], *, create: bool, patience: float) -> None:
        address = _address(url)
        self.shown = address.shown
        self._driver = _connected(address, patience)
        try:
            self.rows(f"SET lock_timeout = {max(1, round(1000 * patience))}", {})
            self.rows("SET search_path TO mtqa", {})
            if create:
                self._make(schema)
            self._recognise()
        except BaseException:
            self.close()
            raise

    def rows(self, sql: str, values: Mapping[str, object]) -> Sequence[Sequence[object]]:
        """The rows of one statement."""
        with _refusals(self.shown):
            found: Sequence[Sequence[object]] = self._driver.run(sql, **values) or []
            return found

    @contextmanager
    def writing(self) -> Iterator[None]:
        """One transaction of one writer: the others wait for the lock, readers do not."""
        self.rows("BEGIN ISOLATION LEVEL READ COMMITTED", {})  # what is read after the lock is what stands then
        try:
            self.rows("SELECT pg_advisory_xact_lock(:key)", {"key": _LOCK})
            yield
            self.rows("COMMIT", {})
        except BaseException:
            self._undo()
            raise

    def close(self) -> None:
        """Let go of the server; one that has gone already is no matter."""
        from pg8000.exceptions import InterfaceError

        try:
            self._driver.close()
        except (InterfaceError, OSError):
            return

    def _undo(self) -> None:
        """Roll back; a connection that is lost has been rolled back by the server."""
        try:
            self.rows("ROLLBACK", {})
        except Refusal:
            return

    def _make(self, schema: Sequence[str]) -> None:
        if self._there():
            return
        with self.writing():
            if not self._there():  # of several who found none, the first makes it
                for statement in ("CREATE SCHEMA IF NOT EXISTS mtqa", *schema, *_GUARDS):
                    self.rows(statement, {})
                self.rows(f"COMMENT ON TABLE deliveries IS 'mtqa ledger {VERSION}'", {})

    def _there(self) -> bool:
        return self._comment() is not None

    def _comment(self) -> str | None:
        """What the table says of itself, empty if nothing; None where there is no table.

        Read from the catalogue's rows: what `to_regclass` has cached may be older than another writer's commit.
        """
        sql = (
            "SELECT obj_description(c.oid, 'pg_class') FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
            "WHERE n.nspname = 'mtqa' AND c.relname = 'deliveries'"
        )
        found = self.rows(sql, {})
        return str(found[0][0] or "") if found else None

    def _recognise(self) -> None:
        comment = self._comment()
        if comment is None:
            raise Refusal("there is no ledger", where=self.shown, mend="add a delivery with 'mtqa history add'")
        if not comment.startswith("mtqa ledger "):
            raise Refusal("not a ledger of mtqa", where=self.shown, mend="name another database")
        found = comment.removeprefix("mtqa ledger ")
        if found != str(VERSION):
            raise Refusal(f"ledger version {VERSION} wanted, {found} found", where=self.shown, mend="upgrade mtqa")


def _address(url: str) -> _Address:
    """The parts of a URL, each read strictly; refuses what is no address of a database."""
    wanted = "write it as postgresql://user@host/database"
    try:
        parts = urlsplit(url)
        port = parts.port or 5432
    except ValueError:
        raise Misuse("no URL of a PostgreSQL database", mend=wanted) from None
    user = unquote(parts.username or "") or os.environ.get("PGUSER", "")
    database = unquote(parts.path.removeprefix("/"))
    host = parts.hostname or "localhost"
    shown = f"postgresql://{user}@{host}:{port}/{database}"
    if not user or not database or "/" in database:
        raise Misuse("no URL of a PostgreSQL database", where=shown, mend=wanted)
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    for name in options:
        if name != "sslmode":
            raise unknown_name("option of a database URL", name, ["sslmode"]).at(shown)
    encryption = options.get("sslmode", "prefer")
    known = ("disable", "prefer", "require", "verify-full")
    if encryption not in known:
        raise unknown_name("sslmode", encryption, known).at(shown)
    password = unquote(parts.password) if parts.password is not None else os.environ.get("PGPASSWORD")
    return _Address(user, password, host, port, database, encryption, shown)


def _connected(address: _Address, patience: float) -> "Driver":
    try:
        from pg8000.native import Connection
    except ImportError:
        raise Unavailable(
            "a ledger on PostgreSQL needs pg8000, which is not installed", mend="pip install 'mtqa[postgres]'"
        ) from None
    with _refusals(address.shown):
        return Connection(
            address.user,
            password=address.password,
            host=address.host,
            port=address.port,
            database=address.database,
            timeout=patience + 10.0,  # of the network: a lock that is waited for is given up before
            ssl_context=_encryption(address.encryption),
            application_name="mtqa",
        )


def _encryption(mode: str) -> ssl.SSLContext | bool | None:
    """What the driver takes: None asks the server whether it can, False does not ask."""
    if mode == "prefer":
        return None
    if mode == "disable":
        return False
    context = ssl.create_default_context()
    if mode == "require":
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


@contextmanager
def _refusals(shown: str) -> Iterator[None]:
    from pg8000.exceptions import DatabaseError, InterfaceError

    try:
        yield
    except DatabaseError as fault:
        told = fault.args[0] if fault.args and isinstance(fault.args[0], dict) else {"M": str(fault)}
        code, said = str(told.get("C", "")), str(told.get("M", ""))
        if code in _BUSY:
            raise Refusal("locked by another program", where=shown, mend="try again when it is done") from None
        if code.startswith(_OURS_TO_MEND):
            raise Misuse(f"cannot be opened or written ({said})", where=shown, mend="see the server") from None
        raise Refusal(f"damaged or no ledger ({said})", where=shown, mend="restore it from a copy") from None
    except (InterfaceError, OSError) as fault:
        raise Misuse(f"cannot be reached ({fault})", where=shown, mend="is the server up, and the URL right?") from None
