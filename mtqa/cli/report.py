"""Render saved assessments, one or several side by side: the shell face of `mtqa.reports`."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .tables import check_outputs

if TYPE_CHECKING:
    from ..assessment import Assessment
    from ..gate import Verdict

__all__ = ["command"]


def command(
    assessments: Annotated[
        list[Path], typer.Argument(metavar="ASSESSMENT...", help="Folders that 'mtqa assess -o' wrote.")
    ],
    output: Annotated[
        str, typer.Option("-o", "--output", metavar="FILE", help="Where to write it; - is stdout (the default).")
    ] = "-",
    form: Annotated[
        str | None,
        typer.Option(
            "-f",
            "--format",
            metavar="FORM",
            help="html, text, json, md, xlsx, marot, pearmut, m2, tags; else the suffix of FILE says it.",
        ),
    ] = None,
    policy: Annotated[
        Path | None, typer.Option(help="An mtqa.toml: its verdict and its checks stand first on the page.")
    ] = None,
    baseline: Annotated[Path | None, typer.Option(help="For the policy, as for 'mtqa gate'.")] = None,
    population: Annotated[int | None, typer.Option(min=1, help="For the policy, as for 'mtqa gate'.")] = None,
    language_pair: Annotated[str | None, typer.Option(help="For the policy, as for 'mtqa gate'.")] = None,
    profile: Annotated[
        str | None, typer.Option(help="Other severity weights: mqm-core, wmt, iso-5060-like, or a .toml file.")
    ] = None,
    systems: Annotated[bool, typer.Option("--systems", help="The systems of one assessment side by side.")] = False,
) -> None:
    """Render a saved assessment: one HTML file to read and to mail, text, JSON, Markdown or a scorecard for Excel.

    Several assessments of the same segments become one HTML file that says who is better, by how much and how surely,
    and shows them side by side. Nothing is scored again. Without -o and -f the summary is printed as text.
    """
    from ..formats import writer
    from ..reports import encoded
    from ..reports.text import show

    several = systems or len(assessments) > 1
    wanted = _form(form, output, several=several, judged=policy is not None)
    read = [folder / name for folder in assessments for name in _FILES]  # the page of an assessment may be made anew
    check_outputs([Path(output)], [*read, policy, profile, *(baseline / name for name in _FILES if baseline)])
    if several:
        page = _side_by_side(assessments, profile).encode("utf-8")
    else:
        found = _load(assessments[0], profile)
        if policy is not None:
            page = _judged(found, wanted, _verdict(found, policy, baseline, population, language_pair))
        elif output == "-" and wanted == "text":
            show(found, sys.stdout)
            return
        else:
            page = encoded(found, wanted)
    with writer(output) as stream:
        stream.write(page)


_FILES = ("assessment.json", "segments.parquet", "errors.parquet")


def _form(form: str | None, output: str, *, several: bool, judged: bool) -> str:
    """The form that is asked for; refuses unknown ones, and those that cannot hold what is asked for."""
    from ..refusal import Misuse, unknown_name
    from ..reports import EXPORTS, FORMS, form_of

    names = [known.name for known in (*FORMS, *EXPORTS)]
    if form is not None and form not in names:
        raise unknown_name("form of report", form, names)
    only_html = several or judged
    usual = ("html" if only_html else "text") if output == "-" else form_of(output)
    wanted = form or usual
    if wanted is None:
        raise Misuse("no form of report has this suffix", where=output, mend=f"say one with -f: {', '.join(names)}")
    if several and judged:
        raise Misuse("a policy judges one delivery", where="--policy", mend="make the report of each with the policy")
    if several and wanted != "html":
        raise Misuse(
            "several assessments are shown in HTML only", where=wanted, mend="'mtqa compare' has text and JSON"
        )
    if judged and wanted not in ("html", "xlsx"):
        said = "the verdict is shown in HTML and XLSX only"
        raise Misuse(said, where=wanted, mend="'mtqa gate' has text, JSON and Markdown")
    if wanted == "xlsx" and output == "-" and sys.stdout.isatty():
        raise Misuse("a workbook is no text for a terminal", where=wanted, mend="name a file: -o scorecard.xlsx")
    return wanted


def _load(folder: Path, profile: str | None = None) -> "Assessment":
    """The assessment in a folder, under these severity weights (None: those it was made with)."""
    from ..assessment import Assessment
    from ..mqm import find_profile

    found = Assessment.load(folder)
    return found if profile is None else found.weighed(find_profile(profile))


def _verdict(
    found: "Assessment", policy: Path, baseline: Path | None, population: int | None, language_pair: str | None
) -> "Verdict":
    from ..gate import gate

    other = None if baseline is None else _load(baseline)
    return gate(found, policy, baseline=other, population=population, language_pair=language_pair)


def _judged(found: "Assessment", form: str, verdict: "Verdict") -> bytes:
    from ..reports import html, xlsx
    from ..reports.wording import whole

    if form == "xlsx":
        return xlsx.render(found, verdict=verdict)
    return whole(html.render(found, verdict=verdict)).encode("utf-8")


def _side_by_side(folders: list[Path], profile: str | None) -> str:
    from ..reports.several import matched, render
    from ..reports.wording import whole

    return whole(render(matched([(folder.resolve().name, _load(folder, profile)) for folder in folders])))
