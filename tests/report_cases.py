"""Assessments made by hand for the tests of reports: small, complete, and independent of every engine and rule."""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from pathlib import Path
from random import Random

from mtqa.hygiene import Concern, Notice
from mtqa.metric import METRICS, Score, Signature
from mtqa.mqm import PROFILES, ErrorSpan, Severity, SystemicFinding
from mtqa.segment import Batch, ReferenceKind, Segment, Span
from mtqa.summary import CategoryCount, Group, Rate, Status, Summary, WorstSegment, fingerprint
from mtqa.text import word_count

ROOT = Path(__file__).parent.parent
PROFILE = PROFILES["mqm-core"]


@dataclass(frozen=True, slots=True)
class Made:
    """An assessment as reports see it."""

    batch: Batch
    status: tuple[Status, ...]
    alignment: tuple[float | None, ...]
    segment_scores: dict[str, tuple[float | None, ...]]
    signatures: dict[str, Signature]
    error_spans: tuple[ErrorSpan, ...]
    summary: Summary
    extra: dict[str, str] = field(default_factory=dict)
    decided: dict[int, bool] = field(default_factory=dict)
    review: None = None

    @property
    def expected_penalty(self) -> tuple[float | None, ...]:
        return (None,) * len(self.batch)

    @property
    def fingerprint(self) -> str:
        return fingerprint(self.batch, self.error_spans)

    @property
    def finding_keys(self) -> tuple[str, ...]:
        return tuple(str(n) for n in range(len(self.error_spans)))


def error(
    segment: Segment, found: tuple[int, int, int, int], category: str, severity: Severity, **more: object
) -> ErrorSpan:
    """An error span over `found` = (hypothesis start, end, reference start, end) of a segment."""
    hypothesis, reference = Span(*found[:2]), Span(*found[2:])
    given = {
        "severity_basis": "category",
        "rule": "by-hand",
        "evidence": ("measured by hand",),
        "explanation": f"{category} by hand",
        "confidence": 0.8,
        **more,
    }
    return ErrorSpan(
        id=segment.id,
        hypothesis=hypothesis,
        reference=reference,
        text=hypothesis.of(segment.hypothesis),
        correction=reference.of(segment.reference or ""),
        category=category,
        severity=severity,
        reference_kind=segment.reference_kind,
        document=segment.document,
        system=segment.system,
        **given,  # type: ignore[arg-type]
    )


def guessed(segment: Segment) -> list[ErrorSpan]:
    """Word edits of a segment, typed by the roughest of rules: enough to fill a page, never to judge a text."""
    if segment.reference is None:
        return []
    left = list(re.finditer(r"\w+|[^\w\s]", segment.hypothesis))
    right = list(re.finditer(r"\w+|[^\w\s]", segment.reference))
    matcher = SequenceMatcher(None, [m[0] for m in left], [m[0] for m in right], autojunk=False)
    found = []
    for tag, i, j, k, m in matcher.get_opcodes():
        if tag == "equal":
            continue
        a, b = (left[i].start(), left[j - 1].end()) if i < j else (_edge(left, i),) * 2
        c, d = (right[k].start(), right[m - 1].end()) if k < m else (_edge(right, k),) * 2
        category, severity = _kind(segment.hypothesis[a:b], segment.reference[c:d])
        was, now = segment.hypothesis[a:b], segment.reference[c:d]
        found.append(
            error(
                segment, (a, b, c, d), category, severity,
                explanation=f"“{was}” is “{now}” in the reference.", evidence=(f"{j - i} → {m - k} tokens",),
            )
        )  # fmt: skip
    return found


def _edge(tokens: Sequence[re.Match[str]], index: int) -> int:
    return tokens[index - 1].end() if index else 0


def _kind(was: str, now: str) -> tuple[str, Severity]:
    if re.search(r"\d", was + now):
        return "accuracy/number", Severity.CRITICAL
    if not was:
        return "accuracy/omission", Severity.MAJOR
    if not now:
        return "accuracy/addition", Severity.MAJOR
    if not re.search(r"\w", was + now):
        return "fluency/punctuation", Severity.MINOR
    if was[:1].isupper() and now[:1].isupper():
        return "accuracy/named-entity", Severity.MAJOR
    return ("accuracy/mistranslation", Severity.MAJOR) if len(was) > 12 else ("fluency/word-form", Severity.MINOR)


def made(
    segments: Sequence[Segment], errors: Sequence[ErrorSpan], *, scored: bool = True, notices: Sequence[Notice] = ()
) -> Made:
    """The assessment of these segments and errors; the scores are plain functions of the error counts."""
    batch = Batch.of(segments)
    kind = batch.reference_kind
    paired = tuple(Status.PAIRED if s.references else Status.UNALIGNED for s in segments)
    per = Counter((e.id, e.document, e.system) for e in errors)
    keys = [(s.id, s.document, s.system) for s in segments]
    chrf = tuple(
        round(100 / (1 + 0.15 * per[k]), 3) if s.references else None for k, s in zip(keys, segments, strict=True)
    )
    ter = tuple(8.25 * per[k] if s.references else None for k, s in zip(keys, segments, strict=True))
    values = {"chrF2++": chrf, "TER": ter} if scored else {}
    signatures = {
        name: Signature(name, (("nrefs", "1"), ("eng", "by-hand"), ("data", "0123456789ab"))) for name in values
    }
    return Made(
        batch=batch,
        status=paired,
        alignment=(None,) * len(batch),
        segment_scores=values,
        signatures=signatures,
        error_spans=tuple(errors),
        summary=_summary(segments, errors, values, signatures, kind, notices),
    )


def _summary(segments, errors, values, signatures, kind, notices) -> Summary:  # type: ignore[no-untyped-def]
    words = sum(word_count(s.hypothesis) for s in segments)
    corrected = kind is not ReferenceKind.INDEPENDENT
    cost = [float(PROFILE.penalty(e.category, e.severity)) for e in errors]
    points = float(sum(cost))
    scores = tuple(
        Score(METRICS["chrf++" if name == "chrF2++" else "ter"], _mean(column), len(segments), signatures[name],
              (_mean(column) - 4.2, _mean(column) + 3.9))
        for name, column in values.items()
    )  # fmt: skip
    table = Counter((e.category, e.severity) for e in errors)
    categories = tuple(
        CategoryCount(
            name,
            tuple((s, table[name, s]) for s in Severity),
            float(sum(c for e, c in zip(errors, cost, strict=True) if e.category == name)) if corrected else 0.0,
        )
        for name in dict.fromkeys(e.category for e in errors)
    )
    return Summary(
        segments=len(segments),
        assessed=sum(1 for s in segments if s.references),
        unaligned_hypotheses=sum(1 for s in segments if not s.references),
        unaligned_references=0,
        words=words,
        reference_kind=kind,
        kind_basis="given",
        profile=PROFILE.name,
        scores=scores,
        segment_means=scores,
        normalised=scores[:1],
        errors=len(errors),
        errors_per_1000=Rate(1000 * len(errors) / words, (0.8e3 * len(errors) / words, 1.3e3 * len(errors) / words)),
        penalty_points=points if corrected else None,
        penalty=Rate(1000 * points / words, (800 * points / words, 1300 * points / words)) if corrected else None,
        categories=categories,
        severities=tuple((s, sum(1 for e in errors if e.severity is s)) for s in Severity),
        groups=_groups(segments, errors, corrected),
        worst=_worst(segments, errors, cost, values),
        systemic=_systemic(errors),
        notices=tuple(notices),
    )


def _mean(values: Sequence[float | None]) -> float:
    known = [value for value in values if value is not None]
    return sum(known) / len(known)


def _groups(segments, errors, corrected) -> tuple[Group, ...]:  # type: ignore[no-untyped-def]
    found = []
    for document, system in dict.fromkeys((s.document, s.system) for s in segments):
        mine = [s for s in segments if (s.document, s.system) == (document, system)]
        wrong = [e for e in errors if (e.document, e.system) == (document, system)]
        words = sum(word_count(s.hypothesis) for s in mine)
        points = float(sum(PROFILE.penalty(e.category, e.severity) for e in wrong))
        rate = Rate(1000 * points / words, None) if corrected and words else None
        found.append(Group(document, system, len(mine), words, len(wrong), points, rate, ()))
    return tuple(found)


def _worst(segments, errors, cost, values) -> tuple[WorstSegment, ...]:  # type: ignore[no-untyped-def]
    points: dict[tuple[str, str, str], float] = defaultdict(float)
    counts: Counter[tuple[str, str, str]] = Counter()
    for e, c in zip(errors, cost, strict=True):
        points[e.id, e.document, e.system] += c
        counts[e.id, e.document, e.system] += 1
    place = {(s.id, s.document, s.system): n for n, s in enumerate(segments)}
    ordered = sorted(points, key=lambda key: (-points[key], place[key]))[:10]
    return tuple(
        WorstSegment(*key, points[key], counts[key], tuple((n, c[place[key]]) for n, c in values.items()))
        for key in ordered
    )


def _systemic(errors: Sequence[ErrorSpan]) -> tuple[SystemicFinding, ...]:
    found = [n for n, e in enumerate(errors) if e.category == "accuracy/number"]
    if len(found) < 2:
        return ()
    first = errors[found[0]]
    ids = tuple(dict.fromkeys(errors[n].id for n in found))
    return (
        SystemicFinding(first.rule, first.category, first.severity, "figure written in another way",
                        f"{first.text} → {first.correction}", tuple(found), ids),
    )  # fmt: skip


def seed(kind: ReferenceKind = ReferenceKind.CORRECTION) -> Made:
    """The seed, line against line, with guessed errors."""
    name = "001_9c63570fe49a1101.txt"
    left = (ROOT / "seeds" / name).read_text(encoding="utf-8").split("\n")
    right = (ROOT / "references" / name).read_text(encoding="utf-8").split("\n")
    pairs = [(a, b) for a, b in zip(left, right, strict=True) if a]
    segments = [
        Segment(str(n), a, (b,), document="001_9c63570fe49a1101", reference_kind=kind)
        for n, (a, b) in enumerate(pairs, 1)
    ]
    notice = Notice(
        "typography",
        Concern.NOTE,
        "Quotation marks are curly on both sides; nothing is lost by it.",
        ("1", "4"),
        "leave them",
    )
    doubt = Notice(
        "blank-before-hyphen", Concern.WARNING, "5 segments have a space before a hyphen.", ("2", "5", "13"), ""
    )
    return made(segments, [e for s in segments for e in guessed(s)], notices=(notice, doubt))


def large(count: int) -> Made:
    """A delivery of `count` segments, each one of the seed with a tail of words of its own: for measuring the page."""
    few = seed()
    vocabulary = sorted({word for text in few.batch.hypothesis for word in text.split()})
    draw = Random(20250511)  # texts that differ, so that the size of a packed page says something
    segments, errors = [], []
    for n in range(count):
        base = few.batch[n % len(few.batch)]
        tail = f"({n}) {' '.join(draw.choices(vocabulary, k=12))}"
        segment = Segment(
            str(n + 1), f"{base.hypothesis} {tail}", tuple(f"{r} {tail}" for r in base.references),
            document=f"doc-{n // 500 + 1}", reference_kind=base.reference_kind,
        )  # fmt: skip
        segments.append(segment)
        for e in few.error_spans:
            if e.id == base.id:
                place = (e.hypothesis.start, e.hypothesis.end, e.reference.start, e.reference.end)
                errors.append(
                    error(segment, place, e.category, e.severity, explanation=e.explanation, evidence=e.evidence)
                )
    return made(segments, errors)
