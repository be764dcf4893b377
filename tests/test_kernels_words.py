"""The word aligner: the native body and the readable one walk the same way; what costs what."""

import gzip
import json
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mtqa.edits.lexemes import Lexeme, lexeme
from mtqa.kernels.library import library
from mtqa.kernels.words import LEFT_ALONE, PAIR, RIGHT_ALONE, path, paths, together
from mtqa.language import LANGUAGES
from mtqa.text import tokens

DATA = Path(__file__).parent.parent.parent / "shared" / "data"
ENGLISH = LANGUAGES["en"]
native = pytest.mark.skipif(library() is None, reason="the native library was not built")


def words(text: str) -> list[Lexeme]:
    return [lexeme(token, ENGLISH) for token in tokens(text, ENGLISH)]


SPACED = """the a of to Putin putin said told 30 -day 30-day 31 Sunday May 11 , . ” not was is held hold holding
form from Kotasova Kottasová Москва москвой 北 京 http://a.b/c {0} n't \u00ad é e\u0301 𝔘𝔘"""
FORMS = st.sampled_from([*SPACED.split(), "x" + "y" * 70, "x" + "y" * 64 + "z", "é" * 64])
TEXTS = st.lists(st.one_of(FORMS, st.text("abcdé\u0301-'", min_size=1, max_size=8)), max_size=12).map(" ".join)


@native
@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(TEXTS, TEXTS), max_size=4), st.integers(1, 3))
def test_both_bodies_walk_the_same_way(texts: list[tuple[str, str]], threads: int) -> None:
    tables = [(words(a), words(b)) for a, b in texts]
    assert paths(tables, threads=threads) == [path(a, b) for a, b in tables]


@native
@pytest.mark.skipif(not DATA.is_dir(), reason="../shared/data is not here")
@pytest.mark.parametrize(
    ("name", "left", "right"), [("postedit.mlqe.ne-en", "mt_tok", "pe_tok"), ("mqm.ted21.zh-en", "mt", "ref")]
)
def test_both_bodies_on_real_texts(name: str, left: str, right: str) -> None:
    with gzip.open(DATA / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
        records = [json.loads(line) for line in islice(lines, 150)]
    tables = [(words(record[left]), words(record[right])) for record in records]
    assert paths(tables) == [path(a, b) for a, b in tables]


def test_without_the_library_the_readable_body_serves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mtqa.kernels.words.library", lambda: None)
    assert paths([(words("he said no"), words("he told me no"))]) == [bytes([PAIR, PAIR, RIGHT_ALONE, PAIR])]


@pytest.mark.parametrize("serving", [path, lambda a, b: paths([(a, b)])[0]])
def test_the_cheapest_way(serving: object) -> None:
    way = serving(words("He held the talks , finally ."), words("He holds talks ."))  # type: ignore[operator]
    assert list(way) == [PAIR, PAIR, LEFT_ALONE, PAIR, LEFT_ALONE, LEFT_ALONE, PAIR]
    assert serving([], []) == b""  # type: ignore[operator]


@pytest.mark.parametrize(
    ("one", "other", "cost"),
    [
        ("talks", "talks", 0.0),
        ("Talks", "talks", 0.05),
        ("the", "the", 0.08),
        ("The", "the", 0.13),
        ("cease-fire", "ceasefire", 0.1),
        (",", ".", 0.5),
        (",", "and", 9.0),
        ("30", "31", 0.4),
        ("30", "thirty", 1.4),
        ("Monday", "Tuesday", 0.3),
        ("held", "holds", 0.2),
        ("to", "with", 0.7),
        ("to", "the", 1.0),
        ("form", "from", 0.8),
        ("with", "walked", 1.55),
    ],
)
def test_what_a_pair_costs(one: str, other: str, cost: float) -> None:
    (a,), (b,) = words(one), words(other)
    assert together(a, b) == pytest.approx(cost)
    assert together(b, a) == pytest.approx(cost)
