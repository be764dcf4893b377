"""Limits of parts: no document may be bad because the others are good."""

from collections.abc import Iterator
from dataclasses import replace
from fnmatch import fnmatchcase

import numpy as np

from ..mqm.placing import positions_of
from ..summary import Assessed
from .inspected import Inspected
from .policy import Mqm, Slice
from .rate import rate_check
from .stops import count_check
from .trust import Standing
from .verdict import Check

__all__ = ["slice_checks"]


def slice_checks(
    rules: Slice, mqm: Mqm | None, assessment: Assessed, counted: Standing, material: Inspected
) -> Iterator[Check]:
    """The checks of one `[[slice]]`, for each document (system, domain …) that matches, or for all of them together.

    A pattern that nothing matches gives no check here: `judge` says so.
    """
    labels = np.array(material.labels[rules.by], dtype=object)
    named = dict.fromkeys(labels.tolist()) if any(labels) or rules.by in ("document", "system") else ()
    names = [name for name in named if fnmatchcase(name, rules.match)]
    groups = [(name, (name,)) for name in names] if rules.each else [(rules.match, tuple(names))] if names else []
    for label, members in groups:
        doubtful = _doubtful(rules, mqm, assessment, counted, frozenset(members))
        part = material.part(np.isin(labels, list(members)), doubtful)
        if part.by_document and rules.by == "document" and rules.each:  # one document is what it is, not a vendor
            part = replace(part, population=len(part), by_document=False)
        place = f"slice.{rules.by}[{label}]"
        if rules.max_critical is not None:
            yield count_check(f"{place}.critical", rules.role, rules.max_critical, part)
        if rules.max_per_1000_words is not None and mqm is not None:
            yield rate_check(
                f"{place}.mqm", rules.role, rules.max_per_1000_words, part, mqm.profile.label, mqm.segment_cap
            )


def _doubtful(
    rules: Slice, mqm: Mqm | None, assessment: Assessed, counted: Standing, members: frozenset[str]
) -> tuple[float, ...]:
    """What the unreviewed findings of the part cost, dearest first."""
    if mqm is None:
        return ()
    labels = assessment.batch.labels(rules.by)
    spans = [assessment.error_spans[position] for position in counted.doubtful]
    places = positions_of(spans, assessment.batch)
    costs = zip(places, mqm.profile.costs(spans), strict=True)
    return tuple(sorted((cost for place, cost in costs if labels[place] in members and cost > 0.0), reverse=True))
