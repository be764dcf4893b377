"""Numbers as languages say them: in several words, as one word, in Chinese numerals."""

import pytest

from mtqa.edits import Lexeme
from mtqa.language import LANGUAGES
from mtqa.language.lexicon import german_noun
from mtqa.language.numerals import chinese_number, joined_number
from mtqa.rules.figures import values
from mtqa.text import tokens

SAID = [
    ("en", "two hundred and fifty thousand", 250_000),
    ("en", "one thousand two hundred", 1_200),
    ("en", "three million four hundred thousand", 3_400_000),
    ("en", "2.5 million", 2_500_000),
    ("en", "twenty-five", 25),
    ("de", "fünfundzwanzig", 25),
    ("de", "zweitausendvierhundertdrei", 2_403),
    ("de", "siebzehn", 17),
    ("nl", "tweeëndertig", 32),
    ("nl", "driehonderdvijftig", 350),
    ("it", "centoventotto", 128),
    ("it", "duemilatrecento", 2_300),
    ("fr", "quatre-vingt-dix-sept", 97),
    ("fr", "soixante-douze", 72),
    ("fr", "deux mille vingt-quatre", 2_024),
    ("es", "dos mil trescientas", 2_300),
    ("es", "treinta y cinco", 35),
    ("pt", "mil quinhentas", 1_500),
    ("pl", "dwa tysiące trzysta", 2_300),
    ("ru", "двадцать пять тысяч", 25_000),
    ("uk", "п'ятсот", 500),
    ("ar", "خمسمائة", 500),
    ("zh", "300万", 3_000_000),
    ("ja", "三百五十", 350),
]


@pytest.mark.parametrize(("code", "text", "value"), SAID, ids=lambda given: str(given))
def test_a_number_is_one_figure(code: str, text: str, value: float) -> None:
    language = LANGUAGES[code]
    words = [Lexeme(token.text, token.kind, language) for token in tokens(text, language)]
    assert dict(values(words, language)) == {(float(value), ""): 1}


@pytest.mark.parametrize(("text", "found"), [("five of six", {5, 6}), ("two three", {2, 3}), ("one day", set())])
def test_numbers_beside_each_other_stay_apart(text: str, found: set[float]) -> None:
    language = LANGUAGES["en"]
    words = [Lexeme(token.text, token.kind, language) for token in tokens(text, language)]
    assert {value for value, _ in values(words, language)} == found


@pytest.mark.parametrize(
    ("code", "word"), [("de", "Achtung"), ("de", "undzwei"), ("de", "zweizwei"), ("en", "sixfour")]
)
def test_other_words_are_no_numbers(code: str, word: str) -> None:
    assert joined_number(word.lower(), LANGUAGES[code]) is None


@pytest.mark.parametrize(
    ("text", "value"),
    [("三百五十", 350), ("二〇一九", 2019), ("十二", 12), ("万一", None), ("千万", None), ("三五十", None)],
)
def test_chinese_numerals(text: str, value: float | None) -> None:
    assert chinese_number(text) == value


@pytest.mark.parametrize(
    ("word", "noun"), [("patellafrakturen", True), ("prozentpunkte", True), ("witkoff", False), ("lewandowski", False)]
)
def test_german_nouns_are_words_or_made_of_words(word: str, noun: bool) -> None:
    assert german_noun(word) is noun
