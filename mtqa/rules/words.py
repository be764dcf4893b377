"""Single words: names, misspellings, words left in another language."""

import re
import unicodedata
from functools import cache

from rapidfuzz.distance import DamerauLevenshtein, JaroWinkler

from ..edits import Lexeme
from ..language.lexicon import german_noun, zipf
from ..mqm import Severity
from ..text import Kind
from .case import Case, Claim, picked, quoted

__all__ = ["named_entity", "spelling", "untranslated"]

FOREIGN = ("de", "fr", "es", "it", "pt", "nl", "pl", "cs", "en", "fi", "id")


def untranslated(case: Case) -> Claim | None:
    """A word in another script or another language than the text, or one copied from the source.

    Wrong: "all four wichtigen tests"   Right: "all four important tests"   -> accuracy/untranslated, major
    """
    left, right = _names(case)
    names = left if right else []
    for word in case.content[0]:
        found = _other_script(word, case)
        if not found and word not in names:
            found = _copied(word, case) or _other_language(word, case)
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
    left, right = _names(case)
    here, there = {w.lemma for w in left}, {w.lemma for w in right}
    if not here - there or not there - here or not case.right:
        return None
    mine = [w for w in left if w.lemma not in there and w.key not in {o.key for o in case.right}]
    theirs = [w for w in right if w.lemma not in here and w.key not in {o.key for o in case.left}]
    if not mine or not theirs:
        return None
    if len(case.content[0]) > 2 * len(left) + 1 or len(case.content[1]) > 2 * len(right) + 1:
        return None
    best = max(((_likeness(a, b), a, b) for a in mine for b in theirs), key=lambda found: found[0])
    if _likely_form(best[1], best[2]) or _misspelt(best[1], best[2], case.code):
        return None
    evidence = [f"form similarity {best[0]:.2f}"]
    if zipf(best[1].key, case.code) == 0.0:
        evidence.append(f"{quoted(best[1].text)} is not in the word list")
    alike = len(mine) == len(theirs) and all(_likeness(a, b) > 0.8 for a, b in zip(mine, theirs, strict=True))
    how = "is spelt otherwise" if alike else "is another name"
    return Claim(
        "accuracy/named-entity",
        tuple(evidence),
        f"The name {picked(mine, case.edit.text)} {how} in {{reference}}: {picked(theirs, case.edit.correction)}.",
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
    here, there = _differing_parts(wrong, right)
    distance = DamerauLevenshtein.distance(here, there)
    likeness = JaroWinkler.similarity(here, there)
    if distance > 2 and likeness < 0.9:
        return None
    known, wanted = zipf(here, case.code) or 0.0, zipf(there, case.code) or 0.0
    if distance == 1 and known == 0.0 and wanted <= 2.0 and _inner_slip(here, there):
        return Claim(
            "fluency/spelling",
            (f"form similarity {likeness:.2f}", "one letter, in the middle of the word"),
            f"{quoted(wrong.text)} is one letter away from {quoted(right.text)}, which {{reference}} has.",
            0.7,
        )
    unknown = known < 1.8 and wanted > max(2.0, known + 0.8)
    # Common misspellings are in the word list too, and a letter lost or two swapped can leave a rare real word.
    rare = known < 3.0 and wanted - known > 1.5 and not _affixed(here, there)
    slip = distance == 1 and _slip(here, there) and (len(here) <= len(there) or known < 3.0)
    another = wrong.word_class != right.word_class and len(here) <= len(there)
    slipped = slip and (wanted - known > 1.2 or another or len(here) == 1)
    if not unknown and not ((rare or slipped) and wrong.lemma != right.lemma):
        return None
    if known == 0.0:
        fact = "not in the word list"
    else:
        fact = f"{10 ** (wanted - known):,.0f} times rarer" if wanted > known else "a word of another class"
    return Claim(
        "fluency/spelling",
        (f"form similarity {likeness:.2f}", f"{quoted(wrong.text)} {fact}"),
        f"{quoted(wrong.text)} is {distance} letter{'s' if distance > 1 else ''} away from {quoted(right.text)}, which "
        f"{{reference}} has, and is {fact}.",
        0.9 if unknown else 0.7,
    )


_LETTERS = frozenset({Kind.WORD, Kind.COMPOUND})
_WORDS = re.compile(r"\w+")
_LATIN = re.compile(r"[A-Za-z]")


def _names(case: Case) -> tuple[list[Lexeme], list[Lexeme]]:
    """The names of both sides; a capital that opens a sentence counts where the other side has a name there."""
    left, right = case.names
    if bool(left) != bool(right) and case.left and case.right:
        first = case.left[0] if right else case.right[0]
        if first.capital and first.content:
            return ([first], right) if right else (left, [first])
    return left, right


def _misspelt(wrong: Lexeme, right: Lexeme, code: str) -> bool:
    """Whether a capitalised word is an unknown form of a common one ("Brittish", "British"): no other name."""
    here, there = _differing_parts(wrong, right)
    known, wanted = zipf(here, code), zipf(there, code)
    if known is None or wanted is None or known > 1.8 or DamerauLevenshtein.distance(here, there) > 2:
        return False
    return wanted >= 3.6 or (code == "de" and german_noun(there))


def _differing_parts(wrong: Lexeme, right: Lexeme) -> tuple[str, str]:
    """The two forms; of two compounds with one part that differs, that part."""
    here, there = wrong.key.split("-"), right.key.split("-")
    if len(here) == len(there) > 1:
        differing = [(a, b) for a, b in zip(here, there, strict=True) if a != b]
        if len(differing) == 1:
            return differing[0]
    return wrong.key, right.key


def _affixed(a: str, b: str) -> bool:
    """Whether one form is the other with something before or after it: another word rather than a slip."""
    shorter, longer = sorted((a, b), key=len)
    return longer.startswith(shorter) or longer.endswith(shorter)


def _inner_slip(wrong: str, right: str) -> bool:
    """Of words at distance 1: whether they are long, and differ before the ending or by two letters in turn.

    No inflection does so.
    """
    if max(len(wrong), len(right)) < 6:
        return False
    return sorted(wrong) == sorted(right) or (wrong[-2:] == right[-2:] and not _affixed(wrong, right))


def _slip(wrong: str, right: str) -> bool:
    """Whether a letter was lost, written twice, or changed places with others."""
    if len(wrong) == len(right) - 1:
        return any(right[:n] + right[n + 1 :] == wrong for n in range(len(right)))
    if len(wrong) == len(right) + 1:
        return any(wrong[n] == wrong[n - 1] and wrong[:n] + wrong[n + 1 :] == right for n in range(1, len(wrong)))
    return sorted(wrong) == sorted(right)


def _likeness(a: Lexeme, b: Lexeme) -> float:
    return float(JaroWinkler.similarity(a.key, b.key))


def _likely_form(a: Lexeme, b: Lexeme) -> bool:
    """Whether two names are forms of one ("Ukrainian", "Ukraine"; "Russia's", "Russia"), not two spellings."""
    shorter, longer = sorted((a.key, b.key), key=len)
    front = shorter[: max(4, len(shorter) - 2)]
    return len(shorter) > 3 and longer.startswith(front) and len(longer) != len(shorter)


@cache
def _script(character: str) -> str:
    if character.isascii():
        return "LATIN" if character.isalpha() else ""
    name = unicodedata.name(character, "")
    return name.split(" ")[0] if character.isalpha() else ""


def _other_script(word: Lexeme, case: Case) -> str:
    if word.text.isascii() and (word.capital or _LATIN.search(case.comparison.reference)):
        return ""
    here = {_script(c) for c in word.text} - {""}
    there = {_script(c) for c in case.comparison.reference} - {""}
    foreign = here - there
    if foreign and there:
        return f"{min(foreign).lower()} script, which the reference does not use"
    strange = case.code == "en" and not word.capital and zipf(word.key, "en") == 0.0
    return "letters and a form that English does not have" if strange else ""


def _copied(word: Lexeme, case: Case) -> str:
    """Whether the word stands in the source, and neither in the reference nor in the word list."""
    if not case.source or word.kind is not Kind.WORD or (word.capital and case.names[1]) or len(word.key) < 2:
        return ""
    if word.key in _reference_keys(case) or word.key not in _WORDS.findall(case.source.lower()):
        return ""
    here = zipf(word.key, case.code)
    if here is None:
        return ""
    abroad = max(_common(word.key, code) for code in FOREIGN if code != case.code)
    return "copied from the source" if here < 2.5 or abroad - here > 0.3 else ""


def _other_language(word: Lexeme, case: Case) -> str:
    """The language in which the word is much commoner than in the language of the text, if there is one."""
    if word.kind is not Kind.WORD or len(word.key) < 3 or not word.key.isalpha() or word.key in _reference_keys(case):
        return ""
    here = zipf(word.key, case.code)
    if here is not None and here > 4.0:
        return ""
    if any(JaroWinkler.similarity(word.key, w.key) > 0.9 and abs(len(word.key) - len(w.key)) < 2 for w in case.right):
        return ""
    english = 0.0 if word.capital or len(word.key) < 5 or case.code == "en" else _common(word.key, "en")
    if english >= 4.8 and here is None:
        return "a common word of another language (en)"
    if english >= 4.8 and here is not None and english - here >= 1.4:
        return "far commoner in another language (en)"
    if here is None or here > 3.6 or any(zipf(w.key, case.code) == 0.0 for w in case.content[1] if not w.capital):
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
