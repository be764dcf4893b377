"""What comes through a pipe: known by its first bytes, unpacked where it is a .gz, kept in a file where it is Parquet.

Parquet is read from its end, where its directory stands, so it is no stream: the whole of it goes to a temporary file
first, which is said.
"""

import gzip
import io
import shutil
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, cast

from ..refusal import Refusal
from .door import Say, Unpacked
from .known import piped

__all__ = ["sniffed_pipe"]

_FIRST = 1 << 16  # bytes of the first line that are looked at
_GZIP, _PARQUET = b"\x1f\x8b", b"PAR1"


@contextmanager
def sniffed_pipe(stream: BinaryIO, path: str | Path, name: str, say: Say) -> Iterator[tuple[str, BinaryIO, str | Path]]:
    """The name of the format, its bytes from the first on, and the path under which they can be read again."""
    first, stream = _opening(stream, name)
    if first.startswith(_GZIP):
        unpacked: Any = Unpacked(cast(BinaryIO, _Counted(stream)), name)
        first, stream = _opening(unpacked, name)
    if not first.startswith(_PARQUET):
        yield piped(first), stream, path
        return
    with tempfile.NamedTemporaryFile(prefix="mtqa-", suffix=".parquet") as kept:
        say(f"{name}: Parquet is no stream: kept in a temporary file in {Path(kept.name).parent} while it is read")
        shutil.copyfileobj(stream, kept, 1 << 20)
        kept.flush()
        yield "parquet", stream, kept.name


def _opening(stream: BinaryIO, name: str) -> tuple[bytes, BinaryIO]:
    """The first line, and the stream whole again; refuses a .gz that is damaged there."""
    try:
        first = stream.readline(_FIRST)
    except EOFError:
        raise Refusal("the .gz file is cut off", where=name, mend="fetch it again") from None
    except (gzip.BadGzipFile, zlib.error):
        raise Refusal("not a sound .gz file", where=name, mend="fetch it again") from None
    except OSError as fault:
        raise Refusal(f"cannot be read: {fault.strerror}", where=name) from None
    return first, cast(BinaryIO, io.BufferedReader(_Rejoined(first, stream), _FIRST))


class _Counted(io.RawIOBase):
    """A pipe that knows how far it was read."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._place = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._stream.read(len(buffer))
        buffer[: len(data)] = data
        self._place += len(data)
        return len(data)

    def tell(self) -> int:
        return self._place


class _Rejoined(io.RawIOBase):
    """A stream whose first line was read ahead, whole again."""

    def __init__(self, first: bytes, rest: BinaryIO) -> None:
        self._first = first
        self._rest = rest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._first[: len(buffer)] or self._rest.read(len(buffer))
        self._first = self._first[len(buffer) :]
        buffer[: len(data)] = data
        return len(data)
