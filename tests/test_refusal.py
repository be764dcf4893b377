"""Refusals: one line, in order of place, fault and remedy; each with the exit code of the contract."""

import pickle

import pytest

from mtqa.refusal import Misuse, Refusal, Unavailable, figure_asked, unknown_name


def test_it_says_where_what_and_how_to_mend() -> None:
    refusal = Refusal("4 columns wanted, 3 found", where="batch.tsv:17", mend="fill the row")
    assert str(refusal) == "batch.tsv:17: 4 columns wanted, 3 found; fill the row"


def test_it_is_one_line_whatever_it_quotes() -> None:
    assert str(Refusal("found 'a\nb'")) == "found 'a b'"


def test_it_moves_no_cursor_and_turns_no_line() -> None:
    found = str(Refusal("empty", where="a\x1b[2J\u202eb\udcff\x7f.txt"))
    assert found == r"a\x1b[2J\u202eb\udcff\x7f.txt: empty"
    assert str(Refusal("é 猫 😀\u00a0x")) == "é 猫 😀\u00a0x"


def test_its_place_is_added_once() -> None:
    assert str(Refusal("empty").at("a.txt")) == "a.txt: empty"
    assert str(Refusal("empty", where="a.txt:3").at("b.txt")) == "a.txt:3: empty"
    assert isinstance(Misuse("x").at("a"), Misuse)


@pytest.mark.parametrize(("kind", "code"), [(Refusal, 4), (Misuse, 2), (Unavailable, 2)])
def test_exit_codes(kind: type[Refusal], code: int) -> None:
    assert kind("x").exit_code == code


def test_an_unknown_name_lists_the_known_ones() -> None:
    assert (
        str(unknown_name("report", "htm", ["html", "text"]))
        == "unknown report 'htm'; did you mean html? known: html, text"
    )
    assert str(unknown_name("report", "zzz", ["html"])) == "unknown report 'zzz'; known: html"


def test_it_travels_between_processes() -> None:
    refusal = pickle.loads(pickle.dumps(Misuse("x", where="a", mend="b")))
    assert (type(refusal), str(refusal)) == (Misuse, "a: x; b")


def test_a_figure_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MTQA_X", raising=False)
    assert figure_asked("MTQA_X", 7) == 7
    for text, figure in (("", 7), ("5e3", 5000), (" 2 ", 2)):
        monkeypatch.setenv("MTQA_X", text)
        assert figure_asked("MTQA_X", 7) == figure
    for text in ("4GB", "0", "-1", "nan", "inf"):
        monkeypatch.setenv("MTQA_X", text)
        with pytest.raises(Misuse) as caught:
            figure_asked("MTQA_X", 7)
        assert str(caught.value) == f"$MTQA_X: a number above 0 wanted, '{text}' found; mend or unset it"
