"""HTML that cannot be broken by a text: every string is escaped unless it was built here."""

from dataclasses import dataclass
from html import escape

__all__ = ["Attribute", "Markup", "element", "joined"]

Attribute = str | int | float | bool | None
_VOID = frozenset({"br", "col", "hr", "img", "input", "meta"})


@dataclass(frozen=True, slots=True)
class Markup:
    """HTML that is already safe to put in a page."""

    html: str

    def __str__(self) -> str:
        return self.html


def element(name: str, *children: str | Markup | None, **attributes: Attribute) -> Markup:
    """`<name attributes>children</name>`; strings are escaped, None is left out, True is a bare attribute.

    Attribute names are Python's: `class_` is `class`, `aria_label` is `aria-label`.
    """
    opened = name + "".join(_attribute(key, value) for key, value in attributes.items())
    if name in _VOID:
        return Markup(f"<{opened}>")
    return Markup(f"<{opened}>{joined(*children)}</{name}>")


def joined(*children: str | Markup | None) -> Markup:
    """Children one after another; strings are escaped, None is left out."""
    return Markup("".join(_safe(child) for child in children if child is not None))


def _safe(child: str | Markup) -> str:
    return child.html if isinstance(child, Markup) else escape(child, quote=False)


def _attribute(key: str, value: Attribute) -> str:
    name = key.rstrip("_").replace("_", "-")
    if value is None or value is False:
        return ""
    return f" {name}" if value is True else f' {name}="{escape(str(value))}"'
