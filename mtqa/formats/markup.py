"""XML as a stream: elements as they come, the ones that matter with all that is in them, memory that does not grow.

Nothing is ever fetched and no entity is ever expanded: a document that declares entities is refused where it does so.
A bare DOCTYPE (that of TMX) is read over. Refused as well, with file and line: what is not well formed or cut off, an
encoding that is not the declared one, elements nested deeper than 200, a tag or a unit of more than 10 MiB.
"""

import codecs
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from enum import Enum
from typing import BinaryIO, Union
from xml.parsers import expat

from ..refusal import Refusal
from .door import Say, read_bytes

__all__ = ["XML", "Node", "Step", "local_name", "walk"]

XML = "http://www.w3.org/XML/1998/namespace}"
_PIECE = 1 << 16
_DEEPEST = 200  # real files nest fewer than 40 elements
_LONGEST = 10 << 20  # bytes of one tag, or of one unit with all that is in it
_BOM = codecs.BOM_UTF8


class Step(Enum):
    """What happened to an element: it opened, it closed, or it came whole."""

    OPEN = "open"
    CLOSE = "close"
    WHOLE = "whole"


@dataclass(slots=True)
class Node:
    """An element: its name without namespace, its attributes, its line from 1, the bytes of its tags in the file.

    Attributes in a namespace are called `namespace}name`; a namespace declared here stands under `xmlns:prefix`.
    `start` is the byte of `<`, `end` the byte of its end tag (that of `<` again where the tag closes itself).
    `children` are texts and elements in order.
    """

    name: str
    namespace: str
    attributes: dict[str, str]
    line: int
    start: int
    end: int = 0
    children: list[Union[str, "Node"]] = field(default_factory=list)

    def get(self, name: str, otherwise: str = "") -> str:
        """The value of an attribute, `otherwise` where there is none."""
        return self.attributes.get(name, otherwise)

    def first(self, name: str) -> "Node | None":
        """The first child of this name; None where there is none."""
        return next(self.all(name), None)

    def all(self, name: str) -> Iterator["Node"]:
        """The children of this name, in order."""
        return (child for child in self.children if isinstance(child, Node) and child.name == name)

    @property
    def text(self) -> str:
        """All text inside, of its elements too."""
        return "".join(child if isinstance(child, str) else child.text for child in self.children)


def walk(stream: BinaryIO, name: str, *, whole: Collection[str], say: Say) -> Iterator[tuple[Step, Node]]:
    """The elements of a document in order: those named in `whole` with all inside, the others open and close empty.

    Text outside the whole ones is passed over. `say` hears of a byte-order mark.
    """
    grower = _Grower(name, frozenset(whole))
    fed = 0
    while piece := read_bytes(stream, _PIECE, name):
        if not fed and piece.startswith(_BOM):
            grower.marked = True
            say(f"{name}: a byte-order mark was dropped")
        grower.feed(piece, fed)
        fed += len(piece)
        yield from grower.take()
    if not fed:
        raise Refusal("the file is empty", where=name, mend="give at least one segment")
    grower.feed(b"", fed)
    yield from grower.take()


def local_name(full: str) -> tuple[str, str]:
    """Namespace and name of what expat calls `namespace}name`; the namespace may be empty."""
    namespace, _, name = full.rpartition("}")
    return namespace, name


class _Grower:
    """Expat's callbacks: grows the whole elements, keeps the stack of the open ones, refuses what is not allowed."""

    def __init__(self, name: str, whole: frozenset[str]) -> None:
        self.name = name
        self.marked = False
        self._whole = whole
        self._steps: list[tuple[Step, Node]] = []
        self._open: list[Node] = []
        self._growing = 0  # how deep we are inside a whole element; 0: outside
        self._declared: dict[str, str] = {}
        self._single_byte = ""  # the declared encoding, while its letters have not been looked at
        self._parser = parser = expat.ParserCreate(namespace_separator="}")
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.StartNamespaceDeclHandler = self._declare
        parser.XmlDeclHandler = self._declaration
        parser.EntityDeclHandler = self._entity
        parser.SkippedEntityHandler = self._unknown_entity

    def take(self) -> list[tuple[Step, Node]]:
        steps, self._steps = self._steps, []
        return steps

    def feed(self, piece: bytes, fed: int) -> None:
        try:
            self._parser.Parse(piece, not piece)
        except expat.ExpatError as error:
            raise self._broken(error, piece, fed) from None
        except (LookupError, ValueError) as error:  # an encoding that Python does not know, or of several bytes
            raise self._refusal(f"its encoding cannot be read: {error}", "save the file as UTF-8") from None
        if self._single_byte and not piece.isascii():
            self._check_single_byte(piece)
        unit = self._open[-self._growing].start if self._growing else fed + len(piece)
        if fed + len(piece) - min(unit, self._parser.CurrentByteIndex) > _LONGEST:
            raise self._refusal("one tag or unit of more than 10 MiB", "this is no document of segments")

    def _start(self, full: str, attributes: dict[str, str]) -> None:
        namespace, name = local_name(full)
        if self._declared:
            attributes, self._declared = {**self._declared, **attributes}, {}
        node = Node(name, namespace, attributes, self._parser.CurrentLineNumber, self._parser.CurrentByteIndex)
        if len(self._open) >= _DEEPEST:
            raise self._refusal(f"elements nested more than {_DEEPEST} deep", "this is no document of segments")
        if self._growing:
            self._open[-1].children.append(node)
            self._growing += 1
        elif name in self._whole:
            self._growing = 1
        else:
            self._steps.append((Step.OPEN, node))
        self._open.append(node)

    def _end(self, full: str) -> None:
        node = self._open.pop()
        node.end = self._parser.CurrentByteIndex
        if self._growing > 1:
            self._growing -= 1
        elif self._growing:
            self._growing = 0
            self._steps.append((Step.WHOLE, node))
        else:
            self._steps.append((Step.CLOSE, node))

    def _text(self, text: str) -> None:
        if self._growing:
            self._open[-1].children.append(text)

    def _declare(self, prefix: str | None, namespace: str | None) -> None:
        self._declared[f"xmlns:{prefix or ''}"] = namespace or ""

    def _declaration(self, version: str, encoding: str | None, standalone: int) -> None:
        called = (encoding or "utf-8").lower()
        if called in ("utf-8", "utf8", "utf-16"):
            return
        if self.marked:
            raise self._refusal(f"declared as {encoding}, but it opens with the mark of UTF-8", _MEND_DECLARATION)
        self._single_byte = encoding or ""

    def _check_single_byte(self, piece: bytes) -> None:
        """Bytes beyond ASCII that are UTF-8 throughout are UTF-8, whatever the declaration says."""
        declared, self._single_byte = self._single_byte, ""
        try:
            codecs.getincrementaldecoder("utf-8")().decode(piece)
        except UnicodeDecodeError:
            return
        raise self._refusal(f"declared as {declared}, but its bytes are UTF-8", _MEND_DECLARATION)

    def _entity(self, name: str, *_: object) -> None:
        raise self._refusal(f"it declares the entity {name}", "entities are not expanded; write the text itself")

    def _unknown_entity(self, name: str, is_parameter: bool) -> None:
        if not is_parameter:
            raise self._refusal(f"the entity &{name}; is not declared", "write the character itself")

    def _broken(self, error: expat.ExpatError, piece: bytes, fed: int) -> Refusal:
        what = expat.ErrorString(error.code)
        if not piece and self._open:
            return self._refusal(f"the file is cut off inside <{self._open[-1].name}>", "fetch it again")
        at = max(0, self._parser.ErrorByteIndex - fed)
        if error.code == _INVALID_TOKEN and not piece[at : at + 4].isascii():
            return self._refusal(
                "bytes that are not of the declared encoding (UTF-8 unless declared)", "save it as UTF-8"
            )
        return self._refusal(f"not well-formed XML: {what}", "write the file again")

    def _refusal(self, what: str, mend: str) -> Refusal:
        return Refusal(what, where=f"{self.name}:{self._parser.CurrentLineNumber}", mend=mend)


_INVALID_TOKEN = expat.errors.codes[expat.errors.XML_ERROR_INVALID_TOKEN]
_MEND_DECLARATION = "mend the declaration, or save the file in that encoding"
