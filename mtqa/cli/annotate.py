"""Findings into XLIFF: `mtqa annotate`."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .tables import say

if TYPE_CHECKING:
    from ..mqm import ErrorSpan

__all__ = ["command"]


def command(
    file: Annotated[str, typer.Argument(metavar="FILE", help="The XLIFF file that was assessed.")],
    findings: Annotated[
        Path, typer.Option(help="What was found in it: a saved assessment, or the JSONL of 'mtqa errors'.")
    ],
    output: Annotated[str, typer.Option("-o", "--output", help="A file, written whole; - is stdout.")] = "-",
) -> None:
    """Put findings into XLIFF as quality issues of ITS 2.0, for Okapi, Ocelot and other tools that read them.

    Every byte that was there stays: a target refers to the list of its issues at the end of its unit.
    """
    from ..formats import check_writable, writer
    from ..formats.annotated import annotate

    if output != "-":
        check_writable(output, inputs=[file])
    found = _read(findings)
    with writer(output) as stream:
        count = annotate(file, found, stream, say=lambda message: None)
    words = [f"{n} {word}{'s' if n != 1 else ''}" for n, word in ((len(found), "finding"), (count, "segment"))]
    say(f"{words[0]} in {words[1]}")


def _read(findings: Path) -> "Sequence[ErrorSpan]":
    from ..formats import read_lines
    from ..mqm import ErrorSpan
    from ..refusal import Refusal

    if findings.is_dir():
        from ..assessment import Assessment

        return Assessment.load(findings).error_spans
    if findings.is_file() and not findings.stat().st_size:
        return []  # what 'mtqa errors' writes where there are none
    spans = []
    for number, line in enumerate(read_lines(findings), start=1):
        try:
            spans.append(ErrorSpan.of_record(json.loads(line)))
        except (ValueError, RecursionError):
            raise Refusal("no error span of 'mtqa errors -f jsonl'", where=f"{findings}:{number}") from None
    return spans
