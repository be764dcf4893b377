"""The tokens of a text as the alignment and the rules see them: key, lemma, stem, closed class, case.

Lexemes are made once a form and shared, so that two tokens of the same form are the same object.
"""

from functools import lru_cache

import regex

from ..kernels.words import Shape
from ..language import Language
from ..language.lexicon import lemma, stem
from ..text import Kind, Token, normal_typography

__all__ = ["Lexeme", "lexeme"]

_SPACED_HYPHEN = regex.compile(r"\s*-\s*")
_JOINT = regex.compile(r"[\W_]+")


_SHAPES = {
    Kind.MARK: Shape.MARK,
    Kind.CHARACTER: Shape.CHARACTER,
    Kind.DATE: Shape.DATE,
    Kind.NUMBER: Shape.NUMBER,
}


class Lexeme:
    """What is known of a form, whatever text it stands in.

    `key` is the form in lower case and plain typography, spaces round a hyphen set aside; `joint` is the key with
    nothing but its letters and digits; `word_class` its closed class ('' for a content word); `content` whether it
    carries content of its own; `capital` whether it begins with an upper-case letter; `shape` what the alignment sees.
    """

    __slots__ = ("capital", "content", "joint", "key", "kind", "lemma", "mark", "shape", "stem", "text", "word_class")

    def __init__(self, text: str, kind: Kind, language: Language) -> None:
        self.text = text
        self.kind = kind
        plain = normal_typography(text).lower()
        self.key = _SPACED_HYPHEN.sub("-", plain) if "-" in plain else plain
        self.joint = _JOINT.sub("", self.key)
        self.mark = kind is Kind.MARK
        self.shape = _SHAPES.get(kind, Shape.WORD)
        shouted = len(text) > 1 and text.isupper()  # US, IT, WHO are no pronouns
        self.word_class = "" if kind is not Kind.WORD or shouted else _closed_class(self.key, language)
        self.content = not self.mark and not self.word_class
        self.lemma = lemma(self.key, language.code) if kind is Kind.WORD else self.key
        self.stem = stem(self.lemma)
        self.capital = text[:1].isupper()


@lru_cache(maxsize=200_000)
def _shared(text: str, kind: Kind, language: Language) -> Lexeme:
    return Lexeme(text, kind, language)


def lexeme(token: Token, language: Language) -> Lexeme:
    """The lexeme of a token; the same object for every token of the same form, kind and language."""
    return _shared(token.text, token.kind, language)


def _closed_class(key: str, language: Language) -> str:
    """The class of a function word; a contracted negation (don't, isn't) is an auxiliary, told by its own rule."""
    found = language.class_of(key)
    if not found and "'" in key and language.code == "en":
        head, _, tail = key.partition("'")
        if tail == "t":
            return "aux"
        return language.class_of(head) if tail in ("s", "re", "ve", "ll", "d", "m") else ""
    return found
