"""What notebooks show: the marks, escaped, with a text form beside the HTML."""

import re

import pytest
import report_cases as cases

from mtqa.compare import compare
from mtqa.gate import gate
from mtqa.mqm import Severity
from mtqa.notebook import diff, show
from mtqa.refusal import Misuse, Refusal
from mtqa.segment import Batch, ReferenceKind, Segment


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

    def test_nothing_to_show_is_refused(self) -> None:
        with pytest.raises(Misuse) as refusal:
            show("a text")  # type: ignore[arg-type]
        said = "nothing to show of str; give an assessment, a segment, a batch, a verdict or a comparison"
        assert str(refusal.value) == said


class TestAnswers:
    def test_a_verdict_says_its_words_and_not_only_its_signs(self, seed: cases.Made) -> None:
        found = gate(seed, {"policy": "a <b>", "critical": {"max": 0}, "mqm": {"max_per_1000_words": 900}})
        html = show(found).html
        assert f"{found.status.upper()}</b>" in html and "<code>critical.max</code>" in html
        for check in found.checks:
            assert f" {check.outcome}" in html
        assert "a &lt;b&gt;" in html and "<script" not in html and "class=" not in html
        assert all(line in html for line in found.data), "no number without its signature"
        assert repr(show(found)).startswith(found.status.upper())

    def test_a_comparison_says_who_is_better_and_how_surely(self) -> None:
        worse = [Segment(str(n), f"A cat sit {n}.", (f"The cat sat on mat {n}.",)) for n in range(12)]
        better = [Segment(str(n), f"The cat sat on mat {n}.", (f"The cat sat on mat {n}.",)) for n in range(12)]
        found = compare(Batch.of(worse), Batch.of(better), metrics="chrf++")
        html = show(found).html
        assert "system 2 is better" in html and "higher is better" in html and "0/0/12" not in html
        assert f"{found.differences[0].p_holm:.4f}" in html
        assert all(str(each.score.signature) in html for each in found.standings)

    def test_no_difference_is_an_answer(self) -> None:
        one = [Segment(str(n), f"A cat {n}.", (f"The cat {n}.",)) for n in range(6)]
        assert "no difference shown" in show(compare(Batch.of(one), Batch.of(one), metrics="ter")).html
