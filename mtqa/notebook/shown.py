"""Something to look at, and the looks that every kind of it shares: inline styles only, so that export keeps them."""

from dataclasses import dataclass

__all__ = ["CELL", "NARROW", "SOFT", "Shown"]

CELL = "text-align:left;vertical-align:top;white-space:pre-wrap;overflow-wrap:anywhere;padding:.35em 1.2em .35em 0"
NARROW = "text-align:left;vertical-align:top;white-space:nowrap;padding:.35em 1.2em .35em 0"  # a label or a figure
SOFT = "opacity:.72;font-size:.9em"


@dataclass(frozen=True, slots=True)
class Shown:
    """Something to look at: HTML where HTML can be shown, text elsewhere."""

    html: str
    text: str

    def _repr_html_(self) -> str:
        return self.html

    def __repr__(self) -> str:
        return self.text
