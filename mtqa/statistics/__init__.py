"""How sure a number is: intervals, tests and bounds on the statistics of segments.

Everything here is deterministic (a seed is part of the result), works on whole arrays, and knows neither texts nor
metrics: a *fold* turns summed statistics into scores, `(..., width) -> (...)`.
"""

from .acceptance import Plan, SequentialPlan, acceptance_plan, sequential_plan
from .betting import betting_bounds
from .binomial import clean_segments_needed, share_bounds, share_exceeds_p
from .cautious import cautious_bound, mean_exceeds_p, rate_exceeds_p
from .charts import Chart, Signal, laney_u, xmr
from .compatible import SacrebleuResult, sacrebleu_bootstrap, sacrebleu_randomization
from .multiplicity import holm
from .permutation import Pair, Permutation, permutation_tests
from .rates import rate_interval
from .resampling import bca_interval, bootstrap_interval, bootstrap_sums, left_out, mean_interval, percentile_interval
from .sequential import running_evidence
from .units import SEED, Floats, Fold, clustered

__all__ = [
    "SEED",
    "Chart",
    "Floats",
    "Fold",
    "Pair",
    "Permutation",
    "Plan",
    "SacrebleuResult",
    "SequentialPlan",
    "Signal",
    "acceptance_plan",
    "bca_interval",
    "betting_bounds",
    "bootstrap_interval",
    "bootstrap_sums",
    "cautious_bound",
    "clean_segments_needed",
    "clustered",
    "holm",
    "laney_u",
    "left_out",
    "mean_exceeds_p",
    "mean_interval",
    "percentile_interval",
    "permutation_tests",
    "rate_exceeds_p",
    "rate_interval",
    "running_evidence",
    "sacrebleu_bootstrap",
    "sacrebleu_randomization",
    "sequential_plan",
    "share_bounds",
    "share_exceeds_p",
    "xmr",
]
