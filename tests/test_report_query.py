"""What is typed into the search of the page, what can be chosen, and the address in which a view stands."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import report_cases as cases
from chromium import MARKS, Opened, playwright

from mtqa.mqm import Severity
from mtqa.reports import render
from mtqa.reports.several import matched
from mtqa.reports.several import render as render_several
from mtqa.segment import ReferenceKind, Segment

pytestmark = MARKS

SEGMENTS = [
    Segment(
        "s1", "It is 30 days.", ("It is 60 days.",), "Es sind 60 Tage.", "news/a", "acme", ReferenceKind.CORRECTION
    ),
    Segment("s2", "A large ceasefire was", ("A ceasefire was",), None, "news/b", "acme", ReferenceKind.CORRECTION),
    Segment("s3", "12:30, the end: ok.", ("12:30, the end: ok.",), None, "law c", "acme", ReferenceKind.CORRECTION),
    Segment("s4", "Day of large talks", ("Days of talks",), None, "law c", "acme", ReferenceKind.CORRECTION),
]
ERRORS = [
    cases.error(SEGMENTS[0], (6, 8, 6, 8), "accuracy/number", Severity.CRITICAL, rule="number"),
    cases.error(SEGMENTS[1], (2, 8, 2, 2), "accuracy/addition", Severity.MINOR, rule="addition"),
    cases.error(SEGMENTS[3], (0, 3, 0, 4), "accuracy/number", Severity.MINOR, rule="word_form"),
    cases.error(SEGMENTS[3], (7, 13, 8, 8), "accuracy/addition", Severity.CRITICAL, rule="addition"),
]

QUERIES = {
    "": "s1 s2 s3 s4",
    "LARGE": "s2 s4",
    "large talks": "s4",  # as it stands
    "talks large": "",
    "large  talks": "",
    '"large talks"': "s4",
    '"talks" "large"': "s4",  # both, anywhere
    "ref:days large": "s4",
    "the end: ok": "s3",
    "-large": "s1 s3",
    "large -talks": "s2",
    "document:news": "s1 s2",
    'document="news/a"': "s1",
    'document:"law c"': "s3 s4",
    "doc:law -large": "s3",
    "system:acme": "s1 s2 s3 s4",
    "id:s3": "s3",
    "source:tage": "s1",
    "tage": "s1",
    "hypothesis:tage": "",
    "mt:days": "s1",
    "ref:days": "s1 s4",
    "status:paired": "s1 s2 s3 s4",
    "rule:addition": "s2 s4",
    "category:number": "s1 s4",
    "category:number severity:critical": "s1",  # of one and the same finding
    "-category:number": "s2 s3",
    "severity:critical": "s1 s4",
    "confidence<0.5": "",
    "errors>=2": "s4",
    "errors=0": "s3",
    "errors:1": "s1 s2",
    "points>5": "s1 s4",
    "words>3": "s1 s2 s3 s4",
    "words<4": "",
    "TER>10": "s4",
    "TER>8 ter<=9": "s1 s2",
    "chrf2++<100": "s1 s2 s4",
    "-TER>0": "s3",
    # what is no field of this page is text like any other
    "12:30": "s3",
    "end:": "s3",
    "nothing:here": "",
    "TER>": "",
    "-": "",
    '"': "s1 s2 s3 s4",
}


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("query") / "page.html"
    path.write_text(render(cases.made(SEGMENTS, ERRORS), "html"), encoding="utf-8")
    return path


def shown(it: Opened) -> str:
    return " ".join(it.page.locator(".segment:visible h3").all_inner_texts())


def test_queries(browser: "playwright.Browser", page: Path) -> None:
    with Opened(browser, page) as it:
        found = {}
        for query in QUERIES:
            it.page.fill("#search", query)
            found[query] = shown(it)
        assert found == QUERIES


def test_a_query_about_findings_lets_the_others_step_back(browser: "playwright.Browser", page: Path) -> None:
    with Opened(browser, page) as it:
        it.page.fill("#search", "category:number large")
        assert shown(it) == "s4"
        assert it.page.locator("#segment-s4 .finding:not(.off) .category").all_inner_texts() == ["accuracy/number"]
        assert it.page.evaluate("CSS.highlights.get('hits').size") == 1
        it.page.keyboard.press("Escape")
        it.page.keyboard.press("x")
        assert it.page.locator(".finding.off").count() == 0


def test_a_document_is_chosen(browser: "playwright.Browser", page: Path, tmp_path: Path) -> None:
    with Opened(browser, page) as it:
        it.page.select_option("#document", label="law c")
        assert shown(it) == "s3 s4"
        it.page.click("#clear")
        assert shown(it) == "s1 s2 s3 s4"
        assert it.page.input_value("#document") == ""
    one = tmp_path / "one.html"
    one.write_text(render(cases.made(SEGMENTS[2:], []), "html"), encoding="utf-8")
    with Opened(browser, one) as it:
        assert it.page.locator("#document").is_hidden()


def chosen_by_hand(it: Opened) -> None:
    it.page.fill("#search", 'Large -"x & y"')
    it.page.select_option("#category", label="accuracy/addition (2)")
    it.page.click("#severity button[title=critical]")
    it.page.select_option("#document", label="law c")
    it.page.check("#only")
    it.page.select_option("#sort", label="most penalty first")


VIEWS: dict[str, tuple[Callable[[Opened], None], str]] = {
    "everything": (chosen_by_hand, "s4"),
    "a cell": (lambda it: it.page.click('.heat button[data-category="accuracy/number"][data-severity="minor"]'), "s4"),
    "an order": (lambda it: it.page.select_option("#sort", label="most penalty first"), "s4 s1 s2 s3"),
}


@pytest.mark.parametrize("name", VIEWS)
def test_a_view_can_be_sent(browser: "playwright.Browser", page: Path, name: str) -> None:
    act, wanted = VIEWS[name]
    controls = "[...document.querySelectorAll('.filters :is(input, select)')].map((n) => n.checked + n.value)"
    with Opened(browser, page) as it:
        act(it)
        assert shown(it) == wanted
        address, set_so = it.address, it.page.evaluate(controls)
    assert "#view?" in address
    with Opened(browser, page, "#" + address.partition("#")[2]) as it:
        assert shown(it) == wanted
        assert it.page.evaluate(controls) == set_so
        assert it.address == address
        it.page.keyboard.press("x")
        assert shown(it) == "s1 s2 s3 s4"
        assert "#" not in it.address


def test_an_address_of_another_page_shows_what_it_can(browser: "playwright.Browser", page: Path) -> None:
    with Opened(browser, page, "#view?category=no/such&severity=critical,none&sort=no&document=gone&%E0%A4%A") as it:
        assert shown(it) == "s1 s4"
        it.page.evaluate("location.hash = '#view?find=large'")
        it.page.wait_for_selector("html[data-shown='2']")
        it.page.evaluate("location.hash = '#segment-s1'")
        it.page.locator("#segment-s1:focus").wait_for()
        assert it.address.endswith("#segment-s1")
        assert shown(it) == "s1 s2 s3 s4"


def test_a_view_of_several_deliveries_can_be_sent(browser: "playwright.Browser", tmp_path: Path) -> None:
    def made(name: str, lacking: str) -> cases.Made:
        errors = [replace(error, system=name) for error in ERRORS if error.category != lacking]
        return cases.made([replace(segment, system=name) for segment in SEGMENTS], errors)

    lacking = {"acme": "", "globex": "accuracy/number", "hooli": "accuracy/addition"}
    path = tmp_path / "several.html"
    several = [(name, made(name, category)) for name, category in lacking.items()]
    path.write_text(render_several(matched(several)), encoding="utf-8")
    with Opened(browser, path) as it:
        it.page.select_option("#left", label="acme")
        it.page.select_option("#right", label="hooli")
        it.page.select_option("#outcome", "right")
        it.page.fill("#search", "points=0")
        wanted, address = shown(it), it.address
        assert wanted == "s2"
        it.page.fill("#search", "system:globex rule:addition")
        it.page.select_option("#outcome", "")
        assert shown(it) == "s2 s4"
    with Opened(browser, path, "#" + address.partition("#")[2]) as it:
        assert shown(it) == wanted
        assert (it.page.input_value("#outcome"), it.address) == ("right", address)


def test_long_lists_are_folded_and_a_document_leads_to_its_segments(
    browser: "playwright.Browser", tmp_path: Path
) -> None:
    """649 documents and 260 patterns once stood between a reader and the segments: 55,000 pixels."""
    segments = [replace(SEGMENTS[n % 2], id=f"s{n}", document=f"d {n // 2} & co") for n in range(60)]
    errors = [
        replace(error, id=s.id, document=s.document)
        for n, s in enumerate(segments)
        for error in [ERRORS[n % 2]]
        if n > 8
    ]
    notices = [cases.Notice("check", cases.Concern.WARNING, f"notice {n}", (), "") for n in range(16)]
    path = tmp_path / "long.html"
    path.write_text(render(cases.made(segments, errors, notices=notices), "html"), encoding="utf-8")
    with Opened(browser, path, viewport={"width": 1280, "height": 900}) as it:
        assert it.page.get_by_text("notice 11").is_visible()
        assert it.page.get_by_text("notice 12").is_hidden()
        it.page.get_by_text("4 more", exact=True).click()
        assert it.page.get_by_text("notice 15").is_visible()
        assert it.page.locator(".groups tbody tr:visible").count() == 12
        assert (
            it.page.locator(".groups tbody th:visible").first.inner_text() == "d 5 & co"
        )  # the first with penalty twice
        it.page.get_by_text("all 30, in order").click()
        assert it.page.locator(".groups tbody tr:visible").count() == 12 + 30
        for _ in range(2):  # the second time the address is there already
            it.page.locator(".rest .groups th a", has_text="d 7 & co").click()
            it.page.wait_for_selector("html[data-shown='2']")
            assert shown(it) == "s14 s15"
            it.page.select_option("#document", "")
            assert it.shown() == 60
