"""A real PostgreSQL server for the tests, from Debian's packages: a directory of its own, a free port, a password.

PostgreSQL refuses to run as root, so there it runs as the user `postgres` that the package makes.
"""

import contextlib
import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PLACES = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)


@dataclass(frozen=True)
class Server:
    """A running server: `url(database)` is the address of a database on it."""

    port: int
    password: str

    def url(self, database: str, *, password: str | None = None, user: str = "owner") -> str:
        return f"postgresql://{user}:{password or self.password}@127.0.0.1:{self.port}/{database}"

    def run(self, sql: str, database: str = "postgres") -> list[list[object]]:
        """The rows of a statement by somebody who knows nothing of mtqa."""
        from pg8000.native import Connection

        driver = Connection("owner", password=self.password, host="127.0.0.1", port=self.port, database=database)
        try:
            return driver.run(sql) or []
        finally:
            driver.close()


def absent() -> str:
    """Why no server can be started here; empty if one can."""
    try:
        import pg8000.native  # noqa: F401
    except ImportError:
        return "pg8000 is not installed (the extra postgres)"
    if _program("initdb") is None or _program("postgres") is None:
        return "no PostgreSQL server here (apt-get install postgresql)"
    if os.geteuid() == 0 and (shutil.which("setpriv") is None or not _has_user("postgres")):
        return "PostgreSQL does not run as root, and there is no user postgres to run it as"
    return ""


@contextmanager
def running() -> Iterator[Server]:
    """A server with an empty cluster, stopped and removed at the end."""
    with tempfile.TemporaryDirectory(prefix="mtqa-postgres-") as folder:
        home, password = Path(folder), secrets.token_hex(8)
        (home / "password").write_text(password)
        if os.geteuid() == 0:
            for path in (home, home / "password"):
                shutil.chown(path, "postgres")
        _call("initdb", "-D", home / "data", "-U", "owner", "-A", "scram-sha-256", "-E", "UTF8", "--no-locale",
              "--no-sync", f"--pwfile={home / 'password'}")  # fmt: skip
        server, port = _started(home)
        try:
            yield Server(port, password)
        finally:
            server.send_signal(signal.SIGQUIT)  # at once; nobody needs what is in it
            server.wait(60)


def _started(home: Path) -> "tuple[subprocess.Popen[bytes], int]":
    """The server once it answers, on a port that nobody took meanwhile. It ends with this process in any case."""
    for _ in range(5):
        port = _free_port()
        options = {"listen_addresses": "127.0.0.1", "unix_socket_directories": home, "fsync": "off"}
        line = [*_as_user(dies=True), str(_program("postgres")), "-D", str(home / "data"), "-p", str(port)]
        line += [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
        with open(home / "log", "ab") as log:
            server = subprocess.Popen(line, stdout=log, stderr=log, cwd="/")
        state = home / "data" / "postmaster.pid"
        while server.poll() is None:
            with contextlib.suppress(OSError):
                if state.read_text(encoding="utf-8").rstrip().endswith("ready"):
                    return server, port
            time.sleep(0.02)
    raise RuntimeError(f"postgres: {(home / 'log').read_text(errors='replace')[-2000:]}")


def _as_user(*, dies: bool = False) -> Sequence[str]:
    """What stands before a program of the server: another user where we are root, and that it ends with us."""
    words = ["--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.geteuid() == 0 else []
    words += ["--pdeathsig=QUIT"] if dies else []
    return ("setpriv", *words, "--") if words and shutil.which("setpriv") else ()


def _call(program: str, *arguments: object) -> None:
    line = [*_as_user(), str(_program(program)), *map(str, arguments)]
    # its output goes to a file: a server that inherits a pipe keeps it open
    with tempfile.TemporaryFile() as said:
        if subprocess.run(line, stdout=said, stderr=said, cwd="/", check=False).returncode:
            said.seek(0)
            raise RuntimeError(f"{program}: {said.read().decode(errors='replace')[-2000:]}")


def _program(name: str) -> str | None:
    return shutil.which(name, path=os.pathsep.join([os.environ.get("PATH", ""), *map(str, PLACES)]))


def _has_user(name: str) -> bool:
    import pwd

    try:
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
