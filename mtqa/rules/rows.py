"""Error spans as rows, into a file or a stream; what was killed goes on where it was, and ends with the same bytes."""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from ..cache import code_of
from ..cluster import LOCAL, Cluster
from ..formats.journal import Finished, Part, fallen_short, journaled
from ..mqm import ERROR_COLUMNS, ErrorSpan
from ..segment import Batch
from .kept import ROOMS
from .stream import Diagnosed, Diagnosing, Document, diagnosed, documents_of

__all__ = ["ROW_FORMS", "ErrorTask", "RowForm", "errors_to_file", "errors_to_stream"]

SCHEMA = "mtqa.journal/2"
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def _unheard(document: Document) -> None:
    """What is done with documents when nobody listens."""


def _unsaid(notice: str) -> None:
    """What is done with notices when nobody listens."""


@dataclass(frozen=True, slots=True)
class RowForm:
    """A form of error rows: what stands before the first row and each other one, the row, what stands at the end."""

    opening: str
    between: str
    row: Callable[[ErrorSpan], str]
    closing: str


@dataclass(frozen=True, slots=True)
class ErrorTask:
    """What is done with a table: how it is diagnosed, in which form its errors are written, and where the work runs.

    `models` are the signatures of the models that mark. `heed` is given each document, `say` hears each notice once.
    """

    work: Diagnosing
    form: str
    cluster: Cluster = LOCAL
    models: Sequence[str] = ()
    heed: Callable[[Document], None] = _unheard
    say: Callable[[str], None] = _unsaid


@dataclass(frozen=True, slots=True)
class _Rendering:
    """The work with its errors as rows: written where they are found, so that a driver only passes them on."""

    work: Diagnosing
    form: str

    def __call__(self, batch: Batch, cluster: Cluster = LOCAL) -> Diagnosed:
        found, form = self.work(batch, cluster), ROW_FORMS[self.form]
        return replace(found, errors=(), rows=form.between.join(map(form.row, found.errors)).encode())


def errors_to_file(batches: Iterable[Batch], task: ErrorTask, path: str | Path, *, resume: bool = False) -> None:
    """Writes the errors of these batches into the file `path`, which appears when it is whole.

    With `resume` a run that was killed goes on, one that never began begins. Refuses to resume with other options or
    another input, and what `diagnosed` refuses.
    """
    writing = _Writing(task)
    journaled(
        path,
        lambda finished: writing.parts(batches, finished),
        identity=_identity(task),
        resume=resume,
        closing=writing.closing,
    )


def errors_to_stream(batches: Iterable[Batch], task: ErrorTask, stream: BinaryIO) -> None:
    """Writes the errors of these batches as they are found; what is refused from the start leaves nothing written."""
    writing = _Writing(task)
    for part in writing.parts(batches, ()):
        stream.write(part.data)
        stream.flush()
    stream.write(writing.closing())
    stream.flush()


class _Writing:
    """The rows of one run: the first is told from the others, across a break too, and the input is fingerprinted."""

    def __init__(self, task: ErrorTask) -> None:
        self._task, self._form = task, ROW_FORMS[task.form]
        self._begun, self._rows, self._input = False, 0, hashlib.sha256()
        self._said: set[str] = set()

    def parts(self, batches: Iterable[Batch], finished: Sequence[Finished]) -> Iterator[Part]:
        """The rows of each stretch of whole documents, after those that are finished."""
        self._begun = bool(finished and finished[-1].bytes)

        def past(stretches: Iterator[Batch]) -> Iterator[Batch]:
            for entry in finished:
                batch = next(stretches, None)
                if batch is None or self._so_far(batch) != entry.input:
                    raise fallen_short(entry)
                self._told(documents_of(batch, self._task.work.kind), ())
            return stretches

        work = self._task.work
        by = _Rendering(work, self._task.form)
        for batch, found in diagnosed(batches, work, cluster=self._task.cluster, past=past, by=by):
            self._told(found.documents, found.notices)
            before = self._before() if found.rows else ""
            yield Part(before.encode() + found.rows, *self._after(batch))

    def _before(self) -> str:
        """What stands before the next row."""
        before = self._form.between if self._begun else self._form.opening + self._form.between.lstrip(",")
        self._begun = True
        return before

    def _after(self, batch: Batch) -> tuple[int, str]:
        """The rows and the fingerprint of the input up to the end of this stretch."""
        fingerprint = self._so_far(batch)
        return self._rows, fingerprint

    def _told(self, documents: Sequence[Document], notices: Sequence[str]) -> None:
        for document in documents:
            self._task.heed(document)
        for notice in notices:
            if notice not in self._said:
                self._said.add(notice)
                self._task.say(notice)

    def closing(self) -> bytes:
        """What stands after the last row; with the opening, where there was none."""
        opening = "" if self._begun else self._form.opening
        return (opening + self._form.closing).encode()

    def _so_far(self, batch: Batch) -> str:
        """The fingerprint of the input up to the end of this stretch."""
        sources = ["\3" if text is None else text for text in batch.source]
        references = ["\2".join(texts) for texts in batch.references]
        for column in (batch.id, batch.document, batch.system, sources, batch.hypothesis, references):
            self._input.update(("\0".join(column) + "\1").encode("utf-8", "surrogatepass"))
        self._rows += len(batch)
        return self._input.hexdigest()[:24]


def _identity(task: ErrorTask) -> str:
    """The first line of a journal: what a run must have in common with the one that it resumes."""
    work = task.work
    said: dict[str, object] = {
        "kind": work.kind,
        "language": work.language,
        "least": work.least,
        "models": list(task.models),
    }
    if work.severities is not None:
        said["severities"] = work.severities.digest
    if work.termbase is not None:
        said["termbase"] = hashlib.sha256(repr(work.termbase).encode()).hexdigest()[:24]
    return json.dumps({"schema": SCHEMA, "form": task.form, **said, "code": code_of(*ROOMS)}, ensure_ascii=False)


def _jsonl(error: ErrorSpan) -> str:
    return json.dumps(error.record(), ensure_ascii=False) + "\n"


def _json(error: ErrorSpan) -> str:
    return json.dumps(error.record(), ensure_ascii=False)


def _tsv(error: ErrorSpan) -> str:
    """Tab-separated; tabs, line ends and backslashes in texts are written as \\t, \\n, \\r and \\\\."""
    record = error.record()
    cells = ["; ".join(v) if isinstance(v := record[name], list) else str(v) for name in ERROR_COLUMNS]
    return "\t".join(cell.translate(_ESCAPES) for cell in cells) + "\n"


ROW_FORMS: Mapping[str, RowForm] = {
    "jsonl": RowForm("", "", _jsonl, ""),
    "tsv": RowForm("\t".join(ERROR_COLUMNS) + "\n", "", _tsv, ""),
    "json": RowForm('{"schema": "mtqa.errors/1", "errors": [', ",\n", _json, "\n]}\n"),
}
