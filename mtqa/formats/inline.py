"""Inline codes: what is text and what is a tag in the content of a segment, by one walk and one table a family.

Tags never reach a metric: the text comes without them, and each is kept with its place in that text. The text that
`ph`, `bpt`, `ept`, `it` and `ut` hold is native code, not words of the translation; `g`, `pc`, `hi` and `mrk` are
wrapped around words, which stay. Elements of a vendor's namespace are codes. Deleted text of tracked changes is gone.
"""

import json
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from ..refusal import Refusal
from .markup import Node

__all__ = ["CODES", "Code", "Content", "content_of", "same_codes", "without_literal_tags"]

_AROUND, _OPEN, _CLOSE, _ALONE = "around", "open", "close", "alone"
CODES: Mapping[str, Mapping[str, str]] = {
    "xliff-1": {
        **dict.fromkeys(("g", "mrk"), _AROUND),
        **dict.fromkeys(("bpt", "bx"), _OPEN),
        **dict.fromkeys(("ept", "ex"), _CLOSE),
        **dict.fromkeys(("ph", "x", "it"), _ALONE),
    },
    "xliff-2": {
        **dict.fromkeys(("pc", "mrk"), _AROUND),
        **dict.fromkeys(("sc", "sm"), _OPEN),
        **dict.fromkeys(("ec", "em"), _CLOSE),
        **dict.fromkeys(("ph", "cp"), _ALONE),
    },
    "tmx": {"hi": _AROUND, "bpt": _OPEN, "ept": _CLOSE, **dict.fromkeys(("ph", "it", "ut"), _ALONE)},
}
_DELETED = frozenset({"x-sdl-deleted", "x-sdl-feedback-deleted"})
_IDS = ("id", "i", "rid", "startRef", "x", "mid", "hex")  # the attribute that names a code, by family


@dataclass(frozen=True, slots=True)
class Code:
    """A tag that was taken out of a text.

    `at` is its place in the text without tags, in code points; `role` is open, close or alone; `name` that of the
    element; `id` pairs it with the same code in the source; `native` is what it holds or stands for.
    """

    at: int
    role: str
    name: str
    id: str
    native: str = ""


@dataclass(frozen=True, slots=True)
class Content:
    """The words of a segment without tags, and the tags with their places, in order."""

    text: str
    codes: tuple[Code, ...] = ()

    @property
    def map(self) -> str:
        """The tags as JSON, `[[at, role, name, id, native], …]`; empty where there are none."""
        listed = [[code.at, code.role, code.name, code.id, code.native] for code in self.codes]
        return json.dumps(listed, ensure_ascii=False, separators=(",", ":")) if listed else ""


def content_of(node: Node | None, family: str, name: str) -> Content:
    """The content of a `source`, `target`, `seg` or segment `mrk`; empty where the element is not there.

    Refuses an element of the format that its table does not know: nobody can say whether it holds words or code.
    """
    if node is None:
        return Content("")
    texts: list[str] = []
    codes: list[Code] = []
    _collect(node, CODES[family], texts, codes, 0, name)
    return Content("".join(texts), tuple(codes))


def same_codes(source: str, target: str) -> bool:
    """Whether two maps hold the same tags, wherever they stand: equal numbers of each role, name and id."""
    return _counted(source) == _counted(target)


def without_literal_tags(content: Content, declared: Collection[str]) -> Content:
    """Phrase's tags are literal text, `{1>bold<1}` and `{2}`: the declared ids and single letters `{b>…<b}` are codes.

    Braces around anything else are words of the text and stay.
    """
    kept: list[str] = []
    codes = list(content.codes)
    last = length = 0
    for found in _LITERAL.finditer(content.text):
        opened, closed, alone = found.groups()
        id_ = opened or closed or alone
        if id_ not in declared and (alone or id_.isdigit()):
            continue
        kept.append(content.text[last : found.start()])
        length += found.start() - last
        last = found.end()
        codes.append(Code(length, "open" if opened else "close" if closed else "alone", "tag", id_, found.group()))
    return Content("".join([*kept, content.text[last:]]), tuple(codes))


_LITERAL = re.compile(r"\{([0-9]+|[A-Za-z_^])>|<([0-9]+|[A-Za-z_^])\}|\{([0-9]+)\}")


def _collect(node: Node, table: Mapping[str, str], texts: list[str], codes: list[Code], length: int, name: str) -> int:
    """Adds text and codes of everything in the node; the length of the text so far."""
    for child in node.children:
        if isinstance(child, str):
            texts.append(child)
            length += len(child)
            continue
        role = table.get(child.name) if child.namespace == node.namespace else _ALONE
        if role is None:
            raise Refusal(
                f"<{child.name}> in the text of a segment is not known",
                where=f"{name}:{child.line}",
                mend="export the file with standard inline codes",
            )
        id_ = next((child.attributes[key] for key in _IDS if key in child.attributes), "")
        if role == _AROUND and child.get("mtype") not in _DELETED:
            codes.append(Code(length, _OPEN, child.name, id_))
            length = _collect(child, table, texts, codes, length, name)
            codes.append(Code(length, _CLOSE, child.name, id_))
        else:
            alone = _ALONE if role == _AROUND else role
            codes.append(
                Code(length, alone, child.name, id_, child.text or child.get("equiv-text") or child.get("equiv"))
            )
    return length


def _counted(codes: str) -> Counter[tuple[str, ...]]:
    return Counter(_parts(codes))


def _parts(codes: str) -> Iterator[tuple[str, ...]]:
    for _, role, name, id_, _native in json.loads(codes) if codes else []:
        if name not in ("mrk", "sm", "em"):  # comments and terms are the target's own
            yield role, name, id_
