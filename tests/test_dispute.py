"""The dispute pack: every charge with its context and standing, nothing that breaks out, and a reply that merges."""

import json
import os
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest
from chromium import CHROMIUM, CONTRAST, Opened, playwright

from mtqa.assess import assess
from mtqa.assessment import Assessment
from mtqa.cli import main
from mtqa.dispute import Pack, pack_of, render_page, write_workbook
from mtqa.gate import gate
from mtqa.refusal import Refusal
from mtqa.review import Mark, Review, Role, Verb, decisions_text, merge, read_sheet

ROWS = (
    ("a", "The ceasefire holds for 30 days in the city.", "The ceasefire holds for 60 days in the city."),
    ("b", "He did resign on Monday.", "He did not resign on Monday."),
    ("c", "All is well here.", "All is well here."),
    ("=1+1", "The the minister spoke.", "The minister spoke."),
)
POLICY = {
    "policy": "acme",
    "critical": {"max": 0},
    "waiver": [{"reason": "as agreed", "author": "Ana", "expires": "2026-06-01", "segment": "=1+1"}],
}


@pytest.fixture(scope="module")
def delivered(tmp_path_factory: pytest.TempPathFactory) -> Assessment:
    path = tmp_path_factory.mktemp("dispute") / "delivery.tsv"
    lines = ["id\thypothesis\treference", *("\t".join(row) for row in ROWS)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return assess(path, kind="correction")


@pytest.fixture
def pack(delivered: Assessment) -> Pack:
    return pack_of(delivered, gate(delivered, POLICY, today=date(2026, 5, 1)), name="delivery.tsv")


class Texts(HTMLParser):
    """The tags of a page, and what stands in them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.texts: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


class TestCharges:
    def test_every_error_that_stands_is_one(self, delivered: Assessment, pack: Pack) -> None:
        assert [charge.error for charge in pack.charges] == list(delivered.error_spans)
        assert [charge.key for charge in pack.charges] == list(delivered.finding_keys)
        by_segment = {charge.error.id: charge for charge in pack.charges}
        assert by_segment["a"].state == "unreviewed" and by_segment["a"].hypothesis == ROWS[0][1]
        assert by_segment["=1+1"].state == "waived"
        assert "waived until 2026-06-01 (segment =1+1; Ana): as agreed" in by_segment["=1+1"].waiver

    def test_what_was_decided_is_told(self, delivered: Assessment) -> None:
        mark = Mark.of(delivered.error_spans[0])
        line = {"finding": "0", "verb": "accept", "old": mark.record(), "new": mark.record(), "comment": "plainly",
                "at": "2026-05-01T08:00:00Z"}  # fmt: skip
        review = reviewed_by(delivered, [line], "Ana", "reviewer")
        after = delivered.reviewed(review)
        found = pack_of(after, gate(after, POLICY), name="d", trail=review.trail).charges[0]
        assert (found.state, found.said) == ("confirmed", ("Ana (reviewer), 2026-05-01: accept: plainly",))

    def test_differences_from_an_independent_reference_charge_nobody(self, tmp_path: Path) -> None:
        path = tmp_path / "d.tsv"
        path.write_text("id\thypothesis\treference\n1\tIt has 30 days.\tSixty days it is.\n")
        made = assess(path, kind="independent")
        found = pack_of(made, gate(made, {"policy": "p", "critical": {"max": 0}}), name="d")
        assert found.charges == () and found.note == "The reference is independent: differences from it are no errors."
        assert "fieldset" not in Texts(render_page(found)).tags


def reviewed_by(made: Assessment, lines: list[dict[str, object]], who: str, role: str) -> Review:
    from mtqa.review import sheet_of

    head = {"schema": "mtqa.decisions/1", "assessment": made.fingerprint, "reviewer": who, "role": role}
    sheet = sheet_of([json.dumps(line) for line in (head, *lines)], "d.jsonl")
    return merge(made.batch, Review(made.error_spans, made.summary.systemic), [sheet])


class TestPage:
    def test_the_same_pack_gives_the_same_bytes_and_fetches_nothing(self, pack: Pack) -> None:
        page = render_page(pack)
        assert page == render_page(pack)
        assert "default-src &#x27;none&#x27;" in page and "http://" not in page and "https://" not in page
        assert Texts(page).tags.count("fieldset") == len(pack.charges)

    def test_texts_cannot_break_out(self, pack: Pack) -> None:
        hostile = "</script><script>alert(1)</script><img src=x onerror=alert(2)> \"' \ud800 \x00"
        first = pack.charges[0]
        error = replace(first.error, explanation=hostile, id=hostile, document=hostile, evidence=(hostile,))
        charges = (replace(first, error=error, waiver=hostile, source=hostile, said=(hostile,)),)
        page = render_page(replace(pack, name=hostile, note=hostile, told=hostile, charges=charges))
        page.encode("utf-8")
        tags = Texts(page).tags
        assert tags.count("script") == 1 and "img" not in tags

    @pytest.mark.browser
    @pytest.mark.skipif(not CHROMIUM.exists(), reason="Debian's Chromium is not installed")
    @pytest.mark.parametrize("scheme", ["light", "dark"])
    def test_it_can_be_read_by_day_and_night_and_on_a_telephone(
        self, browser: "playwright.Browser", pack: Pack, tmp_path: Path, scheme: str
    ) -> None:
        path = tmp_path / "pack.html"
        path.write_text(render_page(pack), encoding="utf-8")
        with Opened(browser, path, viewport={"width": 390, "height": 800}, color_scheme=scheme) as it:
            assert it.page.evaluate(CONTRAST) == []
            assert it.page.evaluate("document.documentElement.scrollWidth - innerWidth") == 0

    @pytest.mark.browser
    @pytest.mark.skipif(not CHROMIUM.exists(), reason="Debian's Chromium is not installed")
    def test_the_reply_is_a_decisions_file(
        self, browser: "playwright.Browser", pack: Pack, delivered: Assessment, tmp_path: Path
    ) -> None:
        path = tmp_path / "pack.html"
        path.write_text(render_page(pack), encoding="utf-8")
        with Opened(browser, path) as it:
            it.page.locator("button").click()
            charges = it.page.locator(".charge")
            charges.nth(0).locator("input[value=reject]").check()
            charges.nth(0).locator("textarea").fill("The source says 30.")
            charges.nth(1).locator("textarea").fill("We will look.")
            it.page.fill("#who", "Acme Ltd")
            with it.page.expect_download() as download:
                it.page.locator("button").click()
            download.value.save_as(tmp_path / "reply.jsonl")
            assert it.page.text_content("#told") == "2 answered: send reply.jsonl back."
        sheet = read_sheet(tmp_path / "reply.jsonl")
        assert (sheet.reviewer, sheet.role, sheet.assessment) == ("Acme Ltd", Role.VENDOR, delivered.fingerprint)
        assert [(each.finding, each.verb, each.comment) for each in sheet.decisions] == [
            ("0", Verb.REJECT, "The source says 30."), ("1", Verb.COMMENT, "We will look."),
        ]  # fmt: skip
        merge(delivered.batch, Review(delivered.error_spans), [sheet])


class TestWorkbook:
    @pytest.fixture
    def filled(self, pack: Pack, tmp_path: Path) -> Callable[..., Path]:
        """The workbook as a vendor sends it back: cells by their place, `B1` and so on."""
        from openpyxl import load_workbook

        def filled(cells: dict[str, object], *, drop: str = "") -> Path:
            path = tmp_path / "reply.xlsx"
            with open(path, "wb") as stream:
                write_workbook(pack, stream)
            book = load_workbook(path)
            for place, value in cells.items():
                book["reply"][place] = value
            if drop:
                del book[drop]
            book.save(path)
            return path

        return filled

    def test_the_same_pack_gives_the_same_bytes(self, pack: Pack, tmp_path: Path) -> None:
        for name in ("one", "other"):
            with open(tmp_path / name, "wb") as stream:
                write_workbook(pack, stream)
        assert (tmp_path / "one").read_bytes() == (tmp_path / "other").read_bytes()

    def test_no_cell_computes_anything(self, filled: Callable[..., Path]) -> None:
        from openpyxl import load_workbook

        book = load_workbook(filled({}))
        assert book.sheetnames == ["reply", "verdict"]
        assert {cell.data_type for sheet in book for row in sheet for cell in row if cell.value is not None} == {"s"}

    def test_a_filled_in_workbook_is_a_decisions_file(self, filled: Callable[..., Path], delivered: Assessment) -> None:
        path = filled({"B1": " Acme Ltd ", "H5": "Disagree", "I5": "The source says 30.", "I6": "We will look."})
        os.utime(path, (0, 1_780_000_000))
        sheet = read_sheet(path)
        assert (sheet.reviewer, sheet.role, sheet.assessment) == ("Acme Ltd", Role.VENDOR, delivered.fingerprint)
        assert [(each.finding, each.verb, each.comment, each.at) for each in sheet.decisions] == [
            ("0", Verb.REJECT, "The source says 30.", "2026-05-28T20:26:40Z"),
            ("1", Verb.COMMENT, "We will look.", "2026-05-28T20:26:40Z"),
        ]
        after = delivered.reviewed(merge(delivered.batch, Review(delivered.error_spans), [sheet]))
        assert after.summary.review is not None and after.summary.review.contested == 1
        assert after.error_spans == delivered.error_spans

    @pytest.mark.parametrize(
        ("cells", "refusal"),
        [
            ({}, ":1: nobody gave a name; write yours beside 'your name:'"),
            ({"B1": "A", "H5": "yes"}, ":5: no reply: 'yes'; write agree or disagree, or leave it empty"),
            ({"B1": "A", "H5": "agree", "R5": "{"}, ":5: the hidden last column was changed; "),
            ({"B1": "A", "H4": "answer"}, ": no reply to a dispute pack; "),
        ],
    )
    def test_what_is_no_reply(self, filled: Callable[..., Path], cells: dict[str, object], refusal: str) -> None:
        path = filled(cells)
        with pytest.raises(Refusal) as caught:
            read_sheet(path)
        mend = "fill in the workbook of 'mtqa gate --dispute' and change nothing else" if refusal.endswith("; ") else ""
        assert str(caught.value) == f"{path}{refusal}{mend}"

    def test_no_workbook(self, tmp_path: Path) -> None:
        path = tmp_path / "reply.xlsx"
        with pytest.raises(Refusal, match="cannot be read"):
            read_sheet(path)
        path.write_bytes(b"PK no workbook")
        with pytest.raises(Refusal, match="not a sound Excel workbook"):
            read_sheet(path)


def test_decisions_made_elsewhere_are_the_same_file(delivered: Assessment, tmp_path: Path) -> None:
    path, at = tmp_path / "d.jsonl", datetime(2026, 5, 1, 8, tzinfo=UTC)
    path.write_text(decisions_text(delivered, {"0": True, "1": False}, reviewer=" Ana ", role=Role.ARBITER, at=at))
    sheet = read_sheet(path)
    assert (sheet.reviewer, sheet.role, sheet.assessment) == ("Ana", Role.ARBITER, delivered.fingerprint)
    assert [(each.finding, each.verb, each.at) for each in sheet.decisions] == [
        ("0", Verb.ACCEPT, "2026-05-01T08:00:00Z"), ("1", Verb.REJECT, "2026-05-01T08:00:00Z"),
    ]  # fmt: skip
    after = delivered.reviewed(merge(delivered.batch, Review(delivered.error_spans), [sheet]))
    assert len(after.error_spans) == len(delivered.error_spans) - 1
    with pytest.raises(Refusal) as caught:
        decisions_text(delivered, {"99": True}, reviewer="Ana")
    assert str(caught.value) == "the assessment has no finding '99'; name findings as its finding_keys do"
    with pytest.raises(Refusal, match="a reviewer needs a name"):
        decisions_text(delivered, {}, reviewer=" ")


def test_in_the_shell(delivered: Assessment, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def run(*arguments: object) -> tuple[int, str]:
        with pytest.raises(SystemExit) as left:
            main([str(argument) for argument in arguments])
        return int(left.value.code or 0), capsys.readouterr().err

    folder, policy = delivered.save(tmp_path / "a"), tmp_path / "mtqa.toml"
    policy.write_text('policy = "p"\n[critical]\nmax = 0\n')
    for name in ("pack.html", "pack.xlsx"):
        assert run("gate", folder, "--policy", policy, "--dispute", tmp_path / name) == (3, "")
        assert (tmp_path / name).stat().st_size > 3000
    path = tmp_path / "pack.pdf"
    assert run("gate", folder, "--policy", policy, "--dispute", path) == (
        2, f"mtqa: {path}: a dispute pack is .html or .xlsx; name it so\n",
    )  # fmt: skip
    code, told = run("review", "merge", tmp_path / "pack.xlsx", "--into", folder)
    assert code == 4 and "nobody gave a name" in told
