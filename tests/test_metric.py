"""Metrics as values, and signatures as identities."""

import pytest

from mtqa.metric import METRICS, Signature, find_metric, find_metrics
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
