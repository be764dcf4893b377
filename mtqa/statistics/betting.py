"""Bounds of a mean that hold however often one looks: a confidence sequence by betting.

A bettor stakes against every mean that there might be. Against the true one the capital is not expected to grow, so
that it ever reaches 2 / alpha has a chance of at most alpha / 2 on either side (Ville 1939); the means against which it
did are ruled out for good. For a single limit `sequential.running_evidence` is the same idea. Source: Waudby-Smith and
Ramdas, Estimating means of bounded random variables by betting, JRSS B 86 (2024).
"""

import math

import numpy as np
from numpy.typing import NDArray

from .units import BLOCK_CELLS, Floats, checked_confidence

__all__ = ["betting_bounds"]

_CAUTION = 0.5  # of the largest stake that cannot go broke
_GRID = 1000
_ROUNDING = 1e-12


def betting_bounds(
    values: Floats,
    *,
    lowest: float = 0.0,
    highest: float = 1.0,
    confidence: float = 0.95,
    population: int | None = None,
) -> tuple[Floats, Floats]:
    """A confidence sequence for the mean of bounded values: lower and upper bounds after each unit, `(units,)` each.

    All of them hold at once with the given confidence, so one may stop at any. Never wider than one unit before.
    Resolution: a thousandth of the range, rounded outwards. The price of looking always: 2 to 3 times the width of an
    interval of fixed size (Beta(1, 9) values, 400 and 100 units). Assumes units in random order and values within
    [lowest, highest], else a ValueError: the guarantee rests on it. With `population` they are drawn without
    replacement from so many, and what is left is known ever better.
    """
    column = _within(values, lowest, highest)
    wanted = math.log(2.0 / (1.0 - checked_confidence(confidence)))
    scaled = (column - lowest) / (highest - lowest)
    grid = np.linspace(0.0, 1.0, _GRID + 1)
    first = _first_standing(_ruled_out(scaled, grid, population, wanted), len(scaled))
    last = _first_standing(_ruled_out(1.0 - scaled, grid, population, wanted), len(scaled))
    steps = (highest - lowest) / _GRID
    return lowest + steps * np.maximum(first - 1, 0), highest - steps * np.maximum(last - 1, 0)


def _ruled_out(scaled: Floats, grid: Floats, population: int | None, wanted: float) -> NDArray[np.intp]:
    """For each mean of the grid, after how many units it was too low to be true; one more than all if it never was."""
    times = []
    columns = max(1, BLOCK_CELLS // len(scaled))
    for start in range(0, len(grid), columns):
        targets = _targets(scaled, grid[start : start + columns], population)
        reached = _log_capital(scaled, targets) >= wanted
        times.append(np.where(reached.any(axis=0), np.argmax(reached, axis=0) + 1, len(scaled) + 1))
    return np.concatenate(times)


def _first_standing(ruled_out: NDArray[np.intp], units: int) -> NDArray[np.intp]:
    """After each unit, the first mean of the grid that was not yet ruled out."""
    return np.searchsorted(np.maximum.accumulate(ruled_out), np.arange(1, units + 1), side="right")


def _log_capital(scaled: Floats, targets: Floats) -> Floats:
    """Log of the capital `(units, targets)` of a bettor on values above the target; scaled to [0, 1].

    The stake looks at earlier units only: the gap over the variance plus its square (an approximate Kelly stake), from
    a prior of one unit at 1/2 with variance 1/4, and at most half of what could be lost at once.
    """
    seen = np.arange(1, len(scaled) + 1)
    means = (0.5 + np.concatenate([[0.0], np.cumsum(scaled)[:-1]])) / seen
    later = (0.5 + np.cumsum(scaled)) / (seen + 1)
    spreads = (0.25 + np.concatenate([[0.0], np.cumsum((scaled - later) ** 2)[:-1]])) / seen
    gaps = means[:, None] - targets
    stakes = np.clip(gaps / (spreads[:, None] + gaps**2), 0.0, _CAUTION / np.maximum(targets, 1e-9))
    growth = np.log1p(np.where(targets > 1.0, 0.0, stakes * (scaled[:, None] - targets)))
    # a target below 0 is impossible: what has been seen already is more than the population could have held
    return np.where(np.maximum.accumulate(targets < -_ROUNDING, axis=0), np.inf, np.cumsum(growth, axis=0))


def _targets(scaled: Floats, means: Floats, population: int | None) -> Floats:
    """What the next unit's mean would be `(units, means)`, were the whole mean so: drawn units are gone."""
    if population is None:
        return np.broadcast_to(means, (len(scaled), len(means))).astype(np.float64)
    if population < len(scaled):
        raise ValueError(f"{len(scaled)} units cannot be drawn from a population of {population}")
    gone = np.concatenate([[0.0], np.cumsum(scaled)[:-1]])[:, None]
    left = (population - np.arange(len(scaled)))[:, None]
    rest: Floats = (population * means[None, :] - gone) / left
    return rest


def _within(values: Floats, lowest: float, highest: float) -> Floats:
    column = np.asarray(values, dtype=np.float64)
    if column.ndim != 1 or not len(column):
        raise ValueError(f"values are (units,), at least one, not {column.shape}")
    if not ((column >= lowest) & (column <= highest)).all():
        raise ValueError(f"all values must lie within [{lowest:g}, {highest:g}]: the guarantee rests on it")
    return column
