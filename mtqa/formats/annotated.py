"""Findings put into XLIFF as quality issues of ITS 2.0; every byte that was there stays as it was.

Each finding is a `locQualityIssue` in a stand-off list of its unit; the target (its segment `mrk`, in XLIFF 2 the
unit) refers to the list. What is written is ASCII, so that any encoding but UTF-16 holds it. Source: W3C,
Internationalization Tag Set 2.0, section 8.17, Localization Quality Issue.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from pathlib import Path
from typing import BinaryIO
from xml.sax.saxutils import quoteattr

from ..mqm import CATEGORIES, ErrorSpan, Severity
from ..refusal import Misuse, Refusal
from .door import Say, open_input, read_bytes
from .known import format_of
from .xliff import Located, read_located

__all__ = ["SEVERITIES", "annotate"]

ITS = "http://www.w3.org/2005/11/its"
SEVERITIES: Mapping[Severity, int] = {
    Severity.NEUTRAL: 0,
    Severity.MINOR: 33,
    Severity.MAJOR: 67,
    Severity.CRITICAL: 100,
}
"""`locQualityIssueSeverity`, 0 to 100."""

_PIECE = 1 << 20
_START_TAG = re.compile(rb"""<[^\s/>]+(?:\s+[^\s=]+\s*=\s*(?:"[^"]*"|'[^']*'))*\s*""")
_NAME = re.compile(rb"<[^\s/>]+")
_Insertion = tuple[int, bytes]


def annotate(path: str | Path, findings: Iterable[ErrorSpan], stream: BinaryIO, *, say: Say) -> int:
    """Writes the XLIFF file with these findings in it; how many segments have some.

    Findings belong to a segment by document and id. Refuses another format, UTF-16, findings on another text than the
    target (on the raw machine translation of an MXLIFF too), findings of no segment, and a target that has issues.
    """
    name = str(path)
    form = format_of(path)
    if form is None or form.name != "xliff" or name.lower().endswith(".gz"):
        raise Misuse("only XLIFF is annotated, unpacked", where=name)
    waiting: dict[tuple[str, str], list[ErrorSpan]] = {}
    for finding in findings:
        waiting.setdefault((finding.document, finding.id), []).append(finding)
    marked = 0
    with open_input(path) as parsed, open_input(path) as copied:
        if copied.read(2) in (b"\xff\xfe", b"\xfe\xff"):
            raise Refusal("UTF-16 is not annotated", where=name, mend="save the file as UTF-8")
        copied.seek(0)
        for _, located in groupby(read_located(parsed, name, say=say), key=lambda segment: segment.unit.start):
            segments = list(located)
            found = [(segment, waiting.pop(_key(segment), [])) for segment in segments]
            if any(errors for _, errors in found):
                _copy(copied, stream, segments[0].unit.start, name)
                _write_unit(copied, stream, [(segment, errors) for segment, errors in found if errors], marked, name)
                marked += sum(bool(errors) for _, errors in found)
        if waiting:
            what = f"findings of segments that are not in it (first: {next(iter(waiting))[1]}, {len(waiting)} in all)"
            raise Refusal(what, where=name, mend="give the file that was assessed")
        _copy(copied, stream, None, name)
    return marked


def _key(segment: Located) -> tuple[str, str]:
    return segment.record.document or "", segment.record.id


def _copy(copied: BinaryIO, stream: BinaryIO, end: int | None, name: str) -> None:
    """The bytes as they are, up to this one (None: all the rest)."""
    left = (end - copied.tell()) if end is not None else None
    while left != 0 and (piece := read_bytes(copied, _PIECE if left is None else min(_PIECE, left), name)):
        stream.write(piece)
        left = None if left is None else left - len(piece)


def _write_unit(
    copied: BinaryIO, stream: BinaryIO, found: list[tuple[Located, list[ErrorSpan]]], number: int, name: str
) -> None:
    unit = found[0][0].unit
    raw = read_bytes(copied, unit.end - unit.start, name)
    place = 0
    for at, inserted in sorted(_insertions(raw, found, number, name)):
        stream.write(raw[place : at - unit.start] + inserted)
        place = at - unit.start
    stream.write(raw[place:])


def _insertions(
    raw: bytes, found: list[tuple[Located, list[ErrorSpan]]], number: int, name: str
) -> Iterator[_Insertion]:
    """What comes in, and where: a reference in the start tag, the list at the end of the unit (at its start in 2.x)."""
    unit = found[0][0].unit
    if unit.name == "unit":
        yield _reference(raw, unit.start, unit.start, number + 1)
        tag = _START_TAG.match(raw)
        errors = [error for segment, errors in found for error in _checked(segment, errors, name)]
        yield unit.start + (tag.end() if tag else 0) + 1, _issues(errors, number + 1)
        return
    for offset, (segment, errors) in enumerate(found, start=number + 1):
        if segment.target is None:
            raise Refusal(f"segment {segment.record.id} has no target", where=f"{name}:{segment.record.number}")
        issues = _issues(_checked(segment, errors, name), offset)
        yield _reference(raw, unit.start, segment.target.start, offset)
        yield unit.end, issues


def _reference(raw: bytes, start: int, at: int, number: int) -> _Insertion:
    opened = _NAME.match(raw, at - start)
    end = opened.end() + start if opened else at
    return end, f' xmlns:its="{ITS}" its:locQualityIssuesRef="#mtqa-{number}"'.encode()


def _checked(segment: Located, errors: list[ErrorSpan], name: str) -> list[ErrorSpan]:
    """The findings of a segment; refused where they are of another text, or where the file has issues already."""
    record, where = segment.record, f"{name}:{segment.record.number}"
    elements = [segment.unit, *([segment.target] if segment.target is not None else [])]
    if any(f"{ITS}}}locQualityIssuesRef" in element.attributes for element in elements):
        raise Refusal(f"segment {record.id} has quality issues already", where=where, mend="give the file without them")
    if record.references or any(error.hypothesis.of(record.hypothesis) != error.text for error in errors):
        what = f"the findings of segment {record.id} are of another text than its target"
        raise Refusal(what, where=where, mend="give the file that was assessed")
    return errors


def _issues(errors: list[ErrorSpan], number: int) -> bytes:
    rows = "".join(_issue(error) for error in errors)
    listed = f'<its:locQualityIssues xmlns:its="{ITS}" xml:id="mtqa-{number}">{rows}</its:locQualityIssues>'
    return listed.encode("ascii", "xmlcharrefreplace")


def _issue(error: ErrorSpan) -> str:
    where = f"{error.hypothesis.start}-{error.hypothesis.end}"
    comment = f"{error.category}, {error.severity}, characters {where}: {error.explanation}"
    kind, severity = CATEGORIES[error.category].its_type, SEVERITIES[error.severity]
    return (
        f'<its:locQualityIssue locQualityIssueType="{kind}" locQualityIssueSeverity="{severity}" '
        f"locQualityIssueComment={_attribute(comment)}/>"
    )


def _attribute(text: str) -> str:
    """As the value of an attribute; what XML cannot hold is shown as its number."""
    plain = _NO_XML.sub(lambda mark: f"U+{ord(mark.group()):04X}", text)
    return quoteattr(plain, {"\n": "&#10;", "\r": "&#13;", "\t": "&#9;"})


_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
