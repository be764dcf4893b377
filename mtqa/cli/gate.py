"""`mtqa gate`: accept, reject, or ask for more evidence."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .tables import check_outputs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..assessment import Assessment
    from ..gate import Verdict
    from ..ledger import Entry

__all__ = ["command", "open_assessment", "with_decisions"]

DecisionFiles = Annotated[
    list[Path] | None,
    typer.Option(help="Reviewers' decisions, as the report page exports them; once a file. Nothing is merged."),
]
WaiverFiles = Annotated[
    list[Path] | None, typer.Option(help="A TOML file of [[waiver]], besides those of the policy; once a file.")
]
DisputeFile = Annotated[
    Path | None,
    typer.Option(help="Also write a dispute pack for the vendor: .html or .xlsx, with a place for the reply."),
]
LedgerOption = Annotated[
    str | None,
    typer.Option(envvar="MTQA_LEDGER", help="For [[drift]]: an SQLite file, or postgresql://user@host/database."),
]


def command(
    delivery: Annotated[
        str,
        typer.Argument(metavar="ASSESSMENT|TABLE", help="A folder of 'mtqa assess -o', or a table with references."),
    ],
    policy: Annotated[
        Path | None, typer.Option(help="mtqa.toml, or a pyproject.toml with [tool.mtqa]. Default: the one here.")
    ] = None,
    baseline: Annotated[
        str | None, typer.Option(help="Another assessment of the same source, to compare with.")
    ] = None,
    population: Annotated[
        int | None, typer.Option(min=1, help="Segments of the delivery, where a random sample of it was assessed.")
    ] = None,
    decisions: DecisionFiles = None,
    waivers: WaiverFiles = None,
    ledger: LedgerOption = None,
    vendor: Annotated[str | None, typer.Option(help="Whose deliveries [[drift]] looks at in the ledger.")] = None,
    language_pair: Annotated[str | None, typer.Option(help="Language pair of the delivery, as pt-en.")] = None,
    kind: Annotated[str, typer.Option(help="For a table: what the references are, as for 'mtqa assess'.")] = "auto",
    as_json: Annotated[bool, typer.Option("--json", help="Print the verdict as JSON.")] = False,
    junit: Annotated[Path | None, typer.Option(help="Also write JUnit XML here.")] = None,
    sarif: Annotated[Path | None, typer.Option(help="Also write SARIF 2.1.0 here.")] = None,
    markdown: Annotated[Path | None, typer.Option(help="Also write Markdown here.")] = None,
    dispute: DisputeFile = None,
) -> None:
    """Accept or reject a delivery by a policy, or ask for more evidence.

    Exit 0 pass, 1 fail, 3 inconclusive, 4 invalid (could not be judged), 2 a policy that is not understood.
    In GitHub Actions the job gets annotations and a summary as well.
    """
    from dataclasses import replace

    from ..gate import find_policy, gate, read_policy, read_waivers
    from ..gate.evidence import evidence

    written_in = policy if policy is not None else find_policy(Path.cwd())
    rules = read_policy(written_in)
    outputs = [(path, form) for path, form in ((junit, "junit"), (sarif, "sarif"), (markdown, "md")) if path]
    inputs = (delivery, baseline, ledger, written_in, *(decisions or ()), *(waivers or ()))
    check_outputs([*(path for path, _ in outputs), *_pack_wanted(dispute)], inputs)
    excused = [waiver for path in waivers or () for waiver in read_waivers(path)]
    history = _history(ledger, vendor, language_pair or rules.scope.language_pair) if ledger and rules.drift else None
    assessment = with_decisions(open_assessment(delivery, kind=kind, metrics=rules.metrics()), decisions or ())
    verdict = gate(
        assessment,
        rules,
        waivers=excused,
        history=history,
        baseline=None if baseline is None else open_assessment(baseline, kind=kind, metrics=rules.metrics()),
        language_pair=language_pair,
        population=population,
    )
    verdict = replace(verdict, subject=delivery)
    _write(verdict, outputs)
    for path in _pack_wanted(dispute):
        _write_pack(assessment, verdict, path, name=Path(delivery).name)
    print(evidence(verdict, "json" if as_json else "text"), end="")
    _tell_github(verdict)
    raise typer.Exit(verdict.exit_code)


def _write(verdict: "Verdict", outputs: "Sequence[tuple[Path, str]]") -> None:
    """The verdict in each of these forms, in its file."""
    from ..formats import writer
    from ..gate.evidence import evidence

    for path, form in outputs:
        with writer(path) as stream:
            stream.write(evidence(verdict, form).encode("utf-8"))


def _pack_wanted(path: Path | None) -> "tuple[Path, ...]":
    """The file of the dispute pack, if one is wanted; refuses a form that there is not, before any judging."""
    from ..refusal import Misuse

    if path is None:
        return ()
    if path.suffix.lower() not in (".html", ".htm", ".xlsx"):
        raise Misuse("a dispute pack is .html or .xlsx", where=str(path), mend="name it so")
    return (path,)


def _write_pack(assessment: "Assessment", verdict: "Verdict", path: Path, *, name: str) -> None:
    from ..dispute import pack_of, render_page, write_workbook
    from ..formats import writer

    pack = pack_of(assessment, verdict, name=name, trail=assessment.review.trail if assessment.review else ())
    with writer(path) as stream:
        if path.suffix.lower() == ".xlsx":
            write_workbook(pack, stream)
        else:
            stream.write(render_page(pack).encode("utf-8"))


def open_assessment(name: str, *, kind: str = "auto", metrics: "Sequence[str]" = ()) -> "Assessment":
    """A saved assessment (a folder), or a table assessed now; refuses what is not there.

    A table is assessed by the usual metrics and by those of `metrics` that need no model.
    """
    from ..assess import DEFAULT_METRICS, assess
    from ..assessment import Assessment
    from ..metric import find_metric
    from ..refusal import Refusal

    if name != "-" and "://" not in name and not Path(name).exists():
        raise Refusal("no such file or folder", where=name, mend="name an assessment or a table")
    if Path(name).is_dir():
        return Assessment.load(name)
    chosen = dict.fromkeys(map(find_metric, (*DEFAULT_METRICS, *metrics)))
    return assess(name, kind=kind, metrics=[metric for metric in chosen if "source" not in metric.needs])


def with_decisions(assessment: "Assessment", files: "Sequence[Path]") -> "Assessment":
    """The assessment as it stands after these decisions, as `mtqa review merge` would leave it; nothing is saved."""
    from ..review import Review, merge, read_sheet

    if not files:
        return assessment
    before = assessment.review or Review(assessment.error_spans, assessment.summary.systemic)
    return assessment.reviewed(merge(assessment.batch, before, [read_sheet(path) for path in files]))


def _history(ledger: str, vendor: str | None, language_pair: str | None) -> "tuple[Entry, ...]":
    """The ledger's lines of this vendor and language pair, none if the vendor is new."""
    from ..ledger import Ledger
    from ..refusal import Misuse

    if vendor is None or language_pair is None:
        raise Misuse("a ledger without --vendor and --language-pair", mend="say whose deliveries are looked at")
    with Ledger(ledger) as book:
        return book.entries(vendor=vendor, language_pair=language_pair)


def _tell_github(verdict: "Verdict") -> None:
    """Annotations and a job summary, where the environment is a GitHub Actions job."""
    from ..gate.evidence import annotations, evidence

    if os.environ.get("GITHUB_ACTIONS") == "true":
        for line in annotations(verdict):
            typer.echo(line, err=True)
    summary = os.environ.get("GITHUB_STEP_SUMMARY")
    if summary:
        try:
            with open(summary, "a", encoding="utf-8") as job:
                job.write(evidence(verdict, "md"))
        except OSError as fault:  # the verdict stands; only its copy is missing
            typer.echo(f"no job summary: {fault.strerror}", err=True)
