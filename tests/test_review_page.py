"""Review in a real browser: every verb by key and by button, kept, exported, read again, and merged."""

import json
import threading
from pathlib import Path

import pytest
from chromium import CONTRAST, MARKS, Opened, playwright

from mtqa.assess import assess
from mtqa.assessment import Assessment
from mtqa.cli import main
from mtqa.mqm import Severity
from mtqa.reports import html
from mtqa.review import Sheet, read_sheet
from mtqa.review.serving import serve
from mtqa.segment import Span

pytestmark = MARKS

HYPOTHESES = [
    "The 😀 30 days of cease-fire began in in May.",
    "He sayd no\u200b to 𝒜lice.",
    "It all stands.",
    "Nine men came on Monday.",
]
REFERENCES = [
    "The 😀 60 days of ceasefire began in May.",
    "He said no\u200b to 𝒜lice.",
    "It all stands.",
    "Ten men came on Tuesday.",
]


@pytest.fixture(scope="module")
def fresh() -> Assessment:
    return assess(HYPOTHESES, REFERENCES, kind="correction", metrics=("chrf++",))


@pytest.fixture
def folder(fresh: Assessment, tmp_path: Path) -> Path:
    return fresh.save(tmp_path / "a")


class Reviewed(Opened):
    """A report that is open in review, with a reviewer."""

    def __init__(self, browser: "playwright.Browser", folder: Path, who: str = "Ana", **options: object) -> None:
        super().__init__(browser, folder / "report.html", **options)
        self.press("v")
        if self.page.locator("#reviewer").is_visible():  # else this browser knows who reviews
            self.page.keyboard.type(who)
            self.page.keyboard.press("Enter")

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def progress(self) -> str:
        return str(self.page.locator("#progress-text").inner_text())

    def chosen(self) -> int:
        """The place of the chosen finding among those on the page."""
        return int(
            self.page.evaluate("[...document.querySelectorAll('.finding')].findIndex(row => row.matches('.chosen'))")
        )

    def verbs(self) -> list[str]:
        return [str(row.get_attribute("data-verb") or "") for row in self.page.locator(".finding").all()]

    def select(self, segment: int, start: str, end: str, side: str = "hypothesis") -> None:
        """Select in a text from the first letter of `start` to the last of `end`, as the browser counts."""
        self.page.evaluate(
            """([segment, side, start, end]) => {
              const text = document.querySelectorAll('.segment')[segment].querySelector(`.${side} .text`);
              const range = document.createRange();
              const walk = document.createTreeWalker(text, NodeFilter.SHOW_TEXT);
              let begun = false;
              while (walk.nextNode()) {
                const node = walk.currentNode, from = node.data.indexOf(start), to = node.data.indexOf(end);
                if (!begun && from >= 0) { range.setStart(node, from); begun = true; }
                if (begun && to >= 0) { range.setEnd(node, to + end.length); break; }
              }
              getSelection().removeAllRanges();
              getSelection().addRange(range);
            }""",
            [segment, side, start, end],
        )
        self.page.locator("#pick").wait_for()

    def export(self, path: Path) -> Sheet:
        with self.page.expect_download() as download:
            self.page.click("#export")
        download.value.save_as(path)
        return read_sheet(path)


def test_readers_see_nothing_of_it(browser: "playwright.Browser", folder: Path) -> None:
    with Opened(browser, folder / "report.html") as it:
        assert it.page.locator("#review").get_attribute("aria-pressed") == "false"
        for hidden in ("#review-bar", "#editor", "#pick", ".verb", ".quick", ".review-only"):
            assert it.page.locator(f"{hidden}:visible").count() == 0
        for key in ("a", "r", "1", "e", "c", "u"):
            it.page.keyboard.press(key)
        assert it.page.evaluate("localStorage.length") == 0
        it.page.click("#review")
        assert it.page.locator("#review-bar").is_visible()
        it.page.keyboard.press("Escape")
        it.page.click("#done")
        assert it.page.locator(".verb:visible").count() == 0


def test_every_verb_by_key(browser: "playwright.Browser", fresh: Assessment, folder: Path, tmp_path: Path) -> None:
    total = len(fresh.error_spans)
    with Reviewed(browser, folder) as it:
        it.press("n", "a", "r", "4")
        assert it.verbs()[:3] == [
            "accept",
            "reject",
            "accept" if fresh.error_spans[2].severity == "critical" else "regrade",
        ]
        assert it.progress() == f"3 of {total} reviewed"
        it.press("n", "c")
        it.page.keyboard.type("ask the client – “why?”")
        it.press("Enter")
        assert it.verbs()[3] == "comment"
        assert it.progress() == f"3 of {total} reviewed"
        it.press("e")
        it.page.select_option("#edit-category", label="awkward")
        it.page.locator("#edit-hypothesis [data-edge=end][data-by='1']").click()
        it.page.locator("#edit-category").focus()
        it.press("Enter")
        assert it.verbs()[3] == "edit"
        it.press("u")
        assert it.verbs()[3] == "comment"
        it.press("u", "u")
        assert it.verbs()[2:4] == ["", ""]
        it.press("u", "u", "u")
        assert it.progress() == f"0 of {total} reviewed"
        assert "Nothing to undo" in it.page.locator("#said").inner_text()
        it.press("?")
        assert it.page.locator(".review-only").is_visible()


def test_every_verb_by_button_and_the_file_it_gives(
    browser: "playwright.Browser", fresh: Assessment, folder: Path, tmp_path: Path
) -> None:
    errors = fresh.error_spans
    with Reviewed(browser, folder) as it:
        rows = it.page.locator(".finding")
        rows.nth(0).get_by_role("button", name="Accept").click()
        rows.nth(1).get_by_role("button", name="Reject").click()
        left = sum(error.id == errors[1].id for error in errors) - 1
        chips = it.page.locator(".segment").nth(int(errors[1].id) - 1).locator("header .chip:not(.none)")
        assert sum(int(text.split()[1]) for text in chips.all_inner_texts()) == left
        rows.nth(2).click()
        wanted = next(s for s in Severity if s is not errors[2].severity)
        rows.nth(2).get_by_role("button", name=str(wanted)).click()
        rows.nth(2).get_by_role("button", name="Comment").click()
        it.page.fill("#edit-comment", "too harsh")
        it.page.click("#editor .main")
        it.page.click("#undo")
        rows.nth(2).get_by_role("button", name="Comment").click()
        it.page.fill("#edit-comment", "too harsh 😀")
        it.page.click("#editor .main")
        sheet = it.export(tmp_path / "d.jsonl")
    assert (sheet.assessment, sheet.reviewer, sheet.role) == (fresh.fingerprint, "Ana", "reviewer")
    assert [(d.finding, str(d.verb), d.comment) for d in sheet.decisions] == [
        ("0", "accept", ""), ("1", "reject", ""), ("2", "regrade", "too harsh 😀"),
    ]  # fmt: skip
    assert sheet.decisions[2].new is not None
    assert sheet.decisions[2].new.severity is wanted


def test_an_error_is_added_by_selecting_and_offsets_are_code_points(
    browser: "playwright.Browser", fresh: Assessment, folder: Path, tmp_path: Path
) -> None:
    with Reviewed(browser, folder) as it:
        it.select(1, "𝒜lice", "lice")
        it.press("e")
        it.page.select_option("#edit-category", label="named-entity")
        it.page.check("#edit-severity [value='3']")
        it.page.fill("#edit-comment", "a name")
        it.press("Enter")
        it.select(0, "😀", "days")
        it.page.click("#pick")
        it.page.locator("#edit-category").focus()
        it.press("Enter")
        it.select(2, "all", "all", side="reference")
        it.press("e", "Enter")
        assert it.progress().endswith("reviewed, 3 added")
        assert it.page.locator(".segment").nth(2).locator("mark.m.gap.chosen").count() == 1
        sheet = it.export(tmp_path / "d.jsonl")
        it.press("r")
        assert it.progress().endswith("reviewed, 2 added")
    marks = [decision.new for decision in sheet.decisions if decision.new]
    assert [(mark.id, mark.text, mark.category, mark.severity) for mark in marks] == [
        ("1", "😀 30 days", "accuracy/mistranslation", Severity.MAJOR),
        ("2", "𝒜lice", "accuracy/named-entity", Severity.CRITICAL),
        ("3", "", "accuracy/omission", Severity.MAJOR),
    ]
    assert marks[0].hypothesis == Span(4, 13)
    assert marks[1].hypothesis.of(HYPOTHESES[1]) == "𝒜lice"
    assert marks[1].reference == Span(REFERENCES[1].index("."), REFERENCES[1].index("."))
    assert (marks[2].correction, marks[2].hypothesis) == ("all", Span(6, 6))
    main_ends(["review", "merge", str(tmp_path / "d.jsonl"), "--into", str(folder)])
    assert Assessment.load(folder).summary.errors == fresh.summary.errors + 3


def test_a_span_is_moved_by_selecting_and_by_arrows_and_a_mark_is_added_without_a_pointer(
    browser: "playwright.Browser", fresh: Assessment, folder: Path, tmp_path: Path
) -> None:
    with Reviewed(browser, folder) as it:
        it.press("n", "e")
        it.select(0, "days", "days")
        it.page.click("#pick")
        assert it.page.locator("#edit-hypothesis .marked").inner_text() == "days"
        it.page.locator("#edit-hypothesis [data-edge=start][data-by='-1']").click()
        assert it.page.locator("#edit-hypothesis .marked").inner_text() == "30 days"
        it.page.locator("#edit-hypothesis [data-edge=end][data-by='-1']").click(modifiers=["Shift"])
        assert it.page.locator("#edit-hypothesis .marked").inner_text() == "30 day"
        it.press("Escape")
        assert it.verbs()[0] == ""
        it.press("e")
        it.page.locator("#edit-hypothesis [data-edge=end][data-by='1']").focus()
        it.press("Enter")
        it.page.click("#editor .main")
        assert it.verbs()[0] == "edit"
        it.press("j", "j", "i")
        assert it.page.locator("#edit-hypothesis .marked").inner_text() == "It"
        it.page.locator("#edit-category").focus()
        it.press("Enter")
        sheet = it.export(tmp_path / "d.jsonl")
    assert [(str(d.verb), d.new.id, d.new.text) for d in sheet.decisions if d.new and d.verb == "add"] == [
        ("add", "3", "It")
    ]


def main_ends(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert not ended.value.code


def test_decisions_outlive_the_page_until_they_are_forgotten(
    browser: "playwright.Browser", fresh: Assessment, folder: Path, tmp_path: Path
) -> None:
    context = browser.new_context()
    try:
        with Reviewed(context, folder) as it:
            it.press("n", "a", "r")
            it.select(2, "all", "all")
            it.press("e", "Enter")
            sheet = it.export(tmp_path / "d.jsonl")
        with Opened(context, folder / "report.html") as it:
            it.page.wait_for_selector("#review[data-count='3']")
            assert it.page.locator(".finding").count() == len(fresh.error_spans)
            it.page.keyboard.press("v")
            assert it.page.locator("#as").inner_text() == "Ana, reviewer"
            assert it.page.locator("#progress-text").inner_text() == f"2 of {len(fresh.error_spans)} reviewed, 1 added"
            it.page.click("#who summary")
            it.page.click("#forget")
            assert it.page.locator("#forget").inner_text() == "Really forget 3?"
            it.page.click("#forget")
            assert it.page.evaluate("localStorage.length") == 0
            assert it.page.locator("#progress-text").inner_text() == f"0 of {len(fresh.error_spans)} reviewed"
        with Reviewed(context, folder) as it:
            it.page.set_input_files("#file", tmp_path / "d.jsonl")
            it.page.locator("#said", has_text="3 decisions read").wait_for()
            again = it.export(tmp_path / "again.jsonl")
            assert again.decisions == sheet.decisions
            it.press("u")
            assert it.progress() == f"0 of {len(fresh.error_spans)} reviewed"
    finally:
        context.close()


def test_files_that_do_not_belong_here_are_said_and_nothing_is_lost(
    browser: "playwright.Browser", fresh: Assessment, folder: Path, tmp_path: Path
) -> None:
    path = tmp_path / "d.jsonl"
    with Reviewed(browser, folder) as it:
        it.press("n", "a", "a")
        it.export(path)
        lines = path.read_text(encoding="utf-8").splitlines()
        cases = {
            "of another assessment": lines[0].replace(fresh.fingerprint, "0" * 16),
            "mtqa.decisions/1 is wanted, mtqa.decisions/0 found": lines[0].replace("decisions/1", "decisions/0"),
            "a line is no JSON": "{",
            "Line 3: this report has no such finding": "\n".join(
                [*lines[:2], lines[2].replace('"finding":"1"', '"finding":"99"')]
            ),
            "Line 3: finding 0 is decided twice": "\n".join([*lines[:2], lines[1]]),
            "Line 2 is no decision": "\n".join([lines[0], lines[1].replace('"accept"', '"bless"')]),
            "the decisions of Bo": lines[0].replace("Ana", "Bo"),
        }
        for said, text in cases.items():
            path.write_text(text, encoding="utf-8")
            it.page.set_input_files("#file", path)
            it.page.locator("#said.loud", has_text=said).wait_for()
            assert it.page.locator("#said").inner_text().endswith("Nothing was changed.")
            assert it.progress() == f"2 of {len(fresh.error_spans)} reviewed"


def test_what_another_version_of_the_page_kept_is_set_aside_and_not_lost(
    browser: "playwright.Browser", fresh: Assessment, folder: Path
) -> None:
    old = '{"schema":"mtqa.decisions/0","decisions":[["0","accept"]]}'
    place = f"mtqa-review:{fresh.fingerprint}"
    context = browser.new_context()
    try:
        with Opened(context, folder / "report.html") as it:
            it.page.evaluate("([place, text]) => localStorage.setItem(place, text)", [place, old])
        with Reviewed(context, folder) as it:
            assert "decisions of another version of this page" in it.page.locator("#said").inner_text()
            it.press("n", "a")
            kept = it.page.evaluate("Object.entries(localStorage)")
            assert old in [text for name, text in kept if name.startswith(place + ":")]
            assert json.loads(dict(kept)[place])["schema"] == "mtqa.decisions/1"
    finally:
        context.close()


def test_a_file_on_disk_that_cannot_be_read_is_not_written_over(
    browser: "playwright.Browser", fresh: Assessment, tmp_path: Path
) -> None:
    path = tmp_path / "d.jsonl"
    with serve(html.render(fresh, saves=True), path, assessment=fresh.fingerprint) as server:
        path.write_text('{"schema": "mtqa.decisions/9"}\n', encoding="utf-8")
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        page = browser.new_page()
        try:
            page.goto(server.address)
            page.wait_for_selector("html[data-ready=true].reviewing")
            assert "mtqa.decisions/1 is wanted, mtqa.decisions/9 found" in page.locator("#said").inner_text()
            page.fill("#reviewer", "Ana")
            for key in ("Enter", "n", "a"):
                page.keyboard.press(key)
            page.locator("#said.loud", has_text="Not saved to disk").wait_for()
        finally:
            page.close()
            server.shutdown()
            thread.join()
    assert path.read_text(encoding="utf-8") == '{"schema": "mtqa.decisions/9"}\n'


def test_after_a_merge_the_page_goes_on(
    browser: "playwright.Browser", fresh: Assessment, folder: Path, tmp_path: Path
) -> None:
    context = browser.new_context()
    try:
        with Reviewed(context, folder) as it:
            it.press("n", "r", "4")
            it.select(2, "all", "all")
            it.press("e", "Enter")
            it.export(tmp_path / "d.jsonl")
        main_ends(["review", "merge", str(tmp_path / "d.jsonl"), "--into", str(folder)])
        with Reviewed(context, folder) as it:
            assert "Reviewed by Ana (reviewer)" in it.page.locator(".overview").inner_text()
            assert it.page.locator(".finding").count() == len(fresh.error_spans)  # one rejected, one added
            assert it.page.locator(".chip.earlier").count() == 2
            assert it.progress().startswith("0 of ")
            it.press("n", "n", "r")
            it.page.set_input_files("#file", tmp_path / "d.jsonl")
            it.page.locator("#said", has_text="decisions read").wait_for()
            sheet = it.export(tmp_path / "e.jsonl")
            assert sorted(str(d.verb) for d in sheet.decisions) == ["add", "regrade", "reject", "reject"]
        main_ends(["review", "merge", str(tmp_path / "e.jsonl"), "--into", str(folder)])
        assert Assessment.load(folder).summary.errors == fresh.summary.errors - 1
    finally:
        context.close()


def test_served_decisions_are_saved_to_disk(browser: "playwright.Browser", fresh: Assessment, tmp_path: Path) -> None:
    path = tmp_path / "d.jsonl"
    with serve(html.render(fresh, saves=True), path, assessment=fresh.fingerprint) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            for round_, keys in enumerate((("n", "a"), ("n", "r"))):
                context = browser.new_context()
                page = context.new_page()
                faults: list[str] = []
                page.on("pageerror", lambda fault, faults=faults: faults.append(str(fault)))
                page.goto(server.address)
                page.wait_for_selector("html[data-ready=true].reviewing")
                if round_ == 0:
                    page.fill("#reviewer", "Ana")
                    page.keyboard.press("Enter")
                for key in keys:
                    page.keyboard.press(key)
                page.locator("#said", has_text="Saved to disk.").wait_for()
                page.wait_for_selector(f"html[data-decisions='{round_ + 1 if round_ == 0 else 1}']")
                assert faults == []
                context.close()
        finally:
            server.shutdown()
            thread.join()
    sheet = read_sheet(path)
    assert (sheet.reviewer, [str(decision.verb) for decision in sheet.decisions]) == ("Ana", ["reject"])


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_in_review_it_is_readable_and_nothing_sticks_out(
    browser: "playwright.Browser", folder: Path, scheme: str
) -> None:
    with Reviewed(browser, folder, color_scheme=scheme) as it:
        it.press("n", "a", "r", "2", "c")
        it.page.keyboard.type("because")
        it.press("Enter")
        for _ in range(2):
            for width in (320, 390, 768, 1280):
                it.page.set_viewport_size({"width": width, "height": 800})
                assert it.page.evaluate("document.documentElement.scrollWidth") <= width
                for row in it.page.locator(".finding").all():
                    assert row.locator(".badge").bounding_box()["width"] < 40
                    assert row.locator(".why").bounding_box()["width"] > 150
            it.page.set_viewport_size({"width": 1280, "height": 900})
            it.page.wait_for_timeout(200)
            assert it.page.evaluate(CONTRAST) == []
            it.press("e")
        unnamed = [
            control.get_attribute("id")
            for control in it.page.locator("button, input, select").all()
            if not control.evaluate(
                "n => n.ariaLabel || n.textContent.trim() || n.labels?.length || n.closest('[hidden], dialog')"
            )
        ]
        assert unnamed == []


def test_only_unreviewed_and_the_end(browser: "playwright.Browser", fresh: Assessment, folder: Path) -> None:
    total = len(fresh.error_spans)
    with Reviewed(browser, folder) as it:
        it.press("n", *["a"] * total)
        assert it.progress() == f"{total} of {total} reviewed"
        assert "Export the decisions" in it.page.locator("#said").inner_text()
        it.page.check("#unreviewed")
        assert it.shown() == 0
        it.page.click("#done")
        assert it.shown() == len(HYPOTHESES)


def test_the_trail_says_who_when_and_what(browser: "playwright.Browser", folder: Path, tmp_path: Path) -> None:
    with Reviewed(browser, folder, who="Zoë Ağ") as it:
        it.page.click("#who summary")
        it.page.select_option("#role", "vendor")
        it.press("Escape")
        it.press("n", "r")
        sheet = it.export(tmp_path / "d.jsonl")
    assert (sheet.reviewer, sheet.role) == ("Zoë Ağ", "vendor")
    main_ends(["review", "merge", str(tmp_path / "d.jsonl"), "--into", str(folder)])
    line = json.loads((folder / "review.jsonl").read_text(encoding="utf-8").splitlines()[1])
    assert (line["reviewer"], line["role"], line["verb"], line["new"], line["merge"]) == (
        "Zoë Ağ",
        "vendor",
        "reject",
        None,
        1,
    )
    assert line["at"].startswith("20")
    review = Assessment.load(folder).summary.review
    assert review is not None
    assert (review.contested, review.rejected) == (1, 0)
