"""Metrics as values, and signatures as identities."""

import pytest

from mtqa.metric import METRICS, Parameter, Signature, find_metric, find_metrics
from mtqa.refusal import Misuse


@pytest.mark.parametrize("name", ["chrf++", "chrF++", "CHRF2++", " chrfpp "])
def test_a_metric_is_found_by_the_names_the_field_uses(name: str) -> None:
    assert find_metric(name) is METRICS["chrf++"]


def test_an_unknown_metric_is_refused_with_the_known_ones() -> None:
    with pytest.raises(Misuse) as refusal:
        find_metric("chfr")
    assert str(refusal.value).startswith("unknown metric 'chfr'; did you mean chrf? known: bleu, chrf, chrf++, ter")
    assert refusal.value.exit_code == 2


def test_a_list_names_each_metric_once_in_order() -> None:
    assert [metric.key for metric in find_metrics("ter, bleu,TER")] == ["ter", "bleu"]
    with pytest.raises(Misuse, match="no metric named"):
        find_metrics(" , ")


def test_parameters_are_checked_by_name_and_type() -> None:
    assert METRICS["bleu"].given(max_ngram_order=2).parameter("max_ngram_order") == 2
    with pytest.raises(Misuse, match="unknown parameter of BLEU 'order'"):
        METRICS["bleu"].given(order=2)
    with pytest.raises(Misuse, match="lowercase is bool, not 3"):
        METRICS["bleu"].given(lowercase=3)


def test_numbers_with_other_signatures_are_not_comparable() -> None:
    one = Signature("BLEU", (("tok", "13a"), ("data", "aaa"), ("n", "24")))
    assert str(one) == "BLEU|tok:13a|data:aaa|n:24"
    assert one.comparable(one.with_parts(data="bbb", n="12"))
    assert not one.comparable(one.with_parts(tok="intl"))


# spelling, name, what it asks for
SPELLED = [
    ("bleu:tokenize=zh", "BLEU:tokenize=zh", {"tokenize": "zh"}),
    ("BLEU : tokenize = zh : lowercase", "BLEU:lowercase=yes:tokenize=zh", {"tokenize": "zh", "lowercase": True}),
    ("bleu:tokenize=13a", "BLEU", {}),
    ("bleu:effective_order=no", "BLEU:effective_order=no", {"effective_order": False}),
    ("chrf:beta=3", "chrF2:beta=3", {"beta": 3}),
    ("chrf++:char_order=0", "chrF2++:char_order=0", {"char_order": 0}),
    ("ter:normalized:asian_support=TRUE", "TER:normalized=yes:asian_support=yes", {"normalized": True}),
]


@pytest.mark.parametrize(("spelling", "name", "parameters"), SPELLED)
def test_parameters_are_asked_for_by_name_and_stand_in_the_name(
    spelling: str, name: str, parameters: dict[str, Parameter]
) -> None:
    metric = find_metric(spelling)
    assert metric.name == name
    assert {parameter: metric.parameter(parameter) for parameter in parameters} == parameters
    assert find_metric(metric.name) == find_metric(metric.asked) == metric  # what is printed can be asked for again
    assert metric.given(**dict(METRICS[metric.key].parameters)) == METRICS[metric.key]


@pytest.mark.parametrize(
    ("spelling", "said"),
    [
        (
            "bleu:tokenise=zh",
            "unknown parameter of BLEU 'tokenise'; did you mean tokenize? known: lowercase, tokenize, ",
        ),
        ("bleu:", "unknown parameter of BLEU ''"),
        ("bleu:lowercase=ja", "BLEU: lowercase is yes or no, not 'ja'"),
        ("bleu:tokenize=zh:tokenize=13a", "BLEU: tokenize is given twice"),
        ("chrf:beta=x", "chrF2: beta is a whole number, not 'x'"),
        ("chrf:beta=1001", "chrF2: beta is 0 to 1000, not 1001"),
        ("bleu:max_ngram_order=0", "BLEU: max_ngram_order is 1 to 1000, not 0"),
        ("chrf:char_order=0", "chrF2: char_order and word_order are both 0, and nothing is left to count"),
        ("comet:x=1", "COMET has no parameters, 'x=1' found; a model is named by --model"),
    ],
)
def test_parameters_that_are_none_are_refused(spelling: str, said: str) -> None:
    with pytest.raises(Misuse) as refusal:
        find_metric(spelling)
    assert str(refusal.value).startswith(said)
