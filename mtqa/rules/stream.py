"""Whole tables and frames: diagnosed document by document, in memory that does not grow with the table."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from ..mqm import ERROR_COLUMNS, ErrorSpan
from ..refusal import Refusal, unknown_name
from ..segment import Batch, ReferenceKind
from .kind import reference_kind
from .likelihood import LIKELY

if TYPE_CHECKING:
    import pandas as pd

    from . import Diagnosis

__all__ = ["KINDS", "errors", "errors_of"]

Mark = Callable[[Batch], Sequence[ErrorSpan]]
Diagnose = Callable[[Batch], "Diagnosis"]
KINDS = ("auto", "correction", "independent")
LARGEST_DOCUMENT = 100_000  # rows held back for a document to end; a longer one is diagnosed in parts


def errors(
    frame: "pd.DataFrame", *, kind: str = "auto", language: str = "auto", least: float = LIKELY
) -> "pd.DataFrame":
    """One row an error span, in the order of the frame's rows, in the columns of `mqm.ERROR_COLUMNS`.

    `kind` says what the references are: `correction`, `independent`, or `auto` (a column called `pe` or `postedit`
    is a correction; else measured, document by document). Rows without a reference yield nothing; a frame in
    which no row has one is refused. Against independent references `least` is the probability below which a
    difference is left out (0: none is).
    """
    import pandas as pd

    from ..formats import batch_of_frame

    batch = batch_of_frame(frame)
    return pd.DataFrame(
        [error.record() for error in errors_of([batch], kind=kind, language=language, least=least)],
        columns=list(ERROR_COLUMNS),
    )


def errors_of(
    batches: Iterable[Batch],
    *,
    kind: str = "auto",
    language: str = "auto",
    least: float = LIKELY,
    heed: Callable[[Batch], None] = lambda document: None,
    mark: Mark | None = None,
) -> Iterator[ErrorSpan]:
    """The error spans of a stream of batches, in order. A document that goes on in the next batch is kept whole.

    Rows without a document name count as one document a batch. `heed` is given each document, once the kind of its
    references is settled. `mark` gives the errors that a model marks in a document, to be joined with the rules'.
    Refuses a stream in which no segment has a reference, unless a model marks.
    """
    if kind not in KINDS:
        raise unknown_name("kind of reference", kind, KINDS)
    paired = rows = 0

    def counted(document: Batch) -> None:
        nonlocal paired, rows
        paired, rows = paired + len(document.paired), rows + len(document)
        heed(document)

    def diagnosed(document: Batch) -> "Diagnosis":
        from . import diagnose

        counted(document)
        return diagnose(document, language=language, least=least, marks=mark(document) if mark else ())

    yield from _of_documents(batches, kind, diagnosed)
    if rows and not paired and mark is None:
        raise Refusal("no segment has a reference", mend="add a column reference")


def _of_documents(batches: Iterable[Batch], kind: str, diagnosed: Diagnose) -> Iterator[ErrorSpan]:
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
            yield from _whole([*held, batch.take(range(cut))], kind, diagnosed)
            held = [batch.take(range(cut, len(batch)))] if cut < len(batch) else []
        else:
            yield from _whole(held, kind, diagnosed)
            held = [batch]
    yield from _whole(held, kind, diagnosed)


def _whole(parts: list[Batch], kind: str, diagnosed: Diagnose) -> Iterator[ErrorSpan]:
    parts = [part for part in parts if len(part)]
    if not parts:
        return
    batch = parts[0] if len(parts) == 1 else _joined(parts)
    found: list[tuple[int, ErrorSpan]] = []
    for positions in _groups(batch).values():
        diagnosis = diagnosed(_of_kind(batch.take(positions), kind))
        order = iter(positions)
        place = -1
        # Spans come in the order of the group's rows: each id names its row, rows without an error are passed over.
        for error in diagnosis.errors:
            while place < 0 or batch.id[place] != error.id:
                place = next(order)
            found.append((place, error))
    yield from (error for _, error in sorted(found, key=lambda pair: pair[0]))


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


def _joined(parts: list[Batch]) -> Batch:
    return Batch.of(segment for part in parts for segment in part)
