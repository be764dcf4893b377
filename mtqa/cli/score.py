"""Segment scores in input order, or one row a system: `mtqa score`."""

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from .clusters import Address, ClusterName, Resume
from .models import Encoder, Engine, ModelName, Online, OverLong, Precision, Revision
from .models import shown as shown_share
from .tables import Columns, names_in, say

if TYPE_CHECKING:
    from ..cluster import Cluster
    from ..formats import Chunk
    from ..formats.columns import Keep, OnError
    from ..metric import Metric, Signature
    from ..refusal import Refusal
    from ..scoring import Model, Task

__all__ = ["command"]

STDOUT = "-"
_MANY = 2_000  # rows at which the slow engine is worth a word
_SHOWN = 20  # remarks of a kind; the rest is counted
Form = Literal["tsv", "jsonl", "csv", "parquet", "json"]

_Table = Annotated[str | None, typer.Argument(metavar="[TABLE]", help="TSV, CSV, JSONL, Parquet; - is stdin.")]
_Metrics = Annotated[
    str | None,
    typer.Option(
        "-m", "--metrics", help="Comma-separated: ter,bleu:tokenize=zh; see 'mtqa metrics'. [default: chrf++,ter]"
    ),
]
_Form = Annotated[
    Form | None, typer.Option("-f", "--format", help="Form of the output. [default: by the suffix of -o, else tsv]")
]
_OnError = Annotated[
    Literal["stop", "skip"], typer.Option(help="A row that cannot be scored stops the run, or is left out and said.")
]
_MultiReference = Annotated[
    Literal["own", "mean"], typer.Option(help="Of several references the metric's own way, or the mean over them.")
]
_Hypothesis = Annotated[str | None, typer.Option(help="Parallel texts instead of a table: the hypotheses.")]
_References = Annotated[list[str] | None, typer.Option(help="Parallel texts: references; may be repeated.")]


def command(
    table: _Table = None,
    metrics: _Metrics = None,
    system_level: Annotated[bool, typer.Option("--system-level", help="One row a system, with intervals.")] = False,
    form: _Form = None,
    output: Annotated[str, typer.Option("-o", "--output", help="A file, written whole; - is stdout.")] = STDOUT,
    resume: Resume = False,
    threads: Annotated[int | None, typer.Option(min=1, help="[default: one a core]")] = None,
    on_error: _OnError = "stop",
    columns: Columns = None,
    keep: Annotated[str | None, typer.Option(help="Columns carried to the output as they are: a,b or all.")] = None,
    hypothesis: _Hypothesis = None,
    reference: _References = None,
    source: Annotated[str | None, typer.Option(help="Parallel texts: the source.")] = None,
    model: ModelName = None,
    encoder: Encoder = None,
    revision: Revision = None,
    online: Online = False,
    precision: Precision = "fp32",
    over_long: OverLong = "refuse",
    engine: Engine = None,
    cluster: ClusterName = "local",
    address: Address = None,
    multi_reference: _MultiReference = "own",
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="No signatures and no progress on stderr.")] = False,
) -> None:
    """Score every segment of a table, in its order, or every system.

    stdout has the scores, in full precision; stderr has the signature of each metric. Defaults for segments are
    chrF2++ and TER; BLEU is meant for whole systems. comet, cometkiwi and xcomet read the source, with a model.
    """
    from ..cluster import open_cluster
    from ..formats.columns import stop
    from ..metric import find_metrics
    from ..scoring import DEFAULT_METRICS, Model, neural

    chosen = find_metrics(metrics if metrics is not None else ",".join(DEFAULT_METRICS))
    wanted = form or _form_of(output)
    inputs = [each for each in (table, hypothesis, source, *(reference or ())) if each is not None and each != STDOUT]
    _check_call(output, wanted, inputs, resume=resume, system_level=system_level)
    skipped = _Remarks("skipped: ", "row{s} skipped")
    bad_row = stop if on_error == "stop" else skipped.add
    kept = _kept(keep, table, system_level=system_level)
    chunks = _chunks(table, columns, hypothesis, reference or [], source, chosen, bad_row, kept)
    mean = _mean(multi_reference, system_level=system_level)
    given = Model(model, encoder, revision, online, precision, over_long, engine=engine)
    with (
        open_cluster(cluster, threads=_threads(threads, chosen), address=address, models=neural(chosen)) as place,
        _task(chosen, wanted, given, place, bad_row, kept, mean, quiet=quiet) as task,
    ):
        if system_level:
            signatures = _systems(chunks, task, output)
        else:
            signatures = _segments(chunks, task, output, resume=resume)
    skipped.tell()
    if not quiet:
        for signature in signatures.values():
            print(signature, file=sys.stderr)


def _mean(way: str, *, system_level: bool) -> bool:
    """Whether several references give the mean over them; refused where a row is a system."""
    from ..refusal import Misuse

    if way == "mean" and system_level:
        raise Misuse("the mean over references is of segments", mend="leave --system-level out")
    return way == "mean"


def _kept(asked: str | None, table: str | None, *, system_level: bool) -> "Keep":
    """The columns to keep; refuses them where a row is a system, or the input is no table."""
    from ..refusal import Misuse

    if asked is None:
        return ()
    if system_level:
        raise Misuse("--keep carries columns of segments", mend="leave --system-level out")
    if table is None:
        raise Misuse("--keep is for tables", mend="paste the texts together: mtqa score - --columns src,mt,ref")
    if asked.strip() == "all":
        return "all"
    return tuple(dict.fromkeys(name.strip() for name in asked.split(",") if name.strip()))


def _threads(asked: int | None, metrics: "tuple[Metric, ...]") -> int:
    """As many as were asked for, else one a core; one where a model scores, which has its own."""
    from ..scoring import neural, usual_threads

    return asked if asked is not None and not neural(metrics) else usual_threads(metrics)


@contextmanager
def _task(
    metrics: "tuple[Metric, ...]",
    form: Form,
    model: "Model",
    cluster: "Cluster",
    bad_row: "OnError",
    keep: "Keep",
    mean: bool,
    *,
    quiet: bool,
) -> "Iterator[Task]":
    """What is done with every segment, with the models of the metrics open and the progress shown."""
    from ..scoring import FORMS, Task, opened, quick

    notices = _Remarks("", "notice{s} on the texts")

    def progress(label: str) -> Callable[[float], None] | None:
        return None if quiet else shown_share(label)

    with (
        opened(metrics, model, say=notices.add, progress=progress) as models,
        _progress(quiet=quiet or bool(models.scorers)) as shown,  # a model has its own line
    ):
        yield Task(
            metrics,
            FORMS[form],
            cluster,
            on_error=bad_row,
            tick=shown if quick(metrics) else _warning(shown, metrics),
            keep=keep,
            mean=mean,
            models=models,
        )
    notices.tell()


def _segments(chunks: "Iterator[Chunk]", task: "Task", output: str, *, resume: bool) -> "Mapping[str, Signature]":
    from ..scoring import segments_to_file, segments_to_stream

    if output == STDOUT:
        return segments_to_stream(chunks, task, sys.stdout.buffer)
    return segments_to_file(chunks, task, output, resume=resume)


def _systems(chunks: "Iterator[Chunk]", task: "Task", output: str) -> "Mapping[str, Signature]":
    from ..formats import writer
    from ..scoring import scorable, score_systems, system_table

    ticking = _ticking(scorable(chunks, task.metrics, task.on_error), task.tick)
    made = score_systems(ticking, task.metrics, cluster=task.cluster, models=task.models)
    with writer(output) as stream:
        stream.write(system_table(made, task.form.name))
    return made.signatures


class _Remarks:
    """Remarks on rows: the first ones are spoken, all are counted."""

    def __init__(self, before: str, counted: str) -> None:
        self.count = 0
        self._before, self._counted = before, counted

    def add(self, remark: "Refusal | str") -> None:
        self.count += 1
        if self.count <= _SHOWN:
            say(f"{self._before}{remark}")

    def tell(self) -> None:
        """Says how many there were; of remarks that count nothing, only if some were not spoken."""
        if self.count if self._before else self.count > _SHOWN:
            say(f"{self.count} {self._counted.format(s='s' if self.count != 1 else '')}")


def _form_of(output: str) -> Form:
    """The form that the suffix of the output names; TSV where it names none."""
    names: dict[str, Form] = {
        ".jsonl": "jsonl",
        ".ndjson": "jsonl",
        ".json": "json",
        ".csv": "csv",
        ".parquet": "parquet",
        ".pq": "parquet",
    }
    return names.get(Path(output).suffix.lower(), "tsv")


def _check_call(output: str, form: Form, inputs: list[str], *, resume: bool, system_level: bool) -> None:
    from ..formats import check_writable
    from ..refusal import Misuse

    if output != STDOUT:
        check_writable(output, inputs=inputs)
    if resume and (output == STDOUT or system_level):
        raise Misuse("--resume goes on with a file of segment scores", mend="name the file with -o")
    if output.endswith(".gz"):
        raise Misuse("scores are written uncompressed", where=output, mend="-o - | gzip")
    if form == "parquet" and output == STDOUT:
        raise Misuse("Parquet is no stream", mend="name a file with -o")


def _chunks(
    table: str | None,
    columns: str | None,
    hypothesis: str | None,
    references: list[str],
    source: str | None,
    metrics: "tuple[Metric, ...]",
    bad_row: "OnError",
    keep: "Keep",
) -> "Iterator[Chunk]":
    """The input, however it was given; refuses a call that names none, two, or half of one."""
    from ..formats import read_chunks, read_parallel
    from ..refusal import Misuse
    from ..scoring import columns_needed, usual_chunk

    needs, chunk = columns_needed(metrics), usual_chunk(metrics)
    if hypothesis is None and not references and source is None:
        if table is None:
            raise Misuse("nothing to score", mend="name a table, or --hypothesis and --reference texts")
        names = names_in(columns)
        return read_chunks(table, columns=names, needs=needs, chunk=chunk, on_error=bad_row, say=say, keep=keep)
    if table is not None:
        raise Misuse("a table and parallel texts", mend="give one or the other")
    if hypothesis is None or ("reference" in needs and not references):
        raise Misuse("parallel texts are --hypothesis and at least one --reference")
    if "source" in needs and source is None:
        raise Misuse("a neural metric reads the source", mend="name it with --source")
    if columns:
        raise Misuse("--columns is for tables without a header")
    return read_parallel(hypothesis, references, source, chunk=chunk, on_error=bad_row, say=say)


def _ticking(chunks: "Iterator[Chunk]", tick: Callable[[int], None]) -> "Iterator[Chunk]":
    for chunk in chunks:
        yield chunk
        tick(len(chunk))


def _warning(tick: Callable[[int], None], metrics: "tuple[Metric, ...]") -> Callable[[int], None]:
    """The same, with a word once it is clear that the slow engine has much to do."""
    from ..engines import slowed

    rows = 0

    def warned(more: int) -> None:
        nonlocal rows
        if rows < _MANY <= rows + more:
            say(f"{slowed(metrics)}")
        rows += more
        tick(more)

    return warned


@contextmanager
def _progress(*, quiet: bool) -> Iterator[Callable[[int], None]]:
    """What counts rows: a line on stderr where that is a terminal, nothing elsewhere."""
    if quiet or not sys.stderr.isatty():
        yield lambda rows: None
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    shown = (SpinnerColumn(), TextColumn("{task.completed:,.0f} segments scored"), TimeElapsedColumn())
    with Progress(*shown, console=Console(stderr=True), transient=True) as progress:
        scoring = progress.add_task("score", total=None)
        yield lambda rows: progress.advance(scoring, rows)
