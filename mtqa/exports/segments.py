"""Segments with their errors, as every export walks them."""

from collections.abc import Iterator

from ..mqm import ErrorSpan
from ..segment import Segment
from ..summary import Assessed

__all__ = ["by_segment"]


def by_segment(assessment: Assessed) -> Iterator[tuple[Segment, list[ErrorSpan]]]:
    """Each segment in batch order with its errors by position; omissions of whole segments stand with theirs."""
    found: dict[tuple[str, str, str], list[ErrorSpan]] = {}
    for error in assessment.error_spans:
        found.setdefault((error.document, error.system, error.id), []).append(error)
    for segment in assessment.batch:
        errors = found.get((segment.document, segment.system, segment.id), [])
        yield segment, sorted(errors, key=lambda error: (error.hypothesis.start, error.hypothesis.end))
