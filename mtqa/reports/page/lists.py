"""The lists under the first screen: what recurs, notices on the input, documents; of long ones the rest opens."""

from collections.abc import Sequence
from urllib.parse import urlencode

from ...mqm import SystemicFinding
from ...summary import Group, Summary
from ..markup import Markup, element
from ..rows import Row
from ..wording import Words, counted, figure, shown
from .cards import badge
from .figures import made_of, titled
from .links import links

__all__ = ["groups", "notices", "systemic"]

_SHOWN = 12  # entries of a list that stand open
_SPARED = 3  # so few more are no reason to fold


def _folded(items: Sequence[Markup]) -> tuple[Markup, ...]:
    """The first entries, and behind a line that opens the others: the segments stay within reach of a scroll."""
    if len(items) <= _SHOWN + _SPARED:
        return (element("ul", *items, class_="plain"),)
    head, rest = items[:_SHOWN], items[_SHOWN:]
    more = element(
        "details", element("summary", f"{len(rest):,} more"), element("ul", *rest, class_="plain"), class_="rest"
    )
    return element("ul", *head, class_="plain"), more


def systemic(summary: Summary, table: Sequence[Row], words: Words) -> Markup | None:
    """What recurs, most often first, each with its segments; None where nothing does."""
    if not summary.systemic:
        return None
    title = f"The same {'defect' if words.one == 'error' else words.one} again and again"
    items = [_systemic_item(finding, table) for finding in summary.systemic]
    return element("section", titled(title, "findings"), *_folded(items))


def _systemic_item(finding: SystemicFinding, table: Sequence[Row]) -> Markup:
    times = f"{counted(len(finding.instances), 'time', 'times')}, in segments "
    return element(
        "li",
        element("p", badge(finding.severity), " ", element("b", shown(finding.pattern))),
        element("p", element("span", finding.category, class_="category"), " ", shown(finding.example), dir="auto"),
        element("p", times, links(finding.segments, table), class_="weight"),
    )


def notices(summary: Summary, table: Sequence[Row]) -> Markup | None:
    """What was noticed about the input, with the segments and the way to mend it; None where nothing was."""
    if not summary.notices:
        return None
    items = [
        element(
            "li",
            element(
                "p",
                element("span", str(notice.concern), class_=f"concern {notice.concern}"),
                " ",
                shown(notice.message),
                " ",
                element("code", notice.check, class_="origin", title="the check that found it"),
            ),
            element("p", shown(notice.mend)) if notice.mend else None,
            element("p", "Segments ", links(notice.segments, table), class_="weight") if notice.segments else None,
        )
        for notice in summary.notices
    ]
    return element("section", element("h2", "Notices on the input"), *_folded(items))


def groups(summary: Summary, words: Words) -> Markup | None:
    """A table of documents and systems with their figures; of many the costliest. None where there is but one."""
    if len(summary.groups) < 2:
        return None
    names = [score.metric.name for score in summary.groups[0].scores]
    several = any(group.system for group in summary.groups)
    texts = ("Document", "System") if several else ("Document",)
    penalty = [element("a", "penalty per 1,000", href=made_of("penalty"))] if summary.penalty else []
    found = element("a", words.many, href=made_of("findings"))
    numbers: tuple[str | Markup, ...] = (
        "segments",
        "words",
        found,
        *penalty,
        *(element("a", name, href=made_of(name)) for name in names),
    )
    head = (
        *(element("th", name, scope="col") for name in texts),
        *(element("th", name, scope="col", class_="n") for name in numbers),
    )

    def table(shown_here: Sequence[Group]) -> Markup:
        body = (_group_row(group, names, several=several, penalty=summary.penalty is not None) for group in shown_here)
        grid = element("table", element("thead", element("tr", *head)), element("tbody", *body), class_="groups")
        return element("div", grid, class_="scroll")

    title = element("h2", "Documents and systems" if several else "Documents")
    if len(summary.groups) <= _SHOWN + _SPARED:
        return element("section", title, table(summary.groups), class_="apart")
    costliest = sorted(summary.groups, key=_cost, reverse=True)[:_SHOWN]
    said = f"The {_SHOWN} with most {'penalty' if summary.penalty else words.many}."
    every = element(
        "details", element("summary", f"all {len(summary.groups):,}, in order"), table(summary.groups), class_="rest"
    )
    return element("section", title, element("p", said, class_="hint"), table(costliest), every, class_="apart")


def _cost(group: Group) -> float:
    """What a group weighs: its penalty points, or its findings where there is no penalty."""
    return group.errors if group.penalty is None else group.penalty.value * group.words


def _group_row(group: Group, names: Sequence[str], *, several: bool, penalty: bool) -> Markup:
    values = {score.metric.name: score.value for score in group.scores}
    return element(
        "tr",
        element("th", _named(group.document), scope="row", dir="auto"),
        element("td", shown(group.system) or "–", dir="auto") if several else None,
        *(element("td", f"{number:,}", class_="n") for number in (group.segments, group.words, group.errors)),
        element("td", figure(group.penalty.value if group.penalty else None), class_="n") if penalty else None,
        *(element("td", figure(values.get(name)), class_="n") for name in names),
    )


def _named(document: str) -> Markup | str:
    """The document's name; choosing it shows its segments."""
    if not document:
        return "–"
    return element("a", shown(document), href="#view?" + urlencode({"document": document}), class_="filtering")
