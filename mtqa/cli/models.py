"""The options of the commands that open a model."""

from typing import TYPE_CHECKING, Annotated, Literal

import typer

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Encoder", "Engine", "ModelName", "Online", "OverLong", "Precision", "Revision", "shown"]

ModelName = Annotated[str | None, typer.Option(help="Neural: a checkpoint's path or a published name.")]
Encoder = Annotated[str | None, typer.Option(help="Neural: folder of config.json and tokenizer.json.")]
Engine = Annotated[
    Literal["native", "upstream"] | None,
    typer.Option(help="Neural: our own inference, or unbabel-comet. [default: the first that can]"),
]
Revision = Annotated[str | None, typer.Option(help="Neural: of the published model.")]
Online = Annotated[bool, typer.Option("--online", help="Neural: let the model be fetched.")]
Precision = Annotated[Literal["fp32", "bf16", "int8"], typer.Option(help="Neural: of the weights.")]
OverLong = Annotated[Literal["refuse", "cut", "pool"], typer.Option(help="Neural: texts beyond the model's length.")]


def shown(label: str) -> "Callable[[float], None] | None":
    """A line on stderr that says how far a model is, where stderr is a terminal."""
    from ..neural import terminal_progress

    return terminal_progress(label)
