"""Statements turned round: negation, and who does what to whom."""

from collections import Counter
from collections.abc import Sequence

import regex

from ..edits import Lexeme
from ..language import Language
from ..mqm import Severity
from ..text import Kind
from .case import Case, Claim, quoted

__all__ = ["gender", "negation", "opposite", "participants"]


def negation(case: Case) -> Claim | None:
    """A negation that only one side has, the content being the same.

    Wrong: "has not exceeded limits"   Right: "has exceeded limits"   -> accuracy/negation, critical
    """
    language = case.comparison.language
    left, right = _polarity(case.left, language), _polarity(case.right, language)
    if left % 2 == right % 2 and not language.negates and not language.denial:
        return None
    if {"or", "nor"} <= {word.key for word in (*case.left, *case.right)}:
        return None  # neither … or: what is denied is denied already
    here, there = (_beside_negation(words, language) for words in case.content)
    prefixed = _prefixed(here, there, language.negates)
    left, right = left + max(0, prefixed), right + max(0, -prefixed)
    if left % 2 == right % 2:
        left, right = _denials(case, here + there)
        if left % 2 == right % 2:
            return None
    elif (here or there) and not (
        case.same_lemmas or case.same_parts or prefixed or _one_verb(here, there, language.persons)
    ):
        return None
    side = "the hypothesis has a negation that {reference} has not" if left > right else "a negation is missing"
    return Claim(
        "accuracy/negation",
        (f"{left} negations against {right}",),
        f"The statement is turned round: {side} ({quoted(case.edit.text)} against {quoted(case.edit.correction)}).",
        0.9,
        Severity.CRITICAL,
        "negation",
    )


def _polarity(words: Sequence[Lexeme], language: Language) -> int:
    """How many negations stand among some words ("not", "never", "don't", 不)."""
    if language.spaced:
        found = [n for n, w in enumerate(words) if w.word_class == "neg" or w.key.endswith("n't")]
        return sum([n + 1 == len(words) or words[n + 1].key not in _ONLY for n in found])
    return sum([w.kind is Kind.CHARACTER and language.class_of(w.key) == "neg" for w in words])


def _beside_negation(words: Sequence[Lexeme], language: Language) -> list[Lexeme]:
    """The content words; of characters only those that no closed class has, and no 有 after 没."""
    if language.spaced:
        return list(words)
    found: list[Lexeme] = []
    before: Lexeme | None = None
    for word in words:
        had = before is not None and before.key in _NOT_HAD and word.key == "有"
        if not had and not (word.kind is Kind.CHARACTER and language.class_of(word.key)):
            found.append(word)
        before = word
    return found


_NOT_HAD = frozenset("没沒")
# "not only … but also" denies nothing.
_ONLY = {"only", "just", "merely", "nur", "alleen", "seulement", "solo", "sólo", "soltanto", "só", "apenas"} | {
    "только",
    "лише",
    "тільки",
    "tylko",
    "jen",
    "pouze",
    "فقط",
}


def _denials(case: Case, content: Sequence[Lexeme]) -> tuple[int, int]:
    """How many endings that negate either text has, where an edit touches one of them and no other content differs."""
    pattern = case.comparison.language.denial
    if not pattern or any(not _KANA.fullmatch(word.key) for word in content):
        return 0, 0
    edit, comparison = case.edit, case.comparison
    touched, counts = False, []
    for text, span in ((comparison.hypothesis, edit.hypothesis), (comparison.reference, edit.reference)):
        ends = list(regex.finditer(pattern, text))
        touched |= any(end.start() < span.end and span.start < end.end() for end in ends)
        counts.append(len(ends))
    return (counts[0], counts[1]) if touched else (0, 0)


_KANA = regex.compile(r"[\p{Hiragana}ー]+")


def _one_verb(here: Sequence[Lexeme], there: Sequence[Lexeme], fronts: str) -> bool:
    """Whether two words are the same but for the front of a person (لم يذهب and ذهب)."""
    if len(here) != 1 or len(there) != 1:
        return False
    shorter, longer = sorted((here[0].key, there[0].key), key=len)
    return longer[:1] in fronts and longer[1:] == shorter


def _prefixed(here: list[Lexeme], there: list[Lexeme], front: str) -> int:
    """1 where words are the same but for one that has the negating prefix here, -1 where it has it there, else 0."""
    if not front or len(here) != len(there):
        return 0
    differ = [(a.key, b.key) for a, b in zip(here, there, strict=True) if a.key != b.key]
    if len(differ) != 1:
        return 0
    mine, theirs = differ[0]
    return int(mine == front + theirs) - int(theirs == front + mine)


def opposite(case: Case) -> Claim | None:
    """A word that says the contrary.

    Wrong: "more than the others"   Right: "less than the others"   -> accuracy/mistranslation, critical
    """
    left, right = ([w for w in side if not w.mark] for side in (case.left, case.right))
    if not left or not right or len(left) > 3 or len(right) > 3:
        return None
    mine = [w for w in left if w.lemma not in {o.lemma for o in right}]
    theirs = [w for w in right if w.lemma not in {o.lemma for o in left}]
    if len(mine) != 1 or len(theirs) != 1 or not _contrary(mine[0], theirs[0], case):
        return None
    return Claim(
        "accuracy/mistranslation",
        (f"{quoted(mine[0].text)} and {quoted(theirs[0].text)} are opposites",),
        f"{quoted(mine[0].text)} says the contrary of {quoted(theirs[0].text)}, which {{reference}} has.",
        0.85,
        Severity.CRITICAL,
        "opposite",
    )


_CONTRARY_FRONTS = ("un", "in", "im", "il", "ir", "dis", "non", "non-", "mis", "de", "anti", "anti-")


def _contrary(a: Lexeme, b: Lexeme, case: Case) -> bool:
    """Whether a table says so, or one is the other with a prefix that negates, or -less stands for -ful."""
    opposites = case.comparison.language.opposites
    if b.lemma in opposites.get(a.lemma, ()) or b.key in opposites.get(a.key, ()):
        return True
    if case.code != "en":
        return False
    shorter, longer = sorted((a.lemma, b.lemma), key=len)
    if len(shorter) > 3 and longer.endswith(shorter) and longer[: -len(shorter)] in _CONTRARY_FRONTS:
        return True
    return a.key.replace("less", "ful") == b.key or b.key.replace("less", "ful") == a.key


def gender(case: Case) -> Claim | None:
    """A person of another gender.

    Wrong: "and she believes"   Right: "and he believes"   -> accuracy/participants, critical
    """
    language = case.comparison.language
    left, right = ({w.key for w in side} for side in case.function)
    here = bool(left & language.feminine) - bool(left & language.masculine)
    there = bool(right & language.feminine) - bool(right & language.masculine)
    if here * there != -1 or (any(case.content) and not case.same_lemmas):
        return None
    words = ("a feminine", "a masculine") if here > 0 else ("a masculine", "a feminine")
    return Claim(
        "accuracy/participants",
        (f"{words[0]} pronoun against {words[1]} one",),
        f"{quoted(case.edit.text)} refers to a person with {words[0]} pronoun where {{reference}} has {words[1]} one.",
        0.95,
        Severity.CRITICAL,
        "gender",
    )


def participants(case: Case) -> Claim | None:
    """The same names, in other places round the predicate.

    Wrong: "Putin's pressure on Berlin"   Right: "Berlin's pressure on Putin"   -> accuracy/participants, critical
    """
    left, right = case.names
    if len(left) < 2 or not case.same_lemmas or Counter(w.lemma for w in left) != Counter(w.lemma for w in right):
        return None
    here, there = (_frame(case.content[n], case.names[n]) for n in (0, 1))
    if here is None or there is None or here == there or here[::-1] != there:
        return None
    return Claim(
        "accuracy/participants",
        (f"{' … '.join(here)} against {' … '.join(there)}",),
        f"The same names stand in other roles: {quoted(case.edit.text)} where {{reference}} has "
        f"{quoted(case.edit.correction)}.",
        0.7,
        Severity.CRITICAL,
        "roles-swapped",
    )


def _frame(content: list[Lexeme], names: list[Lexeme]) -> list[str] | None:
    """The names before and after the first content word between two names; None where there is no such frame."""
    marks = ["n" if word in names else "-" for word in content]
    text = "".join(marks).strip("-")
    if "-" not in text or text.count("n-") != 1:
        return None
    start = marks.index("n")
    cut = start + text.index("-")
    before = " ".join(w.lemma for w in content[start:cut])
    after = " ".join(w.lemma for w in content[cut:] if w in names)
    return [before, after]
