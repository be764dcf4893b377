"""Limits from a team's own work: what separates the deliveries it accepted from those it rejected.

A proposal states how often it would have been wrong, on deliveries that it was not fitted to (leave one out), with the
exact bound that so few deliveries allow.
"""

from .limits import Labelled, Measure, Proposal, labelled, propose
from .toml import policy_text

__all__ = ["Labelled", "Measure", "Proposal", "labelled", "policy_text", "propose"]
