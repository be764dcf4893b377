"""Decisions that were made elsewhere - in a spreadsheet, by a script - as the decisions file of the report page."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime

from ..refusal import Misuse
from ..summary import Assessed
from .decision import SCHEMA, Decision, Mark, Role, Verb

__all__ = ["decisions_text"]


def decisions_text(
    assessment: Assessed,
    decided: Mapping[str, bool],
    *,
    reviewer: str,
    role: Role = Role.REVIEWER,
    at: datetime | None = None,
) -> str:
    """A decisions file that confirms (True) or rejects (False) findings by their key, one of `finding_keys`.

    `at` (default: now) is when it was decided. What is not named stays open. Refuses a key that the assessment does not
    have, and a reviewer without a name.
    """
    if not reviewer.strip():
        raise Misuse("a reviewer needs a name")
    spans = dict(zip(assessment.finding_keys, assessment.error_spans, strict=True))
    unknown = [key for key in decided if key not in spans]
    if unknown:
        raise Misuse(f"the assessment has no finding {unknown[0]!r}", mend="name findings as its finding_keys do")
    when = (at or datetime.now(UTC)).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    who: dict[str, object] = {"reviewer": reviewer.strip(), "role": str(role)}
    lines = [{"schema": SCHEMA, "assessment": assessment.fingerprint, **who}]
    for key, confirmed in decided.items():
        old = Mark.of(spans[key])
        verb, new = (Verb.ACCEPT, old) if confirmed else (Verb.REJECT, None)
        lines.append(Decision(key, verb, old, new, "", when).record())
    return "".join(json.dumps(line) + "\n" for line in lines)
