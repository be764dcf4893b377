"""Where a term stands in a text, whatever its inflection: by form, by lemma, by an ending, or in a German compound."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from ..language import Language
from ..language.lexicon import lemma
from ..segment import Span
from ..text import Token, tokens
from .term import Term

__all__ = ["Glossary", "Hit", "Missing"]

_COMPOUNDING = frozenset({"de", "nl", "sv", "da", "no", "fi", "hu"})
_INFLECTING = frozenset(
    {"de", "ru", "uk", "cs", "pl", "sk", "hr", "sl", "bg", "fi", "hu", "et", "lt", "lv", "tr", "ro", "el"}
)
_ENDING = 3  # letters that an ending may add to a word of `_STEM` letters or more
_STEM = 4
_PART = 5  # letters of a word that is found inside a compound


@dataclass(frozen=True, slots=True)
class Hit:
    """A word of a term that stands in a text: where, and the word as the termbase has it."""

    span: Span
    word: str


@dataclass(frozen=True, slots=True)
class Missing:
    """A term that the source calls for and the hypothesis does not have; `found` are its forbidden words that stand
    there, `source` is where the source has it, None for a rule on the target alone.
    """

    term: Term
    source: Hit | None
    found: tuple[Hit, ...]


class Glossary:
    """The terms of one direction, ready to be looked for.

    A term is missing when the source has one of its source words and the hypothesis none of those that are wanted;
    a forbidden word is found where the source has its concept, where nothing is known of the source, or where the
    rule is on the target alone. The longest source term counts: what lies inside it does not.
    """

    def __init__(self, terms: Sequence[Term], *, source: Language, target: Language) -> None:
        self._source, self._target = source, target
        self._by_word: dict[str, list[tuple[str, Term]]] = defaultdict(list)
        self._unspaced: list[tuple[str, Term]] = []
        self._alone = [term for term in terms if not term.source]
        self._forbidding = [term for term in terms if term.forbidden]
        for term in terms:
            for word in term.source:
                first = _shapes(word, source)
                if source.spaced and first:
                    for key in first[0]:
                        self._by_word[key].append((word, term))
                else:
                    self._unspaced.append((word, term))

    def missing(self, hypothesis: str, source: str | None) -> Iterator[Missing]:
        """What of the termbase a hypothesis does not keep, in the order of the source; source None: it is not known."""
        if source is None:
            for term in self._forbidding:
                if found := self._forbidden(term, hypothesis):
                    yield Missing(term, None, found)
            return
        for hit, term in self._called_for(source):
            found = self._forbidden(term, hypothesis)
            kept = any(self._stands(word, hypothesis, term) for word in term.wanted)
            if found or (term.wanted and not kept):
                yield Missing(term, hit, found)
        for term in self._alone:
            if found := self._forbidden(term, hypothesis):
                yield Missing(term, None, found)

    def _called_for(self, source: str) -> list[tuple[Hit, Term]]:
        words = _shaped(source, self._source)
        candidates: dict[tuple[str, int], tuple[str, Term]] = {}
        for keys, _ in words:
            for key in keys:
                for word, term in self._by_word.get(key, ()):
                    candidates[word, id(term)] = (word, term)
        hits = []
        for word, term in (*candidates.values(), *((w, t) for w, t in self._unspaced if w in source)):
            place = next(_places(word, source, self._source, case=term.case, compounds=False), None)
            if place is not None:
                hits.append((Hit(place, word), term))
        hits.sort(key=lambda row: (-len(row[0].span), row[0].span.start))
        kept: list[tuple[Hit, Term]] = []
        for hit, term in hits:
            inside = any(hit.span.overlaps(other.span) and hit.span != other.span for other, _ in kept)
            if not inside and all(term is not other for _, other in kept):
                kept.append((hit, term))
        return sorted(kept, key=lambda row: row[0].span)

    def _forbidden(self, term: Term, hypothesis: str) -> tuple[Hit, ...]:
        """The forbidden words that stand in the hypothesis, but not those that are part of a wanted one there."""
        allowed = [p for word in term.wanted for p in self._all(word, hypothesis, term)]
        return tuple(
            Hit(place, word)
            for word in term.forbidden
            for place in self._all(word, hypothesis, term)
            if not any(place.overlaps(other) and len(place) <= len(other) for other in allowed)
        )

    def _all(self, word: str, text: str, term: Term) -> Iterator[Span]:
        return _places(word, text, self._target, case=term.case, compounds=True)

    def _stands(self, word: str, text: str, term: Term) -> bool:
        return next(self._all(word, text, term), None) is not None


@lru_cache(maxsize=64)
def _shaped(text: str, language: Language) -> tuple[tuple[frozenset[str], Token], ...]:
    """The tokens of a text, each with the forms under which it may be looked up."""
    return tuple((_forms(token.text, language.code), token) for token in tokens(text, language))


@lru_cache(maxsize=20_000)
def _shapes(word: str, language: Language) -> tuple[frozenset[str], ...]:
    """The forms of each token of a term."""
    return tuple(_forms(token.text, language.code) for token in tokens(word, language))


@lru_cache(maxsize=100_000)
def _forms(word: str, code: str) -> frozenset[str]:
    lower = word.lower().replace("’", "'")
    found = {lower, lemma(lower, code)}
    if lower.endswith("'s"):
        found.add(lower[:-2])
    if code == "de" and word[:1].isupper():  # simplemma knows German nouns by their capital
        found.add(_german(word))
    return frozenset(found)


@lru_cache(maxsize=100_000)
def _german(word: str) -> str:
    import simplemma

    return str(simplemma.lemmatize(word, lang="de")).lower()


def _places(word: str, text: str, language: Language, *, case: bool, compounds: bool) -> Iterator[Span]:
    """The places of a term in a text, from left to right."""
    if not language.spaced:
        here, wanted = (text, word) if case else (text.lower(), word.lower())
        if len(here) != len(text):
            here, wanted = text, word  # a letter whose lower case is longer: offsets would shift
        start = here.find(wanted)
        while start >= 0:
            yield Span(start, start + len(wanted))
            start = here.find(wanted, start + len(wanted))
        return
    wanted_forms = _shapes(word, language)
    plain = tuple(token.text for token in tokens(word, language))
    there = _shaped(text, language)
    for position in range(len(there) - len(plain) + 1):
        run = there[position : position + len(plain)]
        same = (
            all(token.text == own for (_, token), own in zip(run, plain, strict=True))
            if case
            else all(
                _same(forms, token.text, wanted, own, language.code)
                for (forms, token), wanted, own in zip(run, wanted_forms, plain, strict=True)
            )
        )
        if same:
            yield Span(run[0][1].start, run[-1][1].end)
        elif compounds and len(plain) == 1 and language.code in _COMPOUNDING and not case:
            token = run[0][1]
            if _within(plain[0].lower(), token.text.lower()):
                yield Span(token.start, token.end)


def _same(forms: frozenset[str], text: str, wanted: frozenset[str], word: str, code: str) -> bool:
    if forms & wanted:
        return True
    lower, own = text.lower(), word.lower()
    if code not in _INFLECTING or len(own) < _STEM or not own.isalpha():
        return False
    if lower.startswith(own) and len(lower) - len(own) <= _ENDING:
        return True
    # Slavic and Baltic endings replace one another: договор, договора; книга, книгу.
    stem = own[:-1] if own[-1] in "aeiouyаеиоуыэюяіїєąęéíěůьй" else own
    return len(stem) >= _STEM and lower.startswith(stem) and len(lower) - len(stem) <= _ENDING and code != "de"


def _within(word: str, token: str) -> bool:
    """Whether a word is a part of a compound: its front or its end, with three letters or more beside it."""
    if len(word) < _PART or len(token) < len(word) + 3:
        return False
    return token.startswith(word) or token.endswith(word) or (word[-1] == "e" and token.startswith(word[:-1]))
