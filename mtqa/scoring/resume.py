"""Scored segments into a file or a stream; what was killed goes on where it was, and ends with the same bytes.

A run that is resumed reads the input again, checks by fingerprint that the finished chunks are those of the journal
(`formats.journal`), and scores the rest.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from ..cluster import LOCAL, Cluster
from ..formats import Chunk
from ..formats.columns import Keep, OnError, stop
from ..formats.journal import Finished, Part, fallen_short, journaled
from ..metric import Metric, Signature
from ..refusal import Misuse, Refusal
from .columns import is_neural
from .models import NO_MODELS, Models
from .rows import FORMS, Form, columns_of
from .scorable import scorable
from .stream import Provenance, Scoring

__all__ = ["Task", "segments_to_file", "segments_to_stream"]

SCHEMA = "mtqa.journal/2"


def _unheard(rows: int) -> None:
    """What is done with the progress when nobody looks."""


@dataclass(frozen=True, slots=True)
class Task:
    """What is done with every segment: metrics, form of the rows, where it runs, engine, the opened models.

    `mean`: a row with several references has the mean of its scores against each, in place of the metric's own way.
    `keep` are the columns that the chunks carry; a run that is resumed must carry the same.
    `on_error` gets the refusal of a row that cannot be scored; `tick` hears after each chunk how many rows it had.
    """

    metrics: Sequence[Metric]
    form: Form
    cluster: Cluster = LOCAL
    engine: str | None = None
    on_error: OnError = stop
    tick: Callable[[int], None] = _unheard
    keep: Keep = ()
    mean: bool = False
    models: Models = NO_MODELS


@dataclass(frozen=True, slots=True)
class _Piece:
    """A chunk on its way to become rows; `first` is the one that opens the output."""

    chunk: Chunk
    columns: tuple[str, ...]
    first: bool


@dataclass(frozen=True, slots=True)
class _Writing:
    """The work on a piece: its rows as bytes, and what the models noticed. It can be sent to another machine."""

    scoring: Scoring
    form: str

    def __call__(self, piece: _Piece) -> tuple[bytes, tuple[str, ...]]:
        form = FORMS[self.form]
        made = self.scoring(piece.chunk)
        opening = form.opening(piece.columns) if piece.first else b""
        return opening + form.encode(made.of(piece.chunk), piece.columns, piece.first), made.notices


class _Trail:
    """The fingerprint of all chunks so far, ids included, and what the signatures need of them."""

    def __init__(self, task: Task) -> None:
        self.provenance = Provenance(task.metrics, task.engine, task.models, mean=task.mean)
        self._sources = any(map(is_neural, task.metrics))
        self._ids = hashlib.sha256()

    def update(self, chunk: Chunk) -> None:
        self.provenance.update(chunk)
        told: list[Sequence[str]] = [chunk.id, chunk.document or (), chunk.system or ()]
        if self._sources:
            told.append([source or "" for source in chunk.source or ()])
        for name, kept in chunk.kept.items():
            told += [[name], kept.cells]
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
    trail = _Trail(task)
    signatures: dict[str, Signature] = {}

    def parts(finished: Sequence[Finished]) -> Iterator[Part]:
        remaining = _past(scorable(chunks, task.metrics, task.on_error), finished, trail, task)
        for rows in _parts(remaining, task, trail, fresh=not finished):
            yield Part(rows, trail.provenance.data.rows, trail.so_far())
        signatures.update(_signatures(trail))

    finish = task.form.finish
    journaled(
        path,
        parts,
        identity=_identity(task),
        resume=resume,
        closing=lambda: task.form.closing(signatures),
        finish=None if finish is None else lambda rows, whole: finish(rows, whole, signatures),
    )
    return signatures


def _parts(chunks: Iterable[Chunk], task: Task, trail: _Trail, *, fresh: bool) -> Iterator[bytes]:
    """The bytes of each chunk, once its scores are there; the first of a fresh output begins with its opening."""
    work = _Writing(Scoring.by(task.metrics, task.engine, task.models, mean=task.mean), task.form.name)
    for piece, (rows, notices) in task.cluster.in_order(work, _pieces(chunks, task, fresh=fresh)):
        for notice in notices:
            task.models.tell(notice)
        trail.update(piece.chunk)
        yield rows
        task.tick(len(piece.chunk))


def _pieces(chunks: Iterable[Chunk], task: Task, *, fresh: bool) -> Iterator[_Piece]:
    """The chunks with the columns of the output, which are those of the first."""
    columns: tuple[str, ...] | None = None
    for chunk in chunks:
        first = fresh and columns is None
        columns = columns or columns_of(chunk, task.metrics)
        yield _Piece(chunk, columns, first)


def _past(chunks: Iterator[Chunk], finished: Sequence[Finished], trail: _Trail, task: Task) -> Iterator[Chunk]:
    """The chunks after the finished ones, which are read again and compared."""
    for entry in finished:
        chunk = next(chunks, None)
        if chunk is not None:
            trail.update(chunk)
            task.tick(len(chunk))
        if chunk is None or trail.so_far() != entry.input:
            raise fallen_short(entry)
    return chunks


def _signatures(trail: _Trail) -> dict[str, Signature]:
    if not trail.provenance.data.rows:
        raise Refusal("no row could be scored")
    return trail.provenance.signatures(level="segment")


def _identity(task: Task) -> str:
    """The first line of a journal: what a run must have in common with the one that it resumes."""
    metrics = {name: str(made) for name, made in _Trail(task).provenance.signatures(level="segment").items()}
    run = {"schema": SCHEMA, "form": task.form.name, "keep": task.keep, "metrics": metrics}
    return json.dumps(run, ensure_ascii=False)
