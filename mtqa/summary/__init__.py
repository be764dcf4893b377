"""An assessment folded: what is wrong most, where, and how sure the numbers are."""

from .fold import recount, summarise
from .identity import fingerprint
from .measured import Measured, measure
from .shape import Assessed, CategoryCount, Group, Rate, ReviewTally, Status, Summary, WorstSegment

__all__ = [
    "Assessed",
    "CategoryCount",
    "Group",
    "Measured",
    "Rate",
    "ReviewTally",
    "Status",
    "Summary",
    "WorstSegment",
    "fingerprint",
    "measure",
    "recount",
    "summarise",
]
