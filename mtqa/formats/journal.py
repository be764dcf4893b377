"""Results that are written in parts: what was killed goes on where it was, and ends with the same bytes.

While a run writes `out.tsv` there are `out.tsv.partial`, the parts so far, and `out.tsv.partial.journal`: one line that
says which run it is, then one a finished part, with the place of its end, its checksum, and a fingerprint of the input
so far. A run that is resumed trusts a part only if the bytes are those that were written: neither a kill nor a loss of
power nor a full disk can bring in a lost, doubled or torn row. Two runs never write the same output at once.
"""

import json
import os
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import BinaryIO

from ..refusal import Misuse
from .locks import is_at, settle, try_lock
from .output import check_writable

__all__ = ["Finished", "Part", "fallen_short", "journaled"]

_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Part:
    """The bytes of a part of the output, the rows and the fingerprint of the input up to its end."""

    data: bytes
    rows: int
    input: str


@dataclass(frozen=True, slots=True)
class Finished:
    """A line of the journal: rows, bytes and fingerprint up to the end of a part, the CRC-32 of the part's bytes."""

    rows: int
    bytes: int
    input: str
    crc: int


def journaled(
    path: str | Path,
    parts: Callable[[Sequence[Finished]], Iterator[Part]],
    *,
    identity: str,
    resume: bool = False,
    closing: Callable[[], bytes] = bytes,
    finish: Callable[[Path, Path], None] | None = None,
) -> None:
    """Writes the parts one after another into the file `path`, which appears when it is whole.

    `parts` is given what is finished already and yields what follows. `identity` says all on which the bytes depend
    besides the input. `closing` gives the bytes after the last part; `finish` makes the file (second path) out of the
    parts (first path), where it is not simply their bytes. With `resume` a run that was killed goes on, one that never
    began begins. A refused run leaves nothing behind, a killed one what `resume` needs, and so does one without room.
    Refuses to resume with another identity, and a file that another run is writing.
    """
    target = check_writable(path)
    partial, journal = (target.with_name(target.name + suffix) for suffix in (".partial", ".partial.journal"))
    with _locked(journal, target) as log:
        finished = _finished(log, partial, identity) if resume else []
        begun = len(finished)
        try:
            _start(log, identity, begun)
            with open(partial, "r+b" if finished else "wb") as rows:
                rows.truncate(finished[-1].bytes if finished else 0)
                rows.seek(0, os.SEEK_END)
                for part in parts(finished):
                    _append(rows, log, part)
                    begun += 1
                rows.write(closing())
            _give_place(partial, target, finish)
            journal.unlink()
        except Exception as fault:
            full = isinstance(fault, OSError)
            if not (finished or (full and begun)):
                partial.unlink(missing_ok=True)
                journal.unlink(missing_ok=True)
            if isinstance(fault, OSError):
                mend = "make room and go on with --resume" if begun else "make room, or write elsewhere"
                raise Misuse(f"cannot be written: {fault.strerror}", where=str(path), mend=mend) from None
            raise


def fallen_short(entry: Finished) -> Misuse:
    """The refusal of an input that is not that of the run to be resumed."""
    return Misuse(
        f"the input is not that of the run to be resumed: it differs before row {entry.rows}",
        mend="run again without --resume",
    )


def _append(rows: BinaryIO, log: BinaryIO, part: Part) -> None:
    """The bytes first, then the line that vouches for them."""
    rows.write(part.data)
    rows.flush()
    entry = Finished(part.rows, rows.tell(), part.input, zlib.crc32(part.data))
    log.write(json.dumps(asdict(entry)).encode() + b"\n")
    log.flush()


def _give_place(partial: Path, target: Path, finish: Callable[[Path, Path], None] | None) -> None:
    if finish is None:
        settle(partial)
        os.replace(partial, target)
        return
    whole = target.with_name(target.name + ".whole")
    try:
        finish(partial, whole)
        settle(whole)
        os.replace(whole, target)
    finally:
        whole.unlink(missing_ok=True)
    partial.unlink()


def _start(log: BinaryIO, identity: str, begun: int) -> None:
    """The journal cut after its first line and those of the parts that stand; a new one has its first line."""
    log.seek(0)
    if begun:
        for _ in range(begun + 1):
            log.readline()
        log.truncate(log.tell())
        log.seek(0, os.SEEK_END)
    else:
        log.truncate(0)
        log.write(identity.encode() + b"\n")
        log.flush()


def _finished(log: BinaryIO, partial: Path, identity: str) -> list[Finished]:
    """The parts that a killed run had finished; none if there is no such run. A torn line or part ends them."""
    log.seek(0)
    first = log.readline()
    if not first.endswith(b"\n") or not partial.is_file():
        return []
    if first != identity.encode() + b"\n":
        raise Misuse(
            "the run to be resumed had other options or another version of mtqa",
            where=str(partial),
            mend="give the same options, or run again without --resume",
        )
    found: list[Finished] = []
    with open(partial, "rb") as rows:
        for line in log:
            entry = _entry(line)
            if entry is None or _crc(rows, entry.bytes - rows.tell()) != entry.crc:
                break
            found.append(entry)
    return found


def _entry(line: bytes) -> Finished | None:
    try:
        return Finished(**json.loads(line)) if line.endswith(b"\n") else None
    except (ValueError, TypeError):
        return None


def _crc(rows: BinaryIO, size: int) -> int | None:
    """The CRC-32 of the next bytes; None where there are not so many."""
    crc = 0
    while size > 0:
        block = rows.read(min(size, _BLOCK))
        if not block:
            return None
        crc, size = zlib.crc32(block, crc), size - len(block)
    return crc


@contextmanager
def _locked(journal: Path, target: Path) -> Iterator[BinaryIO]:
    """The journal, open and ours alone; the lock goes with the process, however it ends."""
    while True:
        with _opened(journal, target) as log:
            if not try_lock(log.fileno()):
                raise Misuse("another run is writing it", where=str(target), mend="wait for it, or name another file")
            if is_at(log.fileno(), journal):
                yield log
                return


def _opened(journal: Path, target: Path) -> BinaryIO:
    try:
        return open(journal, "a+b")
    except OSError as fault:
        raise Misuse(f"cannot be written: {fault.strerror}", where=str(target)) from None
