"""A page in Debian's Chromium, for all tests that look at one: opened, watched, measured."""

from collections.abc import Iterator
from pathlib import Path

import pytest

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

CHROMIUM = Path("/usr/bin/chromium")
MARKS = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="Debian's Chromium is not installed"),
]


def launched() -> Iterator["playwright.Browser"]:
    """The browser, until the tests of a module are done."""
    with playwright.sync_playwright() as driver:
        found = driver.chromium.launch(
            executable_path=str(CHROMIUM), args=["--no-sandbox", "--font-render-hinting=none"]
        )
        yield found
        found.close()


class Opened:
    """A page that is open, with everything that it asked for or complained of; `first` is a script before its own."""

    def __init__(
        self, browser: "playwright.Browser", path: Path, fragment: str = "", first: str = "", **options: object
    ) -> None:
        self.complaints: list[str] = []
        self.requests: list[str] = []
        self.page = browser.new_page(**options)
        if first:
            self.page.add_init_script(first)
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda fault: self.complaints.append(str(fault)))
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.goto(path.as_uri() + fragment)
        if options.get("java_script_enabled", True):
            self.page.wait_for_selector("html[data-ready=true]")

    @property
    def address(self) -> str:
        """The address as the page has it at this moment; Playwright's own `url` may be that of a moment before."""
        return str(self.page.evaluate("location.href"))

    def shown(self) -> int:
        return int(self.page.get_attribute("html", "data-shown") or -1)

    def __enter__(self) -> "Opened":
        return self

    def __exit__(self, *_: object) -> None:
        self.page.close()
        assert self.complaints == []
        assert len(self.requests) == 1, self.requests


CONTRAST = """() => {
  const canvas = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
  const rgb = (colour) => { canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data]; };
  const over = (top, low) => top.slice(0, 3).map((v, i) => v * top[3] / 255 + low[i] * (1 - top[3] / 255));
  const light = ([r, g, b]) => [r, g, b].map((v) => v / 255)
    .map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const poor = new Map();
  for (const node of document.querySelectorAll("body *")) {
    const own = [...node.childNodes].some((child) => child.nodeType === 3 && child.data.trim());
    if (!own || !node.getClientRects().length || node.closest("[hidden], .sr, .skip, script, style, svg")) continue;
    let ground = [255, 255, 255];
    const line = [];
    for (let up = node; up; up = up.parentElement) line.unshift(rgb(getComputedStyle(up).backgroundColor));
    for (const layer of line) ground = over(layer, ground);
    const ink = over(rgb(getComputedStyle(node).color), ground);
    const [a, b] = [light(ink), light(ground)].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    const name = node.tagName + "." + node.className + " " + node.textContent.slice(0, 20);
    if (ratio < 4.5) poor.set(name, ratio.toFixed(2));
  }
  return [...poor];
}"""
