"""Checks that need no reference: of the text alone, of the text against its source, and of a document as a whole.

What they find is no confirmed error: each span carries `reference_kind` none and, as its confidence, how often the
check was right on human judgements (`precision.json`; bench/reference_free.py, docs/categories.md). A check that was
right less than half of the time only raises a doubt: its severity is neutral, which costs nothing.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace

from ...hygiene.writing import guess_language
from ...language import Language, detect, find_language
from ...mqm import CATEGORIES, ErrorSpan, Severity
from ...mqm.placing import positions_of
from ...segment import Batch, ReferenceKind, Segment, Span
from ...termbase import Glossary, Termbase
from . import codes, consistency, copies, figures, marks, repetition, spacing, vocabulary
from .precision import Measured, measured
from .terms import term
from .unit import Check, Finding, Habits, Unit

__all__ = [
    "DOCUMENT_CHECKS",
    "DOUBT",
    "SOURCE_CHECKS",
    "TEXT_CHECKS",
    "Measured",
    "found_alone",
    "measured",
    "with_alone",
]

DOUBT = 0.5  # measured share of right findings below which a finding is a doubt

TEXT_CHECKS: tuple[Check, ...] = (
    Check("space_before_mark", spacing.space_before_mark),
    Check("space_doubled", spacing.space_doubled),
    Check("space_missing", spacing.space_missing),
    Check("mark_doubled", spacing.mark_doubled),
    Check("mark_unpaired", marks.mark_unpaired),
    Check("looping", repetition.looping),
    Check("phrase_doubled", repetition.phrase_doubled),
    Check("word_doubled", repetition.word_doubled),
    Check("foreign_script", vocabulary.foreign_script),
    Check("foreign_word", vocabulary.foreign_word),
    Check("unknown_word", vocabulary.unknown_word),
    Check("words_joined", vocabulary.words_joined),
    Check("a_or_an", marks.a_or_an),
    Check("sentence_case", marks.sentence_case),
    Check("cut_off", marks.cut_off),
)
SOURCE_CHECKS: tuple[Check, ...] = (
    Check("empty_hypothesis", copies.empty_hypothesis),
    Check("source_copied", copies.source_copied),
    Check("source_left", copies.source_left),
    Check("source_code", codes.source_code),
    Check("source_date", figures.source_date),
    Check("source_figure", figures.source_figure),
    Check("figure_lost", figures.figure_lost),
    Check("figure_added", figures.figure_added),
    Check("source_question", copies.source_question),
    Check("source_mark_unpaired", marks.source_mark_unpaired),
)
# Asked of all units of one document at once.
DOCUMENT_CHECKS: tuple[tuple[str, Callable[[Sequence[Unit]], Iterator[tuple[int, Finding]]]], ...] = (
    ("one_source_two_ways", consistency.one_source_two_ways),
    ("mixed_quotes", consistency.mixed_quotes),
    ("mixed_numbers", consistency.mixed_numbers),
    ("mixed_dates", consistency.mixed_dates),
)
# Said also where the reference shows the same: what is not the source's is wrong in the correction, too.
_WHATEVER_THE_REFERENCE = frozenset({"source_code"})
_SEVERAL_AT_THE_END = frozenset({"figure_lost", "source_code", "term"})  # what is missing has no place of its own
_SAID_ANYWAY = frozenset({"source_code", "term"})
TERM = "term"  # the check that asks a termbase
Named = tuple[str, Finding]


def with_alone(
    errors: Sequence[ErrorSpan],
    batch: Batch,
    *,
    language: Language,
    skip: Collection[int] = (),
    termbase: Termbase | None = None,
) -> list[ErrorSpan]:
    """The errors found against references and, beside them, what the checks of this room find; in batch order.

    What overlaps an error found against the reference, or names what that error's correction brings, is not reported
    again: the error keeps its own words and gains the evidence. The positions in `skip` are passed over.
    """
    if termbase is None and len(batch.paired) == len(batch) and not any(batch.source):
        return list(errors)
    alone = found_alone(batch, language=language, skip=skip, termbase=termbase)
    if not any(alone):
        return list(errors)
    against: list[list[ErrorSpan]] = [[] for _ in alone]
    for position, error in zip(positions_of(errors, batch), errors, strict=True):
        against[position].append(error)
    corrected = batch.reference_kind is ReferenceKind.CORRECTION
    return [
        error
        for one, other, references in zip(against, alone, batch.references, strict=True)
        for error in _merged(one, other, mended=corrected and bool(references))
    ]


def found_alone(
    batch: Batch, *, language: Language, skip: Collection[int] = (), termbase: Termbase | None = None
) -> list[list[ErrorSpan]]:
    """What the checks find in each segment of a batch, in batch order; the lists of the positions in `skip` are empty.

    Segments without a reference are held against their source, if they have one, and looked at by themselves; those
    with one against their source alone, and a discrepancy that the reference shows as well is no finding.
    """
    skipped = set(skip)
    units = _units(batch, language)
    glossary = _glossary(termbase, units)
    found: list[list[Named]] = [[] for _ in units]
    for position, unit in enumerate(units):
        if position not in skipped:
            found[position] = list(_of_segment(unit, batch.references[position]))
            if glossary is not None:
                found[position] += [(TERM, finding) for finding in term(unit, glossary)]
    for where in _documents(batch, skipped):
        chosen = [units[position] for position in where]
        for name, find in DOCUMENT_CHECKS:
            for place, finding in find(chosen):
                found[where[place]].append((name, finding))
    return [
        [_error(batch[position], name, finding) for name, finding in _apart(findings)]
        for position, findings in enumerate(found)
    ]


def _glossary(termbase: Termbase | None, units: Sequence[Unit]) -> Glossary | None:
    if termbase is None or not units:
        return None
    source, target = units[0].source_language, units[0].language
    return Glossary(termbase.between(source.code, target.code), source=source, target=target)


def _units(batch: Batch, language: Language) -> list[Unit]:
    abroad = _source_language(batch)
    texts: dict[tuple[str, str], list[str]] = {}
    for document, system, hypothesis in zip(batch.document, batch.system, batch.hypothesis, strict=True):
        texts.setdefault((document, system), []).append(hypothesis)
    habits = {key: Habits.of(written) for key, written in texts.items()}
    return [
        Unit(hypothesis, source, language, abroad, habits[document, system])
        for hypothesis, source, document, system in zip(
            batch.hypothesis, batch.source, batch.document, batch.system, strict=True
        )
    ]


def _source_language(batch: Batch) -> Language:
    sources = [source for source in batch.source if source]
    found = detect(sources)
    if found.code != "und" or not sources:
        return found
    guess = guess_language(" ".join(sources[:20]))
    return find_language(guess.language) if guess else found


def _of_segment(unit: Unit, references: Sequence[str]) -> Iterator[Named]:
    if unit.hypothesis in references:
        return
    for check in SOURCE_CHECKS if unit.source is not None else ():
        if findings := list(check.find(unit)):
            asked = () if check.name in _WHATEVER_THE_REFERENCE else references
            shown = {f.key for reference in asked for f in check.find(replace(unit, hypothesis=reference))}
            yield from ((check.name, finding) for finding in findings if finding.key not in shown)
    if not references:
        for check in TEXT_CHECKS:
            yield from ((check.name, finding) for finding in check.find(unit))


def _documents(batch: Batch, skipped: set[int]) -> list[list[int]]:
    """The positions of the segments without a reference, document by document and system by system."""
    places: dict[tuple[str, str], list[int]] = {}
    for position, key in enumerate(zip(batch.document, batch.system, strict=True)):
        if position not in skipped and not batch.references[position]:
            places.setdefault(key, []).append(position)
    return list(places.values())


def _apart(findings: Sequence[Named]) -> list[Named]:
    """Findings whose spans do not overlap, in the order of the text: the check that stands first in its table wins."""
    kept: list[Named] = []
    taken = bytearray(max((finding.span.end for _, finding in findings), default=0))  # 1: a character of a kept span
    said: set[tuple[Span, str]] = set()
    for name, finding in findings:
        place = slice(finding.span.start, finding.span.end)
        same = 1 in taken[place] or (finding.span, finding.category) in said
        if not same or name in _SEVERAL_AT_THE_END:
            kept.append((name, finding))
            taken[place] = bytes([1]) * len(finding.span)
            said.add((finding.span, finding.category))
    return sorted(kept, key=lambda row: (row[1].span.start, row[1].span.end))


def _error(segment: Segment, name: str, finding: Finding) -> ErrorSpan:
    confidence = measured(name).share if finding.confidence is None else finding.confidence
    severity, basis = finding.severity, finding.basis
    if severity is None:
        severity, basis = CATEGORIES[finding.category].severity, "category-default"
    if confidence < DOUBT:
        severity, basis = Severity.NEUTRAL, "doubt"
    return ErrorSpan(
        id=segment.id,
        hypothesis=finding.span,
        reference=Span(0, 0),
        text=finding.span.of(segment.hypothesis),
        correction=finding.correction,
        category=finding.category,
        severity=severity,
        severity_basis=basis,
        rule=name,
        evidence=finding.evidence,
        explanation=finding.explanation,
        confidence=round(confidence, 3),
        reference_kind=ReferenceKind.NONE,
        document=segment.document,
        system=segment.system,
    )


def _merged(against: Sequence[ErrorSpan], alone: Sequence[ErrorSpan], *, mended: bool) -> list[ErrorSpan]:
    """The errors of one segment from both sides, in the order of the text, each place said once.

    A correction mends what is wrong: beside its edits only tags, placeholders and terms are said that it lacks, too.
    They leave the text as it is, so that the corrections, applied together, give the reference. A term that the
    correction mends is named as what it is.
    """
    if not alone:
        return list(against)
    kept, rest = list(against), []
    for finding in alone:
        twin = next((n for n, error in enumerate(kept) if _same_place(error, finding)), None)
        if twin is not None:
            error = kept[twin]
            category = finding.category if finding.rule == TERM else error.category
            kept[twin] = replace(error, category=category, evidence=(*error.evidence, *finding.evidence))
        elif not mended:
            rest.append(finding)
        elif finding.rule in _SAID_ANYWAY:
            rest.append(replace(finding, correction=finding.text))
    return sorted([*kept, *rest], key=lambda error: (error.hypothesis.start, error.hypothesis.end))


def _same_place(error: ErrorSpan, finding: ErrorSpan) -> bool:
    if error.hypothesis.overlaps(finding.hypothesis) or error.hypothesis == finding.hypothesis:
        return True
    if finding.rule == "figure_lost":
        figure = finding.evidence[0].split(" in the source")[0]
        return figure in error.correction
    return bool(finding.correction) and finding.correction in error.correction
