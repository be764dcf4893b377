"""Single words: names, misspellings, words left in another language."""

import unicodedata
from functools import cache

from rapidfuzz.distance import DamerauLevenshtein, JaroWinkler

from ..edits import Lexeme
from ..language.lexicon import zipf
from ..mqm import Severity
from ..text import Kind
from .case import Case, Claim, quoted

__all__ = ["named_entity", "spelling", "untranslated"]

FOREIGN = ("de", "fr", "es", "it", "pt", "nl", "pl", "cs", "en", "fi", "id")


def untranslated(case: Case) -> Claim | None:
    """A word in another script or another language than the text, or one copied from the source.

    Wrong: "all four wichtigen tests"   Right: "all four important tests"   -> accuracy/untranslated, major
    """
    for word in case.content[0]:
        found = _other_script(word, case) or _copied(word, case) or _other_language(word, case)
        if found:
            return Claim(
                "accuracy/untranslated",
                (found,),
                f"{quoted(word.text)} is left untranslated ({found}); {{reference}} has "
                f"{quoted(case.edit.correction)}.",
                0.9 if "script" in found else 0.75,
                Severity.MAJOR,
                "untranslated",
            )
    return None


def named_entity(case: Case) -> Claim | None:
    """A name that is another name in the reference, or is spelt otherwise.

    Wrong: "Steve Whitkov"   Right: "Steve Witkoff"   -> accuracy/named-entity, major
    """
    left, right = case.names
    here, there = {w.lemma for w in left}, {w.lemma for w in right}
    if not here - there or not there - here or not case.right:
        return None
    mine = [w for w in left if w.lemma not in there]
    theirs = [w for w in right if w.lemma not in here]
    if len(case.content[0]) > 2 * len(left) + 1 or len(case.content[1]) > 2 * len(right) + 1:
        return None
    best = max(((_likeness(a, b), a, b) for a in mine for b in theirs), key=lambda found: found[0])
    if best[1].lemma[:4] == best[2].lemma[:4] and best[1].stem == best[2].stem and _likely_form(best[1], best[2]):
        return None
    evidence = [f"form similarity {best[0]:.2f}"]
    if zipf(best[1].key, case.code) == 0.0:
        evidence.append(f"{quoted(best[1].text)} is not in the word list")
    how = "is spelt otherwise" if best[0] > 0.8 else "is another name"
    return Claim(
        "accuracy/named-entity",
        tuple(evidence),
        f"The name {quoted(' '.join(w.text for w in mine))} {how} in {{reference}}: "
        f"{quoted(' '.join(w.text for w in theirs))}.",
        0.9 if best[0] > 0.75 else 0.7,
        Severity.MAJOR,
        "name",
    )


def spelling(case: Case) -> Claim | None:
    """A word that is not in the word list, close to one that is.

    Wrong: "the competitiion"   Right: "the competition"   -> fluency/spelling, minor
    """
    words = [w for w in case.left if not w.mark], [w for w in case.right if not w.mark]
    if len(words[0]) != 1 or len(words[1]) != 1:
        return None
    wrong, right = words[0][0], words[1][0]
    if wrong.kind not in _LETTERS or right.kind not in _LETTERS or wrong.key == right.key:
        return None
    distance = DamerauLevenshtein.distance(wrong.key, right.key)
    likeness = JaroWinkler.similarity(wrong.key, right.key)
    if distance > 2 and likeness < 0.9:
        return None
    here, there = zipf(wrong.key, case.code), zipf(right.key, case.code)
    if here is None or there is None:
        return None
    unknown = here < 1.8 and there > max(2.0, here + 0.8)
    # A letter lost or two swapped can leave a rare real word ("ave" for "have").
    slipped = distance == 1 and len(wrong.key) <= len(right.key) and _slip(wrong.key, right.key) and there - here > 1.2
    if not unknown and not (slipped and wrong.lemma != right.lemma):
        return None
    fact = "not in the word list" if here == 0.0 else f"{10 ** (there - here):,.0f} times rarer"
    return Claim(
        "fluency/spelling",
        (f"form similarity {likeness:.2f}", f"{quoted(wrong.text)} {fact}"),
        f"{quoted(wrong.text)} is {distance} letter{'s' if distance > 1 else ''} away from {quoted(right.text)}, which "
        f"{{reference}} has, and is {fact}.",
        0.9 if unknown else 0.7,
    )


_LETTERS = frozenset({Kind.WORD, Kind.COMPOUND})


def _slip(wrong: str, right: str) -> bool:
    if len(wrong) == len(right) - 1:
        return any(right[:n] + right[n + 1 :] == wrong for n in range(len(right)))
    return sorted(wrong) == sorted(right)


def _likeness(a: Lexeme, b: Lexeme) -> float:
    return float(JaroWinkler.similarity(a.key, b.key))


def _likely_form(a: Lexeme, b: Lexeme) -> bool:
    """Whether two names are forms of one ("Ukrainian", "Ukraine"; "Russia's", "Russia"), not two spellings."""
    shorter, longer = sorted((a.key, b.key), key=len)
    return longer.startswith(shorter[: max(4, len(shorter) - 2)]) and len(longer) - len(shorter) != 0


@cache
def _script(character: str) -> str:
    if character.isascii():
        return "LATIN" if character.isalpha() else ""
    name = unicodedata.name(character, "")
    return name.split(" ")[0] if character.isalpha() else ""


def _other_script(word: Lexeme, case: Case) -> str:
    if word.text.isascii():
        return ""
    here = {_script(c) for c in word.text} - {""}
    there = {_script(c) for c in case.comparison.reference} - {""}
    foreign = here - there
    return f"{min(foreign).lower()} script, which the reference does not use" if foreign and there else ""


def _copied(word: Lexeme, case: Case) -> str:
    """Whether the word stands in the source, and neither in the reference nor in the word list."""
    if not case.source or word.kind is not Kind.WORD or word.capital or len(word.key) < 4:
        return ""
    if word.key not in case.source.lower().split() or word.key in case.comparison.reference.lower():
        return ""
    return "copied from the source" if (zipf(word.key, case.code) or 0.0) < 3.0 else ""


def _other_language(word: Lexeme, case: Case) -> str:
    """The language in which the word is much commoner than in the language of the text, if there is one."""
    if word.kind is not Kind.WORD or len(word.key) < 3 or not word.key.isalpha() or word.key in _reference_keys(case):
        return ""
    here = zipf(word.key, case.code)
    if here is None or here > 3.6 or any(zipf(w.key, case.code) == 0.0 for w in case.content[1] if not w.capital):
        return ""
    if any(JaroWinkler.similarity(word.key, w.key) > 0.9 and abs(len(word.key) - len(w.key)) < 2 for w in case.right):
        return ""
    best, code = max((_common(word.key, code), code) for code in FOREIGN if code != case.code)
    return f"far commoner in another language ({code})" if best - here >= 0.8 else ""


def _reference_keys(case: Case) -> set[str]:
    return {w.key for w in case.comparison.reference_lexemes}


@cache
def _small(code: str) -> dict[str, float]:
    import wordfreq

    found = {}
    for rank, words in enumerate(wordfreq.get_frequency_list(code, "small")):
        for word in words:
            found[word] = 9.0 - rank / 100.0
    return found


def _common(word: str, code: str) -> float:
    """How common a word is in a language on the Zipf scale; 0 below once in a million words."""
    return _small(code).get(word, 0.0)
