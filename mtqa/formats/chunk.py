"""One chunk of a table: the columns of the house for some consecutive rows, and where each row stands."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

from ..kernels.lines import quoted
from ..kernels.texts import Texts
from ..segment import LABELS, Batch, ReferenceKind
from .columns import LABEL_NAMES, Layout

__all__ = ["Chunk", "Kept", "batch_of_chunks", "place"]


@dataclass(frozen=True, slots=True)
class Kept:
    """A column that is carried to the output as it is: a cell a row, text or, with `json`, as JSON writes it."""

    cells: Sequence[str]
    json: bool = False

    def as_json(self) -> Texts:
        """The cells as JSON writes them."""
        return Texts.of(self.cells) if self.json else quoted(Texts.of(self.cells))

    def as_text(self) -> Texts:
        """The cells as texts: nothing (null) is empty, and what is no text stays as JSON writes it."""
        return Texts.of([_plain(cell) for cell in self.cells]) if self.json else Texts.of(self.cells)

    def take(self, positions: Sequence[int]) -> "Kept":
        """The cells at these positions."""
        return Kept([self.cells[position] for position in positions], self.json)


def _plain(cell: str) -> str:
    if not cell.startswith('"'):
        return "" if cell == "null" else cell
    text: str = json.loads(cell)
    try:
        text.encode()
    except UnicodeEncodeError:  # half a surrogate pair can be said in JSON only
        return cell
    return text


@dataclass(frozen=True, slots=True)
class Chunk:
    """Consecutive rows of one input, in order, in columns of equal length; rows that were skipped are not in it.

    `rows` are the numbers of the rows in the table, from 1; `places` the numbers under which a person finds them (the
    line in a file of lines). Columns of text are lists or those of the kernels (`Texts`, `References`), whose rows
    become Python strings only when somebody reads them. `document`, `system` and `source` are None where the table has
    no such column. `kind` is what the name of the reference column says. `kept` are the columns of the table that are
    carried to the output, by their names in it.
    """

    name: str
    unit: str
    kind: ReferenceKind
    rows: Sequence[int]
    places: Sequence[int]
    id: Sequence[str]
    hypothesis: Sequence[str]
    references: Sequence[tuple[str, ...]]
    document: Sequence[str] | None = None
    system: Sequence[str] | None = None
    source: Sequence[str | None] | None = None
    kept: Mapping[str, Kept] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        name: str,
        layout: Layout,
        columns: Mapping[int, Sequence[str]],
        *,
        rows: range,
        places: range,
        references: Sequence[tuple[str, ...]],
        unit: str = "line",
        kept: Mapping[str, Kept] | None = None,
    ) -> "Chunk":
        """The chunk of whole columns, by their positions in the table; a table without ids has the numbers of its rows.

        None of the columns holds nothing anywhere.
        """

        def column(position: int | None) -> Sequence[str] | None:
            return None if position is None else columns[position]

        id_, hypothesis = column(layout.id), column(layout.hypothesis)
        return cls(
            name,
            unit,
            layout.kind,
            rows=rows,
            places=places,
            id=[str(number) for number in rows] if id_ is None else id_,
            hypothesis=[""] * len(rows) if hypothesis is None else hypothesis,
            references=references,
            document=column(layout.document),
            system=column(layout.system),
            source=column(layout.source),
            kept=kept or {},
        )

    def __len__(self) -> int:
        return len(self.id)

    def label(self, name: str) -> Sequence[str]:
        """What the kept column says that names the domain or the language pair of each row; nothing if none does."""
        for column, cells in self.kept.items():
            if column.strip().lower() in LABEL_NAMES[name]:
                return [cell.strip() for cell in cells.as_text()]
        return ()

    def where(self, position: int) -> str:
        """The place of a row for a refusal: `batch.tsv:17`, `batch.parquet row 17`."""
        return place(self.name, self.unit, self.places[position])

    def take(self, positions: Sequence[int]) -> "Chunk":
        """The chunk of the rows at these positions, in this order."""
        columns: dict[str, Any] = {}
        for name in _COLUMNS:
            column = getattr(self, name)
            columns[name] = None if column is None else [column[position] for position in positions]
        kept = {name: column.take(positions) for name, column in self.kept.items()}
        return Chunk(self.name, self.unit, self.kind, **columns, kept=kept)


_COLUMNS = tuple(column.name for column in fields(Chunk))[3:-1]


def batch_of_chunks(chunks: Iterable[Chunk], kind: ReferenceKind | None = None) -> Batch:
    """All rows of these chunks as one batch; `kind` None takes what the reference column is called."""
    parts = list(chunks)

    def joined(name: str, nothing: str | None) -> tuple[Any, ...]:
        columns = [getattr(part, name) or [nothing] * len(part) for part in parts]
        return tuple(value for column in columns for value in column)

    said = {name: [part.label(name) or [""] * len(part) for part in parts] for name in LABELS}
    references = tuple(value for part in parts for value in part.references)
    named = parts[0].kind if parts and any(references) else ReferenceKind.NONE
    return Batch(
        id=joined("id", ""),
        hypothesis=joined("hypothesis", ""),
        references=references,
        source=joined("source", None),
        document=joined("document", ""),
        system=joined("system", ""),
        reference_kind=kind or named,
        **{name: tuple(value for column in columns for value in column) for name, columns in said.items()},
    )


def place(name: str, unit: str, number: int) -> str:
    """How a refusal names a row: `file:line` where there are lines, `file row n` elsewhere."""
    return f"{name}:{number}" if unit == "line" else f"{name} {unit} {number}"
