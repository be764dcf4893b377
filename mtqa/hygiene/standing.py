"""What the file of a CAT tool says of its segments, counted: languages, origins, states, locks, tags gone astray."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

__all__ = ["Standing"]

_NAMED = 8  # segments in a sentence; the rest is counted


@dataclass(frozen=True, slots=True)
class Standing:
    """Segments by what is said of them, the most frequent first; "" where nothing is said.

    `languages` are those the file declares, `pt to en`. `locked` is a number; `astray` are the segments whose inline
    tags are not those of their source.
    """

    languages: Mapping[str, int]
    origins: Mapping[str, int]
    states: Mapping[str, int]
    locked: int
    astray: tuple[str, ...]

    @property
    def remarks(self) -> tuple[str, ...]:
        """One sentence for each thing that is said at all."""
        return tuple(self._sentences())

    def _sentences(self) -> Iterator[str]:
        counts = {"declared": self.languages, "origin": self.origins, "state": self.states}
        for name, counted in counts.items():
            if set(counted) != {""}:
                yield f"{name}: " + ", ".join(f"{count} {word or 'not said'}" for word, count in counted.items())
        if self.locked:
            yield f"locked: {self.locked} segment{'s' if self.locked != 1 else ''}"
        if self.astray:
            named = ", ".join(self.astray[:_NAMED]) + (", …" if len(self.astray) > _NAMED else "")
            yield f"inline tags that differ from the source: {len(self.astray)} (segment {named})"
