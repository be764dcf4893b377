"""The verdict for a terminal: the verdict, each check, what would settle it, what to know of it."""

from ..policy import Role
from ..verdict import Check, Outcome, Verdict
from .wording import about, bounds, charge, figure, limit, plain, relied, seen, segments, waiving

__all__ = ["render"]


def render(verdict: Verdict) -> str:
    """The verdict as lines of text; the first word is the status."""
    lines = [
        f"{verdict.status.upper()}  {plain(verdict.policy)} (policy {verdict.digest[:12]}, about {about(verdict)})"
    ]
    width = max((len(check.name) for check in verdict.checks), default=0)
    for check in verdict.checks:
        lines += _lines(check, width)
    if verdict.findings:
        lines += ["  dearest findings:", *(f"      {charge(error)}" for error in verdict.findings)]
    if verdict.doubts:
        lines += ["  precision of the detector, by category (unreviewed findings):"]
        lines += [f"      {line}" for line in relied(verdict)]
    lines += [f"  waiver: {waiving(each)}" for each in verdict.waivers]
    lines += [f"  note: {plain(caveat)}" for caveat in verdict.caveats]
    lines += [f"  signature: {plain(line)}" for line in verdict.data]
    return "\n".join(lines) + "\n"


def _lines(check: Check, width: int) -> list[str]:
    role = "" if check.role == Role.GATE else f" ({check.role} only)"
    value = f"{figure(check.observed)} {bounds(check)}".strip() if check.observed is not None else "-"
    head = (
        f"  {check.outcome:<12}  {plain(check.name):<{width}}  {value}  limit {limit(check)}  n = {seen(check)}{role}"
    )
    lines = [head.rstrip(), f"      {plain(check.reason)}"]
    if check.outcome != Outcome.PASS and check.segments:
        lines.append(f"      segments: {segments(check)}")
    if check.settle:
        lines.append(f"      next: {plain(check.settle)}")
    return lines
