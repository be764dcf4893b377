"""Several tests at once: adjusted p-values."""

from collections.abc import Sequence

__all__ = ["holm"]


def holm(ps: Sequence[float]) -> tuple[float, ...]:
    """The p-values adjusted by Holm's step-down method, in their order, at most 1.

    Rejecting those at or below a level keeps the chance of any false rejection at that level, whatever the dependence
    of the tests (Holm 1979). No p-values give none; what lies outside 0..1, NaN too, is a ValueError.
    """
    wrong = [p for p in ps if not 0.0 <= p <= 1.0]
    if wrong:
        raise ValueError(f"a probability between 0 and 1 is wanted, not {wrong[0]}")
    order = sorted(range(len(ps)), key=lambda number: ps[number])
    adjusted = [0.0] * len(ps)
    reached = 0.0
    for rank, number in enumerate(order):
        reached = max(reached, min(1.0, (len(ps) - rank) * ps[number]))
        adjusted[number] = reached
    return tuple(adjusted)
