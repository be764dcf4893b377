"""How fast the page is at 10,000 segments: made, ready, filtered; in headless Chromium, from file://.

    .venv/bin/python bench/report_page.py [segments] [runs]

Prints the size of the page and, over the runs, median and worst milliseconds. Budget of the project: ready in under
3,000 ms, every filter under 300 ms, under 5 MB. The machine and its load are part of the result: say them with it.
"""

import os
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests"))

import report_cases as cases  # noqa: E402

from mtqa.reports import render  # noqa: E402

CHROMIUM = "/usr/bin/chromium"
FILTERS = {
    "search, first": lambda page: page.fill("#search", "ceasefire"),
    "search, longer": lambda page: page.fill("#search", "ceasefire proposal"),
    "search, none": lambda page: page.fill("#search", ""),
    "category": lambda page: page.select_option("#category", index=1),
    "severity": lambda page: page.click("#severity button >> nth=0"),
    "cleared": lambda page: page.click("#clear"),
    "cell of the table": lambda page: page.click(".heat td button >> nth=0"),
    "order by penalty": lambda page: page.select_option("#sort", "points"),
    "only with errors": lambda page: page.check("#only"),
}


def main(segments: int = 10_000, runs: int = 5) -> None:
    """Measure and print one line a quantity."""
    began = time.perf_counter()
    page = render(cases.large(segments), "html")
    made = time.perf_counter() - began
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "report.html"
        path.write_text(page, encoding="utf-8")
        found = measured(path, runs)
    print(f"{segments:,} segments, {len(page.encode()) / 1e6:.2f} MB, data and page made in {made:.1f} s")
    print(f"load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors, {runs} runs")
    for name, values in found.items():
        print(f"{name:24s} median {median(values):7.0f} ms   worst {max(values):7.0f} ms")


def measured(path: Path, runs: int) -> dict[str, list[float]]:
    """Milliseconds of each run: until the page is ready (by the wall, navigation included), and of each filter."""
    found: dict[str, list[float]] = {}
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for _ in range(runs):
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            began = time.perf_counter()
            page.goto(path.as_uri())
            page.wait_for_selector("html[data-ready=true]", timeout=120_000)
            found.setdefault("ready", []).append(1000 * (time.perf_counter() - began))
            for name, act in FILTERS.items():
                act(page)
                found.setdefault(name, []).append(number(page, "data-filter-ms"))
            page.close()
        browser.close()
    return found


def number(page: Page, attribute: str) -> float:
    return float(page.get_attribute("html", attribute) or "nan")


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
