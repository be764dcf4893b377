"""A Pearmut campaign: the findings as spans that annotators confirm, change or delete.

One task with all documents; the systems of one segment stand in one item. Offsets count UTF-16 units, as JavaScript
does, and both ends are inclusive, so that an omission, which has no characters, is put on the one before it.
Source: zouharvi/pearmut, README, "Pre-filled Error Spans" and "Custom MQM Taxonomy".
"""

import json

from ..mqm import CATEGORIES, ErrorSpan, Severity
from ..summary import Assessed
from .marot import rater
from .segments import by_segment

__all__ = ["render"]


def render(assessment: Assessed) -> str:
    """The campaign as JSON, for `pearmut add`."""
    documents: dict[str, dict[str, dict[str, object]]] = {}
    for segment, errors in by_segment(assessment):
        fresh: dict[str, object] = {"item_id": segment.id, "tgt": {}, "error_spans": {}}
        if segment.source is not None:
            fresh["src"] = segment.source
        if segment.references:
            fresh["ref"] = segment.references[0]
        item = documents.setdefault(segment.document, {}).setdefault(segment.id, fresh)
        system = segment.system or "system"
        for key, value in (
            ("tgt", segment.hypothesis),
            ("error_spans", [_span(error, segment.hypothesis) for error in errors]),
        ):
            table = item[key]
            if isinstance(table, dict):
                table[system] = value
    campaign = {
        "info": {
            "assignment": "task-based",
            "protocol": "MQM",
            "mqm_categories": _taxonomy(),
            "mqm_severities": [str(severity).capitalize() for severity in Severity],
        },
        "campaign_id": rater(assessment.summary.reference_kind),
        "data": [[list(items.values()) for items in documents.values()]],
    }
    return json.dumps(campaign, ensure_ascii=False, indent=1) + "\n"


def _taxonomy() -> dict[str, list[str]]:
    table: dict[str, list[str]] = {}
    for category in CATEGORIES.values():
        table.setdefault(category.dimension, []).append(category.name.split("/")[1])
    return table


def _span(error: ErrorSpan, text: str) -> dict[str, object]:
    start, end = (_units(text[:at]) for at in (error.hypothesis.start, error.hypothesis.end))
    category = f"{error.dimension}/{error.category.split('/')[1]}"
    if start == end:
        start = max(start - 1, 0)
        end = start + 1
    return {"start_i": start, "end_i": end - 1, "severity": str(error.severity), "category": category}


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
