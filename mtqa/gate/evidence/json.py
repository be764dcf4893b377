"""The verdict for programs: schema `mtqa.verdict/1`."""

import json
import math
from dataclasses import asdict

from ..verdict import Check, Verdict
from ..waivers import Applied

__all__ = ["record", "render"]

SCHEMA = "mtqa.verdict/1"


def render(verdict: Verdict) -> str:
    """The verdict as JSON, without NaN and infinities (they are null)."""
    return json.dumps(record(verdict), ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def record(verdict: Verdict) -> dict[str, object]:
    """The verdict as an object; `checks` are in the order in which they were judged."""
    return {
        "schema": SCHEMA,
        "status": str(verdict.status),
        "exit_code": verdict.exit_code,
        "subject": verdict.subject,
        "policy": verdict.policy,
        "policy_sha256": verdict.digest,
        "estimand": verdict.estimand,
        "risk": verdict.risk,
        "checks": [_check(check) for check in verdict.checks],
        "findings": [error.record() for error in verdict.findings],
        "waivers": [_waiver(applied) for applied in verdict.waivers],
        "precision": [asdict(doubt) for doubt in verdict.doubts],
        "caveats": list(verdict.caveats),
        "signatures": list(verdict.data),
    }


def _waiver(applied: Applied) -> dict[str, object]:
    said = applied.waiver.model_dump(mode="json", exclude_none=True)
    return {**said, "state": str(applied.state), "findings": [error.record() for error in applied.findings]}


def _check(check: Check) -> dict[str, object]:
    row = {name: None if isinstance(value, float) and not math.isfinite(value) else value
           for name, value in asdict(check).items()}  # fmt: skip
    return {**row, "role": str(check.role), "outcome": str(check.outcome), "segments": list(check.segments)}
