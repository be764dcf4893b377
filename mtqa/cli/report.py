"""Render a saved assessment: the shell face of `mtqa.reports`."""

import sys
from pathlib import Path
from typing import Annotated

import typer

__all__ = ["command"]


def command(
    assessment: Annotated[Path, typer.Argument(metavar="ASSESSMENT", help="A folder that 'mtqa assess -o' wrote.")],
    output: Annotated[
        str, typer.Option("-o", "--output", metavar="FILE", help="Where to write it; - is stdout (the default).")
    ] = "-",
    form: Annotated[
        str | None,
        typer.Option("-f", "--format", metavar="FORM", help="html, text, json or md; else the suffix of FILE says it."),
    ] = None,
) -> None:
    """Render a saved assessment: one HTML file to read and to mail, text, JSON or Markdown.

    Nothing is scored again. Without -o and -f the summary is printed as text.
    """
    from ..assessment import FILES, Assessment
    from ..formats import check_writable, writer
    from ..refusal import Misuse, unknown_name
    from ..reports import FORMS, form_of, render
    from ..reports.text import show

    names = [known.name for known in FORMS]
    if form is not None and form not in names:
        raise unknown_name("form of report", form, names)
    wanted = form or ("text" if output == "-" else form_of(output))
    if wanted is None:
        raise Misuse("no form of report has this suffix", where=output, mend=f"say one with -f: {', '.join(names)}")
    if output != "-":
        check_writable(output, inputs=[assessment / name for name in FILES[:3]])
    found = Assessment.load(assessment)
    if output == "-" and wanted == "text":
        show(found, sys.stdout)
        return
    with writer(output) as stream:
        stream.write(render(found, wanted).encode("utf-8"))
