"""What a model marked beside what the rules found: each error said once, with both witnesses where there are two.

A mark that touches a rule's span is the same finding: the rule knows the kind and the correction, and the mark becomes
its evidence. A mark that touches none is a finding of its own. Gaps (omissions) have no text that could be touched.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from ..hygiene import Concern, Notice
from ..mqm import ErrorSpan
from ..mqm.placing import positions_of
from ..segment import Batch, Span

__all__ = ["notices_on_marks", "with_marks"]


def with_marks(errors: Sequence[ErrorSpan], marks: Sequence[ErrorSpan], batch: Batch) -> tuple[ErrorSpan, ...]:
    """The errors of the rules and of a model together, in batch order, within a segment from left to right.

    No two of them, one of each side, share a character. Severity and confidence of a rule's error stay as they were:
    what the model says of it stands in its evidence.
    """
    if not marks:
        return tuple(errors)
    marked: dict[int, list[ErrorSpan]] = defaultdict(list)
    for place, mark in zip(positions_of(marks, batch), marks, strict=True):
        marked[place].append(mark)
    touched: dict[int, set[Span]] = defaultdict(set)
    found: list[tuple[int, ErrorSpan]] = []
    for place, error in zip(positions_of(errors, batch), errors, strict=True):
        shared = [mark for mark in marked[place] if mark.hypothesis.overlaps(error.hypothesis)]
        touched[place].update(mark.hypothesis for mark in shared)
        found.append((place, replace(error, evidence=(*error.evidence, *map(_witness, shared))) if shared else error))
    for place, here in marked.items():
        found += [(place, mark) for mark in here if mark.hypothesis not in touched[place]]
    return tuple(error for _, error in sorted(found, key=lambda row: (row[0], row[1].hypothesis)))


def notices_on_marks(errors: Sequence[ErrorSpan]) -> tuple[Notice, ...]:
    """One notice of the findings that rest on a model alone, none where there are none."""
    alone = sum(error.rule.startswith("neural/") for error in errors)
    if not alone:
        return ()
    what = f"{alone} of {len(errors)} findings are a model's marks that no rule shares"
    said = f"{what}: they are in the counts and the penalty, and no reviewer has seen them"
    return (Notice("model", Concern.WARNING, said, ()),)


def _witness(mark: ErrorSpan) -> str:
    """How a rule's error quotes the model that marked it too."""
    return f"{mark.rule} marks “{mark.text}”: {mark.severity}, probability {mark.confidence:.2f}"
