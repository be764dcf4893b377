"""Scored segments into a file or a stream; what was killed goes on where it was, and ends with the same bytes.

While a run writes `out.tsv` there are `out.tsv.partial`, the rows so far, and `out.tsv.partial.journal`: one line that
says which run it is, then one a finished chunk. A run that is resumed reads the input again, checks by fingerprint
that the finished chunks are those of the journal, cuts the rows off after the last of them, and scores the rest.
"""

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import BinaryIO

from ..formats import Chunk, check_writable
from ..formats.columns import OnError, stop
from ..metric import Metric, Signature
from ..refusal import Misuse, Refusal
from .columns import is_neural
from .models import NO_MODELS, Models
from .rows import Form, columns_of
from .scorable import scorable
from .stream import Provenance, score_chunks

__all__ = ["Task", "segments_to_file", "segments_to_stream"]

SCHEMA = "mtqa.journal/1"


def _unheard(rows: int) -> None:
    """What is done with the progress when nobody looks."""


@dataclass(frozen=True, slots=True)
class Task:
    """What is done with every segment: metrics, form of the rows, engine and threads, the opened models of the metrics.

    `on_error` gets the refusal of a row that cannot be scored; `tick` hears after each chunk how many rows it had.
    """

    metrics: Sequence[Metric]
    form: Form
    threads: int = 1
    engine: str | None = None
    on_error: OnError = stop
    tick: Callable[[int], None] = _unheard
    models: Models = NO_MODELS


@dataclass(frozen=True, slots=True)
class _Finished:
    """A line of the journal: rows and bytes written so far, the fingerprint of the input so far."""

    rows: int
    bytes: int
    input: str


class _Trail:
    """The fingerprint of all chunks so far, ids included, and what the signatures need of them."""

    def __init__(self, task: Task) -> None:
        self.provenance = Provenance(task.metrics, task.engine, task.models)
        self._sources = any(map(is_neural, task.metrics))
        self._ids = hashlib.sha256()

    def update(self, chunk: Chunk) -> None:
        self.provenance.update(chunk)
        told: list[Sequence[str]] = [chunk.id, chunk.document or (), chunk.system or ()]
        if self._sources:
            told.append([source or "" for source in chunk.source or ()])
        for column in told:
            self._ids.update(("\0".join(column) + "\1").encode("utf-8", "surrogatepass"))

    def so_far(self) -> str:
        return f"{self.provenance.data.hexdigest()}{self._ids.hexdigest()[:12]}"


def segments_to_stream(chunks: Iterable[Chunk], task: Task, stream: BinaryIO) -> dict[str, Signature]:
    """Scores the chunks and writes each as soon as it is scored; gives the signatures of the whole.

    Refuses an input of which no row can be scored, and a form that is no stream (Parquet).
    """
    if task.form.finish is not None:
        raise Misuse(f"{task.form.name} is no stream", mend="name a file with -o")
    trail = _Trail(task)
    try:
        for part in _parts(scorable(chunks, task.metrics, task.on_error), task, trail, fresh=True):
            stream.write(part)
            stream.flush()
        signatures = _signatures(trail)
        stream.write(task.form.closing(signatures))
        stream.flush()
    except BrokenPipeError:  # the reader has seen enough
        raise
    except OSError as fault:
        raise Misuse(f"cannot be written: {fault.strerror}", where="stdout") from None
    return signatures


def segments_to_file(
    chunks: Iterable[Chunk], task: Task, path: str | Path, *, resume: bool = False
) -> dict[str, Signature]:
    """Scores the chunks into the file `path`, which appears when it is whole; gives the signatures of the whole.

    With `resume` a run that was killed goes on, one that never began begins. Refused runs leave nothing behind;
    killed and interrupted ones leave what `resume` needs. Refuses to resume with other options or another input.
    """
    target = check_writable(path)
    partial, journal = (target.with_name(target.name + suffix) for suffix in (".partial", ".partial.journal"))
    finished = _read_journal(journal, partial, task) if resume else []
    try:
        trail = _Trail(task)
        remaining = _past(scorable(chunks, task.metrics, task.on_error), finished, trail, task)
        _write_journal(journal, task, finished)
        with open(partial, "r+b" if finished else "wb") as rows, open(journal, "a", encoding="utf-8") as log:
            rows.truncate(finished[-1].bytes if finished else 0)
            rows.seek(0, os.SEEK_END)
            for part in _parts(remaining, task, trail, fresh=not finished):
                rows.write(part)
                rows.flush()
                log.write(_line(_Finished(trail.provenance.data.rows, rows.tell(), trail.so_far())))
                log.flush()
            signatures = _signatures(trail)
            rows.write(task.form.closing(signatures))
        _finish(partial, target, task, signatures)
        journal.unlink()
    except Exception as fault:
        if not finished:
            partial.unlink(missing_ok=True)
            journal.unlink(missing_ok=True)
        if isinstance(fault, OSError):
            raise Misuse(f"cannot be written: {fault.strerror}", where=str(path)) from None
        raise
    return signatures


def _parts(chunks: Iterable[Chunk], task: Task, trail: _Trail, *, fresh: bool) -> Iterator[bytes]:
    """The bytes of each chunk, once its scores are there; the first of a fresh output begins with its opening."""
    columns: tuple[str, ...] | None = None
    for scored in score_chunks(chunks, task.metrics, threads=task.threads, engine=task.engine, models=task.models):
        first = fresh and columns is None
        columns = columns or columns_of(scored.chunk, task.metrics)
        opening = task.form.opening(columns) if first else b""
        part = opening + task.form.encode(scored, columns, first)
        trail.update(scored.chunk)
        yield part
        task.tick(len(scored.chunk))


def _past(chunks: Iterator[Chunk], finished: Sequence[_Finished], trail: _Trail, task: Task) -> Iterator[Chunk]:
    """The chunks after the finished ones, which are read again and compared."""
    for entry in finished:
        chunk = next(chunks, None)
        if chunk is not None:
            trail.update(chunk)
            task.tick(len(chunk))
        if chunk is None or trail.so_far() != entry.input:
            raise Misuse(
                f"the input is not that of the run to be resumed: it differs before row {entry.rows}",
                mend="run again without --resume",
            )
    return chunks


def _finish(partial: Path, target: Path, task: Task, signatures: dict[str, Signature]) -> None:
    if task.form.finish is None:
        os.replace(partial, target)
        return
    whole = target.with_name(target.name + ".whole")
    try:
        task.form.finish(partial, whole, signatures)
        os.replace(whole, target)
    finally:
        whole.unlink(missing_ok=True)
    partial.unlink()


def _signatures(trail: _Trail) -> dict[str, Signature]:
    if not trail.provenance.data.rows:
        raise Refusal("no row could be scored")
    return trail.provenance.signatures(level="segment")


def _identity(task: Task) -> str:
    """The first line of a journal: what a run must have in common with the one that it resumes."""
    metrics = {name: str(made) for name, made in _Trail(task).provenance.signatures(level="segment").items()}
    return json.dumps({"schema": SCHEMA, "form": task.form.name, "metrics": metrics}, ensure_ascii=False) + "\n"


def _line(entry: _Finished) -> str:
    return json.dumps(asdict(entry)) + "\n"


def _write_journal(journal: Path, task: Task, finished: Sequence[_Finished]) -> None:
    beside = journal.with_name(journal.name + ".new")
    beside.write_text(_identity(task) + "".join(map(_line, finished)), encoding="utf-8")
    os.replace(beside, journal)


def _read_journal(journal: Path, partial: Path, task: Task) -> list[_Finished]:
    """The chunks that a killed run had finished; none if there is no such run. A torn last line does not count."""
    if not (journal.is_file() and partial.is_file()):
        return []
    lines = journal.read_text(encoding="utf-8", errors="replace").splitlines(keepends=True)
    if not lines or lines[0] != _identity(task):
        raise Misuse(
            "the run to be resumed had other options or another version of mtqa",
            where=str(partial),
            mend="give the same options, or run again without --resume",
        )
    size = partial.stat().st_size
    finished: list[_Finished] = []
    for line in lines[1:]:
        try:
            entry = _Finished(**json.loads(line))
        except (ValueError, TypeError):
            break
        if entry.bytes > size:
            break
        finished.append(entry)
    return finished
