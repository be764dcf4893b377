"""Segments named in a sentence, each a link to its card."""

from collections.abc import Iterable, Sequence

from ..markup import Markup, element, joined
from ..rows import Row

__all__ = ["comma", "links"]


def links(ids: Sequence[str], table: Sequence[Row], *, most: int = 12) -> Markup:
    """The segments of these ids, separated by commas; beyond `most` the rest is counted."""
    by_id: dict[str, Row] = {}
    wanted = set(ids[:most])
    for row in table:
        if row.id in wanted and by_id.setdefault(row.id, row) is row and len(by_id) == len(wanted):
            break
    known = (
        element("a", by_id[name].id, href=by_id[name].href) if name in by_id else joined(name) for name in ids[:most]
    )
    rest = len(ids) - most
    return joined(comma(known), f" and {rest:,} more" if rest > 0 else None)


def comma(parts: Iterable[Markup]) -> Markup:
    """The parts with commas between them."""
    found: list[str | Markup] = []
    for part in parts:
        found += [", ", part] if found else [part]
    return joined(*found)
