"""What is in a file, in the shell: `mtqa inspect`."""

import sys
from typing import TYPE_CHECKING, Annotated, Literal

import typer

if TYPE_CHECKING:
    from ..hygiene.spoken import Inspected

__all__ = ["command"]


def command(
    files: Annotated[list[str], typer.Argument(metavar="FILES", help="Tables or raw documents; - is stdin.")],
    columns: Annotated[str | None, typer.Option(help="Columns of a table without a header: src,mt,ref.")] = None,
    form: Annotated[Literal["text", "json"], typer.Option("-f", "--format")] = "text",
) -> None:
    """Say what is in there, before anything is judged.

    For each file: format, segments, words, languages, documents, systems, and what casts doubt on it: empty, doubled,
    untranslated or damaged texts, the wrong language, conventions that differ. A file that cannot be read is said on
    stderr; the others are inspected, and the exit code is 4.
    """
    from ..hygiene.spoken import as_json, as_text
    from ..refusal import Refusal

    seen = []
    code = 0
    for path in files:
        try:
            seen.append(_inspected(path, columns))
        except Refusal as refusal:
            print(f"mtqa: {refusal}", file=sys.stderr)
            code = max(code, int(refusal.exit_code))
    if seen or form == "json":
        sys.stdout.write(as_json(seen) if form == "json" else as_text(seen))
    if code:
        raise typer.Exit(code)


def _inspected(path: str, columns: str | None) -> "Inspected":
    from ..formats import format_of, read_batch, read_lines
    from ..hygiene import inspect
    from ..hygiene.census import take_census
    from ..hygiene.spoken import Inspected
    from ..segment import Batch, Segment

    remarks: list[str] = []
    form = format_of(path)
    if form is None and path != "-":
        lines = read_lines(path, say=remarks.append)
        batch = Batch.of(Segment(str(number), line) for number, line in enumerate(lines, start=1))
    else:
        names = [name.strip() for name in columns.split(",")] if columns else None
        batch = read_batch(path, columns=names, needs={"hypothesis"}, say=remarks.append)
    name = "text" if form is None and path != "-" else form.name if form else "stream"
    return Inspected(path, name, take_census(batch), inspect(batch), tuple(remarks))
