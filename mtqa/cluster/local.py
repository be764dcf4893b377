"""The cluster that is always there: threads of this process; kernels and models give up the interpreter's lock."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from concurrent.futures import Executor, Future

__all__ = ["Local", "drawn", "shared_out"]

Given = TypeVar("Given")
Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class Local:
    """Threads of this process, at most two items a thread on their way; one thread works as the results are taken."""

    threads: int = 1

    @property
    def near(self) -> bool:
        """Pieces cost nothing to hand over."""
        return True

    def in_order(self, work: Callable[[Given], Made], items: Iterable[Given]) -> Iterator[tuple[Given, Made]]:
        """Each item with what `work` made of it, in order; see `Cluster`."""
        if self.threads <= 1:
            for item in items:
                yield item, work(item)
            return
        source = iter(items)
        early, fault = drawn(source, 2)
        if len(early) == 2:
            from concurrent.futures import ThreadPoolExecutor

            with ThreadPoolExecutor(self.threads) as pool:
                yield from shared_out(pool, work, chain(early, source), 2 * self.threads)
            return
        for item in early:  # a single item, as most inputs are, is not worth a pool
            yield item, work(item)
        if fault is not None:
            raise fault


def drawn(source: Iterator[Given], count: int) -> tuple[list[Given], Exception | None]:
    """The next items, at most `count` of them, and what drawing the one after them raised."""
    items: list[Given] = []
    try:
        while len(items) < count:
            items.append(next(source))
    except StopIteration:
        return items, None
    except Exception as fault:  # first what came before it, as one thread would do
        return items, fault
    return items, None


def shared_out(
    pool: "Executor", work: Callable[[Given], Made], source: Iterator[Given], most: int
) -> Iterator[tuple[Given, Made]]:
    """Each item with what `work` made of it in the pool, in order, at most `most` items on their way."""
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
            if len(waiting) >= most:
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
