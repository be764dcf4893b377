"""Texts that should differ and do not: the reference delivered, the source left standing, one text for many."""

from itertools import islice

from ..segment import ReferenceKind
from ..text import normal_typography
from .likeness import overlap, words
from .notice import Concern, Notice, amount, joined
from .stream import Check, Digests, Packed, Stream, positions

__all__ = ["identical_to_reference", "one_hypothesis_for_many", "untranslated"]

_GROUPS = 1_000  # segments with one hypothesis are compared so many groups at a time: their words take 2 MiB


def identical_to_reference(stream: Stream) -> Check:
    """Hypotheses that are their reference: all of them, or a fifth of the long ones of an independent reference.

    An untouched segment is the rule against a correction and rare against an independent translation: in 118 systems
    of ../shared/data/mqm.* a median of 1.5 % and at most 15 % of the segments of eight words or more, but for one
    system (27 to 61 %) that the references were evidently made from.
    """
    paired = same = long = 0
    long_and_same = positions()
    while window := (yield None):
        batch = window.batch
        independent = batch.reference_kind is ReferenceKind.INDEPENDENT
        for i, hypothesis, references in zip(window.positions, batch.hypothesis, batch.references, strict=True):
            if not references:
                continue
            alike = hypothesis in references and bool(hypothesis.strip())
            paired += 1
            same += alike
            if independent and window.lengths[i - window.first] >= 8:
                long += 1
                if alike:
                    long_and_same.append(i)
    if same == paired and paired > 1:
        yield Notice(
            "identical-to-reference",
            Concern.WARNING,
            f"all {amount(same, 'hypothesis')} are identical to their reference",
            (),
            "check that the right two files were given, and that no reference was delivered as a translation",
        )
    elif len(long_and_same) >= 3 and len(long_and_same) * 5 >= long:
        yield Notice(
            "identical-to-reference",
            Concern.WARNING,
            f"{len(long_and_same):,} of {amount(long, 'hypothesis')} of eight words or more are identical to an "
            "independent reference",
            stream.named(long_and_same),
            "check whether the references were known to the translator, or are corrections",
        )


def untranslated(stream: Stream) -> Check:
    """Hypotheses that are the source or nearly so (three quarters of the words), where the reference is not.

    Needs sources. Texts of fewer than three different words are let pass: names, numbers, addresses stay as they are.
    """
    copied, near = positions(), positions()
    while window := (yield None):
        batch = window.batch
        for i, hypothesis, source in zip(window.positions, batch.hypothesis, batch.source, strict=True):
            if source is None or not hypothesis:
                continue
            mine, theirs = window.hypothesis_words[i - window.first], words(source)
            kept = {word for word in mine & theirs if not word.isdigit()}
            if len(kept) < 3 or overlap(mine, theirs) < 0.75:
                continue
            if overlap(window.reference_words[i - window.first], theirs) >= 0.6:
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
            stream.named(copied, near),
            "have them translated; neural metrics may score such a copy as good",
        )


def one_hypothesis_for_many(stream: Stream) -> Check:
    """One long hypothesis for segments whose references have nothing in common: pasted rows, a looping system.

    Where a segment has no reference its source is looked at.
    """
    rows, places = Digests(), positions()
    partners, different = Packed(), Digests()
    while window := (yield None):
        batch = window.batch
        texts = []
        for i, length in zip(window.positions, window.lengths, strict=True):
            if length >= 4:
                row = i - window.first
                texts.append(window.references[row] or batch.source[row] or "")
                rows.add(batch.system[row], batch.hypothesis[row])
                different.add(texts[-1])
                places.append(i)
        partners.extend(texts)
    groups = (group for group in rows.groups() if len({different[row] for row in group}) > 1)
    pasted = positions()
    while some := list(islice(groups, _GROUPS)):
        for group in _unlike(some, partners):
            pasted.extend(places[row] for row in group)
    if pasted:
        yield Notice(
            "same-hypothesis",
            Concern.WARNING,
            f"{amount(len(pasted), 'segment')} share a hypothesis, though their references differ",
            stream.named(pasted),
            "look for rows that were pasted twice",
        )


def _unlike(groups: list[list[int]], partners: Packed) -> list[list[int]]:
    """The groups with a text that has little in common with that of their first row; texts are unpacked once."""
    firsts: dict[int, frozenset[str]] = {}
    found = set()
    order = sorted((row, number) for number, group in enumerate(groups) for row in group)
    for (_, number), text in zip(order, partners.at(row for row, _ in order), strict=True):
        if number not in firsts:
            firsts[number] = words(text)
        elif number not in found and firsts[number] and (other := words(text)):
            found.update([number] if overlap(firsts[number], other) < 0.3 else [])
    return [groups[number] for number in sorted(found)]
