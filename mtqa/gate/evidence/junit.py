"""The verdict for CI servers: one test case a check, as JUnit XML."""

import re
from xml.sax.saxutils import escape, quoteattr

from ..policy import Role
from ..verdict import Check, Outcome, Verdict
from .wording import bounds, figure, limit, segments, waiving

__all__ = ["render"]

# What XML 1.0 cannot hold, even escaped.
_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ELEMENT = {Outcome.FAIL: "failure", Outcome.INVALID: "error", Outcome.INCONCLUSIVE: "skipped"}


def render(verdict: Verdict) -> str:
    """A test suite with one case a check: a failed gating check is a failure, an invalid one an error, an
    inconclusive one skipped. A check that only warns or informs is a passed case that says so in its output; waivers
    stand in the output of the suite. The last case is the verdict itself: it is an error or failure unless the gate
    passed, so that a server which counts skipped tests as good does not show an inconclusive delivery as accepted.
    """
    cases = [_case(check) for check in verdict.checks]
    gating = [_element(check) for check in verdict.checks]
    failures, errors = gating.count("failure"), gating.count("error")
    if verdict.status != Outcome.PASS:
        failures, errors = failures + (verdict.status == Outcome.FAIL), errors + (verdict.status != Outcome.FAIL)
    name = _attribute(verdict.policy)
    head = (
        f'<testsuite name={name} tests="{len(cases) + 1}" failures="{failures}" errors="{errors}" '
        f'skipped="{gating.count("skipped")}">'
    )
    said = "\n".join(waiving(each) for each in verdict.waivers)
    waivers = [f"<system-out>{_text(said)}</system-out>"] if said else []
    body = "\n".join([*cases, _whole(verdict), *waivers])
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n{head}\n{body}\n</testsuite>\n</testsuites>\n'


def _element(check: Check) -> str:
    return _ELEMENT.get(check.outcome, "") if check.role == Role.GATE else ""


def _case(check: Check) -> str:
    said = f"{figure(check.observed)} {bounds(check)}, limit {limit(check)}: {check.reason}"
    detail = "\n".join(
        text for text in (said, check.settle, f"segments: {segments(check)}" * bool(check.segments)) if text
    )
    element = _element(check)
    inner = (
        f"<{element} message={_attribute(check.reason)}>{_text(detail)}</{element}>"
        if element
        else f"<system-out>{_text(f'{check.role} {check.outcome}: {detail}')}</system-out>"
    )
    return f'<testcase classname="mtqa.gate" name={_attribute(check.name)}>{inner}</testcase>'


def _whole(verdict: Verdict) -> str:
    case = '<testcase classname="mtqa.gate" name="verdict"'
    if verdict.status == Outcome.PASS:
        return case + "/>"
    element = "failure" if verdict.status == Outcome.FAIL else "error"
    return f"{case}><{element} message={_attribute(str(verdict.status))}/></testcase>"


def _attribute(text: str) -> str:
    return quoteattr(_ILLEGAL.sub("\ufffd", text))


def _text(text: str) -> str:
    return escape(_ILLEGAL.sub("\ufffd", text))
