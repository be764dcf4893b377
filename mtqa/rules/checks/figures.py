"""Figures and dates that source and hypothesis do not share.

A figure is read in every way that some language writes it (1.500 is 1500 or 1.5; 3万 is 30000), number words, month
names and Roman numerals count as figures met, so that only what no reading explains is said.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

import regex

from ...language import Language
from ...language.calendar import month_names, weekday_names
from ...mqm import Severity
from ...segment import Span
from ..case import quoted
from .numerals import figures, spelled
from .unit import Finding, Unit

__all__ = ["figure_added", "figure_lost", "source_date", "source_figure"]

_DIGIT = regex.compile(r"\p{Nd}")
_NAME = regex.compile(r"[A-Za-z]{1,2}-?$")
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
           "December")  # fmt: skip
_AMBIGUOUS = frozenset({"may", "march", "mars", "mar", "mai", "maj", "sun", "sat", "dec", "mart", "set", "ago", "out"})
_ALMOST = 3  # figures that differ; more of them on one side are another text, which one finding a figure would not say


_Named = tuple[int, int, int]  # start, end, number of a month or weekday


@dataclass(frozen=True, slots=True)
class _Compared:
    """The figures of either side that nothing on the other explains: (start, end, text)."""

    lost: tuple[tuple[int, int, str], ...]
    added: tuple[tuple[int, int, str], ...]


def source_figure(unit: Unit) -> Iterator[Finding]:
    """A figure that the source has not, where the source has one that the hypothesis has not.

    Wrong: "in 1987" of "1978年"   Right: "in 1978"   -> accuracy/number, critical
    """
    compared = _compared(unit)
    if not compared.lost or len(compared.lost) != len(compared.added) or len(compared.lost) > _ALMOST:
        return
    for (_, _, wanted), (start, end, given) in zip(compared.lost, compared.added, strict=True):
        fact = f"{given} in the hypothesis, {wanted} in the source"
        yield Finding(
            Span(start, end),
            "accuracy/number",
            (fact,),
            f"The figure {quoted(given)} is not in the source, whose {quoted(wanted)} is not in the hypothesis.",
            wanted if wanted.isascii() and wanted.isdigit() else "",
            f"{wanted}",
            Severity.CRITICAL,
            "number-value",
        )


def figure_lost(unit: Unit) -> Iterator[Finding]:
    """A figure of the source that the hypothesis has neither in digits nor, as far as its tables know, in words.

    Wrong: "many people" of "340 Menschen"   Right: "340 people"   -> accuracy/omission, major
    """
    compared = _compared(unit)
    if compared.added or not unit.hypothesis.strip() or len(compared.lost) > _ALMOST:
        return
    end = len(unit.hypothesis.rstrip())
    for _, _, wanted in compared.lost:
        yield Finding(
            Span(end, end),
            "accuracy/omission",
            (f"{wanted} in the source, not found in the hypothesis",),
            f"The figure {quoted(wanted)} of the source was not found in the hypothesis, in digits or in words.",
            key=wanted,
            severity=Severity.MAJOR,
            basis="figure-in-content",
        )


def figure_added(unit: Unit) -> Iterator[Finding]:
    """A figure of the hypothesis that the source has neither in digits nor in the number words of its table.

    Wrong: "340 people" of "viele Menschen"   Right: "many people"   -> accuracy/number, major
    """
    compared = _compared(unit)
    if compared.lost or not unit.source_language.numbers or len(compared.added) > _ALMOST:
        return
    for start, end, given in compared.added:
        yield Finding(
            Span(start, end),
            "accuracy/number",
            (f"{given} in the hypothesis, not found in the source",),
            f"The figure {quoted(given)} was not found in the source, in digits or in words.",
            key=given,
            severity=Severity.MAJOR,
            basis="figure-without-source",
        )


def source_date(unit: Unit) -> Iterator[Finding]:
    """A month or a weekday that differs from the one of the source, where both have exactly as many.

    Wrong: "on Tuesday" of "am Donnerstag"   Right: "on Thursday"   -> accuracy/date-time, critical
    """
    if not unit.source:
        return
    for kind, names in (("weekday", _WEEKDAYS), ("month", _MONTHS)):
        there = _named(unit.source, unit.source_language.code, kind)
        if not there:
            continue
        here = _named(unit.hypothesis, unit.code, kind)
        if len(here) != len(there) or {n for _, _, n in here} == {n for _, _, n in there}:
            continue
        strange = [row for row in here if row[2] not in {n for _, _, n in there}]
        missing = [row for row in there if row[2] not in {n for _, _, n in here}]
        for (start, end, _), (first, last, number) in _pairs(strange, missing):
            given, wanted = unit.hypothesis[start:end], unit.source[first:last]
            name = names[number if kind == "weekday" else number - 1]
            yield Finding(
                Span(start, end),
                "accuracy/date-time",
                (f"{kind} {given} against {wanted} in the source",),
                f"The {kind} {quoted(given)} is {quoted(wanted)} in the source.",
                name if unit.code == "en" else "",
                f"{kind} {wanted}",
                Severity.CRITICAL,
                "date-value",
            )


def _pairs(one: list[_Named], other: list[_Named]) -> "zip[tuple[_Named, _Named]]":
    return zip(one[: len(other)], other[: len(one)], strict=True)


def _compared(unit: Unit) -> _Compared:
    if not unit.source or not (_DIGIT.search(unit.source) or _DIGIT.search(unit.hypothesis)):
        return _Compared((), ())
    return _difference(unit.source, unit.hypothesis, unit.source_language, unit.language)


@lru_cache(maxsize=16)
def _difference(source: str, hypothesis: str, source_language: Language, language: Language) -> _Compared:
    there, here = figures(source, source_language), figures(hypothesis, language)
    words_there, words_here = spelled(source, source_language), spelled(hypothesis, language)
    met = words_here.union(*(figure.values for figure in here))
    given = words_there.union(*(figure.values for figure in there))
    parts_here = met.union(*(part for figure in here for part in figure.parts))
    parts_there = given.union(*(part for figure in there for part in figure.parts))
    lost = tuple(
        (f.start, f.end, f.text) for f in there if not f.met(met, parts_here) and not _of_name(source, f.start)
    )
    added = tuple((f.start, f.end, f.text) for f in here if not f.met(given, parts_there))
    return _Compared(lost, added)


def _of_name(text: str, start: int) -> bool:
    """Whether a figure is part of a name: COVID-19, S3, AB0."""
    return bool(_NAME.search(text, max(0, start - 3), start))


def _named(text: str, code: str, kind: str) -> list[tuple[int, int, int]]:
    """(start, end, number) of the months or weekdays that are named in a text."""
    pattern, table = _calendar(code, kind)
    if not table:
        return []
    found = []
    for match in pattern.finditer(text):
        name = match[0].lower()
        if code in ("zh", "ja", "ko") or name not in _AMBIGUOUS or _beside_figure(text, *match.span()):
            if code == "en" and not match[0][0].isupper():
                continue
            found.append((*match.span(), table[name]))
    return found


def _beside_figure(text: str, start: int, end: int) -> bool:
    return (
        bool(_DIGIT.search(text[max(0, start - 4) : start]) or _DIGIT.search(text[end : end + 4]))
        and text[start].isupper()
    )


@cache
def _calendar(code: str, kind: str) -> "tuple[regex.Pattern[str], Mapping[str, int]]":
    table = month_names(code) if kind == "month" else weekday_names(code)
    names = "|".join(regex.escape(name) for name in sorted(table, key=lambda name: (-len(name), name)))
    if code in ("zh", "ja"):
        return regex.compile(names or "(?!)"), table
    return regex.compile(rf"(?<![\p{{L}}\p{{M}}])(?:{names or '(?!)'})(?![\p{{L}}\p{{M}}])", regex.I), table
