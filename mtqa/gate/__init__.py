"""May we accept it? A policy, its checks, and a verdict whose error rates are what it says."""

from .judge import gate
from .policy import INTEGRITY, Policy, Role
from .reading import find_policy, read_policy, read_waivers
from .trust import Decisions, Precision, measured_precision
from .verdict import Check, Outcome, Verdict
from .waivers import Applied, State, Waiver

__all__ = [
    "INTEGRITY",
    "Applied",
    "Check",
    "Decisions",
    "Outcome",
    "Policy",
    "Precision",
    "Role",
    "State",
    "Verdict",
    "Waiver",
    "find_policy",
    "gate",
    "measured_precision",
    "read_policy",
    "read_waivers",
]
