"""A delivery as a report shows it: one row a segment, with its errors, its penalty and the anchor it is linked by."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from ..mqm import ErrorSpan, Profile, Severity
from ..mqm.placing import positions_of
from ..segment import Batch, ReferenceKind
from ..summary import Assessed, Status, WorstSegment
from .marking import errors_by_segment
from .wording import whole

__all__ = ["Row", "anchors", "find_row", "profile_of", "rows"]


@dataclass(frozen=True, slots=True)
class Row:
    """One segment as it is shown. `anchor` is unique in the report; `points` is None where no penalty is given,
    `expected` where none is to be expected (only against an independent reference one is);
    `where` names document and system where the delivery has several.

    `scores` are (metric, value) pairs, value None where the segment is not paired; `errors` are in order of the text.
    """

    anchor: str
    id: str
    document: str
    system: str
    where: str
    source: str | None
    hypothesis: str
    references: tuple[str, ...]
    status: Status
    errors: tuple[ErrorSpan, ...]
    points: float | None
    expected: float | None
    scores: tuple[tuple[str, float | None], ...]

    @property
    def href(self) -> str:
        """The link to the segment within the page."""
        return "#segment-" + quote(self.anchor, safe="~")

    @property
    def worst(self) -> tuple[ErrorSpan, ...]:
        """The errors, most severe first."""
        return tuple(sorted(self.errors, key=lambda error: -error.severity.rank))

    def count(self, severity: Severity) -> int:
        """How many errors of this severity the segment has."""
        return sum(1 for error in self.errors if error.severity is severity)


def rows(assessment: Assessed) -> tuple[Row, ...]:
    """One row a segment, in batch order."""
    batch, profile = assessment.batch, profile_of(assessment)
    found = errors_by_segment(batch, assessment.error_spans)
    points = None if profile is None else _points(batch, assessment.error_spans, profile)
    names = anchors(batch)
    several = len(set(zip(batch.document, batch.system, strict=True))) > 1
    return tuple(
        Row(
            anchor=names[n],
            id=batch.id[n],
            document=batch.document[n],
            system=batch.system[n],
            where=" · ".join(name for name in (batch.document[n], batch.system[n]) if name) if several else "",
            source=batch.source[n],
            hypothesis=batch.hypothesis[n],
            references=batch.references[n],
            status=assessment.status[n],
            errors=found[n],
            points=None if points is None else points[n],
            expected=assessment.expected_penalty[n],
            scores=tuple((name, values[n]) for name, values in assessment.segment_scores.items()),
        )
        for n in range(len(batch))
    )


def _points(batch: Batch, errors: Sequence[ErrorSpan], profile: Profile) -> list[float]:
    """The penalty points of each segment."""
    points = [0.0] * len(batch)
    for position, cost in zip(positions_of(errors, batch), profile.costs(errors), strict=True):
        points[position] += cost
    return points


def profile_of(assessment: Assessed) -> Profile | None:
    """The severity profile of the assessment; None where no penalty is given (an independent reference)."""
    summary = assessment.summary
    if summary.reference_kind is ReferenceKind.INDEPENDENT or summary.penalty_points is None:
        return None
    return summary.weights


def anchors(batch: Batch) -> tuple[str, ...]:
    """A name for each segment that no other has: its id, and `id~2` where the id comes a second time."""
    taken: set[str] = set()
    found = []
    for name in map(whole, batch.id):
        anchor, times = name, 1
        while anchor in taken:
            times += 1
            anchor = f"{name}~{times}"
        taken.add(anchor)
        found.append(anchor)
    return tuple(found)


def find_row(table: Sequence[Row], worst: WorstSegment) -> Row | None:
    """The row of a segment of the summary; None where the table does not hold it."""
    wanted = (worst.id, worst.document, worst.system)
    return next((row for row in table if (row.id, row.document, row.system) == wanted), None)
