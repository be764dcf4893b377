"""The ledger: what each vendor delivered, in which language pair, how good it was, and whether that drifts.

Append-only, in one SQLite file or on a PostgreSQL server. A new verdict on the same texts is a new line; the
latest one counts.
"""

from .chart import control_chart_svg
from .record import Entry, entry_of
from .store import Ledger
from .trends import BASELINE, Standing, Trend, board, latest, trend

__all__ = [
    "BASELINE",
    "Entry",
    "Ledger",
    "Standing",
    "Trend",
    "board",
    "control_chart_svg",
    "entry_of",
    "latest",
    "trend",
]
