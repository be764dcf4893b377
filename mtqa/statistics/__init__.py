"""How sure a number is: intervals, tests and bounds on the statistics of segments.

Everything here is deterministic (a seed is part of the result), works on whole arrays, and knows neither texts nor
metrics: a *fold* turns summed statistics into scores, `(..., width) -> (...)`.
"""

from .rates import rate_interval
from .resampling import bootstrap_interval, mean_interval
from .units import SEED, Fold

__all__ = ["SEED", "Fold", "bootstrap_interval", "mean_interval", "rate_interval"]
