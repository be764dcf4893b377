"""The main job, and the only place that knows its order: read, align, look, score, diagnose, summarise."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from .assessment import Assessment
from .hygiene import Concern, Notice, inspect
from .metric import Metric, find_metric
from .mqm import find_profile
from .pairing import pair
from .refusal import unknown_name
from .rules import diagnose, reference_kind, unlike
from .segment import Batch, ReferenceKind
from .summary import Status, measure, summarise

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["DEFAULT_METRICS", "assess"]

DEFAULT_METRICS = ("chrf++", "ter", "bleu", "chrf")


def assess(
    hypothesis: "str | Path | Sequence[str] | pd.DataFrame",
    reference: "str | Path | Sequence[str] | None" = None,
    *,
    source: "str | Path | Sequence[str] | None" = None,
    kind: str = "auto",
    metrics: Sequence[str | Metric] = DEFAULT_METRICS,
    profile: str = "mqm-core",
) -> Assessment:
    """Assess one delivery.

    `hypothesis` and `reference` are paths of raw documents or their lines (they are aligned), or `hypothesis` alone is
    a table or a frame with the columns of the input tables. `kind` says what the reference is: `correction` (this
    very hypothesis, post-edited: edits are errors), `independent` (edits are differences) or `auto` (measured, and
    said). `profile` names the severity weights. Refuses unreadable, empty, unequal or unrelated input.
    """
    found = tuple(find_metric(metric) if isinstance(metric, str) else metric for metric in metrics)
    weights = find_profile(profile)
    paired = pair(hypothesis, reference, source=source)
    batch, kind_basis, doubts = _of_kind(paired.batch, kind)
    remarks = (Notice("reading", Concern.NOTE, remark, ()) for remark in paired.remarks)
    notices = (*remarks, *doubts, *inspect(batch))
    measured = measure(batch, paired.status, found)
    alone = {position for position, status in enumerate(paired.status) if status != Status.PAIRED}
    diagnosis = diagnose(batch, alone=alone)
    summary = summarise(
        batch,
        measured,
        diagnosis.errors,
        systemic=diagnosis.systemic,
        notices=notices,
        profile=weights,
        kind_basis=kind_basis,
    )
    return Assessment(
        batch=batch,
        status=paired.status,
        alignment=paired.alignment,
        segment_scores=measured.segment_scores(),
        signatures=measured.signatures(),
        error_spans=diagnosis.errors,
        summary=summary,
    )


def _of_kind(batch: Batch, kind: str) -> tuple[Batch, str, tuple[Notice, ...]]:
    """The batch with the kind of its references, on what that rests, and a doubt where the texts say otherwise."""
    kinds = ("auto", "correction", "independent")
    if kind not in kinds:
        raise unknown_name("kind of reference", kind, kinds)
    positions = [n for n in batch.paired if batch.hypothesis[n]]
    hypotheses = [batch.hypothesis[n] for n in positions]
    references = [batch.references[n][0] for n in positions]
    measured, measured_basis = reference_kind(hypotheses, references)
    if kind != "auto":
        wanted, basis = ReferenceKind(kind), "as given"
    elif batch.reference_kind == ReferenceKind.CORRECTION:
        wanted, basis = ReferenceKind.CORRECTION, "the column is called a post-edit"
    else:
        wanted, basis = measured, measured_basis
    doubts = []
    if wanted == ReferenceKind.CORRECTION:
        if measured == ReferenceKind.INDEPENDENT:
            doubts.append(
                _doubt(f"the reference is called a correction, but reads like another translation: {measured_basis}")
            )
        strangers = tuple(batch.id[positions[n]] for n in unlike(hypotheses, references))
        if strangers:
            doubts.append(_doubt(f"{len(strangers)} segments have little in common with their correction", strangers))
    return batch.of_kind(wanted), basis, tuple(doubts)


def _doubt(message: str, segments: tuple[str, ...] = ()) -> Notice:
    mend = "use --kind independent if nobody edited this hypothesis" if not segments else "look at these segments first"
    return Notice("reference kind", Concern.WARNING, message, segments, mend)
