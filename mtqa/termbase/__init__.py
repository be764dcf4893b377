"""Termbases (CSV, TBX): read at the door, refused where a line is broken, and met in a text whatever the inflection."""

from .term import Status, Term, Termbase

__all__ = ["Status", "Term", "Termbase"]
