"""Texts that should differ and do not: the reference delivered, the source left standing, one text for many."""

from collections import defaultdict
from collections.abc import Iterator

from ..segment import Batch, ReferenceKind
from ..text import normal_typography, word_count
from .likeness import overlap, words
from .notice import Concern, Notice, amount, first_references, joined, named

__all__ = ["identical_to_reference", "one_hypothesis_for_many", "untranslated"]


def identical_to_reference(batch: Batch) -> Iterator[Notice]:
    """Hypotheses that are their reference: all of them, or a fifth of the long ones of an independent reference.

    An untouched segment is the rule against a correction and rare against an independent translation: in 118 systems
    of ../shared/data/mqm.* a median of 1.5 % and at most 15 % of the segments of eight words or more, but for one
    system (27 to 61 %) that the references were evidently made from.
    """
    paired = batch.paired
    same = [i for i in paired if batch.hypothesis[i] in batch.references[i] and batch.hypothesis[i].strip()]
    if len(same) == len(paired) and len(paired) > 1:
        yield Notice(
            "identical-to-reference",
            Concern.WARNING,
            f"all {amount(len(same), 'hypothesis')} are identical to their reference",
            (),
            "check that the right two files were given, and that no reference was delivered as a translation",
        )
    elif batch.reference_kind is ReferenceKind.INDEPENDENT:
        long = [i for i in paired if word_count(batch.hypothesis[i]) >= 8]
        same = [i for i in same if word_count(batch.hypothesis[i]) >= 8]
        if len(same) >= 3 and len(same) * 5 >= len(long):
            yield Notice(
                "identical-to-reference",
                Concern.WARNING,
                f"{len(same):,} of {amount(len(long), 'hypothesis')} of eight words or more are identical to an "
                "independent reference",
                named(batch, same),
                "check whether the references were known to the translator, or are corrections",
            )


def untranslated(batch: Batch) -> Iterator[Notice]:
    """Hypotheses that are the source or nearly so (three quarters of the words), where the reference is not.

    Needs sources. Texts of fewer than three different words are let pass: names, numbers, addresses stay as they are.
    """
    texts = first_references(batch)
    copied: list[int] = []
    near: list[int] = []
    for i, (hypothesis, source) in enumerate(zip(batch.hypothesis, batch.source, strict=True)):
        if source is None or not hypothesis:
            continue
        mine, theirs = words(hypothesis), words(source)
        kept = {word for word in mine & theirs if not word.isdigit()}
        if len(kept) < 3 or overlap(mine, theirs) < 0.75:
            continue
        reference = texts[i]
        if reference is not None and overlap(words(reference), theirs) >= 0.6:
            continue  # the reference keeps the source as well: a title, an address, a list of names
        same = normal_typography(hypothesis).casefold() == normal_typography(source).casefold()
        (copied if same else near).append(i)
    if copied or near:
        parts = [(copied, "a copy of the source", "copies of the source"), (near, "nearly so", "nearly so")]
        if not copied:
            parts = [(near, "nearly a copy of the source", "nearly copies of the source")]
        yield Notice(
            "untranslated",
            Concern.WARNING,
            joined(
                [amount(len(found), "hypothesis", f"is {one}", f"are {many}") for found, one, many in parts if found]
            ),
            named(batch, [*copied, *near]),
            "have them translated; neural metrics may score such a copy as good",
        )


def one_hypothesis_for_many(batch: Batch) -> Iterator[Notice]:
    """One long hypothesis for segments whose references have nothing in common: pasted rows, a looping system."""
    rows: dict[tuple[str, str], list[int]] = defaultdict(list)
    for i, (system, hypothesis) in enumerate(zip(batch.system, batch.hypothesis, strict=True)):
        rows[system, hypothesis].append(i)
    texts = first_references(batch)
    pasted: list[int] = []
    for (_, hypothesis), positions in rows.items():
        if len(positions) < 2 or word_count(hypothesis) < 4:
            continue
        partners = [words(texts[i] or batch.source[i] or "") for i in positions]
        if any(overlap(partners[0], other) < 0.3 for other in partners[1:] if partners[0] and other):
            pasted.extend(positions)
    if pasted:
        yield Notice(
            "same-hypothesis",
            Concern.WARNING,
            f"{amount(len(pasted), 'segment')} share a hypothesis, though their references differ",
            named(batch, pasted),
            "look for rows that were pasted twice",
        )
