"""What is missing, doubled or out of place: empty texts, ids, repeated rows, rows that slipped."""

from collections.abc import Iterator, Sequence

from ..segment import Batch
from ..text import word_count
from .likeness import overlap, words
from .notice import Concern, Notice, amount, first_references, named, sides

__all__ = ["duplicate_ids", "empty_texts", "nothing", "outer_blanks", "repeated_segments", "shifted_rows"]

_LONG_ENOUGH = 4  # words; shorter segments ("Yes.", "Contact us") repeat in every clean document


def nothing(batch: Batch) -> Iterator[Notice]:
    """A batch without segments."""
    if not len(batch):
        yield Notice("nothing", Concern.WARNING, "there is no segment at all", (), "check the path and the columns")


def empty_texts(batch: Batch) -> Iterator[Notice]:
    """Hypotheses, references or sources that are empty or only blanks."""
    hypotheses = [i for i, text in enumerate(batch.hypothesis) if not text.strip()]
    references = [i for i, row in enumerate(batch.references) if any(not text.strip() for text in row)]
    sources = [i for i, text in enumerate(batch.source) if text is not None and not text.strip()]
    if hypotheses or references or sources:
        yield Notice(
            "empty-text",
            Concern.WARNING if hypotheses or references else Concern.NOTE,
            f"{sides(len(hypotheses), len(references), len(sources), one='is', many='are')} empty",
            named(batch, [*hypotheses, *references, *sources]),
            "fill them or drop the rows: an empty text counts as all words missing",
        )


def duplicate_ids(batch: Batch) -> Iterator[Notice]:
    """An id that stands twice within one document of one system."""
    doubled = _repeats(list(zip(batch.system, batch.document, batch.id, strict=True)))
    if doubled:
        yield Notice(
            "duplicate-id",
            Concern.WARNING,
            f"{amount(len(doubled), 'segment', 'has', 'have')} an id that was used before",
            named(batch, doubled),
            "make the ids unique within a document, or fill the document column",
        )


def repeated_segments(batch: Batch) -> Iterator[Notice]:
    """Segments of four words or more that repeat an earlier one of the same system in every text."""
    rows = list(zip(batch.system, batch.source, batch.hypothesis, batch.references, strict=True))
    doubled = [i for i in _repeats(rows) if word_count(batch.hypothesis[i]) >= _LONG_ENOUGH]
    if doubled:
        many = len(doubled) * 10 >= len(batch)
        yield Notice(
            "repeated-segment",
            Concern.WARNING if many else Concern.NOTE,
            f"{amount(len(doubled), 'segment', 'repeats', 'repeat')} an earlier one word for word (of {len(batch):,})",
            named(batch, doubled),
            "drop the repetitions if they should count once",
        )


def shifted_rows(batch: Batch) -> Iterator[Notice]:
    """Hypotheses that match the reference of a neighbouring row and not their own: the columns slipped."""
    texts = first_references(batch)
    hypotheses = [words(text) for text in batch.hypothesis]
    references = [words(text) if text is not None else frozenset() for text in texts]
    slipped = [i for i in range(len(batch)) if _matches_neighbour(i, hypotheses, references)]
    if len(slipped) >= 3 and len(slipped) * 20 >= len(batch):
        yield Notice(
            "shifted-rows",
            Concern.WARNING,
            f"{amount(len(slipped), 'hypothesis', 'matches', 'match')} the reference of a neighbouring row, "
            f"not the own one (of {len(batch):,})",
            named(batch, slipped),
            "align the two texts first: mtqa align HYP REF",
        )


def outer_blanks(batch: Batch) -> Iterator[Notice]:
    """Texts that begin or end with blanks; no metric sees them, a CAT tool may."""
    hypotheses = [i for i, text in enumerate(batch.hypothesis) if text != text.strip() and text.strip()]
    references = [
        i for i, row in enumerate(batch.references) if any(text != text.strip() and text.strip() for text in row)
    ]
    if hypotheses or references:
        said = sides(len(hypotheses), len(references), one="begins or ends", many="begin or end")
        yield Notice(
            "outer-blanks",
            Concern.NOTE,
            f"{said} with blanks",
            named(batch, [*hypotheses, *references]),
            "strip them before the delivery goes out",
        )


def _matches_neighbour(i: int, hypotheses: list[frozenset[str]], references: list[frozenset[str]]) -> bool:
    mine = hypotheses[i]
    if len(mine) < _LONG_ENOUGH or overlap(mine, references[i]) >= 0.2:
        return False
    near = [j for j in (i - 1, i + 1) if 0 <= j < len(references)]
    return any(len(references[j]) >= _LONG_ENOUGH and overlap(mine, references[j]) >= 0.4 for j in near)


def _repeats(keys: Sequence[tuple[object, ...]]) -> list[int]:
    """The positions of the keys that stood before."""
    seen: set[tuple[object, ...]] = set()
    found = []
    for position, key in enumerate(keys):
        if key in seen:
            found.append(position)
        seen.add(key)
    return found
