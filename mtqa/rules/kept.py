"""Diagnoses that were made before: the same texts in the same languages by the same code have the same errors.

One entry a segment, without its id, document and system, which the finder adds; so a segment that an amended delivery
keeps is not diagnosed again, wherever it stands now.
"""

import gc
import json
import zlib
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from ..cache import Store, code_of, key_of, open_results
from ..language import Language, find_language
from ..mqm import ErrorSpan
from ..segment import Batch, Segment
from .unpaired import unpaired

__all__ = ["ROOMS", "BySegment", "Piece", "Stretch", "pieces", "remembered"]

Compute = Callable[[Batch, Language, Collection[int], float], Iterable[Iterable[ErrorSpan]]]
ROOMS = ("rules", "edits", "language", "text", "kernels", "sentences", "mqm", "segment")
_PLACE = ("id", "document", "system")
_PIECE = 250  # segments; a sixth of a second of work, so that processes end at about the same time


@dataclass(frozen=True, slots=True)
class Stretch:
    """Consecutive segments of the `number`th document: the code of their language, and where those without a partner
    stand among them."""

    number: int
    batch: Batch
    language: str
    alone: frozenset[int]

    def cut(self, start: int, stop: int) -> "Stretch":
        """The segments [start, stop) of these."""
        if (start, stop) == (0, len(self.batch)):
            return self
        alone = frozenset(n - start for n in self.alone if start <= n < stop)
        return replace(self, batch=self.batch.take(range(start, stop)), alone=alone)


Piece = tuple[Stretch, ...]


def pieces(documents: Iterable[Stretch]) -> Iterator[Piece]:
    """The documents in pieces of a size, in order: long ones are cut, short ones go together."""
    held: list[Stretch] = []
    room = _PIECE
    for document in documents:
        start, end = 0, len(document.batch)
        while start < end:
            stop = min(end, start + room)
            held.append(document.cut(start, stop))
            room -= stop - start
            start = stop
            if not room:
                yield tuple(held)
                held, room = [], _PIECE
    if held:
        yield tuple(held)


@dataclass(frozen=True, slots=True)
class BySegment:
    """The work on a piece: the errors of each of its stretches, by `compute` where the cache does not know them.

    It can be sent to another process or machine; `cached` is the folder of the cache there.
    """

    compute: Compute
    least: float
    cached: str | None

    def __call__(self, piece: Piece) -> list[list[ErrorSpan]]:
        with _uncollected():
            return [self._of(stretch) for stretch in piece]

    def _of(self, stretch: Stretch) -> list[ErrorSpan]:
        store, language = open_results(self.cached), find_language(stretch.language)
        if store is None:
            by_segment = iter(self.compute(stretch.batch, language, stretch.alone, self.least))
        else:
            by_segment = remembered(store, stretch.batch, language, stretch.alone, self.least, self.compute)
        return [error for errors in by_segment for error in errors]


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without the search for cycles, which diagnosing does not make: a fifth of its time."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


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
