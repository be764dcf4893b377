"""The trail of a review in the folder of its assessment: what was found before, and every decision since.

review.jsonl       a header, then one line a decision: who, in which role, old → new, why, when; only added to
findings.parquet   the findings before the review, with the columns of errors.parquet
"""

import json
from collections.abc import Sequence
from pathlib import Path

from ..mqm import ErrorSpan, SystemicFinding
from ..refusal import Refusal
from .decision import Decision, Entry, Review, Role

__all__ = ["FILES", "SCHEMA", "read_review", "write_review"]

SCHEMA = "mtqa.review/1"
FILES = ("review.jsonl", "findings.parquet")


def write_review(folder: Path, review: Review, *, assessment: str) -> None:
    """Write `review.jsonl`; `assessment` is the fingerprint of what was reviewed."""
    from pydantic import TypeAdapter

    systemic = TypeAdapter(tuple[SystemicFinding, ...]).dump_python(review.systemic, mode="json")
    lines: list[dict[str, object]] = [{"schema": SCHEMA, "assessment": assessment, "systemic": systemic}]
    for entry in review.trail:
        who = {"merge": entry.merge, "reviewer": entry.reviewer, "role": str(entry.role)}
        lines.append({**who, **entry.decision.record()})
    text = "".join(json.dumps(line) + "\n" for line in lines)
    (folder / FILES[0]).write_text(text, encoding="utf-8")


def read_review(folder: Path, found: Sequence[ErrorSpan]) -> Review:
    """The review that stands in this folder; `found` are the findings before it. A misshapen line is a ValueError."""
    from pydantic import TypeAdapter

    lines = [json.loads(line) for line in (folder / FILES[0]).read_text(encoding="utf-8").split("\n") if line]
    head = lines[0] if lines else {}
    if head.get("schema") != SCHEMA:
        raise Refusal(f"schema {SCHEMA} wanted, {head.get('schema')!r} found", where=str(folder / FILES[0]))
    return Review(
        found=tuple(found),
        systemic=TypeAdapter(tuple[SystemicFinding, ...]).validate_python(head["systemic"]),
        trail=tuple(
            Entry(line["reviewer"], Role(line["role"]), Decision.of_record(line), line["merge"]) for line in lines[1:]
        ),
    )
