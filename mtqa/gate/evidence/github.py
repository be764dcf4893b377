"""Annotations of GitHub Actions: one workflow command for each gating or warning check that did not pass."""

from ..policy import Role
from ..verdict import Outcome, Verdict
from ..waivers import State
from .wording import plain, waiving

__all__ = ["annotations"]


def annotations(verdict: Verdict) -> tuple[str, ...]:
    """Lines for the log of a job; names and sentences are escaped, since they may hold anything.

    A waiver that holds is a notice, one that has expired or matches nothing a warning.
    """
    lines = []
    for check in verdict.checks:
        if check.outcome == Outcome.PASS or check.role == Role.INFORM:
            continue
        level = "warning" if check.role == Role.WARN or check.outcome == Outcome.INCONCLUSIVE else "error"
        title = _escaped(f"mtqa gate: {check.name}").replace(":", "%3A").replace(",", "%2C")
        lines.append(f"::{level} title={title}::{_escaped(f'{check.outcome}: {check.reason}')}")
    for each in verdict.waivers:
        level = "notice" if each.state is State.HOLDS else "warning"
        lines.append(f"::{level} title=mtqa gate%3A waiver::{_escaped(waiving(each))}")
    return tuple(lines)


def _escaped(text: str) -> str:
    return plain(text).replace("%", "%25")
