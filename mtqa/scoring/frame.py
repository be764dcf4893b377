"""Scores of the segments of a pandas frame."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..formats import chunk_of_frame
from ..metric import Metric, find_metric, find_metrics
from ..refusal import Misuse
from .stream import Provenance, paired, score_chunks, usual_threads

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["DEFAULT_METRICS", "score"]

DEFAULT_METRICS = ("chrf++", "ter")  # of the metrics of strings, the two that say most about a single segment


def score(
    frame: "pd.DataFrame", metrics: str | Sequence[str | Metric] = DEFAULT_METRICS, *, engine: str | None = None
) -> "pd.DataFrame":
    """One row a segment, in order and with the index of `frame`: `id` and a column for each metric, in its unit.

    `frame` has the columns of the input tables under any of their names; without an `id` the ids are "1", "2" … by
    row. `.attrs["signature"]` has the signature of each metric, by its name. Refuses an empty frame, missing columns,
    and rows without a hypothesis or a reference.
    """
    import pandas as pd

    if isinstance(metrics, str):
        chosen = find_metrics(metrics)
    else:
        chosen = tuple(dict.fromkeys(find_metric(m) if isinstance(m, str) else m for m in metrics))
    if not chosen:
        raise Misuse("no metric asked for", mend="name one: chrf++")
    chunk = next(paired([chunk_of_frame(frame)]))
    provenance = Provenance(chosen, engine)
    provenance.update(chunk)
    scored = next(score_chunks([chunk], chosen, threads=usual_threads(chosen, engine=engine), engine=engine))
    columns = {metric.name: values for metric, values in zip(chosen, scored.scores, strict=True)}
    made = pd.DataFrame({"id": list(chunk.id), **columns}, index=frame.index)
    made.attrs["signature"] = {name: str(text) for name, text in provenance.signatures(level="segment").items()}
    return made
