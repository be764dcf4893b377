"""A termbase: which words a customer wants for which, and which ones nobody wants to see."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from ..refusal import Refusal

__all__ = ["Concept", "Side", "Status", "Term", "Termbase", "Word"]


class Status(StrEnum):
    """What a customer says of a term: a `forbidden` one must not stand, one of the others must."""

    PREFERRED = "preferred"
    ADMITTED = "admitted"
    FORBIDDEN = "forbidden"


class Side(StrEnum):
    """On which side of a translation a word belongs; a TBX names languages and leaves that open."""

    SOURCE = "source"
    TARGET = "target"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a concept, as it is looked up: its text, what is said of it, its side or its language code."""

    text: str
    status: Status = Status.PREFERRED
    side: Side = Side.OPEN
    language: str = ""


@dataclass(frozen=True, slots=True)
class Concept:
    """The words of one concept in all languages, and where it stands: `terms.csv:7`. `case`: case counts."""

    words: tuple[Word, ...]
    place: str
    case: bool = False


@dataclass(frozen=True, slots=True)
class Term:
    """A concept in one direction: source words, target words of which one is wanted (the first best), forbidden ones.

    Without a source word it is a rule on the target alone: a word that is never wanted.
    """

    source: tuple[str, ...]
    wanted: tuple[str, ...]
    forbidden: tuple[str, ...]
    case: bool
    place: str


@dataclass(frozen=True, slots=True)
class Termbase:
    """The concepts of one file, in its order."""

    name: str
    concepts: tuple[Concept, ...]

    def __len__(self) -> int:
        return len(self.concepts)

    @property
    def languages(self) -> tuple[str, ...]:
        """The language codes that it names, in their first order; none for a table of two columns."""
        return tuple(dict.fromkeys(w.language for c in self.concepts for w in c.words if w.side is Side.OPEN))

    def between(self, source: str, target: str) -> tuple[Term, ...]:
        """The terms from one language to the other (codes; 'und' or '' where the source is not known).

        A source that is not known is every language but the target. Refuses a termbase that has no word of the target
        language, and a target that is not known where the termbase names languages.
        """
        if self.languages and target not in self.languages:
            known = ", ".join(self.languages)
            what = f"the language of the hypotheses is not known, the termbase has {known}"
            if target not in ("", "und"):
                what = f"no term in the language {target}, only in {known}"
            raise Refusal(what, where=self.name, mend="name the language with --language, or give its termbase")
        found = []
        for concept in self.concepts:
            theirs = [w.text for w in concept.words if _is_source(w, source, target)]
            ours = [w for w in concept.words if w.side is Side.TARGET or (w.side is Side.OPEN and w.language == target)]
            wanted = _texts(ours, Status.PREFERRED) + _texts(ours, Status.ADMITTED)
            forbidden = _texts(ours, Status.FORBIDDEN)
            if forbidden or (theirs and wanted):
                found.append(Term(tuple(theirs), wanted, forbidden, concept.case, concept.place))
        return tuple(found)


def _is_source(word: Word, source: str, target: str) -> bool:
    if word.side is not Side.OPEN:
        return word.side is Side.SOURCE
    return word.language != target if source in ("", "und") else word.language == source


def _texts(words: Sequence[Word], status: Status) -> tuple[str, ...]:
    return tuple(word.text for word in words if word.status is status)
