"""In which order work is done: windows of segments that share their source, batches of sequences without padding."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

__all__ = ["Packed", "batches", "pack", "windows"]


@dataclass(frozen=True, slots=True, eq=False)
class Packed:
    """Sequences one after the other, nothing between them: `ids` and `owners` (which sequence) are `(tokens,)`.

    `places` are the positions that XLM-R counts, from `pad + 1`, literal padding tokens left out. `starts` is where
    each sequence begins. `runs` are neighbours of equal length: (first token, sequences, tokens of each).
    """

    ids: NDArray[np.int64]
    owners: NDArray[np.int64]
    places: NDArray[np.int64]
    starts: NDArray[np.int64]
    runs: tuple[tuple[int, int, int], ...]
    pad: int


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


def batches(lengths: Sequence[int], budget: int) -> Iterator[list[int]]:
    """The positions of all sequences, each once, longest first, cut so that a batch has at most `budget` tokens.

    A sequence longer than the budget is a batch by itself.
    """
    batch: list[int] = []
    tokens = 0
    for position in np.argsort(-np.asarray(lengths, dtype=np.int64), kind="stable").tolist():
        if batch and tokens + lengths[position] > budget:
            yield batch
            batch, tokens = [], 0
        batch.append(position)
        tokens += lengths[position]
    if batch:
        yield batch


def pack(sequences: Sequence[NDArray[np.int32]], pad: int) -> Packed:
    """Sequences of token ids, those of equal length side by side, as one row of tokens."""
    lengths = [len(ids) for ids in sequences]
    starts = np.concatenate([[0], np.cumsum(lengths)[:-1]]).astype(np.int64)
    runs, first = [], 0
    for length, equal in groupby(lengths):
        count = len(list(equal))
        runs.append((first, count, length))
        first += count * length
    places = [np.cumsum(ids != pad) * (ids != pad) + pad for ids in sequences]
    return Packed(
        ids=np.concatenate(sequences).astype(np.int64),
        owners=np.repeat(np.arange(len(sequences), dtype=np.int64), lengths),
        places=np.concatenate(places).astype(np.int64),
        starts=starts,
        runs=tuple(runs),
        pad=pad,
    )
