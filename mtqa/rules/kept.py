"""Diagnoses that were made before: the same texts in the same languages by the same code have the same errors.

One entry a segment, without its id, document and system, which the finder adds; so a segment that an amended delivery
keeps is not diagnosed again, wherever it stands now.
"""

import json
import zlib
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass

from ..cache import Store, code_of, key_of, open_results
from ..language import Language
from ..mqm import ErrorSpan
from ..segment import Batch, Segment
from .unpaired import unpaired

__all__ = ["ROOMS", "BySegment", "Piece", "pieces", "remembered"]

Compute = Callable[[Batch, Language, Collection[int], float], Iterable[Iterable[ErrorSpan]]]
ROOMS = ("rules", "edits", "language", "text", "kernels", "sentences", "mqm", "segment")
_PLACE = ("id", "document", "system")
_PIECE = 2_000  # segments; some seconds of work, so that a cluster has something to share out


@dataclass(frozen=True, slots=True)
class Piece:
    """Some consecutive segments, and the positions among them of those without a partner."""

    batch: Batch
    alone: frozenset[int]


def pieces(batch: Batch, alone: Collection[int]) -> Iterator[Piece]:
    """A batch in pieces, in order; a short one is its only piece."""
    if len(batch) <= _PIECE:
        yield Piece(batch, frozenset(alone))
        return
    for start in range(0, len(batch), _PIECE):
        rows = range(start, min(start + _PIECE, len(batch)))
        yield Piece(batch.take(rows), frozenset(n - start for n in rows if n in alone))


@dataclass(frozen=True, slots=True)
class BySegment:
    """The work on a piece: the errors of its segments, by `compute` where the cache does not know them.

    It can be sent to another machine; `cached` is the folder of the cache there.
    """

    compute: Compute
    language: Language
    least: float
    cached: str | None

    def __call__(self, piece: Piece) -> list[ErrorSpan]:
        store = open_results(self.cached)
        if store is None:
            by_segment = iter(self.compute(piece.batch, self.language, piece.alone, self.least))
        else:
            by_segment = remembered(store, piece.batch, self.language, piece.alone, self.least, self.compute)
        return [error for errors in by_segment for error in errors]


def remembered(
    store: Store, batch: Batch, language: Language, alone: Collection[int], least: float, compute: Compute
) -> Iterator[Iterable[ErrorSpan]]:
    """The errors of each segment in turn, as `compute` gives them, which is asked for those only that are not kept."""
    differing = [
        n for n, texts in enumerate(batch.references) if n not in alone and texts and texts[0] != batch.hypothesis[n]
    ]
    keys = {n: _key(batch[n], language, least) for n in differing}
    found = store.get(keys.values())
    errors = {n: _unpacked(found[key], batch[n]) for n, key in keys.items() if key in found}
    missing = [n for n in differing if n not in errors]
    if missing:
        fresh = [list(each) for each in compute(batch.take(missing), language, (), least)]
        errors.update(zip(missing, fresh, strict=True))
        store.put({keys[n]: _packed(each) for n, each in zip(missing, fresh, strict=True)})
    for n in sorted({*differing, *alone}):
        yield unpaired(batch[n]) if n in alone else errors[n]


def _key(segment: Segment, language: Language, least: float) -> bytes:
    source = [] if segment.source is None else [segment.source]
    kind = str(segment.reference_kind)
    made = code_of(*ROOMS)
    return key_of("diagnosis", made, language.code, repr(least), kind, source, segment.hypothesis, segment.references)


def _packed(errors: Iterable[ErrorSpan]) -> bytes:
    records = [{name: value for name, value in error.record().items() if name not in _PLACE} for error in errors]
    return zlib.compress(json.dumps(records, ensure_ascii=False, separators=(",", ":")).encode(), 1)


def _unpacked(value: bytes, segment: Segment) -> list[ErrorSpan]:
    place = {name: getattr(segment, name) for name in _PLACE}
    return [ErrorSpan.of_record(record | place) for record in json.loads(zlib.decompress(value))]
