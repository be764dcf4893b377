"""One segment with everything its file says of it: what CAT formats are read as, and what `mtqa convert` carries."""

import json
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..refusal import Refusal
from ..segment import ReferenceKind
from .chunk import Chunk, Kept
from .columns import LABEL_NAMES
from .columns import Keep as KeepColumns

if TYPE_CHECKING:
    from ..hygiene.standing import Standing

__all__ = ["FACTS", "Keep", "Record", "Tally", "Unique", "chunks_of_records", "facts", "keeping", "standing_of"]

FACTS = (
    "state",
    "origin",
    "match",
    "locked",
    "source_language",
    "target_language",
    "source_codes",
    "hypothesis_codes",
    "reference_codes",
)
"""The extra columns of every CAT format, in this order; all are text, empty where the file does not say.

`origin` is where the text was taken from: mt, tm, human, source; `locked` is yes or no; `match` a percentage; the codes
are the inline tags of each text (`Content.map`).
"""

_SIDES = ("source", "target")
Keep = Callable[["Record"], bool]


@dataclass(frozen=True, slots=True)
class Record:
    """One row: the columns of the house, and all others in `extras`, in the order of the file.

    `number` is the place where a person finds it (line or row). None in document, system and source: not known.
    `kind` is what the references of this file are, also where this row has none.
    """

    number: int
    id: str
    hypothesis: str
    references: tuple[str, ...] = ()
    source: str | None = None
    document: str | None = None
    system: str | None = None
    kind: ReferenceKind = ReferenceKind.NONE
    extras: Mapping[str, Any] = field(default_factory=dict)


class Unique:
    """The ids of a file so far; refuses one that stands twice in its document (and system).

    Numbers, which most ids are, are kept as such: half the memory.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._seen: dict[str, set[str | int]] = {}

    def add(self, id_: str, within: str, line: int) -> str:
        """The id; a Refusal at its line where it stood before."""
        seen = self._seen.setdefault(within, set())
        # "007" is another id than "7"
        kept = int(id_) if id_.isascii() and id_.isdigit() and id_[0] != "0" and len(id_) < 19 else id_
        if kept in seen:
            raise Refusal(
                f"the segment id {id_} stands twice",
                where=f"{self._name}:{line}",
                mend="segments are told apart by their ids; export the file again",
            )
        seen.add(kept)
        return id_


def facts(**known: str) -> dict[str, str]:
    """The extra columns of a CAT format, those not named empty; refuses a name that is not in FACTS."""
    if not known.keys() <= set(FACTS):
        raise KeyError(", ".join(sorted(known.keys() - set(FACTS))))
    return {name: known.get(name, "") for name in FACTS}


def keeping(*, origin: Collection[str] = (), state: Collection[str] = (), locked: bool = True) -> Keep:
    """Which records stay: those of one of these origins and states (any, where none is named), without case.

    `locked` False leaves out the locked ones. A record without such a column has the empty origin and state.
    """
    origins, states = {word.lower() for word in origin}, {word.lower() for word in state}

    def keep(record: Record) -> bool:
        said = {name: str(record.extras.get(name, "")).lower() for name in ("origin", "state", "locked")}
        return (
            (not origins or said["origin"] in origins)
            and (not states or said["state"] in states)
            and (locked or said["locked"] not in ("yes", "true", "1"))
        )

    return keep


class Tally:
    """What CAT files say of their segments, counted as they go by.

    Tags are compared where there is a hypothesis: as many of each kind and id as in the source, in any order.
    """

    def __init__(self) -> None:
        self.records = 0
        self._languages: Counter[str] = Counter()
        self._origins: Counter[str] = Counter()
        self._states: Counter[str] = Counter()
        self._locked = 0
        self._astray: list[str] = []

    def counting(self, records: Iterable[Record]) -> Iterator[Record]:
        """The records as they are, each counted."""
        for record in records:
            said = record.extras
            languages = [str(said.get(f"{side}_language") or "") for side in _SIDES]
            self.records += 1
            self._languages[" to ".join(filter(None, languages))] += 1
            self._origins[str(said.get("origin") or "")] += 1
            self._states[str(said.get("state") or "")] += 1
            self._locked += said.get("locked") == "yes"
            if record.hypothesis and not _same_codes(record):
                self._astray.append(record.id)
            yield record

    def standing(self) -> "Standing":
        """What has been counted, the most frequent first."""
        from ..hygiene.standing import Standing

        return Standing(
            languages=dict(self._languages.most_common()),
            origins=dict(self._origins.most_common()),
            states=dict(self._states.most_common()),
            locked=self._locked,
            astray=tuple(self._astray),
        )


def standing_of(records: Iterable[Record]) -> "Standing":
    """What CAT files say of their segments, counted."""
    tally = Tally()
    for _ in tally.counting(records):
        pass
    return tally.standing()


def _same_codes(record: Record) -> bool:
    source, hypothesis = (str(record.extras.get(f"{side}_codes") or "") for side in ("source", "hypothesis"))
    if source == hypothesis:
        return True
    from .inline import same_codes  # with its parser of markup, which a table of plain texts never needs

    return same_codes(source, hypothesis)


def chunks_of_records(
    records: Iterable[Record], name: str, *, unit: str, needs: Collection[str], chunk: int, keep: KeepColumns = ()
) -> Iterator[Chunk]:
    """The records as chunks, with those of their extras that are to be kept.

    Refuses a file without references where one is needed: a delivery alone says nothing of its quality.
    """
    rows: list[Record] = []
    first = 1
    referenced = "reference" not in needs
    for record in records:
        referenced = referenced or bool(record.references)
        if not referenced and record.kind == ReferenceKind.NONE:
            raise _no_references(name)
        rows.append(record)
        if len(rows) >= chunk:
            yield _chunk(rows, name, unit, first, keep)
            first += len(rows)
            rows = []
    if not referenced and (rows or first > 1):  # it might have kept raw machine translations, and keeps none
        raise _no_references(name)
    if rows:
        yield _chunk(rows, name, unit, first, keep)


def _no_references(name: str) -> Refusal:
    mend = "hold it against its reviewed delivery: mtqa assess DELIVERY REVIEWED"
    return Refusal("no references in it", where=name, mend=mend)


def _chunk(rows: list[Record], name: str, unit: str, first: int, keep: KeepColumns) -> Chunk:
    known = {
        column: any(getattr(row, column) is not None for row in rows) for column in ("document", "system", "source")
    }
    return Chunk(
        name,
        unit,
        rows[0].kind,
        rows=range(first, first + len(rows)),
        places=[row.number for row in rows],
        id=[row.id for row in rows],
        hypothesis=[row.hypothesis for row in rows],
        references=[row.references for row in rows],
        document=[row.document or "" for row in rows] if known["document"] else None,
        system=[row.system or "" for row in rows] if known["system"] else None,
        source=[row.source for row in rows] if known["source"] else None,
        kept=_kept(rows, name, keep),
    )


def _kept(rows: list[Record], name: str, keep: KeepColumns) -> dict[str, Kept]:
    """The columns to keep: extras, and the texts under the names of the house."""
    columns: dict[str, list[Any]] = {
        "source": [row.source for row in rows],
        "hypothesis": [row.hypothesis for row in rows],
        "references": [row.references for row in rows],
        **{extra: [row.extras.get(extra) for row in rows] for extra in rows[0].extras},
    }
    if keep == "labels":
        return _labels(rows)
    missing = [column for column in keep if column not in columns] if keep != "all" else []
    if missing:
        found = ", ".join(columns)
        raise Refusal(f"no column {missing[0]} to keep; found: {found}", where=name, mend="name columns of the table")
    wanted = tuple(columns) if keep == "all" else keep
    return {
        column: Kept([json.dumps(value, ensure_ascii=False, default=str) for value in columns[column]], json=True)
        for column in wanted
    }


def _labels(rows: list[Record]) -> dict[str, Kept]:
    """The columns that say the domain or the language pair; a CAT file says its languages, one by one."""
    there = {name.strip().lower(): name for name in rows[0].extras}
    found = {}
    for known in LABEL_NAMES.values():
        name = next((there[name] for name in known if name in there), None)
        if name is not None:
            found[name] = Kept([str(row.extras.get(name) or "") for row in rows])
    if not any(name.strip().lower() in LABEL_NAMES["language_pair"] for name in found):
        languages = [[str(row.extras.get(f"{side}_language") or "") for side in ("source", "target")] for row in rows]
        if any(map(all, languages)):
            found["language_pair"] = Kept(["-".join(pair) if all(pair) else "" for pair in languages])
    return found
