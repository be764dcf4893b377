"""Repetition, order, function words and forms: the right content, put wrongly."""

from collections import Counter
from collections.abc import Sequence

from rapidfuzz.distance import Indel

from ..edits import Lexeme
from ..language.lexicon import zipf
from ..mqm import Severity
from ..text import Kind
from .case import Case, Claim, beyond, picked, quoted

__all__ = ["connective", "duplication", "function_words", "scrambled", "tense", "word_form", "word_order"]

WINDOW = 7  # words on either side in which a repetition is looked for


def duplication(case: Case) -> Claim | None:
    """Words that repeat their neighbours and that the reference has once.

    Wrong: "could not be met met."   Right: "could not be met."   -> fluency/duplication, minor
    """
    first, last = case.edit.words
    kept = _kept(case)
    if kept:  # “was was seen” → “was seen” may be one edit of “was seen” and “seen”
        last -= kept
    mine = [w for w in case.comparison.lexemes[first:last] if not w.mark]
    if not mine or any(not w.mark for w in case.right[: len(case.right) - kept]):
        return None
    lexemes = case.comparison.lexemes
    content = [w for w in mine if w.content]
    around = [w for w in (*lexemes[max(0, first - WINDOW) : first], *lexemes[last : last + WINDOW]) if not w.mark]
    if content and not kept:
        again = all(any(_said(w, other) for other in around) for w in content)
    else:
        again = _stutter([w.key for w in mine], [w.key for w in lexemes[:first]], [w.key for w in lexemes[last:]])
    if not again:
        return None
    said = picked(mine, case.edit.text) if kept else quoted(case.edit.text.strip())
    return Claim(
        "fluency/duplication",
        (f"{said} repeats words within {WINDOW} words",),
        f"{said} is said twice; {{reference}} has it once.",
        0.9,
    )


def _kept(case: Case) -> int:
    """How many words at the end of both sides are the same, where the hypothesis has more of them."""
    left, right = case.left, case.right
    if len(left) <= len(right):
        return 0
    return next((n for n in range(len(right)) if left[-1 - n].key != right[-1 - n].key), len(right))


def _said(word: Lexeme, other: Lexeme) -> bool:
    """Whether another word says the same again, as itself or as a part of a compound."""
    if other.kind is Kind.DATE:
        return word.key in other.key
    if other.kind is Kind.COMPOUND:
        return word.key in other.key.split("-") or word.key == other.key
    return word.key == other.key or (word.lemma == other.lemma and word.capital == other.capital)


def _stutter(words: list[str], before: list[str], after: list[str]) -> bool:
    """Whether function words repeat, once or more, what stands right beside them."""
    for size in range(1, len(words) + 1):
        unit = words[:size]
        if words == unit * (len(words) // size) and unit in (before[-size:], after[:size]):
            return True
    return False


def scrambled(case: Case) -> Claim | None:
    """A whole segment whose words are all there, in another order.

    Wrong: "Has which unable the pain he relieve"   Right: "He has relieved …"   -> fluency/word-order, major
    """
    whole = case.comparison
    if whole.changed_share < 0.3 or len(whole.tokens) < 5 or len(whole.edits) < 2:
        return None
    if not whole.reordered:
        return None
    count = sum(not word.mark for word in whole.lexemes)
    return Claim(
        "fluency/word-order",
        (f"all {count} words of the segment, {whole.changed_share:.0%} of them in another place",),
        f"The whole segment has the words of {{reference}} in another order; here {quoted(case.edit.text)} stands for "
        f"{quoted(case.edit.correction)}.",
        0.8,
        Severity.MAJOR,
        "scrambled",
    )


def word_order(case: Case) -> Claim | None:
    """The same words in another order.

    Wrong: "been to unable relieve"   Right: "been unable to relieve"   -> fluency/word-order, minor
    """
    left, right = (sorted([w.key for w in side if not w.mark]) for side in (case.left, case.right))
    if left and left == right:
        fact = "the same words on both sides"
    elif case.same_lemmas and [w.lemma for w in case.content[0]] != [w.lemma for w in case.content[1]]:
        fact = "the same lemmas on both sides"
    elif case.edit.moved:
        fact = "the words stand elsewhere in the other text"
    else:
        return None
    where = "stands in another place" if not (left and right) else "is in another order"
    return Claim(
        "fluency/word-order",
        (fact,),
        f"{quoted(case.edit.text or case.edit.correction)} {where} in {{reference}}: {fact}.",
        0.9 if left == right else 0.7,
    )


def connective(case: Case) -> Claim | None:
    """A conjunction that is missing, so that two parts are no longer linked.

    Wrong: "is back in isolation is tested"   Right: "is back in isolation and is tested"   -> accuracy/omission, minor
    """
    words = [w for w in case.right if not w.mark]
    if any(not w.mark for w in case.left) or not words or any(w.word_class != "conj" for w in words):
        return None
    return Claim(
        "accuracy/omission",
        ("only a conjunction is missing",),
        f"The conjunction {quoted(case.edit.correction.strip())} of {{reference}} is missing.",
        0.75,
        Severity.MINOR,
        "connective",
    )


def function_words(case: Case) -> Claim | None:
    """Only articles, prepositions, pronouns or particles differ.

    Wrong: "agree with a proposal"   Right: "agree to a proposal"   -> fluency/function-words, minor
    """
    left, right = case.function
    content = [[w.key for w in side] for side in case.content]
    if content[0] != content[1] or [w.key for w in left] == [w.key for w in right]:
        return None
    if any(content):  # the same content stands on both sides: the function words that both have are not the matter
        left, right = beyond(left, right, by="key"), beyond(right, left, by="key")
    if not (left or right):
        return None
    if (left or right) and all(w.word_class == "aux" for w in (*left, *right)):
        return _auxiliaries(case)
    said = (
        f"{quoted(case.edit.text.strip())} is {quoted(case.edit.correction.strip())} in {{reference}}"
        if left and right
        else f"{quoted(case.edit.correction.strip())} of {{reference}} is missing"
        if right
        else f"{quoted(case.edit.text.strip())} is not in {{reference}}"
    )
    if (modifier := _modifier(left, right)) is not None:
        category = "accuracy/omission" if right else "accuracy/addition"
        fact = f"only {quoted(modifier.text)}, which carries meaning of its own"
        return Claim(category, (fact,), f"{said}.", 0.75, Severity.MINOR, "modifier")
    if not left and _is_subject(right, case):
        return Claim("accuracy/omission", ("a subject pronoun is missing",), f"{said}.", 0.7, Severity.MINOR, "subject")
    kinds = sorted({w.word_class for w in (*left, *right)})
    return Claim("fluency/function-words", (f"closed-class words only: {', '.join(kinds)}",), f"{said}.", 0.85)


def _modifier(left: Sequence[Lexeme], right: Sequence[Lexeme]) -> Lexeme | None:
    """The adverb or quantifier that only one side has, the other side having no word at all."""
    if left and right:
        return None
    return next((w for w in (*left, *right) if w.word_class in ("adv", "quant") and w.key not in _WEAK), None)


def _is_subject(words: Sequence[Lexeme], case: Case) -> bool:
    """Whether just a subject is missing: a pronoun that stands before a verb of the reference."""
    if len(words) != 1:
        return False
    here = case.edit.reference_words[0] + list(case.right).index(words[0])
    after = case.comparison.reference_lexemes[here + 1 : here + 2]
    follows = bool(after) and (after[0].word_class in ("aux", "adv") or (after[0].content and not after[0].capital))
    demonstrative = words[0].word_class == "det"
    return words[0].key in case.comparison.language.subjects and follows and (not demonstrative or not after[0].content)


_WEAK = frozenset({"some", "any", "so", "then", "there", "such"})


def _auxiliaries(case: Case) -> Claim:
    return Claim(
        "fluency/tense-mood-aspect",
        ("auxiliaries only",),
        f"The auxiliary differs: {quoted(case.edit.text.strip()) if case.left else 'none'} where {{reference}} has "
        f"{quoted(case.edit.correction.strip()) if case.right else 'none'}.",
        0.8,
    )


def tense(case: Case) -> Claim | None:
    """The same verb in another tense, mood or aspect.

    Wrong: "Kerry acknowledges"   Right: "Kerry acknowledged"   -> fluency/tense-mood-aspect, minor
    """
    if _became_auxiliary(case):
        return _auxiliaries(case)
    if not case.same_lemmas:
        return None
    auxiliaries = [Counter(w.key for w in side if w.word_class == "aux") for side in case.function]
    moved_form = [(a, b) for a, b in _forms(case) if _verb_form(a, case.code) or _verb_form(b, case.code)]
    if auxiliaries[0] == auxiliaries[1] and not moved_form:
        return None
    if auxiliaries[0] == auxiliaries[1] and case.code != "en":
        return None
    return Claim(
        "fluency/tense-mood-aspect",
        ("same lemmas", "other auxiliaries" if auxiliaries[0] != auxiliaries[1] else "another verb form"),
        f"{quoted(case.edit.text)} is {quoted(case.edit.correction)} in {{reference}}: the same verb, another form.",
        0.85,
    )


def _became_auxiliary(case: Case) -> bool:
    """Whether a verb stands for a form of "be" or "have", or the other way round ("went", "has been")."""
    left, right = case.content
    others, whole = (case.right, case.left) if left else (case.left, case.right)
    if len(left) + len(right) != 1 or len(whole) != 1:
        return False
    (verb,) = left or right
    return bool(others) and all(w.word_class == "aux" for w in others) and _verb_form(verb, case.code)


def word_form(case: Case) -> Claim | None:
    """The same word, or one of the same stem, in another form.

    Wrong: "four importance tests"   Right: "four important tests"   -> fluency/word-form, minor
    """
    forms = _forms(case)
    if case.same_lemmas:
        if not forms:
            return None
        number = case.code == "en" and all(_plural_pair(a.key, b.key) for a, b in forms)
        category, fact = ("fluency/agreement", "differ in a final s") if number else ("fluency/word-form", "same lemma")
        confidence = 0.85
    else:
        if len(case.content[0]) != len(case.content[1]) or not forms or len(forms) > 2:
            return None
        if not all(_same_family(a, b, case.code) for a, b in forms):
            return None
        category, fact, confidence = "fluency/word-form", "same stem", 0.7
    how = "begin alike" if fact == "same stem" else "are forms of one word"
    pair = f"{quoted(forms[0][0].text)} and {quoted(forms[0][1].text)}"
    return Claim(
        category,
        (fact,),
        f"{quoted(case.edit.text)} is {quoted(case.edit.correction)} in {{reference}}: {pair} {how} ({fact}).",
        confidence,
    )


def _forms(case: Case) -> list[tuple[Lexeme, Lexeme]]:
    """The content words in order, side by side, less those of equal form."""
    left, right = case.content
    if len(left) != len(right):
        return []
    return [(a, b) for a, b in zip(left, right, strict=True) if a.key != b.key]


def _verb_form(word: Lexeme, code: str) -> bool:
    """Whether an English form is told from its lemma by tense or aspect, not by a final s."""
    if code != "en" or word.lemma == word.key or word.kind is not Kind.WORD:
        return False
    return not word.key.endswith("s") and not word.key.endswith(("er", "est"))


def _plural_pair(a: str, b: str) -> bool:
    shorter, longer = sorted((a.rstrip("'"), b.rstrip("'")), key=len)
    return longer.replace("'s", "s") in (f"{shorter}s", f"{shorter}es", f"{shorter[:-1]}ies")


def _same_family(a: Lexeme, b: Lexeme, code: str) -> bool:
    """Whether two words look like derivations of one stem, both being words of the language."""
    shortest = min(len(a.key), len(b.key))
    common = _common_front(a.key, b.key)
    if shortest < 4 or common < 4 or common < shortest - 3 or common < 0.6 * shortest:
        return False
    if Indel.normalized_similarity(a.key, b.key) < 0.5:
        return False
    return zipf(a.key, code) != 0.0 or a.capital


def _common_front(a: str, b: str) -> int:
    count = 0
    for x, y in zip(a[: len(b)], b[: len(a)], strict=True):
        if x != y:
            break
        count += 1
    return count
