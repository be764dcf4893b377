"""Whole lines that one side lacks: what the alignment left alone.

Wrong: a sentence of the source was skipped   Right: every sentence is there   -> accuracy/omission, major
Wrong: a sentence that nobody wrote           Right: it is not there           -> accuracy/addition, major
"""

from collections.abc import Iterator

from ..mqm import CATEGORIES, ErrorSpan
from ..segment import ReferenceKind, Segment, Span

__all__ = ["unpaired"]

CONFIDENCE = 0.5  # the line is alone; that nothing answers it rests on the alignment


def unpaired(segment: Segment) -> Iterator[ErrorSpan]:
    """The one error of a segment that has no partner; a blank line is none.

    A segment without a reference is an addition as a whole, one with an empty hypothesis an omission.
    """
    reference = segment.reference or ""
    category = "accuracy/omission" if reference else "accuracy/addition"
    text = reference or segment.hypothesis
    if not text.strip():
        return
    independent = segment.reference_kind is ReferenceKind.INDEPENDENT
    other = "reference" if independent else "correction"
    said = (
        f"The hypothesis has no line for this line of the {other}."
        if reference
        else f"The {other} has no line for this line of the hypothesis."
    )
    yield ErrorSpan(
        id=segment.id,
        hypothesis=Span(0, len(segment.hypothesis)),
        reference=Span(0, len(reference)),
        text=segment.hypothesis,
        correction=reference,
        category=category,
        severity=CATEGORIES[category].severity,
        severity_basis="category-default",
        rule="unpaired",
        evidence=(f"a line of {len(text)} characters that the alignment left alone",),
        explanation=said,
        confidence=CONFIDENCE,
        reference_kind=segment.reference_kind,
        document=segment.document,
        system=segment.system,
    )
