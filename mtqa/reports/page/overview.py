"""The first screen: may we accept it, what is wrong most, how much it comes to, where, and how sure all that is.

All of it is written here, without scripts; the page's script only makes the table filter and the links jump.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ...mqm import CATEGORIES, Severity
from ...segment import ReferenceKind
from ...summary import Assessed, CategoryCount, Summary
from ..markup import Markup, element, joined
from ..rows import Row, find_row, profile_of
from ..wording import (
    EXPECTED_SENTENCE,
    Words,
    assessed_sentence,
    by_cost,
    by_severity,
    counted,
    figure,
    kind_sentence,
    per_cent,
    points,
    review_sentence,
    shown,
    words_for,
)
from .cards import badge, changed
from .figures import Figure, bar, drawn, made_of, penalty_figures, score_figures, titled
from .links import comma
from .lists import groups, notices, systemic
from .verdict import verdict_section

if TYPE_CHECKING:
    from ...gate import Verdict

__all__ = ["overview", "title_of"]

_WORST_SHOWN = 8
_WORST_NAMED = 3


def title_of(assessment: Assessed) -> str:
    """What was assessed, in a few words: the document and the system where there is one of each."""
    documents = sorted(set(assessment.batch.document) - {""})
    systems = sorted(set(assessment.batch.system) - {""})
    document = documents[0] if len(documents) == 1 else f"{len(documents)} documents" if documents else "Translation"
    system = systems[0] if len(systems) == 1 else f"{len(systems)} systems" if systems else ""
    return " · ".join(part for part in (shown(document), shown(system)) if part)


def overview(assessment: Assessed, table: Sequence[Row], verdict: "Verdict | None" = None) -> Markup:
    """Everything above the segments: the verdict first, where a policy was asked."""
    summary = assessment.summary
    words = words_for(summary.reference_kind)
    return joined(
        _masthead(assessment, words),
        _banner(summary),
        verdict_section(verdict, table),
        _answers(assessment, table, words),
        _figures(assessment, words),
        element("div", _heat(summary, words), _worst(assessment, table, words), class_="columns"),
        element("div", systemic(summary, table, words), notices(summary, table), class_="columns even"),
        groups(summary, words),
    )


def _masthead(assessment: Assessed, words: Words) -> Markup:
    summary = assessment.summary
    basis = f" – {summary.kind_basis}" if summary.kind_basis else ""
    return joined(
        element("p", "Translation quality report", class_="kicker"),
        element("h1", title_of(assessment), dir="auto"),
        element("p", f"{assessed_sentence(summary)}. Held against: {words.reference}{basis}.", class_="lede"),
        element("p", review_sentence(summary.review, words), class_="lede") if summary.review else None,
    )


def _banner(summary: Summary) -> Markup | None:
    if summary.reference_kind is ReferenceKind.CORRECTION:
        return None
    return element("p", kind_sentence(summary.reference_kind), class_="banner", role="note")


def _answers(assessment: Assessed, table: Sequence[Row], words: Words) -> Markup:
    """What, how much, where: one card each; one sentence where there is nothing to say."""
    summary = assessment.summary
    if not summary.categories:
        nothing = f"No {words.one} in {counted(summary.assessed, 'segment', 'segments')}."
        if not summary.assessed:
            nothing = "Nothing was assessed: no segment has a reference."
        return element(
            "section", element("p", nothing, class_="answer"), class_="answers single", aria_label="In short"
        )
    cards = (_most(summary, words), _much(summary, table, words), _where(summary, table, words))
    return element("section", *cards, class_="answers", aria_label="In short")


def _most(summary: Summary, words: Words) -> Markup:
    cost = summary.penalty_points or 0.0
    most, *others = by_cost(summary)
    share = f", {per_cent(most.points / cost)} of the penalty" if cost else ""
    about = f": {CATEGORIES[most.category].about}" if words.one == "error" else ""
    then = ", ".join(f"{row.category.partition('/')[2]} {row.total:,}" for row in others[:2])
    title = f"What is {'wrong' if words.one == 'error' else 'different'} most"
    second = element("div", f"Then {then}", class_="then") if then else None
    return _answer(
        title, _name(most.category), joined(f"{words.count(most.total)}{share}{about}", second), _counted_by(summary)
    )


def _much(summary: Summary, table: Sequence[Row], words: Words) -> Markup:
    marked = sum(1 for row in table if row.errors)
    where = f"in {marked:,} of {counted(summary.assessed, 'segment', 'segments')}"
    what, bars = joined(words.count(summary.errors)), _severities(summary, words)
    return _answer("How much", what, joined(where, bars), "findings")


def _where(summary: Summary, table: Sequence[Row], words: Words) -> Markup:
    cost = summary.penalty_points or 0.0
    first = [row for worst in summary.worst[:3] if (row := find_row(table, worst)) is not None and row.errors]
    links = comma(element("a", row.id, href=row.href) for row in first)
    one = len(first) == 1
    if cost:
        share = per_cent(sum(row.points or 0.0 for row in first) / cost)
        weight = f"{'carries' if one else 'carry'} {share} of the penalty"
    elif any(row.expected is not None for row in first):
        weight = "to look at first, by the penalty to expect"
    else:
        weight = f"{'has' if one else 'have'} most {words.many}"
    clean = sum(1 for row in table if row.references and not row.errors)
    rest = element(
        "div", f"{counted(clean, 'segment has', 'segments have')} no {words.one}".capitalize(), class_="then"
    )
    named = joined("Segment " if one else "Segments ", links)
    return _answer("Where", named, joined(weight, rest if clean else None), _counted_by(summary))


def _answer(label: str, what: Markup, why: Markup, made: str) -> Markup:
    return element(
        "div",
        titled(label, made),
        element("p", what, class_="answer"),
        element("div", why, class_="why"),
        class_="card",
    )


def _counted_by(summary: Summary) -> str:
    """Which figure the numbers of a list belong to: the penalty where there is one, else the count of findings."""
    return "penalty" if summary.penalty is not None else "findings"


def _name(category: str) -> Markup:
    """`accuracy/date-time` with its dimension set back."""
    dimension, _, name = category.partition("/")
    return joined(element("span", dimension + "/", class_="dimension"), name)


def _figures(assessment: Assessed, words: Words) -> Markup:
    figures: list[Figure] = [*penalty_figures(assessment, words), *score_figures(assessment)]
    return element("section", *(drawn(one) for one in figures), class_="figures card", aria_label="Figures")


def _severities(summary: Summary, words: Words) -> Markup:
    """How bad: one bar cut by severity, and its counts in words."""
    counts = by_severity(summary)
    legend = [element("li", badge(severity), f" {count:,} {severity}") for severity, count in counts]
    label = f"{words.many.capitalize()} by severity"
    return joined(bar([(str(s), n) for s, n in counts], label=label), element("ul", *legend, class_="legend"))


def _heat(summary: Summary, words: Words) -> Markup | None:
    if not summary.categories:
        return None
    columns = [severity for severity, _ in by_severity(summary)]
    most = max((count for row in summary.categories for _, count in row.counts), default=1)
    penalty = summary.penalty_points is not None
    heading = element(
        "tr",
        element("th", "Category", scope="col"),
        *(element("th", badge(severity), f" {severity}", scope="col") for severity in columns),
        element("th", element("a", "all", href=made_of("findings")), scope="col"),
        element("th", element("a", "points", href=made_of("penalty")), scope="col") if penalty else None,
    )
    ordered = by_cost(summary)
    body = (_heat_row(row, columns, most, words, penalty=penalty) for row in ordered)
    return element(
        "section",
        titled(f"What is {'wrong' if words.one == 'error' else 'different'}", _counted_by(summary)),
        element("p", "Choose a figure to see its segments.", class_="hint scripted"),
        element(
            "div", element("table", element("thead", heading), element("tbody", *body), class_="heat"), class_="scroll"
        ),
        class_="what",
    )


def _heat_row(row: CategoryCount, columns: Sequence[Severity], most: int, words: Words, *, penalty: bool) -> Markup:
    counts = dict(row.counts)
    about = CATEGORIES[row.category].about if words.one == "error" else None
    return element(
        "tr",
        element(
            "th",
            _choice(_name(row.category), row.category, None, f"all of {row.category}"),
            scope="row",
            title=about,
        ),
        *(_heat_cell(row.category, severity, counts.get(severity, 0), most) for severity in columns),
        element("td", f"{row.total:,}", class_="all"),
        element("td", f"{points(row.points)}", class_="points") if penalty else None,
    )


def _heat_cell(category: str, severity: Severity, count: int, most: int) -> Markup:
    if not count:
        return element("td", "·", class_="nil")
    level = max(1, round(5 * (count / most) ** 0.5))
    label = f"{count} {severity}, {category}"
    return element("td", _choice(joined(f"{count:,}"), category, severity, label), class_=f"{severity} heat-{level}")


def _choice(what: Markup, category: str, severity: Severity | None, label: str) -> Markup:
    """A button that the page's script enables; without scripts it is plain text."""
    return element(
        "button",
        what,
        type="button",
        disabled=True,
        data_category=category,
        data_severity=None if severity is None else str(severity),
        aria_label=label,
        aria_pressed="false",
    )


def _worst(assessment: Assessed, table: Sequence[Row], words: Words) -> Markup | None:
    found = [row for worst in assessment.summary.worst if (row := find_row(table, worst)) is not None and row.errors]
    if not found:
        return None
    items = (_worst_item(row, words) for row in found[:_WORST_SHOWN])
    title = "Worst segments" if profile_of(assessment) else "Segments to look at first"
    return element(
        "section",
        titled(title, _counted_by(assessment.summary)),
        element("p", EXPECTED_SENTENCE, class_="hint") if any(row.expected is not None for row in found) else None,
        element("ol", *items, class_="worst"),
        class_="where",
    )


def _worst_item(row: Row, words: Words) -> Markup:
    """The segment with its weight and its worst errors: one at least, more only where they are major."""
    first, *others = row.worst
    named = [first, *(error for error in others if error.severity.rank >= Severity.MAJOR.rank)][:_WORST_NAMED]
    lines = (element("span", badge(error.severity), " ", changed(error, words), class_="first") for error in named)
    weight = words.count(len(row.errors)) + (f", {points(row.points)} points" if row.points else "")
    weight += "" if row.expected is None else f", expected penalty {figure(row.expected)}"
    return element(
        "li", element("a", row.id, href=row.href), element("div", *lines, element("span", weight, class_="weight"))
    )
