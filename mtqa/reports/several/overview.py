"""The first screen of several deliveries: who is better, by how much, how surely; on what, and where."""

from collections.abc import Sequence

from ...compare import Difference, Standing
from ...compare.shape import Segment
from ...metric import Metric
from ...segment import ReferenceKind
from ..markup import Markup, element, joined
from ..page.figures import bar, made_of, titled
from ..wording import (
    Words,
    bounds,
    counted,
    figure,
    kind_sentence,
    listed,
    meaning,
    per_cent,
    points,
    sentence,
    shown,
    signed,
)
from .categories import categories
from .matching import Contender
from .weighing import PENALTY, SAMPLES, Weighed

__all__ = ["overview"]


def overview(contenders: Sequence[Contender], weighed: Weighed, words: Words) -> Markup:
    """Everything above the segments."""
    return joined(
        _masthead(contenders, weighed, words),
        _answers(contenders, weighed, words),
        _measures(weighed),
        _how(weighed),
        element("div", categories(contenders, weighed, words), _flips(contenders, weighed), class_="columns"),
        _pairs(weighed),
    )


def _masthead(contenders: Sequence[Contender], weighed: Weighed, words: Words) -> Markup:
    names = [element("bdi", shown(contender.name)) for contender in contenders]
    title: list[str | Markup] = []
    for n, name in enumerate(names):
        title += [" · ", name] if n else [name]
    kind = contenders[0].kind
    alike = (
        f"{counted(len(contenders[0].rows), 'segment', 'segments')}, the same in each. Held against: {words.reference}."
    )
    notes = [kind_sentence(kind)] if kind is not ReferenceKind.CORRECTION else []
    return joined(
        element("p", "Deliveries side by side", class_="kicker"),
        element("h1", *title),
        element("p", alike, class_="lede"),
        *(element("p", note, class_="banner", role="note") for note in (*notes, *weighed.left_out)),
    )


def _answers(contenders: Sequence[Contender], weighed: Weighed, words: Words) -> Markup:
    cards = (_who(weighed), _where(weighed), _what(contenders, weighed, words))
    return element("section", *cards, class_="answers", aria_label="In short")


def _who(weighed: Weighed) -> Markup:
    """The headline: the best delivery where a difference from every other is shown, else that none is."""
    worse, best = weighed.pair
    rest = [weighed.difference(best, other) for other in weighed.ranking[1:]]
    shown_against = [other for other, d in zip(weighed.ranking[1:], rest, strict=True) if d.significant]
    nearest = weighed.difference(best, worse)
    by = _by(nearest, weighed)
    if len(shown_against) == len(rest):
        title = _strong(best, " is better" if len(rest) == 1 else " is best")
        why = f"than {shown(worse)}, {by}" if len(rest) == 1 else f"better than {shown(worse)}, the next, {by}"
    elif shown_against:
        title = _strong(best, " leads")
        others = listed([shown(name) for name in shown_against])
        why = f"better than {others}; ahead of {shown(worse)} {by}, which may be chance"
    else:
        title = joined("No difference is shown")
        why = f"{shown(best)} is ahead of {shown(worse)} {by}, which chance alone could bring about"
    if nearest.value == 0.0:
        why = f"both have {figure(_standing(weighed, best, weighed.deciding).score.value)}"
    under = element("div", f"Judged by {_plain(weighed.deciding)}.", class_="then")
    return _card("Who is better?", title, joined(why, under))


def _strong(name: str, rest: str) -> Markup:
    return joined(element("bdi", shown(name)), rest)


def _by(difference: Difference, weighed: Weighed) -> str:
    """`by 120.3 penalty points per 1,000 words (64.2 to 180.0 at 95 %, p = 0.001)`: a size without its direction."""
    unit = "penalty points per 1,000 words" if difference.metric == PENALTY else difference.metric.name
    return f"by {figure(abs(difference.value))} {unit} ({_sure(difference, weighed)})"


def _sure(difference: Difference, weighed: Weighed) -> str:
    parts = [] if difference.interval is None else [f"{_sized(difference)} at {per_cent(_confidence(weighed))}"]
    return ", ".join([*parts, chance(difference.p_holm)])


def _sized(difference: Difference) -> str:
    """The interval in the direction of the difference itself."""
    low, high = difference.interval or (0.0, 0.0)
    return bounds((low, high) if difference.value >= 0 else (-high, -low)).replace("-", "−")


def chance(p: float) -> str:
    """`p = 0.012`, `p < 0.001`: how likely so large a difference is where there is none."""
    return "p\u00a0<\u00a00.001" if p < 0.001 else f"p\u00a0=\u00a0{p:.3f}"


def _where(weighed: Weighed) -> Markup:
    """How many segments each of the pair wins."""
    worse, best = weighed.pair
    found = weighed.difference(worse, best)
    won, lost = (found.better, found.worse) if found.system == best else (found.worse, found.better)
    counts = [("right", won), ("neutral", found.same), ("major", lost)]
    total = won + found.same + lost
    title = f"{won:,} of {counted(total, 'segment', 'segments')}"
    legend = element(
        "ul",
        element("li", _key("right"), f"{won:,} better in ", element("bdi", shown(best))),
        element("li", _key("neutral"), f"{found.same:,} alike"),
        element("li", _key("major"), f"{lost:,} better in ", element("bdi", shown(worse))),
        class_="legend",
    )
    drawn = bar(counts, label=f"{won} better, {found.same} alike, {lost} worse")
    return _card("Where", joined(title), joined("are better in ", element("bdi", shown(best)), drawn, legend))


def _key(tone: str) -> Markup:
    return element("span", "■ ", class_=f"key {tone}", aria_hidden="true")


def _what(contenders: Sequence[Contender], weighed: Weighed, words: Words) -> Markup:
    """The category that changed most in the pair."""
    if not weighed.categories:
        return _card("What differs most", joined("Nothing"), joined(f"no {words.one} is counted in either"))
    sure = [difference for difference in weighed.categories if difference.significant]
    most = (sure or weighed.categories)[0]
    totals = {c.name: sum(e.category == most.metric.name for row in c.rows for e in row.errors) for c in contenders}
    dimension, _, name = most.metric.name.partition("/")
    title = (
        joined(element("span", dimension + "/", class_="dimension"), name) if sure else joined("No category for sure")
    )
    worse, best = weighed.pair
    why = joined(
        None if sure else f"{most.metric.name}: ",
        f"{totals[worse]:,} in ", element("bdi", shown(worse)), f", {totals[best]:,} in ", element("bdi", shown(best)),
        f": {figure(abs(most.value))} {'fewer' if most.value < 0 else 'more'} per 1,000 words ({_sure(most, weighed)})",
    )  # fmt: skip
    return _card("What differs most", title, why)


def _card(label: str, what: Markup, why: Markup | str) -> Markup:
    return element(
        "div",
        titled(label, "compared"),
        element("p", what, class_="answer"),
        element("div", why, class_="why"),
        class_="card",
    )


def _measures(weighed: Weighed) -> Markup:
    """Every measure of every delivery with its interval; the best value of a row is said to be."""
    head = element(
        "tr",
        element("th", "Measure", scope="col"),
        *(element("th", element("bdi", shown(name)), scope="col") for name in weighed.names),
    )
    body = (_measure(metric, weighed) for metric in weighed.measures)
    table = element("table", element("thead", head), element("tbody", *body), class_="measures")
    return element("section", element("div", table, class_="scroll"), class_="card apart-little", aria_label="Figures")


def _measure(metric: Metric, weighed: Weighed) -> Markup:
    cells = []
    for system in weighed.names:
        score = _standing(weighed, system, metric).score
        sign = element("span", "best", class_="outcome pass") if _is_best(system, metric, weighed) else None
        range_ = element("span", bounds(score.interval) or "too few segments", class_="range")
        cells.append(element("td", element("b", figure(score.value)), sign, range_))
    name = element("a", metric.name, href=made_of("compared"))
    return element(
        "tr", element("th", name, element("span", sentence(_plain(metric)), class_="range"), scope="row"), *cells
    )


def _is_best(name: str, metric: Metric, weighed: Weighed) -> bool:
    """Whether it is shown to be better than every other; a mere larger number is not called best."""
    found = [weighed.difference(name, other, metric) for other in weighed.names if other != name]
    upward = 1.0 if metric.higher_is_better else -1.0
    return all(d.significant and (d.value * upward > 0) == (d.system == name) for d in found)


def _plain(metric: Metric) -> str:
    if metric == PENALTY:
        return "MQM penalty points per 1,000 words; lower is better"
    return meaning(metric)


def _standing(weighed: Weighed, name: str, metric: Metric) -> Standing:
    return next(s for s in weighed.standings if s.system == name and s.score.metric == metric)


def _pairs(weighed: Weighed) -> Markup:
    """Every pair under every measure: difference, interval, p, and how many segments went which way."""
    titles = ("Measure", "Pair", "Difference", "Interval", "p", "Better", "Alike", "Worse", "")
    head = element(
        "tr", *(element("th", title, scope="col", class_="n" if 2 <= n < 8 else None) for n, title in enumerate(titles))
    )
    body = (_pair(difference) for difference in weighed.differences)
    table = element("table", element("thead", head), element("tbody", *body), class_="groups")
    return element(
        "section",
        titled("Every difference under every measure", "compared"),
        element(
            "p", "p is adjusted by Holm: the first measure over its rows, the others over all of theirs.", class_="hint"
        ),
        element("div", table, class_="scroll"),
        class_="apart",
    )


def _pair(difference: Difference) -> Markup:
    gain = difference.value if difference.metric.higher_is_better else -difference.value
    said = "no difference shown"
    if difference.significant:
        said = f"{shown(difference.system if gain > 0 else difference.baseline)} is better"
    pair = joined(element("bdi", shown(difference.system)), " − ", element("bdi", shown(difference.baseline)))
    numbers = (
        signed(difference.value), bounds(difference.interval).replace("-", "−") or "–",
        chance(difference.p_holm).removeprefix("p\u00a0").removeprefix("=\u00a0"),
        f"{difference.better:,}", f"{difference.same:,}", f"{difference.worse:,}",
    )  # fmt: skip
    return element(
        "tr",
        element("th", difference.metric.name, scope="row"),
        element("td", pair),
        *(element("td", number, class_="n") for number in numbers),
        element("td", said),
    )


def _how(weighed: Weighed) -> Markup:
    """How all this was measured: test, samples, and a signature for every number."""
    facts = [
        ("test", f"two-sided paired permutation of segments, ties counted, {SAMPLES:,} swaps, all where few differ"),
        (
            "correction",
            f"Holm: {weighed.deciding.name} over its pairs, the other measures together, and the categories",
        ),
        ("intervals", f"bootstrap at {per_cent(_confidence(weighed))}: percentile for values, BCa for differences"),
        ("segments", f"{weighed.segments:,}, the same in each delivery"),
        *((f"{s.score.metric.name}, {shown(s.system)}", str(s.score.signature)) for s in weighed.standings),
    ]
    made = [joined(element("dt", key), element("dd", element("code", value))) for key, value in facts]
    line = element("summary", element("span", "how all this was measured", class_="more"))
    return element("details", line, element("dl", *made), class_="figure alone", id="made-compared")


def _confidence(weighed: Weighed) -> float:
    return weighed.standings[0].score.confidence


def _flips(contenders: Sequence[Contender], weighed: Weighed) -> Markup | None:
    """The segments that changed most, on either side of the pair."""
    worse, best = weighed.pair
    found = weighed.difference(worse, best)
    turned = found.system != best
    won, lost = (found.lost, found.gained) if turned else (found.gained, found.lost)
    if not won and not lost:
        return None
    parts = [(best, won), (worse, lost)]
    hrefs = {(row.document, row.id): row.href for row in contenders[0].rows}
    sections = (
        joined(
            titled(joined("Segments that are better in ", element("bdi", shown(name))), "compared"),
            element("ol", *(_flip(s, hrefs, weighed, turned=turned) for s in segments[:6]), class_="worst"),
        )
        for name, segments in parts
        if segments
    )
    return element("section", *sections, class_="where")


def _flip(segment: Segment, hrefs: dict[tuple[str, str], str], weighed: Weighed, *, turned: bool) -> Markup:
    before, after = (segment.system, segment.baseline) if turned else (segment.baseline, segment.system)
    unit = "points" if weighed.deciding == PENALTY else weighed.deciding.name
    worse, best = (element("bdi", shown(name)) for name in weighed.pair)
    link = element("a", shown(segment.id), href=hrefs[segment.document, segment.id])
    said = joined(element("b", points(before)), f" {unit} in ", worse, ", ", element("b", points(after)), " in ", best)
    return element("li", link, element("div", said))
