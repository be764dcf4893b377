"""The main job, and the only place that knows its order: read, align, look, score, diagnose, summarise."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from .assessment import Assessment
from .cluster import LOCAL, Cluster
from .hygiene import inspect
from .metric import Metric, find_metric
from .mqm import Profile, Severities, find_profile, read_severities
from .pairing import pair
from .rules import diagnose
from .rules.kind import settled
from .rules.marked import notices_on_marks
from .scoring.models import OWN_MODEL, Model, Shown, counted, modelled, unseen
from .summary import measure, summarise
from .termbase import Termbase, read_termbase
from .triage import expected_penalties

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
    profile: str | Profile = "mqm-core",
    model: Model = OWN_MODEL,
    progress: Shown = unseen,
    cluster: Cluster = LOCAL,
    cached: str | None = None,
    termbase: "str | Path | Termbase | None" = None,
    severities: "str | Path | Severities | None" = None,
    sentences: bool | None = None,
) -> Assessment:
    """Assess one delivery.

    `hypothesis` and `reference` are paths of raw documents or their lines (they are aligned), or `hypothesis` alone
    is a table or a frame with the columns of the input tables. `kind` says what the reference is: `correction`
    (this very hypothesis, post-edited: edits are errors), `independent` (edits are differences) or `auto`
    (measured, and said). `profile` names the severity weights, or the TOML file of a team's own. `model` says which
    checkpoint computes the neural metrics among `metrics`; the errors that it marks (XCOMET) join those of the
    rules. Segments are diagnosed on `cluster`; what the cache in the folder `cached` knows (None: $MTQA_CACHE) is
    neither aligned nor diagnosed again. `termbase` is a CSV or TBX file, or one that was read. `severities` is a
    file of `mtqa calibrate --errors`: how a team grades. `sentences` aligns raw documents by sentences (None: where
    lines of one side are several of the other). Refuses unreadable, empty, unequal or unrelated input.
    """
    asked, weights = tuple(map(find_metric, metrics)), find_profile(profile)
    terms = None if termbase is None else read_termbase(termbase)
    grades = None if severities is None else read_severities(severities)
    paired = pair(hypothesis, reference, source=source, cached=cached, sentences=sentences)
    batch, kind_basis, doubts = settled(paired.batch, kind)
    measured = measure(batch, paired.status, counted(asked))
    by_model = modelled(asked, batch.take(measured.paired), model, progress=progress)
    measured = replace(measured, modelled=by_model.scores)
    alone, marks = set(range(len(batch))).difference(measured.paired), by_model.marks
    found = diagnose(batch, alone=alone, marks=marks, cluster=cluster, cached=cached, termbase=terms, severities=grades)
    expected = expected_penalties(batch)
    notices = (*paired.notices, *doubts, *inspect(batch), *by_model.notices, *notices_on_marks(found.errors))
    summary = summarise(
        batch,
        measured,
        found.errors,
        systemic=found.systemic,
        notices=notices,
        profile=weights,
        kind_basis=kind_basis,
        expected=expected,
    )
    return Assessment(
        batch=batch,
        status=paired.status,
        alignment=paired.alignment,
        segment_scores=measured.segment_scores(),
        signatures=measured.signatures(),
        error_spans=found.errors,
        summary=summary,
        expected_penalty=expected,
    )
