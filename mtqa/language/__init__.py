"""Languages: what the diagnosis knows of each, and which one a text is written in.

Everything neutral works for every language. Closed word classes, number words and gendered pronouns stand for the
languages of `LANGUAGES`; month and weekday names come from CLDR for every language that babel knows.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from types import MappingProxyType

from .dutch import DUTCH
from .eastern import ARABIC, CHINESE, JAPANESE
from .english import ENGLISH
from .german import GERMAN
from .romance import FRENCH, ITALIAN, PORTUGUESE, SPANISH
from .slavic import CZECH, POLISH, RUSSIAN, UKRAINIAN
from .table import Language

__all__ = ["LANGUAGES", "UNKNOWN", "Language", "detect", "find_language"]

LANGUAGES: Mapping[str, Language] = MappingProxyType(
    {
        language.code: language
        for language in (
            *(ENGLISH, GERMAN, FRENCH, SPANISH, PORTUGUESE, ITALIAN, DUTCH),
            *(RUSSIAN, UKRAINIAN, CZECH, POLISH, CHINESE, JAPANESE, ARABIC),
        )
    }
)
UNKNOWN = Language(code="und", name="a language without a table")

# Scripts that name a language well enough for lemmas and dates; (first, last) code point of the common block.
_SCRIPTS = (
    ("ja", 0x3041, 0x30FF),
    ("ko", 0xAC00, 0xD7AF),
    ("zh", 0x4E00, 0x9FFF),
    ("th", 0x0E00, 0x0E7F),
    ("ar", 0x0600, 0x06FF),
    ("he", 0x0590, 0x05FF),
    ("el", 0x0370, 0x03FF),
    ("hi", 0x0900, 0x097F),
    ("ru", 0x0400, 0x04FF),
)
# Letters that only one of the languages with a table has; they decide between two that share function words.
_LETTERS = MappingProxyType({"cs": frozenset("ěřů"), "pl": frozenset("łśźż"), "de": frozenset("ß")})
_UNSPACED = frozenset({"ja", "zh", "th"})
_UKRAINIAN = frozenset("іїєґ")


@cache
def find_language(code: str) -> Language:
    """The language of a code (`en`, `pt-BR`); one without a table gets the neutral rules under its own code."""
    short = code.strip().lower().replace("_", "-").split("-")[0]
    if short in LANGUAGES:
        return LANGUAGES[short]
    if short in ("", UNKNOWN.code):
        return UNKNOWN
    return Language(code=short, name=short, spaced=short not in _UNSPACED)


def detect(texts: Iterable[str], *, enough: int = 4000) -> Language:
    """The language most of whose function words stand in the texts, or the one its script names.

    Reads at most `enough` words. A language without a table in Latin script comes back as `UNKNOWN`: fewer than
    one word in eight is a function word of any known language.
    """
    words: list[str] = []
    scripts: dict[str, int] = {}
    letters = 0
    for text in texts:
        words.extend(text.lower().replace("’", "'").split())
        if not text.isascii():
            for character in text[:400]:
                code = ord(character)
                if code > 0x36F:
                    name = next((name for name, first, last in _SCRIPTS if first <= code <= last), "")
                    if name:
                        scripts[name] = scripts.get(name, 0) + 1
        letters += min(len(text), 400)
        if len(words) > enough:
            break
    if scripts and sum(scripts.values()) > 0.3 * letters:
        # Japanese is told from Chinese by its kana, however many Han characters it has.
        kana = scripts.get("ja", 0) > 0.1 * sum(scripts.values())
        chosen = "ja" if kana else max(scripts, key=lambda name: scripts[name])
        return _cyrillic(words) if chosen == "ru" else find_language(chosen)
    counts = {code: sum(1 for word in words if word in table.closed) for code, table in LANGUAGES.items()}
    own = {code: sum(1 for word in words if not marks.isdisjoint(word)) for code, marks in _LETTERS.items()}
    best = max(counts, key=lambda code: counts[code] + own.get(code, 0))
    return LANGUAGES[best] if words and counts[best] * 8 >= len(words) else UNKNOWN


def _cyrillic(words: list[str]) -> Language:
    """Ukrainian where letters stand that Russian does not have, else Russian: the other languages have no table."""
    ukrainian = sum(1 for word in words if not _UKRAINIAN.isdisjoint(word))
    return LANGUAGES["uk" if ukrainian * 20 >= len(words) else "ru"]
