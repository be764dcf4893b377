"""Termbases from their files: CSV (comma, semicolon or tab) and TBX (2008 and 2019, styles DCA and DCT).

CSV wants a header with `source` and `target`; `status` (preferred, admitted, forbidden), `case` (yes, no) and others
may stand beside them. Rows with the same source are one concept; a forbidden target needs no source. A broken line is
refused with its number. TBX is read as a stream: no entity is expanded, nothing is fetched.
"""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from ..formats.markup import XML, Node, Step, walk
from ..refusal import Refusal, unknown_name
from .term import Concept, Side, Status, Termbase, Word

__all__ = ["read_termbase"]

_COLUMNS = {
    "source": ("source", "src", "source_term", "source term", "term"),
    "target": ("target", "tgt", "target_term", "target term", "translation"),
    "status": ("status", "usage"),
    "case": ("case", "case_sensitive", "case sensitive"),
}
_STATUS = {
    "": Status.PREFERRED,
    **dict.fromkeys(("preferred", "approved", "preferredterm-admn-sts", "preferredterm"), Status.PREFERRED),
    **dict.fromkeys(("admitted", "allowed", "admittedterm-admn-sts", "admittedterm"), Status.ADMITTED),
    **dict.fromkeys(
        ("forbidden", "deprecated", "not recommended", "do not use", "obsolete", "superseded"), Status.FORBIDDEN
    ),
    **dict.fromkeys(
        ("deprecatedterm-admn-sts", "deprecatedterm", "supersededterm-admn-sts", "supersededterm"), Status.FORBIDDEN
    ),
}
_CASE = {"": False, "no": False, "false": False, "0": False, "yes": True, "true": True, "1": True}
_LONGEST = 50 << 20  # bytes; the largest public termbase has 30 MB


def read_termbase(path: str | Path | Termbase) -> Termbase:
    """The termbase of a file, by its suffix: `.csv`, `.tsv`, `.txt` or `.tbx`; or itself.

    Refuses a file that cannot be read, is no UTF-8, holds no term, or has a line that is not understood; each refusal
    names the line.
    """
    if isinstance(path, Termbase):
        return path
    file = Path(path)
    name = file.name
    readers = {".csv": _of_csv, ".tsv": _of_csv, ".txt": _of_csv, ".tbx": _of_tbx, ".xml": _of_tbx}
    reader = readers.get(file.suffix.lower())
    if reader is None:
        raise Refusal(f"no termbase: the suffix {file.suffix or '(none)'} is not known", where=name, mend=_SUFFIXES)
    try:
        with file.open("rb") as stream:
            raw = stream.read(_LONGEST + 1)  # a device has no size
        if len(raw) > _LONGEST:
            raise Refusal("more than 50 MiB", where=name, mend="give the terms of this customer alone")
    except OSError as fault:
        raise Refusal(f"cannot be read ({fault.strerror})", where=name, mend="name a termbase") from None
    concepts = tuple(reader(raw, name))
    if not concepts:
        raise Refusal("no terms", where=name, mend="give at least one")
    return Termbase(name, concepts)


_SUFFIXES = "give a .csv, .tsv or .tbx file"


def _of_csv(raw: bytes, name: str) -> Iterator[Concept]:
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = raw.count(b"\n", 0, fault.start) + 1
        raise Refusal("no UTF-8 text", where=f"{name}:{line}", mend="save it as UTF-8") from None
    head = text.split("\n", 1)[0]
    separator = max(",;\t", key=head.count)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    columns: Mapping[str, int] = {}
    width = 0
    grouped: dict[tuple[str, bool], list[tuple[int, Word]]] = {}
    try:
        for cells in rows:
            if not any(cell.strip() for cell in cells):
                continue
            where = f"{name}:{rows.line_num}"
            if not columns:
                columns, width = _header(cells, where), len(cells)
                continue
            if len(cells) != width:
                raise Refusal(f"{width} columns wanted, {len(cells)} found", where=where, mend="quote cells with marks")
            source, word, case = _row(cells, columns, where)
            grouped.setdefault((source, case), []).append((rows.line_num, word))
    except csv.Error as fault:
        raise Refusal(f"no CSV: {fault}", where=f"{name}:{rows.line_num}", mend="close the quotation marks") from None
    for (source, case), words in grouped.items():
        yield _concept(source, case, words, name)


def _header(cells: Sequence[str], where: str) -> dict[str, int]:
    plain = [cell.strip().lower() for cell in cells]
    found = {
        column: plain.index(alias) for column, aliases in _COLUMNS.items() for alias in aliases[::-1] if alias in plain
    }
    for column in ("source", "target"):
        if column not in found:
            raise Refusal(f"no column {column}", where=where, mend="name the columns source, target and status")
    return found


def _row(cells: Sequence[str], columns: Mapping[str, int], where: str) -> tuple[str, Word, bool]:
    def cell(name: str) -> str:
        return " ".join(cells[columns[name]].split()) if name in columns else ""

    source, target = cell("source"), cell("target")
    status = _status(cell("status"), where)
    case = _CASE.get(cell("case").lower())
    if case is None:
        raise Refusal(f"case is yes or no, not {cell('case')!r}", where=where)
    if not target:
        raise Refusal("no target term", where=where, mend="write it, or drop the line")
    if not source and status is not Status.FORBIDDEN:
        raise Refusal("no source term", where=where, mend="only a forbidden target needs none")
    return source, Word(target, status, Side.TARGET), case


def _concept(source: str, case: bool, rows: Sequence[tuple[int, Word]], name: str) -> Concept:
    said: dict[str, Status] = {}
    for line, word in rows:
        before = said.setdefault(word.text, word.status)
        if (before is Status.FORBIDDEN) != (word.status is Status.FORBIDDEN):
            raise Refusal(f"{word.text!r} is forbidden and wanted for the same source", where=f"{name}:{line}")
    theirs = (Word(source, side=Side.SOURCE),) if source else ()
    return Concept((*theirs, *(word for _, word in rows)), f"{name}:{rows[0][0]}", case)


def _status(said: str, where: str) -> Status:
    found = _STATUS.get(said.strip().lower())
    if found is None:
        refusal = unknown_name("status", said, [str(status) for status in Status])
        raise Refusal(refusal.what, where=where, mend=refusal.mend)
    return found


def _of_tbx(raw: bytes, name: str) -> Iterator[Concept]:
    opened = False
    for step, node in walk(io.BytesIO(raw), name, whole=("termEntry", "conceptEntry"), say=lambda remark: None):
        if step is Step.OPEN and not opened:
            opened = True
            if node.name not in ("tbx", "martif"):
                raise Refusal(
                    f"no TBX: it opens with <{node.name}>", where=f"{name}:{node.line}", mend="give a TBX file"
                )
        if step is Step.WHOLE:
            words = tuple(_words(node, name))
            if words:
                yield Concept(words, f"{name}:{node.line}")


def _words(entry: Node, name: str) -> Iterator[Word]:
    for section in (*entry.all("langSet"), *entry.all("langSec")):
        code = section.get(f"{XML}lang") or section.get("lang")
        if not code:
            raise Refusal(f"<{section.name}> names no language", where=f"{name}:{section.line}", mend="add xml:lang")
        for group in (*section.all("tig"), *section.all("ntig"), *section.all("termSec")):
            inner = group.first("termGrp") or group
            term = inner.first("term")
            text = " ".join(term.text.split()) if term is not None else ""
            if not text:
                raise Refusal(
                    f"<{group.name}> holds no term", where=f"{name}:{group.line}", mend="write it, or drop it"
                )
            yield Word(text, _tbx_status(inner, name), Side.OPEN, code.lower().replace("_", "-").split("-")[0])


def _tbx_status(group: Node, name: str) -> Status:
    for note in group.children:
        if not isinstance(note, Node):
            continue
        if note.name == "administrativeStatus" or note.get("type") == "administrativeStatus":
            return _status(note.text, f"{name}:{note.line}")
    return Status.PREFERRED
