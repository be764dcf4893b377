"""Tokens keep their offsets; dates say what they say; words are counted."""

import re
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mtqa.language import LANGUAGES, UNKNOWN, detect, find_language
from mtqa.language.lexicon import known, lemma, zipf
from mtqa.text import Date, Kind, joined_lines, normal_typography, parse_date, tokens, word_count

EN = find_language("en")


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=80), st.sampled_from([*sorted(LANGUAGES), "zh", "ar", "xx"]))
def test_tokens_cover_all_but_white_space(text: str, code: str) -> None:
    here = 0
    for token in tokens(text, find_language(code)):
        assert token.text == text[token.start : token.end] != ""
        assert not text[here : token.start].strip()
        here = token.end
    assert not text[here:].strip()


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Last Sunday (4), Putin", ["Last Sunday (4)", ",", "Putin"]),
        ("on Thursday, May 15, in", ["on", "Thursday, May 15", ",", "in"]),
        ("a 30 -day truce", ["a", "30 -day", "truce"]),
        ("a so -called truce", ["a", "so -called", "truce"]),
        ("state-of-the-art", ["state-of-the-art"]),
        ("in Istanbul-where they", ["in", "Istanbul", "-", "where", "they"]),
        ("30 days-a position", ["30", "days", "-", "a", "position"]),
        ("pre- and post-war", ["pre", "-", "and", "post-war"]),
        ("at 10: 18 p.m. sharp", ["at", "10: 18 p.m.", "sharp"]),
        ("4892 m and $60.5 million", ["4892 m", "and", "$60.5", "million"]),
        ("don't tell Putin’s aide", ["don't", "tell", "Putin’s", "aide"]),
        ("the U.S. e\u0301te\u0301", ["the", "U.S.", "e\u0301te\u0301"]),
        ("北京shi市", ["北", "京", "shi", "市"]),
        ("see https://a.b/c?d=e and {0} %s <b>", ["see", "https://a.b/c?d=e", "and", "{0}", "%s", "<b>"]),
        ("snake_case and _loose_", ["snake_case", "and", "_", "loose", "_"]),
    ],
)
def test_tokens(text: str, wanted: list[str]) -> None:
    assert [token.text for token in tokens(text, EN)] == wanted


@pytest.mark.parametrize(
    ("text", "code", "wanted"),
    [
        ("Last Sunday (4)", "en", Date(relative="last", weekday=6, day=4)),
        ("Thursday, May 15", "en", Date(weekday=3, day=15, month=5)),
        ("5 May 2020", "en", Date(day=5, month=5, year=2020)),
        ("May 5th, 2020", "en", Date(day=5, month=5, year=2020)),
        ("10:18 p.m.", "en", Date(time="22:18")),
        ("12 a.m.", "en", Date(time="00:00")),
        ("2020-05-03", "en", Date(day=3, month=5, year=2020)),
        ("Donnerstag (15.)", "de", Date(weekday=3, day=15)),
        ("Donnerstag, dem 15. Mai", "de", Date(weekday=3, day=15, month=5)),
        ("lunes 6 de mayo", "es", Date(weekday=0, day=6, month=5)),
        ("5 Sept. 2020", "en", Date(day=5, month=9, year=2020)),
        ("Montag, 12. Mai", "de", Date(weekday=0, day=12, month=5)),
        ("12 de mayo de 2020", "es", Date(day=12, month=5, year=2020)),
        ("quinta-feira (15)", "pt", Date(weekday=3, day=15)),
        ("2020年5月3日", "zh", Date(day=3, month=5, year=2020)),
    ],
)
def test_dates(text: str, code: str, wanted: Date) -> None:
    language = find_language(code)
    assert parse_date(text, language) == wanted
    assert [token.text for token in tokens(f"({text})", language) if token.kind is Kind.DATE] == [text]


@pytest.mark.parametrize("text", ["may come", "a march", "340", "3.5 %", "1:2:3:4", ""])
def test_no_dates(text: str) -> None:
    assert not any(token.kind is Kind.DATE for token in tokens(text, EN))
    assert parse_date(text, EN) is None


@pytest.mark.parametrize(
    ("text", "code", "wanted"),
    [
        ("el lunes 6 de mayo.", "es", "lunes 6 de mayo"),
        ("北京市场5月3日开展", "zh", "5月3日"),
        ("on May 5.", "en", "May 5"),
        ("am Donnerstag (15.) in", "de", "Donnerstag (15.)"),
    ],
)
def test_a_date_ends_where_it_ends(text: str, code: str, wanted: str) -> None:
    assert [token.text for token in tokens(text, find_language(code)) if token.kind is Kind.DATE] == [wanted]


def test_dates_that_conflict() -> None:
    four, eleven = Date(relative="last", weekday=6, day=4), Date(weekday=6, day=11, month=5)
    assert four.conflicts(eleven) == ("day", "relative")
    assert Date(weekday=3, day=15).conflicts(Date(weekday=3, day=15, month=5)) == ()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("The leaders of the world said that they are ready to talk.", "en"),
        ("Die Regierung hat gesagt, dass sie nicht mit ihnen reden will.", "de"),
        ("Le président a dit que la France ne sera pas dans le groupe.", "fr"),
        ("El presidente dijo que no hay una salida para la crisis de los bancos.", "es"),
        ("O presidente disse que não há uma saída para a crise dos bancos.", "pt"),
        ("Il presidente ha detto che non è una soluzione per la crisi delle banche.", "it"),
        ("De minister zei dat hij niet met de partij over het plan wil praten.", "nl"),
        ("北京市场监管部门开展综合执法", "zh"),
        ("東京の市場は今日から始まります", "ja"),
        ("Президент сказал, что не поедет", "ru"),
        ("Schůzka se konala včera. On viděl domy.", "cs"),
        ("Zgromadzenie uchwaliło ustawę budżetową", "und"),
        ("", "und"),
    ],
)
def test_language_is_told(text: str, code: str) -> None:
    assert detect([text]).code == code


def test_languages() -> None:
    assert find_language("pt-BR") is LANGUAGES["pt"]
    assert find_language("XX").code == "xx"
    assert UNKNOWN.class_of("the") == ""
    for code, language in LANGUAGES.items():
        assert language.code == code
        assert {"det", "prep", "pron", "conj", "aux", "neg"} <= set(language.closed.values())


def test_words_of_the_lexicon() -> None:
    assert lemma("held", "en") == "hold"
    assert lemma("putin's", "en") == "putin"
    assert lemma("anything", "xx") == "anything"
    assert known("ceasefire", "en") and known("whitkov", "en") is False and known("word", "xx") is None
    assert (zipf("the", "en") or 0) > 7


@pytest.mark.parametrize(
    ("text", "words"), [("", 0), ("30-day “truce”, he said", 4), ("北京市", 3), ("don’t", 1), ("— …", 0)]
)
def test_word_count(text: str, words: int) -> None:
    assert word_count(text) == words


def test_normal_typography() -> None:
    assert normal_typography("“a” – ‘b’…\u00a0c\u200b") == "\"a\" - 'b'... c"


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        (["One.", "Two."], "One. Two."),
        (["一つ。", "二つ。"], "一つ。二つ。"),
        (["하나.", "둘."], "하나. 둘."),
        (["东西。", "Two."], "东西。 Two."),
        (["", "Two."], "Two."),
        ([], ""),
    ],
)
def test_lines_are_joined_as_their_script_does(lines: list[str], text: str) -> None:
    assert joined_lines(lines) == text


@settings(deadline=None)
@given(st.text("aB1 .,:/'-_@<>{}%$\t\n\x00\x1c\x0bUSsthkm\x85", max_size=14).filter(str.isascii))
def test_the_faster_pattern_of_ascii_cuts_alike(text: str) -> None:
    def cuts(pattern: re.Pattern[str]) -> list[tuple[tuple[int, int], str | None]]:
        return [(match.span(), match.lastgroup) for match in pattern.finditer(text)]

    cutting = sys.modules["mtqa.text.tokens"]
    assert cuts(cutting._ASCII_ATOM) == cuts(cutting._ATOM)
