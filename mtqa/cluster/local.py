"""The cluster that is always there: threads of this process; kernels and models give up the interpreter's lock."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from concurrent.futures import Future

__all__ = ["Local"]

Given = TypeVar("Given")
Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class Local:
    """Threads of this process, at most two items a thread on their way; one thread works as the results are taken."""

    threads: int = 1

    def in_order(self, work: Callable[[Given], Made], items: Iterable[Given]) -> Iterator[tuple[Given, Made]]:
        """Each item with what `work` made of it, in order; see `Cluster`."""
        if self.threads <= 1:
            for item in items:
                yield item, work(item)
            return
        source = iter(items)
        early: list[Given] = []
        fault: Exception | None = None
        try:
            for item in islice(source, 2):
                early.append(item)
        except Exception as raised:  # first what came before it, as one thread would do
            fault = raised
        if len(early) == 2:
            yield from _shared_out(work, chain(early, source), self.threads)
            return
        for item in early:  # a single item, as most inputs are, is not worth a pool
            yield item, work(item)
        if fault is not None:
            raise fault


def _shared_out(work: Callable[[Given], Made], source: Iterator[Given], threads: int) -> Iterator[tuple[Given, Made]]:
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(threads) as pool:
        waiting: deque[tuple[Given, Future[Made]]] = deque()
        fault: Exception | None = None
        try:
            while fault is None:
                try:
                    item = next(source)
                    waiting.append((item, pool.submit(work, item)))
                except StopIteration:
                    break
                except Exception as raised:
                    fault = raised
                if len(waiting) >= 2 * threads:
                    item, future = waiting.popleft()
                    yield item, future.result()
            while waiting:
                item, future = waiting.popleft()
                yield item, future.result()
        finally:
            for _, future in waiting:
                future.cancel()
        if fault is not None:
            raise fault
