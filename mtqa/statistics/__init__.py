"""How sure a number is: intervals, tests and bounds on the statistics of segments.

Everything here is deterministic (a seed is part of the result), works on whole arrays, and knows neither texts nor
metrics: a *fold* turns summed statistics into scores, `(..., width) -> (...)`.
"""

from .compatible import SacrebleuResult, sacrebleu_bootstrap, sacrebleu_randomization
from .multiplicity import holm
from .permutation import Pair, Permutation, permutation_tests
from .rates import rate_interval
from .resampling import bca_interval, bootstrap_interval, bootstrap_sums, left_out, mean_interval, percentile_interval
from .units import SEED, Floats, Fold, clustered

__all__ = [
    "SEED",
    "Floats",
    "Fold",
    "Pair",
    "Permutation",
    "SacrebleuResult",
    "bca_interval",
    "bootstrap_interval",
    "bootstrap_sums",
    "clustered",
    "holm",
    "left_out",
    "mean_interval",
    "percentile_interval",
    "permutation_tests",
    "rate_interval",
    "sacrebleu_bootstrap",
    "sacrebleu_randomization",
]
