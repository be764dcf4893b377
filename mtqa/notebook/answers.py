"""Verdicts and comparisons as small tables: the words and figures are those of the shell, this file only sets them."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from ..reports.markup import Markup, element, joined
from ..reports.wording import shown
from .shown import CELL, NARROW, SOFT, Shown

if TYPE_CHECKING:
    from ..compare import Comparison, Difference
    from ..gate import Check, Verdict

__all__ = ["comparison", "verdict"]

_SIGNS = {"pass": "✓", "fail": "✗", "inconclusive": "?", "invalid": "!"}
_CODE = "font-size:.8em"
_SHORT = 30  # characters


def verdict(found: "Verdict") -> Shown:
    """The status, each check with what it rests on, and what would settle it; no sign without its word."""
    from ..gate.evidence import evidence
    from ..gate.evidence.wording import about

    head = element(
        "p",
        element("b", f"{_SIGNS[found.status]} {found.status.upper()}"),
        f" {shown(found.policy)} ",
        element("span", f"about {about(found)}; policy {found.digest[:12]}", style=SOFT),
    )
    titles = ("", "check", "found", "the truth lies in", "allowed", "segments")
    nexts = [f"{check.name}: {check.settle}" for check in found.checks if check.settle]
    notes = joined(*(element("p", f"Note: {shown(caveat)}.", style=SOFT) for caveat in found.caveats))
    made = element("details", element("summary", "how measured", style=SOFT), *_codes(found.data))
    return Shown(
        str(joined(head, _table(titles, map(_check, found.checks)), _list("Next", nexts), notes, made)),
        evidence(found, "text"),
    )


def _check(check: "Check") -> tuple[str | Markup, ...]:
    from ..gate.evidence.wording import bounds, figure, limit, seen

    role = "" if check.role == "gate" else f" ({check.role} only)"
    return (
        element("b", f"{_SIGNS[check.outcome]} {check.outcome}{role}"),
        joined(element("code", shown(check.name)), element("br"), element("span", shown(check.reason), style=SOFT)),
        f"{figure(check.observed)} {check.unit}".strip(),
        bounds(check),
        limit(check),
        seen(check),
    )


def comparison(found: "Comparison") -> Shown:
    """A row a metric and system: its score, its difference from the baseline, how sure that is, and what it says."""
    from ..compare.spoken import as_text

    share = f"{100 * found.confidence:g} %"
    titles = ("metric", "system", "score", share, "difference", share, "p (Holm)", "better/same/worse", "")
    differences = {(each.metric, each.system): each for each in reversed(found.differences)}
    lines = []
    for standing in found.standings:
        score = standing.score
        each = differences.get((score.metric, standing.system))
        better = "higher" if score.metric.higher_is_better else "lower"
        lines.append(
            (
                joined(score.metric.name, element("span", f" {better} is better", style=SOFT)),
                standing.system,
                element("b", f"{score.value:.2f}"),
                _between(score.interval, ".2f"),
                *(_difference(each) if each else ("baseline", "", "", "", "")),
            )
        )
    head = element(
        "p", f"{found.segments:,} segments; {found.test_name}; {found.samples:,} samples, seed {found.seed}", style=SOFT
    )
    signatures = [str(standing.score.signature) for standing in found.standings]
    made = element("details", element("summary", "how measured", style=SOFT), *_codes(signatures))
    return Shown(str(joined(head, _table(titles, lines), made)), as_text(found))


def _difference(each: "Difference") -> tuple[str | Markup, ...]:
    said = "no difference shown"
    if each.significant:
        ahead = (each.value > 0) == each.metric.higher_is_better
        said = f"{each.system if ahead else each.baseline} is better"
    return (
        f"{each.value:+.2f}",
        _between(each.interval, "+.2f"),
        f"{each.p_holm:.4f}",
        f"{each.better}/{each.same}/{each.worse}",
        element("b", said),
    )


def _between(interval: tuple[float, float] | None, form: str) -> str:
    return "" if interval is None else f"{interval[0]:{form}} to {interval[1]:{form}}"


def _table(titles: Sequence[str], lines: Iterable[Sequence[str | Markup]]) -> Markup:
    head = element("tr", *(element("th", title, style=NARROW) for title in titles))
    body = (element("tr", *(element("td", cell, style=_width(cell)) for cell in line)) for line in lines)
    return element("table", head, *body)


def _width(cell: str | Markup) -> str:
    """What is short stays on one line; a sentence may be broken."""
    return NARROW if len(str(cell)) < _SHORT else CELL


def _list(title: str, items: Sequence[str]) -> Markup | None:
    if not items:
        return None
    return joined(element("p", element("b", title)), element("ul", *(element("li", shown(item)) for item in items)))


def _codes(lines: Sequence[str]) -> list[Markup]:
    return [element("p", element("code", line, style=_CODE)) for line in lines]
