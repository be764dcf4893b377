"""What each delivery gets wrong, category by category: counts that filter, and the difference of the leading pair."""

from collections import Counter
from collections.abc import Sequence

from ...compare import Difference
from ...mqm import CATEGORIES
from ..markup import Markup, element, joined
from ..page.figures import titled
from ..wording import Words, bounds, shown, signed
from .matching import Contender
from .weighing import Weighed

__all__ = ["categories"]


def categories(contenders: Sequence[Contender], weighed: Weighed, words: Words) -> Markup | None:
    """A row a category, a column a delivery; the heat is that of the whole table; none where nothing is wrong."""
    counts = [Counter(e.category for row in contender.rows for e in row.errors) for contender in contenders]
    total: Counter[str] = sum(counts, Counter())
    if not total:
        return None
    order = [difference.metric.name for difference in weighed.categories]
    order += [name for name, _ in total.most_common() if name not in order]
    found = {difference.metric.name: difference for difference in weighed.categories}
    most = max(count[name] for count in counts for name in count)
    worse, best = weighed.pair
    head = element(
        "tr",
        element("th", "Category", scope="col"),
        *(element("th", element("bdi", shown(contender.name)), scope="col") for contender in contenders),
        element("th", element("bdi", shown(best)), " − ", element("bdi", shown(worse)), scope="col"),
        element("th", "p", scope="col"),
    )
    body = (_row(name, counts, most, found.get(name), words) for name in order)
    table = element("table", element("thead", head), element("tbody", *body), class_="heat")
    hint = f"{words.many.capitalize()} in each; choose a figure to see its segments. The difference is per 1,000 words."
    return element(
        "section",
        titled("What each gets wrong" if words.one == "error" else "What differs in each", "compared"),
        element("p", hint, class_="hint"),
        element("div", table, class_="scroll"),
        class_="what",
    )


def _row(name: str, counts: Sequence[Counter[str]], most: int, difference: Difference | None, words: Words) -> Markup:
    dimension, _, rest = name.partition("/")
    label = joined(element("span", dimension + "/", class_="dimension"), rest)
    about = CATEGORIES[name].about if words.one == "error" else None
    cells = (_cell(name, system, count[name], most) for system, count in enumerate(counts))
    said, chance = "–", "–"
    if difference is not None:
        interval = bounds(difference.interval).replace("-", "−")
        said = signed(difference.value) + (f" ({interval})" if interval else "")
        chance = "< 0.001" if difference.p_holm < 0.001 else f"{difference.p_holm:.3f}"
    return element(
        "tr",
        element("th", _choice(label, name, None, f"all of {name}"), scope="row", title=about),
        *cells,
        element("td", said, class_="points"),
        element("td", element("b", chance) if difference and difference.significant else chance, class_="points"),
    )


def _cell(name: str, system: int, count: int, most: int) -> Markup:
    if not count:
        return element("td", "·", class_="nil")
    level = max(1, round(5 * (count / most) ** 0.5))
    return element("td", _choice(joined(f"{count:,}"), name, system, f"{count} {name}"), class_=f"major heat-{level}")


def _choice(what: Markup, category: str, system: int | None, label: str) -> Markup:
    """A button that the page's script enables; without scripts it is plain text."""
    return element(
        "button", what, type="button", disabled=True, data_category=category, data_system=system,
        aria_label=label, aria_pressed="false",
    )  # fmt: skip
