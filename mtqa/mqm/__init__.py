"""The typology of translation errors, what a severity costs, and the error span.

Category names are ours (`accuracy/number`); each carries the id of MQM-Full, its MQM dimension and the type of
ITS 2.0, so that findings can be handed to any tool that speaks one of the three.
"""

from .error import ERROR_COLUMNS, ErrorSpan, SystemicFinding
from .profile import PROFILES, Profile, find_profile, penalty_rate, read_profile
from .typology import CATEGORIES, Category, Severity

__all__ = [
    "CATEGORIES",
    "ERROR_COLUMNS",
    "PROFILES",
    "Category",
    "ErrorSpan",
    "Profile",
    "Severity",
    "SystemicFinding",
    "find_profile",
    "penalty_rate",
    "read_profile",
]
