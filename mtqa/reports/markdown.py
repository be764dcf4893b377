"""The summary for a ticket, a wiki page or a pull request."""

from collections.abc import Iterable

from ..summary import Assessed
from .digest import Section, digest

__all__ = ["render"]

_MARKS = str.maketrans({mark: f"\\{mark}" for mark in "\\`*_[]<>|#~"})


def render(assessment: Assessed) -> str:
    """The digest as Markdown tables; marks of Markdown and HTML within a text are escaped."""
    parts = ["# Translation quality", *(_section(section) for section in digest(assessment))]
    return "\n\n".join(parts) + "\n"


def _section(section: Section) -> str:
    columns = section.columns or ("",) * len(section.rows[0])
    rule = ("--:" if index in section.numeric else "---" for index in range(len(columns)))
    last = _code if section.title == "Signatures" else _text
    lines = [
        f"## {section.title}",
        "",
        _line(_text(name) for name in columns),
        _line(rule),
        *(_line([*(_text(cell) for cell in row[:-1]), last(row[-1])]) for row in section.rows),
    ]
    return "\n".join([*lines, "", _text(section.note)] if section.note else lines)


def _line(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _code(cell: str) -> str:
    return "`" + cell.replace("|", "\\|") + "`"


def _text(cell: str) -> str:
    return cell.translate(_MARKS)
