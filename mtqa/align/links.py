"""Who belongs to whom: the beads of the best chain, and then the lines that moved away from it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from .apart import apart
from .chain import SHAPES, Corridor, Gains, best_chain, posterior
from .corridor import corridor, rare_partners, windows
from .model import Curve, Model, gains
from .pairs import Tables, tables
from .sides import Document, Side, documents

__all__ = ["Link", "linked"]

_ROUNDS = 4  # how often what is left over is looked at again
_WHOLE = 4096  # pairs of leftover lines that are looked at whole; of more, only the surroundings of rare partners
_ALIKE = 0.3  # cosine by rare n-grams of two lines whose surroundings are looked at
_BESIDE = 1.5  # what a bead beside a moved one has to bring more than one on the chain
_FAR = 12  # lines beside a moved bead that are looked at
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

    def at(self, rows: Rows, columns: Rows) -> "Link":
        """The same bead where `rows` and `columns` are the numbers of the lines that it was found among."""
        mine, theirs = tuple(rows[list(self.hypothesis)].tolist()), tuple(columns[list(self.reference)].tolist())
        return replace(self, hypothesis=mine, reference=theirs)


def linked(hypothesis: Sequence[str], reference: Sequence[str], model: Model) -> list[Link]:
    """The beads of two documents, one-sided ones included, in no order; every line in exactly one.

    A long document is looked at window by window, so that memory grows with the texts only.
    """
    one, other = documents(hypothesis, reference)
    chain: list[Link] = []
    for top, bottom, left, right in windows(one.lines, other.lines):
        rows, columns = np.arange(top, bottom), np.arange(left, right)
        chain += [link.at(rows, columns) for link in _of_window(one.part(rows), other.part(columns), model)]
    links = [link for link in chain if link.reference and link.hypothesis]
    moved = _moved(one, other, links, model)
    links += moved
    links += _beside(one, other, links, moved, model)
    taken = {i for link in links for i in link.hypothesis}, {j for link in links for j in link.reference}
    alone = [link for link in chain if not (link.hypothesis and link.reference)]
    return links + [link for link in alone if not (taken[0] & {*link.hypothesis} or taken[1] & {*link.reference})]


def _of_window(one: Side, other: Side, model: Model) -> list[Link]:
    if not len(one) or not len(other):
        return [*(Link((i,), (), 1.0) for i in range(len(one))), *(Link((), (j,), 1.0) for j in range(len(other)))]
    return _with_lines_apart(one, other, _chain(one, other, corridor(one, other), model))


def _with_lines_apart(one: Side, other: Side, chain: list[Link]) -> list[Link]:
    """The chain with lines that are alone joined to the beads nearby that they were moved away from."""
    for turn in (False, True):  # lines of the hypothesis, then lines of the reference
        here, there = (other, one) if turn else (one, other)
        both = [link for link in chain if link.hypothesis and link.reference]
        beads = [(link.reference, link.hypothesis) if turn else (link.hypothesis, link.reference) for link in both]
        alone = [link for link in chain if not (link.reference if not turn else link.hypothesis)]
        given = apart(here, there, [(link.reference if turn else link.hypothesis)[0] for link in alone], beads)
        for line, number in given.items():
            bead, added = both[number], (line,)
            chain = [link for link in chain if link != bead and (link.reference if turn else link.hypothesis) != added]
            mine, theirs = bead.hypothesis, bead.reference
            grown = (mine, tuple(sorted(theirs + added))) if turn else (tuple(sorted(mine + added)), theirs)
            chain.append(replace(bead, hypothesis=grown[0], reference=grown[1]))
    return chain


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


def _moved(one: Document, other: Document, links: list[Link], model: Model) -> list[Link]:
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


def _beside(one: Document, other: Document, links: list[Link], moved: list[Link], model: Model) -> list[Link]:
    """Beads right before and right after moved ones: a paragraph moves whole, so they pay no toll."""
    free = [np.ones(len(document), dtype=bool) for document in (one, other)]
    free[0][[i for link in links for i in link.hypothesis]] = False
    free[1][[j for link in links for j in link.reference]] = False
    found: list[Link] = []
    for link in moved:
        for step in (-1, 1):
            rows, columns = (
                _run(lines, numbers[-1] if step > 0 else numbers[0], step)
                for lines, numbers in zip(free, (link.hypothesis, link.reference), strict=True)
            )
            if len(rows) and len(columns):
                new = _among(one, other, rows, columns, model, toll=_BESIDE)
                free[0][[i for bead in new for i in bead.hypothesis]] = False
                free[1][[j for bead in new for j in bead.reference]] = False
                found += new
    return found


def _run(free: NDArray[np.bool_], start: int, step: int) -> Rows:
    """The lines that are free in a row, beside this one and at most `_FAR`, rising."""
    lines: list[int] = []
    while 0 <= start + step < len(free) and free[start + step] and len(lines) < _FAR:
        start += step
        lines.append(start)
    return np.array(sorted(lines), dtype=np.int64)


def _around_partners(one: Document, other: Document, rows: Rows, columns: Rows, model: Model) -> list[Link]:
    """The beads around lines that share rare n-grams, the likest first."""
    found: list[Link] = []
    free = np.ones(len(one), dtype=bool), np.ones(len(other), dtype=bool)
    lines, other_lines = [one.lines[row] for row in rows], [other.lines[column] for column in columns]
    for row, column, _ in sorted(rare_partners(lines, other_lines, alike=_ALIKE), key=lambda pair: -pair[2]):
        near_rows = rows[max(row - _AROUND, 0) : row + _AROUND + 1]
        near_columns = columns[max(column - _AROUND, 0) : column + _AROUND + 1]
        near_rows, near_columns = near_rows[free[0][near_rows]], near_columns[free[1][near_columns]]
        if rows[row] in near_rows and columns[column] in near_columns:
            new = _among(one, other, near_rows, near_columns, model)
            free[0][[i for link in new for i in link.hypothesis]] = False
            free[1][[j for link in new for j in link.reference]] = False
            found += new
    return found


def _among(
    one: Document, other: Document, rows: Rows, columns: Rows, model: Model, *, toll: float | None = None
) -> list[Link]:
    """The beads among some lines of each side, numbered as in the documents; they pay the toll of moved ones."""
    toll = model.moved if toll is None else toll
    whole = Corridor(np.zeros(len(rows) + 1, dtype=np.int64), np.full(len(rows) + 1, len(columns), dtype=np.int64))
    chain = _chain(one.part(rows), other.part(columns), whole, model, toll=toll, rows=rows, columns=columns)
    both = (link for link in chain if link.hypothesis and link.reference)
    return [replace(link.at(rows, columns), moved=True) for link in both]


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
