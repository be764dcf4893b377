"""What is measured of a system: one row of statistics a segment, whose sums fold to the system's score.

Metrics that are counted bring their own statistics; a neural score is its own statistic, and its fold is the mean.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial

from ..engines import data_hash, fold, segment_scores, signature, statistics
from ..engines.columns import check
from ..metric import Metric, Signature
from ..scoring.columns import is_neural
from ..scoring.models import Model, beside_one, mean_score, opened
from ..segment import Batch
from ..statistics import Floats, Fold

__all__ = ["Measured", "Model", "measured"]


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """Statistics `(segments, width)`, scores `(segments,)`, the fold from sums to the system's score, the signature."""

    values: Floats
    scores: Floats
    fold: Fold
    signature: Signature


def measured(metric: Metric, systems: Mapping[str, Batch], model: Model) -> dict[str, Measured]:
    """Every system under one metric, by name; all are counted together, and a model is opened once for all of them."""
    if not is_neural(metric):
        return _counted(metric, systems)
    with opened((metric,), model) as models:
        found = {}
        for name, batch in systems.items():
            scored = models.of_batch(metric, batch)
            found[name] = Measured(beside_one(scored.values), scored.values, mean_score, scored.signature)
        return found


def _counted(metric: Metric, systems: Mapping[str, Batch]) -> dict[str, Measured]:
    """All systems in one count, so that a reference is read once for all of them, and a pair that two have once."""
    hypotheses = [text for batch in systems.values() for text in batch.hypothesis]
    references = [texts for batch in systems.values() for texts in batch.references]
    together = statistics(metric, hypotheses, references)
    found, start = {}, 0
    for name, batch in systems.items():
        own = together.values[start : start + len(batch)]
        rows = replace(together, values=own, nrefs=check(batch.hypothesis, batch.references))
        made = signature(rows, data=data_hash(batch.hypothesis, batch.references))
        found[name] = Measured(rows.values, segment_scores(rows), partial(fold, metric), made)
        start += len(batch)
    return found
