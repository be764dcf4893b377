"""The verdict for code hosts: SARIF 2.1.0, one result for each check that did not pass."""

import json

from ..policy import Role
from ..verdict import Check, Outcome, Verdict
from .wording import limit, plain

__all__ = ["render"]

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def render(verdict: Verdict) -> str:
    """One run; gating checks are errors, others warnings or notes; the ids of segments are logical locations."""
    rules = [
        {"id": check.name, "shortDescription": {"text": f"{check.unit or check.name}: limit {limit(check)}"}}
        for check in verdict.checks
    ]
    run = {
        "tool": {"driver": {"name": "mtqa gate", "informationUri": "https://pypi.org/project/mtqa/", "rules": rules}},
        "results": [
            _result(number, check) for number, check in enumerate(verdict.checks) if check.outcome != Outcome.PASS
        ],
        "properties": {"status": str(verdict.status), "policy": verdict.policy, "policy_sha256": verdict.digest},
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=1) + "\n"


def _result(number: int, check: Check) -> dict[str, object]:
    text = f"{check.outcome}: {check.reason}" + (f"; next: {check.settle}" if check.settle else "")
    places = [{"logicalLocations": [{"name": plain(name), "kind": "element"}]} for name in check.segments[:10]]
    return {
        "ruleId": check.name,
        "ruleIndex": number,
        "level": {Role.GATE: "error", Role.WARN: "warning", Role.INFORM: "note"}[check.role],
        "message": {"text": plain(text)},
        "locations": places or [{"logicalLocations": [{"name": "delivery", "kind": "module"}]}],
    }
