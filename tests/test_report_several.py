"""Several deliveries side by side: what matches, who is better, what the page shows and what it never does."""

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
import report_cases as cases
from chromium import CONTRAST, MARKS, Opened, playwright

from mtqa import assess
from mtqa.cli import main
from mtqa.compare import compare
from mtqa.mqm import Severity
from mtqa.refusal import Misuse, Refusal
from mtqa.reports.several import Contender, matched, render, weigh
from mtqa.reports.several.weighing import PENALTY
from mtqa.segment import Batch, ReferenceKind, Segment

REFERENCES = [f"The {n} men came home on day {n}." for n in range(1, 25)]
SOURCES = [f"Os {n} homens voltaram no dia {n}." for n in range(1, 25)]


def delivery(
    wrong: Sequence[int] = (),
    *,
    kind: ReferenceKind = ReferenceKind.CORRECTION,
    system: str = "",
    sources: Sequence[str | None] = SOURCES,
    references: Sequence[str] = REFERENCES,
    severity: Severity = Severity.MAJOR,
) -> cases.Made:
    """24 segments of which those at `wrong` have one error."""
    segments = [
        Segment(str(n), REFERENCES[n].replace("home", "hme") if n in wrong else REFERENCES[n], (references[n],),
                sources[n], "d", system, kind)
        for n in range(len(references))
    ]  # fmt: skip
    errors = []
    for n in wrong:
        start = segments[n].hypothesis.index("hme")
        span = (start, start + 3, start, start + 4)
        errors.append(cases.error(segments[n], span, "fluency/spelling", severity))
    return cases.made(segments, errors)


def shuffled(made: cases.Made) -> cases.Made:
    order = list(reversed(range(len(made.batch))))
    scores = {name: tuple(values[n] for n in order) for name, values in made.segment_scores.items()}
    status, alignment = tuple(made.status[n] for n in order), tuple(made.alignment[n] for n in order)
    return replace(made, batch=made.batch.take(order), segment_scores=scores, status=status, alignment=alignment)


def pair(a: cases.Made, b: cases.Made) -> tuple[Contender, ...]:
    return matched([("alpha", a), ("beta", b)])


class TestMatching:
    def test_segments_are_brought_into_the_order_of_the_first(self) -> None:
        first, second = pair(delivery(), shuffled(delivery((3,))))
        assert [row.id for row in second.rows] == [row.id for row in first.rows]
        assert [bool(row.errors) for row in second.rows] == [n == 3 for n in range(24)]

    def test_names_are_those_of_folders_or_of_systems(self) -> None:
        assert [c.name for c in pair(delivery(), delivery(system="gpt"))] == ["alpha", "gpt"]
        both = Batch.of([*segments_of(delivery(system="x")), *segments_of(delivery(system="y"))])
        one = cases.made([both[n] for n in range(len(both))], [])
        assert [(c.name, len(c.rows)) for c in matched([("folder", one)])] == [("x", 24), ("y", 24)]

    def test_refusals(self) -> None:
        said = {
            "two deliveries are called 'gpt'; give them in folders of other names":
                lambda: pair(delivery(system="gpt"), delivery(system="gpt")),
            "one delivery only; name a second assessment of the same segments":
                lambda: matched([("alpha", delivery())]),
            "beta: 20 segments, 24 in alpha, 4 missing (first: '20'); "
            "deliveries are compared on the same segments, by document and id":
                lambda: pair(delivery(), delivery(references=REFERENCES[:20])),
            "beta: the sources of 1 of 24 segments are not those of alpha (first: '1'); "
            "deliveries are compared on the same texts":
                lambda: pair(delivery(), delivery(sources=[SOURCES[0], "outra coisa", *SOURCES[2:]])),
            "beta: the references of 1 of 24 segments are not those of alpha (first: '0'), and no source says that the "
            "texts are the same; assess them against the same references, or with --source":
                lambda: pair(delivery(), delivery(sources=[None] * 24, references=["Other.", *REFERENCES[1:]])),
            "beta: held against references of kind independent, alpha against correction; "
            "assess both with the same --kind":
                lambda: pair(delivery(), delivery(kind=ReferenceKind.INDEPENDENT)),
        }  # fmt: skip
        for sentence, act in said.items():
            with pytest.raises((Refusal, Misuse)) as refused:
                act()
            assert str(refused.value) == sentence


def segments_of(made: cases.Made) -> list[Segment]:
    return [made.batch[n] for n in range(len(made.batch))]


class TestWeighing:
    def test_who_makes_fewer_errors_is_better_and_the_numbers_are_those_of_compare(self) -> None:
        a, b = delivery(range(0, 20)), delivery(range(0, 4))
        weighed = weigh(pair(a, b))
        assert weighed.deciding == PENALTY
        assert weighed.ranking == ("beta", "alpha")
        found = weighed.difference("alpha", "beta")
        assert (found.significant, found.better, found.same, found.worse) == (True, 16, 8, 0)
        assert found.value == pytest.approx(b.summary.penalty.value - a.summary.penalty.value)
        named = [Batch.of([replace(s, system=name) for s in segments_of(d)]) for name, d in (("alpha", a), ("beta", b))]
        same = compare(*named, metrics="chrf++,ter")
        for difference in same.differences:
            ours = weighed.difference("alpha", "beta", difference.metric)
            assert (ours.value, ours.interval, ours.p) == (difference.value, difference.interval, difference.p)

    def test_a_copy_is_not_better(self) -> None:
        weighed = weigh(pair(delivery((1, 2)), delivery((1, 2))))
        assert {d.p for d in weighed.differences} == {1.0}
        assert "No difference is shown" in render(pair(delivery((1, 2)), delivery((1, 2))))

    def test_one_mended_segment_is_no_evidence(self) -> None:
        assert not weigh(pair(delivery((1, 2)), delivery((1,)))).difference("alpha", "beta").significant

    def test_the_deciding_measure_pays_for_its_own_pairs_only(self) -> None:
        seven = [delivery(wrong, references=REFERENCES[:7], sources=SOURCES[:7]) for wrong in (range(7), ())]
        weighed = weigh(pair(*seven))
        assert weighed.difference("alpha", "beta").p_holm == 2 / 2**7
        rest = [d for d in weighed.differences if d.metric != PENALTY]
        assert {d.p for d in rest} == {2 / 2**7}
        assert {d.p_holm for d in rest} == {len(rest) * 2 / 2**7}

    def test_independent_references_give_no_penalty(self) -> None:
        kinds = [delivery(wrong, kind=ReferenceKind.INDEPENDENT) for wrong in (range(20), range(3))]
        weighed = weigh(pair(*kinds))
        assert weighed.deciding.name == "chrF2++"
        assert PENALTY not in weighed.measures
        page = re.sub(r"<(script|style).*?</\1>", "", render(pair(*kinds)), flags=re.S)
        assert not re.search(r"\berrors?\b", page, re.I)
        assert "differences between two translations" in page

    def test_with_corrections_of_their_own_only_the_penalty_is_compared(self) -> None:
        own = delivery((1,), references=[*REFERENCES[:5], "Quite another wording.", *REFERENCES[6:]])
        weighed = weigh(pair(delivery((1, 2)), own))
        assert weighed.measures == (PENALTY,)
        said = "Each delivery has references of its own: scores against different references are not compared."
        assert weighed.left_out == (said,)
        assert said in render(pair(delivery((1, 2)), own))

    def test_scores_made_in_different_ways_are_left_out_and_said(self) -> None:
        b = delivery((1,))
        other = {name: signature.with_parts(eng="another") for name, signature in b.signatures.items()}
        weighed = weigh(pair(delivery((1, 2)), replace(b, signatures=other)))
        assert weighed.measures == (PENALTY,)
        assert weighed.left_out[0].startswith("chrF2++ was computed in different ways")

    def test_the_best_of_three_is_named_only_where_it_is_shown(self) -> None:
        three = matched([("a", delivery(range(20))), ("b", delivery((1, 2))), ("c", delivery((1,)))])
        weighed = weigh(three)
        assert weighed.ranking == ("c", "b", "a")
        assert weighed.pair == ("b", "c")
        page = render(three)
        assert "<bdi>c</bdi> leads" in page
        assert "better than a; ahead of b" in page


class TestTheFile:
    def test_the_same_input_gives_the_same_bytes_and_no_slot_stays_empty(self) -> None:
        page = render(pair(delivery((1, 2)), delivery((1,))))
        assert page == render(pair(delivery((1, 2)), delivery((1,))))
        assert "{{" not in page
        assert "default-src 'none'" in page

    def test_every_number_has_its_signature(self) -> None:
        contenders = pair(delivery((1, 2)), delivery((1,)))
        made = re.search(r'id="made-compared".*?</details>', render(contenders), re.S)
        assert made
        for standing in weigh(contenders).standings:
            assert str(standing.score.signature).replace("&", "&amp;") in made[0]


class TestTheCommand:
    def test_two_folders_one_page_and_what_cannot_be(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        for name, words in (("first", "hme"), ("second", "home")):
            texts = [text.replace("home", words) for text in REFERENCES]
            assess(texts, REFERENCES, kind="correction", metrics=("chrf++",)).save(tmp_path / name)
        ends(["report", "first", "second", "-o", "r.html"], 0)
        page = (tmp_path / "r.html").read_text(encoding="utf-8")
        assert "<title>first, second – side by side</title>" in page
        for arguments, said in (
            (["first", "second", "-f", "json"], "json: several assessments are shown in HTML only"),
            (["first", "second", "--policy", "p.toml"], "--policy: a policy judges one delivery"),
            (["first", "--systems"], "one delivery only; name a second assessment of the same segments"),
            (["first", "--policy", "p.toml", "-f", "md"], "md: the verdict is shown in HTML and XLSX only"),
            (["first", "-o", "r.docx"], "r.docx: no form of report has this suffix"),
        ):
            capsys.readouterr()
            ends(["report", *arguments], 2)
            assert capsys.readouterr().err.startswith(f"mtqa: {said}")
        assert page == (tmp_path / "r.html").read_text(encoding="utf-8")


def ends(arguments: list[str], code: int) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert (ended.value.code or 0) == code


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    wrong = {"alpha": (1, 2, 5, 8, 9), "beta": (2, 7), "gamma": ()}
    grave = {"alpha": Severity.MAJOR, "beta": Severity.MINOR, "gamma": Severity.MINOR}
    three = matched([(name, delivery(rows, severity=grave[name])) for name, rows in wrong.items()])
    path = tmp_path_factory.mktemp("several") / "three.html"
    path.write_text(render(three), encoding="utf-8")
    return path


class TestTheBrowser:
    pytestmark = MARKS

    def test_filters_orders_pairs_and_links(self, browser: "playwright.Browser", page: Path) -> None:
        with Opened(browser, page, "#segment-7") as it:
            assert it.page.evaluate("document.activeElement.id") == "segment-7"
            assert it.page.locator("#left option:checked").inner_text() == "beta"
            it.page.select_option("#outcome", "right")
            assert ids(it) == ["2", "7"]
            assert it.page.locator("#segment-2 .flip").inner_text() == "gamma is better by 1 point"
            it.page.select_option("#left", label="alpha")
            assert ids(it) == ["1", "2", "5", "8", "9"]
            it.page.select_option("#right", label="beta")
            it.page.select_option("#outcome", "left")
            assert ids(it) == ["7"]
            it.page.select_option("#outcome", "mended")
            assert ids(it) == ["1", "2", "5", "8", "9"]
            it.page.keyboard.press("x")
            assert it.shown() == 24
            it.page.select_option("#sort", "flip")
            assert ids(it)[:5] == ["1", "5", "8", "9", "2"]
            it.page.locator('.heat button[data-system="1"]').first.click()
            assert sorted(ids(it)) == ["2", "7"]
            assert it.page.locator(".finding:visible").count() == 2
            it.page.locator('.heat button[data-system="1"]').first.click()
            assert it.shown() == 24
            it.page.keyboard.press("/")
            it.page.keyboard.type("homens voltaram no dia 3.")
            assert ids(it) == ["2"]

    def test_keys_reach_what_flips_and_every_mark_explains_itself(
        self, browser: "playwright.Browser", page: Path
    ) -> None:
        with Opened(browser, page) as it:
            it.page.keyboard.press("n")
            it.page.keyboard.press("n")
            assert it.page.evaluate("document.activeElement.id") == "segment-7"
            it.page.keyboard.press("Tab")
            it.page.keyboard.press("Tab")
            assert "fluency/spelling" in it.page.locator("#popover").inner_text()
            it.page.locator(".measures a").first.click()
            it.page.locator("#made-compared dl").wait_for()

    @pytest.mark.parametrize("scheme", ["light", "dark"])
    def test_it_is_readable_everywhere(self, browser: "playwright.Browser", page: Path, scheme: str) -> None:
        with Opened(browser, page, color_scheme=scheme) as it:
            assert it.page.evaluate(CONTRAST) == []
            for width in (320, 768, 1920):
                it.page.set_viewport_size({"width": width, "height": 800})
                assert it.page.evaluate("document.documentElement.scrollWidth") <= width

    def test_no_text_is_ever_executed(self, browser: "playwright.Browser", tmp_path: Path) -> None:
        evil = "</script><img src=https://example.org/x onerror=\"document.title='owned'\"><b>"
        made = []
        for tail in ("!", "?"):
            segment = Segment(evil, evil + tail, (evil,), evil, evil, evil + tail, ReferenceKind.CORRECTION)
            span = (0, len(evil) + 1, 0, len(evil))
            error = cases.error(
                segment, span, "fluency/spelling", Severity.MAJOR, explanation=evil, evidence=(evil,), rule=evil
            )
            made.append((evil, cases.made([segment], [error])))
        path = tmp_path / "evil.html"
        path.write_text(render(matched(made)), encoding="utf-8")
        with Opened(browser, path) as it:
            it.page.locator("#list del.m").first.hover()
            assert evil in it.page.locator("#popover").inner_text()
            assert it.page.title() != "owned"
            assert it.page.locator("main img, main b > img").count() == 0


def ids(it: Opened) -> list[str]:
    return list(it.page.locator(".segment h3").all_inner_texts())


def test_the_data_of_the_page_holds_every_text_and_score() -> None:
    contenders = pair(delivery((1, 2)), delivery((1,)))
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', render(contenders), re.S)
    assert found
    data = json.loads(found[1])
    assert data["schema"] == "mtqa.page-several/1"
    assert data["segments"]["hypothesis"] == [
        [a.hypothesis, b.hypothesis] for a, b in zip(*(c.rows for c in contenders), strict=True)
    ]
    assert len(data["errors"]) == 3
    assert [row[-1] for row in data["errors"]] == [0, 1, 0]
