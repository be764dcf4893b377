"""Raw documents, a segment a line: UTF-8, split on \\n only, so that U+2028, U+0085 or a lone \\r stay in their line.

A final \\n opens no further line. A file whose first line ends in \\r\\n ends all its lines so.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

from ..refusal import Refusal
from .chunk import Chunk
from .columns import NEEDS_HYPOTHESIS, Layout, OnError
from .door import Say, blocks, is_pipe, open_input, silent, spoken, text_of
from .rows import RowCollector

__all__ = ["each_line", "read_lines", "read_parallel"]

_BLOCK = 1 << 20


def read_lines(path: str | Path, *, say: Say = silent) -> tuple[str, ...]:
    """The lines of a raw document, whole; `say` hears what was dropped (a byte-order mark, \\r before \\n).

    Refuses a missing, empty or binary file, a directory, and invalid UTF-8 with line and byte.
    """
    return tuple(each_line(path, say))


def read_parallel(
    hypothesis: str | Path,
    references: Sequence[str | Path],
    source: str | Path | None = None,
    *,
    chunk: int,
    on_error: OnError,
    say: Say = silent,
) -> Iterator[Chunk]:
    """The chunks of parallel text files: line n of each is segment n.

    An empty reference line is no reference. Refuses files of different numbers of lines, naming both counts: before
    the first chunk, unless one of them is stdin.
    """
    paths = [*([source] if source is not None else []), hypothesis, *references]
    for path in paths:
        if is_pipe(path):
            what = "a pipe cannot be read twice; parallel texts are files"
            raise Refusal(what, where=spoken(path), mend="paste them together: mtqa score - --columns src,mt,ref")
    _check_counts({spoken(path): _count(path) for path in paths})
    numbered = [f"reference_{number}" for number in range(1, len(references) + 1)]
    names = [*(["source"] if source is not None else []), "hypothesis", *numbered]
    name = spoken(hypothesis)
    layout = Layout.of(names, where=name, needs=NEEDS_HYPOTHESIS)
    collector = RowCollector(name, "line", layout, on_error, blank_is_nothing=True)
    for number, cells in enumerate(zip(*(each_line(path, say) for path in paths), strict=True), start=1):
        collector.add(number, number, cells)
        if len(collector) >= chunk:
            yield collector.take()
    yield collector.take()


def each_line(path: str | Path, say: Say = silent) -> Iterator[str]:
    """The lines of a raw document one by one, in constant memory; otherwise as `read_lines`."""
    name = spoken(path)
    returns: bool | None = None
    with open_input(path) as stream:
        for block in blocks(stream, name, size=_BLOCK, say=say):
            for index, line in enumerate(block.lines()):
                if returns is None:
                    returns = line.endswith(b"\r")
                    if returns:
                        say(f"{name}: its lines end in \\r\\n; the \\r was dropped")
                yield text_of(line.removesuffix(b"\r") if returns else line, block.where(index))


def _count(path: str | Path) -> int:
    with open_input(path) as stream:
        return sum(len(block.lines()) for block in blocks(stream, spoken(path), size=_BLOCK))


def _check_counts(counts: dict[str, int]) -> None:
    first, *others = counts.items()
    for other in others:
        if other[1] != first[1]:
            raise Refusal(
                f"{first[0]} has {first[1]} lines, {other[0]} has {other[1]}",
                mend="line n of each must be segment n; mtqa align pairs texts that differ",
            )
