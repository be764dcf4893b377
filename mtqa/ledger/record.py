"""One line of the ledger: a delivery, what it cost in penalty points, and what the gate said."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from ..engines import data_hash
from ..mqm import Severity
from ..refusal import Misuse, Refusal
from ..segment import ReferenceKind
from ..summary import Assessed

__all__ = ["Entry", "entry_of", "is_sound"]


@dataclass(frozen=True, slots=True)
class Entry:
    """A delivery as the ledger keeps it. No text of it is kept, only its hash (`data`).

    `points` are None against an independent reference. `means` are segment means by metric. `delivered` is the time
    that the user or the clock gave (ISO 8601, UTC); the order of the ledger is `number`, which no clock can turn back
    (0: not yet written). `status` and `policy` are empty where no gate was run.
    """

    vendor: str
    language_pair: str
    delivery: str
    delivered: str
    data: str
    segments: int
    words: int
    errors: int
    critical: int
    points: float | None
    profile: str
    means: Mapping[str, float] = field(default_factory=dict)
    status: str = ""
    policy: str = ""
    policy_digest: str = ""
    number: int = 0

    def judged(self, status: str, *, policy: str, digest: str) -> "Entry":
        """The same delivery with what the gate said of it, and by which policy."""
        return replace(self, status=str(status), policy=policy, policy_digest=digest)

    @property
    def rate(self) -> float | None:
        """Penalty points per 1,000 words; None where there are no points or no words."""
        return None if self.points is None or not self.words else 1000.0 * self.points / self.words


def entry_of(
    assessment: Assessed,
    *,
    vendor: str,
    language_pair: str,
    delivery: str,
    delivered: datetime,
) -> Entry:
    """The line for an assessed delivery; refuses a nameless vendor or language pair, and a delivery without words."""
    for name, value in (("vendor", vendor), ("language pair", language_pair), ("name", delivery)):
        if not value.strip() or not value.isprintable():
            raise Misuse(f"a {name} needs a name, not {value!r}", mend=f"give --{name.replace(' ', '-')}")
    summary, judged = assessment.summary, assessment.batch.paired
    if not judged or summary.words == 0:
        raise Refusal("nothing of the delivery was judged: there is nothing to record", mend="assess it again")
    texts = [assessment.batch.hypothesis[n] for n in judged]
    references = [assessment.batch.references[n] for n in judged]
    return Entry(
        vendor=vendor.strip(),
        language_pair=language_pair.strip(),
        delivery=delivery,
        delivered=delivered.isoformat(timespec="seconds"),
        data=data_hash(texts, references),
        segments=summary.assessed,
        words=summary.words,
        errors=summary.errors,
        critical=dict(summary.severities).get(Severity.CRITICAL, 0),
        points=summary.penalty_points if summary.reference_kind == ReferenceKind.CORRECTION else None,
        profile=summary.profile,
        means={score.metric.name: score.value for score in summary.segment_means},
    )


def is_sound(entry: Entry) -> bool:
    """Whether every value of a line that was read is of its kind; a damaged file may hold anything anywhere."""
    texts = (entry.vendor, entry.language_pair, entry.delivery, entry.data, entry.profile, entry.status)
    counts = (entry.number, entry.segments, entry.words, entry.errors, entry.critical)
    amounts = (0.0 if entry.points is None else entry.points, *entry.means.values())
    try:
        datetime.fromisoformat(entry.delivered)
    except (TypeError, ValueError):
        return False
    return (
        all(isinstance(text, str) for text in (*texts, entry.policy, entry.policy_digest, *entry.means))
        and all(type(count) is int and count >= 0 for count in counts)
        and all(type(amount) in (int, float) and math.isfinite(amount) for amount in amounts)
    )
