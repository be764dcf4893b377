"""May we accept it? A policy, its checks, and a verdict whose error rates are what it says."""

from .decisions import read_decisions
from .judge import gate
from .policy import INTEGRITY, Policy, Role
from .reading import find_policy, read_policy
from .trust import Decisions, Precision, measured_precision
from .verdict import Check, Outcome, Verdict

__all__ = [
    "INTEGRITY",
    "Check",
    "Decisions",
    "Outcome",
    "Policy",
    "Precision",
    "Role",
    "Verdict",
    "find_policy",
    "gate",
    "measured_precision",
    "read_decisions",
    "read_policy",
]
