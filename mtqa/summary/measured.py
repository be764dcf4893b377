"""What was measured of a batch: statistics raw, and with typographic convention set aside; scores of models."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ..engines import Statistics, data_hash, segment_scores, signature, statistics
from ..metric import Metric, Signature
from ..segment import Batch
from ..text import normal_typography
from .shape import Status

if TYPE_CHECKING:
    from ..neural import NeuralScores

__all__ = ["Measured", "measure"]


@dataclass(frozen=True, slots=True)
class Measured:
    """What was counted of a batch: one `Statistics` a metric, with a row for each paired segment, in batch order.

    `normalised` is the same after typographic normalisation of both sides; empty where no text changes by it.
    `data` is the hash of the raw texts. `modelled` are the scores of models, again a row for each paired segment.
    """

    status: tuple[Status, ...]
    statistics: tuple[Statistics, ...]
    normalised: tuple[Statistics, ...]
    data: str
    modelled: "tuple[NeuralScores, ...]" = ()

    def __post_init__(self) -> None:
        for scored in self.modelled:
            if len(scored) != len(self.paired):
                raise ValueError(f"{len(self.paired)} paired segments, {len(scored)} of {scored.metric.name}")

    @property
    def paired(self) -> tuple[int, ...]:
        """The positions in the batch of the rows of the statistics."""
        return tuple(position for position, status in enumerate(self.status) if status == Status.PAIRED)

    def segment_scores(self) -> Mapping[str, tuple[float | None, ...]]:
        """Metric name → one score a segment of the batch; None where it is not paired."""
        columns = {each.metric.name: segment_scores(each).tolist() for each in self.statistics}
        columns |= {scored.metric.name: scored.values.tolist() for scored in self.modelled}
        scores = {}
        for name, column in columns.items():
            row = dict(zip(self.paired, column, strict=True))
            scores[name] = tuple(row.get(position) for position in range(len(self.status)))
        return scores

    def signatures(self) -> Mapping[str, Signature]:
        """Metric name → how its segment scores were made."""
        counted = {each.metric.name: signature(each, data=self.data, level="segment") for each in self.statistics}
        return {**counted, **{scored.metric.name: scored.signature for scored in self.modelled}}

    def part(self, positions: Sequence[int]) -> "Measured":
        """What was counted of the segments at these positions of the batch."""
        rank = {position: row for row, position in enumerate(self.paired)}
        rows = [rank[position] for position in positions if position in rank]

        def taken(statistics: tuple[Statistics, ...]) -> tuple[Statistics, ...]:
            return tuple(replace(each, values=each.values[rows]) for each in statistics)

        status = tuple(self.status[position] for position in positions)
        modelled = tuple(replace(scored, values=scored.values[rows]) for scored in self.modelled)
        return Measured(status, taken(self.statistics), taken(self.normalised), self.data, modelled)


def measure(batch: Batch, status: Sequence[Status], metrics: Sequence[Metric]) -> Measured:
    """Count the statistics of the paired segments of a batch by each metric, raw and normalised."""
    rows = [position for position, each in enumerate(status) if each == Status.PAIRED]
    hypotheses = [batch.hypothesis[row] for row in rows]
    references = [batch.references[row] for row in rows]
    plain_hypotheses = [normal_typography(text) for text in hypotheses]
    plain_references = [tuple(normal_typography(text) for text in row) for row in references]
    changed = plain_hypotheses != hypotheses or plain_references != references
    return Measured(
        status=tuple(status),
        statistics=tuple(statistics(metric, hypotheses, references) for metric in metrics),
        normalised=tuple(statistics(metric, plain_hypotheses, plain_references) for metric in metrics)
        if changed
        else (),
        data=data_hash(hypotheses, references),
    )
