"""Control charts: is a delivery unlike its predecessors, or is this how the vendor always varies?"""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from .units import Floats

__all__ = ["Chart", "Signal", "laney_u", "xmr"]

_D2 = 1.128  # mean moving range of two over sigma, for normal values
_RUN = 9


@dataclass(frozen=True, slots=True)
class Signal:
    """A delivery that is out of control, by position: `limit` beyond three sigma, `run` the ninth on one side."""

    position: int
    rule: Literal["limit", "run"]


@dataclass(frozen=True, slots=True, eq=False)
class Chart:
    """Values `(deliveries,)` with their centre, limits `(deliveries,)` at three sigma, and the signals in order."""

    values: Floats
    centre: float
    lower: Floats
    upper: Floats
    signals: tuple[Signal, ...]


def xmr(values: Floats, *, baseline: int | None = None) -> Chart:
    """A chart of single values (metric means, say): limits at the mean ± 2.66 mean moving ranges (Shewhart, Wheeler).

    The limits come from the first `baseline` values (None: all), at least two. Assumes independent deliveries of
    roughly normal values; 0 to 0.7 % of in-control deliveries of real MQM data alarm (notes/ecosystem.md).
    """
    column = _column(values)
    learned = _learned(len(column), baseline)
    centre = float(column[:learned].mean())
    reach = 3.0 * float(np.abs(np.diff(column[:learned])).mean()) / _D2
    return _charted(column, centre, np.full(len(column), centre - reach), np.full(len(column), centre + reach))


def laney_u(points: Floats, words: Floats, *, per: float = 1000.0, baseline: int | None = None) -> Chart:
    """A chart of rates `per * points / words` with limits by the size of each delivery: Laney's u′ (2002).

    The Poisson sigma of a textbook u-chart is multiplied by the spread that the standardised rates really have, since
    penalty points vary 9 to 30 times as much as Poisson counts: a plain u-chart alarms on 33 to 60 % of in-control
    deliveries. Lower limits stop at 0. Without any points in the baseline there are no limits: refused.
    """
    counts, sizes = _column(points), _column(words)
    if len(counts) != len(sizes) or (sizes <= 0).any() or (counts < 0).any():
        raise ValueError("points are never negative, words always positive, one of each a delivery")
    learned = _learned(len(counts), baseline)
    rate = float(counts[:learned].sum() / sizes[:learned].sum())
    if rate == 0.0:
        raise ValueError("no points in the baseline: its spread is not known")
    sigma = np.sqrt(rate / sizes)
    standard = (counts / sizes - rate) / sigma
    spread = float(np.abs(np.diff(standard[:learned])).mean()) / _D2
    reach = 3.0 * spread * sigma
    return _charted(per * counts / sizes, per * rate, per * np.maximum(rate - reach, 0.0), per * (rate + reach))


def _charted(values: Floats, centre: float, lower: Floats, upper: Floats) -> Chart:
    """Nelson's rules 1 (beyond a limit) and 2 (nine in a row on one side); a value on the centre ends a run."""
    signals = []
    run, side = 0, 0.0
    for position, value in enumerate(values):
        here = math.copysign(1.0, value - centre) if value != centre else 0.0
        run = run + 1 if here == side and here else int(here != 0.0)
        side = here
        if not lower[position] <= value <= upper[position]:
            signals.append(Signal(position, "limit"))
        if run >= _RUN:
            signals.append(Signal(position, "run"))
    return Chart(values, centre, lower, upper, tuple(signals))


def _learned(deliveries: int, baseline: int | None) -> int:
    learned = deliveries if baseline is None else baseline
    if not 2 <= learned <= deliveries:
        raise ValueError(f"limits need 2 to {deliveries} deliveries, not {learned}")
    return learned


def _column(values: Floats) -> Floats:
    column = np.asarray(values, dtype=np.float64)
    if column.ndim != 1 or not np.isfinite(column).all():
        raise ValueError(f"one finite number a delivery is wanted, not {column.shape}")
    return column
