"""`mtqa calibrate`: limits from the team's own accepted and rejected deliveries."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Literal

import typer

__all__ = ["command"]


def command(
    labels: Annotated[
        Path,
        typer.Argument(
            metavar="LABELS", help="A line a delivery: its assessment or table, a tab, 'accepted' or 'rejected'."
        ),
    ],
    name: Annotated[str, typer.Option(help="Name of the proposed policy.")] = "calibrated",
    form: Annotated[Literal["toml", "json"], typer.Option("-f", "--format", help="toml (a policy) or json.")] = "toml",
) -> None:
    """Propose limits: for each measure the one that best separates accepted from rejected deliveries.

    Each proposal says how many deliveries it would have judged wrongly, by the limit that the others give. Paths are
    relative to the file of labels.
    """
    from ..calibration import labelled, policy_text, propose
    from ..formats import read_lines
    from ..refusal import Refusal
    from .gate import open_assessment

    deliveries = []
    for number, line in enumerate(read_lines(labels), start=1):
        if not line.strip():
            continue
        path, _, label = line.rstrip("\r").partition("\t")
        if label not in ("accepted", "rejected"):
            raise Refusal("a path, a tab and 'accepted' or 'rejected' wanted", where=f"{labels}:{number}")
        assessment = open_assessment(str(labels.parent / path))
        deliveries.append(labelled(assessment, name=path, accepted=label == "accepted"))
    proposals = propose(deliveries)
    if form == "json":
        rows = [{**asdict(row), "useful": row.useful} for row in proposals]
        print(json.dumps({"schema": "mtqa.calibration/1", "proposals": rows}, indent=1))
        return
    print(policy_text(name, proposals), end="")
