"""Limits from a team's own work: what separates the deliveries it accepted from those it rejected.

A proposal states how often it would have been wrong, on deliveries that it was not fitted to (leave one out), with the
exact bound that so few deliveries allow. Severities are learnt from labelled errors (`severity`) in the same spirit.
"""

from .limits import Labelled, Measure, Proposal, labelled, propose
from .severity import FEWEST_LABELS, Judged, Label, judged, learn, read_labels
from .toml import policy_text

__all__ = [
    "FEWEST_LABELS",
    "Judged",
    "Label",
    "Labelled",
    "Measure",
    "Proposal",
    "judged",
    "labelled",
    "learn",
    "policy_text",
    "propose",
    "read_labels",
]
