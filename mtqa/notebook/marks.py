"""Segments with what is wrong in them marked in place, and two texts with what differs."""

from collections.abc import Sequence

from ..edits import edits
from ..mqm import ErrorSpan, Severity
from ..refusal import unknown_name
from ..reports.marking import pieces
from ..reports.markup import Markup, element, joined
from ..reports.rows import Row, rows
from ..reports.wording import LETTERS, Words, figure, one_line, points, revealed, sides, words_for
from ..segment import Span
from ..summary import Assessed
from .shown import CELL, NARROW, SOFT, Shown

__all__ = ["diff", "segments"]

_TINTS = {
    Severity.CRITICAL: ("rgba(200,30,70,.20)", "#c2255c", "double"),
    Severity.MAJOR: ("rgba(230,140,20,.22)", "#b45309", "solid"),
    Severity.MINOR: ("rgba(60,110,200,.16)", "#3b6cb7", "dashed"),
    Severity.NEUTRAL: ("rgba(120,120,130,.16)", "#777780", "dotted"),
}
_RIGHT = "background:rgba(30,150,90,.18);text-decoration:underline;text-underline-offset:.2em"


def segments(assessment: Assessed, ids: Sequence[str]) -> Shown:
    """The segments of these ids or anchors, in this order, with their marks and why; an unknown id is refused."""
    words = words_for(assessment.summary.reference_kind)
    chosen = _chosen(rows(assessment), ids)
    return Shown(
        "\n".join(str(_segment(row, words)) for row in chosen),
        "\n\n".join(_segment_text(row, words) for row in chosen),
    )


def diff(hypothesis: str, reference: str) -> Shown:
    """Two texts side by side with what differs marked in place; says nothing about who is right."""
    found = edits(hypothesis, reference)
    plain = (None,) * len(found)
    left = _marked(hypothesis, [edit.hypothesis for edit in found], plain, "del")
    right = _marked(reference, [edit.reference for edit in found], plain, "ins")
    table = element("table", _line("hypothesis", left), _line("reference", right))
    return Shown(
        str(table),
        f"hypothesis  {_bracketed(hypothesis, [edit.hypothesis for edit in found])}\n"
        f"reference   {_bracketed(reference, [edit.reference for edit in found])}",
    )


def _chosen(table: Sequence[Row], ids: Sequence[str]) -> list[Row]:
    found = []
    for name in ids:
        matching = [row for row in table if name in (row.anchor, row.id)]
        if not matching:
            raise unknown_name("segment", name, [row.anchor for row in table[:20]])
        found += matching
    return found


def _segment(row: Row, words: Words) -> Markup:
    spans = [error.hypothesis for error in row.errors]
    left = _marked(row.hypothesis, spans, row.errors, "del")
    head = element("p", element("b", f"#{row.id} "), element("span", _facts(row, words), style=SOFT))
    lines = [_line("hypothesis", left)]
    if row.source is not None:
        lines.insert(0, _line("source", _visible(row.source)))
    if row.references:
        right = _marked(row.references[0], [error.reference for error in row.errors], row.errors, "ins")
        lines.append(_line(words.reference, right))
    return element("div", head, element("table", *lines), _errors(row.errors, words), style="margin-bottom:1.2em")


def _facts(row: Row, words: Words) -> str:
    scores = [f"{name} {figure(value)}" for name, value in row.scores if value is not None]
    penalty = [f"{points(row.points)} points"] if row.points else []
    return ", ".join([words.count(len(row.errors)), *penalty, *scores])


def _errors(errors: Sequence[ErrorSpan], words: Words) -> Markup | None:
    if not errors:
        return None
    items = (
        element(
            "li", *_letter(error.severity), f" {error.category}: ", *_change(error, words), f" – {error.explanation}"
        )
        for error in errors
    )
    return element("ul", *items, style="font-size:.92em")


def _letter(severity: Severity) -> tuple[Markup, ...]:
    return (element("b", LETTERS[severity], style=f"color:{_TINTS[severity][1]}", title=str(severity)),)


def _change(error: ErrorSpan, words: Words) -> tuple[str | Markup, ...]:
    before, after = sides(error.text, error.correction)
    if not before:
        return f"{words.missing}: ", element("ins", after)
    return (
        (element("del", before), " → ", element("ins", after))
        if after
        else (f"{words.extra}: ", element("del", before))
    )


def _line(label: str, text: Markup) -> Markup:
    name = element("td", label, style=f"{NARROW};{SOFT}")
    return element("tr", name, element("td", text, style=CELL, dir="auto"))


def _marked(text: str, spans: Sequence[Span], errors: Sequence[ErrorSpan | None], tag: str) -> Markup:
    """The text with its marks; an error gives its severity and its explanation to the mark."""
    found: list[Markup] = []
    for piece in pieces(text, list(enumerate(spans))):
        if not piece.marks:
            found.append(_visible(piece.text))
            continue
        error = errors[piece.marks[0]]
        tint, tone, line = _TINTS[Severity.NEUTRAL if error is None else error.severity]
        style = f"background:{tint};text-decoration:underline {line} {tone};text-underline-offset:.2em"
        letter = (
            None if error is None or tag == "ins" else element("sup", LETTERS[error.severity], style=f"color:{tone}")
        )
        found.append(
            element(
                tag if piece.text else "mark",
                _visible(piece.text) if piece.text else "‸",
                letter,
                style=style if tag == "del" else _RIGHT if piece.text else "background:none;color:inherit",
                title=None if error is None else f"{error.category}, {error.severity}: {error.explanation}",
            )
        )
    return joined(*found)


def _visible(text: str) -> Markup:
    return joined(*(element("code", part) if named else part for part, named in revealed(text)))


def _segment_text(row: Row, words: Words) -> str:
    lines = [
        f"#{row.id}  {_facts(row, words)}",
        f"hypothesis  {_bracketed(row.hypothesis, [error.hypothesis for error in row.errors])}",
    ]
    if row.references:
        lines.append(f"reference   {_bracketed(row.references[0], [error.reference for error in row.errors])}")
    for error in row.errors:
        before, after = sides(error.text, error.correction)
        lines.append(
            f"  {LETTERS[error.severity]}  {error.category}  [{before}] → {after}  {one_line(error.explanation)}"
        )
    return "\n".join(lines)


def _bracketed(text: str, spans: Sequence[Span]) -> str:
    """A text with its marks in brackets, on one line."""
    found = pieces(text, list(enumerate(spans)))
    return "".join(f"[{_in_line(p.text)}]" if p.marks else _in_line(p.text) for p in found)


def _in_line(text: str) -> str:
    """A piece of a line: blanks at its edges stay."""
    return "".join(f"⟨{part}⟩" if named else part.replace("\n", " ") for part, named in revealed(text))
