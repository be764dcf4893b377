"""The command `mtqa compare`: systems on the same segments, with the significance of their differences."""

from typing import Annotated, Literal

import typer

from .models import Encoder, ModelName, Online, OverLong, Precision, Revision
from .tables import say

__all__ = ["command"]


def command(
    tables: Annotated[
        list[str], typer.Argument(metavar="A [B …]", help="One table a system, or one with a column system.")
    ],
    metrics: Annotated[str, typer.Option("-m", "--metrics", help="Comma-separated.")] = "bleu,chrf++,ter",
    test: Annotated[
        Literal["permutation", "bootstrap", "randomization"],
        typer.Option(help="The last two give sacrebleu's p-values, which do not hold their level."),
    ] = "permutation",
    samples: Annotated[int | None, typer.Option(help="Swaps or resamples. [default: 10000; bootstrap: 1000]")] = None,
    seed: Annotated[int, typer.Option(min=0, help="Of the random swaps and samples.")] = 12345,
    cluster_by: Annotated[
        Literal["document"] | None, typer.Option(help="Swap and draw whole documents instead of segments.")
    ] = None,
    all_pairs: Annotated[bool, typer.Option("--all-pairs", help="Each with each, not all with the first.")] = False,
    confidence: Annotated[float, typer.Option(help="Of the intervals, and 1 - level of the tests.")] = 0.95,
    shown: Annotated[int, typer.Option(min=0, help="Segments named on either side of a difference.")] = 5,
    model: ModelName = None,
    encoder: Encoder = None,
    revision: Revision = None,
    online: Online = False,
    precision: Precision = "fp32",
    over_long: OverLong = "refuse",
    form: Annotated[Literal["text", "tsv", "json"], typer.Option("-f", "--format")] = "text",
    output: Annotated[str, typer.Option("-o", "--output", help="A file, written whole; - is stdout.")] = "-",
) -> None:
    """Compare systems on the same segments: difference, interval, p, effect, and what changed most.

    The first system is the baseline. The test is a paired permutation: it holds its level, counts every swap where few
    segments differ, and gives p = 1 to identical systems. p-values are corrected by Holm over metrics and systems.
    """
    from ..compare import compare
    from ..compare.spoken import FORMS
    from ..formats import check_writable, writer

    if output != "-":
        check_writable(output, inputs=tables)
    made = compare(
        *tables,
        metrics=metrics,
        test=test,
        samples=samples,
        seed=seed,
        cluster_by=cluster_by,
        all_pairs=all_pairs,
        confidence=confidence,
        shown=shown,
        model=model,
        encoder=encoder,
        revision=revision,
        online=online,
        precision=precision,
        over_long=over_long,
        say=say,
    )
    with writer(output) as stream:
        stream.write(FORMS[form](made).encode("utf-8"))
