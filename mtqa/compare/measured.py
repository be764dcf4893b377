"""What is measured of a system: one row of statistics a segment, whose sums fold to the system's score.

Metrics that are counted bring their own statistics; a neural score is its own statistic, and its fold is the mean.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from ..engines import data_hash, fold, segment_scores, signature, statistics
from ..metric import Metric, Signature
from ..segment import Batch
from ..statistics import Floats, Fold

__all__ = ["Measured", "Model", "measured"]


@dataclass(frozen=True, slots=True)
class Model:
    """Which checkpoint computes a neural metric (None: the metric's own), and whether it may be fetched."""

    path: str | Path | None = None
    online: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """Statistics `(segments, width)`, scores `(segments,)`, the fold from sums to the system's score, the signature."""

    values: Floats
    scores: Floats
    fold: Fold
    signature: Signature


def measured(metric: Metric, systems: Mapping[str, Batch], model: Model) -> dict[str, Measured]:
    """Every system under one metric, by name; a model is opened once for all of them."""
    from ..neural import DEFAULT_MODEL

    if metric.key in DEFAULT_MODEL:
        return _by_model(metric, systems, model)
    return {name: _counted(metric, batch) for name, batch in systems.items()}


def _counted(metric: Metric, batch: Batch) -> Measured:
    counted = statistics(metric, batch.hypothesis, batch.references)
    made = signature(counted, data=data_hash(batch.hypothesis, batch.references))
    return Measured(counted.values, segment_scores(counted), partial(fold, metric), made)


def _by_model(metric: Metric, systems: Mapping[str, Batch], model: Model) -> dict[str, Measured]:
    from ..neural import open_scorer

    scorer = open_scorer(metric, model=model.path, online=model.online)
    try:
        found = {}
        for name, batch in systems.items():
            scored = scorer.score(batch.hypothesis, batch.source, batch.references, ids=batch.id)
            rows = np.stack([scored.values, np.ones(len(scored))], axis=1)
            found[name] = Measured(rows, scored.values, _mean, scored.signature)
        return found
    finally:
        scorer.cache.close()


def _mean(sums: Floats) -> Floats:
    means: Floats = sums[..., 0] / sums[..., 1]
    return means
