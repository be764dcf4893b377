"""Segments, the batches they travel in, and spans of their text.

A segment is one unit of translation: a hypothesis, the references it is held against, and where both come from.
A batch is what the pipeline passes on: from `align` to the report it keeps its length and its order.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum

from .refusal import Refusal

__all__ = ["LABELS", "Batch", "ReferenceKind", "Segment", "Span"]

LABELS = ("domain", "language_pair")
"""What a table may say of each segment, and a gate may limit by: a field (`legal`) and the languages (`pt-en`)."""


class ReferenceKind(StrEnum):
    """What a reference is to its hypothesis; only against a correction is an edit an error."""

    CORRECTION = "correction"  # this very hypothesis, post-edited: every edit mends an error
    INDEPENDENT = "independent"  # another translation of the same source: edits are differences
    NONE = "none"  # no reference: nothing is scored, only the checks that need none are made


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """`[start, end)` in Unicode code points of the raw text; `start == end` is a gap (an omission)."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.end:
            raise ValueError(f"a span needs 0 <= start <= end, not [{self.start}, {self.end})")

    def __reduce__(self) -> tuple[type["Span"], tuple[int, int]]:
        """How it is sent to another process: dataclasses with slots take the slow way round by themselves."""
        return Span, (self.start, self.end)

    def of(self, text: str) -> str:
        """The text that is marked; empty for a gap."""
        return text[self.start : self.end]

    def __len__(self) -> int:
        return self.end - self.start

    def overlaps(self, other: "Span") -> bool:
        """Whether they share a character; a gap overlaps nothing."""
        return min(self.end, other.end) > max(self.start, other.start)


@dataclass(frozen=True, slots=True)
class Segment:
    """One unit of translation.

    `references` is empty where the alignment left the hypothesis without a partner: such a segment is kept,
    listed, and never scored. `source` is None when the source text is not known (not when it is empty). `domain` and
    `language_pair` are what the table says, empty where it says nothing.
    """

    id: str
    hypothesis: str
    references: tuple[str, ...] = ()
    source: str | None = None
    document: str = ""
    system: str = ""
    reference_kind: ReferenceKind = ReferenceKind.NONE
    domain: str = ""
    language_pair: str = ""

    @property
    def reference(self) -> str | None:
        """The first reference, the one that is diagnosed against; None when there is none."""
        return self.references[0] if self.references else None


@dataclass(frozen=True, slots=True)
class Batch:
    """An ordered, validated set of segments in columns of equal length; one chunk of a stream of any size.

    Refuses columns of unequal length and texts that are not strings (None, NaN). An id that stands twice is said by
    `hygiene`, not refused. An empty batch is legal as a chunk; who needs segments refuses it. `domain` and
    `language_pair` are empty as a whole where nothing is said of any segment; `labels` gives them by segment.
    """

    id: Sequence[str]
    hypothesis: Sequence[str]
    references: Sequence[tuple[str, ...]]
    source: Sequence[str | None]
    document: Sequence[str]
    system: Sequence[str]
    reference_kind: ReferenceKind = field(default=ReferenceKind.NONE)
    domain: Sequence[str] = ()
    language_pair: Sequence[str] = ()

    def __post_init__(self) -> None:
        for name in LABELS:
            if not any(getattr(self, name)):
                object.__setattr__(self, name, ())
        lengths = {name: len(getattr(self, name)) for name in (*COLUMNS, *filter(self._said, LABELS))}
        if len(set(lengths.values())) != 1:
            found = ", ".join(f"{count} {name}" for name, count in lengths.items())
            raise Refusal(f"columns of unequal length: {found}", mend="give every segment a value in every column")
        for position, (name, hypothesis) in enumerate(zip(self.id, self.hypothesis, strict=True)):
            _text(hypothesis, "hypothesis", name, position)
            for reference in self.references[position]:
                _text(reference, "reference", name, position)

    @classmethod
    def of(cls, segments: Iterable[Segment]) -> "Batch":
        """The batch of these segments, in this order; refuses segments with references of different kinds."""
        rows = list(segments)
        kinds = {row.reference_kind for row in rows if row.references} or {row.reference_kind for row in rows}
        if len(kinds) > 1:
            names = ", ".join(sorted(kinds))
            raise Refusal(f"references of several kinds in one batch: {names}", mend="assess each kind by itself")
        columns = {name: tuple(getattr(row, name) for row in rows) for name in (*COLUMNS, *LABELS)}
        return cls(**columns, reference_kind=kinds.pop() if kinds else ReferenceKind.NONE)

    def __len__(self) -> int:
        return len(self.id)

    def __iter__(self) -> Iterator[Segment]:
        return (self[position] for position in range(len(self)))

    def __getitem__(self, position: int) -> Segment:
        row = {name: getattr(self, name)[position] for name in (*COLUMNS, *filter(self._said, LABELS))}
        return Segment(**row, reference_kind=self.reference_kind)

    def take(self, positions: Sequence[int]) -> "Batch":
        """The batch of the segments at these positions, in this order."""
        names = (*COLUMNS, *filter(self._said, LABELS))
        columns = {name: tuple(getattr(self, name)[p] for p in positions) for name in names}
        return Batch(**columns, reference_kind=self.reference_kind)

    def of_kind(self, kind: ReferenceKind) -> "Batch":
        """The same batch with its references taken as `kind`."""
        return replace(self, reference_kind=kind)

    def labels(self, name: str) -> Sequence[str]:
        """The documents, systems, domains or language pairs, one a segment; empty texts where nothing is said."""
        column: Sequence[str] = getattr(self, name)
        return column or ("",) * len(self)

    def _said(self, name: str) -> bool:
        return bool(getattr(self, name))

    @property
    def paired(self) -> tuple[int, ...]:
        """The positions of the segments that have a reference: the ones that can be scored."""
        return tuple(position for position, references in enumerate(self.references) if references)


COLUMNS: tuple[str, ...] = tuple(f.name for f in fields(Batch) if f.name not in ("reference_kind", *LABELS))


def _text(value: object, column: str, name: object, position: int) -> None:
    if not isinstance(value, str):
        found = "nothing" if value is None or value != value else f"{type(value).__name__} {value!r}"
        raise Refusal(
            f"segment {name!r} (row {position + 1}): {column} is text wanted, {found} found",
            mend="fill the cell or drop the row",
        )
