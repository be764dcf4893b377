"""What a batch holds, counted: segments, words, languages, documents, systems."""

from collections.abc import Sequence
from dataclasses import dataclass

from ..segment import Batch
from ..text import word_count
from .notice import first_references
from .writing import language_name, usual_language

__all__ = ["Census", "Column", "take_census"]


@dataclass(frozen=True, slots=True)
class Column:
    """One side of a batch: how many texts it has, their words, and the language of most of them.

    `share` is the share of the texts that could be told (about 60 are asked) in that language; both are None where
    they are too short or too mixed.
    """

    name: str
    texts: int
    words: int
    language: str | None
    share: float | None

    @property
    def language_name(self) -> str | None:
        """The English name of the language."""
        return None if self.language is None else language_name(self.language)


@dataclass(frozen=True, slots=True)
class Census:
    """A batch in numbers. Columns that hold nothing are left out; `references` counts all of them."""

    segments: int
    references: int
    documents: int
    systems: int
    columns: tuple[Column, ...]


def take_census(batch: Batch) -> Census:
    """The numbers of a batch; nameless documents and systems are not counted."""
    sides: tuple[tuple[str, Sequence[str | None]], ...] = (
        ("source", batch.source),
        ("hypothesis", batch.hypothesis),
        ("reference", first_references(batch)),
    )
    columns = tuple(_column(name, texts) for name, texts in sides if any(text is not None for text in texts))
    return Census(
        segments=len(batch),
        references=sum(map(len, batch.references)),
        documents=len({*batch.document} - {""}),
        systems=len({*batch.system} - {""}),
        columns=columns,
    )


def _column(name: str, texts: Sequence[str | None]) -> Column:
    present = [text for text in texts if text is not None]
    guess = usual_language(present, least=1)
    return Column(
        name,
        len(present),
        sum(map(word_count, present)),
        guess.language if guess else None,
        guess.confidence if guess else None,
    )
