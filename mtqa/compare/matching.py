"""The same segments of several systems, brought into one order; anything else is refused."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ..formats import batch_of_frame, read_batch
from ..refusal import Misuse, Refusal
from ..segment import Batch

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["systems_of"]


def systems_of(
    tables: "Sequence[str | Path | Batch | pd.DataFrame]", *, with_references: bool = True
) -> dict[str, Batch]:
    """The systems of the tables by name, at least two, all with the segments of the first in its order.

    A table may hold several systems (column `system`); one without names is called after its file, or `system 1` … by
    place. Segments are matched by document and id, or row by row where ids do not match but references and sources
    are equal. References may be missing where no metric reads them. Refuses systems whose segments, references or
    sources differ, and two systems of one name.
    """
    found: dict[str, Batch] = {}
    for place, table in enumerate(tables, start=1):
        batch = table if isinstance(table, Batch) else _read(table, with_references)
        usual = Path(Path(table).name.removesuffix(".gz")).stem if isinstance(table, str | Path) else f"system {place}"
        for name, own in _by_system(batch, usual).items():
            if name in found:
                raise Misuse(f"two systems are called {name!r}", mend="name them in a column system")
            found[name] = own
    if len(found) < 2:
        raise Misuse(
            "one system only", mend="give a second table of the same segments, or a column system with two names"
        )
    (baseline, first), *others = found.items()
    for row, references in enumerate(first.references):
        if with_references and not references:
            raise Refusal(f"segment {first.id[row]!r} has no reference", where=baseline, mend="give every segment one")
    matched = {baseline: first}
    for name, batch in others:
        matched[name] = _in_order_of(first, batch, baseline, name)
    return matched


def _read(table: "str | Path | pd.DataFrame", with_references: bool) -> Batch:
    needs = {"hypothesis", "reference"} if with_references else {"hypothesis", "source"}
    return read_batch(table, needs=needs) if isinstance(table, str | Path) else batch_of_frame(table, needs=needs)


def _by_system(batch: Batch, usual: str) -> dict[str, Batch]:
    """The rows of each system, in the order of its first; rows without a name belong to `usual`."""
    rows: dict[str, list[int]] = {}
    for position, system in enumerate(batch.system):
        rows.setdefault(system or usual, []).append(position)
    return {name: batch if len(rows) == 1 else batch.take(positions) for name, positions in rows.items()}


def _in_order_of(first: Batch, other: Batch, baseline: str, name: str) -> Batch:
    keys, theirs = _keys(first), _keys(other)
    places = {key: position for position, key in enumerate(theirs)}
    if len(set(keys)) == len(keys) and len(places) == len(theirs) and places.keys() == set(keys):
        matched = other.take([places[key] for key in keys])
    elif len(first) == len(other) and list(first.references) == list(other.references):
        matched = other  # ids are no ids of segments (rows numbered through): the references say the same
    else:
        raise _other_segments(keys, theirs, baseline, name)
    for what, mine, others in (
        ("references", first.references, matched.references),
        ("sources", first.source, matched.source),
    ):
        differ = [row for row, (a, b) in enumerate(zip(mine, others, strict=True)) if None not in (a, b) and a != b]
        if differ:
            raise Refusal(
                f"the {what} of {len(differ)} of {len(keys)} segments are not those of {baseline} "
                f"(first: {first.id[differ[0]]!r})",
                where=name,
                mend="systems are compared on the same texts",
            )
    return matched


def _keys(batch: Batch) -> list[tuple[str, str]]:
    return list(zip(batch.document, batch.id, strict=True))


def _other_segments(
    keys: Sequence[tuple[str, str]], theirs: Sequence[tuple[str, str]], baseline: str, name: str
) -> Refusal:
    missing = [key for key in keys if key not in set(theirs)]
    added = [key for key in theirs if key not in set(keys)]
    parts = [f"{len(theirs)} segments, {len(keys)} in {baseline}"]
    for words, found in (("missing", missing), ("not there", added)):
        if found:
            parts.append(f"{len(found)} {words} (first: {found[0][1]!r})")
    return Refusal(", ".join(parts), where=name, mend="systems are compared on the same segments, by document and id")
