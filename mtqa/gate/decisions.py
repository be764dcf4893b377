"""Reviewers' decisions: lines of `mtqa errors -f jsonl` with a `decision` added, `confirmed` or `rejected`."""

import json
from collections.abc import Sequence
from pathlib import Path

from ..formats import read_lines
from ..mqm import ErrorSpan
from ..refusal import Refusal
from .trust import Decisions

__all__ = ["read_decisions"]

WORDS = {"confirmed": True, "rejected": False}
KEY = ("id", "start", "end", "category")
NARROWER = ("document", "system")  # told apart by them only where a line gives them


def read_decisions(path: str | Path, errors: Sequence[ErrorSpan]) -> Decisions:
    """Position of the finding → whether it was confirmed; of two lines on one finding the later counts.

    A line without `decision` (or with null) leaves its finding open. Refuses a line that is not understood, and one on
    a finding that the assessment does not have: then the file belongs to another assessment.
    """
    places: dict[tuple[object, ...], list[int]] = {}
    for position, error in enumerate(errors):
        record = error.record()
        places.setdefault(tuple(record[name] for name in KEY), []).append(position)
    decided: dict[int, bool] = {}
    for number, line in enumerate(read_lines(path), start=1):
        if line.strip():
            row = _row(line, f"{path}:{number}")
            word = row.get("decision")
            if word is not None:
                decided.update(dict.fromkeys(_named(row, places, errors, f"{path}:{number}"), WORDS[str(word)]))
    return decided


def _row(line: str, where: str) -> dict[str, object]:
    try:
        row = json.loads(line)
    except ValueError:
        raise Refusal("no JSON", where=where, mend="give a line of 'mtqa errors -f jsonl' with a decision") from None
    missing = [name for name in KEY if not isinstance(row, dict) or name not in row]
    if missing:
        raise Refusal(f"lacks {', '.join(missing)}", where=where, mend="give a line of 'mtqa errors -f jsonl'")
    if row.get("decision") is not None and row["decision"] not in WORDS:
        raise Refusal(f"no decision: {row['decision']!r}", where=where, mend="write confirmed or rejected")
    return dict(row)


def _named(
    row: dict[str, object], places: dict[tuple[object, ...], list[int]], errors: Sequence[ErrorSpan], where: str
) -> list[int]:
    try:
        found = places.get(tuple(row[name] for name in KEY), [])
    except TypeError:  # a list or an object where a text or a number stands
        found = []
    given = [name for name in NARROWER if name in row]
    found = [p for p in found if all(getattr(errors[p], name) == row[name] for name in given)]
    if not found:
        raise Refusal("the assessment has no such finding", where=where, mend="decide on findings of this assessment")
    return found
