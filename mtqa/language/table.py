"""One language as data: its closed word classes, its number words, and how it writes relative dates."""

from dataclasses import dataclass, field
from types import MappingProxyType

__all__ = ["Language", "closed_classes", "number_words", "opposite_words", "word_set"]

CLASSES = ("det", "prep", "pron", "conj", "aux", "neg", "adv", "wh", "quant")


@dataclass(frozen=True, slots=True, eq=False)
class Language:
    """What is known of a language beyond the neutral.

    `closed` maps a function word (lower case) to its class: det, prep, pron, conj, aux, neg, adv, wh or quant.
    `numbers` maps a number word to its value; `number_parts` has what else stands in numbers written as one word, 0 for
    what joins them ("und"). `opposites` maps a word to those that say the contrary. `subjects` are
    the pronouns that can only be a subject or open one. `feminine` and `masculine` are the pronouns that tell a
    person's gender. `recent` are the words that turn a weekday into another one (last, next). `clause` are words that
    may stand after a dash but never end a compound ("Istanbul-where"). `negates` is the prefix that turns a verb
    into its contrary (neviděl), `denial` the pattern of endings that do (行かなかった). `persons` are letters that a
    verb has in front where it is denied, and not where it is told (لم يذهب, ذهب). `elides` says that words join with an
    apostrophe (l'eau). `spaced` is False where words are written without spaces.
    """

    code: str
    name: str
    closed: MappingProxyType[str, str] = field(default_factory=lambda: MappingProxyType({}))
    numbers: MappingProxyType[str, float] = field(default_factory=lambda: MappingProxyType({}))
    number_parts: MappingProxyType[str, float] = field(default_factory=lambda: MappingProxyType({}))
    opposites: MappingProxyType[str, frozenset[str]] = field(default_factory=lambda: MappingProxyType({}))
    subjects: frozenset[str] = frozenset()
    feminine: frozenset[str] = frozenset()
    masculine: frozenset[str] = frozenset()
    recent: tuple[str, ...] = ()
    date_glue: tuple[str, ...] = ()
    clause: frozenset[str] = frozenset()
    negates: str = ""
    denial: str = ""
    persons: str = ""
    elides: bool = False
    spaced: bool = True

    def class_of(self, word: str) -> str:
        """The closed class of a lower-case word; '' for a content word."""
        return self.closed.get(word, "")


def closed_classes(**words: str) -> MappingProxyType[str, str]:
    """Word → class from space-separated lists; a word of several classes keeps the first one named."""
    found: dict[str, str] = {}
    for kind, listed in words.items():
        if kind not in CLASSES:
            raise ValueError(f"no closed class {kind!r}")
        for word in listed.split():
            found.setdefault(word, kind)
    return MappingProxyType(found)


def number_words(listed: str, start: int = 0) -> dict[str, float]:
    """Word → value from a list of words that count up from `start`; variants are joined by a slash."""
    return {word: float(start + n) for n, words in enumerate(listed.split()) for word in words.split("/")}


def word_set(listed: str) -> frozenset[str]:
    """The words of a space-separated list."""
    return frozenset(listed.split())


def opposite_words(listed: str) -> MappingProxyType[str, frozenset[str]]:
    """Word → its opposites, both ways, from pairs joined by a slash."""
    found: dict[str, set[str]] = {}
    for pair in listed.split():
        one, other = pair.split("/")
        found.setdefault(one, set()).add(other)
        found.setdefault(other, set()).add(one)
    return MappingProxyType({word: frozenset(others) for word, others in found.items()})
