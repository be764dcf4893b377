"""The report on loopback, so that decisions are saved to disk as they are made.

One page, one file of decisions, one random token in the address; nothing else is served. Only 127.0.0.1 is listened on,
and a request is answered only under the name it was opened by, so that no page of another site can reach it. The file
is replaced as a whole, and only by a page that has seen its present content.
"""

import hashlib
import hmac
import secrets
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock

from ..formats import writer
from ..refusal import Misuse, Refusal
from .reading import sheet_of

__all__ = ["Served", "serve"]

HOST = "127.0.0.1"
MOST = 64 * 1024 * 1024  # bytes of decisions: some hundred thousand


class Served(ThreadingHTTPServer):
    """A server of one report; `address` is where to open it. Use it as a context: it answers until `shutdown`."""

    daemon_threads = True

    def __init__(self, page: bytes, decisions: Path, assessment: str, port: int) -> None:
        self.page, self.decisions, self.assessment = page, decisions, assessment
        self.token = secrets.token_urlsafe(18)
        self.writing = Lock()
        super().__init__((HOST, port), _Answer)

    @property
    def name(self) -> str:
        """Host and port, as a browser names them."""
        return f"{HOST}:{self.server_address[1]}"

    @property
    def address(self) -> str:
        """Where the report is to be opened; it holds the token."""
        return f"http://{self.name}/{self.token}/"

    def content(self) -> bytes:
        """The decisions on disk; empty where there are none yet."""
        return self.decisions.read_bytes() if self.decisions.exists() else b""


def serve(page: str, decisions: Path, *, assessment: str, port: int = 0) -> Served:
    """A server for this page, not yet running; `port` 0 takes a free one.

    Refuses a file of decisions that was made for another assessment: it would be written over.
    """
    if decisions.exists():
        _check(decisions.read_bytes(), str(decisions), assessment)
    try:
        return Served(page.encode("utf-8"), decisions, assessment, port)
    except OSError as fault:
        raise Misuse(f"cannot listen on port {port} ({fault.strerror})", mend="name another --port") from None


def _check(content: bytes, path: str, assessment: str) -> None:
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        raise Refusal("no UTF-8 text", where=path) from None
    sheet = sheet_of(text.removesuffix("\n").split("\n"), path)
    if sheet.assessment != assessment:
        raise Refusal("made for another assessment", where=path, mend="name another file with --decisions")


def _version(content: bytes) -> str:
    return f'"{hashlib.sha256(content).hexdigest()[:32]}"'


class _Answer(BaseHTTPRequestHandler):
    """What is said to one request: the page, the decisions, or no more than a status."""

    server: Served
    server_version, sys_version = "mtqa", ""
    protocol_version = "HTTP/1.1"
    timeout = 30

    def do_GET(self) -> None:
        self._answer({"": self._page, "decisions": self._read})

    def do_PUT(self) -> None:
        self._answer({"decisions": self._write})

    def _answer(self, places: dict[str, Callable[[], None]]) -> None:
        """Answer at one of these places; without the token, or under another name, nothing is there."""
        _, token, *rest = self.path.split("?")[0].split("/", 2)
        place = places.get(rest[0]) if rest else None
        known = hmac.compare_digest(token.encode(), self.server.token.encode())
        if not known or self.headers.get("Host") != self.server.name or place is None:
            self.close_connection = True
            self._say(HTTPStatus.NOT_FOUND, "not found\n")
            return
        place()

    def _page(self) -> None:
        self._send(HTTPStatus.OK, self.server.page, "text/html; charset=utf-8")

    def _read(self) -> None:
        content = self.server.content()
        self._send(HTTPStatus.OK, content, "application/jsonl", version=_version(content))

    def _write(self) -> None:
        origin = self.headers.get("Origin")
        length = self.headers.get("Content-Length", "")
        if (
            origin not in (None, f"http://{self.server.name}")
            or not length.isdecimal()
            or len(length) > 12
            or int(length) > MOST
        ):
            self.close_connection = True
            self._say(HTTPStatus.FORBIDDEN, "not from here, or too long\n")
            return
        content = self.rfile.read(int(length))
        try:
            _check(content, "decisions", self.server.assessment)
        except Refusal as refusal:
            self._say(HTTPStatus.BAD_REQUEST, f"{refusal}\n")
            return
        with self.server.writing:
            if self.headers.get("If-Match") != _version(self.server.content()):
                self._say(HTTPStatus.CONFLICT, "the file was changed since; reload the page to have both\n")
                return
            try:
                with writer(self.server.decisions) as stream:
                    stream.write(content)
            except (Refusal, OSError) as fault:
                self._say(HTTPStatus.INTERNAL_SERVER_ERROR, f"{fault}\n")
                return
        self._send(HTTPStatus.NO_CONTENT, b"", "application/jsonl", version=_version(content))

    def _say(self, status: HTTPStatus, text: str) -> None:
        self._send(status, text.encode("utf-8"), "text/plain; charset=utf-8")

    def _send(self, status: HTTPStatus, body: bytes, kind: str, *, version: str = "") -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Referrer-Policy", "no-referrer")
        self.send_header("X-Frame-Options", "DENY")
        self.send_header("Cross-Origin-Resource-Policy", "same-origin")
        if version:
            self.send_header("ETag", version)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing: the address holds the token."""
