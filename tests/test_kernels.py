"""Kernels: native, readable and sacrebleu count the same, on golden cases and on whatever hypothesis thinks up."""

import json
import random
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sacrebleu.metrics import BLEU, TER
from sacrebleu.tokenizers.tokenizer_ter import TercomTokenizer

from mtqa.engines import data_hash, serving, statistics, statistics_of
from mtqa.engines.fold import width
from mtqa.engines.sacrebleu import count as sacrebleu_count
from mtqa.kernels import counting
from mtqa.kernels.characters import CONTEXT, lower_case
from mtqa.kernels.library import library
from mtqa.kernels.ngrams import bleu_statistics, chrf_statistics
from mtqa.kernels.ter import ter_edits, ter_statistics
from mtqa.kernels.texts import References, Texts
from mtqa.kernels.tokens import bleu_tokens, ter_tokens
from mtqa.metric import Metric, find_metric
from mtqa.refusal import Refusal

native = pytest.mark.skipif(library() is None, reason="the native library was not built (no C++ compiler)")
GOLDEN = [
    json.loads(line)
    for line in (Path(__file__).parent / "cases/metrics/golden.jsonl").read_text(encoding="utf-8").splitlines()[1:]
]
bleu, chrf, ter = find_metric("bleu"), find_metric("chrf"), find_metric("ter")
SETTINGS: dict[str, Metric] = {
    "bleu 13a": bleu,
    "bleu 13a lower": bleu.given(lowercase=True),
    "bleu intl": bleu.given(tokenize="intl"),
    "bleu zh": bleu.given(tokenize="zh"),
    "bleu char": bleu.given(tokenize="char"),
    "bleu none": bleu.given(tokenize="none", max_ngram_order=2),
    "chrf": chrf,
    "chrf++": find_metric("chrf++"),
    "chrf lower space": chrf.given(lowercase=True, whitespace=True, char_order=3),
    "ter": ter,
    "ter cased nopunct": ter.given(case_sensitive=True, no_punct=True),
    "ter normalized": ter.given(normalized=True),
    "ter all": ter.given(normalized=True, no_punct=True, asian_support=True),
}
# Beyond the golden settings, for the properties.
MORE = {
    **SETTINGS,
    "chrf eps": chrf.given(eps_smoothing=True, word_order=1, beta=1),
    "ter normalized once": ter.given(normalized=True, references_once=True),
    "ter normalized asian cased": ter.given(normalized=True, asian_support=True, case_sensitive=True),
}

# Everything that tokenizers and white space know, thrown together.
ODD = st.sampled_from(
    [
        *" .,'-5aAsb&;<>\"/(\n\r\t\x00\x1c\x1f\x85\xa0",
        *("'s", "&amp;", "&quot;", "&lt;", "<skipped>", "-\n", "\n-", ".5", "5."),
        *"\u1680\u180e\u2000\u2003\u200b\u2028\u2029\u202f\u205f\u3000\ufeff\u200d\u200e\u202e",
        *"’“…—–→¿÷½²٣५一々ケひ。、・\uff0c\uff01\uff21\u3400\u3220\u31f0\u2e80\uf900\ufe30\u2a6d\u2f80\u2fa1\u4db5",
        *"éßẞıİΣσςȺKÅ\u0301\u0308\u0590ש\u0627\u064b",
        *("\U00020000", "\U0001f468\u200d\U0001f469", "\U0001f44d\U0001f3fd"),
        *("the ", "cat ", "the cat ", "sat on "),
    ]
)
TEXT = st.one_of(
    st.lists(ODD, max_size=25).map("".join),
    st.text(st.characters(exclude_categories=("Cs",)), max_size=30),
)
ROW = st.tuples(TEXT, st.lists(TEXT, min_size=1, max_size=3))
FEW = settings(max_examples=40, deadline=None)


def readable(metric: Metric, hypothesis: str, references: Sequence[str]) -> list[float]:
    """The statistics of one segment by the readable bodies."""
    options: dict[str, Any] = dict(metric.parameters)
    if metric.key == "bleu":
        cut = {name: options[name] for name in ("tokenize", "lowercase")}
        sides = [bleu_tokens(text, **cut) for text in (hypothesis, *references)]
        return [*map(float, bleu_statistics(sides[0], sides[1:], order=options["max_ngram_order"]))]
    if metric.key == "ter":
        once = options.pop("references_once")
        theirs = [ter_tokens(text, **options, twice=not once) for text in references]
        return [*map(float, ter_statistics(ter_tokens(hypothesis, **options), theirs))]
    return [*map(float, chrf_statistics(hypothesis, references, **options))]


def natively(metric: Metric, rows: Sequence[tuple[str, Sequence[str]]], threads: int = 1) -> list[list[float]]:
    hypotheses, references = [text for text, _ in rows], [tuple(texts) for _, texts in rows]
    values = statistics(metric, hypotheses, references, engine="native", threads=threads).values
    return [[float(number) for number in row] for row in values]


def by_sacrebleu(metric: Metric, rows: Sequence[tuple[str, Sequence[str]]]) -> list[list[float]]:
    hypotheses, references = [text for text, _ in rows], [tuple(texts) for _, texts in rows]
    values = sacrebleu_count(metric, hypotheses, references, width=width(metric))
    return [[float(number) for number in row] for row in values]


@pytest.mark.parametrize("name", SETTINGS)
class TestGolden:
    @native
    def test_native(self, name: str) -> None:
        found = natively(SETTINGS[name], [(case["hypothesis"], case["references"]) for case in GOLDEN])
        for case, row in zip(GOLDEN, found, strict=True):
            assert row == case["statistics"][name], case["why"]

    def test_readable(self, name: str) -> None:
        for case in GOLDEN:
            assert readable(SETTINGS[name], case["hypothesis"], case["references"]) == case["statistics"][name], case[
                "why"
            ]

    def test_sacrebleu_installed_here(self, name: str) -> None:
        found = by_sacrebleu(SETTINGS[name], [(case["hypothesis"], case["references"]) for case in GOLDEN])
        assert found == [case["statistics"][name] for case in GOLDEN]


@native
@pytest.mark.parametrize("name", MORE)
class TestAnyText:
    @FEW
    @given(rows=st.lists(ROW, min_size=1, max_size=4))
    def test_native_readable_and_sacrebleu_agree(self, name: str, rows: list[tuple[str, list[str]]]) -> None:
        metric = MORE[name]
        expected = by_sacrebleu(metric, rows)
        assert natively(metric, rows) == expected
        assert [readable(metric, *row) for row in rows] == expected


@native
@settings(max_examples=300, deadline=None)
@given(text=TEXT)
def test_tokens_are_sacrebleus(text: str) -> None:
    for tokenize in counting.TOKENIZERS:
        theirs = BLEU(tokenize=tokenize).tokenizer(text.rstrip()).split()
        assert bleu_tokens(text, tokenize=tokenize) == theirs
        assert counting.tokens(text, tokenize=tokenize) == theirs
    for flags in ((), ("normalized",), ("normalized", "asian_support"), ("no_punct", "asian_support")):
        options = {name: name in flags for name in ("normalized", "no_punct", "asian_support")}
        cut = TercomTokenizer(**options, case_sensitive=False)
        theirs = cut(text.rstrip()).split()
        assert ter_tokens(text, **options, case_sensitive=False) == theirs
        assert counting.tokens(text, flags=flags, lowercase=True) == theirs
        again = cut(" ".join(theirs).rstrip()).split()
        assert counting.tokens(text, flags=(*flags, "twice"), lowercase=True) == again


WORDS = st.integers(1, 70).flatmap(
    lambda size: st.lists(st.sampled_from("abcdefghijklmnop"[: 2 + size % 15]), max_size=size)
)


@native
@settings(max_examples=80, deadline=None)
@given(hypothesis=WORDS, reference=WORDS, cut=st.integers(0, 70))
def test_shifts_beyond_the_beam(hypothesis: list[str], reference: list[str], cut: int) -> None:
    """Word sequences of any length, and a text against itself with its halves swapped."""
    swapped = reference[cut:] + reference[:cut]
    for ours in (hypothesis, swapped):
        rows = [(" ".join(ours), [" ".join(reference)])]
        edits = TER()._extract_corpus_statistics([rows[0][0]], [[rows[0][1][0]]])[0][0]
        assert natively(ter, rows)[0][0] == edits
        assert ter_edits(ours, reference) == edits


@native
def test_lengths_that_the_beam_was_not_made_for() -> None:
    """Ratios of reference to hypothesis up to 200, where the beam leaves the word and is filled cell by cell."""
    make = random.Random(3)
    rows = [
        (" ".join(make.choices("abcdefgh", k=ours)), [" ".join(make.choices("abcdefgh", k=theirs))])
        for ours in (1, 2, 3, 4, 7, 12)
        for theirs in (23, 24, 25, 26, 60, 101, 155, 210)
    ]
    assert natively(ter, rows) == by_sacrebleu(ter, rows)


@native
def test_long_segments() -> None:
    """70,000 characters and 10,000 words: other tables, the same numbers; nothing is cut."""
    make = random.Random(5)
    words = ["".join(make.choices("abcdefghijklmnopqrstuvwxyzäé一👍", k=make.randint(1, 12))) for _ in range(9000)]
    ours, theirs = " ".join(make.choices(words, k=10_000)), " ".join(make.choices(words, k=10_000))
    for metric in (find_metric("chrf++"), bleu):
        assert natively(metric, [(ours, [theirs])])[0] == readable(metric, ours, [theirs])
    text = " ".join(words)
    moved = " ".join([*words[:4000], *words[4003:4020], *words[4000:4003], "new", *words[4020:]])
    assert natively(ter, [(text, [text]), (moved, [text])]) == [[0.0, 9000.0], [2.0, 9000.0]]


@native
@pytest.mark.parametrize("metric", [bleu, chrf, find_metric("chrf++"), ter], ids=lambda metric: metric.name)
def test_threads_and_doubles_do_not_matter(metric: Metric) -> None:
    rows = [(case["hypothesis"], case["references"]) for case in GOLDEN] * 12
    random.Random(1).shuffle(rows)
    once = natively(metric, rows)
    assert [natively(metric, [row])[0] for row in rows[:50]] == once[:50]
    for threads in (2, 3, 16):
        assert natively(metric, rows, threads) == once


@native
@settings(max_examples=50, deadline=None)
@given(rows=st.lists(ROW, max_size=6), skip=st.integers(0, 3))
def test_arrow_columns_are_the_same_columns(rows: list[tuple[str, list[str]]], skip: int) -> None:
    hypotheses, references = [text for text, _ in rows], [tuple(texts) for _, texts in rows]
    for kind in (pa.string(), pa.large_string()):
        ours = Texts.from_arrow(pa.array(hypotheses, kind).slice(skip))
        theirs = References.from_arrow(pa.array(references, pa.list_(kind)).slice(skip))
        assert list(ours) == hypotheses[skip:] and list(theirs) == references[skip:]
        assert data_hash(ours, theirs) == data_hash(hypotheses[skip:], references[skip:])
        for metric in (bleu, find_metric("chrf++"), ter):
            columns = statistics(metric, ours, theirs)
            lists = statistics(metric, hypotheses[skip:], references[skip:])
            np.testing.assert_array_equal(columns.values, lists.values)
            assert columns.nrefs == lists.nrefs
    single = References.from_arrow(pa.array(hypotheses, pa.string()))
    assert list(single) == [(text,) for text in hypotheses]


def test_arrow_nulls_are_refused() -> None:
    with pytest.raises(Refusal, match="row 2: text is wanted, nothing found; fill the cell or drop the row"):
        Texts.from_arrow(pa.array(["a", None]))
    with pytest.raises(Refusal, match="row 1: no reference; score only the segments that have one"):
        References.from_arrow(pa.array([None, ["a"]], pa.list_(pa.string())))
    with pytest.raises(Refusal, match="a column of text is wanted, int64 found; cast it to string"):
        Texts.from_arrow(pa.array([1]))
    with pytest.raises(Refusal, match="row 2: no reference"):
        statistics(bleu, Texts.of(["a", "b"]), References.from_arrow(pa.array([["a"], []], pa.list_(pa.string()))))


@native
def test_lone_surrogates_are_counted_by_sacrebleu() -> None:
    rows = [("a b", ["a b c"]), ("a \ud800b", ["a \ud800b c"]), ("x", ["x", "\udfff"])]
    for metric in (bleu, chrf, ter):
        assert natively(metric, rows) == by_sacrebleu(metric, rows)


@native
def test_several_metrics_share_their_work_and_not_their_numbers() -> None:
    metrics = [chrf, find_metric("chrf++"), bleu, chrf.given(whitespace=True), ter]
    for rows in ([(c["hypothesis"], tuple(c["references"][:1])) for c in GOLDEN], [("abc", ("abd", "ab c x"))]):
        hypotheses, references = [text for text, _ in rows], [texts for _, texts in rows]
        for metric, stats in zip(metrics, statistics_of(metrics, hypotheses, references), strict=True):
            assert stats.metric == metric
            np.testing.assert_array_equal(stats.values, statistics(metric, hypotheses, references).values)


@native
@settings(max_examples=200, deadline=None)
@given(junk=st.lists(st.binary(max_size=40), min_size=2, max_size=2))
@example(junk=["Σ".encode() + b"\x80", b"\xc4\xb0\xf0\x9f"])
@example(junk=[b"\xe3\x80", b"a \xf0\x9f\x80"])
def test_broken_utf8_is_survived(junk: list[bytes]) -> None:
    """Parquet may hold what is not UTF-8: any numbers will do, a crash or a read outside will not."""
    column = [
        Texts(np.frombuffer(text, np.uint8), np.array([0, len(text)], np.int64)) if text else Texts.of([""])
        for text in junk
    ]
    references = References(column[1], np.array([0, 1], np.int64))
    for metric in MORE.values():
        assert np.isfinite(statistics(metric, column[0], references, engine="native").values).all()


def test_the_table_of_lower_case_is_the_interpreters() -> None:
    table = lower_case()
    for code in (*range(0xD800), *range(0xE000, 0x110000)):
        mark = chr(code)
        if mark not in CONTEXT:
            assert mark.lower() == chr(table[code] if code < len(table) else code)


WITHOUT = """
import mtqa.kernels.library as library
from pathlib import Path
library._found = lambda: {found}
from mtqa.engines import serving, statistics
from mtqa.metric import find_metric
print(statistics(find_metric("ter"), ["a b"], [("a b c",)]).engine)
print(dict(serving(find_metric("ter")).refused)["native"])
"""


@pytest.mark.parametrize(
    ("found", "said"),
    [
        ("None", "the native library was not built; reinstall with a C++17 compiler: pip install --no-cache-dir ."),
        ("Path('/dev/null')", "the native library cannot be loaded ("),
    ],
)
def test_without_the_library_sacrebleu_serves_or_it_is_refused(found: str, said: str) -> None:
    code = [sys.executable, "-c", WITHOUT.format(found=found)]
    run = subprocess.run(code, capture_output=True, text=True, env={"MTQA_ENGINE": ""}, check=True)
    assert run.stdout.startswith(f"sacrebleu\n{said}")
    run = subprocess.run(code, capture_output=True, text=True, env={"MTQA_REQUIRE_NATIVE": "1"}, check=False)
    assert f"mtqa.refusal.Unavailable: MTQA_REQUIRE_NATIVE=1, but {said}" in run.stderr


@native
def test_the_kernels_serve_what_they_can() -> None:
    assert serving(bleu).engine == "native"
    assert serving(bleu.given(tokenize="zh")).engine == "native"
    assert dict(serving(bleu.given(tokenize="ja-mecab")).refused)["native"] == "the kernels have no tokenizer ja-mecab"
    many = serving(bleu.given(max_ngram_order=65))
    assert many.engine == "sacrebleu"
    assert dict(many.refused)["native"] == "the kernels count 1 to 64 orders, not 65"


def test_the_corrected_ter_finds_a_text_equal_to_itself() -> None:
    """sacrebleu's normalized TER tokenizes references twice: a text against itself costs 22.22."""
    text = "I said it's, well, good."
    copied, corrected = ter.given(normalized=True), ter.given(normalized=True, references_once=True)
    for engine in ("native", "sacrebleu") if library() else ("sacrebleu",):
        assert statistics(copied, [text], [(text,)], engine=engine).values.tolist() == [[2.0, 9.0]]
        assert statistics(corrected, [text], [(text,)], engine=engine).values.tolist() == [[0.0, 8.0]]


SHARED_TEXTS = [
    "",
    "a",
    "the cat sat on the mat",
    "the mat sat on the cat , twice",
    "Ünï — codé 🙂 1.5",
    "ababababab abab " * 9,
]


@native
@pytest.mark.parametrize("threads", [1, 3])
@pytest.mark.parametrize("name", SETTINGS)
def test_rows_that_share_references_count_as_each_does_alone(name: str, threads: int) -> None:
    """A kernel keeps the references it read last: what stood between two systems must not show."""
    metric, draw = SETTINGS[name], random.Random(name)
    references = [tuple(draw.sample(SHARED_TEXTS, draw.choice((1, 1, 1, 2)))) for _ in range(8)]
    rows = [(draw.choice(SHARED_TEXTS) + draw.choice(("", " mat")), draw.choice(references)) for _ in range(200)]
    together = statistics(metric, *map(list, zip(*rows, strict=True)), engine="native", threads=threads).values
    alone = [statistics(metric, [text], [texts], engine="native", threads=1).values[0] for text, texts in rows]
    assert (together == np.array(alone)).all()
