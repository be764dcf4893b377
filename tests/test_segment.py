"""Segments, batches and spans: columns of equal length, text that is text, offsets in code points."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtqa.refusal import Refusal
from mtqa.segment import Batch, ReferenceKind, Segment, Span


def test_a_span_marks_code_points_of_the_raw_text() -> None:
    text = "a😀e\u0301b"
    assert Span(1, 2).of(text) == "😀"
    assert Span(2, 4).of(text) == "e\u0301"
    assert Span(3, 3).of(text) == ""


@pytest.mark.parametrize(("start", "end"), [(-1, 2), (3, 2)])
def test_an_impossible_span_is_refused(start: int, end: int) -> None:
    with pytest.raises(ValueError, match="0 <= start <= end"):
        Span(start, end)


def test_a_gap_overlaps_nothing() -> None:
    assert Span(0, 3).overlaps(Span(2, 5))
    assert not Span(0, 3).overlaps(Span(3, 5))
    assert not Span(0, 3).overlaps(Span(1, 1))


def test_columns_of_unequal_length_are_refused_with_their_counts() -> None:
    with pytest.raises(Refusal) as refusal:
        Batch(
            id=("1", "2"),
            hypothesis=("a",),
            references=(("b",), ("c",)),
            source=(None, None),
            document=("", ""),
            system=("", ""),
        )
    assert str(refusal.value) == (
        "columns of unequal length: 2 id, 1 hypothesis, 2 references, 2 source, 2 document, 2 system; "
        "give every segment a value in every column"
    )


def test_what_is_said_of_segments_stays_with_them() -> None:
    rows = [
        Segment("1", "a", domain="legal"),
        Segment("2", "b", domain="news", language_pair="pt-en"),
        Segment("3", "c"),
    ]
    batch = Batch.of(rows)
    assert list(batch) == rows and list(batch.take([2, 0])) == [rows[2], rows[0]]
    assert (batch.domain, batch.labels("language_pair")) == (("legal", "news", ""), ("", "pt-en", ""))
    assert batch.take([2]).domain == () and batch.take([2]).labels("domain") == ("",)
    with pytest.raises(Refusal, match=r"3 id, .* 2 domain"):
        replace(batch, domain=("x", "y"))


@pytest.mark.parametrize(("value", "found"), [(None, "nothing"), (float("nan"), "nothing"), (3, "int 3")])
def test_what_is_not_text_is_refused(value: object, found: str) -> None:
    with pytest.raises(Refusal) as refusal:
        Batch.of([Segment("1", "fine"), Segment("2", value)])  # type: ignore[arg-type]
    assert str(refusal.value) == (
        f"segment '2' (row 2): hypothesis is text wanted, {found} found; fill the cell or drop the row"
    )


def test_references_of_two_kinds_are_refused() -> None:
    rows = [
        Segment("1", "a", ("b",), reference_kind=ReferenceKind.CORRECTION),
        Segment("2", "a", ("b",), reference_kind=ReferenceKind.INDEPENDENT),
    ]
    with pytest.raises(Refusal, match="references of several kinds in one batch: correction, independent"):
        Batch.of(rows)


@given(st.lists(st.tuples(st.text(), st.lists(st.text(), max_size=2)), max_size=8))
def test_a_batch_gives_back_its_segments_in_order(rows: list[tuple[str, list[str]]]) -> None:
    segments = [Segment(str(n), hypothesis, tuple(references)) for n, (hypothesis, references) in enumerate(rows)]
    batch = Batch.of(segments)
    assert list(batch) == segments
    assert [batch.references[n] for n in batch.paired] == [tuple(references) for _, references in rows if references]
    assert list(batch.take(range(len(batch) - 1, -1, -1))) == segments[::-1]
