"""What a document does in two ways: quotation marks, figures, dates, and one source sentence translated twice."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence

import regex

from ...language.calendar import month_names
from ...segment import Span
from ...text import word_count
from ..case import quoted
from .unit import Finding, Unit

__all__ = ["mixed_dates", "mixed_numbers", "mixed_quotes", "one_source_two_ways"]

Places = Iterator[tuple[int, Finding]]
USUAL = 4  # uses of the usual way, at least
RARE = 0.25  # share of the other ways together, at most; nearer to half there is no usual way
_POINT = frozenset({"en", "zh", "ja", "ko", "th", "he", "hi", "und"})  # languages of the decimal point
_QUOTES = (("straight", regex.compile('"')), ("typographic", regex.compile("[“”„«»]")))
_INCH = regex.compile(r'\d"|\d″')
_NUMBER = regex.compile(
    r"(?<![\w.,:/-])(?:\d{1,3}(?:[.,\u00a0\u202f ]\d{3})+(?:[.,]\d+)?|\d+[.,]\d{1,2})(?![\w]|[.,:/-]\d)"
)


def mixed_quotes(units: Sequence[Unit]) -> Places:
    """Straight quotation marks in a document that has typographic ones, or the other way round.

    Wrong: "\\"Yes\\" among “…”"   Right: "“Yes” among “…”"   -> fluency/punctuation, minor
    """

    def uses(unit: Unit) -> Iterator[tuple[int, int, str]]:
        if _INCH.search(unit.hypothesis):
            return
        for way, pattern in _QUOTES:
            for match in pattern.finditer(unit.hypothesis):
                yield match.start(), match.end(), way

    yield from _rare(units, uses, "quotation marks", "fluency/punctuation", once=True)


def mixed_numbers(units: Sequence[Unit]) -> Places:
    """A figure grouped or divided in another way than the other figures of the document.

    Wrong: "1.500 among 2,300 and 4,100"   Right: "1,500 among 2,300 and 4,100"   -> locale/number-format, minor
    """

    def uses(unit: Unit) -> Iterator[tuple[int, int, str]]:
        for match in _NUMBER.finditer(unit.hypothesis):
            point = _decimal_mark(match[0], "." if unit.code in _POINT else ",")
            if point:
                yield (*match.span(), f"decimal {'point' if point == '.' else 'comma'}")

    yield from _rare(units, uses, "figures", "locale/number-format")


def _decimal_mark(figure: str, usual: str) -> str:
    """The mark that a figure has or would have before its decimals; '' where it does not tell.

    One mark before three digits groups them where it is not the language's decimal mark, or where they are hundreds.
    """
    marks = [character for character in figure if not character.isdigit()]
    if marks[0] not in ".,":
        return marks[-1] if marks[-1] in ".," else ""
    other = "," if marks[0] == "." else "."
    if len(set(marks)) == 2:
        return marks[-1]
    if len(marks) > 1:
        return other
    digits = figure.rsplit(marks[0], 1)[1]
    if len(digits) == 3 and figure[0] != "0" and (marks[0] != usual or digits.endswith("00")):
        return other
    return marks[0]


def mixed_dates(units: Sequence[Unit]) -> Places:
    """A date written in another order or notation than the other dates of the document.

    Wrong: "11/05/2025 among May 3, 2025"   Right: "May 11, 2025"   -> locale/date-format, minor
    """
    code = units[0].code if units else "und"
    months = "|".join(regex.escape(name) for name in sorted(month_names(code), key=len, reverse=True)) or "(?!)"
    pattern = regex.compile(
        rf"(?<![\w/.-])(?:(?P<month_day>(?:{months})\.?\s\d{{1,2}}(?:st|nd|rd|th)?(?:,?\s\d{{4}})?)"
        rf"|(?P<day_month>\d{{1,2}}(?:st|nd|rd|th|\.)?\s(?:of\s)?(?:{months})\.?(?:,?\s\d{{4}})?)"
        r"|(?P<iso>\d{4}-\d{2}-\d{2})|(?P<slashes>\d{1,2}/\d{1,2}/\d{4})|(?P<points>\d{1,2}\.\d{1,2}\.\d{4}))(?![\w/-])",
        regex.I,
    )

    def uses(unit: Unit) -> Iterator[tuple[int, int, str]]:
        for match in pattern.finditer(unit.hypothesis):
            yield (*match.span(), _ORDERS[match.lastgroup or ""])

    yield from _rare(units, uses, "dates", "locale/date-format")


_ORDERS = {
    "month_day": "month before day",
    "day_month": "day before month",
    "iso": "year-month-day in figures",
    "slashes": "figures and slashes",
    "points": "figures and points",
}


def one_source_two_ways(units: Sequence[Unit]) -> Places:
    """The same source sentence, three words or more, translated in another way than elsewhere in the document.

    Wrong: "Press start" where it was "Push the start key"   Right: "Push the start key"   -> terminology/inconsistent
    """
    places: defaultdict[str, list[int]] = defaultdict(list)
    for position, unit in enumerate(units):
        if unit.source and word_count(unit.source) >= 3:
            places[" ".join(unit.source.split())].append(position)
    for where in places.values():
        ways = Counter(" ".join(units[n].hypothesis.split()) for n in where)
        if len(ways) < 2:
            continue
        usual = ways.most_common(1)[0][0]  # the first among equals
        for position in where:
            text = units[position].hypothesis
            if " ".join(text.split()) == usual or not text.strip():
                continue
            yield (
                position,
                Finding(
                    Span(0, len(text)),
                    "terminology/inconsistent",
                    (f"this source stands {len(where)} times, in {len(ways)} translations",),
                    f"The same source is translated {quoted(usual)} elsewhere in the document.",
                    usual,
                ),
            )


def _rare(
    units: Sequence[Unit],
    uses: Callable[[Unit], Iterator[tuple[int, int, str]]],
    what: str,
    category: str,
    *,
    once: bool = False,
) -> Places:
    """The uses of the rarer ways where one way is the usual one; with `once` the first of each segment alone."""
    found = [(n, *use) for n, unit in enumerate(units) for use in uses(unit)]
    counts = Counter(way for *_, way in found)
    if len(counts) < 2:
        return
    usual, many = counts.most_common(1)[0]
    if many < USUAL or len(found) - many > RARE * len(found):
        return
    told: set[int] = set()
    for position, start, end, way in found:
        if way == usual or (once and position in told):
            continue
        told.add(position)
        text = units[position].hypothesis[start:end]
        yield (
            position,
            Finding(
                Span(start, end),
                category,
                (f"{way}: {counts[way]} of {len(found)}", f"{usual}: {many}"),
                f"{quoted(text)} is written with {way}; most {what} of the document are written with {usual}."
                if what == "figures"
                else f"{quoted(text)}: {way}; most {what} of the document: {usual}.",
            ),
        )
