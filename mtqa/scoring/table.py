"""Scores of systems as bytes: one row a system, with interval bounds beside each score."""

import csv
import io
import json

from ..refusal import unknown_name
from .systems import SystemScores, SystemTable

__all__ = ["system_table"]

SCHEMA = "mtqa.scores/1"
Cell = str | int | float | None


def system_table(table: SystemTable, form: str) -> bytes:
    """The table as `json` (with every signature), `jsonl`, `tsv`, `csv` or `parquet`.

    The flat forms have `system, segments`, and `<metric>, <metric>_low, <metric>_high` for each metric; bounds that
    cannot be given are empty (null).
    """
    if form == "json":
        return _json(table)
    rows = [_row(each) for each in table.systems]
    match form:
        case "jsonl":
            return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()
        case "tsv":
            lines = [list(rows[0]), *([_plain(value) for value in row.values()] for row in rows)]
            return "".join("\t".join(line) + "\n" for line in lines).encode()
        case "csv":
            text = io.StringIO()
            out = csv.writer(text, lineterminator="\n")
            out.writerow(rows[0])
            out.writerows([_text(value) for value in row.values()] for row in rows)
            return text.getvalue().encode()
        case "parquet":
            return _parquet(table, rows)
    raise unknown_name("form", form, ("tsv", "jsonl", "csv", "parquet", "json"))


def _json(table: SystemTable) -> bytes:
    systems = []
    for each in table.systems:
        scores = {
            score.metric.name: {
                "score": score.value,
                "interval": list(score.interval) if score.interval else None,
                "confidence": score.confidence,
                "signature": str(score.signature),
            }
            for score in each.scores
        }
        systems.append({"system": each.system, "segments": each.segments, **scores})
    signatures = {name: str(signature) for name, signature in table.signatures.items()}
    record = {"schema": SCHEMA, "systems": systems, "signature": signatures}
    return (json.dumps(record, ensure_ascii=False, indent=1) + "\n").encode()


def _row(each: SystemScores) -> dict[str, Cell]:
    row: dict[str, Cell] = {"system": each.system, "segments": each.segments}
    for score in each.scores:
        low, high = score.interval or (None, None)
        row |= {score.metric.name: score.value, f"{score.metric.name}_low": low, f"{score.metric.name}_high": high}
    return row


def _text(value: Cell) -> str:
    return "" if value is None else repr(value) if isinstance(value, float) else str(value)


def _plain(value: Cell) -> str:
    """A cell of TSV; a system's name with a tab or line end in it has them as spaces."""
    return _text(value).replace("\t", " ").replace("\n", " ")


def _parquet(table: SystemTable, rows: list[dict[str, Cell]]) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    signatures = {name: str(signature) for name, signature in table.signatures.items()}
    metadata = {"mtqa.schema": SCHEMA, "mtqa.signature": json.dumps(signatures, ensure_ascii=False)}
    types = {"system": pa.string(), "segments": pa.int64()}
    schema = pa.schema([(name, types.get(name, pa.float64())) for name in rows[0]], metadata=metadata)
    sink = pa.BufferOutputStream()
    pq.write_table(pa.Table.from_pylist(rows, schema=schema), sink)
    return bytes(sink.getvalue())
