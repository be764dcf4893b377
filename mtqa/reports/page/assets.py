"""What a page is made of besides its words: scripts and styles, one idea a file, put together in the order below.

Each script file holds one function that is given the page and gives back the verbs it adds to it; `start.js` calls
them in the order of `PARTS`, which `one.js` or `several.js` lists. Nothing is fetched, so nothing is a module.
"""

import re
from base64 import b64encode
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from importlib.resources import files

from ..markup import Markup

__all__ = ["ONE", "SEVERAL", "STYLES", "asset", "filled", "policy", "script", "style"]

STYLES = ("ground", "overview", "segments", "popover", "media", "review")
"""The style sheet, in the order in which later rules stand over earlier ones."""

_SHARED = ("nodes", "delivery", "marks", "list", "query", "search", "popover", "views", "filters", "keys")
_REVIEW = ("decisions", "walking", "dressing", "editor", "selecting", "file", "keeping", "bar", "review")
ONE = (*_SHARED, "cards", *(f"review/{name}" for name in _REVIEW), "one", "start")
"""The script of the report of one delivery."""

SEVERAL = (*_SHARED, "several", "start")
"""The script of several deliveries side by side."""

_SLOT = re.compile(r"\{\{(\w+)\}\}")


def style() -> Markup:
    """The one style sheet of every page."""
    return Markup("\n".join(asset(f"style/{name}.css") for name in STYLES))


def script(names: tuple[str, ...]) -> Markup:
    """The one script of a page, strict, with all of its names to itself."""
    body = "\n".join(asset(f"script/{name}.js") for name in names)
    return Markup(f'"use strict";\n(() => {{\n{body}\n}})();')


def policy(style: Markup, script: Markup, *, saves: bool = False) -> Markup:
    """The content-security policy that lets this style and this script in, and nothing else.

    A page that `saves` may speak to where it came from. Source: W3C CSP level 3, section 6.7.
    """
    return Markup(
        f"default-src 'none'; style-src '{_digest(style.html)}'; script-src '{_digest(script.html)}'; "
        "img-src data:; base-uri 'none'; form-action 'none'" + ("; connect-src 'self'" if saves else "")
    )


def filled(frame: str, slots: Mapping[str, Markup]) -> str:
    """The page of this frame, with `{{name}}` in it replaced by the slot of that name."""
    return _SLOT.sub(lambda slot: str(slots[slot[1]]), asset(frame))


@cache
def asset(name: str) -> str:
    """A file of this folder, as text."""
    return files(__package__).joinpath(name).read_text(encoding="utf-8").strip("\n")


def _digest(text: str) -> str:
    return "sha256-" + b64encode(sha256(text.encode()).digest()).decode("ascii")
