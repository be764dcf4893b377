"""A stream of chunks becomes a stream of scored chunks: same order, same bytes, whatever the work runs on."""

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from ..cluster import LOCAL, Cluster
from ..engines import (
    Fingerprint,
    Statistics,
    mean_over_references,
    scores_of,
    segment_scores,
    server,
    signature_of,
    statistics_of,
)
from ..formats import CHUNK, Chunk
from ..kernels.texts import References
from ..metric import Metric, Signature
from .columns import is_neural, reads_references
from .models import NO_MODELS, Models, beside_one

if TYPE_CHECKING:
    from ..kernels.buffers import Buffer

__all__ = ["Measures", "Provenance", "ScoredChunk", "Scoring", "quick", "score_chunks", "usual_chunk", "usual_threads"]

_SLOW_CHUNK = 256  # rows; sacrebleu does 15 to 60 of news a second for TER
_NEURAL_CHUNK = 1_024  # rows; minutes of a large model on a CPU


@dataclass(frozen=True, slots=True)
class ScoredChunk:
    """A chunk with one entry a metric: one score a row, `(rows,)`, and what is summed for a system, `(rows, width)`.

    What is summed of a neural metric is the score itself beside 1, so that the sums give the mean. `values` are empty
    where only scores were asked for. Arrays of float64, of Python or of numpy.
    """

    chunk: Chunk
    scores: "tuple[Buffer, ...]"
    values: "tuple[Buffer, ...]" = ()


class Provenance:
    """What the signatures of a stream need: the fingerprint of its data, and how many references its rows have."""

    def __init__(
        self, metrics: Sequence[Metric], engine: str | None = None, models: Models = NO_MODELS, *, mean: bool = False
    ) -> None:
        self.data = Fingerprint()
        self._mean = mean
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
        self._nrefs.update(counts)
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
        data, rows = self.data.hexdigest(), self.data.rows
        made = signature_of(metric, nrefs=nrefs, segments=rows, data=data, level=level, engine=self._engine)
        return made.with_parts(over="mean") if self._mean else made


@dataclass(frozen=True, slots=True)
class Measures:
    """What was made of a chunk, without the chunk: scores and values as in `ScoredChunk`, what the models noticed."""

    scores: "tuple[Buffer, ...]"
    values: "tuple[Buffer, ...]"
    notices: tuple[str, ...]

    def of(self, chunk: Chunk) -> ScoredChunk:
        """The chunk with what was made of it."""
        return ScoredChunk(chunk, self.scores, self.values)


@dataclass(frozen=True, slots=True)
class Scoring:
    """The work on one chunk: each metric's scores, with `summed` its statistics too. It can be sent elsewhere.

    `direct`: the native engine counts what is counted, and identical pairs need no looking for. `mean`: a row with
    several references has the mean of its scores against each, of metrics that are counted.
    """

    metrics: tuple[Metric, ...]
    engine: str | None
    models: Models
    direct: bool
    summed: bool
    mean: bool = False

    @classmethod
    def by(
        cls,
        metrics: Sequence[Metric],
        engine: str | None = None,
        models: Models = NO_MODELS,
        *,
        summed: bool = False,
        mean: bool = False,
    ) -> "Scoring":
        """The work for these metrics, by the engine that serves here."""
        return cls(tuple(metrics), engine, models, quick(metrics, engine=engine), summed, mean)

    def __call__(self, chunk: Chunk) -> Measures:
        counted = [metric for metric in self.metrics if not is_neural(metric)]
        scores: dict[Metric, Buffer] = {}
        values: dict[Metric, Buffer] = {}
        if self.mean:
            rows = chunk.hypothesis, chunk.references
            found = [mean_over_references(metric, *rows, engine=self.engine, threads=1) for metric in counted]
            scores.update(zip(counted, found, strict=True))
        elif counted and self.direct and not self.summed:
            alone = scores_of(counted, chunk.hypothesis, chunk.references, engine=self.engine, threads=1)
            scores.update(zip(counted, alone, strict=True))
        elif counted:
            for stats in self._counted(chunk, counted):
                values[stats.metric], scores[stats.metric] = stats.values, segment_scores(stats)
        for metric in self.metrics:
            if is_neural(metric):
                scores[metric] = self.models.values(metric, chunk)
                if self.summed:
                    values[metric] = beside_one(scores[metric])
        summed = tuple(values[metric] for metric in self.metrics) if self.summed else ()
        return Measures(tuple(scores[metric] for metric in self.metrics), summed, self.models.overheard())

    def _counted(self, chunk: Chunk, metrics: Sequence[Metric]) -> Sequence[Statistics]:
        """The statistics of the rows; where that takes long, those of identical rows are counted once."""
        if self.direct:
            return statistics_of(metrics, chunk.hypothesis, chunk.references, engine=self.engine, threads=1)
        pairs = list(zip(chunk.hypothesis, chunk.references, strict=True))
        number = {pair: position for position, pair in enumerate(dict.fromkeys(pairs))}
        hypotheses, references = [pair[0] for pair in number], [pair[1] for pair in number]
        once = statistics_of(metrics, hypotheses, references, engine=self.engine)
        rows = [number[pair] for pair in pairs]
        return [replace(stats, values=stats.values[rows]) for stats in once]


def score_chunks(
    chunks: Iterable[Chunk],
    metrics: Sequence[Metric],
    *,
    cluster: Cluster = LOCAL,
    engine: str | None = None,
    models: Models = NO_MODELS,
    summed: bool = False,
) -> Iterator[ScoredChunk]:
    """Each chunk with its scores, in order; few chunks are in memory, how many is the cluster's to say.

    Every row can be scored (`scorable`). What is counted does not depend on the chunk, so neither chunks nor cluster
    show. The numbers of models depend on the chunk below 1e-6. With `summed` the chunks have what is summed, too.
    """
    for chunk, made in cluster.in_order(Scoring.by(metrics, engine, models, summed=summed), chunks):
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
    return all(server(metric, engine=engine) == "native" for metric in counted)
