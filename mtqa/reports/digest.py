"""The summary as a handful of small tables: what the terminal, a log and a ticket print, in one order.

Overview, scores, categories, recurring findings, worst segments, notices on the input, signatures: a number never
comes without its signature, an interval is given where there is one, and what is cut short is counted.
"""

from dataclasses import dataclass, replace

from ..mqm import ErrorSpan, Severity
from ..summary import Assessed, Rate, Summary
from .rows import find_row, profile_of, rows
from .wording import (
    EXPECTED_SENTENCE,
    LETTERS,
    Words,
    assessed_sentence,
    bounds,
    by_cost,
    by_severity,
    counted,
    figure,
    kind_sentence,
    listed,
    one_line,
    per_cent,
    review_sentence,
    shown,
    sides,
    words_for,
)

__all__ = ["Section", "change", "digest"]

_MOST_ERRORS_OF_ONE_SEGMENT = 5


@dataclass(frozen=True, slots=True)
class Section:
    """One table of the digest: a title, column names (empty where they go without saying), rows, and a sentence.

    `numeric` are the columns that are set flush right. No cell holds a line break, a control character or two spaces
    in a row.
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: frozenset[int] = frozenset()
    note: str = ""


def digest(assessment: Assessed) -> tuple[Section, ...]:
    """The tables of an assessment that have something to say, in the order in which they are read."""
    summary = assessment.summary
    words = words_for(summary.reference_kind)
    found = (
        _overview(summary, words),
        _scores(summary),
        _categories(summary, words),
        _systemic(summary, words),
        _worst(assessment, words),
        _groups(summary, words),
        _notices(summary),
        _signatures(assessment),
    )
    return tuple(
        replace(section, rows=tuple(tuple(map(one_line, row)) for row in section.rows))
        for section in found
        if section.rows
    )


def change(error: ErrorSpan) -> str:
    """`[wrong] → right`; an omission is `[] → right`, an addition `[wrong] →`; what is only marked is `[marked]`."""
    before, after = sides(error.text, error.correction)
    return f"[{before}]" if error.only_marked else f"[{before}] → {after}".rstrip()


def _overview(summary: Summary, words: Words) -> Section:
    basis = f": {summary.kind_basis}" if summary.kind_basis else ""
    lines = [
        ("assessed", assessed_sentence(summary)),
        ("reference", f"{words.reference}{basis}"),
        (words.many, f"{counted(summary.errors, words.one, words.many)}{_per_thousand(summary.errors_per_1000)}"),
    ]
    if summary.penalty_points is not None:
        points = f"{figure(summary.penalty_points)} points{_per_thousand(summary.penalty)}, profile {summary.profile}"
        lines.append(("penalty", points))
        over = f"{summary.words:,} hypothesis words"
        for made, score in summary.quality:
            lines.append(("quality", f"{figure(score)} of 100 (MQM quality score, {made}; {over})"))
    counts = ", ".join(f"{count} {severity}" for severity, count in by_severity(summary))
    if counts:
        lines.append(("severity", counts))
    if summary.review is not None:
        lines.append(("review", review_sentence(summary.review, words)))
    return Section("Assessment", (), tuple(lines), note=kind_sentence(summary.reference_kind))


def _per_thousand(rate: Rate | None) -> str:
    if rate is None:
        return ""
    interval = f" [{bounds(rate.interval)}]" if rate.interval else " (too few segments for an interval)"
    return f"; {figure(rate.value)} per 1,000 words{interval}"


def _scores(summary: Summary) -> Section:
    means = {score.metric.name: score for score in summary.segment_means}
    plain = {score.metric.name: score for score in summary.normalised}
    lines = []
    for score in summary.scores:
        mean, normalised = means.get(score.metric.name), plain.get(score.metric.name)
        lines.append(
            (
                score.metric.name,
                figure(score.value),
                bounds(score.interval),
                figure(mean.value if mean else None),
                bounds(mean.interval) if mean else "",
                figure(normalised.value if normalised else None),
                "higher" if score.metric.higher_is_better else "lower",
            )
        )
    confidence = summary.scores[0].confidence if summary.scores else 0.95
    note = f"Intervals at {per_cent(confidence)}. Normalised: quotes, dashes and spaces made plain on both sides."
    columns = ("metric", "corpus", "interval", "segment mean", "interval", "normalised", "better")
    return Section("Scores", columns, tuple(lines), frozenset({1, 3, 5}), note)


def _categories(summary: Summary, words: Words) -> Section:
    worst_first = [severity for severity, _ in by_severity(summary)]
    lines = []
    for row in by_cost(summary):
        counts = dict(row.counts)
        cells = [str(counts.get(severity) or "·") for severity in worst_first]
        points = [] if summary.penalty_points is None else [figure(row.points)]
        lines.append((row.category, *cells, str(row.total), *points))
    penalty = [] if summary.penalty_points is None else ["points"]
    columns = ("category", *(str(severity) for severity in worst_first), "all", *penalty)
    title = f"{words.many.capitalize()} by category and severity"
    return Section(title, columns, tuple(lines), frozenset(range(1, len(columns))))


def _systemic(summary: Summary, words: Words) -> Section:
    lines = tuple(
        (
            finding.pattern,
            f"{len(finding.instances)}×",
            finding.category,
            str(finding.severity),
            shown(finding.example),
            listed(finding.segments),
        )
        for finding in summary.systemic
    )
    columns = ("what", "times", "category", "severity", "example", "segments")
    return Section(
        f"The same {'defect' if words.one == 'error' else words.one} again and again", columns, lines, frozenset({1})
    )


def _worst(assessment: Assessed, words: Words) -> Section:
    """The errors of the worst segments, most severe first; what is cut short is counted."""
    table = rows(assessment)
    lines: list[tuple[str, ...]] = []
    for worst in assessment.summary.worst:
        row = find_row(table, worst)
        if row is None or not row.errors:
            continue
        for error in row.worst[:_MOST_ERRORS_OF_ONE_SEGMENT]:
            lines.append((row.anchor, LETTERS[error.severity], error.category, change(error), error.explanation))
        rest = len(row.errors) - _MOST_ERRORS_OF_ONE_SEGMENT
        if rest > 0:
            lines.append((row.anchor, "", "", f"and {counted(rest, f'more {words.one}', f'more {words.many}')}", ""))
    legend = ", ".join(f"{LETTERS[severity]} {severity}" for severity in reversed(Severity))
    wrong = words.one == "error"
    columns = ("segment", "", "category", "[is] → should be" if wrong else "[hypothesis] → reference", "why")
    title = "Worst segments" if profile_of(assessment) else "Segments to look at first"
    order = (
        f" {EXPECTED_SENTENCE}" if any(worst.expected_penalty is not None for worst in assessment.summary.worst) else ""
    )
    note = f"{legend}; [] is {'an omission' if wrong else words.missing}"
    return Section(title, columns, tuple(lines), note=f"{note}.{order}" if order else note)


def _groups(summary: Summary, words: Words) -> Section:
    if len(summary.groups) < 2:
        return Section("", (), ())
    names = [score.metric.name for score in summary.groups[0].scores]
    lines = []
    for group in summary.groups:
        values = {score.metric.name: score.value for score in group.scores}
        rate = "–" if group.penalty is None else figure(group.penalty.value)
        cells = [str(group.segments), str(group.words), str(group.errors), rate]
        lines.append((group.document or "–", group.system or "–", *cells, *(figure(values.get(n)) for n in names)))
    columns = ("document", "system", "segments", "words", words.many, "penalty/1,000", *names)
    return Section("Documents and systems", columns, tuple(lines), frozenset(range(2, len(columns))))


def _notices(summary: Summary) -> Section:
    lines = tuple(
        (str(notice.concern), notice.check, shown(notice.message), listed(notice.segments), shown(notice.mend))
        for notice in summary.notices
    )
    return Section("Notices on the input", ("concern", "check", "what", "segments", "what to do"), lines)


def _signatures(assessment: Assessed) -> Section:
    """The corpus signature of each metric; a note says in what the others differ (the page and JSON give all)."""
    summary = assessment.summary
    corpus = [(score.metric.name, str(score.signature)) for score in summary.scores]
    profile = profile_of(assessment)
    penalty = [] if profile is None else [(f"penalty {profile.label}", profile.source)]
    bleu = ", BLEU with eff:yes" if any(score.metric.key == "bleu" for score in summary.scores) else ""
    others = [f"Segment scores: level:segment{bleu}."]
    if summary.normalised:
        others.append("Normalised values: normaliser:typography.")
    return Section("Signatures", ("metric", "signature"), (*corpus, *penalty), note=" ".join(others))
