"""What is in a file, in the shell: `mtqa inspect`."""

import sys
from itertools import islice
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from .tables import Columns, names_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ..formats.door import Say
    from ..formats.record import Keep, Tally
    from ..hygiene.spoken import Inspected
    from ..segment import Batch

__all__ = ["command"]

_CHUNK = 512  # segments that are looked at together


def command(
    files: Annotated[
        list[str],
        typer.Argument(metavar="FILES", help="Tables, CAT files, raw documents, folders of them; - is stdin."),
    ],
    columns: Columns = None,
    form: Annotated[Literal["text", "json"], typer.Option("-f", "--format")] = "text",
    origin: Annotated[
        list[str] | None, typer.Option(help="CAT files: segments of this origin only (mt, tm, human, source).")
    ] = None,
    state: Annotated[list[str] | None, typer.Option(help="CAT files: segments in this state only.")] = None,
    no_locked: Annotated[bool, typer.Option("--no-locked", help="CAT files: leave out locked segments.")] = False,
) -> None:
    """Say what is in there, before anything is judged.

    For each file: format, segments, words, languages, documents, systems, and what casts doubt on it: empty, doubled,
    untranslated or damaged texts, the wrong language, conventions that differ. A file that cannot be read is said on
    stderr; the others are inspected, and the exit code is 4. Of CAT files also origins, states, locks and the segments
    whose inline tags differ from those of their source.
    """
    from ..formats.record import keeping
    from ..hygiene.spoken import as_json, as_text
    from ..refusal import Refusal

    keep = keeping(origin=origin or (), state=state or (), locked=not no_locked)
    filtered = bool(origin or state or no_locked)
    seen = []
    code = 0
    for path in _each(files):
        try:
            seen.append(_inspected(path, columns, keep if filtered else None))
        except Refusal as refusal:
            print(f"mtqa: {refusal}", file=sys.stderr)
            code = max(code, int(refusal.exit_code))
    if seen or form == "json":
        sys.stdout.write(as_json(seen) if form == "json" else as_text(seen))
    if code:
        raise typer.Exit(code)


def _each(files: list[str]) -> "Iterator[str]":
    """The files, those of a folder in the order of their names."""
    from pathlib import Path

    from ..formats.directory import files_of, is_directory

    for path in files:
        if is_directory(path):
            yield from (str(Path(path) / name) for name in files_of(path))
        else:
            yield path


def _inspected(path: str, columns: str | None, keep: "Keep | None") -> "Inspected":
    from ..formats import batch_of_chunks, format_of, is_bilingual, read_chunks
    from ..formats.record import Tally
    from ..hygiene import Inspection
    from ..hygiene.spoken import Inspected

    remarks: list[str] = []
    tally = None
    form = format_of(path)
    batches: Iterable[Batch]
    if is_bilingual(path) or keep is not None:
        tally = Tally()
        batches = _segments_of(path, keep, tally, remarks.append)
    elif form is None and path != "-":
        batches = _lines_of(path, remarks.append)
    else:
        chunks = read_chunks(path, columns=names_in(columns), needs={"hypothesis"}, say=remarks.append)
        batches = (batch_of_chunks([chunk]) for chunk in chunks)
    inspection = Inspection()
    for batch in batches:
        inspection.add(batch)
    name = "text" if form is None and path != "-" else form.name if form else "stream"
    standing = tally.standing() if tally else None
    return Inspected(path, name, inspection.census(), inspection.notices(), tuple(remarks), standing)


def _segments_of(path: str, keep: "Keep | None", tally: "Tally", say: "Say") -> "Iterator[Batch]":
    """The segments of a file that are wanted; `tally` hears what the file says of their standing."""
    from ..formats import batch_of_chunks, read_records
    from ..formats.record import chunks_of_records
    from ..refusal import Refusal

    records = (record for record in read_records(path, say=say) if keep is None or keep(record))
    for chunk in chunks_of_records(tally.counting(records), path, unit="line", needs=(), chunk=_CHUNK):
        yield batch_of_chunks([chunk])
    if not tally.records:
        raise Refusal("no segments", where=path, mend="give at least one, or keep more origins and states")


def _lines_of(path: str, say: "Say") -> "Iterator[Batch]":
    """The lines of a raw document, each a segment with its number."""
    from ..formats.text import each_line
    from ..segment import Batch, Segment

    segments = (Segment(str(number), line) for number, line in enumerate(each_line(path, say), start=1))
    while len(batch := Batch.of(islice(segments, _CHUNK))):
        yield batch
