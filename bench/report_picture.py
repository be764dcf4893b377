"""Take the pictures of the report that README and docs show: first screen, a segment, the verdict, two side by side.

.venv/bin/python bench/report_picture.py [report.html [judged.html [several.html]]]
"""

import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "docs" / "images"


def main(report: str = "out/demo/report.html", judged: str = "", several: str = "") -> None:
    """Write docs/images: report.png and segment.png, and verdict.png and several.png where those pages are given."""
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 1080}, color_scheme="light")
        opened(page, report)
        page.screenshot(path=FOLDER / "report.png")
        segment(page)
        if judged:
            opened(page, judged)
            page.locator(".verdict").screenshot(path=FOLDER / "verdict.png")
        if several:
            opened(page, several)
            page.set_viewport_size({"width": 1280, "height": 900})
            page.screenshot(path=FOLDER / "several.png")
        browser.close()
    for path in sorted(FOLDER.glob("*.png")):
        print(f"{path.relative_to(ROOT)}: {path.stat().st_size / 1024:.0f} KiB")


def opened(page: Page, path: str) -> None:
    page.goto((ROOT / path).resolve().as_uri())
    page.wait_for_selector("html[data-ready=true]")


def segment(page: Page) -> None:
    """The segment of the misspelt name, its mark explained."""
    card = page.locator(".segment", has_text="Whitkov").first
    card.scroll_into_view_if_needed()
    page.evaluate("id => document.getElementById(id).scrollIntoView()", card.get_attribute("id"))
    card.locator("del.m", has_text="Whitkov").hover()
    box = card.bounding_box()
    if box is None:
        raise SystemExit("the segment is not on the page")
    clip = {"x": box["x"] - 16, "y": box["y"] - 12, "width": box["width"] + 32, "height": box["height"] + 24}
    page.screenshot(path=FOLDER / "segment.png", clip=clip)


if __name__ == "__main__":
    main(*sys.argv[1:])
