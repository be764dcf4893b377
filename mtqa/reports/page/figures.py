"""The headline figures: a value, its interval drawn to scale, what it means in plain words, and how it was made."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import quote

from ...metric import Score
from ...summary import Assessed, Rate
from ..markup import Markup, element, joined
from ..rows import profile_of
from ..wording import Words, bounds, figure, meaning, per_cent, sentence

__all__ = ["Figure", "bar", "distribution", "drawn", "made_of", "penalty_figures", "score_figures", "titled"]

_BINS = 20


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of the first screen. `scale` is the range its interval is drawn in; `made` is its signature."""

    name: str
    value: str
    interval: tuple[float, float] | None
    point: float
    scale: tuple[float, float]
    confidence: float
    about: str
    made: tuple[tuple[str, str], ...]
    values: tuple[float, ...] = ()
    key: str = ""

    @property
    def anchor(self) -> str:
        """What a number elsewhere on the page links to: how it was measured."""
        return f"made-{self.key or self.name}"


def titled(title: str | Markup, key: str) -> Markup:
    """A heading over numbers, and beside it the small link to how they were measured."""
    link = element("a", "i", href=made_of(key), class_="measured", title="how measured", aria_label="how measured")
    return element("div", element("h2", title), link, class_="titled")


def made_of(key: str) -> str:
    """The link to how the figure of this key was measured."""
    return "#made-" + quote(key, safe="")


def penalty_figures(assessment: Assessed, words: Words) -> tuple[Figure, ...]:
    """Penalty and errors per 1,000 words, where the reference allows them."""
    summary, profile = assessment.summary, profile_of(assessment)
    found = []
    if summary.penalty is not None and profile is not None:
        weights = ", ".join(f"{severity} {weight:g}" for severity, weight in profile.weights.items())
        made = (
            ("profile", f"{profile.label} ({profile.source})"),
            ("weights", weights),
            ("counted over", f"{summary.words:,} hypothesis words"),
            *((f"quality, {how}", f"{figure(score)} of 100") for how, score in summary.quality),
        )
        about = f"Penalty points per 1,000 words under profile {profile.label}: 0 is flawless, lower is better."
        for how, score in summary.quality[1:]:  # what the team accepts; the raw score says nothing of that
            about += f" Quality {figure(score)} of 100 ({how})."
        found.append(replace(_rate("Penalty per 1,000 words", summary.penalty, about, made), key="penalty"))
    if summary.errors_per_1000 is not None:
        about = f"{words.many.capitalize()} of any weight; 0 is {'flawless' if words.one == 'error' else 'identical'}."
        counted = (("counted over", f"{summary.words:,} hypothesis words; a gap counts as one {words.one}"),)
        name = f"{words.many.capitalize()} per 1,000 words"
        found.append(replace(_rate(name, summary.errors_per_1000, about, counted), key="findings"))
    return tuple(found)


def _rate(name: str, rate: Rate, about: str, made: tuple[tuple[str, str], ...]) -> Figure:
    top = max(rate.value, rate.interval[1] if rate.interval else 0.0) * 1.15 or 1.0
    return Figure(name, figure(rate.value), rate.interval, rate.value, (0.0, top), rate.confidence, about, made)


def score_figures(assessment: Assessed) -> tuple[Figure, ...]:
    """One figure a metric: the corpus value, the mean of the segments and the normalised value behind it."""
    summary = assessment.summary
    means = {score.metric.name: score for score in summary.segment_means}
    plain = {score.metric.name: score for score in summary.normalised}
    return tuple(
        _score(score, means.get(score.metric.name), plain.get(score.metric.name), assessment)
        for score in summary.scores
    )


def _score(score: Score, mean: Score | None, plain: Score | None, assessment: Assessed) -> Figure:
    made = [("corpus", str(score.signature))]
    if mean is not None:
        interval = f" [{bounds(mean.interval)}]" if mean.interval else ""
        made.append(("mean of the segments", f"{figure(mean.value)}{interval} {mean.signature}"))
    if plain is not None:
        interval = f" [{bounds(plain.interval)}]" if plain.interval else ""
        made.append(("with plain quotes, dashes and spaces", f"{figure(plain.value)}{interval} {plain.signature}"))
    name = score.metric.name
    if name in assessment.signatures:
        made.append(("each segment", str(assessment.signatures[name])))
    values = tuple(value for value in assessment.segment_scores.get(name, ()) if value is not None)
    low = 0.0 if score.metric.lowest is None else score.metric.lowest
    high = 100.0 if score.metric.highest is None else score.metric.highest
    return Figure(
        name=name,
        value=figure(score.value),
        interval=score.interval,
        point=score.value,
        scale=(low, max(high, score.value, *values)),
        confidence=score.confidence,
        about=sentence(meaning(score.metric)),
        made=tuple(made),
        values=values,
    )


def drawn(one: Figure) -> Markup:
    """The figure as a line that opens on how it was measured."""
    if one.interval is None:
        range_ = "too few segments for an interval"
    else:
        sure = f"at {per_cent(one.confidence)}".replace(" ", "\u00a0")
        range_ = f"{bounds(one.interval)} {sure}"
    chart = joined(distribution(one.values, one.scale) if len(one.values) > 1 else None, _whisker(one))
    line = element(
        "summary",
        element("span", one.name, class_="name"),
        element("span", one.value, class_="value"),
        element("span", chart, class_="chart"),
        element("span", range_, class_="range"),
        element("span", one.about, class_="why"),
        element("span", "how measured", class_="more"),
    )
    made = [joined(element("dt", key), element("dd", element("code", value))) for key, value in one.made]
    return element("details", line, element("dl", *made), class_="figure", id=one.anchor)


def _whisker(one: Figure) -> Markup:
    """The interval as a line with the value as a dot, drawn on the scale of the figure (0..200 across)."""
    low, high = one.scale
    at = [_place(value, low, high) for value in (*(one.interval or ()), one.point)]
    parts = [element("line", x1=0, x2=200, y1=6, y2=6, class_="axis")]
    if one.interval is not None:
        parts.append(element("rect", x=at[0], y=4, width=max(at[1] - at[0], 1), height=4, rx=2, class_="interval"))
    parts.append(element("circle", cx=at[-1], cy=6, r=4, class_="point"))
    return element("svg", *parts, viewBox="0 0 200 12", class_="whisker", aria_hidden="true")


def _place(value: float, low: float, high: float) -> float:
    return round(4 + 192 * (min(max(value, low), high) - low) / ((high - low) or 1.0), 2)


def distribution(values: Sequence[float], scale: tuple[float, float]) -> Markup:
    """How the segments lie on the scale: a histogram of twenty bins, with its reading in words for screen readers."""
    low, high = scale
    counts = [0] * _BINS
    for value in values:
        share = (min(max(value, low), high) - low) / ((high - low) or 1.0)
        counts[min(int(share * _BINS), _BINS - 1)] += 1
    most = max(counts)
    width = 192 / _BINS
    bars = (
        element("rect", x=round(4 + n * width + 0.5, 2), y=round(20 - 18 * count / most, 2), width=width - 1,
                height=round(18 * count / most, 2), class_="bin")
        for n, count in enumerate(counts) if count
    )  # fmt: skip
    ordered = sorted(values)
    label = (
        f"{len(values)} segments from {figure(ordered[0])} to {figure(ordered[-1])}, "
        f"half of them below {figure(ordered[len(ordered) // 2])}"
    )
    return element("svg", element("title", label), *bars, viewBox="0 0 200 20", class_="distribution", role="img")


def bar(parts: Sequence[tuple[str, int]], *, label: str) -> Markup:
    """Counts as one bar cut in proportion; each part has its name as its class and in its title."""
    total = sum(count for _, count in parts) or 1
    at, drawn_parts = 0.0, []
    for name, count in parts:
        width = 1000 * count / total
        title = element("title", f"{count} {name}")
        rect = element("rect", x=round(at, 2), y=0, width=round(max(width - 3, 1), 2), height=14, class_=f"fill {name}")
        drawn_parts.append(element("g", title, rect))
        at += width
    return element(
        "svg",
        *drawn_parts,
        viewBox="0 0 1000 14",
        preserveAspectRatio="none",
        class_="bar",
        role="img",
        aria_label=label,
    )
