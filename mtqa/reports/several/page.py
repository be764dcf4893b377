"""Several deliveries as one page, of the same make as the page of one: fetches nothing, executes one script."""

from collections.abc import Sequence

from ..markup import Markup, element, joined
from ..page.assets import SEVERAL, filled, policy, script, style
from ..wording import listed, shown, words_for
from .data import data_script
from .matching import Contender
from .overview import overview
from .weighing import weigh

__all__ = ["render"]


def render(contenders: Sequence[Contender]) -> str:
    """The whole page, as text to be written in UTF-8; `contenders` come from `matched`."""
    weighed = weigh(contenders)
    words = words_for(contenders[0].kind)
    styles, scripts = style(), script(SEVERAL)
    slots = {
        "policy": policy(styles, scripts),
        "title": joined(listed([shown(contender.name) for contender in contenders], most=4)),
        "kind": Markup(str(contenders[0].kind)),
        "style": styles,
        "script": scripts,
        "overview": overview(contenders, weighed, words),
        "many": joined(words.many),
        "missing": joined(f"{words.missing}" + (" here" if words.one == "error" else "")),
        "segments": element(
            "p", "The segments are written out by the script of this page; without it, read those of each delivery.",
            class_="note",
        ),
        "data": data_script(contenders, weighed, words),
    }  # fmt: skip
    return filled("several.html", slots)
