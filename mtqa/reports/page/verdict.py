"""May we accept it? The verdict of a policy, before everything else; or, plainly, that no policy was asked.

The words and the figures are the gate's: this file only sets them. Every check says what was found, between which
bounds the truth lies, what the policy allows, how many segments that rests on and by which method.
"""

from collections.abc import Sequence
from math import isinf
from typing import TYPE_CHECKING

from ..markup import Markup, element, joined
from ..rows import Row
from ..wording import counted, listed, sentence, shown
from .links import links

if TYPE_CHECKING:
    from ...gate import Check, Verdict

__all__ = ["verdict_section"]

_SAID = {
    "pass": ("✓", "Accept it", "Every demand of the policy is met."),
    "fail": ("✗", "Do not accept it", "{} of {} demands are not met."),
    "inconclusive": ("?", "Not decided yet", "{} of {} demands can be called neither met nor broken."),
    "invalid": ("!", "It could not be judged", "{} of {} demands could not be judged. That is nobody's fault yet."),
}

_TITLES = ("Outcome", "Check", "Found", "The truth lies in", "Allowed", "Segments judged")


def verdict_section(verdict: "Verdict | None", table: Sequence[Row]) -> Markup:
    """The answer, what it rests on, and what would settle it; without a verdict one sentence that says so."""
    if verdict is None:
        return _none()
    glyph, title, said = _SAID[verdict.status]
    gating = [check for check in verdict.checks if check.role == "gate"]
    known = {check.name for check in verdict.deciding}
    why = said.format(len(known), len(gating))
    head = element(
        "div",
        element("span", glyph, class_="sign", aria_hidden="true"),
        element(
            "div",
            element("h2", "May we accept it?"),
            element("p", title, class_="answer"),
            element("p", why, class_="why"),
        ),
        class_="said",
    )
    nexts = [check for check in verdict.deciding if check.settle and verdict.status != "pass"]
    todo = (
        element(
            "ul",
            *(element("li", "Next: ", sentence(shown(check.settle), capital=False)) for check in nexts),
            class_="next",
        )
        if nexts
        else None
    )
    return element(
        "section",
        head,
        todo,
        _checks(verdict, table),
        _waivers(verdict),
        _basis(verdict),
        class_=f"verdict card {verdict.status}",
        aria_label="Verdict",
    )


def _none() -> Markup:
    return element(
        "p",
        element("b", "May we accept it?"),
        " No policy was given, so this page gives no verdict. ",
        element("code", "mtqa report … --policy mtqa.toml"),
        " puts it here, with its checks.",
        class_="unjudged",
        role="note",
    )


def _checks(verdict: "Verdict", table: Sequence[Row]) -> Markup:
    """What is not met stands open; what is met is one line that opens."""
    met = [check for check in verdict.checks if check.outcome == "pass"]
    open_ = [check for check in verdict.checks if check.outcome != "pass"]
    if not met:
        return _grid(open_, table)
    names = listed([shown(check.name) for check in met], most=6)
    said = f"{counted(len(met), 'check', 'checks')} passed: {names}"
    folded = element("details", element("summary", said), _grid(met, table), class_="met")
    return joined(_grid(open_, table) if open_ else None, folded)


def _grid(checks: Sequence["Check"], table: Sequence[Row]) -> Markup:
    head = element("tr", *(element("th", title, scope="col") for title in _TITLES))
    body = joined(*(_check(check, table) for check in checks))
    grid = element("table", element("thead", head), element("tbody", body), class_="checks")
    return element("div", grid, class_="scroll", tabindex=0, role="region", aria_label="Checks of the policy")


def _check(check: "Check", table: Sequence[Row]) -> Markup:
    glyph = _SAID[check.outcome][0]
    role = "" if check.role == "gate" else f" {'only warns' if check.role == 'warn' else 'only informs'}"
    reason: list[str | Markup] = [sentence(shown(check.reason))]
    if check.segments and check.outcome != "pass":
        reason += [" Segments ", links(check.segments, table, most=10), "."]
    return element(
        "tr",
        element("td", element("span", f"{glyph} {check.outcome}", class_=f"outcome {check.outcome}"), role),
        element("th", element("code", shown(check.name)), element("p", *reason, class_="why"), scope="row"),
        element("td", _with_unit(check), data_label=_TITLES[2]),
        element("td", _between(check), class_="n", data_label=_TITLES[3]),
        element("td", _limit(check), class_="n", data_label=_TITLES[4]),
        element("td", _inspected(check), class_="n", data_label=_TITLES[5], title=check.method),
    )


def _with_unit(check: "Check") -> Markup:
    if check.observed is None:
        return joined("–")
    unit = element("span", f" {check.unit}", class_="unit") if check.unit else None
    return joined(element("b", _figure(check.observed)), unit)


def _between(check: "Check") -> str:
    if check.low is None and check.high is None:
        return "–"
    if check.low == check.high:
        return "counted"
    return f"{_figure(check.low)} to {_figure(check.high)}"


def _limit(check: "Check") -> str:
    if check.limit is None:
        return "–"
    return f"{'at most' if check.at_most else 'at least'} {_figure(check.limit)}"


def _inspected(check: "Check") -> str:
    if not check.inspected:
        return "–"
    if check.population is None or check.population == check.inspected:
        return f"{check.inspected:,}"
    return f"{check.inspected:,} of {check.population:,}"


def _waivers(verdict: "Verdict") -> Markup | None:
    """What a person lets stand, whose decision that is, until when and why: never folded away."""
    items = [element("li", "Waiver: ", sentence(shown(each.said), capital=False)) for each in verdict.waivers]
    return element("ul", *items, class_="waivers") if items else None


def _basis(verdict: "Verdict") -> Markup:
    """What was judged, by what, at which risk, and what whoever relies on it must know: folded, but counted."""
    from ...gate.evidence.wording import relied

    subject = "this delivery" if verdict.estimand == "delivery" else "the vendor"
    facts = [
        ("policy", f"{shown(verdict.policy)}, SHA-256 {verdict.digest}"),
        ("about", f"{subject}, at a risk of {100 * verdict.risk:g} % of accepting at a limit and of rejecting at it"),
        ("methods", listed(list(dict.fromkeys(check.method for check in verdict.checks if check.method)))),
        *(("judged on", line) for line in verdict.data),
        *(("the detector was right on", line) for line in relied(verdict)),
    ]
    made = [joined(element("dt", key), element("dd", element("code", shown(value)))) for key, value in facts]
    waivers = [f"waiver: {each.said}" for each in verdict.waivers]
    caveats = [element("li", sentence(shown(said))) for said in (*waivers, *verdict.caveats)]
    known = counted(len(caveats), "thing to know", "things to know")
    return element(
        "details",
        element("summary", element("span", f"how it was judged, {known}", class_="more")),
        element("ul", *caveats, class_="caveats") if caveats else None,
        element("dl", *made),
        class_="figure",
        id="made-verdict",
    )


def _figure(value: float | None) -> str:
    """Whole counts as they are, else four significant digits; a bound that is nowhere is said."""
    if value is None:
        return "–"
    if isinf(value):
        return "no bound"
    return f"{value:,.0f}" if value == int(value) and abs(value) < 1e9 else f"{value:.4g}"
