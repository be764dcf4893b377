"""Edits replay exactly, never overlap, and are the ones a human would mark."""

import gzip
import json
import re
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mtqa.edits import compare, edits, replay
from mtqa.edits.merging import LONGEST
from mtqa.language import LANGUAGES, find_language

DATA = Path(__file__).parent.parent.parent / "shared" / "data"
SEEDS = Path(__file__).parent.parent
# Characters that offsets are lost on: astral, combining, right-to-left marks, odd spaces, hyphens, control characters.
ALPHABET = "aAbé  e\u0301\u200f\u00a0\t\n-–,.”“'’0159 (4)𝔘😀北京שلم\x07"


def check(hypothesis: str, reference: str, **options: object) -> None:
    """The laws of edits, for any two texts."""
    found = edits(hypothesis, reference, **options)  # type: ignore[arg-type]
    assert replay(hypothesis, found) == reference
    for edit in found:
        assert edit.hypothesis.of(hypothesis) == edit.text
        assert edit.reference.of(reference) == edit.correction
        assert edit.text != edit.correction
    for before, after in pairwise(found):
        assert before.hypothesis.end <= after.hypothesis.start
        assert before.reference.end <= after.reference.start


@settings(max_examples=300, deadline=None)
@given(st.text(ALPHABET, max_size=40), st.text(ALPHABET, max_size=40))
def test_any_two_texts(hypothesis: str, reference: str) -> None:
    check(hypothesis, reference)


WORDS = st.lists(
    st.sampled_from(
        re.split(" ", "the a of to Putin said told 30 -day 30-day Sunday (4) May 11 , . ” not was is held hold")
    ),
    max_size=14,
)


@pytest.mark.parametrize("code", sorted(LANGUAGES))
@settings(max_examples=30, deadline=None)
@given(hypothesis=WORDS, reference=WORDS)
def test_any_two_sentences(hypothesis: list[str], reference: list[str], code: str) -> None:
    check(" ".join(hypothesis), " ".join(reference), language=find_language(code))


@settings(deadline=None)
@given(st.text(max_size=60))
def test_a_text_against_itself_has_none(text: str) -> None:
    assert edits(text, text) == ()


def seed_pairs() -> list[tuple[str, str]]:
    name = "001_9c63570fe49a1101.txt"
    left, right = ((SEEDS / side / name).read_text("utf-8").split("\n") for side in ("seeds", "references"))
    return [pair for pair in zip(left, right, strict=True) if all(pair)]


def test_the_seed_replays_in_24_of_24_segments() -> None:
    pairs = seed_pairs()
    assert len(pairs) == 24
    for hypothesis, reference in pairs:
        check(hypothesis, reference)


@pytest.mark.parametrize(
    ("hypothesis", "reference", "wanted"),
    [
        ("on Thursday (15) in", "on Thursday, May 15, in", [("Thursday (15)", "Thursday, May 15,")]),
        ("a 30 -day ceasefire", "a 30-day ceasefire", [("30 -day", "30-day")]),
        ("Istanbul-where they", "Istanbul, where they", [("-", ", ")]),
        ("sanctions”, according", "sanctions,” according", [("”,", ",”")]),
        ("been to unable relieve", "been unable to relieve", [("to unable", "unable to")]),
        ("Russia refused to", "Russia had refused to", [("refused", "had refused")]),
        ("the cease fire holds", "the ceasefire holds", [("cease fire", "ceasefire")]),
        ("could not be met met.", "could not be met.", [(" met", "")]),
        ("the big dog barks", "the dog barks", [("big ", "")]),
        ("the dog barks", "the big dog barks", [("", "big ")]),
        ("told Steve Whitkov that", "told Steve Witkoff that", [("Whitkov", "Witkoff")]),
        ("北京市场监管", "北京巿场监督", [("市", "巿"), ("管", "督")]),
    ],
)
def test_edits_as_a_human_marks_them(hypothesis: str, reference: str, wanted: list[tuple[str, str]]) -> None:
    assert [(edit.text, edit.correction) for edit in edits(hypothesis, reference)] == wanted


def test_a_text_of_10000_words_is_cut_at_anchors() -> None:
    words = [f"word{n}" for n in range(10_000)]
    changed = [word if n % 50 else "other" for n, word in enumerate(words)]
    check(" ".join(words), " ".join(changed))
    assert len(edits(" ".join(words), " ".join(changed))) == 200


def test_two_long_texts_with_nothing_in_common() -> None:
    check(" ".join(f"a{n}" for n in range(3_000)), " ".join(f"b{n}" for n in range(3_000)))


def test_changed_share() -> None:
    assert compare("one two three four", "one two three five").changed_share == 0.25
    assert compare("", "").changed_share == 0.0


@pytest.mark.parametrize("name", ["ro-en", "et-en", "ru-en", "ne-en", "si-en"])
def test_human_post_edits_replay(name: str) -> None:
    path = DATA / f"postedit.mlqe.{name}.jsonl.gz"
    if not path.exists():
        pytest.skip("the post-edits are not on this machine")
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            if number == 120:
                break
            row = json.loads(line)
            check(row["mt_tok"], row["pe_tok"])
            check(row["mt"], row["pe_tok"])


def test_a_segment_rewritten_from_end_to_end_takes_time_in_proportion() -> None:
    hypothesis = " ".join(f"w{n * 7 % 1000}" for n in range(2000))
    reference = " ".join(f"v{n * 11 % 1000}" for n in range(2000))
    found = edits(hypothesis, reference)
    assert len(found) >= 2000 // LONGEST
    assert max(edit.text.count(" ") + 1 for edit in found) <= 2 * LONGEST
