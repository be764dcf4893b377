"""`mtqa sample`: which segments to inspect, and how many defective ones to accept."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .tables import check_outputs

if TYPE_CHECKING:
    from ..assessment import Assessment
    from ..segment import Batch

__all__ = ["command"]


def command(
    delivery: Annotated[
        str, typer.Argument(metavar="ASSESSMENT|TABLE", help="What to draw from: a saved assessment, or a table.")
    ],
    size: Annotated[int | None, typer.Option("-n", "--size", help="How many segments to draw.")] = None,
    plan: Annotated[
        str | None,
        typer.Option(help="An acceptance plan instead of a size, in percent: aql=1,lq=5, or sprt,aql=1,lq=5."),
    ] = None,
    risk: Annotated[
        str | None, typer.Option(help="Draw risky segments more often: points (findings), or a metric's name.")
    ] = None,
    seed: Annotated[int, typer.Option(help="The same seed draws the same sample.")] = 12345,
    output: Annotated[Path, typer.Option("-o", "--output", help="JSON Lines; - for stdout.")] = Path("-"),
) -> None:
    """Draw the segments to inspect: spread over the documents, reproducible, each with its chance and weight.

    A plan says how many to inspect and how many defective ones to accept. With --risk the sample is for finding
    errors and for weighted rates; the gate's bounds assume one without it.
    """
    from ..formats import writer
    from ..refusal import Misuse
    from ..sampling import draw, in_random_order

    check_outputs([output], [delivery])
    batch, assessment = _opened(delivery)
    if (size is None) == (plan is None):
        raise Misuse("a size or a plan is wanted", mend="give --size N or --plan aql=1,lq=5")
    levels, sequential = _levels(plan) if plan is not None else ((0.0, 0.0), False)
    if sequential:
        rows = _sequential(in_random_order(batch, seed=seed), levels, seed)
    else:
        count = size if size is not None else _planned(levels, len(batch))
        picks = draw(batch, count, risk=None if risk is None else _risk(risk, assessment), seed=seed)
        rows = [{"position": pick.position, "chance": pick.chance, "weight": pick.weight} for pick in picks]
        typer.echo(f"n = {count:,} of {len(batch):,} segments; seed {seed}", err=True)
    with writer(output) as stream:
        for row in rows:
            segment = batch[int(row["position"])]
            record = {"id": segment.id, "document": segment.document, "system": segment.system,
                      "source": segment.source, "hypothesis": segment.hypothesis,
                      "references": list(segment.references), **row}  # fmt: skip
            stream.write(json.dumps(record, ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n")


def _opened(name: str) -> "tuple[Batch, Assessment | None]":
    from ..assessment import Assessment
    from ..formats import read_batch
    from ..refusal import Refusal

    assessment = Assessment.load(name) if Path(name).is_dir() else None
    batch = assessment.batch if assessment is not None else read_batch(name)
    if not len(batch):
        raise Refusal("no segments to draw from", where=name)
    return batch, assessment


def _levels(plan: str) -> tuple[tuple[float, float], bool]:
    """`aql=1,lq=5` → shares of 1, and whether it is sequential."""
    from ..refusal import Misuse

    parts = [part.strip().lower() for part in plan.split(",")]
    named = dict(part.split("=", 1) for part in parts if "=" in part)
    try:
        acceptable, limiting = float(named.pop("aql")) / 100.0, float(named.pop("lq")) / 100.0
        if named or [part for part in parts if "=" not in part] not in ([], ["sprt"]):
            raise ValueError
        if not 0.0 < acceptable < limiting < 1.0:
            raise ValueError
    except (KeyError, ValueError):
        raise Misuse(
            f"no plan: {plan!r}", mend="write aql=1,lq=5 in percent, aql below lq; or sprt,aql=1,lq=5"
        ) from None
    return (acceptable, limiting), "sprt" in parts


def _planned(levels: tuple[float, float], population: int) -> int:
    from ..refusal import Misuse
    from ..statistics import acceptance_plan

    try:
        plan = acceptance_plan(*levels, population=population)
    except ValueError as fault:
        raise Misuse(str(fault), mend="move aql and lq apart") from None
    typer.echo(
        f"accept with at most {plan.accept} defective segments; a good delivery is rejected with "
        f"{100 * plan.producer_risk:.1f} %, a bad one accepted with {100 * plan.consumer_risk:.1f} %",
        err=True,
    )
    return plan.inspect


def _sequential(order: tuple[int, ...], levels: tuple[float, float], seed: int) -> list[dict[str, float]]:
    """Every segment in random order, with the numbers of defective ones so far at which to stop."""
    import math

    from ..statistics import sequential_plan

    plan = sequential_plan(*levels)
    typer.echo(f"inspect in this order until accept_at or reject_at is met; seed {seed}", err=True)
    return [
        {
            "position": position,
            "accept_at": math.floor(plan.slope * count - plan.accept_from),
            "reject_at": math.ceil(plan.slope * count + plan.reject_from),
        }
        for count, position in enumerate(order, start=1)
    ]


def _risk(name: str, assessment: "Assessment | None") -> list[float]:
    from ..refusal import Misuse

    if assessment is None:
        raise Misuse("a table has no findings and no scores", mend="assess it first, or leave --risk out")
    if name == "points":
        from ..mqm.placing import positions_of

        batch = assessment.batch
        points = [0.0] * len(batch)
        costs = assessment.summary.weights.costs(assessment.error_spans)
        for position, cost in zip(positions_of(assessment.error_spans, batch), costs, strict=True):
            points[position] += cost
        return points
    from ..metric import find_metric

    metric = find_metric(name)
    if metric.name not in assessment.segment_scores:
        raise Misuse(f"the assessment has no {metric.name}", mend=f"assess it with -m {metric.asked}")
    values = [value for value in assessment.segment_scores[metric.name] if value is not None]
    best = max(values) if metric.higher_is_better else min(values)
    return [0.0 if value is None else abs(best - value) for value in assessment.segment_scores[metric.name]]
