"""`mtqa review`: reviewers' decisions into an assessment, and how far reviewers agree."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

if TYPE_CHECKING:
    from ..review import Agreement, Mark
    from ..summary import ReviewTally

__all__ = ["app"]

app = typer.Typer(
    help="Merge reviewers' decisions into an assessment, or say how far reviewers agree.",
    context_settings={"help_option_names": ["-h", "--help"]},
)

Form = Annotated[Literal["text", "json"], typer.Option("-f", "--format", help="text (tab-separated) or json.")]


@app.command()
def merge(
    decisions: Annotated[
        list[Path], typer.Argument(metavar="DECISIONS...", help="Files that the report page exported.")
    ],
    into: Annotated[Path, typer.Option("--into", metavar="ASSESSMENT", help="The assessment that was reviewed.")],
    replace: Annotated[
        bool, typer.Option("--replace", help="New decisions of a reviewer stand over those merged before.")
    ] = False,
) -> None:
    """Merge decisions into an assessment: errors as decided, everything recounted, report.html written again.

    All or nothing: a file that does not belong there, a line that is not understood, decisions of one reviewer that
    contradict each other are refused, and the assessment stays as it was. Scores are not computed again. Who decided
    what, when and why stays in review.jsonl.
    """
    from ..assessment import Assessment
    from ..review import Review, read_sheet
    from ..review import merge as merged

    assessment = Assessment.load(into)
    before = assessment.review or Review(assessment.error_spans, assessment.summary.systemic)
    sheets = [read_sheet(path) for path in decisions]
    after = merged(assessment.batch, before, sheets, replace=replace)
    new = len(after.trail) - len(before.trail)
    reviewed = assessment.reviewed(after)
    if new:
        reviewed.save(into)
    known = sum(len(sheet.decisions) for sheet in sheets) - new
    print(
        f"{new} {'decision' if new == 1 else 'decisions'} merged" + (f", {known} stood there already" if known else "")
    )
    if reviewed.summary.review is not None:
        _say(reviewed.summary.review, errors=reviewed.summary.errors)


@app.command()
def agreement(
    assessment: Annotated[Path, typer.Argument(metavar="ASSESSMENT", help="An assessment with merged decisions.")],
    form: Form = "text",
) -> None:
    """Say how far reviewers agree: kappa by category, F1 of the spans, and the findings on which they differ."""
    from dataclasses import asdict

    from ..assessment import Assessment
    from ..refusal import Refusal
    from ..review import agreements

    found = Assessment.load(assessment)
    pairs = agreements(found.review.trail) if found.review else ()
    if not pairs:
        raise Refusal(
            "decisions of fewer than two reviewers", where=str(assessment), mend="merge theirs with 'mtqa review merge'"
        )
    if form == "json":
        rows = [{**asdict(pair), "categories": dict(pair.categories)} for pair in pairs]
        print(json.dumps({"schema": "mtqa.agreement/1", "pairs": rows}, ensure_ascii=False, indent=1))
        return
    for pair in pairs:
        _compare(pair)


def _say(tally: "ReviewTally", *, errors: int) -> None:
    """What became of the findings, one line each; what reviewers differ on is also said on stderr."""
    for name in ("findings", "confirmed", "changed", "rejected", "added", "disputed", "contested"):
        print(f"{name}\t{getattr(tally, name)}")
    print(f"errors\t{errors}")
    if tally.disputed:
        print(
            "reviewers differ: 'mtqa review agreement' lists the findings; an arbiter can settle them", file=sys.stderr
        )


def _compare(pair: "Agreement") -> None:
    rows: list[tuple[str, float | None]] = [
        ("kappa, error or not", pair.verdict),
        ("kappa, severity", pair.severity),
        *((f"kappa, {name}", value) for name, value in pair.categories),
        ("F1 of the marked characters", pair.span_f1),
    ]
    print(f"{pair.first} and {pair.second}\t{pair.findings} findings both decided")
    for name, value in rows:
        print(f"{name}\t{'–' if value is None else f'{value:.2f}'}")
    for each in pair.disagreements:
        print(f"differ\t{each.finding}\t{_brief(each.first)}\t{_brief(each.second)}")


def _brief(mark: "Mark | None") -> str:
    """A mark in a few words, without any text of the delivery."""
    if mark is None:
        return "no error"
    return f"{mark.category} {mark.severity} {mark.id}:{mark.hypothesis.start}-{mark.hypothesis.end}"
