"""What is known of single words: lemma, stem, frequency, and whether a language has the word at all.

Lemmas are simplemma's (54 languages), frequencies wordfreq's (Zipf scale: 3 is once in a million words; its data end
in 2021). A language that neither knows has no lemmas and no frequencies: `lemma` gives the word back, `zipf` None.
"""

from functools import cache, lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simplemma import Lemmatizer
    from simplemma.strategies import DictionaryLookupStrategy
    from simplemma.strategies.dictionaries.dictionary_factory import DefaultDictionaryFactory

__all__ = ["german_noun", "known", "lemma", "stem", "zipf"]

LONGEST_NOUN = 60  # letters; what is longer is no word, and would be cut at every one of them


@lru_cache(maxsize=200_000)
def lemma(word: str, language: str) -> str:
    """The base form of a lower-case word; the word itself where no table knows it. A possessive 's is dropped."""
    if language == "en":
        for ending in ("'s", "s'"):
            if word.endswith(ending) and len(word) > 3:
                word = word[: -len(ending)] + ending[: -2 if ending == "'s" else -1]
    if language not in _lemma_languages() or not word.isalpha():
        return word
    return _lemmatizer().lemmatize(word, lang=language).lower()


@cache
def _lemmatizer() -> "Lemmatizer":
    from simplemma import Lemmatizer
    from simplemma.strategies import DefaultStrategy

    return Lemmatizer(lemmatization_strategy=DefaultStrategy(dictionary_factory=_dictionaries()))


@cache
def _dictionaries() -> "DefaultDictionaryFactory":
    """simplemma's own keeps eight dictionaries; more languages in turn would read them again and again, 4 s each."""
    from simplemma.strategies.dictionaries.dictionary_factory import DefaultDictionaryFactory

    return DefaultDictionaryFactory(cache_max_size=len(_lemma_languages()))


@cache
def _lemma_languages() -> frozenset[str]:
    from simplemma.strategies.dictionaries.dictionary_factory import SUPPORTED_LANGUAGES

    return frozenset(SUPPORTED_LANGUAGES)


@lru_cache(maxsize=20_000)
def german_noun(word: str) -> bool:
    """Whether a lower-case word is in the German dictionary as a noun, or a compound of words that are.

    A compound ends with a noun of five letters or more, and what stands before it is a word, a linking s, n, en or es
    set aside. Nothing of more than 60 letters is one.
    """
    if len(word) > LONGEST_NOUN:
        return False
    if _in_dictionary(word.capitalize(), "de"):
        return True
    for cut in range(4, len(word) - 4):
        if _in_dictionary(word[cut:].capitalize(), "de"):
            front = word[:cut]
            if any(_german_front(front.removesuffix(link)) for link in ("", "s", "n", "en", "es")):
                return True
    return False


def _german_front(word: str) -> bool:
    return len(word) > 2 and (
        (zipf(word, "de") or 0.0) >= 2.0 or _in_dictionary(word.capitalize(), "de") or _in_dictionary(word, "de")
    )


def _in_dictionary(word: str, language: str) -> bool:
    return _lookup().get_lemma(word, language) is not None


@cache
def _lookup() -> "DictionaryLookupStrategy":
    from simplemma.strategies import DictionaryLookupStrategy

    return DictionaryLookupStrategy(dictionary_factory=_dictionaries())


def stem(word: str) -> str:
    """The front of a word that its inflections share: five letters, or all but two of a shorter one.

    A crude, neutral stand-in for a stemmer; it only ever lowers the cost of an alignment.
    """
    return word[: max(3, min(5, len(word) - 2))]


@lru_cache(maxsize=200_000)
def zipf(word: str, language: str) -> float | None:
    """How common a word is on the Zipf scale (0 unknown … 8); None where the language has no word list."""
    table = _frequencies(language)
    return None if table is None else table.get(word, 0.0)


def known(word: str, language: str) -> bool | None:
    """Whether the language's word list has the word; None where there is no list."""
    found = zipf(word, language)
    return None if found is None else found > 0.0


@cache
def _frequencies(language: str) -> dict[str, float] | None:
    import wordfreq

    if language not in wordfreq.available_languages("small"):
        return None
    found = {}
    for rank, words in enumerate(wordfreq.get_frequency_list(language, "best")):
        # A bin holds the words of frequency 10^(-rank/100), so Zipf = 9 - rank/100.
        for word in words:
            found[word] = 9.0 - rank / 100.0
    return found
