"""Where batches run: on threads of this process, on processes of this machine, or on the workers of a Ray cluster.

A cluster maps a piece of work over pieces of the input and gives the results back in the order of the input, whatever
it runs on, with a bounded number of pieces on their way. What asks it does not know which one serves.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Protocol, TypeVar

from ..refusal import unknown_name
from .local import Local
from .processes import Processes

__all__ = ["CLUSTERS", "LOCAL", "Cluster", "Local", "Processes", "cores", "open_cluster"]

CLUSTERS = ("local", "ray")
LOCAL = Local()

Given = TypeVar("Given")
Made = TypeVar("Made")


class Cluster(Protocol):
    """Anything that maps work over items and keeps their order."""

    @property
    def near(self) -> bool:
        """Whether it is on this machine: small pieces are worth it, and results cost little to bring back."""
        ...

    def in_order(self, work: Callable[[Given], Made], items: Iterable[Given]) -> Iterator[tuple[Given, Made]]:
        """Each item with what `work` made of it, in the order of the items, lazily, each exactly once.

        Items are drawn only as results are taken: few are on their way at any time. Where drawing an item or working
        on it raises, the results of the items before it come first, then the exception. `work` and the items can be
        pickled, and the result depends on the item alone: it may be computed twice, and is given once.
        """
        ...


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextmanager
def open_cluster(
    name: str = "local", *, threads: int = 1, processes: int = 1, address: str | None = None, models: bool = False
) -> Iterator[Cluster]:
    """The cluster of this name, closed at the end of the block.

    `threads` or `processes` are those of `local`: processes for work that holds the interpreter's lock. `address` is
    that of a running Ray cluster (`host:port`, `ray://host:port`); None: $RAY_ADDRESS, else the one that runs on this
    machine, else a new one here. `models`: the work holds a model, and a worker has a GPU to itself where the cluster
    has any. Refuses an unknown name, and Ray where it is not installed or does not answer.
    """
    if name == "local" and processes > 1:
        many = Processes(processes)
        try:
            yield many
        finally:
            many.close()
    elif name == "local":
        yield Local(threads)
    elif name == "ray":
        from .ray import opened

        with opened(address, models=models) as cluster:
            yield cluster
    else:
        raise unknown_name("cluster", name, CLUSTERS)
