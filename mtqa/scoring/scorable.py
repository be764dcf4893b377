"""Which rows can be scored: what a metric reads must be there, row by row, before anything is computed."""

from collections.abc import Iterable, Iterator, Sequence

from ..formats import Chunk
from ..formats.columns import OnError, stop
from ..kernels.texts import References
from ..metric import Metric
from ..refusal import Refusal
from .columns import is_neural, reads_references

__all__ = ["columns_needed", "scorable"]

_MEND = "fill the cell, or leave such rows out with --on-error skip"


def columns_needed(metrics: Sequence[Metric]) -> frozenset[str]:
    """The columns that a table must have for these metrics, as the readers of tables call them."""
    columns = {"references": "reference"}
    return frozenset({"hypothesis", *(columns.get(name, name) for metric in metrics for name in metric.needs)})


def scorable(chunks: Iterable[Chunk], metrics: Sequence[Metric], on_error: OnError = stop) -> Iterator[Chunk]:
    """The chunks with the rows that every metric can score; no chunk is empty.

    Another row is refused by its place, or left out where `on_error` lets the run go on: one without a reference where
    a metric needs it; for neural metrics also one without a source or with an empty text, which would get a plausible
    number. A metric that reads references where there are any (XCOMET) takes rows with, or rows without, as the first
    row has it: the two are different scales.
    """
    models = [metric for metric in metrics if is_neural(metric)]
    needed = any("references" in metric.needs for metric in metrics)
    reading = [metric.name for metric in models if reads_references(metric)]
    either = reading[0] if reading and not needed else ""
    referenced: bool | None = None
    for chunk in chunks:
        faults = _without_reference(chunk) if needed else {}
        if models:
            faults |= _unreadable(chunk, models[0].name, reading, faults)
        if either:
            readable = [position for position in range(len(chunk)) if position not in faults]
            if referenced is None and readable:
                referenced = bool(chunk.references[readable[0]])
            what = "no reference, and rows before have one" if referenced else "a reference, and rows before have none"
            odd = [position for position in readable if bool(chunk.references[position]) is not referenced]
            faults |= dict.fromkeys(odd, f"{what}: {either} with and without are different scales")
        whole = _without(chunk, faults, on_error) if faults else chunk
        if len(whole):
            yield whole


def _without_reference(chunk: Chunk) -> dict[int, str]:
    """What is wrong with rows that have no reference, by position."""
    references = chunk.references
    if 0 not in references.counts if isinstance(references, References) else all(references):
        return {}
    what = "no reference, and without one there is no score"
    return {position: what for position, texts in enumerate(chunk.references) if not texts}


def _unreadable(chunk: Chunk, name: str, reading: Sequence[str], known: dict[int, str]) -> dict[int, str]:
    """What is wrong with rows that a model cannot read, by position; `reading` are the metrics that read references."""
    sources: Sequence[str | None] = chunk.source if chunk.source is not None else [None] * len(chunk)
    faults: dict[int, str] = {}
    for position, (hypothesis, source) in enumerate(zip(chunk.hypothesis, sources, strict=True)):
        if position in known:
            continue
        if not hypothesis.strip():
            faults[position] = f"the hypothesis is empty: {name} of nothing is no number"
        elif source is None or not source.strip():
            faults[position] = f"no source, and {name} reads it"
        elif reading and not all(text.strip() for text in chunk.references[position]):
            faults[position] = f"a reference is empty: {reading[0]} of nothing is no number"
    return faults


def _without(chunk: Chunk, faults: dict[int, str], on_error: OnError) -> Chunk:
    for position in sorted(faults):
        on_error(Refusal(faults[position], where=chunk.where(position), mend=_MEND))
    return chunk.take([position for position in range(len(chunk)) if position not in faults])
