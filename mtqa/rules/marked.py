"""What a model marked beside what the rules found: each error said once, with both witnesses where there are two.

A mark that touches a rule's span is the same finding: the rule knows the kind and the correction, and the mark becomes
its evidence. A mark that touches none is a finding of its own. Gaps (omissions) have no text that could be touched.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from ..hygiene import Concern, Notice
from ..mqm import ErrorSpan
from ..segment import Batch, Span

__all__ = ["notices_on_marks", "with_marks"]

Place = tuple[str, str, str]


def with_marks(errors: Sequence[ErrorSpan], marks: Sequence[ErrorSpan], batch: Batch) -> tuple[ErrorSpan, ...]:
    """The errors of the rules and of a model together, in batch order, within a segment from left to right.

    No two of them, one of each side, share a character. Severity and confidence of a rule's error stay as they were:
    what the model says of it stands in its evidence.
    """
    if not marks:
        return tuple(errors)
    marked: dict[Place, list[ErrorSpan]] = defaultdict(list)
    for mark in marks:
        marked[_place(mark)].append(mark)
    touched: set[tuple[Place, Span]] = set()
    found = []
    for error in errors:
        shared = [mark for mark in marked[_place(error)] if mark.hypothesis.overlaps(error.hypothesis)]
        touched |= {(_place(mark), mark.hypothesis) for mark in shared}
        found.append(replace(error, evidence=(*error.evidence, *map(_witness, shared))) if shared else error)
    found += [mark for mark in marks if (_place(mark), mark.hypothesis) not in touched]
    keys = zip(batch.document, batch.system, batch.id, strict=True)
    order = {key: position for position, key in reversed(list(enumerate(keys)))}
    return tuple(sorted(found, key=lambda error: (order[_place(error)], error.hypothesis)))


def notices_on_marks(errors: Sequence[ErrorSpan]) -> tuple[Notice, ...]:
    """One notice of the findings that rest on a model alone, none where there are none."""
    alone = sum(error.rule.startswith("neural/") for error in errors)
    if not alone:
        return ()
    what = f"{alone} of {len(errors)} findings are a model's marks that no rule shares"
    said = f"{what}: they are in the counts and the penalty, and no reviewer has seen them"
    return (Notice("model", Concern.WARNING, said, ()),)


def _place(error: ErrorSpan) -> Place:
    return error.document, error.system, error.id


def _witness(mark: ErrorSpan) -> str:
    """How a rule's error quotes the model that marked it too."""
    return f"{mark.rule} marks “{mark.text}”: {mark.severity}, probability {mark.confidence:.2f}"
