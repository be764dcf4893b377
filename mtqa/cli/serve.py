"""`mtqa serve`: the report on loopback, its decisions saved to disk."""

import sys
from pathlib import Path
from typing import Annotated

import typer

__all__ = ["command"]


def command(
    assessment: Annotated[Path, typer.Argument(metavar="ASSESSMENT", help="A folder that 'mtqa assess -o' wrote.")],
    decisions: Annotated[
        Path | None,
        typer.Option("-d", "--decisions", help="Where decisions are saved. Default: ASSESSMENT.decisions.jsonl."),
    ] = None,
    policy: Annotated[
        Path | None, typer.Option(help="An mtqa.toml: its verdict, as things stand now, is shown first.")
    ] = None,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port on 127.0.0.1; 0 takes a free one.")] = 0,
    browser: Annotated[bool, typer.Option("--open/--no-open", help="Open it in the browser.")] = False,
) -> None:
    """Serve the report of an assessment for review: every decision is saved to disk as it is made.

    Only this machine can open it, by the address that is printed. Ctrl+C ends it; 'mtqa review merge' takes the file.
    """
    from ..assessment import Assessment
    from ..formats import check_writable
    from ..reports.html import render
    from ..reports.wording import whole
    from ..review.serving import serve

    found = Assessment.load(assessment)
    target = decisions or assessment.resolve().with_name(f"{assessment.resolve().name}.decisions.jsonl")
    check_writable(target)
    verdict = None
    if policy is not None:
        from ..gate import gate

        verdict = gate(found, policy)
    page = whole(render(found, saves=True, verdict=verdict))
    with serve(page, target, assessment=found.fingerprint, port=port) as server:
        print(server.address, flush=True)
        print(f"decisions are saved to {target}; Ctrl+C ends", file=sys.stderr)
        if browser:
            import webbrowser

            webbrowser.open(server.address)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            print(f"\nended; next: mtqa review merge {target} --into {assessment}", file=sys.stderr)
