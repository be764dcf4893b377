"""White space, compounds, capitals, accents and punctuation: the same letters, written otherwise."""

import unicodedata

import regex

from ..mqm import Severity
from ..text import Kind, normal_typography
from .case import Case, Claim, quoted

__all__ = [
    "capitalization",
    "compounding",
    "diacritics",
    "punctuation",
    "sentence_type",
    "unpaired_marks",
    "whitespace",
]

# A space inside a word or before its hyphen: that is a matter of compounds.
_SPACED_JOINT = regex.compile(r"[\w\p{M}]{2,}\s+[\w\p{M}]{2,}(?<!n.t)|[\w\p{M}]\s-\w|[\w\p{M}]-\s\w")
_LETTERS = regex.compile(r"[\p{L}\p{M}\p{N}]+")  # a vowel sign is no mark of punctuation
_PAIRS = {
    "(": ")",
    "[": "]",
    "{": "}",
    "“": "”",
    "«": "»",
    "„": "“",
    "‘": "’",
    "「": "」",
    "『": "』",
    "《": "》",
    "（": "）",
}
_PAIRED = frozenset(_PAIRS) | frozenset(_PAIRS.values()) | {'"'}
_QUESTION = frozenset("?？؟")
_STOP = frozenset(".!。！…")


def whitespace(case: Case) -> Claim | None:
    """White space alone differs.

    Wrong: "medication , which"   Right: "medication, which"   -> fluency/whitespace, minor
    """
    left, right = case.edit.text, case.edit.correction
    if "".join(left.split()) != "".join(right.split()) or _SPACED_JOINT.search(left) or _SPACED_JOINT.search(right):
        return None
    spaces = [sum(map(str.isspace, text)) for text in (left, right)]
    what = (
        "a space too many"
        if spaces[0] > spaces[1]
        else "a missing space"
        if spaces[0] < spaces[1]
        else "another kind of space"
    )
    return Claim(
        "fluency/whitespace",
        (f"{spaces[0]} space characters against {spaces[1]}",),
        f"Only the spacing differs: there is {what}, compared with {{reference}}.",
        0.99,
    )


def compounding(case: Case) -> Claim | None:
    """The same letters, with a space or a hyphen in another place.

    Wrong: "a 30 -day ceasefire"   Right: "a 30-day ceasefire"   -> fluency/compounding, minor
    """
    left, right = ("".join(word.joint for word in side) for side in (case.left, case.right))
    if not left or left != right or case.edit.text.casefold() == case.edit.correction.casefold():
        return None
    if all(word.kind is Kind.NUMBER for word in (*case.left, *case.right)):
        return None  # 10 300 and 10300: another notation of a figure
    plain, wanted = (normal_typography(t).casefold().strip() for t in (case.edit.text, case.edit.correction))
    if plain == wanted or set(_LETTERS.sub("", plain + wanted)) - {" ", "-", "'"}:
        return None
    if "- " in plain and "-" not in wanted:
        return None  # a stray hyphen is a mark too many
    split = " -" in plain and " -" not in wanted
    evidence = ("space before a hyphen in a compound",) if split else ("same letters, other joints",)
    why = "with a space before the hyphen" if split else "with other spaces or hyphens"
    return Claim(
        "fluency/compounding",
        evidence,
        f"{quoted(case.edit.text)} is written {why}; {{reference}} has {quoted(case.edit.correction)}.",
        0.97,
    )


def capitalization(case: Case) -> Claim | None:
    """Upper and lower case alone differ.

    Wrong: "the white house"   Right: "the White House"   -> fluency/capitalization, minor
    """
    left, right = case.edit.text, case.edit.correction
    if left == right or left.casefold() != right.casefold() or not case.left:
        return None
    return Claim(
        "fluency/capitalization",
        ("equal when case is set aside",),
        f"{quoted(left)} differs from {quoted(right)} in {{reference}} only in upper and lower case.",
        0.98,
    )


def diacritics(case: Case) -> Claim | None:
    """Accents alone differ.

    Wrong: "the Erdogan goverment of Turkiye"   Right: "… Türkiye"   -> fluency/diacritics, minor
    """
    left, right = case.edit.text, case.edit.correction
    if left == right or (left.isascii() and right.isascii()) or not case.left or not case.right:
        return None
    if _bare(left) != _bare(right) or not _LETTERS.search(left):
        return None
    return Claim(
        "fluency/diacritics",
        ("equal when accents are set aside",),
        f"{quoted(left)} differs from {quoted(right)} in {{reference}} only in its accents.",
        0.95,
    )


def sentence_type(case: Case) -> Claim | None:
    """A statement has become a question, or the other way round.

    Wrong: "Did they agree?"   Right: "They agreed."   -> accuracy/mistranslation, major
    """
    left, right = ({w.text for w in side if w.mark} for side in (case.left, case.right))
    asks, wanted = bool(left & _QUESTION), bool(right & _QUESTION)
    if asks == wanted or not ((left if wanted else right) & _STOP or _closes(case)):
        return None
    was, is_now = ("a question", "a statement") if asks else ("a statement", "a question")
    return Claim(
        "accuracy/mistranslation",
        (f"question mark against {'full stop' if asks else 'question mark'}",),
        f"The sentence ends as {was} where {{reference}} has {is_now}.",
        0.85,
        Severity.MAJOR,
        "sentence-type",
    )


def _closes(case: Case) -> bool:
    """Whether a question mark that one text has at its end is another stop in the other one."""
    ends = [text.rstrip(" \"'”’»)\n") for text in (case.comparison.hypothesis, case.comparison.reference)]
    marks = [text[-1:] for text in ends]
    here = case.edit.hypothesis.end >= len(ends[0]) - 1
    return here and (marks[0] in _QUESTION) != (marks[1] in _QUESTION) and bool({*marks} & _STOP) and all(marks)


def unpaired_marks(case: Case) -> Claim | None:
    """A quotation mark or bracket that has no partner in its segment.

    Wrong: "“if it is not respected, … Russia."   Right: "… Russia.”"   -> fluency/unpaired-marks, minor
    """
    if not case.marks_only or not (case.left or case.right):
        return None
    left, right = ([w.text for w in side if w.text in _PAIRED] for side in (case.left, case.right))
    if len(left) == len(right) or not (left or right):
        return None
    if balanced(case.comparison.hypothesis) or not balanced(case.comparison.reference):
        return None
    mark = (left or right)[0]
    what = "has no partner" if left else "is missing, so that its partner stands alone"
    return Claim(
        "fluency/unpaired-marks",
        ("marks do not pair up in the hypothesis, and do in the reference",),
        f"The mark {mark} {what}; {{reference}} has {quoted(case.edit.correction) if right else 'none here'}.",
        0.9,
    )


def punctuation(case: Case) -> Claim | None:
    """Punctuation alone differs.

    Wrong: "sanctions”, said"   Right: "sanctions,” said"   -> fluency/punctuation, minor
    """
    if not (case.left or case.right) or not (case.marks_only or _same_words(case)):
        return None
    plain, wanted = (normal_typography(t).strip() for t in (case.edit.text, case.edit.correction))
    if plain == wanted:
        return Claim(
            "fluency/punctuation",
            ("equal when typographic convention is set aside",),
            f"The mark {case.edit.text.strip()} is {case.edit.correction.strip()} in {{reference}}: "
            "the same mark in another typographic convention.",
            0.95,
        )
    if not case.left:
        said = f"{quoted(wanted)} is missing; {{reference}} has it here."
    elif not case.right:
        said = f"{quoted(plain)} is not in {{reference}}."
    else:
        said = f"{quoted(plain)} stands where {{reference}} has {quoted(wanted)}."
    return Claim("fluency/punctuation", ("only punctuation differs",), said, 0.95)


def _same_words(case: Case) -> bool:
    """Whether the letters and digits of both sides are the same, so that only marks among them differ."""
    first, other = (next((word.joint[:1] for word in side if not word.mark), "") for side in (case.left, case.right))
    if first != other:
        return False
    if all(len(side) == 1 and side[0].kind is Kind.DATE for side in (case.left, case.right)):
        return False  # one date in two notations
    if any(w.kind is Kind.NUMBER for w in (*case.left, *case.right)):
        return False  # a point in a figure is no punctuation
    left, right = (_LETTERS.findall(text) for text in (case.edit.text, case.edit.correction))
    return left == right and bool(left)


def balanced(text: str) -> bool:
    """Whether every bracket and quotation mark of a text has its partner, counted mark by mark (“x”, „x“, „x”)."""
    low, left, right = (text.count(mark) for mark in "„“”")
    if text.count('"') % 2 or (low != left + right if low else left != right):
        return False
    singles = {k: v for k, v in _PAIRS.items() if k not in "“„‘"}
    return all(text.count(first) == text.count(last) for first, last in singles.items())


def _bare(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
