"""How the pages look, kept as small grey pictures, and how they are heard, kept as a tree.

A picture is a screenshot drawn 128 pixels wide, in grey. It may differ in a few places and a little everywhere:
anti-aliasing is no change of the page. Every character is a box in them (`box_font.py`), so that they do not depend on
the fonts of a machine. `pytest --renew` takes them again; look at them before you commit them.
"""

from base64 import b64decode, b64encode
from collections.abc import Callable
from contextlib import closing
from itertools import pairwise
from pathlib import Path

import pytest
import report_cases as cases
from box_font import dressed, width
from chromium import MARKS, Opened, playwright

from mtqa.gate import gate
from mtqa.reports import html, render
from mtqa.reports.several import matched
from mtqa.reports.several import render as render_several

pytestmark = MARKS
GOLDEN = Path(__file__).parent / "golden" / "pages"
SCREENS = {"desktop": {"width": 1280, "height": 1200}, "phone": {"width": 390, "height": 800}}
POLICY = {"policy": "acme-news", "critical": {"max": 0}, "mqm": {"max_per_1000_words": 60.0}}
MOST = 3.0  # mean difference of a picture, in shades of 255
PLACES = 0.015  # share of pixels that may differ by more than a fifth of the scale

FACES = ("serif", "sans", "mono")
PROBE = """([name, text]) => {
  const node = document.createElement("span");
  node.style.cssText = `position:absolute;white-space:nowrap;font:600 100px var(--${name})`;
  node.textContent = text;
  document.body.append(node);
  return [getComputedStyle(node).fontFamily, node.getBoundingClientRect().width];
}"""

COMPARE = """async ([taken, kept, width]) => {
  const drawn = async (picture) => {
    const image = new Image();
    image.src = "data:image/png;base64," + picture;
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = width;
    canvas.height = Math.round(image.height * width / image.width);
    const pen = canvas.getContext("2d");
    pen.imageSmoothingQuality = "high";
    pen.filter = "grayscale(1)";
    pen.drawImage(image, 0, 0, canvas.width, canvas.height);
    return canvas;
  };
  const shades = (canvas) => canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
  const [here, there] = [await drawn(taken), await drawn(kept || taken)];
  const [found, wanted] = [shades(here), shades(there)];
  let sum = 0, far = 0;
  for (let n = 0; n < found.length; n += 4) {
    const off = Math.abs(found[n] - wanted[n]);
    sum += off;
    far += off > 51;
  }
  return { small: here.toDataURL("image/png").split(",")[1], alike: found.length === wanted.length,
    mean: 4 * sum / found.length, far: 4 * far / found.length };
}"""
WIDTH = 128  # pixels of a kept picture


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("looks")
    seed = cases.seed()
    better = cases.made(
        [seed.batch[n] for n in range(24)], [e for e in seed.error_spans if int(e.id) % 2], notices=seed.summary.notices
    )
    texts = {
        "one": render(seed, "html"),
        "judged": html.render(seed, verdict=gate(seed, POLICY)),
        "several": render_several(matched([("acme", seed), ("globex", better)])),
    }
    for name, text in texts.items():
        (folder / f"{name}.html").write_text(text, encoding="utf-8")
    return {name: folder / f"{name}.html" for name in texts}


@pytest.mark.parametrize("face", FACES)
def test_the_pictures_are_the_same_on_every_machine(
    browser: "playwright.Browser", pages: dict[str, Path], face: str
) -> None:
    """No font of the machine is in them: every text has the width that the box font gives it."""
    text = "How much? 0123456789 Größe, Ελλάς ‸✎▸ 停火 חדר 𝒜"
    with Opened(browser, pages["one"], first=dressed(*FACES)) as it:
        family, found = it.page.evaluate(PROBE, [face, text])
    assert family == "Box"
    assert found == pytest.approx(width(text, 100), abs=0.1)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("name", ["judged", "several"])
def test_it_looks_as_it_did(
    browser: "playwright.Browser",
    pages: dict[str, Path],
    name: str,
    screen: str,
    scheme: str,
    request: pytest.FixtureRequest,
) -> None:
    options = {"color_scheme": scheme, "viewport": SCREENS[screen], "reduced_motion": "reduce"}
    with Opened(browser, pages[name], first=dressed(*FACES), **options) as it:
        taken = b64encode(it.page.screenshot()).decode()
    path = GOLDEN / f"{name}-{screen}-{scheme}.png"
    with closing(browser.new_page()) as blank:
        if request.config.getoption("--renew"):
            GOLDEN.mkdir(exist_ok=True)
            path.write_bytes(b64decode(blank.evaluate(COMPARE, [taken, "", WIDTH])["small"]))
        found = blank.evaluate(COMPARE, [taken, b64encode(path.read_bytes()).decode(), WIDTH])
    assert found["alike"]
    assert found["mean"] <= MOST
    assert found["far"] <= PLACES


def test_a_picture_tells_a_change_from_none(browser: "playwright.Browser", pages: dict[str, Path]) -> None:
    """The tolerance is no blindness: one card that goes missing is seen."""
    look = {"viewport": SCREENS["desktop"], "color_scheme": "light"}
    with Opened(browser, pages["one"], first=dressed(*FACES), **look) as it:
        whole = b64encode(it.page.screenshot()).decode()
        it.page.evaluate("document.querySelector('.answers').remove()")
        lacking = b64encode(it.page.screenshot()).decode()
    with closing(browser.new_page()) as blank:
        found = blank.evaluate(COMPARE, [whole, lacking, WIDTH])
    assert found["mean"] > MOST
    assert found["far"] > PLACES


@pytest.mark.parametrize("name", ["judged", "several"])
def test_it_is_heard_as_it_was(
    browser: "playwright.Browser", pages: dict[str, Path], name: str, golden: Callable[[str, str], None]
) -> None:
    """Roles, names, headings and landmarks as a screen reader is given them: of the overview and the first segment."""
    with Opened(browser, pages[name]) as it:
        for part in (".overview", "form.filters", ".segment >> nth=0"):
            label = {".overview": "overview", "form.filters": "filters"}.get(part, "segment")
            golden(f"pages/{name}-{label}.tree", it.page.locator(part).aria_snapshot() + "\n")


def test_who_wants_no_motion_sees_none(browser: "playwright.Browser", pages: dict[str, Path]) -> None:
    moving = """() => [...document.querySelectorAll('body *')].filter((node) =>
      getComputedStyle(node).transitionDuration !== '0s' || getComputedStyle(node).animationName !== 'none').length"""
    for wanted, some in (("reduce", False), ("no-preference", True)):
        with Opened(browser, pages["several"], reduced_motion=wanted) as it:
            assert (it.page.evaluate(moving) > 0) is some
            assert it.page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"


REACHABLE = """() => [...document.querySelectorAll("main :is(a[href], button, input, select, summary, [tabindex='0'])")]
  .filter((node) => node.tabIndex >= 0 && !node.disabled && node.checkVisibility() && !node.closest("#list")).length"""


@pytest.mark.parametrize("name", ["judged", "several"])
def test_everything_is_reached_by_tab_and_shows_it(
    browser: "playwright.Browser", pages: dict[str, Path], name: str
) -> None:
    where = """() => { const node = document.activeElement, style = getComputedStyle(node);
      return [node.closest("#list") !== null, node.closest("main") !== null, parseFloat(style.outlineWidth) > 0
        && style.outlineStyle !== "none" || node.matches("input, select")]; }"""
    with Opened(browser, pages[name]) as it:
        wanted, reached = it.page.evaluate(REACHABLE), 0
        it.page.keyboard.press("Tab")
        assert it.page.evaluate("document.activeElement.className") == "skip"
        for _ in range(wanted + 20):
            it.page.keyboard.press("Tab")
            listed, inside, outlined = it.page.evaluate(where)
            if listed:
                break
            reached += inside
            assert outlined, it.page.evaluate("document.activeElement.outerHTML")
        assert reached == wanted
        cell = it.page.locator(".heat td button").first
        cell.focus()
        it.page.keyboard.press("Enter")
        assert cell.get_attribute("aria-pressed") == "true"


def test_headings_descend_without_a_gap(browser: "playwright.Browser", pages: dict[str, Path]) -> None:
    for path in pages.values():
        with Opened(browser, path) as it:
            levels = it.page.evaluate(
                "[...document.querySelectorAll('main :is(h1,h2,h3,h4)')].map((h) => Number(h.tagName[1]))"
            )
            assert levels[0] == 1
            assert levels.count(1) == 1
            assert all(b <= a + 1 for a, b in pairwise(levels))


NUMBERS = r"""() => {
  const lost = [];
  const walk = document.createTreeWalker(document.querySelector(".overview"), NodeFilter.SHOW_TEXT);
  const own = ".figure, .verdict, a[href^='#made-'], a[href^='#segment-'], code, h1, .lede";
  while (walk.nextNode()) {
    const node = walk.currentNode.parentElement;
    if (!/\d/.test(walk.currentNode.data) || node.closest(own)) continue;
    const near = node.closest("section, .card");
    if (!near?.querySelector("a[href^='#made-'], code.origin")) lost.push(node.outerHTML.slice(0, 80));
  }
  for (const link of document.querySelectorAll("a[href^='#made-']")) {
    if (!document.getElementById(decodeURIComponent(link.hash.slice(1)))) lost.push("no such figure: " + link.hash);
  }
  for (const node of document.querySelectorAll("#list .scores b")) {
    if (!node.closest("a[href^='#made-']")) lost.push(node.outerHTML);
  }
  return lost;
}"""


@pytest.mark.parametrize("name", ["one", "judged", "several"])
def test_every_number_has_its_signature_within_reach(
    browser: "playwright.Browser", pages: dict[str, Path], name: str
) -> None:
    """A link to how it was measured stands in its card or section; the links lead to a figure that opens."""
    with Opened(browser, pages[name]) as it:
        assert it.page.evaluate(NUMBERS) == []
        link = it.page.locator("a[href^='#made-']").first
        target = link.get_attribute("href") or ""
        link.click()
        it.page.locator(f"[id='{target[1:]}'] dl").wait_for()
