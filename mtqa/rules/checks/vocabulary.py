"""Words that their language does not have: misspelt, run together, of another script or of another language."""

from collections.abc import Iterator
from functools import cache, lru_cache

import regex

from ...hygiene.writing import scripts
from ...language.lexicon import known, lemma, zipf
from ...segment import Span
from ...text import Kind, Token
from ..case import quoted
from .unit import Finding, Unit

__all__ = ["foreign_script", "foreign_word", "unknown_word", "words_joined"]

COMMON = 3.6  # Zipf of a word that an unknown one may be a slip for: four times in a million words
SHORTEST = 6  # letters; shorter ones have neighbours by chance
LONGEST = 64  # letters; no common word is longer
FOREIGN = ("en", "de", "fr", "es", "pt", "it", "nl", "pl", "cs", "sv", "ro", "tr", "id")
AT_HOME_ABROAD = 4.2  # Zipf in its own language of a word that counts as residue of it
_FOREIGN_RUN = {
    script: regex.compile(rf"[\p{{{name}}}]+(?:[\s·・、，-]*[\p{{{name}}}]+)*")
    for script, name in (("Han", "Han}\\p{Hiragana}\\p{Katakana"), ("Cyrillic", "Cyrillic"), ("Arabic", "Arabic"),
                         ("Hebrew", "Hebrew"), ("Hangul", "Hangul"), ("Thai", "Thai"), ("Devanagari", "Devanagari"),
                         ("Sinhala", "Sinhala"), ("Bengali", "Bengali"), ("Tamil", "Tamil"), ("Georgian", "Georgian"),
                         ("Armenian", "Armenian"), ("Khmer", "Khmer"))
}  # fmt: skip


def foreign_script(unit: Unit) -> Iterator[Finding]:
    """Words in a script that the document is not written in; Latin and Greek letters are at home everywhere.

    Wrong: "the Ministry of 外交 said"   Right: "the Ministry of Foreign Affairs said"   -> accuracy/untranslated, major
    """
    text, own = unit.hypothesis, unit.habits.script
    if text.isascii() or not own:
        return
    here = scripts(text)
    for script, pattern in _FOREIGN_RUN.items():
        if script == own or script not in here or (own == "Hangul" and script == "Han"):
            continue
        for match in pattern.finditer(text):
            if not any(map(str.isalpha, match[0])):
                continue
            if unit.source is not None and match[0] in unit.source and _is_guest(unit.source, script):
                continue  # the source quotes it, too
            yield Finding(
                Span(*match.span()),
                "accuracy/untranslated",
                (f"{script} letters in a text of {own} letters",),
                f"{quoted(match[0])} is written in {script} letters; the document is in {own} ones.",
            )


def _is_guest(source: str, script: str) -> bool:
    found = scripts(source)
    return found[script] * 2 < found.total()


def unknown_word(unit: Unit) -> Iterator[Finding]:
    """A word that no list has, one letter away from a common one; names, terms that recur and words of the source not.

    Wrong: "the govermnent said"   Right: "the government said"   -> fluency/spelling, minor
    """
    for token in _strange(unit):
        near = _near(token.text, unit.code)
        if near:
            yield Finding(
                Span(token.start, token.end),
                "fluency/spelling",
                (f"{token.text} in no word list ({unit.code})", f"one letter from {near}"),
                f"{quoted(token.text)} is in no {unit.language.name} word list; {quoted(near)} is one letter away.",
                near,
            )


def words_joined(unit: Unit) -> Iterator[Finding]:
    """A word that no list has and that is two common words without the space between them.

    Wrong: "becauseof the rain"   Right: "because of the rain"   -> fluency/compounding, minor
    """
    if unit.code not in ("en", "fr", "es", "pt", "it"):
        return  # elsewhere words are joined to compounds
    for token in _strange(unit):
        split = _split(token.text, unit.code)
        if split and not _near(token.text, unit.code):
            yield Finding(
                Span(token.start, token.end),
                "fluency/compounding",
                (f"{token.text} in no word list ({unit.code})", f"the words {split}"),
                f"{quoted(token.text)} is in no {unit.language.name} word list; {quoted(split)} are two of its words.",
                split,
            )


def foreign_word(unit: Unit) -> Iterator[Finding]:
    """Two words in a row, in lower case, that their language hardly has and that are common in another.

    Wrong: "the meeting aber nicht today"   Right: "the meeting, but not today"   -> accuracy/untranslated, major
    """
    if unit.habits.script != "Latin" or known("a", unit.code) is None:
        return
    run: list[Token] = []
    codes: list[str] = []
    for token in (*unit.tokens, None):
        code = _abroad(token, unit) if token is not None else ""
        if token is not None and code:
            run.append(token)
            codes.append(code)
            continue
        if len(run) >= 2:
            text = unit.hypothesis[run[0].start : run[-1].end]
            yield Finding(
                Span(run[0].start, run[-1].end),
                "accuracy/untranslated",
                (f"{len(run)} words common in another language ({codes[0]})",),
                f"{quoted(text)}: words that are rare in {unit.language.name} and common in another language.",
            )
        run, codes = [], []


def _abroad(token: Token, unit: Unit) -> str:
    """The language in which a word is common that is all but unknown in its own; '' for any other token."""
    word = token.text
    if token.kind is not Kind.WORD or not word.isalpha() or word != word.lower() or len(word) < 2:
        return ""
    here = zipf(word, unit.code)
    if here is None or here > 3.3 or unit.language.class_of(word):
        return ""
    best, code = max((zipf(word, other) or 0.0, other) for other in FOREIGN if other != unit.code)
    return code if best >= AT_HOME_ABROAD and best - here >= 1.5 else ""


def _strange(unit: Unit) -> Iterator[Token]:
    """The words in lower case that no list of their language has, and that nothing in the document excuses."""
    code = unit.code
    if known("a", code) is None or not unit.language.spaced:
        return
    for token in unit.words:
        word = token.text
        if len(word) < SHORTEST or word != word.lower() or not word.isalpha() or known(word, code):
            continue
        if unit.habits.seen[word] > 1 or word in unit.habits.names or word in unit.source_words:
            continue
        base = lemma(word, code)
        if base != word and known(base, code):
            continue  # a rare form of a known word
        if _beside_code(unit.hypothesis, token):
            continue
        yield token


def _beside_code(text: str, token: Token) -> bool:
    """Whether a word is part of an address or a name of a file: a mark without spaces on both sides."""
    before, after = text[max(0, token.start - 1) : token.start], text[token.end : token.end + 1]
    return before in tuple("-_/@#\\.‐‑’'") or after in tuple("-_/@#\\‐‑")


@lru_cache(maxsize=50_000)
def _near(word: str, code: str) -> str:
    """The commonest common word one slip away: a letter lost, too many, wrong, or two that changed places; or ''."""
    best, found = 0.0, ""
    if len(word) > LONGEST:
        return ""
    letters = _alphabet(code)
    for n in range(len(word) + 1):
        head, tail = word[:n], word[n:]
        candidates = [head + letter + tail for letter in letters]
        if tail:
            candidates.append(head + tail[1:])
            candidates += [head + letter + tail[1:] for letter in letters]
        if len(tail) > 1:
            candidates.append(head + tail[1] + tail[0] + tail[2:])
        for candidate in candidates:
            common = zipf(candidate, code) or 0.0
            if common > best:
                best, found = common, candidate
    if best < COMMON or _derived(word, found):
        return ""
    return found


def _derived(word: str, near: str) -> bool:
    """Whether the slip may be an ending or a prefix: then the word may be a rare form, no misspelling."""
    return word[:-1] == near or near[:-1] == word or word[1:] == near or near[1:] == word or word[:-1] == near[:-1]


@lru_cache(maxsize=50_000)
def _split(word: str, code: str) -> str:
    """Two words that make up this one, both known and one of them a very common function-like word; or ''."""
    if len(word) < 7:
        return ""
    best, found = 0.0, ""
    for n in range(2, len(word) - 1):
        one, other = zipf(word[:n], code) or 0.0, zipf(word[n:], code) or 0.0
        if min(one, other) > 4.5 and max(one, other) > 5.5 and one + other > best and min(n, len(word) - n) >= 2:
            best, found = one + other, f"{word[:n]} {word[n:]}"
    return found


@cache
def _alphabet(code: str) -> str:
    more = {"de": "äöüß", "fr": "àâçéèêëîïôùûœ", "es": "áéíñóúü", "pt": "áâãàçéêíóôõú", "it": "àèéìòù", "nl": "ëï",
            "pl": "ąćęłńóśźż", "cs": "áčďéěíňóřšťúůýž"}  # fmt: skip
    cyrillic = {"ru": "абвгдеёжзийклмнопрстуфхцчшщъыьэюя", "uk": "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя"}
    return cyrillic.get(code) or "abcdefghijklmnopqrstuvwxyz" + more.get(code, "")
