"""What the commands that read tables share: the option that names columns, and talk on stderr."""

import sys
from typing import Annotated

import typer

__all__ = ["Columns", "names_in", "say"]

Columns = Annotated[str | None, typer.Option("--columns", help="Columns of a table without a header: src,mt,ref.")]


def names_in(listed: str | None) -> list[str] | None:
    """The names of a comma-separated list; None where none is given."""
    return [name.strip() for name in listed.split(",")] if listed else None


def say(message: str) -> None:
    """A line of talk; stdout is the result."""
    print(f"mtqa: {message}", file=sys.stderr)
