"""The typology of translation errors, what a severity costs, and the error span.

Category names are ours (`accuracy/number`); each carries the id of MQM-Full, its MQM dimension and the type of
ITS 2.0, so that findings can be handed to any tool that speaks one of the three.
"""

from .error import ERROR_COLUMNS, ErrorSpan, SystemicFinding
from .names import WMT_NAMES, category_of, wmt_name
from .profile import PROFILES, Profile, find_profile, penalty_rate, read_profile
from .quality import QualityScale, calibrated_quality, logarithmic_quality, raw_quality
from .severities import BUILT_IN, Severities, read_severities
from .typology import CATEGORIES, Category, Severity

__all__ = [
    "BUILT_IN",
    "CATEGORIES",
    "ERROR_COLUMNS",
    "PROFILES",
    "WMT_NAMES",
    "Category",
    "ErrorSpan",
    "Profile",
    "QualityScale",
    "Severities",
    "Severity",
    "SystemicFinding",
    "calibrated_quality",
    "category_of",
    "find_profile",
    "logarithmic_quality",
    "penalty_rate",
    "raw_quality",
    "read_profile",
    "read_severities",
    "wmt_name",
]
