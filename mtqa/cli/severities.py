"""The options that say how errors are graded and what they cost: the same in every command that diagnoses."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from ..mqm import Severities

__all__ = ["ProfileName", "SeverityFile", "opened_severities"]

SeverityFile = Annotated[
    Path | None,
    typer.Option("--severity", help="How the team grades: a file that 'mtqa calibrate --errors' wrote."),
]
ProfileName = Annotated[str, typer.Option(help="Severity weights: mqm-core, wmt, iso-5060-like, or a .toml file.")]


def opened_severities(path: Path | None) -> "Severities | None":
    """The severities in this file, None where none is named; refuses what `read_severities` refuses."""
    from ..mqm import read_severities

    return None if path is None else read_severities(path)
