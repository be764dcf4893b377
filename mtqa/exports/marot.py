"""Marot, and the TSV of the WMT MQM releases: a row an error, what it marks between `<v>` and `</v>`.

Ten columns with a header; a flawless segment has one row `No-error`. An omission is marked with nothing in between. The
last column is JSON: our category, the correction, the explanation. `mtqa inspect` and `mtqa convert` read it back.
Source: google-research/mqm_viewer (Marot), README; google/wmt-mqm-human-evaluation.
"""

import json

from ..mqm import ErrorSpan, wmt_name
from ..segment import ReferenceKind, Segment
from ..summary import Assessed
from .segments import by_segment

__all__ = ["COLUMNS", "rater", "render"]

COLUMNS = (
    *("system", "doc", "docSegId", "globalSegId", "rater"),
    *("source", "target", "category", "severity", "metadata"),
)
_PLAIN = str.maketrans({"\t": " ", "\n": " ", "\r": " "})  # a row is a line; lengths stay, and with them the marks


def render(assessment: Assessed) -> str:
    """All segments in batch order, a row an error."""
    lines = ["\t".join(COLUMNS)]
    named = rater(assessment.summary.reference_kind)
    for segment, errors in by_segment(assessment):
        lines += [_row(segment, error, named) for error in errors] or [_row(segment, None, named)]
    return "\n".join(lines) + "\n"


def rater(kind: ReferenceKind) -> str:
    """Who marked it: mtqa, and whether these are differences from an independent reference only."""
    return "mtqa-differences" if kind is ReferenceKind.INDEPENDENT else "mtqa"


def _row(segment: Segment, error: ErrorSpan | None, named: str) -> str:
    text = _plain(segment.hypothesis)
    category, severity, metadata = "No-error", "no-error", {}
    if error is not None:
        start, end = error.hypothesis.start, error.hypothesis.end
        text = f"{text[:start]}<v>{text[start:end]}</v>{text[end:]}"
        category, severity = wmt_name(error.category), str(error.severity).capitalize()
        metadata = {"category": error.category, "correction": error.correction, "note": error.explanation}
    return "\t".join(
        (
            _plain(segment.system) or "system",
            _plain(segment.document) or "document",
            *(_plain(segment.id), _plain(segment.id)),
            named,
            _plain(segment.source or ""),
            text,
            category,
            severity,
            json.dumps(metadata, ensure_ascii=False),
        )
    )


def _plain(text: str) -> str:
    """Without what ends a cell, and without marks that are not ours; as long as before."""
    return text.translate(_PLAIN).replace("<v>", "‹v›").replace("</v>", "‹/v›")
