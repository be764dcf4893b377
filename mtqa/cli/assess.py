"""`mtqa assess`: the main job in the shell."""

import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from .clusters import Address, CacheFolder, ClusterName, ProcessCount, absolute, processes
from .models import Encoder, ModelName, Online, OverLong, Precision, Revision, shown
from .severities import ProfileName, SeverityFile, opened_severities
from .terms import TermbaseFile, opened_termbase

__all__ = ["command"]


_Hypothesis = Annotated[
    str, typer.Argument(metavar="HYP", help="The delivery: a raw document, a table, or a CAT file.")
]
_Reference = Annotated[
    str | None,
    typer.Argument(metavar="[REF]", help="Its reference: a raw document; of a CAT file the same file reviewed."),
]
_Kind = Annotated[
    Literal["auto", "correction", "independent"],
    typer.Option(help="What the reference is; only against a correction is an edit an error."),
]
_Sentences = Annotated[
    bool | None,
    typer.Option(
        "--sentences/--lines",
        help="What of raw documents is aligned. [default: sentences where lines of one side are several of the other]",
    ),
]


def command(
    hypothesis: _Hypothesis,
    reference: _Reference = None,
    source: Annotated[str | None, typer.Option(help="Source document; aligned unless of as many lines as HYP.")] = None,
    sentences: _Sentences = None,
    kind: _Kind = "auto",
    metrics: Annotated[str | None, typer.Option("-m", "--metrics", help="Comma-separated; see 'mtqa metrics'.")] = None,
    profile: ProfileName = "mqm-core",
    severity: SeverityFile = None,
    model: ModelName = None,
    encoder: Encoder = None,
    revision: Revision = None,
    online: Online = False,
    precision: Precision = "fp32",
    over_long: OverLong = "refuse",
    termbase: TermbaseFile = None,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="Save the assessment in this folder.")] = None,
    cluster: ClusterName = "local",
    count: ProcessCount = None,
    address: Address = None,
    cache: CacheFolder = None,
    form: Annotated[Literal["text", "json", "md"], typer.Option("-f", "--format", help="What is printed.")] = "text",
) -> None:
    """Assess a delivery: read, align, score, diagnose, summarise, report.

    Prints the summary; with -o the folder holds assessment.json, segments.parquet, errors.parquet and report.html.
    comet, cometkiwi and xcomet read the source, with a model; the errors that xcomet marks join those of the rules.
    """
    from ..assess import DEFAULT_METRICS, assess
    from ..cluster import open_cluster
    from ..metric import find_metrics
    from ..reports import render
    from ..reports.text import show
    from ..scoring import Model

    chosen = find_metrics(metrics) if metrics is not None else DEFAULT_METRICS
    with open_cluster(cluster, processes=processes(count), address=address) as place:
        assessment = assess(
            hypothesis,
            reference,
            source=source,
            sentences=sentences,
            kind=kind,
            metrics=chosen,
            profile=profile,
            model=Model(model, encoder, revision, online, precision, over_long),
            progress=shown,
            cluster=place,
            cached=absolute(cache),
            termbase=opened_termbase(termbase),
            severities=opened_severities(severity),
        )
    if output is not None:
        assessment.save(output)
    if form == "text":
        show(assessment, sys.stdout)
    else:
        print(render(assessment, form), end="")
    if output is not None:
        typer.echo(f"report: {output / 'report.html'}", err=form != "text")
