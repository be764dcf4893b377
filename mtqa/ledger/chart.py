"""A control chart as one SVG file: points, centre, limits; what is out of control is marked and named in words."""

from xml.sax.saxutils import escape

from .trends import Trend

__all__ = ["control_chart_svg"]

WIDTH, HEIGHT = 860.0, 340.0
LEFT, RIGHT, TOP, BOTTOM = 70.0, 20.0, 56.0, 56.0
_STYLE = (
    "text{font:13px system-ui,sans-serif;fill:#222}.title{font-size:15px;font-weight:600}.small{font-size:11px}"
    ".axis{stroke:#888;stroke-width:1}.centre{stroke:#555;stroke-width:1.2}"
    ".limit{stroke:#8a5a00;stroke-width:1.2;stroke-dasharray:5 4;fill:none}"
    ".line{stroke:#2b5f8a;stroke-width:1.4;fill:none}.point{fill:#2b5f8a}.alarm{fill:#b3261e}"
)


def control_chart_svg(trend: Trend) -> str:
    """The chart as SVG text: the same trend gives the same bytes. It carries its own description for screen readers."""
    chart = trend.chart
    high = float(max(*chart.values, *chart.upper))
    low = float(min(0.0, *chart.values, *chart.lower))
    alarmed = {signal.position for signal in chart.signals}

    def x(position: int) -> float:
        steps = max(1, len(chart.values) - 1)
        return LEFT + (WIDTH - LEFT - RIGHT) * position / steps

    def y(value: float) -> float:
        span = (high - low) or 1.0
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * (value - low) / span

    def path(values: "list[float]") -> str:
        return "M" + "L".join(f"{x(n):.1f} {y(value):.1f}" for n, value in enumerate(values))

    title = f"{trend.vendor}, {trend.language_pair}: {trend.measure}"
    learnt = "provisional limits: fewer than 20 deliveries" if trend.provisional else "limits from the first 20"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:g} {HEIGHT:g}" role="img" '
        f'aria-labelledby="title about"><title id="title">{escape(title)}</title>',
        f'<desc id="about">{escape(_told(trend))}</desc><style>{_STYLE}</style>',
        f'<rect width="{WIDTH:g}" height="{HEIGHT:g}" fill="#fff"/>',
        f'<text class="title" x="{LEFT:g}" y="24">{escape(title)}</text>',
        f'<text class="small" x="{LEFT:g}" y="42">{escape(f"centre {chart.centre:.4g}; {learnt}")}</text>',
        f'<path class="axis" d="M{LEFT:g} {TOP:g}V{HEIGHT - BOTTOM:g}H{WIDTH - RIGHT:g}" fill="none"/>',
        f'<path class="limit" d="{path(chart.upper.tolist())}"/><path class="limit" d="{path(chart.lower.tolist())}"/>',
        f'<path class="centre" d="M{LEFT:g} {y(chart.centre):.1f}H{WIDTH - RIGHT:g}"/>',
        f'<path class="line" d="{path(chart.values.tolist())}"/>',
    ]
    for value in dict.fromkeys((low, float(chart.centre), high)):
        parts.append(
            f'<text class="small" x="{LEFT - 8:g}" y="{y(value) + 4:.1f}" text-anchor="end">{value:.4g}</text>'
        )
    for position, value in enumerate(chart.values.tolist()):
        entry = trend.entries[position]
        kind, radius = ("alarm", 5) if position in alarmed else ("point", 3.5)
        note = escape(f"{entry.number}: {entry.delivery}, {entry.delivered[:10]}, {value:.4g}")
        place = f'cx="{x(position):.1f}" cy="{y(value):.1f}" r="{radius:g}"'
        parts.append(f'<circle class="{kind}" {place}><title>{note}</title></circle>')
    first, last = trend.entries[0], trend.entries[-1]
    parts.append(f'<text class="small" x="{LEFT:g}" y="{HEIGHT - 32:g}">{escape(first.delivered[:10])}</text>')
    end = f'<text class="small" x="{WIDTH - RIGHT:g}" y="{HEIGHT - 32:g}" text-anchor="end">'
    parts.append(f"{end}{escape(last.delivered[:10])}</text>")
    parts.append(f'<text class="small" x="{LEFT:g}" y="{HEIGHT - 12:g}">{escape(_told(trend))}</text></svg>')
    return "\n".join(parts) + "\n"


def _told(trend: Trend) -> str:
    """The chart in one sentence."""
    count = len(trend.alarms)
    alarms = "no alarm" if not count else trend.alarms[-1] + (f" (and {count - 1} more alarms)" if count > 1 else "")
    return f"{len(trend.entries)} deliveries, {alarms}"
