"""A termbase: which words a customer wants for which, and which ones nobody wants to see."""

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Status", "Term", "Termbase"]


class Status(StrEnum):
    """What a customer says of a target term: `forbidden` ones must not stand, of the others one must."""

    PREFERRED = "preferred"
    ADMITTED = "admitted"
    FORBIDDEN = "forbidden"


@dataclass(frozen=True, slots=True)
class Term:
    """One concept: its source term, the target terms that may stand for it (the first is the one that is wanted), and
    those that must not.

    `source` is '' for a rule on the target side alone (a word that is never wanted). `case` says that upper and lower
    case count. `place` is where it stands: `terms.csv:7`.
    """

    source: str
    wanted: tuple[str, ...]
    forbidden: tuple[str, ...] = ()
    case: bool = False
    place: str = ""


@dataclass(frozen=True, slots=True)
class Termbase:
    """The terms of one file in its order. `source` and `target` are language codes, '' where the file names none."""

    name: str
    terms: tuple[Term, ...]
    source: str = ""
    target: str = ""

    def __len__(self) -> int:
        return len(self.terms)
