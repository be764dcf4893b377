"""The door: files, compressed files and stdin as checked blocks of whole lines.

What cannot be text is refused here, with its place: a missing file, a directory, an empty file, NUL bytes, UTF-16,
invalid UTF-8 (line and byte), a damaged .gz. A byte-order mark is dropped and said.
"""

import gzip
import sys
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from ..refusal import Refusal
from .dataset import is_uri, opened_uri

__all__ = [
    "STDIN",
    "Block",
    "Say",
    "Unpacked",
    "blocks",
    "is_pipe",
    "open_input",
    "read_bytes",
    "silent",
    "spoken",
    "text_of",
]

STDIN = "-"
Say = Callable[[str], None]
_BOM = b"\xef\xbb\xbf"
_LONGEST = 64 << 20  # bytes of a line: a packed file of one line would take all memory
_RATIO = 100  # texts are packed 3 to 40 times
_UNPACKED = 16 << 20  # bytes from which the ratio is looked at: what is smaller does no harm


@dataclass(frozen=True, slots=True)
class Block:
    """Whole lines of a file; `line` is the number of the first, from 1. Only the last block may lack a final \\n."""

    name: str
    line: int
    data: bytes

    def where(self, line: int) -> str:
        """The place of the line with this index in the block, from 0: `batch.tsv:17`."""
        return f"{self.name}:{self.line + line}"

    def lines(self) -> list[bytes]:
        """The lines without their \\n; a final \\n opens no further line."""
        return self.data.removesuffix(b"\n").split(b"\n")


def silent(message: str) -> None:
    """What is done with remarks when nobody listens."""


def spoken(path: str | Path) -> str:
    """How a refusal calls the input: the path as it was given, `stdin` for `-`."""
    return "stdin" if str(path) == STDIN else str(path)


@contextmanager
def open_input(path: str | Path) -> Iterator[BinaryIO]:
    """The bytes of a file, of a .gz unpacked, or of stdin (`-`); refuses what cannot be opened or is empty."""
    if str(path) == STDIN:
        yield sys.stdin.buffer
        return
    if is_uri(path):
        with opened_uri(str(path)) as far:
            if str(path).lower().endswith(".gz"):
                with Unpacked(far, str(path)) as unpacked:
                    yield unpacked  # type: ignore[misc]
            else:
                yield far
        return
    _check_readable(Path(path))
    if str(path).lower().endswith(".gz"):
        with open(path, "rb") as packed, Unpacked(packed, str(path)) as unpacked:
            yield unpacked  # type: ignore[misc]
    else:
        with open(path, "rb") as plain:
            yield plain


class Unpacked(gzip.GzipFile):
    """The bytes of a .gz; refuses one that unpacks to far more than texts do."""

    def __init__(self, packed: BinaryIO, called: str) -> None:
        super().__init__(fileobj=packed, mode="rb")
        self._packed = packed
        self._called = called

    def read(self, size: int | None = -1) -> bytes:
        """As the file of the standard library."""
        data = super().read(size)
        if self.tell() > _UNPACKED and self.tell() > _RATIO * self._packed.tell():
            what = f"it unpacks to more than {_RATIO} times its size"
            raise Refusal(what, where=self._called, mend="unpack it first if it is meant so")
        return data


def blocks(stream: BinaryIO, name: str, *, size: int, say: Say = silent) -> Iterator[Block]:
    """Blocks of about `size` bytes, each of whole lines, NUL-free, in order; memory is bounded by the longest line.

    Refuses an input without a byte, NUL bytes (a binary file), UTF-16, and a .gz that is cut or damaged.
    """
    line = 1
    data = _without_mark(read_bytes(stream, size, name), name, say)
    while data:
        _check_text(data, name, line)
        ends = data.count(b"\n")
        if not data.endswith(b"\n"):
            rest = read_bytes(stream, None, name)
            if len(rest) == _LONGEST and not rest.endswith(b"\n"):
                at = f"{name}:{line + ends}"
                raise Refusal("a line of more than 64 MiB", where=at, mend="this is no table or document of segments")
            _check_text(rest, name, line + ends)
            data += rest
            ends += rest.count(b"\n")
        yield Block(name, line, data)
        line += ends
        data = read_bytes(stream, size, name)


def text_of(line: bytes, where: str) -> str:
    """The text of one line; refuses bytes that are not UTF-8, with the first such byte (from 1)."""
    try:
        return line.decode()
    except UnicodeDecodeError as error:
        raise Refusal(
            f"invalid UTF-8: byte {error.start + 1} of the line is 0x{line[error.start]:02X}",
            where=where,
            mend="save the file as UTF-8",
        ) from None


def is_pipe(path: str | Path) -> bool:
    """Whether the bytes come once and cannot be read again: stdin, or a pipe such as the shell's `<(…)`."""
    return str(path) == STDIN or Path(path).is_fifo()


def _check_readable(path: Path) -> None:
    if is_pipe(path):
        return
    try:
        with open(path, "rb") as stream:
            nothing = not stream.read(1)
    except FileNotFoundError:
        raise Refusal("no such file", where=str(path)) from None
    except IsADirectoryError:
        raise Refusal("a directory, a file is wanted", where=str(path)) from None
    except OSError as error:
        raise Refusal(f"cannot be read: {error.strerror}", where=str(path)) from None
    except ValueError:
        raise Refusal("not the name of a file") from None
    if nothing:
        raise Refusal("the file is empty", where=str(path), mend="give at least one segment")


def _check_text(data: bytes, name: str, line: int) -> None:
    if b"\0" in data:
        at = f"{name}:{line + data[: data.index(0)].count(10)}"
        raise Refusal("a binary file: it holds NUL bytes", where=at, mend="give text in UTF-8")


def read_bytes(stream: BinaryIO, size: int | None, name: str) -> bytes:
    """`size` bytes, fewer only at the end of the stream; None: the rest of the line. Refuses a .gz that is cut."""
    parts: list[bytes] = []
    try:
        if size is None:
            return stream.readline(_LONGEST)
        while size > 0 and (part := stream.read(size)):
            parts.append(part)
            size -= len(part)
    except EOFError:
        raise Refusal("the .gz file is cut off", where=name, mend="fetch it again") from None
    except (gzip.BadGzipFile, zlib.error):
        raise Refusal("not a sound .gz file", where=name, mend="fetch it again") from None
    except IsADirectoryError:
        raise Refusal("a directory, a file is wanted", where=name) from None
    except OSError as error:
        raise Refusal(f"cannot be read: {error.strerror}", where=name) from None
    return b"".join(parts)


def _without_mark(data: bytes, name: str, say: Say) -> bytes:
    if not data:
        raise Refusal(
            "the file is empty" if name != "stdin" else "nothing came", where=name, mend="give at least one segment"
        )
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise Refusal("UTF-16, UTF-8 is wanted", where=name, mend=f"iconv -f UTF-16 -t UTF-8 {name}")
    if data.startswith(_BOM):
        say(f"{name}: a byte-order mark was dropped")
        return data[len(_BOM) :]
    return data
