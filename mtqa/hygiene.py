"""What must be said of a batch before any score is believed."""

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Concern", "Notice"]


class Concern(StrEnum):
    """How much a notice matters: `note` is for information, `warning` casts doubt on the scores."""

    NOTE = "note"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Notice:
    """One observation on the input: which check, what was seen, in which segments, what to do about it.

    `segments` are ids in batch order (empty: the batch as a whole); `message` is one sentence that counts them.
    """

    check: str
    concern: Concern
    message: str
    segments: tuple[str, ...]
    mend: str = ""
