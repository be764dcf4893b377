"""Engines: every one gives sacrebleu's statistics, and the fold gives sacrebleu's scores."""

import random
from collections.abc import Sequence

import numpy as np
import pytest
from sacrebleu.metrics import BLEU, CHRF, TER

from mtqa.engines import (
    ENGINES,
    Fingerprint,
    data_hash,
    fold,
    mean_over_references,
    segment_scores,
    serving,
    signature,
    statistics,
    which,
)
from mtqa.metric import Metric, find_metric
from mtqa.refusal import Misuse, Refusal, Unavailable

NAMES = [engine.NAME for engine in ENGINES]
ROWS: list[tuple[str, tuple[str, ...]]] = [
    ("", ("",)),
    ("", ("a b",)),
    ("a b", ("",)),
    ("the the the", ("the cat",)),
    ("one", ("one",)),
    ("one two", ("one two",)),
    ('He said, "it\'s 3,000.5 - no?"', ('He said: "It\'s 3,000.5 – no!"',)),
    ("The cat sat on the mat.", ("On the mat sat the cat.", "The cat was on the mat.")),
    ("a b c d e f g h", ("e f g h a b c d", "a b c d", "x")),
    ("das ist ein Test", ("dies ist ein Test .",)),
]
METRICS = [
    find_metric("bleu"),
    find_metric("bleu").given(effective_order=False),
    find_metric("bleu").given(smooth_method="floor"),
    find_metric("bleu").given(smooth_method="add-k"),
    find_metric("bleu").given(smooth_method="none", max_ngram_order=2),
    find_metric("bleu").given(tokenize="intl", lowercase=True),
    find_metric("bleu").given(tokenize="char"),
    find_metric("chrf"),
    find_metric("chrf++"),
    find_metric("chrf").given(eps_smoothing=True, whitespace=True),
    find_metric("chrf++").given(beta=3, lowercase=True, char_order=4, word_order=1),
    find_metric("ter"),
    find_metric("ter").given(normalized=True, asian_support=True),
    find_metric("ter").given(no_punct=True, case_sensitive=True),
]
IDS = [str(index) + metric.name for index, metric in enumerate(METRICS)]


def theirs(metric: Metric, *, corpus: bool) -> BLEU | CHRF | TER:
    """sacrebleu's own object; for a corpus, with its own default of effective order."""
    parameters = dict(metric.parameters)
    if metric.key == "bleu":
        return BLEU(**{**parameters, "effective_order": False} if corpus else parameters)
    parameters.pop("references_once", None)
    return CHRF(**parameters) if metric.key.startswith("chrf") else TER(**parameters)


def columns(rows: Sequence[tuple[str, tuple[str, ...]]]) -> tuple[list[str], list[tuple[str, ...]]]:
    return [hypothesis for hypothesis, _ in rows], [references for _, references in rows]


def streams(references: Sequence[tuple[str, ...]]) -> list[list[str | None]]:
    most = max(len(row) for row in references)
    return [[row[k] if k < len(row) else None for row in references] for k in range(most)]


@pytest.mark.parametrize("engine", NAMES)
@pytest.mark.parametrize("metric", METRICS, ids=IDS)
class TestEveryEngine:
    def test_segment_scores_are_sacrebleus(self, engine: str, metric: Metric) -> None:
        ours = segment_scores(statistics(metric, *columns(ROWS), engine=engine))
        wanted = [theirs(metric, corpus=False).sentence_score(text, list(refs)).score for text, refs in ROWS]
        np.testing.assert_allclose(ours, wanted, rtol=0, atol=1e-9)

    def test_the_fold_is_sacrebleus_corpus_score(self, engine: str, metric: Metric) -> None:
        for rows in (ROWS, ROWS[6:7], ROWS[3:], ROWS[4:6], [r for r in ROWS if len(r[1]) == 1]):
            hypotheses, references = columns(rows)
            ours = fold(metric, statistics(metric, hypotheses, references, engine=engine).values.sum(axis=0))
            wanted = theirs(metric, corpus=True).corpus_score(hypotheses, streams(references)).score
            assert float(ours) == pytest.approx(wanted, abs=1e-9)

    def test_order_and_chunks_do_not_matter(self, engine: str, metric: Metric) -> None:
        hypotheses, references = columns(ROWS)
        whole = statistics(metric, hypotheses, references, engine=engine).values
        parts = [statistics(metric, hypotheses[k : k + 3], references[k : k + 3], engine=engine) for k in (0, 3, 6, 9)]
        np.testing.assert_array_equal(np.concatenate([part.values for part in parts]), whole)
        order = random.Random(7).sample(range(len(ROWS)), len(ROWS))
        shuffled = statistics(metric, [hypotheses[i] for i in order], [references[i] for i in order], engine=engine)
        np.testing.assert_array_equal(shuffled.values, whole[order])

    def test_signature_begins_with_sacrebleus_own(self, engine: str, metric: Metric) -> None:
        for rows in (ROWS, ROWS[:3]):
            hypotheses, references = columns(rows)
            stats = statistics(metric, hypotheses, references, engine=engine)
            for level, corpus in (("corpus", True), ("segment", False)):
                original = theirs(metric, corpus=corpus)
                name = original.corpus_score(hypotheses, streams(references)).name
                ours = str(signature(stats, data="0" * 12, level="corpus" if corpus else "segment"))
                assert ours.startswith(f"{name}|{original.get_signature()}|")
                assert f"|level:{level}|engine:{engine}-" in ours
                assert ours.endswith(f"|normaliser:none|data:000000000000|n:{len(rows)}")


def test_sacrebleus_private_statistics_are_what_2_6_gives() -> None:
    pair = ["the cat sat"], [["the cat sat down"]]
    assert BLEU()._extract_corpus_statistics(*pair) == [[3, 4, 3, 2, 1, 0, 3, 2, 1, 0]]
    assert CHRF(char_order=2)._extract_corpus_statistics(*pair) == [[9, 13, 9, 8, 12, 8]]
    assert TER()._extract_corpus_statistics(*pair) == [[1, 4.0]]


def test_corpus_and_segment_bleu_differ_and_say_so() -> None:
    bleu = find_metric("bleu")
    stats = statistics(bleu, ["one two"], [("one two",)])
    assert segment_scores(stats)[0] == pytest.approx(100.0)
    assert float(fold(bleu, stats.values.sum(axis=0))) == 0.0
    corpus, segment = signature(stats, data="x"), signature(stats, data="x", level="segment")
    assert not corpus.comparable(segment)
    assert "|eff:no|" in str(corpus) and "|eff:yes|" in str(segment)
    assert "|order:4|" in str(corpus)


def test_fold_runs_over_any_leading_axes() -> None:
    metric = find_metric("chrf")
    values = statistics(metric, *columns(ROWS)).values
    np.testing.assert_array_equal(fold(metric, values.reshape(2, 5, 18)), fold(metric, values).reshape(2, 5))
    with pytest.raises(Misuse, match="statistics of TER are 2 numbers a row"):
        fold(find_metric("ter"), values)


def test_an_empty_chunk_has_no_rows() -> None:
    stats = statistics(find_metric("chrf++"), [], [])
    assert stats.values.shape == (0, 24) and len(segment_scores(stats)) == 0
    assert len(mean_over_references(find_metric("ter"), [], [])) == 0


def test_mean_over_references() -> None:
    metric = find_metric("ter")
    ours = mean_over_references(metric, *columns(ROWS))
    for score, (text, refs) in zip(ours, ROWS, strict=True):
        wanted = np.mean([TER().sentence_score(text, [ref]).score for ref in refs])
        assert score == pytest.approx(wanted)


def test_the_data_hash_knows_every_border() -> None:
    assert data_hash(["ab"], [("c",)]) != data_hash(["a"], [("bc",)])
    assert data_hash(["a"], [("b", "c")]) != data_hash(["a", "b"], [("c",), ()])
    assert data_hash(["a\ud800"], [("b",)]) != data_hash(["a\ud801"], [("b",)])
    chunks = Fingerprint()
    for text, refs in ROWS:
        chunks.update([text], [refs])
    assert chunks.hexdigest() == data_hash(*columns(ROWS)) and chunks.rows == len(ROWS)
    assert len(chunks.hexdigest()) == 12


@pytest.mark.parametrize(
    ("hypotheses", "references", "said"),
    [
        (["a", "b"], [("a",)], "2 hypotheses, 1 rows of references; pair them line by line"),
        (
            ["a", None],
            [("a",), ("b",)],
            "row 2: hypothesis is text wanted, nothing found; fill the cell or drop the row",
        ),
        (["a"], [(float("nan"),)], "row 1: reference is text wanted, nothing found; fill the cell or drop the row"),
        (["a"], ["a"], "row 1: a tuple of references wanted, str found; write (reference,)"),
        (["a", "b"], [("a",), ()], "row 2: no reference; score only the segments that have one"),
    ],
)
def test_what_cannot_be_counted_is_refused(hypotheses: list[str], references: list[tuple[str, ...]], said: str) -> None:
    with pytest.raises(Refusal) as refusal:
        statistics(find_metric("bleu"), hypotheses, references)
    assert str(refusal.value) == said


def test_unknown_names_and_missing_engines_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    bleu = find_metric("bleu")
    with pytest.raises(Misuse, match="unknown tokenizer '13b'; did you mean 13a"):
        statistics(bleu.given(tokenize="13b"), ["a"], [("a",)])
    with pytest.raises(Unavailable, match="tokenizer flores200 fetches a model from the network"):
        statistics(bleu.given(tokenize="flores200"), ["a"], [("a",)])
    monkeypatch.setenv("MTQA_ENGINE", "sacreblue")
    with pytest.raises(Misuse, match="unknown engine 'sacreblue'; did you mean sacrebleu"):
        statistics(bleu, ["a"], [("a",)])
    monkeypatch.setenv("MTQA_ENGINE", "sacrebleu")
    assert statistics(bleu, ["a"], [("a",)]).engine == "sacrebleu"


def test_every_metric_is_served() -> None:
    assert [service.metric.name for service in which()] == ["BLEU", "chrF2", "chrF2++", "TER"]
    assert all(service.engine for service in which())
    spm = serving(find_metric("bleu").given(tokenize="spm"))
    assert spm.engine is None and dict(spm.refused)["sacrebleu"] == "tokenizer spm fetches a model from the network"


def test_the_version_in_signatures_is_that_of_the_package() -> None:
    from importlib.metadata import version

    import mtqa

    assert mtqa.__version__ == version("mtqa")
