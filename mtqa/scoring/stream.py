"""A stream of chunks becomes a stream of scored chunks: same order, same bytes, whatever the work runs on."""

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ..cluster import LOCAL, Cluster
from ..engines import Fingerprint, segment_scores, signature, statistics, statistics_of
from ..formats import CHUNK, Chunk
from ..kernels.texts import References
from ..metric import Metric, Signature
from .columns import is_neural, reads_references
from .models import NO_MODELS, Models

__all__ = ["Measures", "Provenance", "ScoredChunk", "Scoring", "quick", "score_chunks", "usual_chunk", "usual_threads"]

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
        references = chunk.references
        self.data.update(chunk.hypothesis, references)
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


@dataclass(frozen=True, slots=True)
class Measures:
    """What was made of a chunk, without the chunk: values and scores as in `ScoredChunk`, what the models noticed."""

    values: tuple[Floats, ...]
    scores: tuple[Floats, ...]
    notices: tuple[str, ...]

    def of(self, chunk: Chunk) -> ScoredChunk:
        """The chunk with what was made of it."""
        return ScoredChunk(chunk, self.values, self.scores)


@dataclass(frozen=True, slots=True)
class Scoring:
    """The work on one chunk: each metric's statistics and scores. It can be sent to another machine.

    `direct`: the native engine counts what is counted, and identical pairs need no looking for.
    """

    metrics: tuple[Metric, ...]
    engine: str | None
    models: Models
    direct: bool

    @classmethod
    def by(cls, metrics: Sequence[Metric], engine: str | None = None, models: Models = NO_MODELS) -> "Scoring":
        """The work for these metrics, by the engine that serves here."""
        return cls(tuple(metrics), engine, models, quick(metrics, engine=engine))

    def __call__(self, chunk: Chunk) -> Measures:
        counted = [metric for metric in self.metrics if not is_neural(metric)]
        found = _counted(chunk, counted, self.engine, self.direct)
        for metric in self.metrics:
            if is_neural(metric):
                scores = self.models.values(metric, chunk)
                found[metric] = np.stack([scores, np.ones(len(scores))], axis=1), scores
        values, scored = zip(*(found[metric] for metric in self.metrics), strict=True)
        return Measures(values, scored, self.models.overheard())


def score_chunks(
    chunks: Iterable[Chunk],
    metrics: Sequence[Metric],
    *,
    cluster: Cluster = LOCAL,
    engine: str | None = None,
    models: Models = NO_MODELS,
) -> Iterator[ScoredChunk]:
    """Each chunk with its scores, in order; few chunks are in memory, how many is the cluster's to say.

    Every row can be scored (`scorable`). What is counted does not depend on the chunk, so neither chunks nor cluster
    show. The numbers of models depend on the chunk below 1e-6.
    """
    for chunk, made in cluster.in_order(Scoring.by(metrics, engine, models), chunks):
        for notice in made.notices:
            models.tell(notice)
        yield made.of(chunk)


def usual_threads(metrics: Sequence[Metric], *, engine: str | None = None) -> int:
    """As many threads as this process may use cores; one where more would not help: models have their own threads."""
    if any(map(is_neural, metrics)) or not quick(metrics, engine=engine):
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
        counted = statistics_of(metrics, chunk.hypothesis, chunk.references, engine=engine, threads=1)
        return {stats.metric: (stats.values, segment_scores(stats)) for stats in counted}
    # Identical pairs are counted once.
    pairs = list(zip(chunk.hypothesis, chunk.references, strict=True))
    number = {pair: position for position, pair in enumerate(dict.fromkeys(pairs))}
    once = statistics_of(metrics, [pair[0] for pair in number], [pair[1] for pair in number], engine=engine)
    rows = np.array([number[pair] for pair in pairs], dtype=np.intp)
    return {stats.metric: (stats.values[rows], segment_scores(stats)[rows]) for stats in once}
