"""Diagnosis: each edit typed, graded and explained by the first rule of the table that claims it.

Against a correction an edit is an error; against an independent reference it is a difference, and every span says so.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from ..cluster import LOCAL, Cluster
from ..edits import Comparison, compare_all
from ..language import Language, detect, find_language
from ..mqm import ErrorSpan, Severities, SystemicFinding
from ..segment import Batch, ReferenceKind, Segment
from ..termbase import Termbase
from . import content, figures, grammar, meaning, words, writing
from .case import Case, Claim, Rule
from .checks import with_alone
from .document import systemic, terminology
from .kept import BySegment, Stretch, pieces
from .kind import reference_kind, unlike
from .likelihood import LIKELY, likely_differences, probabilities, together
from .marked import with_marks
from .stream import errors, errors_of
from .unpaired import unpaired

__all__ = [
    "LIKELY",
    "RULES",
    "Asked",
    "Case",
    "Claim",
    "Diagnosis",
    "Rule",
    "diagnose",
    "diagnoses",
    "errors",
    "errors_of",
    "reference_kind",
    "unlike",
]

# In the order in which they are asked; the first to claim an edit has it.
RULES: tuple[Rule, ...] = (
    Rule("whitespace", writing.whitespace),
    Rule("capitalization", writing.capitalization),
    Rule("diacritics", writing.diacritics),
    Rule("compounding", writing.compounding),
    Rule("sentence_type", writing.sentence_type),
    Rule("scrambled", grammar.scrambled),
    Rule("unpaired_marks", writing.unpaired_marks),
    Rule("punctuation", writing.punctuation),
    Rule("date_time", figures.date_time),
    Rule("date_format", figures.date_format),
    Rule("number", figures.number),
    Rule("number_format", figures.number_format),
    Rule("duplication", grammar.duplication),
    Rule("untranslated", words.untranslated),
    Rule("negation", meaning.negation),
    Rule("opposite", meaning.opposite),
    Rule("gender", meaning.gender),
    Rule("participants", meaning.participants),
    Rule("word_order", grammar.word_order),
    Rule("named_entity", words.named_entity),
    Rule("spelling", words.spelling),
    Rule("connective", grammar.connective),
    Rule("function_words", grammar.function_words),
    Rule("tense", grammar.tense),
    Rule("word_form", grammar.word_form),
    Rule("style", content.style),
    Rule("omission", content.omission),
    Rule("addition", content.addition),
    Rule("unintelligible", content.unintelligible),
    Rule("mistranslation", content.mistranslation),
    Rule("other", content.other),
)
# Asked of the whole document once its edits are typed.
DOCUMENT_RULES: tuple[str, ...] = ("terminology",)

AT_ONCE = 500  # segments whose comparisons are held at a time


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """The error spans of a batch in batch order, and the defects that recur among them."""

    errors: tuple[ErrorSpan, ...]
    systemic: tuple[SystemicFinding, ...]


def diagnose(
    batch: Batch,
    *,
    language: str = "auto",
    alone: Collection[int] = (),
    least: float = LIKELY,
    marks: Sequence[ErrorSpan] = (),
    cluster: Cluster = LOCAL,
    cached: str | None = None,
    termbase: Termbase | None = None,
    severities: Severities | None = None,
) -> Diagnosis:
    """Types every edit between hypothesis and first reference, and adds what shows without one (see `checks`).

    `alone` are the positions of the segments that the alignment left without a partner: each is one omission or one
    addition as a whole.
    `language` is the code of the hypotheses' language; `auto` detects it from their function words and script.
    The replacements that one document repeats become terminology, so that a batch should hold whole documents.
    Against independent references only the differences are given that a person would mark with a probability of
    `least` or more (0: all of them), and those that every reference of the segment shows.
    `marks` are errors that a model marked: they join the rules' (see `marked`), whatever `least` is.
    Segments are diagnosed on `cluster`; those that the cache in the folder `cached` knows (None: $MTQA_CACHE) are not.
    `termbase` holds the terms that are wanted and those that are forbidden, `severities` how a team grades.
    """
    asked = Asked(batch, frozenset(alone), tuple(marks))
    (diagnosis,) = diagnoses(
        [asked],
        language=language,
        least=least,
        cluster=cluster,
        cached=cached,
        termbase=termbase,
        severities=severities,
    )
    return diagnosis


@dataclass(frozen=True, slots=True)
class Asked:
    """A batch that is to be diagnosed, with the positions that have no partner and the errors that a model marked."""

    batch: Batch
    alone: frozenset[int] = frozenset()
    marks: tuple[ErrorSpan, ...] = ()


def diagnoses(
    asked: Sequence[Asked],
    *,
    language: str = "auto",
    least: float = LIKELY,
    cluster: Cluster = LOCAL,
    cached: str | None = None,
    termbase: Termbase | None = None,
    severities: Severities | None = None,
) -> Iterator[Diagnosis]:
    """`diagnose` of each, in order; on a cluster all of them together, however short each is."""
    languages = [detect(one.batch.hypothesis) if language == "auto" else find_language(language) for one in asked]
    documents = [
        Stretch(number, one.batch, spoken.code, one.alone)
        for number, (one, spoken) in enumerate(zip(asked, languages, strict=True))
    ]
    found: list[list[ErrorSpan]] = [[] for _ in asked]
    for piece, by_stretch in cluster.in_order(BySegment(_by_segment, least, cached), pieces(documents)):
        for stretch, some in zip(piece, by_stretch, strict=True):
            found[stretch.number] += some
    for one, spoken, against in zip(asked, languages, found, strict=True):
        both = with_alone(terminology(against), one.batch, language=spoken, skip=one.alone, termbase=termbase)
        graded = both if severities is None else severities.regraded(both)
        together = with_marks(graded, one.marks, one.batch)
        yield Diagnosis(together, systemic(together))


def _by_segment(
    batch: Batch, language: Language, alone: Collection[int], least: float
) -> Iterator[Iterable[ErrorSpan]]:
    """The errors of each segment in turn. The segments are compared many at a time, which is faster."""
    segments = enumerate(batch)
    while some := list(islice(segments, AT_ONCE)):
        paired = [s for n, s in some if n not in alone and s.reference is not None and s.reference != s.hypothesis]
        texts = [(segment.hypothesis, reference) for segment in paired for reference in segment.references]
        compared = iter(compare_all(texts, language=language))
        comparisons = {id(segment): [next(compared) for _ in segment.references] for segment in paired}
        for position, segment in some:
            if position in alone:
                yield unpaired(segment)
            elif (of_segment := comparisons.get(id(segment))) is not None:
                yield _segment_errors(segment, of_segment, least)


def _segment_errors(segment: Segment, comparisons: Sequence[Comparison], least: float) -> list[ErrorSpan]:
    """The errors of a segment that differs from its first reference; `comparisons` has one for each reference."""
    first, *others = comparisons
    cases, claims = _claims(segment, first)
    found = [_error(segment, case, rule, claim) for case, (rule, claim) in zip(cases, claims, strict=True)]
    if segment.reference_kind is not ReferenceKind.INDEPENDENT:
        return found
    if segment.hypothesis in segment.references:
        return []
    against = [probabilities(first, [rule.name for rule, _ in claims])]
    for other in others:
        against.append(probabilities(other, [rule.name for rule, _ in _claims(segment, other)[1]]))
    probable = together(against)
    return likely_differences(first, found, probable, least=least)


def _claims(segment: Segment, comparison: Comparison) -> tuple[list[Case], list[tuple[Rule, Claim]]]:
    cases = [Case(comparison, edit, segment.reference_kind, segment.source) for edit in comparison.edits]
    return cases, [claimed(case) for case in cases]


def claimed(case: Case) -> tuple[Rule, Claim]:
    """The first rule of the table that claims the edit, and its claim."""
    for rule in RULES:
        claim = rule.claim(case)
        if claim is not None:
            return rule, claim
    raise LookupError("the last rule claims everything")


def _error(segment: Segment, case: Case, rule: Rule, claim: Claim) -> ErrorSpan:
    severity, basis = claim.graded()
    independent = segment.reference_kind is ReferenceKind.INDEPENDENT
    said = claim.explanation.replace("{reference}", "the reference" if independent else "the correction")
    edit = case.edit
    return ErrorSpan(
        id=segment.id,
        hypothesis=edit.hypothesis,
        reference=edit.reference,
        text=edit.text,
        correction=edit.correction,
        category=claim.category,
        severity=severity,
        severity_basis=basis,
        rule=rule.name,
        evidence=claim.evidence,
        explanation=f"Differs from the reference: {said}" if independent else said,
        confidence=claim.confidence,
        reference_kind=segment.reference_kind,
        document=segment.document,
        system=segment.system,
    )
