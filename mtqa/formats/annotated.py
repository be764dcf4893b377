"""Findings put into XLIFF as quality issues of ITS 2.0; every byte that was there stays as it was.

Each finding is a `locQualityIssue` in a stand-off list of its unit, which says its version of ITS; the target (its
segment `mrk`, in XLIFF 2 the unit) refers to the list. What is written is ASCII, so that any encoding but UTF-16 holds
it. Source: W3C, Internationalization Tag Set 2.0, section 8.17, Localization Quality Issue; in XLIFF 2 a reference is
`#its=`, as its ITS module has it.
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
from .markup import Node
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
_LIST = re.compile(rb"mtqa-([0-9]{1,9})[\"']")  # how lists are called, here and in a file that was annotated before
_LONGEST_NAME = 16
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
    marked, taken = 0, _highest(path, name)
    with open_input(path) as parsed, open_input(path) as copied:
        if copied.read(2) in (b"\xff\xfe", b"\xfe\xff"):
            raise Refusal("UTF-16 is not annotated", where=name, mend="save the file as UTF-8")
        copied.seek(0)
        for _, located in groupby(read_located(parsed, name, say=say), key=lambda segment: segment.unit.start):
            segments = list(located)
            found = [(segment, waiting.pop(_key(segment), [])) for segment in segments]
            if any(errors for _, errors in found):
                _copy(copied, stream, segments[0].unit.start, name)
                several = len(segments) > 1
                faulty = [(segment, errors) for segment, errors in found if errors]
                _write_unit(copied, stream, faulty, taken + marked, name, several=several)
                marked += sum(bool(errors) for _, errors in found)
        if waiting:
            what = f"findings of segments that are not in it (first: {next(iter(waiting))[1]}, {len(waiting)} in all)"
            raise Refusal(what, where=name, mend="give the file that was assessed")
        _copy(copied, stream, None, name)
    return marked


def _highest(path: str | Path, name: str) -> int:
    """The highest number of a list that the file has already; 0 where it has none."""
    highest, rest = 0, b""
    with open_input(path) as stream:
        while piece := read_bytes(stream, _PIECE, name):
            highest = max([highest, *(int(found[1]) for found in _LIST.finditer(rest + piece))])
            rest = piece[-_LONGEST_NAME:]
    return highest


def _key(segment: Located) -> tuple[str, str]:
    return segment.record.document or "", segment.record.id


def _copy(copied: BinaryIO, stream: BinaryIO, end: int | None, name: str) -> None:
    """The bytes as they are, up to this one (None: all the rest)."""
    left = (end - copied.tell()) if end is not None else None
    while left != 0 and (piece := read_bytes(copied, _PIECE if left is None else min(_PIECE, left), name)):
        stream.write(piece)
        left = None if left is None else left - len(piece)


def _write_unit(
    copied: BinaryIO,
    stream: BinaryIO,
    found: list[tuple[Located, list[ErrorSpan]]],
    number: int,
    name: str,
    *,
    several: bool,
) -> None:
    unit = found[0][0].unit
    raw = read_bytes(copied, unit.end - unit.start, name)
    place = 0
    for at, inserted in sorted(_insertions(raw, found, number, name, several=several), key=lambda each: each[0]):
        stream.write(raw[place : at - unit.start] + inserted)
        place = at - unit.start
    stream.write(raw[place:])


def _insertions(
    raw: bytes, found: list[tuple[Located, list[ErrorSpan]]], number: int, name: str, *, several: bool
) -> Iterator[_Insertion]:
    """What comes in, and where: references in start tags, lists at the end of the unit (at its start in 2.x)."""
    unit = found[0][0].unit
    second = unit.name == "unit"
    tag = _START_TAG.match(raw) if second else None
    place = unit.start + (tag.end() if tag else 0) + 1 if second else unit.end
    lists = _lists(found, name, several=several)
    if not any(node is unit for node, _ in lists):
        yield _attributes(raw, unit, unit)
    for offset, (node, rows) in enumerate(lists, start=number + 1):
        yield _attributes(raw, unit, node, refers=f"{'#its=' if second else '#'}mtqa-{offset}")
        yield place, _issues(rows, offset)


def _lists(found: list[tuple[Located, list[ErrorSpan]]], name: str, *, several: bool) -> list[tuple[Node, str]]:
    """The issues by the element that refers to them: the target, the unit in 2.x and where a segment has no target."""
    unit = found[0][0].unit
    of_unit = ""
    lists: list[tuple[Node, str]] = []
    for segment, errors in found:
        own = segment.target if unit.name != "unit" else None
        rows = "".join(
            _issue(error, segment.record.id if several and own is None else "")
            for error in _checked(segment, errors, name)
        )
        if own is None:
            of_unit += rows
        else:
            lists.append((own, rows))
    return [*lists, *([(unit, of_unit)] if of_unit else [])]


def _attributes(raw: bytes, unit: Node, node: Node, *, refers: str = "") -> _Insertion:
    """What comes into the start tag of an element of the unit: a reference, and the version of ITS in that of the unit.

    A prefix that the tag declares itself is not declared again; where it stands for something else another is taken.
    """
    declared = node.get("xmlns:its")
    prefix = "its" if declared in ("", ITS) else "mtqa-its"
    said = "" if declared == ITS else f' xmlns:{prefix}="{ITS}"'
    if node is unit and f"{ITS}}}version" not in node.attributes:
        said += f' {prefix}:version="2.0"'
    if refers:
        said += f' {prefix}:locQualityIssuesRef="{refers}"'
    opened = _NAME.match(raw, node.start - unit.start)
    return (opened.end() + unit.start if opened else node.start), said.encode()


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


def _issues(rows: str, number: int) -> bytes:
    listed = f'<its:locQualityIssues xmlns:its="{ITS}" xml:id="mtqa-{number}">{rows}</its:locQualityIssues>'
    return listed.encode("ascii", "xmlcharrefreplace")


def _issue(error: ErrorSpan, segment: str = "") -> str:
    """One issue; it names its segment where the list is of several."""
    where = f"{f'segment {segment}, ' if segment else ''}characters {error.hypothesis.start}-{error.hypothesis.end}"
    comment = f"{error.category}, {error.severity}, {where}: {error.explanation}"
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
