"""Who belongs to whom: the beads of the best chain, and then the lines that moved away from it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .chain import SHAPES, Corridor, Gains, best_chain, posterior
from .corridor import corridor, rare_partners
from .evidence import Tables, tables
from .model import Curve, Model, gains
from .sides import Side, take

__all__ = ["Link", "linked"]

_ROUNDS = 4  # how often what is left over is looked at again
_WHOLE = 4096  # pairs of leftover lines that are looked at whole; of more, only the surroundings of rare partners
_ALIKE = 0.3  # cosine by rare n-grams of two lines whose surroundings are looked at
_AROUND = 3  # leftover lines around two rare partners

Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Link:
    """A bead: its lines, the probability it has on its chain, its cosine (0: a side is empty), whether it moved."""

    hypothesis: tuple[int, ...]
    reference: tuple[int, ...]
    chance: float
    cosine: float = 0.0
    moved: bool = False

    def confidence(self, model: Model) -> float:
        """How sure the bead is, 0 to 1, calibrated."""
        curve: Curve = model.crossing if self.moved else model.linked if self.cosine else model.left
        return curve(self.chance)


def linked(one: Side, other: Side, model: Model) -> list[Link]:
    """The beads of two documents, one-sided ones included, in no order; every line in exactly one."""
    way = corridor(one, other)
    chain = _chain(one, other, way, model)
    links = [link for link in chain if link.reference and link.hypothesis]
    links += _moved(one, other, links, model)
    taken = {i for link in links for i in link.hypothesis}, {j for link in links for j in link.reference}
    alone = [link for link in chain if not (link.hypothesis and link.reference)]
    return links + [link for link in alone if not (taken[0] & {*link.hypothesis} or taken[1] & {*link.reference})]


def _chain(
    one: Side,
    other: Side,
    way: Corridor,
    model: Model,
    *,
    toll: float = 0.0,
    rows: Rows | None = None,
    columns: Rows | None = None,
) -> list[Link]:
    """The steps of the best chain; `rows` and `columns` are the lines' numbers where lines are missing in between."""
    table = tables(one, other, way)
    gain = gains(model, one, other, way, table, toll=toll)
    if rows is not None and columns is not None:
        _forbid_jumps(gain, way, rows, columns)
    steps = best_chain(way, gain)
    chances, row_chance, column_chance, _ = posterior(way, gain)
    starts = way.starts
    links = []
    for top, bottom, left, right in steps:
        node = starts[bottom] + right - way.low[bottom]
        mine, theirs = tuple(range(top, bottom)), tuple(range(left, right))
        if mine and theirs:
            shape = SHAPES.index((len(mine), len(theirs)))
            links.append(
                Link(mine, theirs, float(chances[shape, node]), _likeness(one, other, table, way, mine, theirs))
            )
        else:
            links.append(Link(mine, theirs, float(row_chance[top] if mine else column_chance[left])))
    return links


def _likeness(
    one: Side, other: Side, table: Tables, way: Corridor, mine: tuple[int, ...], theirs: tuple[int, ...]
) -> float:
    """Cosine of the two sides of a bead; never quite 0, which says that a side is empty."""
    starts = way.starts
    shared = 0.0
    for i in mine:
        for j in theirs:
            if way.low[i + 1] <= j + 1 <= way.high[i + 1]:
                shared += float(table.shared[starts[i + 1] + j + 1 - way.low[i + 1]])
    norm = one.norms[len(mine) - 1, mine[-1]] * other.norms[len(theirs) - 1, theirs[-1]]
    return min(max(shared / max(float(norm), 1e-9), 1e-9), 1.0)


def _moved(one: Side, other: Side, links: list[Link], model: Model) -> list[Link]:
    """Beads among the lines that the chain left over: paragraphs that stand elsewhere in the other document."""
    found: list[Link] = []
    for _ in range(_ROUNDS):
        rows = _left_over(len(one), [link.hypothesis for link in links + found])
        columns = _left_over(len(other), [link.reference for link in links + found])
        if not len(rows) or not len(columns):
            break
        if len(rows) * len(columns) > _WHOLE:
            return found + _around_partners(one, other, rows, columns, model)
        new = _among(one, other, rows, columns, model)
        if not new:
            break
        found += new
    return found


def _around_partners(one: Side, other: Side, rows: Rows, columns: Rows, model: Model) -> list[Link]:
    """The beads around lines that share rare n-grams, the likest first."""
    found: list[Link] = []
    partners = rare_partners(take(one, rows), take(other, columns), alike=_ALIKE)
    for row, column, _ in sorted(partners, key=lambda pair: -pair[2]):
        taken = {i for link in found for i in link.hypothesis}, {j for link in found for j in link.reference}
        near_rows = rows[max(row - _AROUND, 0) : row + _AROUND + 1]
        near_columns = columns[max(column - _AROUND, 0) : column + _AROUND + 1]
        near_rows = near_rows[[int(i) not in taken[0] for i in near_rows]]
        near_columns = near_columns[[int(j) not in taken[1] for j in near_columns]]
        if rows[row] in near_rows and columns[column] in near_columns:
            found += _among(one, other, near_rows, near_columns, model)
    return found


def _among(one: Side, other: Side, rows: Rows, columns: Rows, model: Model) -> list[Link]:
    """The beads among some lines of each side, numbered as in the documents."""
    whole = Corridor(np.zeros(len(rows) + 1, dtype=np.int64), np.full(len(rows) + 1, len(columns), dtype=np.int64))
    chain = _chain(take(one, rows), take(other, columns), whole, model, toll=model.moved, rows=rows, columns=columns)
    return [
        Link(
            tuple(int(rows[i]) for i in link.hypothesis),
            tuple(int(columns[j]) for j in link.reference),
            link.chance,
            link.cosine,
            moved=True,
        )
        for link in chain
        if link.hypothesis and link.reference
    ]


def _left_over(size: int, taken: list[tuple[int, ...]]) -> Rows:
    free = np.ones(size, dtype=bool)
    free[[number for numbers in taken for number in numbers]] = False
    return np.flatnonzero(free)


def _forbid_jumps(gain: Gains, way: Corridor, rows: Rows, columns: Rows) -> None:
    """Blocks whose lines do not follow each other in the documents are no beads."""
    row, column = way.nodes(0, gain.beads.shape[1])
    for shape, (a, b) in enumerate(SHAPES):
        inside = np.flatnonzero((row >= a) & (column >= b))
        i, j = row[inside], column[inside]
        jumps = (rows[i - 1] - rows[i - a] != a - 1) | (columns[j - 1] - columns[j - b] != b - 1)
        gain.beads[shape, inside[jumps]] = -np.inf
