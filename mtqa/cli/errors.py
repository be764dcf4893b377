"""Typed error spans of a table: `mtqa errors`."""

import sys
from collections.abc import Iterator
from itertools import chain
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from .clusters import Address, CacheFolder, ClusterName, ProcessCount, Resume, absolute, processes
from .models import Encoder, ModelName, Online, OverLong, Precision, Revision, shown
from .severities import SeverityFile, opened_severities
from .tables import Columns, names_in, say
from .terms import TermbaseFile, opened_termbase

if TYPE_CHECKING:
    from ..formats import Chunk
    from ..metric import Metric
    from ..rules.stream import Document
    from ..segment import Batch

__all__ = ["command"]

Form = Literal["jsonl", "tsv", "json"]
Kind = Annotated[
    Literal["auto", "correction", "independent"],
    typer.Option(help="What the references are; auto measures it, document by document."),
]
Least = Annotated[
    float | None,
    typer.Option(
        min=0, max=1, help="Against independent references: leave out differences less likely an error than this."
    ),
]
_Marker = Annotated[
    str | None, typer.Option("-m", "--metrics", help="xcomet: what its model marks joins what the rules found.")
]
_Table = Annotated[str | None, typer.Argument(metavar="[TABLE]", help="TSV, CSV, JSONL, Parquet; - is stdin.")]
_Hypothesis = Annotated[str | None, typer.Option(help="Parallel texts instead of a table: the hypotheses.")]
_References = Annotated[list[str] | None, typer.Option(help="Parallel texts: references; may be repeated.")]
_CHUNK = 8_192  # lines of parallel texts that are read at a time
_NEEDS_MARKED = frozenset({"hypothesis", "source"})  # what a model reads; references where there are any


def command(
    table: _Table = None,
    kind: Kind = "auto",
    form: Annotated[Form, typer.Option("-f", "--format", help="Form of the output.")] = "jsonl",
    output: Annotated[str, typer.Option("-o", "--output", help="A file, written whole; - is stdout.")] = "-",
    language: Annotated[str, typer.Option(help="Code of the hypotheses' language; auto detects it.")] = "auto",
    least: Least = None,
    columns: Columns = None,
    hypothesis: _Hypothesis = None,
    reference: _References = None,
    source: Annotated[str | None, typer.Option(help="Parallel texts: the source.")] = None,
    termbase: TermbaseFile = None,
    severity: SeverityFile = None,
    metrics: _Marker = None,
    model: ModelName = None,
    encoder: Encoder = None,
    revision: Revision = None,
    online: Online = False,
    precision: Precision = "fp32",
    over_long: OverLong = "refuse",
    resume: Resume = False,
    cluster: ClusterName = "local",
    count: ProcessCount = None,
    address: Address = None,
    cache: CacheFolder = None,
) -> None:
    """Name the errors of a table: typed spans with correction, category, severity, evidence and explanation.

    A source is held against the hypothesis, too; segments without a reference are looked at by checks that need none.
    Against an independent reference the spans are differences, not errors; `reference_kind` says so on each, their
    confidence is the probability that a person would mark them, and the unlikely ones are left out (--least 0: none).
    """
    from ..cluster import open_cluster
    from ..formats import check_writable
    from ..refusal import Misuse
    from ..rules import LIKELY
    from ..rules.rows import ErrorTask, errors_to_file, errors_to_stream
    from ..rules.stream import Diagnosing
    from ..scoring import Model, opened

    if output != "-":
        check_writable(output, inputs=[each for each in (table, hypothesis, source, *(reference or ())) if each])
    elif resume:
        raise Misuse("--resume goes on with a file", mend="name the file with -o")
    heard, asked = _Heard(), Model(model, encoder, revision, online, precision, over_long)
    likely = LIKELY if least is None else least
    with (
        opened(_marking(metrics), asked, say=say, progress=shown) as models,
        open_cluster(cluster, processes=processes(count), address=address, models=bool(models.scorers)) as place,
    ):
        marker = models if models.scorers else None
        batches, alone = _rows(_chunks(table, columns, hypothesis, reference or [], source, _needs(kind, marker)), kind)
        terms = opened_termbase(termbase)
        work = Diagnosing(kind, language, likely, marker, absolute(cache), terms, alone, opened_severities(severity))
        task = ErrorTask(work, form, place, models.identities(), heard.heed, say)
        if output == "-":
            errors_to_stream(batches, task, sys.stdout.buffer)
        else:
            errors_to_file(batches, task, output, resume=resume)
    heard.tell(least=likely, marked=metrics is not None)


def _needs(kind: str, marker: object) -> frozenset[str]:
    """The columns without which nothing can be found; who says the kind of the references has some."""
    from ..formats import NEEDS_HYPOTHESIS, NEEDS_PAIR

    return _NEEDS_MARKED if marker else NEEDS_HYPOTHESIS if kind == "auto" else NEEDS_PAIR


def _chunks(
    table: str | None,
    columns: str | None,
    hypothesis: str | None,
    references: list[str],
    source: str | None,
    needs: frozenset[str],
) -> "Iterator[Chunk]":
    """The input, a table or parallel texts; refuses a call that names none, both, or half of one."""
    from ..formats import read_chunks, read_parallel
    from ..formats.columns import stop
    from ..refusal import Misuse

    if hypothesis is None and not references and source is None:
        if table is None:
            raise Misuse("nothing to look at", mend="name a table, or --hypothesis and --reference texts")
        return read_chunks(table, columns=names_in(columns), needs=needs)
    if table is not None:
        raise Misuse("a table and parallel texts", mend="give one or the other")
    if hypothesis is None or ("reference" in needs and not references) or ("source" in needs and source is None):
        raise Misuse("parallel texts are --hypothesis with --reference, --source or both")
    if columns:
        raise Misuse("--columns is for tables without a header")
    return read_parallel(hypothesis, references, source, chunk=_CHUNK, on_error=stop, say=say)


def _rows(chunks: "Iterator[Chunk]", kind: str) -> "tuple[Iterator[Batch], bool]":
    """The rows in batches, and whether they are of an input without any place for references."""
    from ..formats.chunk import batch_of_chunks

    first = next(chunks)
    alone = kind == "auto" and first.kind == "none" and not any(first.references)
    return (batch_of_chunks([chunk]) for chunk in chain([first], chunks)), alone


def _marking(names: str | None) -> "tuple[Metric, ...]":
    """The metrics of these names; refuses one that marks no errors."""
    from ..metric import find_metrics
    from ..refusal import Misuse

    found = find_metrics(names) if names is not None else ()
    for metric in found:
        if metric.key != "xcomet":
            raise Misuse(f"{metric.name} marks no errors", mend="-m xcomet does; scores are 'mtqa score'")
    return found


_NAMED = 10  # segments that a line on stderr names


class _Heard:
    """What the spans alone do not say: which segments had no reference, an independent one, or hardly a correction."""

    def __init__(self) -> None:
        self.segments = self.without = self.independent = self.documents = self.doubted = 0
        self.unlike: list[str] = []

    def heed(self, document: "Document") -> None:
        self.segments += document.segments
        self.without += document.segments - document.paired
        self.documents += 1
        self.doubted += document.doubted
        self.unlike += document.unlike
        if document.kind == "independent":
            self.independent += document.paired

    def tell(self, *, least: float, marked: bool) -> None:
        if self.without:
            which = "the model and the checks that need none" if marked else "the checks that need none"
            say(f"{self.without} of {self.segments} segments have no reference: only {which} looked at them")
        if self.doubted:
            say(
                f"{self.doubted} of {self.documents} documents: what is called the correction reads like another "
                "translation; --kind independent if nobody edited this hypothesis"
            )
        if self.unlike:
            more = ", …" if len(self.unlike) > _NAMED else ""
            say(
                f"{len(self.unlike)} of {self.segments} segments have little in common with their correction: "
                f"{', '.join(self.unlike[:_NAMED])}{more}"
            )
        if self.independent:
            left_out = f", those less likely an error than {least:g} left out (--least 0: none)" if least else ""
            say(
                f"{self.independent} of {self.segments} segments have an independent reference: "
                f"their spans are differences, not errors{left_out}; --kind correction if it is the corrected text"
            )
