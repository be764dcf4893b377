"""The summary for a terminal or a log.

Not a terminal: plain text, nothing cut, columns two or more spaces apart, so that `re.split(r" {2,}", line)` gives
the cells back. On a terminal: the same tables, drawn by rich and folded to its width.
"""

from typing import TYPE_CHECKING, TextIO
from unicodedata import combining, east_asian_width

from ..mqm import Severity
from ..summary import Assessed
from .digest import Section, digest
from .wording import LETTERS

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["render", "show"]

_COLOURS = {
    **{str(Severity.CRITICAL): "bold red", str(Severity.MAJOR): "yellow", str(Severity.MINOR): "cyan"},
    **{LETTERS[Severity.CRITICAL]: "bold red", LETTERS[Severity.MAJOR]: "yellow", LETTERS[Severity.MINOR]: "cyan"},
    "warning": "yellow",
}


def render(assessment: Assessed) -> str:
    """The digest as plain text: a title, a rule, aligned columns; an empty line between two tables."""
    return "\n\n".join(_plain(section) for section in digest(assessment)) + "\n"


def show(assessment: Assessed, stream: TextIO) -> None:
    """Write the digest to `stream`: as rich tables where it is a terminal, else as plain text."""
    if not stream.isatty():
        stream.write(render(assessment))
        return
    from rich.console import Console

    console = Console(file=stream, highlight=False)
    for section in digest(assessment):
        _draw(console, section)


def _plain(section: Section) -> str:
    cells = [[_cell(cell) for cell in row] for row in (section.columns, *section.rows) if row]
    widths = [max(_width(cell) for cell in column) for column in zip(*cells, strict=True)]
    lines = [section.title, "─" * max(len(section.title), 12)]
    for row in cells:
        padded = (
            _pad(cell, width, right=index in section.numeric)
            for index, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        lines.append("  ".join(padded).rstrip())
    return "\n".join([*lines, section.note] if section.note else lines)


def _cell(text: str) -> str:
    """A cell as it is printed; an empty one is a dash, so that no column is ever lost."""
    return text or "-"


def _width(text: str) -> int:
    """Columns that a terminal gives to a text: wide East Asian characters take two, combining marks none."""
    return sum(0 if combining(c) else 2 if east_asian_width(c) in "WF" else 1 for c in text)


def _pad(text: str, width: int, *, right: bool) -> str:
    blank = " " * (width - _width(text))
    return blank + text if right else text + blank


def _draw(console: "Console", section: Section) -> None:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(
        title=Text(section.title, style="bold"),  # a plain string would be read as markup: [is] would vanish
        title_justify="left",
        caption=Text(section.note) if section.note else None,
        caption_justify="left",
        box=box.SIMPLE_HEAD if section.columns else None,
        show_header=bool(section.columns),
        pad_edge=False,
    )
    for index in range(len(section.rows[0])):
        name = section.columns[index] if section.columns else ""
        table.add_column(
            Text(name, style=_COLOURS.get(name, "")),
            justify="right" if index in section.numeric else "left",
            overflow="fold",
        )
    for row in section.rows:
        table.add_row(*(Text(cell, style=_COLOURS.get(cell, "")) for cell in row))
    console.print(table)
    console.print()
