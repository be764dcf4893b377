"""Two raw documents in one language, joined line by line: n:m beads, gaps, moved lines, or not parallel at all.

The wording may differ: a machine translation and its human reference share names, numbers, stems and length, and that
is what is compared. A line that has no partner is left alone; an unlike pair of documents is left alone whole.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..refusal import Refusal
from .chain import SHAPES, Corridor, Gains, best_chain
from .evidence import Side, block_cosines, sides

__all__ = ["DOUBTFUL", "Alignment", "Bead", "align"]

DOUBTFUL = 0.8  # a bead whose score is lower is listed for a look

_UNLIKE = 0.08  # below, a bead is taken apart
_MOVED = 0.2  # lines left over on both sides that are at least this like are joined
_PARALLEL = 0.13  # similarity of the documents below which they are not parallel


@dataclass(frozen=True, slots=True)
class Bead:
    """Lines of the hypothesis and the lines of the reference that say the same.

    Line numbers count from 0 and rise. One side is empty where a line has no partner. `score` is the confidence that
    the bead is right, 0 to 1, higher is surer.
    """

    hypothesis: tuple[int, ...]
    reference: tuple[int, ...]
    score: float

    @property
    def linked(self) -> bool:
        """Whether both sides have lines."""
        return bool(self.hypothesis and self.reference)


@dataclass(frozen=True, slots=True)
class Alignment:
    """All lines of two documents, each in exactly one bead.

    `beads` in the order of the hypothesis, lines of the reference alone where the reference has them. `parallel` is
    False where the documents do not say the same: then every line is alone. `similarity` is the mean likeness of what
    was joined, 0 to 1, weighted by lines; lines alone count as 0.
    """

    beads: tuple[Bead, ...]
    parallel: bool
    similarity: float


def align(hypothesis: Sequence[str], reference: Sequence[str]) -> Alignment:
    """The alignment of two documents given as lines.

    Lines of white space are kept and left alone. Refuses a side without any text.
    """
    for name, lines in (("hypothesis", hypothesis), ("reference", reference)):
        if not any(line.strip() for line in lines):
            raise Refusal(f"the {name} has no text", mend="give two documents with at least one line each")
    one, other = sides(hypothesis, reference)
    rows, columns = len(hypothesis), len(reference)
    corridor = Corridor(np.zeros(rows + 1, dtype=np.int64), np.full(rows + 1, columns, dtype=np.int64))
    cosines, ratios = block_cosines(one, other, corridor)
    gains = np.where(cosines < 0, -np.inf, np.maximum(cosines, 0) ** 0.85 - 0.2 * np.abs(ratios)).astype(np.float32)
    steps = best_chain(corridor, Gains(gains, np.zeros(rows), np.zeros(columns)))
    links: dict[tuple[tuple[int, ...], tuple[int, ...]], float] = {}
    for top, bottom, left, right in steps:
        if bottom > top and right > left:
            cosine = float(cosines[SHAPES.index((bottom - top, right - left)), bottom * (columns + 1) + right])
            if cosine >= _UNLIKE:
                links[tuple(range(top, bottom)), tuple(range(left, right))] = cosine
    links |= _moved(one, other, links)
    likeness = sum(cosine * (len(a) + len(b)) for (a, b), cosine in links.items())
    similarity = likeness / (rows + columns)
    parallel = similarity >= _PARALLEL
    return Alignment(_ordered(links if parallel else {}, rows, columns), parallel, similarity)


def _moved(
    one: Side, other: Side, links: dict[tuple[tuple[int, ...], tuple[int, ...]], float]
) -> dict[tuple[tuple[int, ...], tuple[int, ...]], float]:
    """Single lines left over on both sides that are like enough, best first."""
    rows = np.array(sorted(set(range(len(one.lines))) - {i for a, _ in links for i in a}), dtype=np.int64)
    columns = np.array(sorted(set(range(len(other.lines))) - {j for _, b in links for j in b}), dtype=np.int64)
    if not len(rows) or not len(columns):
        return {}
    norm = np.maximum(one.norms[0, rows][:, None] * other.norms[0, columns][None, :], 1e-9)
    table = (one.vectors[rows] @ other.vectors[columns].T).toarray() / norm
    found: dict[tuple[tuple[int, ...], tuple[int, ...]], float] = {}
    while table.size and table.max() >= _MOVED:
        row, column = np.unravel_index(int(table.argmax()), table.shape)
        found[(int(rows[row]),), (int(columns[column]),)] = float(table[row, column])
        table[row, :] = table[:, column] = 0
    return found


def _ordered(links: dict[tuple[tuple[int, ...], tuple[int, ...]], float], rows: int, columns: int) -> tuple[Bead, ...]:
    """Every line in one bead, in hypothesis order; a reference line alone follows the bead of the line before it."""
    beads = [Bead(a, b, score) for (a, b), score in links.items()]
    alone_rows = set(range(rows)) - {i for a, _ in links for i in a}
    alone_columns = set(range(columns)) - {j for _, b in links for j in b}
    beads += [Bead((i,), (), 1.0) for i in alone_rows]
    place = {j: bead.hypothesis[0] for bead in beads for j in bead.reference}
    keyed = [(bead.hypothesis[0], -1, bead) for bead in beads]
    before = -1
    for j in range(columns):
        before = place.get(j, before)
        if j in alone_columns:
            keyed.append((before, j, Bead((), (j,), 1.0)))
    return tuple(bead for *_, bead in sorted(keyed, key=lambda entry: entry[:2]))
