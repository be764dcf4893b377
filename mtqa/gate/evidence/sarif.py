"""The verdict for code hosts: SARIF 2.1.0, one result for each check that did not pass and each waived finding."""

import json
from urllib.parse import quote

from ..policy import Role
from ..verdict import Check, Outcome, Verdict
from ..waivers import Applied, State
from .wording import charge, limit, plain, waiving

__all__ = ["render"]

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def render(verdict: Verdict) -> str:
    """One run; gating checks are errors, others warnings or notes; the ids of segments are logical locations.

    A waived finding is a suppressed note. Waivers that have expired or match nothing are named in the properties.
    """
    rules = [
        {"id": check.name, "shortDescription": {"text": f"{check.unit or check.name}: limit {limit(check)}"}}
        for check in verdict.checks
    ]
    holding = [applied for applied in verdict.waivers if applied.state is State.HOLDS]
    if holding:
        rules.append({"id": "waiver", "shortDescription": {"text": "A finding that a waiver leaves out of the count"}})
    subject = quote(plain(verdict.subject)) or "delivery"
    run = {
        "tool": {"driver": {"name": "mtqa gate", "informationUri": "https://pypi.org/project/mtqa/", "rules": rules}},
        "results": [
            *(_result(n, check, subject) for n, check in enumerate(verdict.checks) if check.outcome != Outcome.PASS),
            *(result for applied in holding for result in _suppressed(len(verdict.checks), applied, subject)),
        ],
        "properties": {
            "status": str(verdict.status),
            "policy": verdict.policy,
            "policy_sha256": verdict.digest,
            "waivers": [waiving(applied) for applied in verdict.waivers],
        },
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=1) + "\n"


def _result(number: int, check: Check, subject: str) -> dict[str, object]:
    text = f"{check.outcome}: {check.reason}" + (f"; next: {check.settle}" if check.settle else "")
    return {
        "ruleId": check.name,
        "ruleIndex": number,
        "level": {Role.GATE: "error", Role.WARN: "warning", Role.INFORM: "note"}[check.role],
        "message": {"text": plain(text)},
        "locations": [_place(subject, name) for name in check.segments[:10]] or [_place(subject)],
    }


def _place(subject: str, segment: str | None = None) -> dict[str, object]:
    """Where: the file that was judged (code hosts refuse a result without one), and the segment by its id."""
    file = {"artifactLocation": {"uri": subject}, "region": {"startLine": 1}}
    name, kind = ("delivery", "module") if segment is None else (plain(segment), "element")
    return {"physicalLocation": file, "logicalLocations": [{"name": name, "kind": kind}]}


def _suppressed(number: int, applied: Applied, subject: str) -> list[dict[str, object]]:
    """One result a finding that a waiver holds for."""
    return [
        {
            "ruleId": "waiver",
            "ruleIndex": number,
            "level": "note",
            "message": {"text": charge(error)},
            "locations": [_place(subject, error.id)],
            "suppressions": [{"kind": "external", "status": "accepted", "justification": waiving(applied)}],
        }
        for error in applied.findings
    ]
