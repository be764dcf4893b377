"""PO catalogues of gettext: a record a message, one a plural form; obsolete messages are no segments.

Ids are the numbers of the messages from 1, `7/0` and `7/1` for the forms of a plural; `context` is their `msgctxt`, the
state is translated, fuzzy or untranslated. The first form stands for the singular, the others for the plural.
Placeholders are words of the text and stay.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from ..refusal import Refusal
from .door import Say, blocks, text_of
from .record import Record, Unique, facts

__all__ = ["read_po"]

_BLOCK = 1 << 20
_KEYWORD = re.compile(r'(msgctxt|msgid|msgid_plural|msgstr(?:\[(\d+)\])?)\s*(".*")\s*')
_STRING = re.compile(r'"((?:[^"\\]|\\.)*)"')
_ESCAPE = re.compile(r"\\([0-7]{1,3}|x[0-9A-Fa-f]{1,2}|.)")
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v"}


@dataclass(slots=True)
class _Message:
    line: int = 0
    fuzzy: bool = False
    parts: dict[str, str] = field(default_factory=dict)
    last: str = ""


def read_po(stream: BinaryIO, name: str, *, say: Say) -> Iterator[Record]:
    """The messages of a catalogue in order, in memory for their ids only.

    Refuses a line that is no PO, another charset than UTF-8, a message without msgid or msgstr, one that stands twice.
    """
    unique, number, language = Unique(name), 0, ""
    for message in _messages(stream, name, say):
        parts = message.parts
        if "msgid" not in parts or not any(key.startswith("msgstr") for key in parts):
            raise Refusal("a message without msgid or msgstr", where=f"{name}:{message.line}")
        if not parts["msgid"] and "msgctxt" not in parts:
            language = _header(parts.get("msgstr", ""), f"{name}:{message.line}")
            continue
        number += 1
        unique.add(parts["msgid"], "\x04" + parts.get("msgctxt", ""), message.line)
        yield from _records(message, number, language)


def _records(message: _Message, number: int, language: str) -> Iterator[Record]:
    parts = message.parts
    forms = sorted((key for key in parts if key.startswith("msgstr")), key=lambda key: (len(key), key))
    for form in forms:
        plural = form.removeprefix("msgstr").strip("[]")
        state = "fuzzy" if message.fuzzy else "translated" if parts[form] else "untranslated"
        yield Record(
            number=message.line,
            id=f"{number}/{plural}" if plural else str(number),
            hypothesis=parts[form],
            source=parts.get("msgid_plural", parts["msgid"]) if plural not in ("", "0") else parts["msgid"],
            extras={**facts(state=state, target_language=language), "context": parts.get("msgctxt", "")},
        )


def _messages(stream: BinaryIO, name: str, say: Say) -> Iterator[_Message]:
    message = _Message()
    for block in blocks(stream, name, size=_BLOCK, say=say):
        for index, raw in enumerate(block.lines()):
            where = block.where(index)
            line = text_of(raw, where).strip()
            found = _KEYWORD.fullmatch(line)
            begins = line.startswith("#") or bool(found and found[1] in ("msgctxt", "msgid"))
            if (not line or begins) and any(key.startswith("msgstr") for key in message.parts):
                yield message
                message = _Message()
            if line.startswith("#,") and "fuzzy" in (flag.strip() for flag in line[2:].split(",")):
                message.fuzzy = True
            elif found and found[1] not in message.parts:
                message.line = message.line or block.line + index
                message.last = found[1]
                message.parts[found[1]] = _string(found[3], where)
            elif line.startswith('"') and message.last:
                message.parts[message.last] += _string(line, where)
            elif line and not line.startswith("#"):
                raise Refusal("no line of a PO file", where=where, mend="msgfmt -c names what is wrong")
    if message.parts:
        yield message


def _string(quoted: str, where: str) -> str:
    found = _STRING.fullmatch(quoted)
    if not found:
        raise Refusal("a string that is not closed", where=where, mend="msgfmt -c names what is wrong")
    return _ESCAPE.sub(_unescaped, found[1])


def _unescaped(found: re.Match[str]) -> str:
    mark = found[1]
    if mark[0] in "01234567":
        return chr(int(mark, 8) & 0xFF)
    return chr(int(mark[1:], 16)) if mark[0] == "x" and len(mark) > 1 else _ESCAPED.get(mark, mark)


def _header(text: str, where: str) -> str:
    """The language that the header names; refuses a charset that is not UTF-8."""
    fields = {
        key.strip().lower(): value.strip() for key, _, value in (line.partition(":") for line in text.split("\n"))
    }
    charset = fields.get("content-type", "").lower().partition("charset=")[2].strip()
    if charset not in ("", "utf-8", "utf8", "us-ascii", "ascii", "charset"):
        raise Refusal(f"the charset is {charset}, UTF-8 is wanted", where=where, mend="msgconv -t UTF-8")
    return fields.get("language", "")
