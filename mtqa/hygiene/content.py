"""What is missing, doubled or out of place: empty texts, ids, repeated rows, rows that slipped."""

from .likeness import overlap
from .notice import Concern, Notice, amount, sides
from .stream import Check, Digests, Stream, positions

__all__ = ["duplicate_ids", "empty_texts", "nothing", "outer_blanks", "repeated_segments", "shifted_rows"]

_LONG_ENOUGH = 4  # words; shorter segments ("Yes.", "Contact us") repeat in every clean document


def nothing(stream: Stream) -> Check:
    """A stream without segments."""
    while (yield None):
        pass
    if not stream.segments:
        yield Notice("nothing", Concern.WARNING, "there is no segment at all", (), "check the path and the columns")


def empty_texts(stream: Stream) -> Check:
    """Hypotheses, references or sources that are empty or only blanks."""
    hypotheses, references, sources = positions(), positions(), positions()
    while window := (yield None):
        batch = window.batch
        rows = zip(window.positions, batch.hypothesis, batch.references, batch.source, strict=True)
        for i, hypothesis, several, source in rows:
            if not hypothesis.strip():
                hypotheses.append(i)
            if any(not text.strip() for text in several):
                references.append(i)
            if source is not None and not source.strip():
                sources.append(i)
    if hypotheses or references or sources:
        yield Notice(
            "empty-text",
            Concern.WARNING if hypotheses or references else Concern.NOTE,
            f"{sides(len(hypotheses), len(references), len(sources), one='is', many='are')} empty",
            stream.named(hypotheses, references, sources),
            "fill them or drop the rows: an empty text counts as all words missing",
        )


def duplicate_ids(stream: Stream) -> Check:
    """An id that stands twice within one document of one system."""
    ids = Digests()
    while window := (yield None):
        batch = window.batch
        for key in zip(batch.system, batch.document, batch.id, strict=True):
            ids.add(*key)
    doubled = ids.repeats()
    if doubled:
        yield Notice(
            "duplicate-id",
            Concern.WARNING,
            f"{amount(len(doubled), 'segment', 'has', 'have')} an id that was used before",
            stream.named(doubled),
            "make the ids unique within a document, or fill the document column",
        )


def repeated_segments(stream: Stream) -> Check:
    """Segments of four words or more that repeat an earlier one of the same system in every text."""
    rows, places = Digests(), positions()
    while window := (yield None):
        batch = window.batch
        keys = zip(batch.system, batch.source, batch.hypothesis, batch.references, strict=True)
        for i, length, key in zip(window.positions, window.lengths, keys, strict=True):
            if length >= _LONG_ENOUGH:
                rows.add(*key)
                places.append(i)
    doubled = [places[row] for row in rows.repeats()]
    if doubled:
        many = len(doubled) * 10 >= stream.segments
        said = amount(len(doubled), "segment", "repeats", "repeat")
        yield Notice(
            "repeated-segment",
            Concern.WARNING if many else Concern.NOTE,
            f"{said} an earlier one word for word (of {stream.segments:,})",
            stream.named(doubled),
            "drop the repetitions if they should count once",
        )


def shifted_rows(stream: Stream) -> Check:
    """Hypotheses that match the reference of a neighbouring row and not their own: the columns slipped."""
    slipped = positions()
    nobody: frozenset[str] = frozenset()
    before, mine, own = nobody, nobody, nobody  # the reference of the row before, and both sides of the row at hand
    while window := (yield None):
        rows = zip(window.positions, window.hypothesis_words, window.reference_words, strict=True)
        for i, hypothesis, reference in rows:
            if _matches_neighbour(mine, own, (before, reference)):
                slipped.append(i - 1)
            before, mine, own = own, hypothesis, reference
    if _matches_neighbour(mine, own, (before,)):
        slipped.append(stream.segments - 1)
    if len(slipped) >= 3 and len(slipped) * 20 >= stream.segments:
        yield Notice(
            "shifted-rows",
            Concern.WARNING,
            f"{amount(len(slipped), 'hypothesis', 'matches', 'match')} the reference of a neighbouring row, "
            f"not the own one (of {stream.segments:,})",
            stream.named(slipped),
            "align the two texts first: mtqa align HYP REF",
        )


def outer_blanks(stream: Stream) -> Check:
    """Texts that begin or end with blanks; no metric sees them, a CAT tool may."""
    hypotheses, references = positions(), positions()
    while window := (yield None):
        rows = zip(window.positions, window.batch.hypothesis, window.batch.references, strict=True)
        for i, hypothesis, several in rows:
            if hypothesis != hypothesis.strip() and hypothesis.strip():
                hypotheses.append(i)
            if any(text != text.strip() and text.strip() for text in several):
                references.append(i)
    if hypotheses or references:
        said = sides(len(hypotheses), len(references), one="begins or ends", many="begin or end")
        yield Notice(
            "outer-blanks",
            Concern.NOTE,
            f"{said} with blanks",
            stream.named(hypotheses, references),
            "strip them before the delivery goes out",
        )


def _matches_neighbour(mine: frozenset[str], own: frozenset[str], near: tuple[frozenset[str], ...]) -> bool:
    if len(mine) < _LONG_ENOUGH or overlap(mine, own) >= 0.2:
        return False
    return any(len(other) >= _LONG_ENOUGH and overlap(mine, other) >= 0.4 for other in near)
