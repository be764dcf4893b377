"""What a vendor is charged with: each error that nobody rejected, its context, its standing, and what it costs."""

from collections.abc import Sequence
from dataclasses import dataclass

from ..gate import State, Verdict
from ..gate.evidence import evidence
from ..gate.evidence.wording import waiving
from ..mqm import ErrorSpan
from ..mqm.placing import positions_of
from ..review import Entry
from ..segment import ReferenceKind
from ..summary import Assessed

__all__ = ["Charge", "Pack", "pack_of"]


@dataclass(frozen=True, slots=True)
class Charge:
    """One error: `key` is how decisions name it, `state` is waived, confirmed or unreviewed, `points` its penalty.

    `waiver` is the waiver that covers it, expired ones too, in words; `said` one line for each decision on it.
    """

    key: str
    error: ErrorSpan
    state: str
    waiver: str
    points: float
    source: str | None
    hypothesis: str
    reference: str
    said: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pack:
    """The content of a dispute pack; `assessment` is the fingerprint that a reply must carry."""

    name: str
    assessment: str
    verdict: Verdict
    told: str
    charges: tuple[Charge, ...]
    note: str


def pack_of(assessment: Assessed, verdict: Verdict, *, name: str, trail: Sequence[Entry] = ()) -> Pack:
    """The pack of a judged delivery; charges in batch order.

    Against an independent reference there are differences and no errors: nobody is charged, and the note says so.
    """
    blameless = assessment.batch.reference_kind != ReferenceKind.CORRECTION
    return Pack(
        name=name,
        assessment=assessment.fingerprint,
        verdict=verdict,
        told=evidence(verdict, "text"),
        charges=() if blameless else _charges(assessment, verdict, trail),
        note="The reference is independent: differences from it are no errors." if blameless else "",
    )


def _charges(assessment: Assessed, verdict: Verdict, trail: Sequence[Entry]) -> tuple[Charge, ...]:
    batch, costs = assessment.batch, assessment.summary.weights.costs(assessment.error_spans)
    places = positions_of(assessment.error_spans, batch)
    found = []
    for position, (key, error) in enumerate(zip(assessment.finding_keys, assessment.error_spans, strict=True)):
        segment = places[position]
        covering = [each for each in verdict.waivers if any(error is span for span in each.findings)]
        holds = any(each.state is State.HOLDS for each in covering)
        confirmed = assessment.decided.get(position, False)
        found.append(
            Charge(
                key=key,
                error=error,
                state="waived" if holds else "confirmed" if confirmed else "unreviewed",
                waiver="; ".join(waiving(each) for each in covering),
                points=costs[position],
                source=batch.source[segment],
                hypothesis=batch.hypothesis[segment],
                reference=batch.references[segment][0] if batch.references[segment] else "",
                said=tuple(_said(entry) for entry in trail if entry.decision.finding == key),
            )
        )
    return tuple(found)


def _said(entry: Entry) -> str:
    decision = entry.decision
    comment = f": {decision.comment}" if decision.comment else ""
    return f"{entry.reviewer} ({entry.role}), {decision.at[:10]}: {decision.verb}{comment}"
