"""What must be said of a batch, or of a stream of any length, before any score is believed.

A check looks at all segments, window by window, and says at most a few sentences at the end; none of them changes a
text. The alarm rates on real clean data are in docs/hygiene.md.
"""

from collections.abc import Callable, Sequence

from ..segment import Batch
from . import characters, content, convention, copies, tongue
from .census import Census, Count
from .notice import Concern, Notice
from .stream import Check, Stream, ended, started

__all__ = ["CHECKS", "Concern", "Inspection", "Notice", "inspect"]

# In the order in which a reader wants them: what is missing, what is the wrong text, what is damaged, what differs.
CHECKS: tuple[Callable[[Stream], Check], ...] = (
    content.nothing,
    content.empty_texts,
    content.duplicate_ids,
    content.shifted_rows,
    content.repeated_segments,
    copies.identical_to_reference,
    copies.untranslated,
    copies.one_hypothesis_for_many,
    tongue.wrong_script,
    tongue.wrong_language,
    tongue.foreign_letters,
    characters.mojibake,
    characters.replacement,
    characters.controls,
    characters.bidi,
    characters.invisible,
    characters.markup,
    convention.normal_form,
    convention.typography,
    convention.mixed_typography,
    convention.length,
    content.outer_blanks,
)


class Inspection:
    """A look at a stream of segments: what it holds, and everything that casts doubt on it.

    Memory grows by about 100 bytes a segment, whatever the length of the texts: digests of them, their ids packed, and
    what is asked of all together. What it says is the same however the stream is cut into batches.
    """

    def __init__(self) -> None:
        self._stream = Stream()
        self._checks = started(CHECKS, self._stream)
        self._count = Count()

    def add(self, batch: Batch) -> None:
        """The next segments."""
        for window in self._stream.add(batch):
            self._count.add(window)
            for check in self._checks:
                check.send(window)

    def census(self) -> Census:
        """What has been seen, in numbers."""
        return self._count.taken()

    def notices(self) -> tuple[Notice, ...]:
        """What must be said, in the order of the checks; nothing can be added afterwards."""
        return tuple(notice for check in self._checks for notice in ended(check))


def inspect(batch: Batch, checks: Sequence[Callable[[Stream], Check]] = CHECKS) -> tuple[Notice, ...]:
    """Everything that casts doubt on a batch, in the order of the checks; empty when there is nothing to say.

    References are read through the first of them. An empty batch is one warning. Costs about 0.1 ms a segment.
    """
    stream = Stream()
    running = started(checks, stream)
    for window in stream.add(batch):
        for check in running:
            check.send(window)
    return tuple(notice for check in running for notice in ended(check))
