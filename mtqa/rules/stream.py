"""Whole tables and frames: diagnosed document by document, in memory that does not grow with the table."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from ..cache import open_results
from ..cluster import LOCAL, Cluster, open_cluster
from ..mqm import ERROR_COLUMNS, ErrorSpan, Severities
from ..refusal import Refusal, unknown_name
from ..segment import Batch, ReferenceKind
from ..termbase import Termbase, read_termbase
from .kind import reference_kind, unlike
from .likelihood import LIKELY

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["KINDS", "Diagnosed", "Diagnosing", "Document", "Marker", "diagnosed", "documents_of", "errors", "errors_of"]

KINDS = ("auto", "correction", "independent")
LARGEST_DOCUMENT = 100_000  # rows held back for a document to end; a longer one is diagnosed in parts


class Marker(Protocol):
    """Models that mark errors, as `scoring.Models`; sent to another machine they are opened there."""

    def marks(self, batch: Batch) -> Sequence[ErrorSpan]:
        """The errors that the models mark in a batch."""
        ...

    def overheard(self) -> tuple[str, ...]:
        """What the models noticed since the last call, where nobody listens directly."""
        ...


_ENOUGH = 3  # segments of a document before its wording says anything of it


@dataclass(frozen=True, slots=True)
class Document:
    """What a document is to its diagnosis: its segments, those with a reference, and what the references are.

    `unlike` are the ids of segments that have little in common with what is called their correction; `doubted` says
    that the whole document reads like another translation than the one that was corrected.
    """

    segments: int
    paired: int
    kind: ReferenceKind
    unlike: tuple[str, ...] = ()
    doubted: bool = False

    @classmethod
    def of(cls, document: Batch) -> "Document":
        """The same of a document whose kind of references is settled."""
        paired, kind = document.paired, document.reference_kind
        if kind is not ReferenceKind.CORRECTION:
            return cls(len(document), len(paired), kind)
        texts = [document.hypothesis[n] for n in paired], [document.references[n][0] for n in paired]
        strangers = tuple(document.id[paired[n]] for n in unlike(*texts))
        doubted = len(paired) >= _ENOUGH and reference_kind(*texts)[0] is ReferenceKind.INDEPENDENT
        return cls(len(document), len(paired), kind, strangers, doubted)


@dataclass(frozen=True, slots=True)
class Diagnosed:
    """What was found in consecutive rows that are whole documents: errors in row order; notices on models and cache.

    `rows` are the errors as they are written, where they were rendered where they were found; `errors` is empty then.
    """

    errors: tuple[ErrorSpan, ...]
    documents: tuple[Document, ...]
    notices: tuple[str, ...]
    rows: bytes = b""


@dataclass(frozen=True, slots=True)
class Diagnosing:
    """The work on consecutive rows that are whole documents. It can be sent to another machine.

    `cached` names the folder of the cache, None: none but the one that `$MTQA_CACHE` names. `alone` says that a table
    without any reference is meant: only the checks that need none are made.
    """

    kind: str
    language: str
    least: float
    marker: Marker | None = None
    cached: str | None = None
    termbase: Termbase | None = None
    alone: bool = False
    severities: Severities | None = None

    def __call__(self, batch: Batch, cluster: Cluster = LOCAL) -> Diagnosed:
        """What is found in these rows, their segments shared out on `cluster`."""
        from . import Asked, diagnoses

        whole = list(_documents(batch, self.kind))
        asked = [
            Asked(document, marks=tuple(self.marker.marks(document)) if self.marker else ()) for _, document in whole
        ]
        each = diagnoses(
            asked,
            language=self.language,
            least=self.least,
            cluster=cluster,
            cached=self.cached,
            termbase=self.termbase,
            severities=self.severities,
        )
        found: list[tuple[int, ErrorSpan]] = []
        for (positions, _), diagnosis in zip(whole, each, strict=True):
            order = iter(positions)
            place = -1
            # Spans come in the order of the group's rows: each id names its row, rows without an error are passed over.
            for error in diagnosis.errors:
                while place < 0 or batch.id[place] != error.id:
                    place = next(order)
                found.append((place, error))
        errors = tuple(error for _, error in sorted(found, key=lambda pair: pair[0]))
        documents = tuple(Document.of(document) for _, document in whole)
        return Diagnosed(errors, documents, self._notices())

    def _notices(self) -> tuple[str, ...]:
        store = open_results(self.cached)
        trouble = (store.trouble,) if store is not None and store.trouble else ()
        return (*(self.marker.overheard() if self.marker else ()), *trouble)


class Work(Protocol):
    """The work on rows that are whole documents: `Diagnosing`, or what does more with what it finds."""

    def __call__(self, batch: Batch, cluster: Cluster) -> Diagnosed:
        """What is found in these rows, their segments shared out on `cluster`."""
        ...


def errors(
    frame: "pd.DataFrame",
    *,
    kind: str = "auto",
    language: str = "auto",
    least: float = LIKELY,
    termbase: "str | Path | Termbase | None" = None,
    processes: int = 1,
) -> "pd.DataFrame":
    """One row an error span, in the order of the frame's rows, in the columns of `mqm.ERROR_COLUMNS`.

    `kind` says what the references are: `correction`, `independent`, or `auto` (a column called `pe` or `postedit`
    is a correction; else measured, document by document). Rows without a reference yield what the checks find that
    need none; a frame whose column of references is empty is refused, one without such a column is not, unless `kind`
    is given. Against independent references `least` is the probability below which a difference is left out (0: none
    is). `termbase` is a CSV or TBX file, or one that was read. `processes` diagnose on as many cores, to the same end.
    """
    import pandas as pd

    from ..formats import NEEDS_HYPOTHESIS, NEEDS_PAIR
    from ..formats.chunk import batch_of_chunks
    from ..formats.frame import chunk_of_frame

    rows = chunk_of_frame(frame, needs=NEEDS_HYPOTHESIS if kind == "auto" else NEEDS_PAIR)
    batch, alone = batch_of_chunks([rows]), kind == "auto" and rows.kind is ReferenceKind.NONE
    terms = None if termbase is None else read_termbase(termbase)
    work = Diagnosing(kind, language, least, termbase=terms, alone=alone)
    with open_cluster("local", processes=processes) as cluster:
        found = [error.record() for _, part in diagnosed([batch], work, cluster=cluster) for error in part.errors]
    return pd.DataFrame(found, columns=list(ERROR_COLUMNS))


def errors_of(
    batches: Iterable[Batch], *, kind: str = "auto", language: str = "auto", least: float = LIKELY
) -> Iterator[ErrorSpan]:
    """The error spans of a stream of batches, in order; refused as in `diagnosed`."""
    for _, found in diagnosed(batches, Diagnosing(kind, language, least)):
        yield from found.errors


def diagnosed(
    batches: Iterable[Batch],
    work: Diagnosing,
    *,
    cluster: Cluster = LOCAL,
    past: Callable[[Iterator[Batch]], Iterator[Batch]] = iter,
    by: Work | None = None,
) -> Iterator[tuple[Batch, Diagnosed]]:
    """The rows of a stream of batches, in order, cut where documents end, with what was found in them.

    Rows without a document name count as one document a batch. `past` is given the cut rows and takes away those that
    need no diagnosis (a run that goes on); `by` does the work in place of `work`, and more of its own. Refuses a stream
    in which no segment has a reference, unless a model marks or `work` is meant for such a stream; then nothing was
    yielded. A cluster that is near shares out segments, one that is far whole documents.
    """
    if work.kind not in KINDS:
        raise unknown_name("kind of reference", work.kind, KINDS)
    paired = 0

    def counted(parts: Iterator[Batch]) -> Iterator[Batch]:
        nonlocal paired
        for part in parts:
            paired += len(part.paired)
            yield part

    rows, segments = (LOCAL, cluster) if cluster.near else (cluster, LOCAL)
    held: list[tuple[Batch, Diagnosed]] = []
    for part in rows.in_order(partial(by or work, cluster=segments), past(counted(_whole_documents(batches)))):
        held.append(part)
        if paired or work.marker is not None or work.alone:
            yield from held
            held = []
    if held:
        raise Refusal("no segment has a reference", mend="add a column reference")


def _whole_documents(batches: Iterable[Batch]) -> Iterator[Batch]:
    """The rows in order, cut so that a document that goes on in the next batch is kept whole."""
    held: list[Batch] = []
    for batch in batches:
        last = batch.document[-1] if len(batch) else ""
        cut = len(batch)
        while last and cut and batch.document[cut - 1] == last:
            cut -= 1
        if cut == 0 and held and held[-1].document[-1] == last and sum(map(len, held)) < LARGEST_DOCUMENT:
            held.append(batch)
            continue
        if cut or not held or held[-1].document[-1] != last:
            yield from _joined([*held, batch.take(range(cut))])
            held = [batch.take(range(cut, len(batch)))] if cut < len(batch) else []
        else:
            yield from _joined(held)
            held = [batch]
    yield from _joined(held)


def documents_of(batch: Batch, kind: str) -> tuple[Document, ...]:
    """The documents among some rows, without their errors."""
    return tuple(Document.of(document) for _, document in _documents(batch, kind))


def _documents(batch: Batch, kind: str) -> Iterator[tuple[list[int], Batch]]:
    """The documents among some rows, each with the positions of its rows, its kind of references settled."""
    for positions in _groups(batch).values():
        yield positions, _of_kind(batch.take(positions), kind)


def _groups(batch: Batch) -> dict[tuple[str, str], list[int]]:
    groups: dict[tuple[str, str], list[int]] = {}
    for position, key in enumerate(zip(batch.document, batch.system, strict=True)):
        groups.setdefault(key, []).append(position)
    return groups


def _of_kind(batch: Batch, kind: str) -> Batch:
    if kind != "auto":
        wanted = ReferenceKind(kind)
    elif batch.reference_kind is ReferenceKind.CORRECTION:
        wanted = ReferenceKind.CORRECTION
    else:
        paired = batch.paired
        wanted, _ = reference_kind([batch.hypothesis[n] for n in paired], [batch.references[n][0] for n in paired])
    return batch.of_kind(wanted)


def _joined(parts: Sequence[Batch]) -> Iterator[Batch]:
    """These rows as one batch; none where there are no rows."""
    filled = [part for part in parts if len(part)]
    if filled:
        yield filled[0] if len(filled) == 1 else Batch.of(segment for part in filled for segment in part)
