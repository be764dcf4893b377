"""Content that is missing, added, reworded or replaced; what no rule before these has claimed."""

from collections import Counter

from ..edits import Lexeme
from ..mqm import Severity
from ..text import Kind
from .case import Case, Claim, beyond, picked, quoted
from .figures import values

__all__ = ["addition", "mistranslation", "omission", "other", "style", "unintelligible"]


def omission(case: Case) -> Claim | None:
    """Content of the reference that the hypothesis has not.

    Wrong: "people verified it"   Right: "people verified the discovery and announced it"   -> accuracy/omission
    """
    left, right = case.content
    if left and not _within(left, right):
        return None
    missing = beyond(right, left, by="lemma")
    if not missing or (left and len(missing) < 1):
        return None
    severity, basis = _weight(missing, case, names=case.names[1])
    return Claim(
        "accuracy/omission",
        (f"{len(missing)} content word{'s' if len(missing) > 1 else ''} without a counterpart",),
        f"{picked(missing, case.edit.correction)} of {{reference}} is missing.",
        0.85 if not left else 0.65,
        severity,
        basis,
    )


def addition(case: Case) -> Claim | None:
    """Content of the hypothesis that the reference has not.

    Wrong: "the European demand"   Right: "the demand"   -> accuracy/addition
    """
    left, right = case.content
    if right and not _within(right, left):
        return None
    added = beyond(left, right, by="lemma")
    if not added:
        return None
    severity, basis = _weight(added, case, names=case.names[0])
    return Claim(
        "accuracy/addition",
        (f"{len(added)} content word{'s' if len(added) > 1 else ''} without a counterpart",),
        f"{picked(added, case.edit.text)} has no counterpart in {{reference}}.",
        0.85 if not right else 0.65,
        severity,
        basis,
    )


def unintelligible(case: Case) -> Claim | None:
    """Most of a segment in one edit, with hardly a word in common.

    Wrong: "thing of the said to going it"   Right: "what he had meant to say"   -> fluency/unintelligible, major
    """
    whole = case.comparison
    share = (len(case.left) + len(case.right)) / max(1, len(whole.tokens) + len(whole.reference_tokens))
    if share <= 0.6 or min(len(case.left), len(case.right)) < 6:
        return None
    common = {w.lemma for w in case.content[0]} & {w.lemma for w in case.content[1]}
    if len(common) > 0.2 * len({w.lemma for w in case.content[1]}):
        return None
    return Claim(
        "fluency/unintelligible",
        (f"{share:.0%} of the segment in one edit",),
        f"{share:.0%} of the segment is worded otherwise in {{reference}}, with {len(common)} content words in common.",
        0.5,
        Severity.MAJOR,
        "share-of-segment",
    )


def style(case: Case) -> Claim | None:
    """The same content in another construction.

    Wrong: "the conflict for three years"   Right: "the three-year conflict"   -> style/awkward, minor
    """
    if not (case.same_parts or case.same_lemmas):
        return None
    return Claim(
        "style/awkward",
        ("the same content stems on both sides",),
        f"{quoted(case.edit.text)} is put {quoted(case.edit.correction)} in {{reference}}: the content words have the "
        "same stems, the construction differs.",
        0.6,
    )


def mistranslation(case: Case) -> Claim | None:
    """Content words replaced by others.

    Wrong: "“large-scale shooting”"   Right: "ceasefire “in general”"   -> accuracy/mistranslation, major
    """
    left, right = case.content
    if not left or not right or all(w.kind is Kind.CODE for w in (*left, *right)):
        return None
    related = {w.stem for w in left} & {w.stem for w in right}
    severity, basis = (Severity.MINOR, "shared-stem") if related else (Severity.MAJOR, "unrelated-content")
    fact = f"stem shared: {', '.join(sorted(related))}" if related else "no stem in common"
    return Claim(
        "accuracy/mistranslation",
        (fact,),
        f"{quoted(case.edit.text)} is {quoted(case.edit.correction)} in {{reference}}: other content words, {fact}.",
        0.6,
        severity,
        basis,
    )


def other(case: Case) -> Claim:
    """Anything else that differs.

    Wrong: "¬"   Right: "–"   -> other/other, minor
    """
    return Claim(
        "other/other",
        ("the texts differ here",),
        f"{quoted(case.edit.text)} is {quoted(case.edit.correction)} in {{reference}}.",
        0.3,
    )


def _within(few: list[Lexeme], many: list[Lexeme]) -> bool:
    there = {w.lemma for w in many}
    if len(few) > len(many) or any(w.lemma not in there for w in few):
        return False
    return not Counter(w.lemma for w in few) - Counter(w.lemma for w in many)


def _weight(words: list[Lexeme], case: Case, *, names: list[Lexeme]) -> tuple[Severity, str]:
    if values(words, case.comparison.language) or any(w.kind is Kind.DATE for w in words):
        return Severity.MAJOR, "figure-in-content"
    if any(word in names for word in words):
        return Severity.MAJOR, "name-in-content"
    if len(words) > 1:
        return Severity.MAJOR, "two-or-more-content-words"
    return Severity.MINOR, "one-content-word"
