"""What notebooks show: the marks, escaped, with a text form beside the HTML."""

import re

import pytest
import report_cases as cases

from mtqa.mqm import Severity
from mtqa.notebook import diff, show
from mtqa.refusal import Misuse, Refusal
from mtqa.segment import ReferenceKind, Segment


@pytest.fixture(scope="module")
def seed() -> cases.Made:
    return cases.seed()


def stripped(html: str) -> str:
    """The HTML as a code host shows it: without styles."""
    return re.sub(r' (style|title|dir)="[^"]*"', "", html)


class TestDiff:
    def test_marks_stand_where_the_texts_differ(self) -> None:
        found = diff("Steve Whitkov went", "Steve Witkoff went")
        assert "Steve <del>Whitkov</del> went" in stripped(found.html)
        assert "Steve <ins>Witkoff</ins> went" in stripped(found.html)
        assert repr(found) == "hypothesis  Steve [Whitkov] went\nreference   Steve [Witkoff] went"

    def test_a_text_against_itself_has_no_mark(self) -> None:
        assert not re.search("<del|<ins|<mark", diff("Good day.", "Good day.").html)

    def test_texts_never_become_markup(self) -> None:
        html = diff("<script>alert(1)</script>", "<img src=x onerror=alert(1)>").html
        assert set(re.findall(r"</?(\w+)", html)) <= {"table", "tr", "td", "del", "ins", "mark", "sup"}


class TestShow:
    def test_an_assessment_in_short(self, seed: cases.Made) -> None:
        html = show(seed)._repr_html_()
        assert f"{seed.summary.errors} errors" in html
        for signature in seed.signatures.values():
            assert str(signature) in html
        assert repr(show(seed)).startswith("Assessment\n")

    def test_segments_by_id_in_the_order_asked_for(self, seed: cases.Made) -> None:
        found = show(seed, "20", "4")
        assert found.html.index("#20") < found.html.index("#4")
        assert "<del>Whitkov<sup>M</sup></del>" in stripped(found.html)
        assert "Whitkov" in repr(found) and "#4  no errors" in repr(found)

    def test_a_segment_by_itself_shows_plain_differences(self) -> None:
        html = show(Segment("1", "a cat", ("a dog",))).html
        assert "<del>cat</del>" in stripped(html) and "error" not in html

    def test_a_segment_without_a_reference_is_refused(self) -> None:
        with pytest.raises(Refusal) as refusal:
            show(Segment("1", "a cat"))
        assert str(refusal.value) == "segment '1' has no reference to show it against; give it one"

    def test_an_unknown_id_is_refused(self, seed: cases.Made) -> None:
        with pytest.raises(Misuse, match=r"unknown segment '99'"):
            show(seed, "99")

    def test_differences_are_never_called_errors(self) -> None:
        found = cases.seed(ReferenceKind.INDEPENDENT)
        for one in (show(found), show(found, "20", "9")):
            assert not re.search(r"\berrors?\b", one.html + repr(one), re.I)

    def test_hidden_controls_are_named(self) -> None:
        segment = Segment("1", "a\u202eb <b>", ("ab",), reference_kind=ReferenceKind.CORRECTION)
        error = cases.error(segment, (1, 2, 1, 1), "fluency/whitespace", Severity.MINOR)
        html = show(cases.made([segment], [error]), "1").html
        assert "\u202e" not in html and "RLO" in html and "<b>&" not in html
