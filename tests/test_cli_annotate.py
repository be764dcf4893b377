"""`mtqa annotate`: findings go into XLIFF as quality issues of ITS 2.0, and every other byte stays."""

import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from mtqa.cli import main
from mtqa.formats import read_records
from mtqa.mqm import ErrorSpan, Severity
from mtqa.segment import ReferenceKind, Span

CASES = Path(__file__).parent / "cases/formats/cat"
ITS = "{http://www.w3.org/2005/11/its}"


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def finding(file: str, position: int, marked: str, *, explanation: str = "why") -> ErrorSpan:
    """A finding on some words of the segment at this position of a file."""
    record = list(read_records(CASES / file))[position]
    start = record.hypothesis.index(marked)
    return ErrorSpan(
        id=record.id,
        document=record.document or "",
        hypothesis=Span(start, start + len(marked)),
        reference=Span(0, 0),
        text=marked,
        correction="",
        category="accuracy/addition",
        severity=Severity.MAJOR,
        severity_basis="as given",
        rule="addition",
        evidence=(),
        explanation=explanation,
        confidence=1.0,
        reference_kind=ReferenceKind.CORRECTION,
    )


def annotate(file: Path, findings: Sequence[ErrorSpan], *, code: int = 0) -> bytes:
    text = "".join(json.dumps(each.record(), ensure_ascii=False) + "\n" for each in findings)
    Path("f.jsonl").write_text(text, encoding="utf-8")
    with pytest.raises(SystemExit) as end:
        main(["annotate", str(file), "--findings", "f.jsonl", "-o", "out.xlf"])
    assert end.value.code in (code, None if code == 0 else code)
    return Path("out.xlf").read_bytes() if code == 0 else b""


def without_what_came_in(annotated: bytes) -> bytes:
    """The file without the lists, the references to them and the version of ITS."""
    bare = re.sub(rb"<its:locQualityIssues .*?</its:locQualityIssues>", b"", annotated)
    declared = rb' xmlns:[a-z-]+="http://www.w3.org/2005/11/its"'
    return re.sub(rb'(?:%s)?(?: [a-z-]+:version="2.0")?(?: [a-z-]+:locQualityIssuesRef="[^"]*")?' % declared, b"", bare)


FILES = ["plain.xlf", "segmented.xlf", "trados.sdlxliff", "memoq.mqxliff", "two.xlf"]


@pytest.mark.parametrize("file", FILES)
def test_every_other_byte_stays(file: str) -> None:
    records = list(read_records(CASES / file))
    found = [finding(file, n, record.hypothesis[:3]) for n, record in enumerate(records) if record.hypothesis]
    out = annotate(CASES / file, found)
    assert without_what_came_in(out) == (CASES / file).read_bytes()
    assert [(r.id, r.hypothesis, r.extras) for r in read_records("out.xlf")] == [
        (r.id, r.hypothesis, r.extras) for r in records
    ]
    root = ET.fromstring(out)
    names = [each.get("{http://www.w3.org/XML/1998/namespace}id") for each in root.iter(f"{ITS}locQualityIssues")]
    mark = "#its=" if file == "two.xlf" else "#"
    references = [each.get(f"{ITS}locQualityIssuesRef", "").removeprefix(mark) for each in root.iter()]
    assert sorted(filter(None, references)) == sorted(map(str, names))
    assert len(set(names)) == len(names) > 0
    assert len(list(root.iter(f"{ITS}locQualityIssue"))) == len(found)


def test_an_issue_says_type_severity_and_place() -> None:
    odd = 'a < b & "c" \' \n – 😀 \x01'
    out = annotate(CASES / "plain.xlf", [finding("plain.xlf", 0, "cat", explanation=odd)])
    (issue,) = ET.fromstring(out).iter(f"{ITS}locQualityIssue")
    assert issue.attrib == {
        "locQualityIssueType": "addition",
        "locQualityIssueSeverity": "67",
        "locQualityIssueComment": 'accuracy/addition, major, characters 4-7: a < b & "c" \' \n – 😀 U+0001',
    }


@pytest.mark.parametrize(
    ("declared", "inserted"),
    [
        (' xmlns:its="http://www.w3.org/2005/11/its" its:translate="yes"', b' its:version="2.0" its:locQ'),
        (' xmlns:its="urn:another"', b' mtqa-its:version="2.0" mtqa-its:locQ'),
        ("", b' xmlns:its="http://www.w3.org/2005/11/its" its:version="2.0" its:locQ'),
    ],
)  # fmt: skip
def test_a_unit_that_declares_the_prefix_itself_stays_sound(declared: str, inserted: bytes) -> None:
    text = (CASES / "two.xlf").read_text(encoding="utf-8").replace('<unit id="u1"', f'<unit id="u1"{declared}')
    Path("t.xlf").write_text(text, encoding="utf-8")
    out = annotate(Path("t.xlf"), [finding("two.xlf", 0, "cat")])
    assert ET.fromstring(out)[0][0].get(f"{ITS}locQualityIssuesRef") == "#its=mtqa-1"
    assert inserted in out
    assert b'xml:id="mtqa-1"' in out


def test_a_list_of_several_segments_says_which_is_meant() -> None:
    out = annotate(CASES / "two.xlf", [finding("two.xlf", 0, "cat"), finding("two.xlf", 2, "End")])
    comments = [str(each.get("locQualityIssueComment")) for each in ET.fromstring(out).iter(f"{ITS}locQualityIssue")]
    assert [comment.partition(": ")[0] for comment in comments] == [
        "accuracy/addition, major, segment u1/s1, characters 4-7",
        "accuracy/addition, major, characters 0-3",
    ]


def test_a_segment_without_a_target_has_its_list_in_the_unit() -> None:
    gap = replace(finding("plain.xlf", 0, "cat"), id="5", hypothesis=Span(0, 0), text="", category="accuracy/omission")
    text = (CASES / "plain.xlf").read_text(encoding="utf-8")
    Path("t.xlf").write_text(re.sub('(?s)(<trans-unit id="5".*?)<target.*?</target>', r"\1", text), encoding="utf-8")
    out = annotate(Path("t.xlf"), [gap])
    assert without_what_came_in(out) == Path("t.xlf").read_bytes()
    (unit,) = [each for each in ET.fromstring(out).iter() if each.get(f"{ITS}locQualityIssuesRef")]
    assert (unit.get("id"), unit.get(f"{ITS}locQualityIssuesRef")) == ("5", "#mtqa-1")


def test_lists_of_an_earlier_time_keep_their_names() -> None:
    Path("first.xlf").write_bytes(annotate(CASES / "plain.xlf", [finding("plain.xlf", 0, "cat")]))
    out = annotate(Path("first.xlf"), [finding("plain.xlf", 1, "ACME")])
    named = [
        each.get("{http://www.w3.org/XML/1998/namespace}id")
        for each in ET.fromstring(out).iter(f"{ITS}locQualityIssues")
    ]
    assert named == ["mtqa-1", "mtqa-2"]


def test_no_findings_no_change(capsys: pytest.CaptureFixture[str]) -> None:
    out = annotate(CASES / "plain.xlf", [])
    assert capsys.readouterr().err == "mtqa: 0 findings in 0 segments\n"
    assert out == (CASES / "plain.xlf").read_bytes()


def test_an_assessment_is_read_from_its_folder() -> None:
    text = (CASES / "trados.sdlxliff").read_text(encoding="utf-8")
    Path("b.sdlxliff").write_text(text.replace("sleeps", "is sleeping"), encoding="utf-8")
    for arguments in (
        ["assess", str(CASES / "trados.sdlxliff"), "b.sdlxliff", "-m", "chrf", "-o", "found"],
        ["annotate", str(CASES / "trados.sdlxliff"), "--findings", "found", "-o", "out.sdlxliff"],
    ):
        with pytest.raises(SystemExit) as end:
            main(arguments)
        assert not end.value.code
    (issue,) = ET.parse("out.sdlxliff").getroot().iter(f"{ITS}locQualityIssue")
    assert "characters 8-14" in str(issue.get("locQualityIssueComment"))


class TestRefusals:
    def said(self, capsys: pytest.CaptureFixture[str]) -> str:
        assert not Path("out.xlf").exists()
        return capsys.readouterr().err.removeprefix("mtqa: ").replace(f"{CASES}/", "")

    def test_another_text(self, capsys: pytest.CaptureFixture[str]) -> None:
        Path("d.xlf").write_text((CASES / "plain.xlf").read_text(encoding="utf-8").replace(">cat<", ">dog<"))
        annotate(Path("d.xlf"), [finding("plain.xlf", 0, "cat")], code=4)
        assert self.said(capsys) == (
            "d.xlf:7: the findings of segment 1 are of another text than its target; give the file that was assessed\n"
        )

    def test_raw_machine_translation(self, capsys: pytest.CaptureFixture[str]) -> None:
        annotate(CASES / "phrase.mxliff", [finding("phrase.mxliff", 0, "dog")], code=4)
        assert "phrase.mxliff:6: the findings of segment job:0 are of another text than its target" in self.said(capsys)

    def test_findings_of_no_segment(self, capsys: pytest.CaptureFixture[str]) -> None:
        annotate(CASES / "two.xlf", [finding("plain.xlf", 0, "cat")], code=4)
        assert self.said(capsys) == (
            "two.xlf: findings of segments that are not in it (first: 1, 1 in all); give the file that was assessed\n"
        )

    def test_twice(self, capsys: pytest.CaptureFixture[str]) -> None:
        Path("once.xlf").write_bytes(annotate(CASES / "plain.xlf", [finding("plain.xlf", 0, "cat")]))
        Path("out.xlf").unlink()
        capsys.readouterr()
        annotate(Path("once.xlf"), [finding("plain.xlf", 0, "cat")], code=4)
        assert self.said(capsys) == ("once.xlf:7: segment 1 has quality issues already; give the file without them\n")

    def test_utf_16_and_other_formats(self, capsys: pytest.CaptureFixture[str]) -> None:
        text = (CASES / "plain.xlf").read_text(encoding="utf-8").replace("UTF-8", "UTF-16")
        Path("d.xlf").write_bytes(text.encode("utf-16"))
        annotate(Path("d.xlf"), [finding("plain.xlf", 0, "cat")], code=4)
        assert self.said(capsys) == "d.xlf: UTF-16 is not annotated; save the file as UTF-8\n"
        annotate(CASES / "app.po", [], code=2)
        assert self.said(capsys) == "app.po: only XLIFF is annotated, unpacked\n"

    def test_findings_that_are_none(self, capsys: pytest.CaptureFixture[str]) -> None:
        Path("g.jsonl").write_text('{"id": "1"}\n')
        with pytest.raises(SystemExit):
            main(["annotate", str(CASES / "plain.xlf"), "--findings", "g.jsonl", "-o", "out.xlf"])
        assert self.said(capsys) == "g.jsonl:1: no error span of 'mtqa errors -f jsonl'\n"
