"""The page in a real browser: what it shows, what it does, and what a text in it can never do."""

import re
from pathlib import Path

import pytest
import report_cases as cases
from chromium import CONTRAST, MARKS, Opened, playwright

from mtqa.gate import gate
from mtqa.mqm import Severity
from mtqa.reports import html, render
from mtqa.segment import ReferenceKind, Segment

pytestmark = MARKS


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("pages")


@pytest.fixture(scope="module")
def seed_page(folder: Path) -> Path:
    return written(folder / "seed.html", cases.seed())


@pytest.fixture(scope="module")
def large_page(folder: Path) -> Path:
    return written(folder / "large.html", cases.large(2000))


def written(path: Path, assessment: cases.Made) -> Path:
    path.write_text(render(assessment, "html"), encoding="utf-8")
    return path


def plain(html: str) -> str:
    """The elements of a card without what scripts add: titles become popovers, marks can be reached by Tab."""
    return re.sub(r' (title|tabindex|style)="[^"]*"| class=""', "", html).replace("&nbsp;", " ")


def test_the_script_makes_the_cards_that_stand_there_without_it(browser: "playwright.Browser", folder: Path) -> None:
    odd = Segment(
        "ä 1/<2>",
        "a 😀\u202e bad\u200b day & \t<b> חדר\u200f",
        ("a 😀 good day",),
        "fonte & <i>",
        "d",
        "s",
        ReferenceKind.CORRECTION,
    )
    bare = Segment("x", "", (), "", "d2", "s")
    kept = Segment("y", "same", ("same", "other"), None, "d", "s", ReferenceKind.CORRECTION)
    errors = [
        cases.error(odd, (2, 8, 2, 8), "accuracy/number", Severity.CRITICAL),
        cases.error(odd, (5, 9, 3, 3), "fluency/spelling", Severity.MINOR),
        cases.error(odd, (9, 9, 9, 12), "accuracy/omission", Severity.MAJOR),
    ]
    many = cases.seed()
    for name, assessment in (("odd", cases.made([odd, bare, kept], errors)), ("seed", many)):
        path = written(folder / f"parity-{name}.html", assessment)
        with Opened(browser, path, java_script_enabled=False) as still, Opened(browser, path) as alive:
            alike = [plain(card) for card in re.findall(r"<article.*?</article>", still.page.content(), flags=re.S)]
            made = alive.page.evaluate("[...document.querySelectorAll('.segment')].map(card => card.outerHTML)")
            assert len(alike) == len(assessment.batch)
            assert [plain(card) for card in made] == alike
            assert still.page.locator("#list").inner_text() == alive.page.locator("#list").inner_text()


def test_the_first_screen_answers(browser: "playwright.Browser", seed_page: Path) -> None:
    with Opened(browser, seed_page, viewport={"width": 1280, "height": 900}) as it:
        for text in ("What is wrong most", "How much", "Where", "Penalty per 1,000 words", "chrF2++", "Worst segments"):
            assert it.page.get_by_text(text, exact=True).first.bounding_box()["y"] < 900, text


def test_nothing_sticks_out(browser: "playwright.Browser", seed_page: Path) -> None:
    with Opened(browser, seed_page) as it:
        for width in (320, 390, 768, 1024, 1280, 1920):
            it.page.set_viewport_size({"width": width, "height": 800})
            assert it.page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_has_the_contrast_of_wcag_aa(browser: "playwright.Browser", seed_page: Path, scheme: str) -> None:
    with Opened(browser, seed_page, color_scheme=scheme) as it:
        assert it.page.evaluate(CONTRAST) == []


def test_a_cell_of_the_table_filters(browser: "playwright.Browser", seed_page: Path) -> None:
    made = cases.seed()
    wanted = {e.id for e in made.error_spans if (e.category, e.severity) == ("accuracy/number", Severity.CRITICAL)}
    with Opened(browser, seed_page) as it:
        cell = it.page.locator('.heat button[data-category="accuracy/number"][data-severity="critical"]')
        cell.click()
        assert it.shown() == len(wanted)
        assert set(it.page.locator(".segment h3").all_inner_texts()) == wanted
        assert it.page.locator(".finding:visible").count() == sum(
            e.category == "accuracy/number" for e in made.error_spans
        )
        assert cell.get_attribute("aria-pressed") == "true"
        assert it.page.locator("#count").inner_text() == f"{len(wanted)} of 24 segments"
        cell.click()
        assert it.shown() == 24


def test_search_severity_only_and_order(browser: "playwright.Browser", seed_page: Path) -> None:
    made = cases.seed()
    with Opened(browser, seed_page) as it:
        it.page.keyboard.press("/")
        it.page.keyboard.type("WHITKOV")
        assert it.page.locator(".segment h3").all_inner_texts() == ["20"]
        it.page.keyboard.press("Escape")
        it.page.keyboard.press("x")
        assert it.shown() == 24
        it.page.check("#only")
        assert it.shown() == len({e.id for e in made.error_spans})
        it.page.click("#clear")
        it.page.click("#severity button[title=critical]")
        assert it.shown() == len({e.id for e in made.error_spans if e.severity is Severity.CRITICAL})
        it.page.keyboard.press("x")
        it.page.select_option("#sort", "points")
        assert it.page.locator(".segment h3").first.inner_text() == made.summary.worst[0].id
        it.page.select_option("#sort", label="highest TER first")
        worst = max(range(24), key=lambda n: made.segment_scores["TER"][n] or 0)
        assert it.page.locator(".segment h3").first.inner_text() == made.batch.id[worst]
        it.page.fill("#search", "no such text anywhere")
        assert it.page.locator("#none").is_visible()


def test_marks_explain_themselves_on_hover_and_on_focus(browser: "playwright.Browser", seed_page: Path) -> None:
    made = cases.seed()
    with Opened(browser, seed_page) as it:
        popover = it.page.locator("#popover")
        mark = it.page.locator("#segment-20 del.m", has_text="Whitkov")
        mark.hover()
        wrong = next(e for e in made.error_spans if "Whitkov" in e.text)
        for text in (wrong.category, str(wrong.severity), wrong.explanation, *wrong.evidence, wrong.rule):
            assert text in popover.inner_text()
        assert it.page.locator("#segment-20 ins.on").inner_text() == wrong.correction
        it.page.keyboard.press("Escape")
        assert popover.is_hidden()
        it.page.locator("#segment-1").focus()
        it.page.keyboard.press("Tab")
        it.page.keyboard.press("Tab")
        assert popover.is_visible()
        assert it.page.evaluate("document.activeElement.getAttribute('aria-describedby')") == "popover"
        it.page.keyboard.press("Escape")
        assert popover.is_hidden()


def test_keys_links_and_theme(browser: "playwright.Browser", seed_page: Path) -> None:
    with Opened(browser, seed_page, "#segment-9", color_scheme="light") as it:
        assert it.page.evaluate("document.activeElement.id") == "segment-9"
        it.page.keyboard.press("j")
        assert it.page.evaluate("document.activeElement.id") == "segment-10"
        it.page.keyboard.press("k")
        it.page.keyboard.press("k")
        assert it.address.endswith("#segment-8")
        it.page.keyboard.press("?")
        assert it.page.locator("#keys").is_visible()
        it.page.keyboard.press("Escape")
        assert it.page.locator("#keys").is_hidden()
        it.page.keyboard.press("t")
        assert it.page.get_attribute("html", "data-theme") == "dark"
        it.page.locator(".worst a").first.click()
        assert it.page.evaluate("document.activeElement.className").startswith("segment")


@pytest.mark.parametrize("scripts", [True, False])
def test_no_text_of_a_delivery_is_ever_executed(browser: "playwright.Browser", folder: Path, scripts: bool) -> None:
    texts = [
        "<script>document.title='owned'</script>",
        "</script><script>document.title='owned'</script>",
        "<img src='https://example.org/x.png' onerror=\"document.title='owned'\">",
        "<svg onload=\"document.title='owned'\">",
        "<a href=\"javascript:document.title='owned'\">x</a>",
        "<style>@import url(https://example.org/x.css);</style>",
    ]
    segments = [Segment(t, t, (t + "!",), t, t, t, ReferenceKind.CORRECTION) for t in texts]
    spans = [(0, len(t), 0, len(t) + 1) for t in texts]
    errors = [
        cases.error(s, where, "accuracy/number", Severity.MAJOR, explanation=s.id, evidence=(s.id,), rule=s.id)
        for s, where in zip(segments, spans, strict=True)
    ]
    notices = [cases.Notice("check", cases.Concern.WARNING, text, (text,), text) for text in texts]
    path = written(folder / "hostile.html", cases.made(segments, errors, notices=notices))
    with Opened(browser, path, java_script_enabled=scripts) as it:
        if scripts:
            for n in range(len(texts)):
                it.page.locator(".segment").nth(n).locator("del.m").first.hover()
                assert texts[n] in it.page.locator("#popover").inner_text()
        assert "owned'" in it.page.title() or it.page.title() != "owned"
        assert it.page.locator("main img, main svg[onload], main script, main style").count() == 0
        assert it.page.locator(".segment").first.locator(".side .text").first.inner_text().startswith("<script>")


def test_the_policy_stops_what_would_slip_through(browser: "playwright.Browser", folder: Path) -> None:
    owned = "document.title='owned'"
    slipped = f"<main><script>{owned}</script><img src='https://example.org/x.png' onerror=\"{owned}\">"
    page = render(cases.seed(), "html").replace("<main>", slipped)
    path = folder / "slipped.html"
    path.write_text(page, encoding="utf-8")
    seen: list[str] = []
    found = browser.new_page()
    found.on("requestfinished", lambda request: seen.append(request.url))
    found.goto(path.as_uri())
    found.wait_for_selector("html[data-ready=true]")
    assert found.title() != "owned"
    assert seen == [path.as_uri()]
    found.close()


def test_a_large_delivery_keeps_few_nodes_and_finds_every_segment(
    browser: "playwright.Browser", large_page: Path
) -> None:
    with Opened(browser, large_page, viewport={"width": 1280, "height": 900}) as it:
        assert it.page.locator(".segment").count() < 60
        for wanted in ("1500", "1980", "3"):
            it.page.evaluate(f"location.hash = '#segment-{wanted}'")
            card = it.page.locator(f"#segment-{wanted}")
            card.wait_for()
            box = card.bounding_box()
            assert box is not None and 0 <= box["y"] < 300
        it.page.fill("#search", "(1234)")
        assert it.page.locator(".segment h3").all_inner_texts() == ["1235"]
        it.page.keyboard.press("Escape")
        it.page.keyboard.press("x")
        it.page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
        it.page.locator("#segment-2000").wait_for()
        it.page.keyboard.press("k")
        assert it.page.locator(".segment").count() < 60


def test_tab_walks_from_mark_to_mark_where_cards_come_and_go(browser: "playwright.Browser", large_page: Path) -> None:
    with Opened(browser, large_page, viewport={"width": 1280, "height": 500}) as it:
        it.page.locator("#segment-1").focus()
        seen = set()
        for _ in range(90):
            it.page.keyboard.press("Tab")
            seen.add(it.page.evaluate("document.activeElement.closest('.segment')?.id"))
        assert None not in seen
        assert len(seen) > 12


def test_differences_have_their_banner_and_their_name(browser: "playwright.Browser", folder: Path) -> None:
    path = written(folder / "independent.html", cases.seed(ReferenceKind.INDEPENDENT))
    with Opened(browser, path) as it:
        assert "differences between two translations" in it.page.locator(".banner").inner_text()
        assert not re.search(r"\berrors?\b", it.page.locator("body").inner_text(), re.I)
        it.page.locator("del.m").first.hover()
        assert not re.search(r"\berrors?\b", it.page.locator("#popover").inner_text(), re.I)


def test_right_to_left_and_han_texts_stand_as_they_should(browser: "playwright.Browser", folder: Path) -> None:
    segments = [
        Segment("he", "שלום עולם 30 ימים", ("שלום עולם 60 ימים",), reference_kind=ReferenceKind.CORRECTION),
        Segment("zh", "停火三十天" * 40, ("停火六十天" * 40,), reference_kind=ReferenceKind.CORRECTION),
    ]
    errors = [cases.error(segments[0], (10, 12, 10, 12), "accuracy/number", Severity.CRITICAL)]
    path = written(folder / "scripts.html", cases.made(segments, errors))
    with Opened(browser, path, viewport={"width": 390, "height": 800}) as it:
        text = it.page.locator("#segment-he .hypothesis .text")
        assert text.evaluate("node => getComputedStyle(node).direction") == "rtl"
        assert it.page.locator("#segment-zh .hypothesis .text").get_attribute("lang") == "zh"
        assert it.page.locator("#segment-he del.m").first.inner_text().startswith("30")
        assert it.page.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_tree_for_screen_readers_has_its_landmarks(browser: "playwright.Browser", seed_page: Path) -> None:
    with Opened(browser, seed_page) as it:
        tree = it.page.locator("body").aria_snapshot()
        for wanted in ('heading "Every segment"', "search", "main", "contentinfo", 'button "Keyboard help"', "article"):
            assert wanted in tree, wanted
        unnamed = [
            control.get_attribute("id")
            for control in it.page.locator("button, input, select").all()
            if not control.evaluate(
                "n => n.ariaLabel || n.innerText.trim() || n.labels?.length || n.closest('[hidden], dialog')"
            )
        ]
        assert unnamed == []


def test_on_paper_it_is_light_and_complete(browser: "playwright.Browser", large_page: Path) -> None:
    with Opened(browser, large_page, color_scheme="dark") as it:
        it.page.fill("#search", "(12")
        fitting = it.shown()
        assert fitting > 100
        it.page.emulate_media(media="print")
        it.page.evaluate("dispatchEvent(new Event('beforeprint'))")
        assert it.page.locator(".segment").count() == fitting
        assert it.page.locator(".figure dl").first.is_visible()
        assert it.page.locator(".filters").is_hidden()
        assert it.page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
        it.page.evaluate("dispatchEvent(new Event('afterprint'))")
        assert it.page.locator(".segment").count() < 60
        assert it.page.locator(".figure dl").first.is_hidden()


def test_on_paper_nothing_is_cut_off(browser: "playwright.Browser", folder: Path) -> None:
    """A printer has no scroll bar: what a table holds stands within the width of A4 between margins of 1 cm."""
    made = cases.seed()
    policy = {"policy": "acme", "critical": {"max": 0}, "mqm": {"max_per_1000_words": 60.0}}
    path = folder / "paper.html"
    path.write_text(html.render(made, verdict=gate(made, policy)), encoding="utf-8")
    with Opened(browser, path, viewport={"width": 718, "height": 1000}) as it:
        it.page.emulate_media(media="print")
        it.page.evaluate("dispatchEvent(new Event('beforeprint'))")
        assert it.page.evaluate("document.documentElement.scrollWidth") <= 718
        assert it.page.evaluate(
            "[...document.querySelectorAll('.scroll')].every((box) => box.scrollWidth <= box.clientWidth)"
        )
        assert it.page.locator(".checks thead th").last.bounding_box()["x"] < 718
