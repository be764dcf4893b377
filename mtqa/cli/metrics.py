"""`mtqa metrics`: what can be computed here, and by which engine."""

import json
from typing import Annotated, Literal

import typer

__all__ = ["command"]


def command(
    form: Annotated[
        Literal["text", "json"], typer.Option("-f", "--format", help="text (tab-separated) or json.")
    ] = "text",
) -> None:
    """List what can be computed here, and by which engine.

    One line a metric: its name for -m, the printed name, direction, range, the engine that serves it here, what it is,
    and its parameters as they are unless -m says otherwise (bleu:tokenize=zh).
    """
    from .. import engines, neural
    from ..metric import METRICS, spelled

    rows = []
    for metric in METRICS.values():
        service = (neural if "source" in metric.needs else engines).serving(metric)
        engine = f"{service.engine} {service.engine_version}" if service.engine else "none"
        lowest, highest = ("" if end is None else f"{end:g}" for end in (metric.lowest, metric.highest))
        rows.append(
            {
                "metric": metric.key,
                "name": metric.name,
                "better": "higher" if metric.higher_is_better else "lower",
                "range": f"{lowest}..{highest}",
                "needs": ",".join(sorted(metric.needs)),
                "engine": engine,
                "why_not": "; ".join(f"{name}: {reason}" for name, reason in service.refused),
                "about": metric.about,
                "parameters": ":".join(f"{name}={spelled(value)}" for name, value in metric.parameters),
            }
        )
    if form == "json":
        print(json.dumps({"schema": "mtqa.metrics/1", "metrics": rows}, ensure_ascii=False, indent=1))
        return
    print("\t".join(rows[0]))
    for row in rows:
        print("\t".join(row.values()))
