"""May we accept it: the verdict of a policy at the head of the page, and the sentence where there is no policy."""

import re
from pathlib import Path

import pytest
import report_cases as cases
from chromium import CONTRAST, MARKS, Opened, playwright

from mtqa import assess
from mtqa.cli import main
from mtqa.gate import gate
from mtqa.mqm import Severity
from mtqa.reports import html, render
from mtqa.segment import ReferenceKind, Segment

LENIENT = {"policy": "lenient", "critical": {"max": 9}}
STRICT = {"policy": "strict", "integrity": {"untranslated": 0}, "critical": {"max": 0},
          "findings": {"trusted": ["*"]}, "mqm": {"max_per_1000_words": 9000.0, "role": "warn"}}  # fmt: skip
UNSURE = {"policy": "unsure", "critical": {"max": 0}}


def delivery(name: str = "1") -> cases.Made:
    segment = Segment(name, "It is 30 days.", ("It is 60 days.",), reference_kind=ReferenceKind.CORRECTION)
    other = Segment("2", "It is done.", ("It is done.",), reference_kind=ReferenceKind.CORRECTION)
    return cases.made([segment, other], [cases.error(segment, (6, 8, 6, 8), "accuracy/number", Severity.CRITICAL)])


def plain(page: str) -> str:
    """The words of the overview."""
    body = page[page.index('<div class="overview">') : page.index('<section class="segments"')]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", body))


@pytest.mark.parametrize(
    ("policy", "words", "status"),
    [
        (LENIENT, "✓ May we accept it? Accept it Every demand of the policy is met.", "pass"),
        (STRICT, "✗ May we accept it? Do not accept it 1 of 2 demands are not met.", "fail"),
        (UNSURE, "? May we accept it? Not decided yet 1 of 1 demands can be called neither met nor broken.",
         "inconclusive"),
    ],
)  # fmt: skip
def test_the_verdict_stands_first_with_what_it_rests_on(policy: dict[str, object], words: str, status: str) -> None:
    made = delivery()
    verdict = gate(made, policy)
    assert verdict.status == status
    page = html.render(made, verdict=verdict)
    said = plain(page)
    assert words in said
    assert said.index("May we accept it?") < said.index("What is wrong most")
    for check in verdict.checks:
        assert check.name in said
    assert f"SHA-256 {verdict.digest}" in said
    assert page == html.render(made, verdict=verdict)


def test_an_invalid_verdict_is_nobodys_fault() -> None:
    made = delivery()
    baseline = {"policy": "b", "baseline": [{"metric": "chrf++", "max_drop": 1.0}]}
    said = plain(html.render(made, verdict=gate(made, baseline)))
    assert "! May we accept it? It could not be judged 1 of 1 demands could not be judged." in said


def test_what_fails_stands_open_and_what_passes_is_one_line() -> None:
    made = delivery()
    page = html.render(made, verdict=gate(made, STRICT))
    folded = re.search(r'<details class="met">.*?</details>', page, re.S)
    assert folded
    assert "2 checks passed: integrity.untranslated, mqm" in folded[0]
    assert "critical.max" not in folded[0]
    assert '<a href="#segment-1">1</a>' in page[page.index("critical.max") : page.index("checks passed")]


def test_without_a_policy_it_is_said_that_there_is_none() -> None:
    said = plain(render(delivery(), "html"))
    assert "No policy was given, so this page gives no verdict." in said
    assert "Accept it" not in said


def test_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(tmp_path)
    assess(["It is 30 days."], ["It is 60 days."], kind="correction", metrics=("chrf++",)).save(tmp_path / "a")
    (tmp_path / "mtqa.toml").write_text('policy = "p"\n[critical]\nmax = 0\n', encoding="utf-8")
    for arguments, code in (
        (["report", "a", "--policy", "mtqa.toml", "-o", "r.html"], 0),
        (["report", "a", "--policy", "none.toml", "-o", "s.html"], 2),
        (["report", "a", "b", "-o", "s.html"], 4),
    ):
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        assert (ended.value.code or 0) == code
    assert "Not decided yet" in (tmp_path / "r.html").read_text(encoding="utf-8")
    assert not (tmp_path / "s.html").exists()
    assert "none.toml: cannot be read" in capsys.readouterr().err


class TestTheBrowser:
    pytestmark = MARKS

    def test_no_name_of_a_policy_is_executed(self, browser: "playwright.Browser", tmp_path: Path) -> None:
        evil = "<img src=https://example.org/x onerror=\"document.title='owned'\">"
        waiver = {"reason": evil, "author": evil, "expires": "2099-12-31", "text": "30"}
        policy = {
            "policy": evil,
            "critical": {"max": 0},
            "waiver": [waiver],
            "slice": [{"match": evil, "max_critical": 0}],
        }
        path = tmp_path / "r.html"
        path.write_text(html.render(delivery(evil), verdict=gate(delivery(evil), policy)), encoding="utf-8")
        with Opened(browser, path) as it:
            assert it.page.locator(".verdict img").count() == 0
            assert it.page.title() != "owned"
            assert evil in it.page.locator(".waivers").inner_text()

    @pytest.mark.parametrize("scheme", ["light", "dark"])
    def test_every_status_is_readable_on_every_screen(
        self, browser: "playwright.Browser", tmp_path: Path, scheme: str
    ) -> None:
        made = delivery("<b>&\u202e1")
        for policy in (LENIENT, STRICT, UNSURE):
            path = tmp_path / "r.html"
            path.write_text(html.render(made, verdict=gate(made, policy)), encoding="utf-8")
            with Opened(browser, path, color_scheme=scheme) as it:
                it.page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
                assert it.page.evaluate(CONTRAST) == []
                for width in (320, 768, 1920):
                    it.page.set_viewport_size({"width": width, "height": 800})
                    assert it.page.evaluate("document.documentElement.scrollWidth") <= width
                assert it.page.get_by_role("region", name="Verdict").count() == 1
