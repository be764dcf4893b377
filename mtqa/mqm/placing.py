"""Where errors stand: the segment of a batch that each error span names."""

from collections import defaultdict
from collections.abc import Sequence

from ..refusal import Refusal
from ..segment import Batch
from .error import ErrorSpan

__all__ = ["positions_of"]


def positions_of(errors: Sequence[ErrorSpan], batch: Batch) -> tuple[int, ...]:
    """The position in the batch of the segment that each error stands in, in the order of the errors.

    An error names its segment by document, system and id. Where a delivery uses one name twice, that is the first
    segment of the name in which the error's text stands where it says, else the first of the name. Refuses an error
    whose segment is not in the batch.
    """
    named: dict[tuple[str, str, str], list[int]] = defaultdict(list)
    for position, key in enumerate(zip(batch.document, batch.system, batch.id, strict=True)):
        named[key].append(position)
    return tuple(_position(error, named.get((error.document, error.system, error.id), []), batch) for error in errors)


def _position(error: ErrorSpan, places: Sequence[int], batch: Batch) -> int:
    if not places:
        raise Refusal(f"an error of segment {error.id!r}, which is not there", mend="assess the texts again")
    fitting = (place for place in places if error.hypothesis.of(batch.hypothesis[place]) == error.text)
    return places[0] if len(places) == 1 else next(fitting, places[0])
