"""Assessments, segments, verdicts and differences as rich HTML that survives export, mail and a code host.

Only elements with a meaning of their own (`<del>`, `<ins>`, `<mark>`, tables) and inline styles: where a viewer strips
the styles, what is deleted and inserted can still be told apart. Every text is escaped. The text form stands beside.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from ..refusal import Misuse, Refusal, unknown_name
from ..reports.markup import Markup, element, joined
from ..segment import Batch, Segment
from ..summary import Assessed, Summary
from .marks import diff, segments
from .overview import overview
from .shown import Shown

if TYPE_CHECKING:
    from ..compare import Comparison
    from ..gate import Verdict

__all__ = ["Shown", "diff", "show"]

MOST = 100
"""Segments of a batch that are shown in one cell at most: more are for the report, which filters."""


def show(thing: "Assessed | Segment | Batch | Verdict | Comparison", *ids: str) -> Shown:
    """What an assessment says in short; with ids, those of its segments with their marks.

    One segment, or a batch (all of it, or the ids), shows plain differences from the first reference. A verdict shows
    its checks, a comparison its table. Refuses an unknown id, a segment without a reference, ids where nothing has any.
    """
    from ..compare import Comparison
    from ..gate import Verdict
    from .answers import comparison, verdict

    if isinstance(thing, Segment):
        return _plain([thing])
    if isinstance(thing, Batch):
        return _plain(_of_batch(thing, ids))
    if isinstance(thing, Verdict):
        return verdict(thing)
    if isinstance(thing, Comparison):
        return comparison(thing)
    if not isinstance(getattr(thing, "summary", None), Summary):
        raise Misuse(
            f"nothing to show of {type(thing).__name__}",
            mend="give an assessment, a segment, a batch, a verdict or a comparison",
        )
    return segments(thing, ids) if ids else overview(thing)


def _of_batch(batch: Batch, ids: tuple[str, ...]) -> list[Segment]:
    for name in ids:
        if name not in batch.id:
            raise unknown_name("segment", name, batch.id[:20])
    found = [segment for segment in batch if not ids or segment.id in ids]
    if len(found) > MOST:
        raise Refusal(f"{len(found):,} segments for one cell, {MOST} at most", mend="name the ids to show")
    return sorted(found, key=lambda segment: ids.index(segment.id)) if ids else found


def _plain(chosen: Iterable[Segment]) -> Shown:
    """Each segment with its plain differences from its first reference; more than one goes by its id."""
    found = []
    for segment in chosen:
        if segment.reference is None:
            raise Refusal(f"segment {segment.id!r} has no reference to show it against", mend="give it one")
        found.append((segment.id, diff(segment.hypothesis, segment.reference)))
    if len(found) == 1:
        return found[0][1]
    return Shown(
        "\n".join(str(_named(name, shown)) for name, shown in found),
        "\n\n".join(f"#{name}\n{shown.text}" for name, shown in found),
    )


def _named(name: str, shown: Shown) -> Markup:
    return joined(element("p", element("b", f"#{name}")), Markup(shown.html))
