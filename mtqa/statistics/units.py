"""What is resampled: segments, or the documents that they stand in."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["BLOCK_CELLS", "SEED", "Floats", "Fold", "checked_confidence", "clustered", "single_is_exact"]

Floats = NDArray[np.float64]
# Summed statistics `(..., width)` to scores `(...)`: the corpus score of a metric, a mean, a rate.
Fold = Callable[[Floats], Floats]

SEED = 12345  # sacrebleu's default, so that both draw the same samples
BLOCK_CELLS = 1 << 22  # cells of one block of a sampling matrix: 32 MiB of float64, whatever the number of segments


def clustered(values: Floats, clusters: Sequence[object] | None) -> Floats:
    """The statistics of the units that are drawn: `values (segments, width)` themselves, or their sums by cluster.

    Clusters come in the order of their first segment; without clusters every segment is its own unit.
    Refuses (ValueError) values that are not two-dimensional or not finite, and labels of another length.
    """
    table = np.ascontiguousarray(values, dtype=np.float64)
    if table.ndim != 2:
        raise ValueError(f"statistics are (segments, width), not {table.shape}")
    if not np.isfinite(table).all():
        raise ValueError("statistics are finite numbers: a missing score is left out, not passed as NaN")
    if clusters is None:
        return table
    if len(clusters) != len(table):
        raise ValueError(f"{len(clusters)} cluster labels for {len(table)} segments")
    number: dict[object, int] = {}
    of_segment = np.array([number.setdefault(label, len(number)) for label in clusters], dtype=np.intp)
    sums = np.zeros((len(number), table.shape[1]))
    np.add.at(sums, of_segment, table)
    return sums


def single_is_exact(values: Floats, *, often: bool = False) -> bool:
    """Whether every sum of these rows is exact in single precision: each row at most once, or `often`, as many in all.

    True for whole numbers whose sums stay below 2 ** 24 in size; products with them cost half of double precision.
    """
    if not values.size:
        return True
    sizes = np.abs(values)
    largest = float(sizes.max()) * len(values) if often else float(sizes.sum(axis=0).max())
    return largest < 2**24 and bool((values == np.rint(values)).all())


def checked_confidence(confidence: float) -> float:
    """The confidence, a share strictly between 0 and 1; anything else is a ValueError (95 is not .95)."""
    if not 0.0 < confidence < 1.0:
        raise ValueError(f"confidence is a share between 0 and 1, not {confidence!r}")
    return confidence
