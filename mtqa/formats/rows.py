"""Rows that were read one by one become chunks: the careful body that every format shares."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from ..refusal import Refusal
from .chunk import Chunk, Kept, place
from .columns import Layout, OnError, id_cell, text_cell

__all__ = ["RowCollector"]


@dataclass(slots=True)
class RowCollector:
    """Collects checked rows until somebody takes them as a chunk.

    A cell that holds nothing is refused where the column needs text, and stands for nothing known in the columns of
    `layout.optional`. `blank_is_nothing` says that the format cannot tell an empty text from nothing (TSV, CSV): an
    empty reference cell is then no reference.
    """

    name: str
    unit: str
    layout: Layout
    on_error: OnError
    blank_is_nothing: bool
    kept_as_json: bool = False
    _rows: list[int] = field(default_factory=list)
    _places: list[int] = field(default_factory=list)
    _cells: list[tuple[str, str, tuple[str, ...], str, str, str | None]] = field(default_factory=list)
    _kept: list[Sequence[str]] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self._rows)

    def add(self, row: int, number: int, cells: Sequence[object], raw: Mapping[str, str] | None = None) -> None:
        """One row: its number in the table from 1, the number people find it under, its cells in table order.

        `raw` has the cells to keep, as JSON writes them, where they are not the texts of `cells`.
        """
        where = place(self.name, self.unit, number)
        try:
            checked = self._checked(cells, row, where)
        except Refusal as refusal:
            self.on_error(refusal)
            return
        self._rows.append(row)
        self._places.append(number)
        self._cells.append(checked)
        if raw is not None:
            self._kept.append([raw.get(self.layout.names[position], "null") for position in self.layout.kept])
        elif self.layout.kept:
            self._kept.append([str(cells[position]) for position in self.layout.kept])

    def take(self) -> Chunk:
        """The rows collected so far as a chunk; the collector is empty afterwards."""
        rows, self._rows = self._rows, []
        places, self._places = self._places, []
        cells, self._cells = self._cells, []
        kept, self._kept = self._kept, []
        layout = self.layout
        id_, hypothesis, references, document, system, source = (
            [list(column) for column in zip(*cells, strict=True)] if cells else [[], [], [], [], [], []]
        )
        return Chunk(
            self.name,
            self.unit,
            layout.kind,
            rows=rows,
            places=places,
            id=id_,
            hypothesis=hypothesis,
            references=references,
            document=document if layout.document is not None else None,
            system=system if layout.system is not None else None,
            source=source if layout.source is not None else None,
            kept={
                layout.names[position]: Kept([row[n] for row in kept], self.kept_as_json)
                for n, position in enumerate(layout.kept)
            },
        )

    def _checked(
        self, cells: Sequence[object], row: int, where: str
    ) -> tuple[str, str, tuple[str, ...], str, str, str | None]:
        layout = self.layout
        return (
            str(row) if layout.id is None else id_cell(cells[layout.id], where),
            "" if layout.hypothesis is None else text_cell(cells[layout.hypothesis], "hypothesis", where),
            self._references(cells, where),
            self._optional(cells, layout.document, "document", where) or "",
            self._optional(cells, layout.system, "system", where) or "",
            self._optional(cells, layout.source, "source", where),
        )

    def _references(self, cells: Sequence[object], where: str) -> tuple[str, ...]:
        if self.layout.references is not None:
            return _listed_references(cells[self.layout.references], where)
        found = [text_cell(cells[position], "reference", where) for position in self.layout.reference[:1]]
        for number, position in enumerate(self.layout.reference[1:], start=2):
            if not _nothing(cells[position]):
                found.append(text_cell(cells[position], f"reference_{number}", where))
        return tuple(text for text in found if text or not self.blank_is_nothing)

    @staticmethod
    def _optional(cells: Sequence[object], position: int | None, column: str, where: str) -> str | None:
        if position is None or _nothing(cells[position]):
            return None
        return (
            id_cell(cells[position], where)
            if column in ("document", "system")
            else text_cell(cells[position], column, where)
        )


def _listed_references(value: object, where: str) -> tuple[str, ...]:
    if isinstance(value, str) or not isinstance(value, Iterable):
        if _nothing(value):
            return ()
        raise Refusal("references: a list wanted, text found", where=where, mend="call the column reference")
    return tuple(text_cell(text, "references", where) for text in value)


def _nothing(value: object) -> bool:
    return value is None or (isinstance(value, float) and value != value)
