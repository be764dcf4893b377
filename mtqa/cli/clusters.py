"""The options of the commands that may run on a cluster, and that may be gone on with."""

from pathlib import Path
from typing import Annotated, Literal

import typer

__all__ = ["Address", "CacheFolder", "ClusterName", "ProcessCount", "Resume", "absolute", "processes"]

ClusterName = Annotated[
    Literal["local", "ray"], typer.Option("--cluster", help="Where batches run: here, or on a Ray cluster.")
]
Address = Annotated[
    str | None,
    typer.Option("--address", help="Ray: host:port of its head. [default: $RAY_ADDRESS, else the one of this machine]"),
]
ProcessCount = Annotated[
    int | None, typer.Option("--processes", min=1, help="Processes that diagnose, here. [default: one a core]")
]
Resume = Annotated[bool, typer.Option("--resume", help="Go on with a run that was killed.")]
CacheFolder = Annotated[
    str | None,
    typer.Option("--cache", help="Folder of results that are computed once, for all runs. [default: $MTQA_CACHE]"),
]


def absolute(folder: str | None) -> str | None:
    """The folder by its whole path: the workers of a cluster stand elsewhere."""
    return None if folder is None else str(Path(folder).absolute())


def processes(asked: int | None) -> int:
    """How many processes diagnose: as many as were asked for, else one a core."""
    from ..cluster import cores

    return asked if asked is not None else cores()
