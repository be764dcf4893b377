"""Which column of a table is which: the names of the house, and the aliases the field uses in its files.

Behind this door there are only `id, document, system, source, hypothesis, reference`. Names are compared without
case and outer spaces. `reference_2`, `reference_3` … (also `ref2`, `ref_2`) are further references of the same row;
`references` is a list of them (`postedits`: of corrections). Every other column is an extra: carried or ignored, never
read.
"""

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Literal

from ..refusal import Refusal
from ..segment import ReferenceKind

__all__ = ["ALIASES", "LABEL_NAMES", "NEEDS_HYPOTHESIS", "NEEDS_PAIR", "Keep", "Layout", "OnError", "stop", "text_cell"]

OnError = Callable[[Refusal], None]
Keep = tuple[str, ...] | Literal["all", "labels"]
"""Which columns are carried, by their names in the table; `labels` are those that say the domain or language pair."""
NEEDS_HYPOTHESIS = frozenset({"hypothesis"})
NEEDS_PAIR = frozenset({"hypothesis", "reference"})

ALIASES: dict[str, tuple[str, ...]] = {
    "id": ("seg",),
    "document": ("doc",),
    "system": (),
    "source": ("src",),
    "hypothesis": ("mt", "hyp", "translation", "target", "tgt"),
    "reference": ("ref", "pe", "postedit"),
    "references": ("postedits",),
}
LABEL_NAMES: dict[str, tuple[str, ...]] = {"domain": ("domain",), "language_pair": ("language_pair", "lp")}
"""The names of columns that say what a segment is labelled with; the first that a table has counts."""
_NAMES = {alias: name for name, aliases in ALIASES.items() for alias in (name, *aliases)}
_NUMBERED = re.compile(r"ref(?:erence)?_?([1-9][0-9]?)")


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the columns of the house stand among the columns of one table (positions from 0, None: not there).

    `names` are the columns as they were found. `reference` are the positions of the reference columns in the order
    of their numbers; `references` the position of the list column. A table has one or the other. `kept` are columns
    that are carried to the output, whatever they are.
    """

    names: tuple[str, ...]
    id: int | None
    document: int | None
    system: int | None
    source: int | None
    hypothesis: int | None
    reference: tuple[int, ...]
    references: int | None
    kept: tuple[int, ...] = ()

    @classmethod
    def of(cls, names: Sequence[str], *, where: str, needs: Collection[str] = NEEDS_PAIR, keep: Keep = ()) -> "Layout":
        """The layout of these column names; refuses a needed column that is missing and one that stands twice.

        `needs` holds `id`, `hypothesis`, `source`, `system`, `document`, or `reference`: `references` fulfils it too.
        `seg` is the id only where there is no `id`; next to one it is an extra.
        """
        found: dict[tuple[str, int], int] = {}
        plain = [name.strip().lower() for name in names]
        for position, name in enumerate(plain):
            key = _meaning(name)
            if key is None or (name == "seg" and "id" in plain):
                continue
            if key in found:
                raise _twice(key, names[found[key]], names[position], where)
            found[key] = position
        single = {name: found.get((name, 0)) for name in ALIASES if name != "reference"}
        numbered = tuple(position for (name, _), position in sorted(found.items()) if name == "reference")
        if numbered and single["references"] is not None:
            raise _twice(("reference", 0), names[numbered[0]], names[single["references"]], where)
        for name in ("id", "hypothesis", "reference", "source", "document", "system"):
            there = (
                bool(numbered) or single["references"] is not None if name == "reference" else single[name] is not None
            )
            if name in needs and not there:
                raise _missing(name, names, where)
        kept = _kept(names, keep, where, {single["id"], single["document"], single["system"]})
        return cls(names=tuple(names), reference=numbered, **single, kept=kept)

    @property
    def kind(self) -> ReferenceKind:
        """What the reference column is called: `pe` and `postedit(s)` are corrections, other references independent."""
        position = self.reference[0] if self.reference else self.references
        if position is None:
            return ReferenceKind.NONE
        corrected = self.names[position].strip().lower() in ("pe", "postedit", "postedits")
        return ReferenceKind.CORRECTION if corrected else ReferenceKind.INDEPENDENT

    @property
    def used(self) -> tuple[int, ...]:
        """The positions that are read, in the order of the table; the others are extras."""
        single = (self.id, self.document, self.system, self.source, self.hypothesis, self.references)
        return tuple(sorted({*self.reference, *(position for position in single if position is not None)}))

    @property
    def optional(self) -> frozenset[int]:
        """The positions whose cell may hold nothing: source, document, system and the references after the first."""
        single = (self.document, self.system, self.source)
        return frozenset({*self.reference[1:], *(position for position in single if position is not None)})


def _kept(names: Sequence[str], keep: Keep, where: str, told: Collection[int | None]) -> tuple[int, ...]:
    """The positions of the columns to keep; the output has id, document and system anyway."""
    if keep == "all":
        return tuple(position for position in range(len(names)) if position not in told)
    if keep == "labels":
        plain = [name.strip().lower() for name in names]
        first = (next((name for name in known if name in plain), None) for known in LABEL_NAMES.values())
        return tuple(plain.index(name) for name in first if name is not None)
    missing = [name for name in keep if name not in names]
    if missing:
        found = f"found: {_listed(names)}"
        raise Refusal(f"no column {missing[0]} to keep; {found}", where=where, mend="name columns of the table")
    return tuple(names.index(name) for name in keep if names.index(name) not in told)


def stop(refusal: Refusal) -> None:
    """What is done with a bad row unless the caller wants to go on: the run is refused."""
    raise refusal


def text_cell(value: object, column: str, where: str) -> str:
    """The cell as text; refuses nothing (None, NaN), numbers, lists, and text that UTF-8 cannot hold."""
    if isinstance(value, str):
        if not value.isascii():
            _encodable(value, column, where)
        return value
    raise Refusal(
        f"{column}: text wanted, {_described(value)} found", where=where, mend="fill the cell or drop the row"
    )


def id_cell(value: object, where: str) -> str:
    """An id as text: whole numbers are written out, anything else that is not text is refused."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return text_cell(value, "id", where)


def wrong_width(layout: Layout, found: int, where: str) -> Refusal:
    """The refusal of a row that has another number of cells than the table has columns."""
    count = f"{len(layout.names)} column{'s' if len(layout.names) != 1 else ''}"
    return Refusal(f"{count} wanted ({_listed(layout.names)}), {found} found", where=where)


def _meaning(name: str) -> tuple[str, int] | None:
    numbered = _NUMBERED.fullmatch(name)
    if numbered:
        return "reference", int(numbered.group(1))
    if name not in _NAMES:
        return None
    return _NAMES[name], 1 if _NAMES[name] == "reference" else 0


def _missing(name: str, names: Sequence[str], where: str) -> Refusal:
    known = [*ALIASES[name], *(["references"] if name == "reference" else [])]
    also = f" (or {', '.join(known)})" if known else ""
    plain = [each.strip().lower() for each in names]
    header = any(map(_meaning, plain)) and "\r" not in "".join(plain)  # else it may be a text, which no log is to have
    found = _listed(names) if header else f"{len(names)} of other names" if names else "none"
    return Refusal(
        f"no column {name}{also}; found: {found}",
        where=where,
        mend="rename a column, or name the columns of a table without a header with --columns",
    )


def _twice(key: tuple[str, int], first: str, second: str, where: str) -> Refusal:
    name = key[0] if key[1] < 2 else f"{key[0]}_{key[1]}"
    return Refusal(
        f"the column {name} stands twice, as {first} and as {second}", where=where, mend="rename one of them"
    )


def _listed(names: Sequence[str]) -> str:
    """Column names for a refusal; cut, since a table without a header may have text of the delivery there."""
    return ", ".join(name if len(name) <= 24 else name[:23] + "…" for name in names[:20])


def _described(value: object) -> str:
    if value is None:
        return "nothing (null)"
    if isinstance(value, float) and value != value:
        return "nothing (NaN)"
    if isinstance(value, bool):
        return "a truth value"
    if isinstance(value, int | float):
        return f"the number {value}"
    return {"dict": "an object", "list": "a list", "bytes": "bytes"}.get(type(value).__name__, type(value).__name__)


def _encodable(text: str, column: str, where: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        mark = f"U+{ord(text[error.start]):04X}"
        raise Refusal(
            f"{column}: half a surrogate pair ({mark}) at character {error.start}", where=where, mend="mend the escape"
        ) from None
