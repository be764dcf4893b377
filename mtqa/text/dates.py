"""Dates and times in running text: where one stands, and what it says.

Month and weekday names are CLDR's (babel); the patterns are the notations met in news text and its machine
translation, the parenthesised day of month among them ("Thursday (15)").
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import regex

from ..language import Language

__all__ = ["Date", "find_dates", "parse_date"]

_DIGIT = regex.compile(r"\d")
# What a date or time without a name must have; most figures have it not, and the grammar is slow.
_NUMERIC = regex.compile(r"\d[-:./]\s?\d|\d\s?[aApP]\.?[mM]|月")


@dataclass(frozen=True, slots=True)
class Date:
    """What a date says: any part may be missing (None or ''). `relative` is the word that moves it (last, next).

    `time` is hours and minutes as written on a 24-hour clock ("22:18"), None where no time is given.
    """

    relative: str = ""
    weekday: int | None = None
    day: int | None = None
    month: int | None = None
    year: int | None = None
    time: str | None = None

    def conflicts(self, other: "Date") -> tuple[str, ...]:
        """The parts that both give and that differ, and a relative word that only one has, by name."""
        parts = ("weekday", "day", "month", "year", "time")
        found = [
            part
            for part in parts
            if getattr(self, part) is not None
            and getattr(other, part) is not None
            and getattr(self, part) != getattr(other, part)
        ]
        if self.relative != other.relative:
            found.append("relative")
        return tuple(found)


def find_dates(text: str, language: Language) -> Iterator[tuple[int, int]]:
    """The (start, end) of each date or time expression, in order, never overlapping."""
    pattern, names = _grammar(language)
    if _DIGIT.search(text) is None:
        if not any(map(text.__contains__, names)):
            return
    elif _NUMERIC.search(text) is None:
        lower = text.lower()
        if not any(map(lower.__contains__, names)):
            return
    for match in pattern.finditer(text):
        yield match.span()


@cache
def parse_date(expression: str, language: Language) -> Date | None:
    """What a date expression says; None where the text is not one date from end to end."""
    pattern, _ = _grammar(language)
    match = pattern.fullmatch(expression.strip(" ,"))
    if match is None:
        return None
    weekdays, months, _ = _calendar(language.code)
    found = match.groupdict()
    month = found["month"]
    number = found["monthnumber"]
    return Date(
        relative=(found["relative"] or "").lower(),
        weekday=_look_up(found["weekday"], weekdays),
        day=int(found["day"]) if found["day"] else None,
        month=_look_up(month, months) or (int(number) if number else None),
        year=int(found["year"]) if found["year"] else None,
        time=_time(found["hour"], found["minute"], found["half"]),
    )


def _look_up(name: str | None, table: dict[str, int]) -> int | None:
    return table.get(name.rstrip(".").lower()) if name else None


def _time(hour: str | None, minute: str | None, half: str | None) -> str | None:
    if not hour:
        return None
    hours = int(hour) % 12 if half else int(hour)
    if half and half.lower().startswith("p"):
        hours += 12
    return f"{hours:02}:{minute or '00'}"


@cache
def _calendar(code: str) -> tuple[dict[str, int], dict[str, int], frozenset[str]]:
    """Weekday and month names → number (from 0 = Monday, from 1), in lower case, and the months' whole names."""
    from babel import Locale, UnknownLocaleError

    try:
        locale = Locale.parse(code)
    except (UnknownLocaleError, ValueError):
        return {}, {}, frozenset()
    weekdays, months = {}, {}
    for form in ("format", "stand-alone"):
        for width in ("wide", "abbreviated"):
            weekdays.update({name.rstrip(".").lower(): n for n, name in locale.days[form][width].items()})
            months.update({name.rstrip(".").lower(): n for n, name in locale.months[form][width].items()})
    if code == "en":
        months["sept"] = 9
    whole = {name.lower() for form in ("format", "stand-alone") for name in locale.months[form]["wide"].values()}
    return weekdays, months, frozenset(whole)


_NEVER = r"(?!)"
# Words that are a month only beside a number.
_AMBIGUOUS = frozenset({"may", "march", "mars", "mar", "marzo"})


@cache
def _grammar(language: Language) -> tuple["regex.Pattern[str]", tuple[str, ...]]:
    weekdays, months, _ = _calendar(language.code)
    long_weekdays = [name for name in weekdays if len(name) > 3 and name.replace("-", "").isalpha()]
    long_months = [name for name in months if len(name) > 2 and name[0].isalpha()]
    weekday = rf"(?P<weekday>(?i:{_any(long_weekdays)})(?!\p{{L}}))"
    whole = [name for name in long_months if name in _calendar(language.code)[2]]
    short = [name for name in long_months if name not in whole]
    month = rf"(?:(?P<month>(?i:{_any(whole)}))(?!\p{{L}})|(?P<month>(?i:{_any(short)}))(?!\p{{L}})\.?)"
    lone = rf"(?P<month>{_any([n.capitalize() for n in long_months if len(n) > 3 and n not in _AMBIGUOUS])})(?!\p{{L}})"
    glue = rf"(?:(?i:{_any(language.date_glue)})\s+)?"
    relative = rf"(?:(?P<relative>(?i:{_any(language.recent)}))\s+)?"
    day = r"(?P<day>[0-3]?\d)(?:st|nd|rd|th|er|º|\.(?=\s))?(?![\d,.:/]*\d|\s?%)"
    year = r"(?P<year>(?:1[5-9]|20)\d\d)(?!\d)"
    month_day = rf"{month}\s+{glue}{day}(?:,?\s+{glue}{year})?"
    day_month = rf"{day}\s+{glue}{month}(?:,?\s+{glue}{year})?"
    bracket = r"\s*\(\s*(?P<day>[0-3]?\d)\.?(?:[./]?(?P<monthnumber>[01]?\d))?\s*\)"
    clock = (
        r"(?P<hour>[0-2]?\d)(?::\s?(?P<minute>[0-5]\d)(?:\s?(?P<half>(?i:[ap])\.?\s?m\b\.?))?"
        r"|\s?(?P<half>(?i:[ap])\.?m\b\.?))(?!\d)"
    )
    forms = (
        rf"{relative}{weekday}(?:{bracket}|\s?,?\s+{glue}(?:{month_day}|{day_month}))?",
        month_day,
        day_month,
        rf"{month},?\s+{glue}{year}",
        rf"{relative}{lone}" if long_months else _NEVER,
        r"(?P<year>(?:1[5-9]|20)\d\d)-(?P<monthnumber>[01]\d)-(?P<day>[0-3]\d)(?!\d)",
        r"(?P<day>[0-3]?\d)[./](?P<monthnumber>[01]?\d)[./](?P<year>(?:1[5-9]|20)\d\d)(?!\d)",
        clock,
    )
    # Written without spaces, so that only a figure before it makes it something else.
    east_asian = r"(?<!\d)(?:(?P<year>\d{4})\s?年\s?)?(?P<monthnumber>[01]?\d)\s?月(?:\s?(?P<day>[0-3]?\d)\s?[日号])?"
    pattern = regex.compile(r"(?<![\p{L}\p{M}\p{N}.,:/-])(?:" + "|".join(forms) + ")|" + east_asian)
    bare = tuple(name for lower in (*long_weekdays, *long_months) for name in (lower, lower.capitalize()))
    return pattern, bare


def _any(words: "tuple[str, ...] | list[str]") -> str:
    return "|".join(regex.escape(word) for word in sorted(words, key=lambda w: (-len(w), w))) or _NEVER
