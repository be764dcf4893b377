"""What was inspected of a delivery, in columns: the material that every check is judged on."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ..metric import Metric, find_metric
from ..mqm import ErrorSpan, Severity
from ..mqm.placing import positions_of
from ..refusal import Refusal
from ..segment import LABELS, ReferenceKind
from ..statistics import Floats, clustered
from ..summary import Assessed, Status
from ..text import word_count
from .policy import Policy
from .trust import Decisions, Standing, standing

__all__ = ["Inspected", "inspected"]


@dataclass(frozen=True, slots=True, eq=False)
class Inspected:
    """The judged segments `(segments,)`, in batch order, of a delivery of `population` segments.

    `points` counts all findings that nobody rejected, `sure` only those confirmed or trusted; `stops` and `sure_stops`
    mark the segments with a stop error in the same two ways. `population` is None where conclusions reach beyond the
    delivery; `complete` means that nothing of it is left to chance. `longest` is the words of the longest segment of
    the whole delivery, inspected or not. `errors_known` is False against an independent reference.
    """

    ids: tuple[str, ...]
    labels: Mapping[str, tuple[str, ...]]
    words: Floats
    points: Floats
    sure: Floats
    stops: NDArray[np.bool_]
    sure_stops: NDArray[np.bool_]
    stop_errors: tuple[int, int]
    doubtful: tuple[float, ...]
    scores: Mapping[str, Floats]
    population: int | None
    by_document: bool
    repeated: bool
    risk: float
    dearest: float
    longest: float
    errors_known: bool

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def complete(self) -> bool:
        """Whether the whole delivery was inspected and nothing beyond it is concluded about."""
        return self.population == len(self)

    @property
    def documents(self) -> tuple[str, ...]:
        """The document of each segment."""
        return self.labels["document"]

    @property
    def clusters(self) -> tuple[str, ...] | None:
        """The documents as units, where conclusions reach beyond the delivery."""
        return self.documents if self.by_document else None

    def units(self, *columns: Floats) -> Floats:
        """Columns summed by unit: `(units, columns)`; units are segments, or documents."""
        return clustered(np.stack(columns, axis=1), self.clusters)

    def metric(self, name: str) -> Metric:
        """The metric of this printed name."""
        return find_metric(name)

    def part(self, chosen: NDArray[np.bool_], doubtful: tuple[float, ...]) -> "Inspected":
        """The chosen segments; complete if the whole is, otherwise part of an endless stream (the safe side)."""
        where = np.flatnonzero(chosen)
        return replace(
            self,
            ids=tuple(self.ids[n] for n in where),
            labels={name: tuple(column[n] for n in where) for name, column in self.labels.items()},
            words=self.words[where],
            points=self.points[where],
            sure=self.sure[where],
            stops=self.stops[where],
            sure_stops=self.sure_stops[where],
            stop_errors=(int(self.stops[where].sum()), int(self.sure_stops[where].sum())),
            doubtful=doubtful,
            scores={name: column[where] for name, column in self.scores.items()},
            population=len(where) if self.complete else None,
        )


def inspected(
    assessment: Assessed,
    policy: Policy,
    *,
    decisions: Decisions,
    population: int | None,
    waived: Collection[int] = (),
) -> tuple[Inspected, Standing]:
    """The columns of an assessment under a policy, and which findings count.

    Only paired segments were inspected. `population` is the number of segments of the delivery, by default those of
    the batch that have a hypothesis. Refuses an assessment without paired segments, and a population below it.
    """
    batch, judged = assessment.batch, [n for n, s in enumerate(assessment.status) if s == Status.PAIRED]
    if not judged:
        raise Refusal("no segment of the assessment was judged", mend="a gate never passes on nothing: assess it again")
    delivered = sum(status != Status.OMITTED for status in assessment.status)
    if population is not None and population < delivered:
        raise Refusal(f"{delivered} segments were assessed of a delivery of {population}", mend="give its real size")
    mqm = policy.mqm
    counted = standing(
        assessment.error_spans,
        decisions,
        trusted=policy.findings.trusted,
        trusted_precision=policy.findings.trusted_precision,
        waived=waived,
    )
    costs = _Costs.of(assessment, policy, counted)
    where = np.array(judged, dtype=np.intp)
    words = np.array([word_count(text) for text in batch.hypothesis], dtype=np.float64)
    vendor = policy.scope.estimand == "vendor"
    columns = Inspected(
        ids=tuple(batch.id[n] for n in judged),
        labels={name: tuple(batch.labels(name)[n] for n in judged) for name in ("document", "system", *LABELS)},
        words=words[where],
        points=costs.points[where],
        sure=costs.sure[where],
        stops=costs.stops[where] > 0,
        sure_stops=costs.sure_stops[where] > 0,
        stop_errors=(int(costs.stops[where].sum()), int(costs.sure_stops[where].sum())),
        doubtful=costs.doubtful,
        scores={name: _column(values, judged) for name, values in assessment.segment_scores.items()},
        population=None if vendor else population or delivered,
        by_document=vendor,
        repeated=policy.scope.looks == "repeated",
        risk=policy.scope.risk,
        dearest=mqm.profile.dearest if mqm else 0.0,
        longest=float(words.max()),
        errors_known=batch.reference_kind == ReferenceKind.CORRECTION,
    )
    return columns, counted


def _column(values: Sequence[float | None], judged: Sequence[int]) -> Floats:
    """The scores of the judged segments; a missing one is NaN, which its check refuses."""
    return np.array([np.nan if values[n] is None else values[n] for n in judged], dtype=np.float64)


@dataclass(frozen=True, slots=True, eq=False)
class _Costs:
    """Per segment of the batch: points and stop errors, of all findings and of the sure ones."""

    points: Floats
    sure: Floats
    stops: Floats
    sure_stops: Floats
    doubtful: tuple[float, ...]

    @classmethod
    def of(cls, assessment: Assessed, policy: Policy, counted: Standing) -> "_Costs":
        table = np.zeros((4, len(assessment.batch)))
        spans = [assessment.error_spans[position] for position in counted.all]
        costs = policy.mqm.profile.costs(spans) if policy.mqm else [0.0] * len(spans)
        sure, doubtful = set(counted.sure), []
        places = positions_of(spans, assessment.batch)
        for position, segment, error, cost in zip(counted.all, places, spans, costs, strict=True):
            stop = _stops(error, policy)
            table[0, segment] += cost
            table[2, segment] += stop
            if position in sure:
                table[1, segment] += cost
                table[3, segment] += stop
            elif cost > 0.0:
                doubtful.append(cost)
        if policy.mqm is not None and policy.mqm.segment_cap is not None:
            table[:2] = np.minimum(table[:2], policy.mqm.segment_cap)
        return cls(table[0], table[1], table[2], table[3], tuple(sorted(doubtful, reverse=True)))


def _stops(error: ErrorSpan, policy: Policy) -> bool:
    """Whether an error is one that no average buys off."""
    critical = policy.critical
    severities = critical.severities if critical else (Severity.CRITICAL,)
    return error.severity in severities and (
        critical is None or not critical.categories or error.category in critical.categories
    )
