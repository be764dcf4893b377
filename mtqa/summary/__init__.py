"""An assessment folded: what is wrong most, where, and how sure the numbers are."""

from .fold import summarise
from .measured import Measured, measure
from .shape import Assessed, CategoryCount, Group, Rate, Status, Summary, WorstSegment

__all__ = [
    "Assessed",
    "CategoryCount",
    "Group",
    "Measured",
    "Rate",
    "Status",
    "Summary",
    "WorstSegment",
    "measure",
    "summarise",
]
