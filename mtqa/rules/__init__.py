"""Diagnosis: each edit typed, graded and explained by the first rule of the table that claims it.

Against a correction an edit is an error; against an independent reference it is a difference, and every span says so.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from ..edits import compare
from ..language import Language, detect, find_language
from ..mqm import ErrorSpan, SystemicFinding
from ..segment import Batch, ReferenceKind, Segment
from . import content, figures, grammar, meaning, words, writing
from .case import Case, Claim, Rule
from .document import systemic, terminology
from .kind import reference_kind, unlike
from .likelihood import LIKELY, likely_differences, probabilities
from .stream import errors, errors_of
from .unpaired import unpaired

__all__ = [
    "LIKELY",
    "RULES",
    "Case",
    "Claim",
    "Diagnosis",
    "Rule",
    "diagnose",
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


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """The error spans of a batch in batch order, and the defects that recur among them."""

    errors: tuple[ErrorSpan, ...]
    systemic: tuple[SystemicFinding, ...]


def diagnose(batch: Batch, *, language: str = "auto", alone: Collection[int] = (), least: float = LIKELY) -> Diagnosis:
    """Types every edit between hypothesis and first reference; segments without a reference yield nothing.

    `alone` are the positions of the segments that the alignment left without a partner: each is one omission or one
    addition as a whole.
    `language` is the code of the hypotheses' language; `auto` detects it from their function words and script.
    The replacements that one document repeats become terminology, so that a batch should hold whole documents.
    Against independent references only the differences are given that a person would mark with a probability of
    `least` or more (0: all of them), and those that every reference of the segment shows.
    """
    chosen = detect(batch.hypothesis) if language == "auto" else find_language(language)
    each = (unpaired(s) if n in alone else _segment_errors(s, chosen, least) for n, s in enumerate(batch))
    found = terminology([error for errors_of_segment in each for error in errors_of_segment])
    return Diagnosis(found, systemic(found))


def _segment_errors(segment: Segment, language: Language, least: float) -> Iterable[ErrorSpan]:
    if segment.reference is None or segment.reference == segment.hypothesis:
        return []
    comparison = compare(segment.hypothesis, segment.reference, language=language)
    cases = [Case(comparison, edit, segment.reference_kind, segment.source) for edit in comparison.edits]
    claims = [claimed(case) for case in cases]
    found = [_error(segment, case, rule, claim) for case, (rule, claim) in zip(cases, claims, strict=True)]
    if segment.reference_kind is not ReferenceKind.INDEPENDENT:
        return found
    if segment.hypothesis in segment.references:
        return []
    probable = probabilities(comparison, [rule.name for rule, _ in claims])
    for reference in segment.references[1:]:
        other = compare(segment.hypothesis, reference, language=language)
        rules = [claimed(Case(other, edit, segment.reference_kind, segment.source))[0].name for edit in other.edits]
        probable = [min(pair) for pair in zip(probable, probabilities(other, rules), strict=True)]
    return likely_differences(comparison, found, probable, least=least)


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
