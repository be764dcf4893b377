"""Termbases (CSV, TBX): read at the door, refused where a line is broken, and met in a text whatever the inflection."""

from .matching import Glossary, Hit, Missing
from .reading import read_termbase
from .term import Concept, Side, Status, Term, Termbase, Word

__all__ = [
    "Concept",
    "Glossary",
    "Hit",
    "Missing",
    "Side",
    "Status",
    "Term",
    "Termbase",
    "Word",
    "read_termbase",
]
