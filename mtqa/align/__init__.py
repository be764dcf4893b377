"""Two raw documents in one language, joined line by line: n:m beads, gaps, moved lines, or not parallel at all.

The wording may differ: a machine translation and its human reference share names, numbers, stems and length, and that
is what is compared. A line that has no partner is left alone; an unlike pair of documents is left alone whole.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import overload

import numpy as np

from ..refusal import Misuse, Refusal
from .links import Link, linked
from .model import fitted

__all__ = ["DOUBTFUL", "Alignment", "Bead", "align", "checked", "complete"]

DOUBTFUL = 0.8  # a bead whose score is lower is listed for a look


@dataclass(frozen=True, slots=True)
class Bead:
    """Lines of the hypothesis and the lines of the reference that say the same.

    Line numbers count from 0 and rise. One side is empty where a line has no partner. `score` is the confidence that
    the bead is right, 0 to 1, higher is surer. Where a source was aligned with both, `source` are its lines and
    `source_score` the confidence that they are of this bead; a line of the source alone is a bead of its own.
    """

    hypothesis: tuple[int, ...]
    reference: tuple[int, ...]
    score: float
    source: tuple[int, ...] = ()
    source_score: float = 1.0

    @property
    def linked(self) -> bool:
        """Whether both sides have lines."""
        return bool(self.hypothesis and self.reference)


@dataclass(frozen=True, slots=True)
class Alignment:
    """All lines of two documents, each in exactly one bead; read it as the list of its beads.

    `beads` in the order of the hypothesis, lines of the reference alone where the reference has them. `parallel` is
    False where the documents do not say the same: then every line is alone. `similarity` is the mean likeness of the
    lines of the shorter document to what they were joined with, 0 to 1; lines alone count as 0.
    """

    beads: tuple[Bead, ...]
    parallel: bool
    similarity: float

    def __len__(self) -> int:
        return len(self.beads)

    def __iter__(self) -> Iterator[Bead]:
        return iter(self.beads)

    @overload
    def __getitem__(self, index: int) -> Bead: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Bead, ...]: ...
    def __getitem__(self, index: int | slice) -> Bead | tuple[Bead, ...]:
        return self.beads[index]


def align(hypothesis: Sequence[str], reference: Sequence[str], *, source: Sequence[str] | None = None) -> Alignment:
    """The alignment of two documents given as lines; with `source`, of all three (see `threeway.with_source`).

    Lines of white space are kept and left alone. Refuses a side without any text, a line that is no sound text, and a
    source of other documents than these, where these are parallel.
    """
    made = _of_two(hypothesis, reference)
    if source is None or not made.parallel:
        return made
    from .threeway import with_source  # it builds on what is defined here

    three = with_source(made, hypothesis, reference, source)
    if not three.parallel:
        raise Refusal(
            f"the source is not parallel: {three.similarity:.2f} a line over chance",
            mend="check that it is the source of these documents",
        )
    return three.alignment


def _of_two(hypothesis: Sequence[str], reference: Sequence[str]) -> Alignment:
    checked(("hypothesis", hypothesis), ("reference", reference))
    model = fitted()
    kept = [np.flatnonzero([bool(line.strip()) for line in lines]) for lines in (hypothesis, reference)]
    links = linked([hypothesis[i] for i in kept[0]], [reference[j] for j in kept[1]], model)
    shorter, side = min((len(rows), number) for number, rows in enumerate(kept))
    likeness = sum(link.cosine * len((link.hypothesis, link.reference)[side]) for link in links)
    similarity = min(likeness / shorter, 1.0)
    parallel = similarity >= model.least_similarity(shorter)
    numbers = [rows.tolist() for rows in kept]
    beads = [_bead(link, numbers, link.confidence(model)) for link in links] if parallel else []
    return Alignment(complete(beads, len(hypothesis), len(reference)), parallel, similarity)


def checked(*documents: tuple[str, Sequence[str]]) -> None:
    """Refuses a named document without any text, and a line that is no sound text."""
    for name, lines in documents:
        _check_lines(name, lines)
        if not any(line.strip() for line in lines):
            raise Refusal(f"the {name} has no text", mend="give two documents with at least one line each")


def _check_lines(name: str, lines: Sequence[object]) -> None:
    if isinstance(lines, str):
        raise Misuse(f"the {name} is one text, lines are wanted", mend="split it: text.split('\\n')")
    for index, line in enumerate(lines):
        if not isinstance(line, str):
            found = "nothing" if line is None else type(line).__name__
            raise Refusal(f"text wanted, {found} found", where=f"{name}[{index}]", mend="give every line as text")
        if not line.isascii():
            try:
                line.encode()
            except UnicodeEncodeError as fault:
                what = f"half a surrogate pair at character {fault.start}"
                raise Refusal(what, where=f"{name}[{index}]", mend="mend the text") from None


def _bead(link: Link, numbers: list[list[int]], score: float) -> Bead:
    return Bead(tuple(numbers[0][i] for i in link.hypothesis), tuple(numbers[1][j] for j in link.reference), score)


def complete(beads: list[Bead], rows: int, columns: int) -> tuple[Bead, ...]:
    """All beads in hypothesis order, with a bead for each line that has none; it is sure to stay alone.

    A reference line alone follows the bead of the reference line before it.
    """
    free_rows = set(range(rows)).difference(*(bead.hypothesis for bead in beads))
    free_columns = set(range(columns)).difference(*(bead.reference for bead in beads))
    beads = [*beads, *(Bead((i,), (), 1.0) for i in free_rows), *(Bead((), (j,), 1.0) for j in free_columns)]
    place = {j: bead.hypothesis[0] for bead in beads if bead.hypothesis for j in bead.reference}
    keyed: list[tuple[int, int, Bead]] = []
    alone = {bead.reference[0]: bead for bead in beads if not bead.hypothesis}
    before = -1
    for j in range(columns):
        before = place.get(j, before)
        if j in alone:
            keyed.append((before, j, alone[j]))
    keyed += [(bead.hypothesis[0], -1, bead) for bead in beads if bead.hypothesis]
    return tuple(bead for *_, bead in sorted(keyed, key=lambda entry: entry[:2]))
