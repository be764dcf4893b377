"""Decisions files: JSONL of schema `mtqa.decisions/1`, a header line and then one line a decision.

{"schema": "mtqa.decisions/1", "assessment": "0f3a…", "reviewer": "Ana", "role": "reviewer"}
{"finding": "17", "verb": "regrade", "old": {…}, "new": {…}, "comment": "", "at": "2026-11-22T20:00:00Z"}
"""

import json
from collections.abc import Sequence
from pathlib import Path

from ..formats import read_lines
from ..refusal import Refusal
from .decision import SCHEMA, Decision, Role, Sheet
from .replies import lines_of_workbook

__all__ = ["read_sheet", "sheet_of"]

_AGAIN = "export it again from the report"


def read_sheet(path: str | Path) -> Sheet:
    """The sheet of this file, or of the filled-in workbook (`.xlsx`) of a dispute pack.

    Refuses one of another schema, a line that is not understood, a finding decided twice.
    """
    if Path(path).suffix.lower() == ".xlsx":
        return sheet_of(lines_of_workbook(path), str(path))
    empty = Path(path).is_file() and Path(path).stat().st_size == 0
    return sheet_of([] if empty else read_lines(path), str(path))


def sheet_of(lines: Sequence[str], path: str) -> Sheet:
    """The sheet that these lines hold, refused as `read_sheet` does; `path` is what refusals call them."""
    head = _object(lines[0], f"{path}:1") if lines else {}
    if head.get("schema") != SCHEMA:
        found = repr(head["schema"]) if "schema" in head else "none"
        raise Refusal(f"schema {SCHEMA} wanted, {found} found", where=path, mend=_AGAIN)
    assessment, reviewer, role = (head.get(name) for name in ("assessment", "reviewer", "role"))
    if not isinstance(reviewer, str) or not reviewer.strip():
        raise Refusal(
            "the header names no reviewer", where=f"{path}:1", mend="give the name in the report, export again"
        )
    if role not in list(Role):
        raise Refusal(f"no role {role!r}", where=f"{path}:1", mend=f"known: {', '.join(Role)}")
    numbered = [(number, line) for number, line in enumerate(lines[1:], start=2) if line.strip()]
    decisions = tuple(_decision(line, f"{path}:{number}") for number, line in numbered)
    seen: dict[str, int] = {}
    for (number, _), decision in zip(numbered, decisions, strict=True):
        if decision.finding in seen:
            raise Refusal(
                f"finding {decision.finding} is decided twice (line {seen[decision.finding]} too)",
                where=f"{path}:{number}",
                mend="keep one line a finding",
            )
        seen[decision.finding] = number
    return Sheet(
        path, str(assessment), reviewer.strip(), Role(str(role)), decisions, tuple(number for number, _ in numbered)
    )


def _object(line: str, where: str) -> dict[str, object]:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise Refusal("no JSON object", where=where, mend=_AGAIN)
    return found


def _decision(line: str, where: str) -> Decision:
    try:
        return Decision.of_record(_object(line, where))
    except ValueError as fault:
        raise Refusal(f"not a decision: {fault}", where=where, mend=_AGAIN) from None
