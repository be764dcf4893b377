"""Assessments of the same segments, brought into one order; what does not match is refused by name."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ...metric import Signature
from ...mqm import Profile
from ...refusal import Misuse, Refusal
from ...segment import ReferenceKind
from ...summary import Assessed
from ..rows import Row, rows

__all__ = ["Contender", "matched"]

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Contender:
    """One delivery among several: its name, and its segments in the order of the first.

    `profile` is that of its penalty; `signatures` say how its segment scores were made; `confirmed` are errors that
    reviewers confirmed, by identity of the error span.
    """

    name: str
    kind: ReferenceKind
    rows: tuple[Row, ...]
    profile: Profile
    signatures: dict[str, Signature]
    confirmed: frozenset[int]

    @property
    def penalised(self) -> bool:
        """Whether its segments have penalty points."""
        return all(row.points is not None for row in self.rows)


def matched(assessments: Sequence[tuple[str, Assessed]]) -> tuple[Contender, ...]:
    """The deliveries by name, at least two, all with the segments of the first in its order.

    Names are those given, or those of the systems where an assessment has one or several of its own. Segments match
    by document and id, or row by row where ids do not match but sources or references are all equal. Refuses two of
    one name, other segments, other sources, references of another kind, another penalty profile, and different
    references where no source says that the texts are the same.
    """
    found: dict[str, Contender] = {}
    for name, assessment in assessments:
        for contender in _by_system(name, assessment):
            if contender.name in found:
                raise Misuse(
                    f"two deliveries are called {contender.name!r}", mend="give them in folders of other names"
                )
            found[contender.name] = contender
    if len(found) < 2:
        raise Misuse("one delivery only", mend="name a second assessment of the same segments")
    first, *others = found.values()
    return (first, *(_beside(first, other) for other in others))


def same_references(contenders: Sequence[Contender]) -> bool:
    """Whether all are held against the same references; only then can their scores be compared."""
    first = contenders[0].rows
    return all(
        [row.references for row in contender.rows] == [row.references for row in first] for contender in contenders[1:]
    )


def _by_system(name: str, assessment: Assessed) -> list[Contender]:
    table = rows(assessment)
    systems = list(dict.fromkeys(row.system for row in table))
    confirmed = frozenset(id(assessment.error_spans[n]) for n in assessment.decided)
    return [
        Contender(
            system or name,
            assessment.summary.reference_kind,
            tuple(row for row in table if row.system == system),
            assessment.summary.weights,
            dict(assessment.signatures),
            confirmed,
        )
        for system in systems
    ]


def _beside(first: Contender, other: Contender) -> Contender:
    if other.kind is not first.kind:
        raise Refusal(
            f"held against references of kind {other.kind}, {first.name} against {first.kind}",
            where=other.name,
            mend="assess both with the same --kind",
        )
    if other.profile.label != first.profile.label:
        raise Refusal(
            f"penalty profile {other.profile.label}, {first.name} has {first.profile.label}",
            where=other.name,
            mend="assess both with the same profile",
        )
    placed = _in_order_of(first, other)
    _refuse_other_texts(first, placed)
    return placed


def _in_order_of(first: Contender, other: Contender) -> Contender:
    mine, theirs = _keys(first), _keys(other)
    places = {key: n for n, key in enumerate(theirs)}
    if len(set(mine)) == len(mine) and len(places) == len(theirs) and places.keys() == set(mine):
        ordered = tuple(other.rows[places[key]] for key in mine)
        return replace(other, rows=ordered)
    if len(mine) == len(theirs) and _told_alike(first, other):
        return other
    raise _other_segments(first, mine, theirs, other.name)


def _keys(contender: Contender) -> list[Key]:
    return [(row.document, row.id) for row in contender.rows]


def _told_alike(first: Contender, other: Contender) -> bool:
    """Whether sources or references say, row by row, that the texts are the same; ids are then no ids of segments."""
    sources = [row.source for row in first.rows]
    if None not in sources and sources == [row.source for row in other.rows]:
        return True
    return all(row.references for row in first.rows) and same_references((first, other))


def _refuse_other_texts(first: Contender, other: Contender) -> None:
    pairs = list(zip(first.rows, other.rows, strict=True))
    differ = [a.id for a, b in pairs if None not in (a.source, b.source) and a.source != b.source]
    if differ:
        raise Refusal(
            f"the sources of {len(differ)} of {len(pairs)} segments are not those of {first.name} "
            f"(first: {differ[0]!r})",
            where=other.name,
            mend="deliveries are compared on the same texts",
        )
    differ = [a.id for a, b in pairs if a.references != b.references and None in (a.source, b.source)]
    if differ:
        raise Refusal(
            f"the references of {len(differ)} of {len(pairs)} segments are not those of {first.name} "
            f"(first: {differ[0]!r}), and no source says that the texts are the same",
            where=other.name,
            mend="assess them against the same references, or with --source",
        )


def _other_segments(first: Contender, mine: Sequence[Key], theirs: Sequence[Key], name: str) -> Refusal:
    known, given = set(mine), set(theirs)
    parts = [f"{len(theirs)} segments, {len(mine)} in {first.name}"]
    for words, found in (
        ("missing", [key for key in mine if key not in given]),
        ("not there", [key for key in theirs if key not in known]),
    ):
        if found:
            parts.append(f"{len(found)} {words} (first: {found[0][1]!r})")
    return Refusal(
        ", ".join(parts), where=name, mend="deliveries are compared on the same segments, by document and id"
    )
