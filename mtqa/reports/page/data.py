"""The segments and errors as data for the page's script, in columns, safe inside HTML at any content.

Offsets stay Unicode code points; the script, which counts UTF-16 units, cuts by code point where a text needs it.
"""

import gzip
import json
from base64 import b64encode
from collections.abc import Mapping, Sequence

from ...mqm import CATEGORIES, ErrorSpan, Severity
from ...summary import Assessed
from ..markup import Markup
from ..rows import Row
from ..wording import EXPECTED_SENTENCE, LETTERS, Words, sides, whole, words_for

__all__ = ["PLAIN_LIMIT", "SCHEMA", "data_script", "error_row", "packed", "rounded", "words_of"]

SCHEMA = "mtqa.page/1"
PLAIN_LIMIT = 1_000_000
"""Characters of JSON above which it is packed (gzip, base64): a page of 10,000 segments must fit into a mail."""

_CATEGORY = {name: number for number, name in enumerate(CATEGORIES)}


def data_script(assessment: Assessed, table: Sequence[Row]) -> Markup:
    """The `<script>` element that holds the data: JSON, packed above `PLAIN_LIMIT` characters; never executed."""
    return packed(_columns(assessment, table))


def packed(columns: Mapping[str, object]) -> Markup:
    """Columns as the `<script>` element of a page: inert JSON, or gzip in base64 where that is long."""
    text = json.dumps(columns, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    if len(text) <= PLAIN_LIMIT:
        return Markup(f'<script type="application/json" id="data">{_inert(text)}</script>')
    zipped = b64encode(gzip.compress(whole(text).encode(), compresslevel=6, mtime=0)).decode("ascii")
    return Markup(f'<script type="application/gzip+base64" id="data">{zipped}</script>')


def _inert(text: str) -> str:
    """JSON that cannot end its element or open another: the three marks of HTML as escapes of JSON."""
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _columns(assessment: Assessed, table: Sequence[Row]) -> dict[str, object]:
    words = words_for(assessment.summary.reference_kind)
    found = list(dict.fromkeys(error.rule for row in table for error in row.errors))
    rules = {name: number for number, name in enumerate(found)}
    better = {score.metric.name: score.metric.higher_is_better for score in assessment.summary.scores}
    documents, systems = (list(dict.fromkeys(names)) for names in (assessment.batch.document, assessment.batch.system))
    keys = dict(zip(map(id, assessment.error_spans), assessment.finding_keys, strict=True))
    confirmed = {id(assessment.error_spans[n]) for n in assessment.decided}
    return {
        "schema": SCHEMA,
        "assessment": assessment.fingerprint,
        "reviewed": assessment.summary.review is not None,
        "documents": documents,
        "systems": systems,
        "words": words_of(words),
        "categories": list(CATEGORIES),
        "severities": [str(severity) for severity in Severity],
        "letters": [LETTERS[severity] for severity in Severity],
        "rules": found,
        "penalty": assessment.summary.penalty_points is not None,
        "expected": EXPECTED_SENTENCE if any(row.expected is not None for row in table) else None,
        "metrics": [[name, better.get(name, True)] for name in assessment.segment_scores],
        "segments": {
            "anchor": [row.anchor for row in table],
            "id": [row.id for row in table],
            "where": [row.where for row in table],
            "document": [documents.index(row.document) for row in table],
            "system": [systems.index(row.system) for row in table],
            "source": [row.source for row in table],
            "hypothesis": [row.hypothesis for row in table],
            "references": [list(row.references) for row in table],
            "status": [str(row.status) for row in table],
            "points": [rounded(row.points) for row in table],
            "expected": [rounded(row.expected) for row in table],
            "scores": [[rounded(value) for _, value in row.scores] for row in table],
        },
        "errors": [
            error_row(n, error, rules, keys[id(error)], confirmed=id(error) in confirmed)
            for n, row in enumerate(table)
            for error in row.errors
        ],
    }


def error_row(n: int, error: ErrorSpan, rules: Mapping[str, int], key: str, *, confirmed: bool) -> list[object]:
    """One error of segment `n`, in the order in which `delivery.js` reads it."""
    return [
        n,
        *(error.hypothesis.start, error.hypothesis.end, error.reference.start, error.reference.end),
        _CATEGORY[error.category],
        error.severity.rank,
        *sides(error.text, error.correction),
        error.explanation,
        list(error.evidence),
        rules[error.rule],
        error.severity_basis,
        round(error.confidence, 3),
        key,
        int(confirmed),
    ]


def words_of(words: Words) -> dict[str, str]:
    """The words of the page, for its script."""
    return {
        "one": words.one,
        "many": words.many,
        "reference": words.reference,
        "missing": words.missing,
        "extra": words.extra,
    }


def rounded(value: float | None) -> float | None:
    """The value as it is printed, so that the script shows the number that the other forms show."""
    return None if value is None else round(value, 1)
