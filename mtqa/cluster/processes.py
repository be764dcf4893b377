"""Processes of this machine, for work that is Python and holds the interpreter's lock, as diagnosing is.

Made by `fork` where the system has it and no other thread runs, so that what is loaded is theirs, too; else by `spawn`.
They let the terminal's Ctrl-C be ours, and end with this process, however it ends.
"""

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import TYPE_CHECKING, TypeVar

from ..refusal import Unavailable
from .local import drawn, shared_out

if TYPE_CHECKING:
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing.context import BaseContext

__all__ = ["Processes"]

_FEWEST = 5  # items from which processes are started; fewer are not done sooner by two, which read word lists first
_ON_THEIR_WAY = 3  # items a process: one in work, one waiting, one whose result waits for those before it

Given = TypeVar("Given")
Made = TypeVar("Made")


class Processes:
    """`count` processes, started by the first input that is worth it, and kept until `close`."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._pool: ProcessPoolExecutor | None = None

    @property
    def near(self) -> bool:
        """Pieces cost little to hand over."""
        return True

    def in_order(self, work: Callable[[Given], Made], items: Iterable[Given]) -> Iterator[tuple[Given, Made]]:
        """Each item with what `work` made of it, in order; see `Cluster`. Refuses to go on without a lost process."""
        source = iter(items)
        if self._pool is None:
            early, fault = drawn(source, _FEWEST)
            if len(early) < _FEWEST:
                for item in early:
                    yield item, work(item)
                if fault is not None:
                    raise fault
                return
            self._pool = _started(self._count)
            source = chain(early, source)
        yield from self._shared_out(self._pool, work, source)

    def _shared_out(
        self, pool: "ProcessPoolExecutor", work: Callable[[Given], Made], source: Iterator[Given]
    ) -> Iterator[tuple[Given, Made]]:
        from concurrent.futures.process import BrokenProcessPool

        try:
            yield from shared_out(pool, work, source, _ON_THEIR_WAY * self._count)
        except BrokenProcessPool:
            self.close()
            raise Unavailable(
                "a process that diagnosed was ended from outside, as a system out of memory does",
                where="--processes",
                mend="--processes 1 works in this process alone",
            ) from None

    def close(self) -> None:
        """Ends the processes; what they have in work is finished first, what waits is dropped."""
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)
            self._pool = None


def _started(count: int) -> "ProcessPoolExecutor":
    from concurrent.futures import ProcessPoolExecutor

    pool = ProcessPoolExecutor(count, mp_context=_context(), initializer=_begin)
    if sys.platform == "win32":
        return pool
    # The first piece forks them all. Ctrl-C is for this process alone, from their first instruction on.
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        pool.submit(int)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
    return pool


def _context() -> "BaseContext":
    """A fork copies the thread that forks alone: beside other threads, whose locks it would copy locked, none is made.

    Apple's own libraries do not survive a fork.
    """
    import multiprocessing

    alone = threading.active_count() == 1
    forks = alone and sys.platform != "darwin" and "fork" in multiprocessing.get_all_start_methods()
    return multiprocessing.get_context("fork" if forks else "spawn")


def _begin() -> None:
    """What a process does first."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    from multiprocessing import parent_process
    from multiprocessing.connection import wait

    parent = parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)
