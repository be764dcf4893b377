"""XLIFF 1.2 and 2.x, and the dialects of Trados, Phrase and memoQ: one record a segment, unit by unit.

The target is the hypothesis. Where a file keeps the raw machine translation (MXLIFF; translation candidates of type
`mt` in XLIFF 2), that is the hypothesis and the target its correction (none where the target is empty). Units of one
segment are called by their id, others `unit/segment`; the document is the `original` of the file element (or its id),
with `#2` where it comes again. What is not for translation and has no target (`translate="no"`) is no segment. A
segment without a target has an empty hypothesis.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from ..refusal import Refusal
from ..segment import ReferenceKind
from .dialects import PLAIN, Dialect, Standing, dialect_of
from .door import Say
from .inline import Content, content_of, without_literal_tags
from .markup import Node, Step, walk
from .record import Record, Unique, facts

__all__ = ["Located", "read_located", "read_xliff"]

_UNITS = ("trans-unit", "unit")
MATCHES = "urn:oasis:names:tc:xliff:matches:2.0"


@dataclass(frozen=True, slots=True)
class Located:
    """A segment with its unit, and the element of the target that holds it (None: it has none)."""

    record: Record
    unit: Node
    target: Node | None


def read_xliff(stream: BinaryIO, name: str, *, say: Say) -> Iterator[Record]:
    """The segments of an XLIFF document, in order; refused as by `read_located`."""
    return (segment.record for segment in read_located(stream, name, say=say))


def read_located(stream: BinaryIO, name: str, *, say: Say) -> Iterator[Located]:
    """The segments of an XLIFF document of any version and dialect, in order, in constant memory (but for the ids).

    Refuses, with its line, what is not XLIFF, a unit without id, an id that stands twice in its file element, a
    segment of the target that the source does not have, and all that `markup.walk` refuses.
    """
    scene = _Scene(name)
    left_out = 0
    for step, node in walk(stream, name, whole=_UNITS, say=say):
        if step == Step.WHOLE:
            segments = list(scene.segments(node))
            left_out += not segments
            yield from segments
        elif step == Step.OPEN:
            scene.enter(node)
        else:
            scene.leave()
    if left_out:
        say(f"{name}: {left_out} unit{'s' if left_out != 1 else ''} not for translation left out")


class _Scene:
    """What the open elements say of the units in them: document, languages, dialect, whether they are translated."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._unique = Unique(name)
        self._dialect: Dialect = PLAIN
        self._namespaces: set[str] = set()
        self._source_language = self._target_language = self._document = ""
        self._documents: dict[str, int] = {}
        self._translated = [True]

    def enter(self, node: Node) -> None:
        if len(self._translated) == 1 and node.name != "xliff":
            raise Refusal(f"not XLIFF: its root is <{node.name}>", where=f"{self._name}:{node.line}")
        said = node.get("translate")
        self._translated.append(said == "yes" if said else self._translated[-1])
        if node.name in ("xliff", "file"):
            self._namespaces |= {uri for key, uri in node.attributes.items() if key.startswith("xmlns:")}
            self._dialect = dialect_of(self._namespaces)
            self._source_language = node.get("source-language") or node.get("srcLang") or self._source_language
            self._target_language = node.get("target-language") or node.get("trgLang") or self._target_language
        if node.name == "file":
            original = node.get("original") or node.get("id")
            count = self._documents[original] = self._documents.get(original, 0) + 1
            self._document = original if count == 1 else f"{original}#{count}"

    def leave(self) -> None:
        self._translated.pop()

    def segments(self, unit: Node) -> Iterator[Located]:
        """The segments of a unit; none where it is not for translation and has no target."""
        said = unit.get("translate")
        translated = said == "yes" if said else self._translated[-1]
        of_version = self._of_version_1 if unit.name == "trans-unit" else self._of_version_2
        for record, target in of_version(unit, translated=translated):
            if translated or record.hypothesis:
                yield Located(record, unit, target)

    def _of_version_1(self, unit: Node, *, translated: bool) -> Iterator[tuple[Record, Node | None]]:
        dialect = self._dialect
        unit_id = unit.get(dialect.stable_id) or self._id_of(unit)
        target = unit.first("target")
        parts = _parts(unit.first("seg-source"))
        pairs: list[tuple[str, str, Node | None, Node | None]] = [(unit_id, "", unit.first("source"), target)]
        if parts:
            targets = self._targets(parts, target)
            pairs = [(f"{unit_id}/{mid}", mid, part, targets.get(mid)) for mid, part in parts]
        for id_, mid, source_node, target_node in pairs:
            line = source_node.line if source_node else unit.line
            standing = dialect.standing(unit, mid)
            source, delivered = (self._content(node, unit) for node in (source_node, target_node))
            machine = self._machine(unit) if dialect.raw_machine and not parts else None
            record = self._record(id_, line, source, delivered, standing, translated=translated, machine=machine)
            yield record, target_node

    def _of_version_2(self, unit: Node, *, translated: bool) -> Iterator[tuple[Record, Node | None]]:
        unit_id = self._id_of(unit)
        segments = list(unit.all("segment"))
        for number, segment in enumerate(segments, start=1):
            id_ = unit_id if len(segments) == 1 else f"{unit_id}/{segment.get('id') or f's{number}'}"
            source = content_of(segment.first("source"), "xliff-2", self._name)
            target = content_of(segment.first("target"), "xliff-2", self._name)
            match = _machine_match(unit, segment)
            placed = segment.first("target")
            state = segment.get("state") or (
                placed.get("state") if placed is not None else ""
            )  # some tools misplace it
            standing = Standing(state, match=match.get("matchQuality") if match else "")
            machine = content_of(match.first("target"), "xliff-2", self._name) if match else None
            record = self._record(id_, segment.line, source, target, standing, translated=translated, machine=machine)
            yield record, placed

    def _record(
        self,
        id_: str,
        line: int,
        source: Content,
        delivered: Content,
        standing: Standing,
        *,
        translated: bool,
        machine: Content | None = None,
    ) -> Record:
        """The record of a segment; with its raw machine translation the delivered text is the correction of that."""
        hypothesis = delivered if machine is None else machine
        return Record(
            number=line,
            id=self._unique.add(id_, self._document, line),
            hypothesis=hypothesis.text,
            references=() if machine is None or not delivered.text else (delivered.text,),
            source=source.text,
            document=self._document,
            kind=ReferenceKind.CORRECTION if self._keeps_machine or machine is not None else ReferenceKind.NONE,
            extras=facts(
                state=standing.state,
                origin=standing.origin or ("mt" if machine is not None else ""),
                match=standing.match,
                locked="yes" if standing.locked or not translated else "no",
                source_language=self._source_language,
                target_language=self._target_language,
                source_codes=source.map,
                hypothesis_codes=hypothesis.map,
                reference_codes="" if machine is None else delivered.map,
            ),
        )

    @property
    def _keeps_machine(self) -> bool:
        """Whether the file says at its head that raw machine translations may stand beside the targets."""
        return self._dialect.raw_machine or MATCHES in self._namespaces

    def _content(self, node: Node | None, unit: Node) -> Content:
        content = content_of(node, "xliff-1", self._name)
        return without_literal_tags(content, _marks(unit)) if self._dialect.literal_tags else content

    def _machine(self, unit: Node) -> Content | None:
        """The raw machine translation of a unit; None where it has none: Phrase leaves an empty target in its place."""
        for proposal in unit.all("alt-trans"):
            if proposal.get("origin") == "machine-trans":
                content = self._content(proposal.first("target"), unit)
                if content.text or content.codes:
                    return content
        return None

    def _id_of(self, unit: Node) -> str:
        if not unit.get("id"):
            raise Refusal(f"a <{unit.name}> without an id", where=f"{self._name}:{unit.line}")
        return unit.get("id")

    def _targets(self, sources: list[tuple[str, Node]], target: Node | None) -> dict[str, Node]:
        """The segments of the target by their `mid`; refuses one twice, and one that the source does not have."""
        if target is None:
            return {}
        known = {mid for mid, _ in sources}
        found: dict[str, Node] = {}
        for mid, node in _parts(target):
            if mid not in known or mid in found:
                what = "stands twice" if mid in found else "is not in the source"
                raise Refusal(f"segment {mid} of the target {what}", where=f"{self._name}:{node.line}")
            found[mid] = node
        if not found and target.text.strip():
            what = f"the target is in one piece, its source in {len(sources)}"
            raise Refusal(what, where=f"{self._name}:{target.line}", mend="segment the target, or neither")
        return found


def _machine_match(unit: Node, segment: Node) -> Node | None:
    """The translation candidate of XLIFF 2 that is machine translation of a whole segment; None where there is none.

    A candidate names by `ref` the `mrk` of the source that it translates; some tools name the segment itself.
    """
    source = segment.first("source")
    for matches in unit.all("matches"):
        for match in matches.all("match"):
            target = match.first("target")
            if matches.namespace == MATCHES and match.get("type") == "mt" and target is not None and target.children:
                named = match.get("ref").rpartition("#")[2].rpartition("=")[2]
                if source is not None and (named == segment.get("id") or _wrapped(source, named)):
                    return match
    return None


def _wrapped(source: Node, id_: str) -> bool:
    """Whether the `mrk` of this id holds all the words of a source."""
    held = [child for child in source.children if not isinstance(child, str) or child.strip()]
    while len(held) == 1 and not isinstance(held[0], str) and held[0].name == "mrk":
        if held[0].get("id") == id_:
            return True
        held = held[0].children
    return False


def _parts(node: Node | None) -> list[tuple[str, Node]]:
    """The segment `mrk`s in a `seg-source` or `target` with their `mid`, in order, however deep in other codes."""
    found: list[tuple[str, Node]] = []
    for child in node.children if node is not None else ():
        if isinstance(child, str):
            continue
        if child.name == "mrk" and child.get("mtype") == "seg":
            found.append((child.get("mid"), child))
        else:
            found.extend(_parts(child))
    return found


def _marks(unit: Node) -> set[str]:
    """The ids of the tags that Phrase declares for a unit."""
    lists = (*unit.all("tunit-metadata"), *unit.all("tunit-target-metadata"))
    return {mark.get("id") for listed in lists for mark in listed.all("mark")}
