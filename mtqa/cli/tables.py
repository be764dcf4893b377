"""What the commands that read tables share: the option that names columns, and talk on stderr."""

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated

import typer

__all__ = ["Columns", "check_outputs", "names_in", "say"]

Columns = Annotated[str | None, typer.Option("--columns", help="Columns of a table without a header: src,mt,ref.")]


def names_in(listed: str | None) -> list[str] | None:
    """The names of a comma-separated list; None where none is given."""
    return [name.strip() for name in listed.split(",")] if listed else None


def say(message: str) -> None:
    """A line of talk; stdout is the result."""
    print(f"mtqa: {message}", file=sys.stderr)


def check_outputs(outputs: Sequence[Path], inputs: Iterable[str | Path | None]) -> None:
    """Refuses, before any work is done, what cannot be written, what would take an input's place, and one file twice.

    Of an input that is a folder its files are meant; stdout (`-`) takes nobody's place.
    """
    from ..formats import STDIN, check_writable
    from ..refusal import Misuse

    read = [Path(each) for each in inputs if each is not None]
    files = [file for each in read for file in (each.iterdir() if each.is_dir() else (each,))]
    named = [path for path in outputs if str(path) != STDIN]
    for path in named:
        check_writable(path, inputs=files)
    if len({path.resolve() for path in named}) != len(named):
        raise Misuse("two outputs go into one file", where=str(named[-1]), mend="name another file")
