"""What the checks see of a stream of segments, and what is kept of it: windows, positions, digests, packed texts.

A stream is looked at window by window and no text is kept as it is, so that memory is a few bytes a segment.
"""

import zlib
from array import array
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from functools import cached_property
from itertools import accumulate

from ..segment import Batch
from ..text import word_count
from .likeness import words
from .notice import Notice

__all__ = ["WINDOW", "Check", "Digests", "Packed", "Stream", "Window", "ended", "positions", "started", "windows"]

WINDOW = 512  # segments: their sets of words take 2 MiB


class Window:
    """Consecutive segments of a stream, `first` the position of the first of them; what several checks ask is kept."""

    def __init__(self, batch: Batch, first: int) -> None:
        self.batch = batch
        self.first = first

    @property
    def positions(self) -> range:
        """The places of the segments in the stream, from 0."""
        return range(self.first, self.first + len(self.batch))

    @cached_property
    def references(self) -> list[str | None]:
        """The reference that each segment is read against, None where it has none."""
        return [references[0] if references else None for references in self.batch.references]

    @cached_property
    def hypothesis_words(self) -> list[frozenset[str]]:
        """The different words of each hypothesis."""
        return [words(text) for text in self.batch.hypothesis]

    @cached_property
    def reference_words(self) -> list[frozenset[str]]:
        """The different words of each first reference; none where there is none."""
        return [words(text) if text is not None else frozenset() for text in self.references]

    @cached_property
    def lengths(self) -> list[int]:
        """The words of each hypothesis, counted."""
        return [word_count(text) for text in self.batch.hypothesis]


class Stream:
    """What has been seen so far: how many segments, and their ids."""

    def __init__(self) -> None:
        self.segments = 0
        self._ids = Packed()

    def add(self, batch: Batch) -> Iterator[Window]:
        """The next segments, as windows."""
        for window in windows(batch, self.segments):
            self._ids.extend(window.batch.id)
            self.segments += len(window.batch)
            yield window

    def named(self, *places: Iterable[int]) -> tuple[str, ...]:
        """The ids of the segments at these positions, each position once, in the order of the stream."""
        return tuple(self._ids.at(sorted({place for some in places for place in some})))


Check = Generator[Notice | None, Window | None, None]
"""A check at work: it takes window after window and gives None, and after the last, for None, its notices."""


def started(checks: Iterable[Callable[[Stream], Check]], stream: Stream) -> list[Check]:
    """The checks, each waiting for its first window."""
    running = [check(stream) for check in checks]
    for each in running:
        next(each)
    return running


def ended(check: Check) -> Iterator[Notice]:
    """The notices of a check that has seen everything."""
    try:
        notice = check.send(None)
        while notice is not None:
            yield notice
            notice = next(check)
    except StopIteration:
        return


def windows(batch: Batch, first: int = 0) -> Iterator[Window]:
    """A batch in windows, in order; none of an empty batch."""
    if 0 < len(batch) <= WINDOW:
        yield Window(batch, first)
        return
    for start in range(0, len(batch), WINDOW):
        yield Window(batch.take(range(start, min(start + WINDOW, len(batch)))), first + start)


def positions(places: Iterable[int] = ()) -> "array[int]":
    """An empty list of positions, 8 bytes each."""
    return array("Q", places)


class Digests:
    """Rows by a digest of 64 bits: of a million different rows two are alike once in 37 million streams."""

    def __init__(self) -> None:
        self._digests = array("q")

    def add(self, *key: object) -> None:
        """The next row."""
        self._digests.append(hash(key))

    def __len__(self) -> int:
        return len(self._digests)

    def __getitem__(self, row: int) -> int:
        return self._digests[row]

    @property
    def different(self) -> int:
        """How many rows differ."""
        import numpy as np

        return len(np.unique(np.array(self._digests, dtype=np.int64)))

    def groups(self) -> Iterator[list[int]]:
        """The rows that are alike, two or more, each group in order and the groups by their first row."""
        import numpy as np

        digests = np.array(self._digests, dtype=np.int64)
        order = np.argsort(digests, kind="stable")
        ordered = digests[order]
        starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]]) if len(ordered) else np.zeros(0, dtype=int)
        ends = np.append(starts[1:], len(ordered))
        several = ends - starts > 1
        starts, ends = starts[several], ends[several]
        for group in np.argsort(order[starts], kind="stable").tolist():
            yield order[starts[group] : ends[group]].tolist()

    def repeats(self) -> list[int]:
        """The rows that stood before, in order."""
        return sorted(row for group in self.groups() for row in group[1:])


class Packed:
    """Texts in order, packed by the window: a third to a tenth of their size."""

    def __init__(self) -> None:
        self._blocks: list[tuple[int, array[int], bytes]] = []
        self._count = 0

    def extend(self, texts: Sequence[str]) -> None:
        """The next texts."""
        written = [text.encode("utf-8", "surrogatepass") for text in texts]
        small = sum(map(len, written)) < 1 << 32
        ends = array("I" if small else "Q", accumulate(map(len, written), initial=0))
        self._blocks.append((self._count, ends, zlib.compress(b"".join(written), 1)))
        self._count += len(written)

    def at(self, places: Iterable[int]) -> Iterator[str]:
        """The texts at these positions, which must not fall."""
        blocks = iter(self._blocks)
        first, ends, packed = 0, array("Q", [0]), b""
        data = b""
        for place in places:
            while place >= first + len(ends) - 1:
                first, ends, packed = next(blocks)
                data = b""
            data = data or zlib.decompress(packed)
            start, end = ends[place - first], ends[place - first + 1]
            yield data[start:end].decode("utf-8", "surrogatepass")
