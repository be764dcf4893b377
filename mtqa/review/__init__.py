"""What people decided about the findings: read from the page, merged with a trail, settled, compared."""

from .agreement import Agreement, Disagreement, agreements
from .decision import Decision, Entry, Mark, Review, Role, Sheet, Verb
from .merging import merge
from .reading import read_sheet, sheet_of
from .replies import REPLY_COLUMNS, REPLY_FIRST_ROW, REPLY_WORDS
from .settling import Settled, settle
from .trail import FILES, read_review, write_review
from .writing import decisions_text

__all__ = [
    "FILES",
    "REPLY_COLUMNS",
    "REPLY_FIRST_ROW",
    "REPLY_WORDS",
    "Agreement",
    "Decision",
    "Disagreement",
    "Entry",
    "Mark",
    "Review",
    "Role",
    "Settled",
    "Sheet",
    "Verb",
    "agreements",
    "decisions_text",
    "merge",
    "read_review",
    "read_sheet",
    "settle",
    "sheet_of",
    "write_review",
]
