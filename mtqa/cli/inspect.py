"""What is in a file, in the shell: `mtqa inspect`."""

import sys
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from .tables import Columns, names_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..formats.door import Say
    from ..formats.record import Keep
    from ..hygiene.spoken import Inspected
    from ..hygiene.standing import Standing
    from ..segment import Batch

__all__ = ["command"]


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
    from ..formats import format_of, is_bilingual, read_batch, read_lines
    from ..hygiene import inspect
    from ..hygiene.census import take_census
    from ..hygiene.spoken import Inspected
    from ..segment import Batch, Segment

    remarks: list[str] = []
    standing = None
    form = format_of(path)
    if is_bilingual(path) or keep is not None:
        batch, standing = _segments_of(path, keep, remarks.append)
    elif form is None and path != "-":
        lines = read_lines(path, say=remarks.append)
        batch = Batch.of(Segment(str(number), line) for number, line in enumerate(lines, start=1))
    else:
        names = names_in(columns)
        batch = read_batch(path, columns=names, needs={"hypothesis"}, say=remarks.append)
    name = "text" if form is None and path != "-" else form.name if form else "stream"
    return Inspected(path, name, take_census(batch), inspect(batch), tuple(remarks), standing)


def _segments_of(path: str, keep: "Keep | None", say: "Say") -> "tuple[Batch, Standing]":
    """The segments of a file that are wanted, and what it says of their standing."""
    from ..formats import batch_of_chunks, read_records
    from ..formats.record import chunks_of_records, standing_of
    from ..refusal import Refusal

    records = [record for record in read_records(path, say=say) if keep is None or keep(record)]
    if not records:
        raise Refusal("no segments", where=path, mend="give at least one, or keep more origins and states")
    chunks = chunks_of_records(records, path, unit="line", needs=(), chunk=len(records))
    return batch_of_chunks(chunks), standing_of(records)
