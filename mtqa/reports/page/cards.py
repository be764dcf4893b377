"""The segments of a small delivery, written out for readers without scripts.

`script/cards.js` builds the same elements from the data; a test holds the two to each other.
"""

import re
from collections.abc import Sequence

from ...mqm import ErrorSpan, Severity
from ...segment import Span
from ...summary import Status
from ..marking import pieces
from ..markup import Markup, element, joined
from ..rows import Row
from ..wording import EXPECTED_SENTENCE, LETTERS, Words, figure, points, revealed, sides, tongue
from .figures import made_of

__all__ = ["badge", "card", "cards", "changed", "marked", "quoting"]

_QUOTED = re.compile("(“[^”]*”)")


def cards(table: Sequence[Row], words: Words) -> Markup:
    """All segments, one card each, in batch order."""
    return joined(*(card(row, words) for row in table))


def card(row: Row, words: Words) -> Markup:
    """One segment: its scores, both sides with the differences marked in place, and its errors in a list."""
    errors = row.errors
    hypothesis = [(n, error.hypothesis) for n, error in enumerate(errors)]
    reference = [(n, error.reference) for n, error in enumerate(errors)] if row.references else []
    source = None
    if row.source is not None:
        original = element("span", visible(row.source), class_="text", dir="auto", lang=tongue(row.source))
        source = element("p", element("span", "Source", class_="label"), original, class_="source")
    texts = [_side("Hypothesis", "hypothesis", row.hypothesis, marked(row.hypothesis, hypothesis, errors, "del"))]
    for n, text in enumerate(row.references):
        label = _label(words, n, len(row.references))
        texts.append(_side(label, "reference", text, marked(text, [] if n else reference, errors, "ins")))
    return element(
        "article",
        _head(row, words),
        source,
        element("div", *texts, class_="sides"),
        element("ol", *(_finding(n, error, words) for n, error in enumerate(errors)), class_="findings")
        if errors
        else None,
        id="segment-" + row.anchor,
        class_="segment" if errors else "segment flawless",
        tabindex=-1,
    )


def marked(text: str, marks: Sequence[tuple[int, Span]], errors: Sequence[ErrorSpan], tag: str) -> Markup:
    """A text with its marks in place: `tag` is `del` on the hypothesis and `ins` on the reference side."""
    worst_first = sorted(marks, key=lambda mark: -errors[mark[0]].severity.rank)
    found: list[Markup] = []
    for piece in pieces(text, worst_first):
        if not piece.marks:
            found.append(visible(piece.text))
            continue
        worst = errors[piece.marks[0]]
        gap = not piece.text
        found.append(
            element(
                "mark" if gap else tag,
                element("span", "‸", class_="caret") if gap else visible(piece.text),
                element("sup", LETTERS[worst.severity]) if tag == "del" else None,
                class_=f"m {worst.severity}" + (" gap" if gap else ""),
                data_e=" ".join(str(mark) for mark in piece.marks),
                title=f"{worst.category}, {worst.severity}: {worst.explanation}",
            )
        )
    return joined(*found)


def visible(text: str) -> Markup:
    """A text whose invisible controls can be seen: each is a small glyph with its name, and turns nothing around."""
    return joined(
        *(
            element("span", part, class_="glyph") if named else Markup(str(joined(part)))
            for part, named in revealed(text)
        )
    )


def quoting(text: str) -> Markup:
    """A sentence of ours with what it quotes set apart, so that a quotation from right to left turns nothing round."""
    parts = _QUOTED.split(text)
    return joined(*(element("bdi", part) if n % 2 else part for n, part in enumerate(parts)))


def badge(severity: Severity) -> Markup:
    """The severity as a letter in its colour, with its name for those who do not see either."""
    return element("abbr", LETTERS[severity], class_=f"badge {severity}", title=str(severity))


def changed(error: ErrorSpan, words: Words) -> Markup:
    """`wrong → right`, blanks and controls made visible; a missing side is left out and said.

    What is only marked, by a reviewer or a model, is shown so: nobody asked to remove it.
    """
    was, now = sides(error.text, error.correction)
    if error.only_marked:
        return element("span", "marked: ", element("span", was, dir="auto"), class_="change")
    before = element("del", was, dir="auto") if was else None
    after = element("ins", now, dir="auto") if now else None
    verb = f"{words.missing}: " if before is None else f"{words.extra}: " if after is None else None
    return element("span", verb, before, " → " if before and after else None, after, class_="change")


def _head(row: Row, words: Words) -> Markup:
    chips = [
        element("span", f"{LETTERS[severity]} {row.count(severity)}", class_=f"chip {severity}", title=str(severity))
        for severity in reversed(Severity)
        if row.count(severity)
    ]
    if not row.errors and row.status is Status.PAIRED:
        chips = [element("span", f"no {words.one}", class_="chip none")]
    if row.status is not Status.PAIRED:
        chips.insert(0, element("span", str(row.status), class_="chip status"))
    penalty = None
    if row.points:
        unit = " points" if row.points != 1 else " point"
        penalty = element("a", element("b", points(row.points)), unit, class_="score", href=made_of("penalty"))
    elif row.expected is not None:
        penalty = element("span", "expected penalty ", element("b", figure(row.expected)), title=EXPECTED_SENTENCE)
    scores = [
        element("a", name + " ", element("b", figure(value)), class_="score", href=made_of(name))
        for name, value in row.scores
        if value is not None
    ]
    return element(
        "header",
        element("h3", element("a", row.id, href=row.href)),
        element("span", row.where, class_="where") if row.where else None,
        *chips,
        element("span", penalty, *scores, class_="scores"),
    )


def _label(words: Words, position: int, references: int) -> str:
    name = "Correction" if words.reference == "correction" else "Reference"
    return name if references == 1 else f"{name} {position + 1}"


def _side(label: str, kind: str, text: str, shown: Markup) -> Markup:
    paragraph = element("p", shown, class_="text", dir="auto", lang=tongue(text))
    return element("div", element("h4", label), paragraph, class_=f"side {kind}")


def _finding(number: int, error: ErrorSpan, words: Words) -> Markup:
    return element(
        "li",
        badge(error.severity),
        element("span", error.category, class_="category"),
        changed(error, words),
        element("span", quoting(error.explanation), class_="why"),
        class_="finding",
        data_e=number,
    )
