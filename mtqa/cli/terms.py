"""The option that names a termbase: the same in every command that diagnoses."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from ..termbase import Termbase

__all__ = ["TermbaseFile", "opened_termbase"]

TermbaseFile = Annotated[
    Path | None,
    typer.Option("--termbase", help="CSV (source,target,status) or TBX: terms that are wanted, and forbidden ones."),
]


def opened_termbase(path: Path | None) -> "Termbase | None":
    """The termbase of this file, None where none is named; refuses what `read_termbase` refuses."""
    from ..termbase import read_termbase

    return None if path is None else read_termbase(path)
