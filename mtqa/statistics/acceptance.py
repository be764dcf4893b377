"""Acceptance sampling: how many segments to inspect, and how many defective ones to accept.

Plans are computed from the exact binomial (hypergeometric for a lot of known size); they are like those of ISO 2859
but are not its tables.
"""

import math
from dataclasses import dataclass
from typing import Literal

from .distributions import binomial_share, hypergeometric_share

__all__ = ["Plan", "SequentialPlan", "acceptance_plan", "sequential_plan"]

_MOST = 100_000


@dataclass(frozen=True, slots=True)
class Plan:
    """Inspect `inspect` random segments, accept the delivery with at most `accept` defective ones.

    `producer_risk` is the chance to reject a delivery at the acceptable level, `consumer_risk` that to accept one at
    the limiting level; both are the exact risks of this plan, at most those asked for.
    """

    inspect: int
    accept: int
    producer_risk: float
    consumer_risk: float
    population: int | None = None

    def acceptance(self, share: float) -> float:
        """The chance that a delivery with this share of defective segments is accepted (operating characteristic)."""
        return _chance(self.accept, self.inspect, share, self.population)


def acceptance_plan(
    acceptable: float,
    limiting: float,
    *,
    producer_risk: float = 0.05,
    consumer_risk: float = 0.10,
    population: int | None = None,
) -> Plan:
    """The smallest single-sampling plan that keeps both risks; shares of defective segments, 0 < acceptable < limiting.

    1 % / 5 % gives 132 segments and 3 defective, 2.5 % / 10 % gives 78 and 4. Assumes a random sample and an
    inspection that finds what is there. With `population` the lot is finite, and the plan may be to inspect all.
    """
    _check(acceptable, limiting, producer_risk, consumer_risk)
    if population is not None and population < 1:
        raise ValueError(f"a delivery of {population} segments cannot be sampled")
    accept = 0
    for inspect in range(1, (population or _MOST) + 1):
        # a larger sample may accept more: raise the number while the consumer stays protected
        while accept < inspect and _chance(accept + 1, inspect, limiting, population) <= consumer_risk:
            accept += 1
        consumer = _chance(accept, inspect, limiting, population)
        producer = 1.0 - _chance(accept, inspect, acceptable, population)
        if consumer <= consumer_risk and producer <= producer_risk:
            return Plan(inspect, accept, producer, consumer, population)
    raise ValueError(f"no plan of at most {population or _MOST} segments keeps both risks: the levels are too near")


@dataclass(frozen=True, slots=True)
class SequentialPlan:
    """Wald's sequential probability ratio test (1945): decide after any number of segments.

    Accept when the defective ones are at most `slope * inspected - accept_from`, reject when they are at least
    `slope * inspected + reject_from`, go on in between.
    """

    slope: float
    accept_from: float
    reject_from: float

    def decide(self, defective: int, inspected: int) -> Literal["accept", "reject"] | None:
        """The decision after so many segments; None: inspect another one."""
        if defective >= self.slope * inspected + self.reject_from:
            return "reject"
        return "accept" if defective <= self.slope * inspected - self.accept_from else None


def sequential_plan(
    acceptable: float, limiting: float, *, producer_risk: float = 0.05, consumer_risk: float = 0.10
) -> SequentialPlan:
    """The sequential plan of the two levels and risks; the risks hold approximately (Wald's bounds, overshoot helps).

    Assumes segments in random order that are judged one by one. It saves about half of the inspections on average,
    and has no upper limit in a single case.
    """
    _check(acceptable, limiting, producer_risk, consumer_risk)
    odds = math.log(limiting / acceptable) + math.log((1 - acceptable) / (1 - limiting))
    return SequentialPlan(
        slope=math.log((1 - acceptable) / (1 - limiting)) / odds,
        accept_from=math.log((1 - producer_risk) / consumer_risk) / odds,
        reject_from=math.log((1 - consumer_risk) / producer_risk) / odds,
    )


def _chance(accept: int, inspect: int, share: float, population: int | None) -> float:
    """The chance of at most `accept` defective ones among `inspect`."""
    if population is None:
        return binomial_share(accept, inspect, share)
    return hypergeometric_share(accept, inspect, math.ceil(share * population - 1e-9), population)


def _check(acceptable: float, limiting: float, producer_risk: float, consumer_risk: float) -> None:
    if not 0.0 < acceptable < limiting < 1.0:
        raise ValueError(f"0 < acceptable < limiting < 1 is wanted, not {acceptable:g} and {limiting:g}")
    if not (0.0 < producer_risk < 1.0 and 0.0 < consumer_risk < 1.0):
        raise ValueError(f"risks lie strictly between 0 and 1, not {producer_risk:g} and {consumer_risk:g}")
