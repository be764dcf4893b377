"""The report as one page: a single HTML file that fetches nothing and executes nothing but its own script.

The summary is readable without scripts, and so are the segments of a small delivery. The texts travel as data in a
`<script type="application/json">` that no browser executes; the page's script makes nodes of them by `textContent`
only. The content-security policy names the one script and the one style sheet by their hashes, so that even markup
that slipped through could neither run nor load anything. Source: W3C CSP level 3, section 6.7.
"""

from typing import TYPE_CHECKING

from ..summary import Assessed
from .markup import Markup, element, joined
from .page.assets import ONE, filled, policy, script, style
from .page.cards import cards
from .page.data import data_script
from .page.overview import overview, title_of
from .rows import rows
from .wording import words_for

if TYPE_CHECKING:
    from ..gate import Verdict

__all__ = ["STATIC_SEGMENTS", "render"]

STATIC_SEGMENTS = 500
"""Up to so many segments are written out for readers without scripts; beyond, the page would be slow to open."""


def render(assessment: Assessed, *, saves: bool = False, verdict: "Verdict | None" = None) -> str:
    """The whole page, as text to be written in UTF-8; without a verdict it says that no policy was given.

    A page that `saves` is one that `mtqa serve` gives out: it may speak to where it came from, and nowhere else.
    """
    table = rows(assessment)
    words = words_for(assessment.summary.reference_kind)
    styles, scripts = style(), script(ONE)
    slots = {
        "policy": policy(styles, scripts, saves=saves),
        "saves": Markup(' data-saves="yes"' if saves else ""),
        "title": joined(title_of(assessment)),
        "kind": Markup(str(assessment.summary.reference_kind)),
        "style": styles,
        "script": scripts,
        "overview": overview(assessment, table, verdict),
        "many": joined(words.many),
        "Many": joined(words.many.capitalize()),
        "missing": joined(f"{words.missing}" + (" here" if words.one == "error" else "")),
        "one": joined(words.one),
        "segments": cards(table, words) if len(table) <= STATIC_SEGMENTS else _too_many(len(table)),
        "data": data_script(assessment, table),
    }
    return filled("one.html", slots)


def _too_many(count: int) -> Markup:
    return element(
        "p",
        f"This page writes out its {count:,} segments with a script; without one, read segments.parquet.",
        class_="note",
    )
