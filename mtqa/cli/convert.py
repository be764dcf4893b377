"""From one format to another, nothing lost: `mtqa convert`."""

import os
from pathlib import Path
from typing import Annotated, Literal

import typer

from .tables import Columns, names_in, say

__all__ = ["command"]

Form = Literal["tsv", "csv", "jsonl", "parquet", "tmx", "xlsx"]


def command(
    table: Annotated[
        str,
        typer.Argument(
            metavar="IN", help="A table, a CAT file (XLIFF, TMX, PO …), MQM ratings, or a folder; - is stdin."
        ),
    ],
    output: Annotated[str, typer.Option("-o", "--output", help="A file, written whole; - is stdout.")] = "-",
    form: Annotated[
        Form | None,
        typer.Option("-f", "--format", help="Form of the output. [default: by the suffix of -o, else jsonl]"),
    ] = None,
    origin: Annotated[
        list[str] | None, typer.Option(help="Keep segments of this origin: mt, tm, human, source; may be repeated.")
    ] = None,
    state: Annotated[list[str] | None, typer.Option(help="Keep segments in this state; may be repeated.")] = None,
    no_locked: Annotated[bool, typer.Option("--no-locked", help="Leave out locked segments.")] = False,
    languages: Annotated[
        str | None, typer.Option(help="Source and target for TMX, where the input names none: pt,en.")
    ] = None,
    columns: Columns = None,
) -> None:
    """Write a table or a CAT file in another form, with every column it has.

    Inline tags are taken out of the texts and kept in the columns …_codes; state, origin, match and lock are columns.
    The reference column is postedit where the references are corrections.
    """
    from ..formats import check_writable, read_records, writer
    from ..formats.directory import is_directory, records_of
    from ..formats.record import keeping
    from ..formats.rows_out import write_records
    from ..refusal import Misuse

    wanted = form or _form_of(output)
    if output != "-":
        check_writable(output, inputs=[table])
        if wanted == "parquet":  # pyarrow's own allocator, chosen when it is loaded, keeps 18 MiB more
            os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")
    elif wanted in ("parquet", "xlsx"):
        raise Misuse(f"{wanted.capitalize()} is no stream", mend="name a file with -o")
    pair = tuple(code.strip() for code in languages.split(",")) if languages else None
    if pair is not None and len(pair) != 2:
        raise Misuse("--languages are two codes", mend="--languages pt,en")
    named = names_in(columns)
    keep = keeping(origin=origin or (), state=state or (), locked=not no_locked)
    folder = records_of(table, say=say) if is_directory(table) else None
    records = folder or read_records(table, columns=named, say=say)
    kept = (record for record in records if keep(record))
    with writer(output) as stream:
        count = write_records(
            kept, stream, form=wanted, name=table, languages=pair, pattern=folder.pattern if folder else None
        )
    if output != "-":
        say(f"{output}: {count} segment{'s' if count != 1 else ''}")


def _form_of(output: str) -> Form:
    """The form that the suffix of the output names; JSONL for stdout."""
    from ..refusal import Misuse

    known: dict[str, Form] = {
        ".tsv": "tsv",
        ".tab": "tsv",
        ".csv": "csv",
        ".jsonl": "jsonl",
        ".ndjson": "jsonl",
        ".parquet": "parquet",
        ".pq": "parquet",
        ".tmx": "tmx",
        ".xlsx": "xlsx",
    }
    suffix = Path(output).suffix.lower()
    if output != "-" and suffix not in known:
        raise Misuse("no form that is written, by its name", where=output, mend=f"known: {', '.join(known)}; or say -f")
    return known.get(suffix, "jsonl")
