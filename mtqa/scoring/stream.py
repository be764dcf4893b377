"""A stream of chunks becomes a stream of scored chunks: same order, same bytes, any number of threads."""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Literal, TypeVar

import numpy as np
from numpy.typing import NDArray

from ..engines import Fingerprint, Statistics, segment_scores, signature, statistics, statistics_of
from ..engines.columns import Hypotheses, ReferenceRows
from ..formats import CHUNK, Chunk
from ..formats.arrow import ArrowReferences, ArrowTexts
from ..formats.columns import OnError, stop
from ..kernels.texts import References, Texts
from ..metric import Metric, Signature
from ..refusal import Refusal

__all__ = [
    "Provenance",
    "ScoredChunk",
    "kernel_columns",
    "paired",
    "quick",
    "score_chunks",
    "usual_chunk",
    "usual_threads",
]

Given = TypeVar("Given")
Made = TypeVar("Made")
_SLOW_CHUNK = 256  # rows; sacrebleu does 15 to 60 of news a second for TER


@dataclass(frozen=True, slots=True)
class ScoredChunk:
    """A chunk with one entry a metric: what was counted, and one score a row, `(rows,)` float64."""

    chunk: Chunk
    statistics: tuple[Statistics, ...]
    scores: tuple[NDArray[np.float64], ...]


class Provenance:
    """What the signatures of a stream need: the fingerprint of its data, and how many references its rows have."""

    def __init__(self, metrics: Sequence[Metric], engine: str | None = None) -> None:
        self.data = Fingerprint()
        self._metrics = metrics
        self._engine = engine
        self._nrefs: set[int] = set()

    def update(self, chunk: Chunk) -> None:
        """Adds a chunk, in order."""
        hypotheses, references = kernel_columns(chunk)
        self.data.update(hypotheses, references)
        counts = references.counts if isinstance(references, References) else list(map(len, references))
        self._nrefs.update(np.unique(counts).tolist())

    def signatures(self, *, level: Literal["corpus", "segment"]) -> dict[str, Signature]:
        """The signature of each metric over all that was added, by the metric's name."""
        nrefs = str(min(self._nrefs)) if len(self._nrefs) == 1 else "var"
        made = {}
        for metric in self._metrics:
            nothing = statistics(metric, (), (), engine=self._engine)
            part = signature(nothing, data=self.data.hexdigest(), level=level)
            made[metric.name] = part.with_parts(nrefs=nrefs, n=str(self.data.rows))
        return made


def score_chunks(
    chunks: Iterable[Chunk], metrics: Sequence[Metric], *, threads: int = 1, engine: str | None = None
) -> Iterator[ScoredChunk]:
    """Each chunk with its scores, in order; at most two chunks a thread are in memory.

    Every row has a reference (`paired`). Statistics do not depend on the chunk, so neither chunks nor threads show.
    """
    direct = quick(metrics, engine=engine)
    return _in_order(lambda chunk: _scored(chunk, metrics, engine, direct), chunks, threads)


def paired(chunks: Iterable[Chunk], on_error: OnError = stop) -> Iterator[Chunk]:
    """The chunks with the rows that have a reference.

    A row without one is refused by its place, or left out where `on_error` lets the run go on; no chunk is empty.
    """
    return (whole for chunk in chunks if len(whole := _with_references(chunk, on_error)))


def usual_threads(metrics: Sequence[Metric], *, engine: str | None = None) -> int:
    """As many threads as this process may use cores; one where an engine holds the interpreter lock anyway."""
    if not quick(metrics, engine=engine):
        return 1
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def usual_chunk(metrics: Sequence[Metric], *, engine: str | None = None) -> int:
    """Rows of a chunk: some tenths of a second of work; a second or more where an engine is slow.

    A run that is killed loses the chunks it was at.
    """
    return CHUNK if quick(metrics, engine=engine) else _SLOW_CHUNK


def quick(metrics: Sequence[Metric], *, engine: str | None = None) -> bool:
    """Whether the native engine, which is a hundred times faster than its stand-in, serves every metric."""
    return all(statistics(metric, (), (), engine=engine).engine == "native" for metric in metrics)


def kernel_columns(chunk: Chunk) -> tuple[Hypotheses, ReferenceRows]:
    """Hypotheses and references as engines like them best: Arrow's buffers where the chunk lives there."""
    hypotheses: Hypotheses = chunk.hypothesis
    references: ReferenceRows = chunk.references
    if isinstance(hypotheses, ArrowTexts):
        hypotheses = Texts.from_arrow(hypotheses.__arrow_array__())
    if isinstance(references, ArrowReferences):
        references = References.from_arrow(references.__arrow_array__())
    return hypotheses, references


def _with_references(chunk: Chunk, on_error: OnError) -> Chunk:
    references = kernel_columns(chunk)[1]
    if references.counts.all() if isinstance(references, References) else all(references):
        return chunk
    kept = []
    for position, texts in enumerate(chunk.references):
        if texts:
            kept.append(position)
        else:
            mend = "fill the cell, or leave such rows out with --on-error skip"
            on_error(Refusal("no reference, and without one there is no score", where=chunk.where(position), mend=mend))
    return chunk.take(kept)


def _scored(chunk: Chunk, metrics: Sequence[Metric], engine: str | None, direct: bool) -> ScoredChunk:
    if direct:
        counted = statistics_of(metrics, *kernel_columns(chunk), engine=engine, threads=1)
    else:  # identical pairs are counted once
        pairs = list(zip(chunk.hypothesis, chunk.references, strict=True))
        number = {pair: position for position, pair in enumerate(dict.fromkeys(pairs))}
        once = statistics_of(metrics, [pair[0] for pair in number], [pair[1] for pair in number], engine=engine)
        rows = np.array([number[pair] for pair in pairs], dtype=np.intp)
        counted = tuple(replace(stats, values=stats.values[rows]) for stats in once)
    return ScoredChunk(chunk, counted, tuple(segment_scores(stats) for stats in counted))


def _in_order(work: Callable[[Given], Made], items: Iterable[Given], threads: int) -> Iterator[Made]:
    """`map` over threads, lazily: results in the order of the items, few of them at a time."""
    if threads <= 1:
        yield from map(work, items)
        return
    with ThreadPoolExecutor(threads) as pool:
        waiting: deque[Future[Made]] = deque()
        fault: Exception | None = None
        try:
            source = iter(items)
            while fault is None:
                try:
                    waiting.append(pool.submit(work, next(source)))
                except StopIteration:
                    break
                except Exception as raised:  # first what came before it, as one thread would do
                    fault = raised
                if len(waiting) >= 2 * threads:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()
        if fault is not None:
            raise fault
