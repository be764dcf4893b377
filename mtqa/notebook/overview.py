"""An assessment in short: how much is wrong, each figure with its interval and signature, what is wrong most."""

from ..reports import render
from ..reports.markup import element, joined
from ..reports.wording import assessed_sentence, bounds, by_cost, by_severity, figure, kind_sentence, words_for
from ..segment import ReferenceKind
from ..summary import Assessed
from .shown import CELL, NARROW, SOFT, Shown

__all__ = ["overview"]


def overview(assessment: Assessed) -> Shown:
    """What an assessment says in short: how much is wrong, each figure with interval and signature, what most."""
    summary = assessment.summary
    words = words_for(summary.reference_kind)
    counts = ", ".join(f"{count} {severity}" for severity, count in by_severity(summary))
    first = element("p", element("b", words.count(summary.errors)), f" in {assessed_sentence(summary)}. {counts}")
    independent = summary.reference_kind is not ReferenceKind.CORRECTION
    figures = []
    if summary.penalty is not None:
        made = f"profile {summary.profile}"
        figures.append(("Penalty per 1,000 words", summary.penalty.value, summary.penalty.interval, made))
    figures += [(s.metric.name, s.value, s.interval, str(s.signature)) for s in summary.scores]
    lines = [
        element(
            "tr",
            element("th", name, style=NARROW, title=made),
            element("td", element("b", figure(value)), style=NARROW, title=made),
            element("td", bounds(interval), style=NARROW),
            element("td", element("code", made, style="font-size:.8em"), style=CELL),
        )
        for name, value, interval, made in figures
    ]
    most = ", ".join(f"{row.category} {row.total}" for row in by_cost(summary)[:6])
    said = joined(
        element("p", element("b", kind_sentence(summary.reference_kind))) if independent else None,
        first,
        element("table", *lines),
        element("p", f"Most: {most}", style=SOFT) if most else None,
    )
    return Shown(str(said), render(assessment, "text"))
