"""Source, hypothesis and reference in one alignment: each line of the three stands in exactly one bead.

The hypothesis and its reference are aligned first, in their one language; what they make together is then held against
the source, by the hypothesis's text and by the reference's where that has none. Beads that one source line covers
become one; what was left apart in one language is never joined because of the other.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from ..text import joined_lines
from . import Alignment, Bead
from .cross import Embeddings, Floats, align_cross

__all__ = ["Threeway", "with_source"]


@dataclass(frozen=True, slots=True)
class Threeway:
    """An alignment whose beads say their source lines; lines of the source alone are beads of their own.

    `parallel` is False where the source is not that of these documents: then no bead has a source, and its lines are
    not among the beads. `similarity` is that of `align_cross`.
    """

    alignment: Alignment
    parallel: bool
    similarity: float


def with_source(
    alignment: Alignment,
    hypothesis: Sequence[str],
    reference: Sequence[str],
    source: Sequence[str],
    *,
    embeddings: Embeddings | None = None,
) -> Threeway:
    """The alignment of hypothesis and reference with the lines of the source.

    `embeddings` are those of the lines of the source and of the hypothesis. Refuses what `align_cross` refuses.
    """
    texts = [_text(bead, hypothesis, reference) for bead in alignment.beads]
    vectors = None if embeddings is None else (embeddings[0], _of_beads(alignment, embeddings[1]))
    across = align_cross(texts, source, embeddings=vectors)
    if not across.parallel:
        return Threeway(alignment, parallel=False, similarity=across.similarity)
    beads: list[Bead] = []
    for link in across.beads:
        units = [alignment.beads[number] for number in link.hypothesis]
        beads += _joined(units, link) if units else [Bead((), (), 1.0, source=link.reference)]
    return Threeway(replace(alignment, beads=tuple(beads)), parallel=True, similarity=across.similarity)


def _joined(units: Sequence[Bead], link: Bead) -> list[Bead]:
    """The bead of some units and their source lines, and after it the units that may not be joined to it."""
    if not link.reference:
        return list(units)
    apart: list[Bead] = []
    if not any(unit.linked for unit in units) and any(unit.hypothesis for unit in units):
        apart = [unit for unit in units if unit.reference]
        units = [unit for unit in units if unit.hypothesis]
    whole = Bead(
        tuple(sorted(line for unit in units for line in unit.hypothesis)),
        tuple(sorted(line for unit in units for line in unit.reference)),
        min(unit.score for unit in units),
        source=link.reference,
        source_score=link.score,
    )
    return [whole, *apart]


def _text(bead: Bead, hypothesis: Sequence[str], reference: Sequence[str]) -> str:
    if bead.hypothesis:
        return joined_lines([hypothesis[line] for line in bead.hypothesis])
    return joined_lines([reference[line] for line in bead.reference])


def _of_beads(alignment: Alignment, rows: Floats) -> Floats:
    """The sum of a bead's hypothesis lines, each of length 1; nothing where the bead has none."""
    norms = np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
    unit = np.asarray(rows / norms, dtype=np.float32)
    return np.stack([unit[list(bead.hypothesis)].sum(axis=0) for bead in alignment.beads])
