"""Records written as TMX 1.4: source and hypothesis of each, its inline codes as TMX codes, the rest as properties."""

import json
import re
from collections.abc import Iterator
from typing import BinaryIO
from xml.sax.saxutils import escape, quoteattr

from ..refusal import Misuse, Refusal
from ..segment import ReferenceKind
from .record import FACTS, Record
from .tmx import PROPERTY

__all__ = ["write_tmx"]


def write_tmx(records: Iterator[Record], stream: BinaryIO, name: str, languages: tuple[str, str] | None) -> None:
    """A TMX document of the records; `languages` of source and target where the records do not say theirs.

    Refuses records without a source, without languages, with several references, or with characters XML cannot hold.
    """
    for number, record in enumerate(records):
        source, target = (
            str(record.extras.get(f"{side}_language") or (languages or ("", ""))[at])
            for at, side in enumerate(("source", "target"))
        )
        if not source or not target or source == target:
            raise Misuse("TMX names two languages, and here they are not known", where=name, mend="--languages pt,en")
        if not number:
            stream.write(_head(source).encode())
        stream.write(_unit(record, source, target, name).encode())
    stream.write(b"</body>\n</tmx>\n")


def _head(language: str) -> str:
    header = (
        'creationtool="mtqa" creationtoolversion="1" datatype="unknown" segtype="sentence" adminlang="en" '
        f'srclang={quoteattr(language)} o-tmf="mtqa"'
    )
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<tmx version="1.4">\n<header {header}/>\n<body>\n'


def _unit(record: Record, source: str, target: str, name: str) -> str:
    where = f"{name}:{record.number}"
    if record.source is None:
        raise Refusal(f"segment {record.id} has no source, and TMX needs one", where=where, mend="-f jsonl")
    if len(record.references) > 1:
        raise Refusal(f"segment {record.id} has several references, TMX one", where=where, mend="-f jsonl")
    lines = [f"<tu tuid={_attribute(record.id)}>"]
    for key, value in _properties(record).items():
        lines.append(f"<prop type={_attribute(PROPERTY + key)}>{escape(value)}</prop>")
    for language, text, side in ((source, record.source, "source"), (target, record.hypothesis, "hypothesis")):
        segment = _segment(text, str(record.extras.get(f"{side}_codes") or ""))
        lines.append(f"<tuv xml:lang={quoteattr(language)}><seg>{segment}</seg></tuv>")
    unit = "\n".join([*lines, "</tu>\n"])
    strange = _NO_XML.search(unit)
    if strange is not None:
        what = f"segment {record.id} holds U+{ord(strange.group()):04X}, which XML cannot"
        raise Refusal(what, where=where, mend="-f jsonl")
    return unit


def _properties(record: Record) -> dict[str, str]:
    """What is neither source nor hypothesis: the house's other columns, and the extras that say something."""
    house = {"document": record.document, "system": record.system}
    known = {key: value for key, value in house.items() if value is not None}
    if record.kind != ReferenceKind.NONE or record.references:
        known["postedit" if record.kind == ReferenceKind.CORRECTION else "reference"] = "".join(record.references)
    in_place = ("source_language", "target_language", "source_codes", "hypothesis_codes")
    for key, value in record.extras.items():
        if key not in in_place and (key not in FACTS or value):
            known[key] = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return known


def _segment(text: str, codes: str) -> str:
    """The text with its codes: pairs as bpt and ept with one number, the halves that have no partner as it."""
    pieces: list[str] = []
    last = 0
    for at, (element, attributes, native) in _numbered(json.loads(codes) if codes else []):
        pieces.append(_escaped(text[last:at]))
        pieces.append(f"<{element} {attributes}>{_escaped(native)}</{element}>")
        last = at
    return "".join([*pieces, _escaped(text[last:])])


def _numbered(codes: list[tuple[int, str, str, str, str]]) -> Iterator[tuple[int, tuple[str, str, str]]]:
    partner = _partners(codes)
    for position, (at, role, kind, id_, native) in enumerate(codes):
        named = f"type={_attribute(kind)}" + (f" x={_attribute(id_)}" if id_.isdigit() else "")
        number = min(position, partner.get(position, position)) + 1
        if position in partner:
            shown = f'i="{number}" {named}' if role == "open" else f'i="{number}"'
            yield at, ("bpt" if role == "open" else "ept", shown, native)
        elif role == "alone":
            yield at, ("ph", named, native)
        else:
            yield at, ("it", f'pos="{"begin" if role == "open" else "end"}" {named}', native)


def _partners(codes: list[tuple[int, str, str, str, str]]) -> dict[int, int]:
    """Which opening code closes where: the nearest one of the same id that is still open."""
    waiting: dict[str, list[int]] = {}
    partner: dict[int, int] = {}
    for position, (_, role, _kind, id_, _native) in enumerate(codes):
        if role == "open":
            waiting.setdefault(id_, []).append(position)
        elif role == "close" and waiting.get(id_):
            other = waiting[id_].pop()
            partner[position], partner[other] = other, position
    return partner


def _escaped(text: str) -> str:
    return escape(text, {"\r": "&#13;"})


def _attribute(text: str) -> str:
    return quoteattr(text, {"\n": "&#10;", "\r": "&#13;", "\t": "&#9;"})


_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
