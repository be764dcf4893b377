"""Deliveries made by hand for the tests of the gate: words, findings and scores are what the test says."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from mtqa.hygiene import Concern, Notice
from mtqa.metric import Signature
from mtqa.mqm import ErrorSpan, Severity
from mtqa.segment import Batch, ReferenceKind, Segment, Span
from mtqa.summary import Status


@dataclass
class Delivery:
    """An assessment as the gate sees it (`mtqa.summary.Assessed`)."""

    batch: Batch
    status: tuple[Status, ...]
    error_spans: tuple[ErrorSpan, ...]
    segment_scores: Mapping[str, tuple[float | None, ...]]
    notices: tuple[Notice, ...] = ()
    signatures: Mapping[str, Signature] = field(default_factory=dict)
    decided: Mapping[int, bool] = field(default_factory=dict)

    @property
    def alignment(self) -> tuple[None, ...]:
        return (None,) * len(self.batch)

    @property
    def summary(self) -> Any:
        return SimpleNamespace(notices=self.notices)


def finding(segment: int, severity: str = "major", category: str = "accuracy/mistranslation") -> ErrorSpan:
    """A finding on the first word of a segment."""
    return ErrorSpan(
        id=str(segment),
        hypothesis=Span(0, 4),
        reference=Span(0, 4),
        text="word",
        correction="text",
        category=category,
        severity=Severity(severity),
        severity_basis="test",
        rule="test",
        evidence=(),
        explanation="",
        confidence=1.0,
        reference_kind=ReferenceKind.CORRECTION,
        document=document_of(segment),
    )


def document_of(segment: int) -> str:
    """Ten segments a document: `news_0`, `news_1` …"""
    return f"news_{segment // 10}"


def delivery(
    segments: int = 100,
    findings: Sequence[ErrorSpan] = (),
    *,
    words: int = 10,
    scores: Mapping[str, Sequence[float | None]] | None = None,
    kind: ReferenceKind = ReferenceKind.CORRECTION,
    status: Mapping[int, Status] | None = None,
    notices: Mapping[str, int] | None = None,
    text: str = "word",
    source: str | None = None,
    domain: Callable[[int], str] = lambda segment: "",
    language_pair: Callable[[int], str] = lambda segment: "",
) -> Delivery:
    """So many segments of so many words each, with these findings, scores, statuses and notices (name → segments)."""
    rows = [
        Segment(
            str(n),
            " ".join([text] * words),
            ("reference",),
            source,
            document_of(n),
            "vendor",
            kind,
            domain(n),
            language_pair(n),
        )
        for n in range(segments)
    ]
    signs = {name: Signature(name, (("version", "1"),)) for name in scores or {}}
    return Delivery(
        batch=Batch.of(rows),
        status=tuple((status or {}).get(n, Status.PAIRED) for n in range(segments)),
        error_spans=tuple(_of_vendor(each) for each in findings),
        segment_scores={name: tuple(values) for name, values in (scores or {}).items()},
        notices=tuple(
            Notice(name, Concern.WARNING, "said", tuple(str(n) for n in range(count)))
            for name, count in (notices or {}).items()
        ),
        signatures=signs,
    )


def _of_vendor(error: ErrorSpan) -> ErrorSpan:
    from dataclasses import replace

    return replace(error, system="vendor")
