"""The XML of the WMT shared tasks: `dataset/doc/{src,ref,hyp}/p/seg`, many systems and references a document.

One record a segment and system, with all its references in the order of the file, document by document.
"""

from collections.abc import Iterator
from typing import BinaryIO

from ..refusal import Refusal
from ..segment import ReferenceKind
from .door import Say
from .markup import Node, Step, walk
from .record import Record, Unique

__all__ = ["read_wmt_xml"]


def read_wmt_xml(stream: BinaryIO, name: str, *, say: Say) -> Iterator[Record]:
    """The segments of every system, in order, one document at a time.

    Refuses a root that is not `dataset`, sides whose segments differ from those of the source, a segment id that
    stands twice in a document, and a set without any hypothesis.
    """
    first, found = True, False
    for step, node in walk(stream, name, whole=("doc",), say=say):
        if step == Step.OPEN and first and node.name != "dataset":
            raise Refusal(f"not the XML of WMT: its root is <{node.name}>", where=f"{name}:{node.line}")
        first = False
        if step == Step.WHOLE:
            for record in _records(node, Unique(name), name):
                found = True
                yield record
    if not found:
        raise Refusal("no hypotheses in it", where=name, mend="give the set with <hyp> of a system")


def _records(document: Node, unique: Unique, name: str) -> Iterator[Record]:
    source = document.first("src")
    sources = _segments(source) if source else {}
    references = [(side.get("lang"), _like(side, sources, name)) for side in document.all("ref")]
    for side in document.all("hyp"):
        system, language = side.get("system"), side.get("lang") or side.get("language")
        hypotheses = _like(side, sources, name)
        for id_, (line, text) in hypotheses.items():
            yield Record(
                number=line,
                id=unique.add(id_, system, line),
                hypothesis=text,
                references=tuple(texts[id_][1] for spoken, texts in references if spoken == language),
                source=sources[id_][1] if id_ in sources else None,
                document=document.get("id"),
                system=system,
                kind=ReferenceKind.INDEPENDENT,
                extras={"source_language": source.get("lang") if source else "", "target_language": language},
            )


def _segments(side: Node) -> dict[str, tuple[int, str]]:
    """Line and text of each segment of a side, by its id, in order."""
    paragraphs = [*side.all("p"), side]
    return {seg.get("id"): (seg.line, seg.text) for paragraph in paragraphs for seg in paragraph.all("seg")}


def _like(side: Node, sources: dict[str, tuple[int, str]], name: str) -> dict[str, tuple[int, str]]:
    """The segments of a side; refuses others than the source has."""
    segments = _segments(side)
    count = sum(1 for paragraph in (*side.all("p"), side) for _ in paragraph.all("seg"))
    if count != len(segments):
        raise Refusal(
            "a segment id stands twice", where=f"{name}:{side.line}", mend="number the segments of a document"
        )
    if sources and segments.keys() != sources.keys():
        odd = min(segments.keys() ^ sources.keys())
        where = f"{name}:{side.line}"
        raise Refusal(f"<{side.name}> has other segments than <src> (first: {odd})", where=where)
    return segments
