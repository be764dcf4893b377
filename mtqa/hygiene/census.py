"""What a stream holds, counted: segments, words, languages, documents, systems."""

from dataclasses import dataclass

from ..segment import Batch
from ..text import word_count
from .stream import Digests, Window, windows
from .writing import Sample, language_name

__all__ = ["Census", "Column", "Count", "take_census"]


@dataclass(frozen=True, slots=True)
class Column:
    """One side of a stream: how many texts it has, their words, and the language of most of them.

    `share` is the share of the texts that could be told (60 to 119 are asked) in that language; both are None where
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
    """A stream in numbers. Columns that hold nothing are left out; `references` counts all of them."""

    segments: int
    references: int
    documents: int
    systems: int
    columns: tuple[Column, ...]


class Count:
    """A census at work, window by window; nameless documents and systems are not counted."""

    def __init__(self) -> None:
        self._segments = self._references = 0
        self._documents, self._systems = _Names(), _Names()
        self._sides = {name: _Side() for name in ("source", "hypothesis", "reference")}

    def add(self, window: Window) -> None:
        """The next segments."""
        batch = window.batch
        self._segments += len(batch)
        self._references += sum(map(len, batch.references))
        for document, system in zip(batch.document, batch.system, strict=True):
            self._documents.add(document)
            self._systems.add(system)
        for hypothesis, length in zip(batch.hypothesis, window.lengths, strict=True):
            self._sides["hypothesis"].add(hypothesis, length)
        for name, texts in (("source", batch.source), ("reference", window.references)):
            for text in texts:
                if text is not None:
                    self._sides[name].add(text, word_count(text))

    def taken(self) -> Census:
        """The numbers of what has been seen."""
        return Census(
            segments=self._segments,
            references=self._references,
            documents=self._documents.different,
            systems=self._systems.different,
            columns=tuple(side.column(name) for name, side in self._sides.items() if side.texts),
        )


def take_census(batch: Batch) -> Census:
    """The numbers of a batch; nameless documents and systems are not counted."""
    count = Count()
    for window in windows(batch):
        count.add(window)
    return count.taken()


class _Side:
    """The texts of one side."""

    def __init__(self) -> None:
        self.texts = self._words = 0
        self._sample = Sample()

    def add(self, text: str, length: int) -> None:
        self.texts += 1
        self._words += length
        self._sample.add(text)

    def column(self, name: str) -> Column:
        guess = self._sample.language()
        return Column(
            name, self.texts, self._words, guess.language if guess else None, guess.confidence if guess else None
        )


class _Names:
    """How many different names there are: 8 bytes for each time that another one comes."""

    def __init__(self) -> None:
        self._digests = Digests()
        self._last = ""

    def add(self, name: str) -> None:
        if name and name != self._last:
            self._digests.add(name)
            self._last = name

    @property
    def different(self) -> int:
        return self._digests.different
