"""Alignments that were made before: the same two documents, aligned by the same code, have the same beads."""

import json
import zlib
from collections.abc import Sequence

from ..cache import code_of, key_of, open_results
from . import Alignment, Bead, align

__all__ = ["aligned"]

_ROOMS = ("align", "text", "language", "kernels", "sentences")


def aligned(hypothesis: Sequence[str], reference: Sequence[str], *, cached: str | None = None) -> Alignment:
    """As `align`; an alignment that the cache in the folder `cached` knows (None: $MTQA_CACHE) is not made again."""
    store = open_results(cached)
    if store is None:
        return align(hypothesis, reference)
    key = key_of("alignment", code_of(*_ROOMS), hypothesis, reference)
    kept = store.get([key]).get(key)
    if kept is not None:
        return _unpacked(kept)
    made = align(hypothesis, reference)
    store.put({key: _packed(made)})
    return made


def _packed(made: Alignment) -> bytes:
    beads = [[bead.hypothesis, bead.reference, float(bead.score)] for bead in made.beads]
    return zlib.compress(json.dumps([beads, bool(made.parallel), float(made.similarity)]).encode(), 1)


def _unpacked(value: bytes) -> Alignment:
    beads, parallel, similarity = json.loads(zlib.decompress(value))
    return Alignment(tuple(Bead(tuple(one), tuple(other), score) for one, other, score in beads), parallel, similarity)
