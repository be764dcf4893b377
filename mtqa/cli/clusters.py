"""The options of the commands that may run on a cluster, and that may be gone on with."""

from typing import Annotated, Literal

import typer

__all__ = ["Address", "ClusterName", "Resume"]

ClusterName = Annotated[
    Literal["local", "ray"], typer.Option("--cluster", help="Where batches run: here, or on a Ray cluster.")
]
Address = Annotated[
    str | None,
    typer.Option("--address", help="Ray: host:port of its head. [default: $RAY_ADDRESS, else the one of this machine]"),
]
Resume = Annotated[bool, typer.Option("--resume", help="Go on with a run that was killed.")]
