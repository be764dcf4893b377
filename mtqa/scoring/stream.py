"""A stream of chunks becomes a stream of scored chunks: same order, same bytes, any number of threads."""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import TYPE_CHECKING, Literal, TypeVar

import numpy as np
from numpy.typing import NDArray

from ..engines import Fingerprint, segment_scores, signature, statistics, statistics_of
from ..formats import CHUNK, Chunk
from ..kernels.texts import References
from ..metric import Metric, Signature
from .columns import is_neural, kernel_columns, reads_references
from .models import NO_MODELS, Models

if TYPE_CHECKING:
    from concurrent.futures import Future

__all__ = ["Provenance", "ScoredChunk", "quick", "score_chunks", "usual_chunk", "usual_threads"]

Given = TypeVar("Given")
Made = TypeVar("Made")
Floats = NDArray[np.float64]
_SLOW_CHUNK = 256  # rows; sacrebleu does 15 to 60 of news a second for TER
_NEURAL_CHUNK = 1_024  # rows; minutes of a large model on a CPU


@dataclass(frozen=True, slots=True)
class ScoredChunk:
    """A chunk with one entry a metric: what is summed for a system, `(rows, width)`, and one score a row, `(rows,)`.

    What is summed of a neural metric is the score itself beside 1, so that the sums give the mean.
    """

    chunk: Chunk
    values: tuple[Floats, ...]
    scores: tuple[Floats, ...]


class Provenance:
    """What the signatures of a stream need: the fingerprint of its data, and how many references its rows have."""

    def __init__(self, metrics: Sequence[Metric], engine: str | None = None, models: Models = NO_MODELS) -> None:
        self.data = Fingerprint()
        self._metrics = metrics
        self._engine = engine
        self._models = models
        self._texts = {metric: models.data_hash() for metric in metrics if is_neural(metric)}
        self._nrefs: set[int] = set()

    def update(self, chunk: Chunk) -> None:
        """Adds a chunk, in order."""
        hypotheses, references = kernel_columns(chunk)
        self.data.update(hypotheses, references)
        counts = references.counts if isinstance(references, References) else list(map(len, references))
        self._nrefs.update(np.unique(counts).tolist())
        for metric, texts in self._texts.items():
            rows = chunk.references if reads_references(metric) else [()] * len(chunk)
            texts.update(chunk.hypothesis, chunk.source or (), rows)

    def signatures(self, *, level: Literal["corpus", "segment"]) -> dict[str, Signature]:
        """The signature of each metric over all that was added, by the metric's name."""
        return {metric.name: self._signature(metric, level) for metric in self._metrics}

    def _signature(self, metric: Metric, level: Literal["corpus", "segment"]) -> Signature:
        if metric in self._texts:
            counts = sorted(self._nrefs) if reads_references(metric) else [0]
            made = self._models.signature(metric, counts)
            return made.with_parts(data=self._texts[metric].hexdigest(), n=str(self.data.rows))
        nrefs = str(min(self._nrefs)) if len(self._nrefs) == 1 else "var"
        nothing = statistics(metric, (), (), engine=self._engine)
        part = signature(nothing, data=self.data.hexdigest(), level=level)
        return part.with_parts(nrefs=nrefs, n=str(self.data.rows))


def score_chunks(
    chunks: Iterable[Chunk],
    metrics: Sequence[Metric],
    *,
    threads: int = 1,
    engine: str | None = None,
    models: Models = NO_MODELS,
) -> Iterator[ScoredChunk]:
    """Each chunk with its scores, in order; at most two chunks a thread are in memory.

    Every row can be scored (`scorable`). What is counted does not depend on the chunk, so neither chunks nor threads
    show. Models score one chunk after another, on the threads of their own library; their numbers depend on the chunk
    below 1e-6, never on `threads`.
    """
    counted = [metric for metric in metrics if not is_neural(metric)]
    direct = quick(counted, engine=engine)
    for chunk, found in _in_order(lambda chunk: (chunk, _counted(chunk, counted, engine, direct)), chunks, threads):
        for metric in metrics:
            if is_neural(metric):
                scores = models.values(metric, chunk)
                found[metric] = np.stack([scores, np.ones(len(scores))], axis=1), scores
        values, scored = zip(*(found[metric] for metric in metrics), strict=True)
        yield ScoredChunk(chunk, values, scored)


def usual_threads(metrics: Sequence[Metric], *, engine: str | None = None) -> int:
    """As many threads as this process may use cores; one where more would not help."""
    if all(map(is_neural, metrics)) or not quick(metrics, engine=engine):
        return 1
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def usual_chunk(metrics: Sequence[Metric], *, engine: str | None = None) -> int:
    """Rows of a chunk: some tenths of a second of work; a second or more where an engine is slow.

    A run that is killed loses the chunks it was at.
    """
    if not quick(metrics, engine=engine):
        return _SLOW_CHUNK
    return _NEURAL_CHUNK if any(map(is_neural, metrics)) else CHUNK


def quick(metrics: Sequence[Metric], *, engine: str | None = None) -> bool:
    """Whether the native engine, which is a hundred times faster than its stand-in, serves every counted metric."""
    counted = [metric for metric in metrics if not is_neural(metric)]
    return all(statistics(metric, (), (), engine=engine).engine == "native" for metric in counted)


def _counted(
    chunk: Chunk, metrics: Sequence[Metric], engine: str | None, direct: bool
) -> dict[Metric, tuple[Floats, Floats]]:
    """Statistics and scores of each metric that is counted."""
    if not metrics:
        return {}
    if direct:
        counted = statistics_of(metrics, *kernel_columns(chunk), engine=engine, threads=1)
        return {stats.metric: (stats.values, segment_scores(stats)) for stats in counted}
    # Identical pairs are counted once.
    pairs = list(zip(chunk.hypothesis, chunk.references, strict=True))
    number = {pair: position for position, pair in enumerate(dict.fromkeys(pairs))}
    once = statistics_of(metrics, [pair[0] for pair in number], [pair[1] for pair in number], engine=engine)
    rows = np.array([number[pair] for pair in pairs], dtype=np.intp)
    return {stats.metric: (stats.values[rows], segment_scores(stats)[rows]) for stats in once}


def _in_order(work: Callable[[Given], Made], items: Iterable[Given], threads: int) -> Iterator[Made]:
    """`map` over threads, lazily: results in the order of the items, few of them at a time."""
    if threads <= 1:
        yield from map(work, items)
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
        yield from _shared_out(work, chain(early, source), threads)
        return
    yield from map(work, early)  # a single chunk, as most inputs are, is not worth a pool
    if fault is not None:
        raise fault


def _shared_out(work: Callable[[Given], Made], source: Iterator[Given], threads: int) -> Iterator[Made]:
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(threads) as pool:
        waiting: deque[Future[Made]] = deque()
        fault: Exception | None = None
        try:
            while fault is None:
                try:
                    waiting.append(pool.submit(work, next(source)))
                except StopIteration:
                    break
                except Exception as raised:
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
