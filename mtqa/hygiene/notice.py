"""A notice: one sentence on the input, with its count, its segments, and what to do."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Concern", "Notice", "amount", "joined", "sides"]


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


def amount(count: int, noun: str, one: str = "", many: str = "") -> str:
    """`1 hypothesis`, `1,200 segments`, or with a verb for one and for many `3 hypotheses are`."""
    plural = noun[:-2] + "es" if noun.endswith("is") else noun + "s"
    return " ".join(filter(None, (f"{count:,}", noun if count == 1 else plural, one if count == 1 else many)))


def joined(parts: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return " and ".join(parts) if len(parts) < 3 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def sides(hypotheses: int, references: int, sources: int = 0, *, one: str, many: str) -> str:
    """`2 hypotheses and 1 reference hold`: the sides that have something to count, with their verb."""
    counts = ((hypotheses, "hypothesis"), (references, "reference"), (sources, "source"))
    said = joined([amount(count, noun) for count, noun in counts if count])
    return f"{said} {one if hypotheses + references + sources == 1 else many}"
