"""What is held against what: two raw documents are aligned, a table is taken at its word.

Two states of one CAT file, before and after review, are paired by their segment ids.
From here on the batch keeps its length and order. Lines that the alignment leaves alone stay in it, in place, with
their status; they are never scored.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from .align import DOUBTFUL, Alignment, Bead
from .align.kept import aligned
from .align.table import Document, of_other_lines, split_document, whole_document
from .align.threeway import with_source
from .formats import NEEDS_HYPOTHESIS, batch_of_frame, is_bilingual, is_table, read_batch, read_lines
from .formats.directory import is_directory, paired_files
from .formats.door import Say, is_pipe
from .hygiene import Concern, Notice
from .hygiene.notice import amount
from .refusal import Misuse, Refusal
from .segment import Batch, ReferenceKind, Segment
from .summary import Status
from .text import joined_lines

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Paired", "pair"]


@dataclass(frozen=True, slots=True)
class Paired:
    """A batch with the status of each segment, and the confidence 0..1 of each pairing (None: the input's own).

    `remarks` is what the readers dropped or mended on the way in, one sentence each (a byte-order mark, CRLF).
    """

    batch: Batch
    status: tuple[Status, ...]
    alignment: tuple[float | None, ...]
    remarks: tuple[str, ...] = ()

    @property
    def notices(self) -> tuple[Notice, ...]:
        """The remarks, and the segments of whose pairing the alignment is not sure."""
        remarks = tuple(Notice("reading", Concern.NOTE, remark, ()) for remark in self.remarks)
        ids = tuple(
            id_ for id_, sure in zip(self.batch.id, self.alignment, strict=True) if sure is not None and sure < DOUBTFUL
        )
        if not ids:
            return remarks
        message = f"{amount(len(ids), 'segment', 'is', 'are')} paired with a confidence below {DOUBTFUL}"
        return (*remarks, Notice("doubtful-pairs", Concern.WARNING, message, ids, "read them side by side"))


def pair(
    hypothesis: "str | Path | Sequence[str] | pd.DataFrame",
    reference: "str | Path | Sequence[str] | None" = None,
    *,
    source: "str | Path | Sequence[str] | None" = None,
    cached: str | None = None,
    sentences: bool | None = None,
) -> Paired:
    """The batch of a delivery.

    `hypothesis` is the path of a raw document or of a table, a frame, or the lines of a document; a document needs
    `reference` (a path or lines), a table holds its own. Two CAT files are a delivery and the same one reviewed: the
    correction. `source` is a document of as many lines as the hypothesis, line by line, or of other lines, which are
    aligned. Two folders (three, with the source) are
    taken file by file, paired by their names, and the documents are called by them.
    A pipe that comes alone (`-` is stdin) is a table. An alignment that the cache in the folder `cached` knows (None:
    $MTQA_CACHE) is not made again. `sentences` says whether lines are split into sentences first; None: where lines
    of one side are several of the other, and would leave some alone. A sentence is called `line.number`.
    Refuses documents that are not parallel, a source that is not theirs, and an input without segments.
    """
    if is_directory(hypothesis) and reference is not None:
        return _of_folders(hypothesis, reference, source, cached, sentences)
    alone = reference is None and source is None
    if isinstance(hypothesis, str | Path) and not is_table(hypothesis) and not (is_pipe(hypothesis) and alone):
        return _of_documents(hypothesis, reference, source, cached, sentences)
    if isinstance(hypothesis, Sequence) and not isinstance(hypothesis, str):
        return _of_documents(hypothesis, reference, source, cached, sentences)
    if _is_cat_file(hypothesis) and _is_cat_file(reference) and source is None:
        return _of_deliveries(str(hypothesis), str(reference))
    if reference is not None or source is not None:
        raise Misuse("a table holds its own references and sources", mend="give the table alone")
    remarks: list[str] = []
    batch = (
        read_batch(hypothesis, say=remarks.append) if isinstance(hypothesis, str | Path) else batch_of_frame(hypothesis)
    )
    if not len(batch):
        raise Refusal("no segments", where=str(hypothesis) if isinstance(hypothesis, str | Path) else "")
    if not batch.paired:
        raise Refusal("no segment has a reference", mend="add a column reference")
    status = tuple(Status.PAIRED if references else Status.UNALIGNED for references in batch.references)
    return Paired(batch, status, (None,) * len(batch), tuple(remarks))


def _of_folders(
    hypothesis: object, reference: object, source: object, cached: str | None, sentences: bool | None
) -> Paired:
    """The documents of two folders, one after the other; refuses files that are in one only, by name."""
    folders = [str(folder) for folder in (hypothesis, reference, source) if folder is not None]
    for folder in folders:
        if not is_directory(folder):
            raise Misuse("a folder is held against a folder", where=folder, mend="name the folder of the same files")
    parts = []
    for name, *paths in paired_files(*folders):
        third = paths[2] if source is not None else None
        part = pair(paths[0], paths[1], source=third, cached=cached, sentences=sentences)
        called = str(Path(name).with_suffix(""))
        documents = [f"{called}/{own}" if own and own != Path(called).name else called for own in part.batch.document]
        segments = [replace(row, document=own) for row, own in zip(part.batch, documents, strict=True)]
        parts.append((segments, part))
    return Paired(
        Batch.of(segment for segments, _ in parts for segment in segments),
        tuple(status for _, part in parts for status in part.status),
        tuple(score for _, part in parts for score in part.alignment),
        tuple(remark for _, part in parts for remark in part.remarks),
    )


def _is_cat_file(path: object) -> bool:
    return isinstance(path, str | Path) and is_bilingual(path)


def _of_deliveries(delivered: str, reviewed: str) -> Paired:
    """The segments of a delivery, corrected by those of the same file after review.

    Where both sides of a pair are empty, or the reviewer left nothing, there is no reference. Refuses files that hold
    other segments or other sources: they are not two states of one file.
    """
    remarks: list[str] = []
    first, second = (read_batch(path, needs=NEEDS_HYPOTHESIS, say=remarks.append) for path in (delivered, reviewed))
    corrections = {(row.document, row.id): row for row in second}
    keys = list(zip(first.document, first.id, strict=True))
    strange = sorted(set(keys) ^ corrections.keys())
    if strange:
        other = f"{len(strange)} segments are in one only (first: {strange[0][1]})"
        raise Refusal(
            f"not two states of one file: {other}", where=reviewed, mend="give the file before and after review"
        )
    segments = []
    for row, key in zip(first, keys, strict=True):
        correction = corrections[key]
        if correction.source != row.source:
            raise Refusal(f"not two states of one file: the source of segment {row.id} differs", where=reviewed)
        text = _target(correction)
        segments.append(
            replace(
                row,
                hypothesis=_target(row),
                references=(text,) if text else (),
                reference_kind=ReferenceKind.CORRECTION,
            )
        )
    batch = Batch.of(segments)
    if not batch.paired:
        raise Refusal("no segment has a target", where=reviewed, mend="give the file after review")
    status = tuple(Status.PAIRED if references else Status.UNALIGNED for references in batch.references)
    return Paired(batch, status, (None,) * len(batch), tuple(remarks))


def _target(segment: Segment) -> str:
    """What was delivered: the target, also where the file keeps the raw machine translation beside it."""
    corrected = segment.reference if segment.reference_kind == ReferenceKind.CORRECTION else None
    return segment.hypothesis if corrected is None else corrected


def _of_documents(
    hypothesis: str | Path | Sequence[str],
    reference: str | Path | Sequence[str] | None,
    source: str | Path | Sequence[str] | None,
    cached: str | None,
    sentences: bool | None,
) -> Paired:
    name = Path(hypothesis).name if isinstance(hypothesis, str | Path) else ""
    if reference is None:
        raise Misuse("a raw document needs its reference", where=name, mend="name the reference document after it")
    if isinstance(reference, str | Path) and is_table(reference):
        raise Misuse("a raw document wants a raw document as its reference", where=str(reference), mend="give its text")
    remarks: list[str] = []
    first, second = _read(hypothesis, remarks.append), _read(reference, remarks.append)
    alignment, (one, other) = _aligned(first, second, cached, sentences, remarks.append)
    if not alignment.parallel:
        raise Refusal(
            f"not parallel: similarity {alignment.similarity:.2f}, nothing was paired and nothing is scored",
            where=name,
            mend="check that the reference is of this document ('mtqa align' shows the lines)",
        )
    third = None
    if source is not None:
        third = (whole_document if one.places is None else split_document)(_read(source, remarks.append))
        alignment = _with_source(alignment, one, other, third, source, remarks.append)
    segments = [_segment(bead, one, other, third, Path(name).stem) for bead in alignment.beads]
    return Paired(Batch.of(segments), *_standing(alignment), tuple(remarks))


def _aligned(
    hypotheses: Sequence[str], references: Sequence[str], cached: str | None, sentences: bool | None, say: Say
) -> tuple[Alignment, tuple[Document, Document]]:
    """The alignment by lines or by sentences, and the documents in what was aligned."""
    whole = whole_document(hypotheses), whole_document(references)
    if not sentences:
        by_line = aligned(*(document.units for document in whole), cached=cached)
        clear = by_line.parallel and all(bead.linked and bead.score >= DOUBTFUL for bead in by_line.beads)
        if sentences is False or clear or not of_other_lines(*whole):
            return by_line, whole
        say("a line of one document is several of the other: aligned by sentences, which are called line.number")
    split = split_document(hypotheses), split_document(references)
    return aligned(*(document.units for document in split), cached=cached), split


def _with_source(
    alignment: Alignment,
    one: Document,
    other: Document,
    third: Document,
    given: object,
    say: Say,
) -> Alignment:
    """The beads with their source lines; line n is that of hypothesis line n where there are as many of both.

    Lines of the source that nobody translated are said, and in no bead. Refuses a source of another document.
    """
    hypotheses, sources = one.units, third.units
    if len(sources) == len(hypotheses) and one.places is None:
        beads = (replace(bead, source=bead.hypothesis) for bead in alignment.beads)
        return replace(alignment, beads=tuple(beads))
    made = with_source(alignment, hypotheses, other.units, sources)
    if not made.parallel:
        raise Refusal(
            f"{len(sources)} source lines, {len(hypotheses)} hypothesis lines, and they are not parallel: "
            f"{made.similarity:.2f} a line over chance",
            where=str(given) if isinstance(given, str | Path) else "",
            mend="check that it is the source of this document, or give one line for each line of the hypothesis",
        )
    kept = [bead for bead in made.alignment.beads if bead.hypothesis or bead.reference]
    told = {line for bead in kept for line in bead.source}
    lost = [line for line, text in enumerate(sources) if text.strip() and line not in told]
    bare = sum(not bead.source for bead in kept)
    if lost or bare:
        say(f"source aligned: {len(lost)} of its lines have no partner, {bare} segments have no source")
    return replace(alignment, beads=tuple(kept))


def _read(text: str | Path | Sequence[str], say: Say) -> Sequence[str]:
    return read_lines(text, say=say) if isinstance(text, str | Path) else tuple(text)


def _standing(alignment: Alignment) -> tuple[tuple[Status, ...], tuple[float | None, ...]]:
    status = tuple(
        Status.PAIRED if bead.hypothesis and bead.reference else Status.UNALIGNED if bead.hypothesis else Status.OMITTED
        for bead in alignment.beads
    )
    return status, tuple(float(bead.score) if bead.hypothesis and bead.reference else None for bead in alignment.beads)


def _segment(bead: Bead, one: Document, other: Document, third: Document | None, document: str) -> Segment:
    """The segment of a bead, named by its lines from 1: `9`, `9-10`, or `r9` where the hypothesis has none.

    Sentences are `9.2`, the second one of line 9.
    """
    return Segment(
        id=_called(bead.hypothesis, one) if bead.hypothesis else "r" + _called(bead.reference, other),
        hypothesis=joined_lines([one.units[n] for n in bead.hypothesis]),
        references=(joined_lines([other.units[n] for n in bead.reference]),) if bead.reference else (),
        source=joined_lines([third.units[n] for n in bead.source]) if third is not None and bead.source else None,
        document=document,
        reference_kind=ReferenceKind.INDEPENDENT,
    )


def _called(numbers: Sequence[int], document: Document) -> str:
    first, last = document.name(numbers[0]), document.name(numbers[-1])
    if numbers[-1] - numbers[0] + 1 != len(numbers):
        return "+".join(map(document.name, numbers))
    return first if first == last else f"{first}-{last}"
