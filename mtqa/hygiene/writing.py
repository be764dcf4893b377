"""Which script a text is written in, and which language it is likely to be.

Scripts are exact (the Unicode names of the letters); languages are a guess with a confidence, and only for texts that
are long enough to tell.
"""

import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

__all__ = [
    "Guess",
    "Sample",
    "guess_language",
    "language_name",
    "majority",
    "related",
    "script_of",
    "scripts",
    "spacing",
]

LETTERS_TO_TELL = 50  # py3langid errs on 11 of 3,000 clean news segments, all of them shorter or unsure
READ = 160  # characters that are read: more cost time (1 µs each) and tell little
_ASKED = 120  # texts are fewer than this that are asked for the language of them all

# First words of Unicode names -> script; Chinese and Japanese share theirs, so that kanji is never a foreign letter.
_SCRIPTS = {
    **{name: name.capitalize() for name in (
        "LATIN", "GREEK", "CYRILLIC", "ARMENIAN", "HEBREW", "ARABIC", "SYRIAC", "THAANA", "DEVANAGARI", "BENGALI",
        "GURMUKHI", "GUJARATI", "ORIYA", "TAMIL", "TELUGU", "KANNADA", "MALAYALAM", "SINHALA", "THAI", "LAO",
        "TIBETAN", "MYANMAR", "GEORGIAN", "HANGUL", "ETHIOPIC", "CHEROKEE", "KHMER", "MONGOLIAN",
    )},
    "CJK": "Han", "HIRAGANA": "Han", "KATAKANA": "Han", "BOPOMOFO": "Han", "IDEOGRAPHIC": "Han",
}  # fmt: skip

# Languages that a guess on one segment cannot keep apart; they count as one.
_FAMILIES = (
    {"da", "nb", "nn", "no", "sv"}, {"hr", "bs", "sr", "sl"}, {"id", "ms", "jv"}, {"pt", "gl", "es"}, {"cs", "sk"},
    {"ru", "uk", "be", "bg", "mk"}, {"hi", "mr", "ne"}, {"nl", "af"}, {"it", "la"}, {"ca", "oc"}, {"de", "lb"},
    {"fa", "ur", "ar", "ps", "ug"}, {"xh", "zu"}, {"kk", "ky"}, {"et", "fi"}, {"bn", "as"},
)  # fmt: skip
_NAMES = {
    "ar": "Arabic", "bg": "Bulgarian", "bn": "Bengali", "ca": "Catalan", "cs": "Czech", "da": "Danish", "de": "German",
    "el": "Greek", "en": "English", "es": "Spanish", "et": "Estonian", "fa": "Persian", "fi": "Finnish",
    "fr": "French", "he": "Hebrew", "hi": "Hindi", "hr": "Croatian", "hu": "Hungarian", "id": "Indonesian",
    "it": "Italian", "ja": "Japanese", "ko": "Korean", "lt": "Lithuanian", "lv": "Latvian", "ne": "Nepali",
    "nl": "Dutch", "no": "Norwegian", "pl": "Polish", "pt": "Portuguese", "ro": "Romanian", "ru": "Russian",
    "si": "Sinhala", "sk": "Slovak", "sl": "Slovenian", "sr": "Serbian", "sv": "Swedish", "th": "Thai",
    "tr": "Turkish", "uk": "Ukrainian", "ur": "Urdu", "vi": "Vietnamese", "zh": "Chinese",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Guess:
    """A language (ISO 639-1 code) and how sure the model is of it: a share of 1 among all that it knows."""

    language: str
    confidence: float


def scripts(text: str) -> Counter[str]:
    """The letters of a text counted by script (`Latin`, `Cyrillic`, `Han` …); digits and marks are of no script."""
    found: Counter[str] = Counter()
    for character, count in Counter(text).items():
        script = _script_of_character(character)
        if script:
            found[script] += count
    return found


def script_of(text: str, *, share: float = 0.7, letters: int = 1) -> str | None:
    """The script that at least this share of the letters is written in; None if mixed or with too few letters."""
    if text.isascii():
        return "Latin" if sum(map(str.isalpha, text)) >= letters else None
    found = scripts(text)
    total = found.total()
    if total < max(1, letters):
        return None
    script, count = found.most_common(1)[0]
    return script if count >= share * total else None


def guess_language(text: str) -> Guess | None:
    """The likely language of a text, None below 50 letters (20 where words have no spaces), where guesses err.

    A Bayesian guess by the model of py3langid (97 languages; Lui and Baldwin 2012) on the first 160 characters.
    """
    head = text[:READ]
    letters = sum(map(str.isalpha, head))
    if letters < LETTERS_TO_TELL and not (letters >= 20 and script_of(head) in ("Han", "Thai", "Hangul")):
        return None
    return _guessed(head)


@lru_cache(maxsize=1_024)
def _guessed(head: str) -> Guess:
    """The guess of py3langid.rank, a tenth of its time: of 7,480 features only those in the text are added up."""
    import numpy as np

    model = _model()
    state, found = 0, []
    for byte in head.encode("utf-8", "surrogatepass"):
        state = model.tk_nextmove[(state << 8) + byte]
        found += model.tk_output.get(state, ())
    likely = model.nb_ptc[found].sum(axis=0, dtype=np.float64) + model.nb_pc
    best = float(likely.max())
    place = int(np.flatnonzero(likely == best)[-1])  # of equals the last by name, as py3langid ranks them
    return Guess(str(model.nb_classes[place]), 1.0 / float(np.exp(likely - best).sum()))


@cache
def _model() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_pickled_model(MODEL_FILE)


def spacing(count: int) -> int:
    """Every how manieth of so many texts is asked for its language: a power of two, so that 60 to 119 are.

    All are asked where there are fewer. A stream, whose end nobody knows, comes to the same ones: `Sample`.
    """
    step = 1
    while -(-count // step) >= _ASKED:
        step *= 2
    return step


class Sample:
    """Every `spacing`-th text of a stream, as much as is read of it."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self._step = 1
        self._count = 0

    def add(self, text: str) -> None:
        """The next text."""
        if self._count % self._step == 0:
            self.texts.append(text[:READ])
            if len(self.texts) >= _ASKED:
                self.texts = self.texts[::2]
                self._step *= 2
        self._count += 1

    def language(self, *, least: int = 1, sure: float = 0.99) -> Guess | None:
        """The language of two thirds of them (`majority`); what is too short or less sure than `sure` abstains."""
        guesses = filter(None, map(guess_language, self.texts))
        return majority([guess.language for guess in guesses if guess.confidence >= sure], least=least)


def majority(languages: Sequence[str], *, least: int = 5) -> Guess | None:
    """The language of two thirds of the votes, with its share; None below `least` votes and without such a majority."""
    if len(languages) < least:
        return None
    language, count = Counter(languages).most_common(1)[0]
    return Guess(language, count / len(languages)) if count * 3 >= len(languages) * 2 else None


def related(one: str, other: str) -> bool:
    """Whether two languages are the same, or so near that a guess on a single segment cannot tell them apart."""
    return one == other or any(one in family and other in family for family in _FAMILIES)


def language_name(code: str) -> str:
    """The English name of a language, or its code where we have none."""
    return _NAMES.get(code, code)


@cache
def _script_of_character(character: str) -> str | None:
    if not character.isalpha():
        return None
    words = unicodedata.name(character, "").split(maxsplit=2)
    for word in words[:2]:  # HALFWIDTH KATAKANA …, FULLWIDTH LATIN …
        if word.split("-")[0] in _SCRIPTS:
            return _SCRIPTS[word.split("-")[0]]
    return None
