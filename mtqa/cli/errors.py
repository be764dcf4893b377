"""Typed error spans of a table: `mtqa errors`."""

import json
import sys
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from .models import Encoder, ModelName, Online, OverLong, Precision, Revision, shown

if TYPE_CHECKING:
    from ..metric import Metric
    from ..mqm import ErrorSpan
    from ..segment import Batch

__all__ = ["command"]

Form = Literal["jsonl", "tsv", "json"]
_NEEDS_MARKED = frozenset({"hypothesis", "source"})  # what a model reads; references where there are any


def command(
    table: Annotated[str, typer.Argument(help="TSV, CSV, JSONL, Parquet; - is stdin.")],
    kind: Annotated[
        Literal["auto", "correction", "independent"],
        typer.Option(help="What the references are; auto measures it, document by document."),
    ] = "auto",
    form: Annotated[Form, typer.Option("-f", "--format", help="Form of the output.")] = "jsonl",
    output: Annotated[str, typer.Option("-o", "--output", help="A file, written whole; - is stdout.")] = "-",
    language: Annotated[str, typer.Option(help="Code of the hypotheses' language; auto detects it.")] = "auto",
    least: Annotated[
        float | None,
        typer.Option(
            min=0, max=1, help="Against independent references: leave out differences less likely an error than this."
        ),
    ] = None,
    columns: Annotated[str | None, typer.Option(help="Columns of a table without a header: src,mt,ref.")] = None,
    metrics: Annotated[
        str | None, typer.Option("-m", "--metrics", help="xcomet: what its model marks joins what the rules found.")
    ] = None,
    model: ModelName = None,
    encoder: Encoder = None,
    revision: Revision = None,
    online: Online = False,
    precision: Precision = "fp32",
    over_long: OverLong = "refuse",
) -> None:
    """Name the errors of a table: typed spans with correction, category, severity, evidence and explanation.

    Against an independent reference the spans are differences, not errors; `reference_kind` says so on each, their
    confidence is the probability that a person would mark them, and the unlikely ones are left out (--least 0: none).
    """
    from ..formats import check_writable, read_batches, writer
    from ..formats.columns import NEEDS_PAIR
    from ..rules import LIKELY, errors_of
    from ..scoring import Model, opened

    if output != "-":
        check_writable(output, inputs=[table])
    named = [name.strip() for name in columns.split(",")] if columns else None
    heard = _Heard()
    given = Model(model, encoder, revision, online, precision, over_long)
    with opened(_marking(metrics), given, say=_say, progress=shown) as models:
        spans = errors_of(
            read_batches(table, columns=named, needs=_NEEDS_MARKED if models.scorers else NEEDS_PAIR),
            kind=kind,
            language=language,
            least=LIKELY if least is None else least,
            heed=heard.heed,
            mark=models.marks if models.scorers else None,
        )
        first = list(islice(spans, 1))  # what is refused from the start is refused before anything is written
        with writer(output) as stream:
            for line in _WRITERS[form](chain(first, spans)):
                stream.write(line.encode("utf-8"))
    heard.tell(least=LIKELY if least is None else least, marked=metrics is not None)


def _marking(names: str | None) -> "tuple[Metric, ...]":
    """The metrics of these names; refuses one that marks no errors."""
    from ..metric import find_metrics
    from ..refusal import Misuse

    found = find_metrics(names) if names is not None else ()
    for metric in found:
        if metric.key != "xcomet":
            raise Misuse(f"{metric.name} marks no errors", mend="-m xcomet does; scores are 'mtqa score'")
    return found


def _say(message: str) -> None:
    print(f"mtqa: {message}", file=sys.stderr)


class _Heard:
    """What the spans alone do not say: how many segments had no reference, and how many an independent one."""

    def __init__(self) -> None:
        self.segments = self.without = self.independent = 0

    def heed(self, document: "Batch") -> None:
        paired = len(document.paired)
        self.segments += len(document)
        self.without += len(document) - paired
        if document.reference_kind == "independent":
            self.independent += paired

    def tell(self, *, least: float, marked: bool) -> None:
        if self.without:
            done = "only the model reads them" if marked else "passed over"
            _say(f"{self.without} of {self.segments} segments have no reference: {done}")
        if self.independent:
            left_out = f", those less likely an error than {least:g} left out (--least 0: none)" if least else ""
            print(
                f"mtqa: {self.independent} of {self.segments} segments have an independent reference: "
                f"their spans are differences, not errors{left_out}; --kind correction if it is the corrected text",
                file=sys.stderr,
            )


def _jsonl(spans: "Iterable[ErrorSpan]") -> Iterator[str]:
    for span in spans:
        yield json.dumps(span.record(), ensure_ascii=False) + "\n"


def _json(spans: "Iterable[ErrorSpan]") -> Iterator[str]:
    yield '{"schema": "mtqa.errors/1", "errors": ['
    for number, span in enumerate(spans):
        yield (",\n" if number else "\n") + json.dumps(span.record(), ensure_ascii=False)
    yield "\n]}\n"


def _tsv(spans: "Iterable[ErrorSpan]") -> Iterator[str]:
    """Tab-separated with a header; tabs, line ends and backslashes in texts are written as \\t, \\n, \\r and \\\\."""
    from ..mqm import ERROR_COLUMNS

    yield "\t".join(ERROR_COLUMNS) + "\n"
    for span in spans:
        record = span.record()
        cells = ["; ".join(v) if isinstance(v := record[name], list) else str(v) for name in ERROR_COLUMNS]
        yield "\t".join(cell.translate(_ESCAPES) for cell in cells) + "\n"


_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
_WRITERS = {"jsonl": _jsonl, "tsv": _tsv, "json": _json}
