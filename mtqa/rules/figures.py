"""Dates, figures and amounts that differ between hypothesis and reference."""

from collections import Counter
from collections.abc import Iterator, Sequence

import regex

from ..edits import Lexeme
from ..language import Language
from ..language.numerals import Amount, chinese_number, joined_number
from ..mqm import Severity
from ..text import Date, Kind, parse_date
from .case import Case, Claim, quoted

__all__ = ["date_format", "date_time", "number", "number_format", "values"]

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_DIGITS = regex.compile(r"\d+(?:[.,'’\u00a0\u202f]\d+)*")
_TIME = regex.compile(r"(?:[01]?\d|2[0-4])[.:][0-5]\d")
_ORDINAL = frozenset({"st", "nd", "rd", "th"})
_TAILED = regex.compile(r"(\d+)([\p{L}\p{M}]{1,4})")  # 1970s, 50G, २०१७ले
_HEAD = regex.compile(r"\d{1,3}(?:'\d{3})*")  # what a group of three digits may follow
_GROUP = regex.compile(r"\d{3}(?![\d.,'’])")
_CURRENCY = regex.compile(r"[$€£¥₹%‰°]|(?<=\d\s?)\p{L}+[²³]?$")


def _dates(case: Case) -> tuple[list[Date], list[Date]]:
    """The dates of both sides; none where one side has none."""
    if not case.dated:
        return [], []
    language = case.comparison.language
    left, right = (
        [date for w in side if w.kind is Kind.DATE and (date := parse_date(w.text, language))]
        for side in (case.left, case.right)
    )
    return left, right


def date_time(case: Case) -> Claim | None:
    """A date or time with another value.

    Wrong: "Last Sunday (4)"   Right: "On Sunday, May 11"   -> accuracy/date-time, critical
    """
    here, there = _clocks(case)
    if here and there and here != there and not case.dated:
        return Claim(
            "accuracy/date-time",
            (f"{', '.join(here)} against {', '.join(there)}",),
            f"Another time: {quoted(case.edit.text)} where {{reference}} has {quoted(case.edit.correction)}.",
            0.9,
            Severity.CRITICAL,
            "date-value",
        )
    left, right = _dates(case)
    if not left or not right:
        return None
    differ = [
        f"{part} {_said(part, a)} against {_said(part, b)}"
        for a, b in zip(left[: len(right)], right[: len(left)], strict=True)
        for part in a.conflicts(b)
    ]
    if not differ:
        return None
    hard = [fact for fact in differ if not fact.startswith("relative")]
    return Claim(
        "accuracy/date-time",
        tuple(differ),
        f"Another date or time: {'; '.join(hard or differ)}, in {quoted(case.edit.text)} and in {{reference}}'s "
        f"{quoted(case.edit.correction)}.",
        0.95 if hard else 0.75,
        Severity.CRITICAL if hard else Severity.MAJOR,
        "date-value" if hard else "relative-date",
    )


def date_format(case: Case) -> Claim | None:
    """The same date in another notation.

    Wrong: "on Thursday (15) in"   Right: "on Thursday, May 15, in"   -> locale/date-format, minor
    """
    clock, other = _clocks(case)
    if clock and clock == other:
        return Claim(
            "locale/date-format",
            (f"{', '.join(clock)} on both sides",),
            f"The time {quoted(case.edit.text)} is written {quoted(case.edit.correction)} in {{reference}}.",
            0.9,
        )
    left, right = _dates(case)
    if not left or not right or len(left) != len(right):
        return None
    return Claim(
        "locale/date-format",
        ("no part of the date that both give differs",),
        f"The date {quoted(case.edit.text)} is written {quoted(case.edit.correction)} in {{reference}}; "
        "no part that both give differs.",
        0.9,
    )


def number(case: Case) -> Claim | None:
    """A figure, amount or measure with another value.

    Wrong: "more than 340 plants"   Right: "more than 330 plants"   -> accuracy/number, critical
    """
    if not case.figures:
        return None
    language = case.comparison.language
    left, right = (values(side, language) for side in (case.left, case.right))
    if not left or not right or _alike(case.left, case.right, language) is not None:
        return None
    if len(case.content[0]) > 2 * len(left) + 2 or len(case.content[1]) > 2 * len(right) + 2:
        return None  # the figures are not what this edit is about
    if not language.spaced and _others(case.left, language) != _others(case.right, language):
        return None  # 三 and 四 are parts of words, too
    mine, theirs = left - right, right - left
    here, there = ", ".join(_figures(mine)), ", ".join(_figures(theirs))
    if not here or not there:
        return None
    same = sorted(value for value, _ in mine) == sorted(value for value, _ in theirs)
    if same and not all(unit for _, unit in (*mine, *theirs)):
        return None  # a unit that only one side has beside its figure may stand elsewhere, or in words
    what = "The same figure in another unit" if same else "Another figure"
    return Claim(
        "accuracy/number",
        (f"{here} against {there}",),
        f"{what}: {here} in {quoted(case.edit.text)} where {{reference}} has {there}.",
        0.95,
        Severity.CRITICAL,
        "number-value",
    )


def _others(words: Sequence[Lexeme], language: Language) -> list[str]:
    """What stands beside the figures."""
    return [word.key for word in words if word.content and not values([word], language)]


def number_format(case: Case) -> Claim | None:
    """The same figure in another notation.

    Wrong: "1.500 people"   Right: "1,500 people"   -> locale/number-format, minor
    """
    if not case.figures:
        return None
    language = case.comparison.language
    here, there = (Counter(w.key for w in side if w.content) for side in (case.left, case.right))
    if here == there:
        return None
    alike = _alike(case.left, case.right, language)
    others = _others(case.left, language) or _others(case.right, language)
    if not alike or others or _beside_figures(case.left, language) != _beside_figures(case.right, language):
        return None
    same, as_written = alike
    marks = "" if as_written else ", read with the point and the comma of another language"
    return Claim(
        "locale/number-format",
        (f"{', '.join(_figures(same))} on both sides{marks}",),
        f"The figure {quoted(case.edit.text)} is written {quoted(case.edit.correction)} in {{reference}}; "
        f"its value is the same{marks}.",
        0.9 if as_written else 0.8,
    )


def _beside_figures(words: Sequence[Lexeme], language: Language) -> list[str]:
    """What words hold beside their figures: "Diabetes" of "Typ-2-Diabetes", "s" of "1970s"."""
    tails = [tailed[2] for w in words if w.kind is Kind.WORD and (tailed := _TAILED.fullmatch(w.key))]
    parts = [part for w in words if w.kind is Kind.COMPOUND for part in w.key.split("-")]
    return tails + [part for part in parts if not _DIGITS.search(part) and part not in language.numbers]


def _alike(
    left: Sequence[Lexeme], right: Sequence[Lexeme], language: Language
) -> tuple[Counter[tuple[float, str]], bool] | None:
    """The figures that both sides have, and whether both write them as the language does; None where they differ.

    A point or comma before three digits is read both ways: "249.432" may be "249,432" by another language's rules.
    """
    here, there = values(left, language), values(right, language)
    if here == there:
        return there, True
    if there == values(left, language, foreign=True):
        return there, False
    return (here, False) if here == values(right, language, foreign=True) else None


def _clocks(case: Case) -> tuple[list[str], list[str]]:
    """The times of day on both sides, with one mark for all (13.30, 13:30); none where neither side has a colon."""
    if ":" not in case.edit.text and ":" not in case.edit.correction:
        return [], []
    return _clock(case.left), _clock(case.right)


def _clock(words: Sequence[Lexeme]) -> list[str]:
    """What may be times of day; none where other content stands beside them."""
    times = [w.key.replace(".", ":") for w in words if _TIME.fullmatch(w.key)]
    return times if len(times) == sum(w.content for w in words) else []


def values(words: Sequence[Lexeme], language: Language, *, foreign: bool = False) -> Counter[tuple[float, str]]:
    """The figures among some words, as (value, unit) with their counts; number words and scales included.

    "one" counts only beside a scale ("one million"): alone it is hardly ever a figure. `foreign` reads the point and
    the comma as the languages do that have them the other way round.
    """
    found: Counter[tuple[float, str]] = Counter()
    amount, unit, alone = None, "", False  # the number that is being said; `alone`: nothing but "one" so far
    for word in _grouped(words, language):
        read = [] if word.mark else list(_read(word, language, foreign=foreign))
        if not read and amount is not None and word.key not in _JOINING:
            _keep(found, amount, unit, alone)
            amount = None
        for value, of_value, said in read:
            if amount is not None and said and amount.add(value):
                alone = False
                continue
            if amount is not None:
                _keep(found, amount, unit, alone)
            amount, unit, alone = Amount(value), of_value, said in _ONE
    if amount is not None:
        _keep(found, amount, unit, alone)
    return found


_ONE = ("one", "a")
_JOINING = frozenset({"and", "et", "y", "e"})  # two hundred and fifty, vingt et un, treinta y cinco, cento e dez


def _read(word: Lexeme, language: Language, *, foreign: bool) -> Iterator[tuple[float, str, str]]:
    """The figures of a word, each with its unit and, where it is a number word, that word."""
    for part in word.key.split("-") if word.kind is Kind.COMPOUND else (word.key,):
        digits = list(_DIGITS.finditer(part))
        if digits and (word.kind in (Kind.NUMBER, Kind.COMPOUND) or part.isdigit()):
            unit = "".join([unit for unit in _CURRENCY.findall(part) if unit not in _ORDINAL])
            for n, each in enumerate(digits):  # 22:08, 1/3
                yield _value(each[0], language, foreign=foreign), "" if n else unit, ""
        elif word.kind is Kind.WORD and (tailed := _TAILED.fullmatch(part)):
            yield _value(tailed[1], language, foreign=foreign), "", ""
        elif part in language.numbers:
            yield language.numbers[part], "", part
        elif word.kind is Kind.NUMBER and (numeral := chinese_number(part)) is not None:
            yield numeral, "", ""
        elif (joined := joined_number(part, language)) is not None:
            yield joined, "", part


def _keep(found: Counter[tuple[float, str]], amount: Amount, unit: str, alone: bool) -> None:
    if not alone:
        found[amount.value, unit] += 1


def _grouped(words: Sequence[Lexeme], language: Language) -> list[Lexeme]:
    """The words with digits in groups of three made one figure ("60 000")."""
    found: list[Lexeme] = []
    for word in words:
        before = found[-1] if found else None
        if before is not None and word.kind is Kind.NUMBER and _GROUP.match(word.key) and _HEAD.fullmatch(before.key):
            found[-1] = Lexeme(f"{before.text}'{word.text}", Kind.NUMBER, language)
        else:
            found.append(word)
    return found


def _value(digits: str, language: Language, *, foreign: bool) -> float:
    """The value of a figure: a mark before exactly three digits groups them, unless the language has it otherwise."""
    plain = regex.sub(r"['’\u00a0\u202f]", "", digits)
    point = "," if (language.code in ("de", "fr", "es", "pt", "it", "nl")) != foreign else "."
    group = "." if point == "," else ","
    if regex.fullmatch(rf"\d{{1,3}}(?:\{group}\d{{3}})+(?:\{point}\d+)?", plain):
        plain = plain.replace(group, "")
    plain = plain.replace(point, "§").replace(group, "§")
    head, *tail = plain.split("§")
    return float(head + "." + "".join(tail)) if len(tail) < 2 else float("".join([head, *tail]))


def _figures(counted: Counter[tuple[float, str]]) -> list[str]:
    return [f"{value:,.12g} {unit}".strip() for value, unit in sorted(counted)]


def _said(part: str, date: Date) -> str:
    if part == "weekday" and date.weekday is not None:
        return _WEEKDAYS[date.weekday]
    return str(getattr(date, part) or "none")
