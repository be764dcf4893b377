"""The words and figures that all forms share."""

import math

from ...mqm import ErrorSpan
from ..verdict import Check, Verdict
from ..waivers import Applied

__all__ = ["about", "bounds", "charge", "figure", "limit", "plain", "relied", "seen", "segments", "waiving"]

LONGEST = 60  # characters of a finding
NAMED = 10  # segments: the worst ten, as in the reports


def about(verdict: Verdict) -> str:
    """What the verdict is about, and its risk."""
    subject = "this delivery" if verdict.estimand == "delivery" else "the vendor"
    return f"{subject}, risk {100 * verdict.risk:g} %"


def figure(value: float | None) -> str:
    """Four significant digits, whole counts as they are; `-` for none."""
    if value is None:
        return "-"
    if math.isinf(value):
        return "unbounded"
    return f"{value:.0f}" if value == int(value) and abs(value) < 1e9 else f"{value:.4g}"


def bounds(check: Check) -> str:
    """`[12.3, 31.0]`, or nothing where the value is exact."""
    if check.low is None and check.high is None:
        return ""
    if check.low == check.high:
        return "exact"
    return f"[{figure(check.low)}, {figure(check.high)}]"


def limit(check: Check) -> str:
    """`<= 40`, `>= 0.8`; `-` where the check has no limit."""
    return "-" if check.limit is None else f"{'<=' if check.at_most else '>='} {figure(check.limit)}"


def seen(check: Check) -> str:
    """How many segments of how many were inspected."""
    if not check.inspected:
        return "-"
    if check.population is None or check.population == check.inspected:
        return f"{check.inspected:,}"
    return f"{check.inspected:,} of {check.population:,}"


def segments(check: Check) -> str:
    """The ids that the check rests on, the worst ten."""
    more = len(check.segments) - NAMED
    return ", ".join(plain(name) for name in check.segments[:NAMED]) + (f" and {more} more" if more > 0 else "")


def charge(error: ErrorSpan) -> str:
    """One finding on one line: where, how bad, what it is, what stands there and what should."""
    text, correction = plain(_cut(error.text)), plain(_cut(error.correction))
    change = f"[{text}]" if error.only_marked else f"[{text}] → [{correction}]"
    return f"{plain(error.id)}  {error.severity}  {error.category}  {change}"


def relied(verdict: Verdict) -> list[str]:
    """How often the detector was right, one line a category of the unreviewed findings, the most frequent first."""
    lines = []
    for doubt in verdict.doubts[:NAMED]:
        shares = []
        if doubt.made is not None:
            shares.append(f"{100 * doubt.made.share:.0f} % of {doubt.made.judged:,} made errors")
        if doubt.people is not None:
            shares.append(f"at least {100 * doubt.people.share:.0f} % of {doubt.people.judged:,} in real translations")
        lines.append(f"{doubt.category} ({doubt.findings}): {', '.join(shares) or 'never measured'}")
    more = len(verdict.doubts) - NAMED
    return lines + ([f"and {more} more {'category' if more == 1 else 'categories'}"] if more > 0 else [])


def waiving(applied: Applied) -> str:
    """One waiver on one line."""
    return plain(applied.said)


def plain(text: str) -> str:
    """Text on one line without control characters: names come from the delivery and may hold anything."""
    return "".join(c if c.isprintable() else "\ufffd" for c in text)


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else text[:LONGEST] + "…"
