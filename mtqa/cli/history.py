"""`mtqa history`: the ledger of deliveries, by vendor and language pair."""

import json
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

import typer

from .tables import check_outputs

__all__ = ["app"]

app = typer.Typer(
    help="Keep a ledger of deliveries: add, list, chart, board.",
    context_settings={"help_option_names": ["-h", "--help"]},
)

LedgerPlace = Annotated[
    str,
    typer.Option(
        "--ledger", envvar="MTQA_LEDGER", help="The ledger: an SQLite file, or postgresql://user@host/database."
    ),
]
Vendor = Annotated[str | None, typer.Option(help="Only this vendor.")]
Pair = Annotated[str | None, typer.Option(help="Only this language pair, as pt-en.")]
Form = Annotated[Literal["text", "json"], typer.Option("-f", "--format", help="text (tab-separated) or json.")]

HERE = "mtqa-history.sqlite"


@app.command()
def add(
    delivery: Annotated[str, typer.Argument(metavar="ASSESSMENT|TABLE", help="What was delivered, assessed or not.")],
    vendor: Annotated[str, typer.Option(help="Who delivered it.")],
    language_pair: Annotated[str, typer.Option(help="As pt-en.")],
    ledger: LedgerPlace = HERE,
    name: Annotated[str | None, typer.Option(help="Name of the delivery; default: that of the folder or file.")] = None,
    policy: Annotated[Path | None, typer.Option(help="Also judge it by this policy, and keep the verdict.")] = None,
    date: Annotated[datetime | None, typer.Option(help="When it was delivered; default: now. UTC.")] = None,
) -> None:
    """Append a delivery. The same texts with the same result are not written twice; a new result is a new line.

    With --policy the exit code is that of the verdict; [[drift]] looks at the lines that stand there already.
    """
    from datetime import UTC

    from ..gate import gate, read_policy
    from ..ledger import Ledger, entry_of
    from .gate import open_assessment

    rules = None if policy is None else read_policy(policy)
    assessment = open_assessment(delivery)
    delivered = date.replace(tzinfo=UTC) if date is not None else datetime.now(UTC)
    entry = entry_of(
        assessment, vendor=vendor, language_pair=language_pair, delivery=name or Path(delivery).name,
        delivered=delivered,
    )  # fmt: skip
    with Ledger(ledger, create=True) as book:
        verdict = None
        if rules is not None:
            history = book.entries(vendor=entry.vendor, language_pair=entry.language_pair)
            verdict = gate(assessment, rules, language_pair=language_pair, history=history)
            entry = entry.judged(verdict.status, policy=verdict.policy, digest=verdict.digest)
        written = book.add(entry)
    print(f"{written.number}\t{written.vendor}\t{written.language_pair}\t{written.delivery}\t{written.status or '-'}")
    if verdict is not None:
        raise typer.Exit(verdict.exit_code)


@app.command("list")
def list_(ledger: LedgerPlace = HERE, vendor: Vendor = None, language_pair: Pair = None, form: Form = "text") -> None:
    """List the deliveries in the order in which they were written."""
    from dataclasses import asdict

    from ..ledger import Ledger

    with Ledger(ledger) as book:
        entries = book.entries(vendor=vendor, language_pair=language_pair)
    if form == "json":
        rows = [{**asdict(entry), "rate": entry.rate} for entry in entries]
        print(json.dumps({"schema": "mtqa.history/1", "deliveries": rows}, ensure_ascii=False, indent=1))
        return
    print("number\tdelivered\tvendor\tlanguage_pair\tdelivery\tsegments\twords\tper_1000_words\tcritical\tstatus")
    for entry in entries:
        rate = "-" if entry.rate is None else f"{entry.rate:.1f}"
        print(
            f"{entry.number}\t{entry.delivered[:10]}\t{entry.vendor}\t{entry.language_pair}\t{entry.delivery}\t"
            f"{entry.segments}\t{entry.words}\t{rate}\t{entry.critical}\t{entry.status or '-'}"
        )


@app.command()
def chart(
    vendor: Annotated[str, typer.Option(help="The vendor.")],
    language_pair: Annotated[str, typer.Option(help="The language pair, as pt-en.")],
    output: Annotated[Path, typer.Option("-o", "--output", help="The SVG file to write; - for stdout.")],
    ledger: LedgerPlace = HERE,
    metric: Annotated[str | None, typer.Option("-m", "--metric", help="Chart this metric's mean instead.")] = None,
) -> None:
    """Draw the control chart of a vendor in a language pair (Laney u′ of the penalty rate, or XmR of a metric)."""
    from ..formats import writer
    from ..ledger import Ledger, control_chart_svg, trend
    from ..metric import find_metric

    check_outputs([output], [ledger])
    measure = None if metric is None else find_metric(metric).name
    with Ledger(ledger) as book:
        found = trend(book.entries(vendor=vendor, language_pair=language_pair), metric=measure)
    with writer(output) as stream:
        stream.write(control_chart_svg(found).encode("utf-8"))
    limits = f"limits of the last {found.chart.lower[-1]:.1f} to {found.chart.upper[-1]:.1f}"
    typer.echo(f"{len(found.entries)} deliveries, centre {found.chart.centre:.1f}, {limits}", err=True)
    for alarm in found.alarms:
        typer.echo(alarm, err=True)


@app.command()
def board(ledger: LedgerPlace = HERE, language_pair: Pair = None, form: Form = "text") -> None:
    """Rank the vendors of each language pair by penalty rate, shrunk towards the average where little is known."""
    from dataclasses import asdict

    from ..ledger import Ledger
    from ..ledger import board as standings

    with Ledger(ledger) as book:
        rows = standings(book.entries(language_pair=language_pair))
    if form == "json":
        print(json.dumps({"schema": "mtqa.board/1", "vendors": [asdict(row) for row in rows]}, indent=1))
        return
    print("language_pair\tvendor\tdeliveries\twords\tper_1000_words\tshrunk\tweight")
    for row in rows:
        print(
            f"{row.language_pair}\t{row.vendor}\t{row.deliveries}\t{row.words}\t{row.rate:.1f}\t{row.shrunk:.1f}\t"
            f"{row.weight:.2f}"
        )
