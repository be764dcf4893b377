"""In which order work is done: windows of segments that share their source, batches of sequences of like length."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["batches", "windows"]


def windows(sources: Sequence[str], size: int) -> Iterator[list[int]]:
    """The positions of all segments, each once, `size` at a time, those with the same source together.

    So what several systems share (source, reference, equal hypotheses) lies in one window and is encoded once,
    whatever the order of the file; memory is bounded by the window.
    """
    first: dict[str, int] = {}
    for position, source in enumerate(sources):
        first.setdefault(source, position)
    places = np.fromiter((first[source] for source in sources), dtype=np.int64, count=len(sources))
    order = np.argsort(places, kind="stable")
    for start in range(0, len(order), size):
        yield order[start : start + size].tolist()


def batches(lengths: Sequence[int], budget: int) -> Iterator[NDArray[np.intp]]:
    """The positions of all sequences, each once, longest first, cut so that a padded batch has at most `budget` tokens.

    A sequence longer than the budget is a batch by itself.
    """
    order = np.argsort(-np.asarray(lengths, dtype=np.int64), kind="stable")
    start = 0
    while start < len(order):
        count = max(1, budget // max(1, lengths[order[start]]))
        yield order[start : start + count]
        start += count
