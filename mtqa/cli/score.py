"""Segment scores in input order, or one row a system: `mtqa score`."""

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

if TYPE_CHECKING:
    from ..formats import Chunk
    from ..formats.columns import OnError
    from ..metric import Metric, Signature
    from ..refusal import Refusal

__all__ = ["command"]

STDOUT = "-"
_MANY = 2_000  # rows at which the slow engine is worth a word
_SHOWN = 20  # refusals of skipped rows; the rest is counted
Form = Literal["tsv", "jsonl", "csv", "parquet", "json"]


def command(
    table: Annotated[
        str | None, typer.Argument(metavar="[TABLE]", help="TSV, CSV, JSONL, Parquet; - is stdin.")
    ] = None,
    metrics: Annotated[
        str | None,
        typer.Option("-m", "--metrics", help="Comma-separated: bleu, chrf, chrf++, ter. [default: chrf++,ter]"),
    ] = None,
    system_level: Annotated[bool, typer.Option("--system-level", help="One row a system, with intervals.")] = False,
    form: Annotated[
        Form | None, typer.Option("-f", "--format", help="Form of the output. [default: by the suffix of -o, else tsv]")
    ] = None,
    output: Annotated[str, typer.Option("-o", "--output", help="A file, written whole; - is stdout.")] = STDOUT,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with a run that was killed.")] = False,
    threads: Annotated[int | None, typer.Option(min=1, help="[default: one a core]")] = None,
    on_error: Annotated[
        Literal["stop", "skip"],
        typer.Option(help="A row that cannot be scored stops the run, or is left out and said."),
    ] = "stop",
    columns: Annotated[str | None, typer.Option(help="Columns of a table without a header: src,mt,ref.")] = None,
    hypothesis: Annotated[str | None, typer.Option(help="Parallel texts instead of a table: the hypotheses.")] = None,
    reference: Annotated[list[str] | None, typer.Option(help="Parallel texts: references; may be repeated.")] = None,
    source: Annotated[str | None, typer.Option(help="Parallel texts: the source.")] = None,
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="No signatures and no progress on stderr.")] = False,
) -> None:
    """Score every segment of a table, in its order, or every system.

    stdout has the scores, in full precision; stderr has the signature of each metric. Defaults for segments are
    chrF2++ and TER; BLEU is meant for whole systems.
    """
    from ..formats import check_writable
    from ..formats.columns import stop
    from ..metric import find_metrics
    from ..scoring import DEFAULT_METRICS, quick, usual_chunk

    chosen = find_metrics(metrics if metrics is not None else ",".join(DEFAULT_METRICS))
    wanted = form or _form_of(output)
    if output != STDOUT:
        check_writable(output)
    _check_call(output, wanted, resume=resume, system_level=system_level)
    skipped = _Skipped()
    bad_row = stop if on_error == "stop" else skipped.add
    chunks = _chunks(table, columns, hypothesis, reference or [], source, bad_row, usual_chunk(chosen))
    with _progress(quiet=quiet) as shown:
        tick = shown if quick(chosen) else _warning(shown)
        if system_level:
            signatures = _systems(chunks, chosen, wanted, output, threads, bad_row, tick)
        else:
            signatures = _segments(chunks, chosen, wanted, output, threads, bad_row, tick, resume=resume)
    skipped.tell()
    if not quiet:
        for signature in signatures.values():
            print(signature, file=sys.stderr)


def _segments(
    chunks: "Iterator[Chunk]",
    metrics: "tuple[Metric, ...]",
    form: Form,
    output: str,
    threads: int | None,
    bad_row: "OnError",
    tick: Callable[[int], None],
    *,
    resume: bool,
) -> "Mapping[str, Signature]":
    from ..scoring import FORMS, Task, segments_to_file, segments_to_stream, usual_threads

    task = Task(metrics, FORMS[form], threads=threads or usual_threads(metrics), on_error=bad_row, tick=tick)
    if output == STDOUT:
        return segments_to_stream(chunks, task, sys.stdout.buffer)
    return segments_to_file(chunks, task, output, resume=resume)


def _systems(
    chunks: "Iterator[Chunk]",
    metrics: "tuple[Metric, ...]",
    form: Form,
    output: str,
    threads: int | None,
    bad_row: "OnError",
    tick: Callable[[int], None],
) -> "Mapping[str, Signature]":
    from ..formats import writer
    from ..scoring import paired, score_systems, system_table, usual_threads

    ticking = _ticking(paired(chunks, bad_row), tick)
    made = score_systems(ticking, metrics, threads=threads or usual_threads(metrics))
    with writer(output) as stream:
        stream.write(system_table(made, form))
    return made.signatures


class _Skipped:
    """Rows that were left out: the first ones are named, all are counted."""

    def __init__(self) -> None:
        self.count = 0

    def add(self, refusal: "Refusal") -> None:
        self.count += 1
        if self.count <= _SHOWN:
            print(f"mtqa: skipped: {refusal}", file=sys.stderr)

    def tell(self) -> None:
        if self.count:
            print(f"mtqa: {self.count} row{'s' if self.count != 1 else ''} skipped", file=sys.stderr)


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


def _check_call(output: str, form: Form, *, resume: bool, system_level: bool) -> None:
    from ..refusal import Misuse

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
    bad_row: "OnError",
    chunk: int,
) -> "Iterator[Chunk]":
    """The input, however it was given; refuses a call that names none, two, or half of one."""
    from ..formats import read_chunks, read_parallel
    from ..refusal import Misuse

    if hypothesis is None and not references and source is None:
        if table is None:
            raise Misuse("nothing to score", mend="name a table, or --hypothesis and --reference texts")
        names = [name.strip() for name in columns.split(",")] if columns else None
        return read_chunks(table, columns=names, chunk=chunk, on_error=bad_row, say=_say)
    if table is not None:
        raise Misuse("a table and parallel texts", mend="give one or the other")
    if hypothesis is None or not references:
        raise Misuse("parallel texts are --hypothesis and at least one --reference")
    if columns:
        raise Misuse("--columns is for tables without a header")
    return read_parallel(hypothesis, references, source, chunk=chunk, on_error=bad_row, say=_say)


def _say(message: str) -> None:
    print(f"mtqa: {message}", file=sys.stderr)


def _ticking(chunks: "Iterator[Chunk]", tick: Callable[[int], None]) -> "Iterator[Chunk]":
    for chunk in chunks:
        yield chunk
        tick(len(chunk))


def _warning(tick: Callable[[int], None]) -> Callable[[int], None]:
    """The same, with a word once it is clear that the slow engine has much to do."""
    rows = 0

    def warned(more: int) -> None:
        nonlocal rows
        if rows < _MANY <= rows + more:
            _say("the native engine is missing here, sacrebleu serves, about 100 times slower; see 'mtqa doctor'")
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
