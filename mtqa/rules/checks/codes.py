"""Addresses, tags and placeholders: what stands in the source must stand in the hypothesis, letter by letter."""

from collections import Counter
from collections.abc import Iterator

import regex

from ...mqm import Severity
from ...segment import Span
from ..case import quoted
from .unit import Finding, Unit

__all__ = ["source_code"]

_CODE = regex.compile(
    r"(?P<address>https?://[^\s<>\"”»）)，。；]+|www\.[^\s<>\"”»）)，。；]+)"
    r"|(?P<mail>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)"
    r"|(?P<icu>\{\s*\w+\s*,\s*(?:plural|select|selectordinal|number|date|time)\b)"
    r"|(?P<placeholder>\{\{\s*[\w.]+\s*\}\}|\$\{[\w.]+\}|%\{[\w.]+\}|\{[\w.]*\}|%\(\w+\)[sdif]|%(?:\d+\$)?[-+0#]*(?:\d+)?(?:\.\d+)?(?:l{1,2})?[sdifuxc@](?![\p{L}\p{N}])|\$[A-Z_]{3,}\$|__\w+__|\[\[\w+\]\])"
    r"|(?P<tag></?[A-Za-z][\w:-]*(?:\s[^<>]*)?/?>)"
    r"|(?P<entity>&(?:[a-z]+|\#\d+|\#x[0-9a-f]+);)"
)
_NAMES = {
    "address": "address",
    "mail": "e-mail address",
    "icu": "ICU argument",
    "placeholder": "placeholder",
    "tag": "tag",
    "entity": "character entity",
}
_PERCENT = regex.compile(r"\d\s?$")
_TRAIL = ".,;:!?'"


def source_code(unit: Unit) -> Iterator[Finding]:
    """An address, e-mail address, tag, placeholder or ICU argument that only one of source and hypothesis has.

    Wrong: "Delete s files"   Right: "Delete %s files"   -> other/markup, major
    """
    if unit.source is None or not _may_have(unit.source + unit.hypothesis):
        return
    there, here = _codes(unit.source), _codes(unit.hypothesis)
    wanted, given = Counter(text for _, text, _ in there), Counter(text for _, text, _ in here)
    if wanted == given:
        return
    missing, strange = wanted - given, given - wanted
    extra = [row for row in reversed(here) if _taken(strange, row[1])][::-1]
    for kind, text, _ in there:
        if not _taken(missing, text):
            continue
        twin = next((row for row in extra if row[0] == kind), None)
        if twin is not None:
            extra.remove(twin)
            yield _finding(
                Span(*twin[2]),
                kind,
                text,
                f"The {_NAMES[kind]} {quoted(text)} of the source reads {quoted(twin[1])} here.",
                f"{text} in the source, {twin[1]} in the hypothesis",
            )
        elif kind != "entity":
            end = len(unit.hypothesis)
            yield _finding(
                Span(end, end),
                kind,
                text,
                f"The {_NAMES[kind]} {quoted(text)} of the source is not in the hypothesis.",
                f"{text} in the source, not in the hypothesis",
            )
    for kind, text, span in extra:
        if kind in ("entity", "address"):
            continue
        yield _finding(
            Span(*span), kind, "", f"The source has no {_NAMES[kind]} {quoted(text)}.", f"{text} in the hypothesis only"
        )


def _finding(span: Span, kind: str, correction: str, said: str, fact: str) -> Finding:
    return Finding(span, "other/markup", (fact,), said, correction, fact, Severity.MAJOR, kind)


def _may_have(text: str) -> bool:
    return any(mark in text for mark in ("{", "%", "<", "@", "://", "www.", "&", "$", "__", "[["))


def _codes(text: str) -> list[tuple[str, str, tuple[int, int]]]:
    found = []
    for match in _CODE.finditer(text):
        kind, code = match.lastgroup or "", match[0]
        if kind in ("address", "mail"):
            code = code.rstrip(_TRAIL)
        elif kind == "icu":
            code = regex.sub(r"\s", "", code)
        elif kind == "placeholder" and code.startswith("%") and _PERCENT.search(text[: match.start()]):
            continue  # "5 %d": a percentage before a word
        elif kind == "tag":
            code = regex.sub(r"\s+", " ", code)
        found.append(
            (kind, code, (match.start(), match.start() + len(match[0].rstrip(_TRAIL if kind == "address" else ""))))
        )
    return found


def _taken(left: Counter[str], text: str) -> bool:
    if left[text] <= 0:
        return False
    left[text] -= 1
    return True
