"""What is measured of a system: one row of statistics a segment, whose sums fold to the system's score.

Metrics that are counted bring their own statistics; a neural score is its own statistic, and its fold is the mean.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from ..engines import data_hash, fold, segment_scores, signature, statistics
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
    """Every system under one metric, by name; a model is opened once for all of them."""
    if not is_neural(metric):
        return {name: _counted(metric, batch) for name, batch in systems.items()}
    with opened((metric,), model) as models:
        found = {}
        for name, batch in systems.items():
            scored = models.of_batch(metric, batch)
            found[name] = Measured(beside_one(scored.values), scored.values, mean_score, scored.signature)
        return found


def _counted(metric: Metric, batch: Batch) -> Measured:
    counted = statistics(metric, batch.hypothesis, batch.references)
    made = signature(counted, data=data_hash(batch.hypothesis, batch.references))
    return Measured(counted.values, segment_scores(counted), partial(fold, metric), made)
