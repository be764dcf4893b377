"""Ratings of Marot and of the WMT MQM releases: a row an error, folded to a record a rated segment.

The texts come without their `<v>…</v>`; what these mark is in the column `ratings`, JSON of `{rater, category,
severity, …, start, end}` with half-open code points on the hypothesis (null where the row marks none of it).
"""

import json
import re
from collections.abc import Iterator, Sequence
from typing import BinaryIO

from ..refusal import Refusal
from .door import Say, blocks, text_of
from .record import Record, Unique

__all__ = ["is_mqm_header", "read_mqm_tsv"]

_BLOCK = 1 << 20
_NEEDED = ("system", "doc", "rater", "source", "target", "category", "severity")
_SEGMENT = ("globalSegId", "seg_id", "docSegId", "segment_id")
_OF_SEGMENT = frozenset({"system", "doc", "doc_id", "source", "target", *_SEGMENT})
_MARK = re.compile(r"</?v>")


def is_mqm_header(line: bytes) -> bool:
    """Whether the first line of a TSV is that of MQM ratings."""
    names = line.rstrip(b"\r\n").decode("utf-8", "replace").removeprefix("\ufeff").split("\t")
    return set(_NEEDED) <= set(names) and any(name in names for name in _SEGMENT)


def read_mqm_tsv(stream: BinaryIO, name: str, *, say: Say) -> Iterator[Record]:
    """The rated segments in order; the rows of one stand together, of all its raters.

    Refuses rows of another width, other texts within one segment, and a segment that comes again later.
    """
    unique = Unique(name)
    group: list[tuple[int, dict[str, str]]] = []
    for number, row in _rows(stream, name, say):
        if group and _key(row) != _key(group[0][1]):
            yield _record(group, unique, name)
            group = []
        group.append((number, row))
    if group:
        yield _record(group, unique, name)


def _rows(stream: BinaryIO, name: str, say: Say) -> Iterator[tuple[int, dict[str, str]]]:
    names: list[str] = []
    for block in blocks(stream, name, size=_BLOCK, say=say):
        for index, line in enumerate(block.lines()):
            cells = text_of(line.removesuffix(b"\r"), block.where(index)).split("\t")
            if not names:
                names = cells
                if not is_mqm_header(line):
                    raise Refusal(f"no MQM ratings: columns {', '.join(_NEEDED)} wanted", where=block.where(index))
            elif len(cells) not in (len(names), len(names) - 1):  # an empty last cell is often not written
                what = f"{len(names)} columns wanted, {len(cells)} found"
                raise Refusal(what, where=block.where(index), mend="a row is an error")
            else:
                yield block.line + index, dict(zip(names, [*cells, ""][: len(names)], strict=True))


def _key(row: dict[str, str]) -> tuple[str, str, str]:
    return row["system"], row["doc"], next(row[name] for name in _SEGMENT if name in row)


def _record(group: Sequence[tuple[int, dict[str, str]]], unique: Unique, name: str) -> Record:
    first, row = group[0]
    system, document, id_ = _key(row)
    source, hypothesis = (_MARK.sub("", row[side]) for side in ("source", "target"))
    ratings: list[dict[str, str | int | None]] = []
    for number, each in group:
        if _MARK.sub("", each["target"]) != hypothesis:
            raise Refusal("another target than in the rows before", where=f"{name}:{number}")
        spans = _spans(each["target"]) or [(None, None)]
        said = {key: cell for key, cell in each.items() if key not in _OF_SEGMENT}
        ratings.extend({**said, "start": start, "end": end} for start, end in spans)
    return Record(
        number=first,
        id=unique.add(id_, f"{system}\t{document}", first),
        hypothesis=hypothesis,
        source=source,
        document=document,
        system=system,
        extras={"ratings": json.dumps(ratings, ensure_ascii=False)},
    )


def _spans(marked: str) -> list[tuple[int | None, int | None]]:
    """What `<v>…</v>` mark, on the text without them; a mark that is not closed reaches to the end."""
    spans: list[tuple[int | None, int | None]] = []
    start: int | None = None
    taken = 0
    for mark in _MARK.finditer(marked):
        at = mark.start() - taken
        taken += len(mark.group())
        if mark.group() == "<v>":
            start = at
        elif start is not None:
            spans.append((start, at))
            start = None
    return spans if start is None else [*spans, (start, len(marked) - taken)]
