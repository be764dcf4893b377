"""`mtqa calibrate`: limits from accepted and rejected deliveries, severities from labelled errors."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Literal

import typer

__all__ = ["command"]


def command(
    labels: Annotated[
        Path | None,
        typer.Argument(
            metavar="[LABELS]", help="A line a delivery: its assessment or table, a tab, 'accepted' or 'rejected'."
        ),
    ] = None,
    errors: Annotated[
        Path | None,
        typer.Option(help="Instead: rows of 'mtqa errors' with the team's severity in 'severity', or in 'label'."),
    ] = None,
    name: Annotated[str, typer.Option(help="Name of the proposed policy, or of the severities.")] = "calibrated",
    form: Annotated[Literal["toml", "json"], typer.Option("-f", "--format", help="toml (a policy) or json.")] = "toml",
    output: Annotated[str, typer.Option("-o", "--output", help="A file, written whole; - is stdout.")] = "-",
) -> None:
    """Propose limits: for each measure the one that best separates accepted from rejected deliveries.

    Each proposal says how many deliveries it would have judged wrongly, by the limit that the others give. Paths are
    relative to the file of labels. With --errors the team's severities are learnt from 50 labelled errors or more:
    a file for --severity of 'mtqa errors' and 'mtqa assess'; how good it is on labels it has not seen is said.
    """
    from ..formats import check_writable, writer
    from ..refusal import Misuse

    if (labels is None) == (errors is None):
        raise Misuse("deliveries or labelled errors are wanted", mend="give LABELS, or --errors FILE")
    if output != "-":
        check_writable(output, inputs=[path for path in (labels, errors) if path is not None])
    text = _limits(labels, name, form) if labels is not None else _severities(errors, name, quiet=output == "-")
    with writer(output) as stream:
        stream.write(text.encode("utf-8"))


def _limits(labels: Path, name: str, form: str) -> str:
    """The policy, or the proposals as JSON."""
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
        return json.dumps({"schema": "mtqa.calibration/1", "proposals": rows}, indent=1) + "\n"
    return policy_text(name, proposals)


def _severities(errors: Path | None, name: str, *, quiet: bool) -> str:
    """The file of severities; what it is worth is printed, on stderr where the file itself goes to stdout."""
    from ..calibration import judged, learn, read_labels
    from ..refusal import Refusal

    if errors is None:
        raise ValueError("no file of labelled errors")
    found = read_labels(errors)
    try:
        learnt, worth = learn(found, name=name), judged(found)
    except Refusal as refusal:
        raise refusal.at(str(errors)) from None
    better = worth.brier_after < worth.brier_before
    for line in (
        f"labels    {worth.labels}",
        f"accuracy  {worth.accuracy_before:.3f} built in, {worth.accuracy_after:.3f} learnt (10 folds by segment)",
        f"Brier     {worth.brier_before:.3f} built in, {worth.brier_after:.3f} learnt; lower is better",
        *([] if better else ["the built-in severities fit these labels as well: no need to use this file"]),
    ):
        typer.echo(line, err=quiet)
    return learnt.text()
