"""Frames of pandas at the door: the same columns, aliases and refusals as the tables on disk."""

from collections.abc import Collection
from typing import TYPE_CHECKING

from ..refusal import Misuse, Refusal
from ..segment import LABELS, Batch, ReferenceKind
from .chunk import Chunk, batch_of_chunks
from .columns import NEEDS_PAIR, Keep, Layout, OnError
from .columns import stop as stop_at_first
from .rows import RowCollector

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["batch_of_frame", "chunk_of_frame", "frame_of_batch"]


def chunk_of_frame(
    frame: "pd.DataFrame",
    *,
    needs: Collection[str] = NEEDS_PAIR,
    on_error: OnError = stop_at_first,
    keep: Keep = (),
) -> Chunk:
    """The rows of a frame as one chunk, in order; ids are "1", "2" … where the frame has no `id`.

    `keep` names columns that are carried as texts, as for a table; a cell that holds nothing is empty.
    Refuses an empty frame, missing and doubled columns, and cells that hold nothing (None, NaN, pd.NA) or no text.
    """
    if not hasattr(frame, "columns"):
        kind = type(frame).__name__
        raise Misuse(
            f"a pandas frame is wanted, {kind} found", mend="make one with pandas.DataFrame or pandas.read_csv"
        )
    layout = Layout.of([str(name) for name in frame.columns], where="frame", needs=needs, keep=keep)
    if not len(frame):
        raise Refusal("no rows", where="frame", mend="give at least one segment")
    nothing: list[object] = [None] * len(frame)
    used = {*layout.used, *layout.kept}
    columns = [
        _cells(frame.iloc[:, position]) if position in used else nothing for position in range(len(layout.names))
    ]
    for position in set(layout.kept).difference(layout.used):
        columns[position] = ["" if cell is None else str(cell) for cell in columns[position]]
    collector = RowCollector("frame", "row", layout, on_error, blank_is_nothing=False)
    for number, cells in enumerate(zip(*columns, strict=True), start=1):
        collector.add(number, number, cells)
    return collector.take()


def batch_of_frame(
    frame: "pd.DataFrame", *, needs: Collection[str] = NEEDS_PAIR, kind: ReferenceKind | None = None
) -> Batch:
    """The rows of a frame as a batch, in order; `kind` None takes what the reference column is called."""
    return batch_of_chunks([chunk_of_frame(frame, needs=needs, keep="labels")], kind)


def frame_of_batch(batch: Batch) -> "pd.DataFrame":
    """One row a segment, in order, in the columns of the house; `references` is a list, a row without has an empty one.

    Where every segment has exactly one reference the column is `reference`, plain text.
    """
    import pandas as pd

    columns: dict[str, list[object]] = {
        "id": list(batch.id),
        "document": list(batch.document),
        "system": list(batch.system),
        "source": list(batch.source),
        "hypothesis": list(batch.hypothesis),
    }
    if all(len(references) == 1 for references in batch.references):
        columns["reference"] = [references[0] for references in batch.references]
    else:
        columns["references"] = [list(references) for references in batch.references]
    columns |= {name: list(batch.labels(name)) for name in LABELS if getattr(batch, name)}
    return pd.DataFrame(columns)


def _cells(column: "pd.Series[object]") -> list[object]:
    """The cells as Python objects; every way in which pandas says nothing is None, numpy numbers are plain ones."""
    import pandas as pd

    nothing = pd.isna(column).tolist()
    return [None if empty else _plain(value) for value, empty in zip(column.tolist(), nothing, strict=True)]


def _plain(value: object) -> object:
    return value.tolist() if hasattr(value, "tolist") else value
