"""The report for programs: the summary, every segment with its scores, every error, every signature."""

from __future__ import annotations

import json
from dataclasses import asdict

from ..metric import Score
from ..summary import Assessed, Group, Rate
from .rows import Row, rows

__all__ = ["SCHEMA", "render"]

SCHEMA = "mtqa.report/1"
Plain = None | bool | int | float | str | list["Plain"] | dict[str, "Plain"]


def render(assessment: Assessed) -> str:
    """One JSON object of schema `mtqa.report/1`, full double precision, keys in a fixed order, newline at the end."""
    report = {
        "schema": SCHEMA,
        "signature": {name: str(signature) for name, signature in assessment.signatures.items()},
        "summary": _summary(assessment),
        "segments": [_segment(row) for row in rows(assessment)],
        "errors": [error.record() for error in assessment.error_spans],
    }
    return json.dumps(report, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def _summary(assessment: Assessed) -> dict[str, Plain]:
    summary = assessment.summary
    return {
        "segments": summary.segments,
        "assessed": summary.assessed,
        "unaligned_hypotheses": summary.unaligned_hypotheses,
        "unaligned_references": summary.unaligned_references,
        "words": summary.words,
        "reference_kind": str(summary.reference_kind),
        "kind_basis": summary.kind_basis,
        "profile": summary.profile,
        "scores": [_score(score) for score in summary.scores],
        "segment_means": [_score(score) for score in summary.segment_means],
        "normalised": [_score(score) for score in summary.normalised],
        "errors": summary.errors,
        "errors_per_1000": _rate(summary.errors_per_1000),
        "penalty_points": summary.penalty_points,
        "penalty": _rate(summary.penalty),
        "quality_score": dict(summary.quality).get("raw"),
        "quality_scores": dict(summary.quality),
        "categories": [
            {
                "category": row.category,
                "total": row.total,
                "counts": {str(severity): count for severity, count in row.counts},
                "points": row.points,
            }
            for row in summary.categories
        ],
        "severities": {str(severity): count for severity, count in summary.severities},
        "groups": [_group(group) for group in summary.groups],
        "worst": [{**asdict(worst), "scores": dict(worst.scores)} for worst in summary.worst],
        "systemic": [
            {
                **asdict(finding),
                "severity": str(finding.severity),
                "instances": list(finding.instances),
                "segments": list(finding.segments),
            }
            for finding in summary.systemic
        ],
        "notices": [
            {**asdict(notice), "concern": str(notice.concern), "segments": list(notice.segments)}
            for notice in summary.notices
        ],
    }


def _score(score: Score) -> dict[str, Plain]:
    return {
        "metric": score.metric.name,
        "value": score.value,
        "interval": None if score.interval is None else list(score.interval),
        "confidence": score.confidence,
        "segments": score.segments,
        "signature": str(score.signature),
    }


def _rate(rate: Rate | None) -> Plain:
    if rate is None:
        return None
    interval: Plain = None if rate.interval is None else list(rate.interval)
    return {"value": rate.value, "interval": interval, "confidence": rate.confidence}


def _group(group: Group) -> dict[str, Plain]:
    return {
        "document": group.document,
        "system": group.system,
        "segments": group.segments,
        "words": group.words,
        "errors": group.errors,
        "points": group.points,
        "penalty": _rate(group.penalty),
        "scores": [_score(score) for score in group.scores],
    }


def _segment(row: Row) -> dict[str, Plain]:
    return {
        "id": row.id,
        "document": row.document,
        "system": row.system,
        "status": str(row.status),
        "source": row.source,
        "hypothesis": row.hypothesis,
        "references": list(row.references),
        "errors": len(row.errors),
        "points": row.points,
        "expected_penalty": row.expected,
        "scores": dict(row.scores),
    }
