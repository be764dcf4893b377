"""Looking again and again: evidence that stays valid however often one looks, and whenever one stops.

An e-value is the wealth of a gambler who bets against "the limit is broken" (or "is kept") at odds that are fair if it
is true. Under that hypothesis it exceeds 20 at any time with probability at most 5 % (Ville 1939). Source:
Waudby-Smith and Ramdas, Estimating means of bounded random variables by betting, JRSS B 2024.
"""

import numpy as np

from .units import Floats

__all__ = ["running_evidence"]

_LARGEST = 700.0  # e ** 700 is the end of a float, and beyond all doubt
_STAKES = np.geomspace(0.01, 0.9, 24)  # shares of the wealth that are put at risk; the wealths are averaged


def running_evidence(gains: Floats, *, reach: float, population: int | None = None) -> Floats:
    """The e-value after each of the gains `(segments,)`, against the hypothesis that their mean is at most 0.

    The segments are in random order; `reach` is the largest loss that a segment can bring (gains are never below
    `-reach`), known before the first one is seen. With `population` they are drawn without replacement from so many,
    and what is left is expected to bring the mean of all to 0. The hypothesis may be rejected for good as soon as any
    e-value has reached 1 / risk.
    """
    column = np.asarray(gains, dtype=np.float64)
    if not 0.0 < reach < np.inf:
        raise ValueError("the largest loss is a positive number")
    if column.ndim != 1 or not np.isfinite(column).all():
        raise ValueError(f"one finite gain a segment is wanted, not {column.shape}")
    if column.size and column.min() < -reach * (1 + 1e-9):
        raise ValueError(f"a segment lost {-column.min():g}, more than the reach of {reach:g}")
    owed = np.zeros_like(column)
    if population is not None and column.size:
        if population < len(column):
            raise ValueError(f"{len(column)} segments cannot be drawn from a population of {population}")
        before = np.concatenate([[0.0], np.cumsum(column)[:-1]])
        owed = before / (population - np.arange(len(column)))  # what is left must lose this much each, on average
    stakes = _STAKES[:, None] / (reach + np.maximum(0.0, -owed))
    logs = np.cumsum(np.log1p(stakes * (column + owed)), axis=1)
    logs = np.minimum(logs, _LARGEST)
    top = logs.max(axis=0)
    evidence: Floats = np.exp(top) * np.exp(logs - top).mean(axis=0)
    return evidence
