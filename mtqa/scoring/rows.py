"""Scored segments as bytes: one row a segment, `id` (and `document`, `system` where the input has them), scores.

Floats are written with as many digits as make them themselves again. Text forms are the concatenation of what
`opening`, `encode` and `closing` give, so that a stream needs no more memory than a chunk.
"""

import csv
import io
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..formats import Chunk
from ..kernels.lines import decimals, quoted, woven
from ..kernels.texts import Texts
from ..metric import Metric, Signature
from ..refusal import Misuse
from .stream import ScoredChunk

__all__ = ["FORMS", "Form", "columns_of", "texts_of"]

SCHEMA = "mtqa.scores/1"
_quoted = json.JSONEncoder(ensure_ascii=False).encode


@dataclass(frozen=True, slots=True)
class Form:
    """A form of scored segments: what stands before the rows, the rows of a chunk, what stands after them.

    `encode` is told whether the chunk is the first. `finish` makes the whole of a file out of its parts; None: the
    parts one after another are the whole.
    """

    name: str
    opening: Callable[[Sequence[str]], bytes]
    encode: Callable[[ScoredChunk, Sequence[str], bool], bytes]
    closing: Callable[[Mapping[str, Signature]], bytes]
    finish: Callable[[Path, Path, Mapping[str, Signature]], None] | None = None


_NAMED = ("id", "document", "system")


def columns_of(chunk: Chunk, metrics: Sequence[Metric]) -> tuple[str, ...]:
    """The columns of the output: `id`, what the input has of `document` and `system`, what is kept, the metrics.

    Refuses to keep a column that is called like one of the others.
    """
    told = [name for name in _NAMED if getattr(chunk, name) is not None]
    names = (*told, *chunk.kept, *(metric.name for metric in metrics))
    if len(set(names)) < len(names):
        twice = next(name for name in chunk.kept if names.count(name) > 1)
        raise Misuse(f"the column {twice} of the input is one of the output too", mend="rename it, or do not keep it")
    return names


def texts_of(scored: ScoredChunk, columns: Sequence[str], *, json: bool = False) -> list[Texts]:
    """The columns of the output before the scores, in order: texts, or with `json` as JSON writes them."""
    found = []
    for name in columns[: len(columns) - len(scored.scores)]:
        kept = scored.chunk.kept.get(name)
        if kept is None:
            told = Texts.of(getattr(scored.chunk, name))
            found.append(quoted(told) if json else told)
        else:
            found.append(kept.as_json() if json else kept.as_text())
    return found


def _nothing_before(columns: Sequence[str]) -> bytes:
    return b""


def _nothing_after(signatures: Mapping[str, Signature]) -> bytes:
    return b""


def _tsv_opening(columns: Sequence[str]) -> bytes:
    return ("\t".join(columns) + "\n").encode()


def _tsv(scored: ScoredChunk, columns: Sequence[str], first: bool) -> bytes:
    texts = texts_of(scored, columns)
    for name, column in zip(columns[: len(texts)], texts, strict=True):
        content = bytes(column.content)
        if b"\t" in content or b"\n" in content:
            raise Misuse(f"a tab or line end in {name}: TSV cannot hold it", mend="use -f jsonl or -f csv")
    glue = ["", *["\t"] * (len(columns) - 1), "\n"]
    return woven([*texts, *map(decimals, scored.scores)], glue)


def _jsonl(scored: ScoredChunk, columns: Sequence[str], first: bool) -> bytes:
    return _objects(scored, columns, "{", "}\n")


def _json_opening(columns: Sequence[str]) -> bytes:
    return f'{{"schema": {_quoted(SCHEMA)}, "segments": ['.encode()


def _json(scored: ScoredChunk, columns: Sequence[str], first: bool) -> bytes:
    objects = _objects(scored, columns, ",\n{", "}")
    return objects[1:] if first else objects


def _json_closing(signatures: Mapping[str, Signature]) -> bytes:
    made = {name: str(signature) for name, signature in signatures.items()}
    return f'\n], "signature": {json.dumps(made, ensure_ascii=False)}}}\n'.encode()


def _objects(scored: ScoredChunk, columns: Sequence[str], before: str, after: str) -> bytes:
    """An object a row."""
    keys = [f"{_quoted(name)}: " for name in columns]
    glue = [before + keys[0], *(", " + key for key in keys[1:]), after]
    return woven([*texts_of(scored, columns, json=True), *map(decimals, scored.scores)], glue)


def _csv_opening(columns: Sequence[str]) -> bytes:
    return _csv_lines([columns])


def _csv(scored: ScoredChunk, columns: Sequence[str], first: bool) -> bytes:
    numbers = [[repr(value) for value in scores.tolist()] for scores in scored.scores]
    return _csv_lines(zip(*texts_of(scored, columns), *numbers, strict=True))


def _csv_lines(rows: Iterable[Sequence[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode()


def _parquet(scored: ScoredChunk, columns: Sequence[str], first: bool) -> bytes:
    """The rows as a stream of Arrow's own format, one a chunk: what was written stays readable when a run is killed."""
    import pyarrow as pa

    texts = [column.__arrow_array__(pa.string()) for column in texts_of(scored, columns)]
    scores = [pa.Array.from_buffers(pa.float64(), len(each), [None, pa.py_buffer(each)]) for each in scored.scores]
    batch = pa.record_batch([*texts, *scores], names=list(columns))
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batch.schema) as out:
        out.write_batch(batch)
    return bytes(sink.getvalue())


def _parquet_file(parts: Path, target: Path, signatures: Mapping[str, Signature]) -> None:
    """Writes the Parquet file `target` from the parts, a row group a chunk; the signatures are in its metadata."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    made = json.dumps({name: str(signature) for name, signature in signatures.items()}, ensure_ascii=False)
    size = parts.stat().st_size
    with pa.OSFile(str(parts)) as source:
        file: Any = None
        while source.tell() < size:
            part = pa.ipc.open_stream(source).read_all()
            if file is None:
                schema = part.schema.with_metadata({"mtqa.schema": SCHEMA, "mtqa.signature": made})
                file = pq.ParquetWriter(target, schema, compression="zstd")
            file.write_table(part.cast(schema))
        file.close()


FORMS: Mapping[str, Form] = {
    form.name: form
    for form in (
        Form("tsv", _tsv_opening, _tsv, _nothing_after),
        Form("jsonl", _nothing_before, _jsonl, _nothing_after),
        Form("csv", _csv_opening, _csv, _nothing_after),
        Form("parquet", _nothing_before, _parquet, _nothing_after, finish=_parquet_file),
        Form("json", _json_opening, _json, _json_closing),
    )
}
