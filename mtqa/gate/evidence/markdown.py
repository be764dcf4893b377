"""The verdict for a pull request or a job summary, as Markdown."""

import re

from ..policy import Role
from ..verdict import Check, Outcome, Verdict
from .wording import about, bounds, charge, figure, limit, plain, relied, seen, segments, waiving

__all__ = ["render"]

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~@])")


def render(verdict: Verdict) -> str:
    """A heading, a table of the checks, what would settle them, the caveats."""
    lines = [
        f"### {verdict.status.upper()}: {_safe(verdict.policy)}",
        "",
        f"About {about(verdict)}. Policy `{verdict.digest[:12]}`.",
        "",
        "| outcome | check | observed | bounds | limit | segments inspected |",
        "|---|---|---|---|---|---|",
        *(_row(check) for check in verdict.checks),
        "",
    ]
    lines += [f"- **{_safe(c.name)}**: {_detail(c)}" for c in verdict.checks if c.outcome != Outcome.PASS]
    lines += [f"- finding: {_safe(charge(error))}" for error in verdict.findings]
    lines += [f"- precision of the detector on {_safe(line)}" for line in relied(verdict)]
    lines += [f"- waiver: {_safe(waiving(each))}" for each in verdict.waivers]
    lines += [f"- {_safe(caveat)}" for caveat in verdict.caveats]
    return "\n".join(lines).rstrip() + "\n"


def _row(check: Check) -> str:
    role = "" if check.role == Role.GATE else f" ({check.role} only)"
    cells = (f"{check.outcome}{role}", _safe(check.name), figure(check.observed), _safe(bounds(check)),
             _safe(limit(check)), seen(check))  # fmt: skip
    return "| " + " | ".join(cells) + " |"


def _detail(check: Check) -> str:
    named = f" Segments: {segments(check)}." if check.segments else ""
    settle = f" Next: {check.settle}." if check.settle else ""
    return _safe(f"{check.reason}.{named}{settle}")


def _safe(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", plain(text))
