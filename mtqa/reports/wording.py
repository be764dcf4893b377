"""The words and figures that every form of the report shares.

Against a correction an edit is an error; against an independent reference it is a difference, and every form says so.
Figures are rounded here and nowhere else, so that the page, the terminal and the notebook print the same number.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ..metric import Metric
from ..mqm import Severity
from ..segment import ReferenceKind
from ..summary import CategoryCount, ReviewTally, Summary

__all__ = [
    "EXPECTED_SENTENCE",
    "LETTERS",
    "Words",
    "assessed_sentence",
    "bounds",
    "by_cost",
    "by_severity",
    "counted",
    "figure",
    "kind_sentence",
    "listed",
    "meaning",
    "named",
    "one_line",
    "per_cent",
    "points",
    "revealed",
    "review_sentence",
    "sentence",
    "shown",
    "sides",
    "signed",
    "tongue",
    "whole",
    "words_for",
]

EXPECTED_SENTENCE = (
    "Expected penalty: the MQM points that raters would be expected to give, guessed from words alone. "
    "It ranks segments, the first to look at first; it does not compare deliveries."
)

LETTERS = {Severity.CRITICAL: "C", Severity.MAJOR: "M", Severity.MINOR: "m", Severity.NEUTRAL: "n"}
"""One letter a severity, so that no output tells them apart by colour alone."""

_INVISIBLE = {
    0x061C: "ALM", 0x200B: "ZWSP", 0x200E: "LRM", 0x200F: "RLM",
    0x202A: "LRE", 0x202B: "RLE", 0x202C: "PDF", 0x202D: "LRO", 0x202E: "RLO", 0x2060: "WJ",
    0x2066: "LRI", 0x2067: "RLI", 0x2068: "FSI", 0x2069: "PDI", 0xFEFF: "BOM", 0x00AD: "SHY",
}  # fmt: skip

_EAST = {
    "ja": re.compile("[\u3040-\u30ff]"),
    "ko": re.compile("[\u1100-\u11ff\uac00-\ud7a3]"),
    "zh": re.compile("[\u3400-\u9fff\uf900-\ufaff]"),
}
_HALF = re.compile("[\ud800-\udfff]")
_UNSEEN = re.compile(
    "[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060\u2066-\u2069\ufeff\ud800-\udfff]"
)
_HIDDEN = re.compile(
    "[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u061c\u200b\u200e\u200f"
    "\u2028-\u202e\u2060\u2066-\u2069\ufeff]"
)


@dataclass(frozen=True, slots=True)
class Words:
    """What a finding is called, in one and in many, what the reference is called, and what a one-sided finding is.

    Against a correction something is missing, or is to be removed; two translations merely differ.
    """

    one: str
    many: str
    reference: str
    missing: str = "missing"
    extra: str = "remove"

    def count(self, number: int) -> str:
        """`1 error`, `3 errors`, `no errors`."""
        return counted(number, self.one, self.many)


def words_for(kind: ReferenceKind) -> Words:
    """The words for findings against a reference of this kind: only against a correction are they errors."""
    if kind is ReferenceKind.INDEPENDENT:
        return Words("difference", "differences", "independent reference", "only in the reference", "only here")
    if kind is ReferenceKind.CORRECTION:
        return Words("error", "errors", "correction")
    return Words("finding", "findings", "reference")


def kind_sentence(kind: ReferenceKind) -> str:
    """What may be concluded from a reference of this kind, in one or two sentences."""
    if kind is ReferenceKind.INDEPENDENT:
        return (
            "The reference is an independent translation of the same source. "
            "What is marked are differences between two translations: some are mistakes, many are free choices. "
            "No penalty is given."
        )
    if kind is ReferenceKind.CORRECTION:
        return "The reference is the corrected hypothesis: every difference is an error that somebody mended."
    return "There is no reference: nothing is scored, and only the checks that need none were made."


def review_sentence(review: ReviewTally, words: Words) -> str:
    """Who looked at the findings, and what became of them; what nobody decided is said too."""
    people = ", ".join(f"{shown(name)} ({role})" for name, role in review.people)
    unreviewed = review.findings - review.confirmed - review.rejected
    counts = [
        (review.confirmed, "confirmed"),
        (review.rejected, "rejected"),
        (review.added, "added"),
        (review.disputed, "disputed"),
        (review.contested, "contested by the vendor"),
        (unreviewed, "not decided"),
    ]
    parts = ", ".join(f"{count:,} {what}" for count, what in counts if count)
    return f"Reviewed by {people}: of {counted(review.findings, words.one, words.many)} found, {parts}."


def counted(number: int, one: str, many: str) -> str:
    """A number with its noun: `no errors`, `1 error`, `1,204 errors`."""
    if number == 0:
        return f"no {many}"
    return f"{number:,} {one if number == 1 else many}"


def figure(value: float | None, *, digits: int = 1) -> str:
    """A value with one decimal and thousands marked; `–` where there is none, never a zero in its place."""
    return "–" if value is None else f"{value:,.{digits}f}"


def signed(value: float) -> str:
    """A difference with its sign, one decimal; what rounds to nothing has none."""
    text = f"{value:+,.1f}".replace("-", "−")
    return text[1:] if text[1:] == "0.0" else text


def points(value: float) -> str:
    """Penalty points: whole where they are whole, else with one decimal; thousands marked."""
    return f"{value:,.1f}".removesuffix(".0")


def bounds(interval: tuple[float, float] | None, *, digits: int = 1) -> str:
    """An interval as `12.3 to 45.6`; empty where there are too few segments to say."""
    return "" if interval is None else f"{_unsigned_zero(interval[0], digits)} to {_unsigned_zero(interval[1], digits)}"


def _unsigned_zero(value: float, digits: int) -> str:
    """What rounds to nothing has no sign."""
    text = f"{value:,.{digits}f}"
    return text if float(text.replace(",", "")) else text.removeprefix("-")


def per_cent(share: float) -> str:
    """A share of 1 as a whole percentage; what is not nothing is never printed as `0 %`."""
    return "< 1 %" if 0 < share < 0.01 else f"{100 * share:.0f} %"


def meaning(metric: Metric) -> str:
    """A metric in plain words: what it counts, and which way is better."""
    return f"{metric.about}; {'higher' if metric.higher_is_better else 'lower'} is better"


def sentence(text: str, *, capital: bool = True) -> str:
    """The text with a capital and a full stop; a name with a capital inside (chrF) stays as it is written."""
    plain = capital and text.split(" ", 1)[0].islower()
    return (text[:1].upper() if plain else text[:1]) + text[1:] + ("" if text.endswith((".", "!", "?")) else ".")


def one_line(text: str) -> str:
    """A text on one line that a terminal can print: runs of blanks are one space, controls go by their names."""
    return named(" ".join(text.split()))


def whole(text: str) -> str:
    """The text with every half of a surrogate pair as U+FFFD: a half can come in through JSON, but not go out."""
    return _HALF.sub("\ufffd", text)


def listed(items: Sequence[str], *, most: int = 12) -> str:
    """Names in a row; beyond `most` the rest is counted, not dropped in silence."""
    rest = len(items) - most
    return ", ".join(items[:most]) + (f" and {rest:,} more" if rest > 0 else "")


def shown(text: str) -> str:
    """A text that can be printed safely: invisible and control characters by name, blanks at the ends as ␣.

    For one line of a list or a terminal; a text that is to be read as it stands is never passed through here.
    """
    stripped = text.strip(" ")
    if stripped:
        before = len(text) - len(text.lstrip(" "))
        text = "␣" * before + stripped + "␣" * (len(text) - before - len(stripped))
    else:
        text = "␣" * len(text)
    return named(text)


def revealed(text: str) -> list[tuple[str, bool]]:
    """The text in runs, each with whether it is the name of an invisible control instead of text.

    Joiners stay (scripts and emoji need them); so do line breaks and tabs. Marks of direction stay behind their
    name, since they are part of right-to-left spelling; what overrides or embeds a direction is only named.
    """
    found: list[tuple[str, bool]] = []
    start = 0
    for place in _HIDDEN.finditer(text):
        if place.start() > start:
            found.append((text[start : place.start()], False))
        found.append((name_of(place[0])[1:-1], True))
        start = place.start() if place[0] in "\u061c\u200e\u200f" else place.end()
    if start < len(text):
        found.append((text[start:], False))
    return found


def sides(text: str, correction: str) -> tuple[str, str]:
    """Both sides of a finding for one line: blanks at the ends are shown where nothing else differs."""
    if text.strip(" ") == correction.strip(" ") or not text.strip(" ") + correction.strip(" "):
        return shown(text), shown(correction)
    return shown(text.strip(" ") or text), shown(correction.strip(" ") or correction)


def tongue(text: str) -> str | None:
    """The language tag that gives Han characters their right shapes: ja with kana, ko with hangul, else zh.

    None for a text without such characters: its shapes do not depend on a tag.
    """
    return next((tag for tag, script in _EAST.items() if script.search(text)), None)


def named(text: str) -> str:
    """The text with every invisible or control character as its name in brackets; joiners stay, they spell words."""
    return _UNSEEN.sub(lambda place: name_of(place[0]), text)


def name_of(character: str) -> str:
    """`⟨RLO⟩` for a control that has a short name, `⟨U+0007⟩` for another."""
    code = ord(character)
    return f"⟨{_INVISIBLE.get(code, f'U+{code:04X}')}⟩"


def by_cost(summary: Summary) -> list[CategoryCount]:
    """The categories in the order in which they matter: most penalty points, then most findings, then by name.

    Where no penalty is given (an independent reference) the number of findings comes first.
    """
    priced = summary.penalty_points is not None
    return sorted(summary.categories, key=lambda row: (-row.points if priced else 0.0, -row.total, row.category))


def by_severity(summary: Summary) -> tuple[tuple[Severity, int], ...]:
    """How many findings of each severity there are, the worst first; what never occurs is left out."""
    return tuple(sorted(((s, n) for s, n in summary.severities if n), key=lambda pair: -pair[0].rank))


def assessed_sentence(summary: Summary) -> str:
    """How much was looked at, and what was left out."""
    parts = [f"{counted(summary.segments, 'segment', 'segments')}, {counted(summary.words, 'word', 'words')}"]
    if summary.assessed != summary.segments:
        parts.append(f"{summary.assessed:,} assessed")
    if summary.unaligned_hypotheses:
        parts.append(f"{summary.unaligned_hypotheses:,} without a reference")
    if summary.unaligned_references:
        parts.append(f"{counted(summary.unaligned_references, 'reference line', 'reference lines')} without a partner")
    return "; ".join(parts)
