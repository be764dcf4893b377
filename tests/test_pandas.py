"""`frame.mtqa`: the verbs of the face on a frame, registered when asked for and not before."""

import re
import subprocess
import sys

import pandas as pd
import pytest

import mtqa
import mtqa.pandas
from mtqa.refusal import Misuse, Refusal
from mtqa.segment import ReferenceKind


@pytest.fixture
def frame() -> pd.DataFrame:
    rows = {
        "id": ["1", "2", "3"],
        "mt": ["A ceasefire for 60 days.", "He met Whitkov.", "Fine <b>words</b>."],
        "pe": ["A ceasefire for 30 days.", "He met Witkoff.", "Fine <b>words</b>."],
    }
    return pd.DataFrame(rows, index=[7, 8, 9])


def test_nothing_is_registered_before_the_import() -> None:
    code = (
        "import mtqa, pandas; assert not hasattr(pandas.DataFrame, 'mtqa'); import mtqa.pandas; pandas.DataFrame.mtqa"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_each_verb_says_what_the_face_says(frame: pd.DataFrame) -> None:
    scores = frame.mtqa.score()
    pd.testing.assert_frame_equal(scores, mtqa.score(frame))
    assert list(scores.index) == [7, 8, 9] and set(scores.attrs["signature"]) == {"chrF2++", "TER"}
    pd.testing.assert_frame_equal(frame.mtqa.errors(), mtqa.errors(frame))
    assert list(frame.mtqa.errors().category) == ["accuracy/number", "accuracy/named-entity"]
    assert frame.mtqa.assess().summary == mtqa.assess(frame).summary
    assert frame.mtqa.inspect() == mtqa.inspect(mtqa.batch_of_frame(frame))


def test_a_batch_keeps_the_kind_of_its_column(frame: pd.DataFrame) -> None:
    assert frame.mtqa.batch().reference_kind is ReferenceKind.CORRECTION
    assert frame[["mt"]].mtqa.batch().reference_kind is ReferenceKind.NONE


def test_systems_are_compared(frame: pd.DataFrame) -> None:
    better = frame.assign(mt=frame.pe)
    found = frame.mtqa.compare(better, metrics=["chrf++"])
    assert found.differences == mtqa.compare(frame, better, metrics=["chrf++"]).differences
    assert found.differences[0].value > 0


def test_rows_are_shown_in_the_order_asked_for(frame: pd.DataFrame) -> None:
    html = frame.mtqa.show("2", "1").html
    assert html.index("#2") < html.index("#1") and "#3" not in html
    assert re.search(r"<del[^>]*>Whitkov</del>", html)
    assert "<b>words" not in frame.mtqa.show().html


def test_refusals_name_the_frame(frame: pd.DataFrame) -> None:
    with pytest.raises(Refusal) as refusal:
        frame.drop(columns="pe").mtqa.score()
    assert "frame" in str(refusal.value) and "reference" in str(refusal.value)
    with pytest.raises(Misuse, match="unknown segment '4'"):
        frame.mtqa.show("4")
    with pytest.raises(Refusal, match="segment '1' has no reference to show it against; give it one"):
        frame[["id", "mt"]].mtqa.show("1")
    with pytest.raises(Refusal) as refusal:
        pd.concat([frame] * 50).assign(id=[str(n) for n in range(150)]).mtqa.show()
    assert str(refusal.value) == "150 segments for one cell, 100 at most; name the ids to show"
