"""Scores of the segments of a pandas frame."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ..formats import chunk_of_frame
from ..metric import Metric, find_metric, find_metrics
from ..refusal import Misuse
from .models import Model, opened
from .scorable import columns_needed, scorable
from .stream import Provenance, Scoring

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["DEFAULT_METRICS", "score"]

DEFAULT_METRICS = ("chrf++", "ter")  # of the metrics of strings, the two that say most about a single segment


def score(
    frame: "pd.DataFrame",
    metrics: str | Sequence[str | Metric] = DEFAULT_METRICS,
    *,
    engine: str | None = None,
    mean: bool = False,
    model: str | Path | None = None,
    encoder: str | Path | None = None,
    revision: str | None = None,
    online: bool = False,
    precision: str = "fp32",
    over_long: str = "refuse",
) -> "pd.DataFrame":
    """One row a segment, in order and with the index of `frame`: `id` and a column for each metric, in its unit.

    `frame` has the columns of the input tables under any of their names; without an `id` the ids are "1", "2" … by
    row. `engine` counts the metrics of strings, with `mean` the mean over the single references in
    place of each metric's own way with several. The options after it are for neural metrics, as in
    `neural.open_scorer`: `model` is a checkpoint's path or a published name (None: the metric's own), fetched only if
    `online`. `.attrs["signature"]` has the signature of each metric, by its name; `.attrs["notices"]` sentences on the
    model and the texts. Refuses an empty frame, missing columns, and rows that a metric cannot score: without a
    hypothesis or a reference, for neural metrics without a source or with an empty text.
    """
    import numpy as np
    import pandas as pd

    if isinstance(metrics, str):
        chosen = find_metrics(metrics)
    else:
        chosen = tuple(dict.fromkeys(find_metric(m) if isinstance(m, str) else m for m in metrics))
    if not chosen:
        raise Misuse("no metric asked for", mend="name one: chrf++")
    chunk = next(scorable([chunk_of_frame(frame, needs=columns_needed(chosen))], chosen))
    notices: list[str] = []
    with opened(chosen, Model(model, encoder, revision, online, precision, over_long), say=notices.append) as models:
        provenance = Provenance(chosen, engine, models, mean=mean)
        provenance.update(chunk)
        made_of = Scoring.by(chosen, engine, models, mean=mean)(chunk)
        signatures = provenance.signatures(level="segment")
    columns = {metric.name: np.asarray(values) for metric, values in zip(chosen, made_of.scores, strict=True)}
    made = pd.DataFrame({"id": list(chunk.id), **columns}, index=frame.index)
    made.attrs["signature"] = {name: str(text) for name, text in signatures.items()}
    made.attrs["notices"] = notices
    return made
