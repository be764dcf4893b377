"""What the ledger says over time: is a vendor drifting, and who is good once luck is set aside."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..refusal import Refusal
from ..statistics import Chart, laney_u, xmr
from .record import Entry

__all__ = ["BASELINE", "Standing", "Trend", "board", "latest", "trend"]

_LENT = 4  # deliveries' worth of spread that every vendor is lent from all: two alike are luck, not steadiness
BASELINE = 20  # deliveries from which the limits are learnt; with fewer they are provisional


@dataclass(frozen=True, slots=True)
class Trend:
    """The control chart of one vendor in one language pair, for one measure; `entries` are its points, in order."""

    vendor: str
    language_pair: str
    measure: str
    entries: tuple[Entry, ...]
    chart: Chart
    provisional: bool

    @property
    def alarms(self) -> tuple[str, ...]:
        """One sentence for each signal (Nelson's rules 1 and 2), oldest first."""
        said = {"limit": "beyond the control limits", "run": "the ninth in a row on one side of the centre"}
        return tuple(
            f"delivery {self.entries[signal.position].number} ({self.entries[signal.position].delivery}) is "
            f"{said[signal.rule]}"
            for signal in self.chart.signals
        )


@dataclass(frozen=True, slots=True)
class Standing:
    """A vendor on the board: the observed rate, and the one shrunk towards all vendors' by how little is known of it.

    `weight` (0..1) is the share of the vendor's own deliveries in `shrunk`; 0: too few deliveries to tell.
    """

    vendor: str
    language_pair: str
    deliveries: int
    words: int
    rate: float
    shrunk: float
    weight: float


def latest(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """One line a delivery: of several on the same texts the last, in the place of the first."""
    found: dict[tuple[str, str, str], Entry] = {}
    for entry in entries:
        found[entry.vendor, entry.language_pair, entry.data] = entry
    return tuple(found.values())


def trend(entries: Sequence[Entry], *, metric: str | None = None) -> Trend:
    """The control chart of these deliveries, all of one vendor and language pair.

    Without `metric` it is Laney's u′ of penalty points per 1,000 words (limits by size), with it an XmR chart of the
    segment means. Limits are learnt from the first 20 deliveries. Refuses fewer than two deliveries with the measure,
    several vendors, pairs or severity profiles, and a baseline without any points.
    """
    if len({(entry.vendor, entry.language_pair) for entry in entries}) > 1:
        raise Refusal("several vendors or language pairs in one chart", mend="choose --vendor and --language-pair")
    measure = metric or "penalty points per 1,000 words"
    used = [entry for entry in latest(entries) if (entry.rate is not None if metric is None else metric in entry.means)]
    if len(used) < 2:
        raise Refusal(f"a chart needs two deliveries, {len(used)} with {measure} found", mend="add more deliveries")
    if metric is None and len({entry.profile for entry in used}) > 1:
        profiles = ", ".join(sorted({entry.profile for entry in used}))
        raise Refusal(f"severity profiles are never mixed: {profiles}", mend="assess all with one profile")
    learnt = min(BASELINE, len(used))
    if metric is not None:
        chart = xmr(np.array([entry.means[metric] for entry in used]), baseline=learnt)
    else:
        points = np.array([float(entry.points or 0.0) for entry in used])
        if points[:learnt].sum() == 0.0:
            raise Refusal("no penalty points in the first deliveries: their spread is not known", mend="add more")
        chart = laney_u(points, np.array([float(entry.words) for entry in used]), baseline=learnt)
    return Trend(used[0].vendor, used[0].language_pair, measure, tuple(used), chart, len(used) < BASELINE)


def board(entries: Sequence[Entry]) -> tuple[Standing, ...]:
    """Vendors within their language pair and profile, best first by the shrunk rate.

    Empirical Bayes (Efron and Morris 1975): a vendor with few or erratic deliveries is drawn towards the average of its
    language pair, since a good first delivery is mostly luck. How erratic a vendor is, is told from its own deliveries
    and, where they are few, from everybody's (moderated variance, Smyth 2004). One delivery has the weight 0.
    """
    groups: dict[tuple[str, str], dict[str, list[Entry]]] = defaultdict(lambda: defaultdict(list))
    for entry in latest(entries):
        if entry.rate is not None:
            groups[entry.language_pair, entry.profile][entry.vendor].append(entry)
    rows = [row for vendors in groups.values() for row in _standings(vendors)]
    return tuple(sorted(rows, key=lambda row: (row.language_pair, row.shrunk, row.vendor)))


def _standings(vendors: dict[str, list[Entry]]) -> list[Standing]:
    words = {name: float(sum(entry.words for entry in rows)) for name, rows in vendors.items()}
    rates = {name: 1000.0 * sum(entry.points or 0.0 for entry in rows) / words[name] for name, rows in vendors.items()}
    average = sum(rates[name] * words[name] for name in vendors) / sum(words.values())
    noise = _noise(vendors, rates, words)
    known = [name for name in vendors if noise[name] is not None]
    spread = 0.0
    if len(known) > 1:
        observed = float(np.var([rates[name] for name in known], ddof=1))
        spread = max(0.0, observed - float(np.mean([noise[name] or 0.0 for name in known])))
    standings = []
    for name, rows in vendors.items():
        variance = noise[name]
        weight = 0.0 if variance is None or spread == 0.0 else spread / (spread + variance)
        shrunk = weight * rates[name] + (1.0 - weight) * average
        pair = rows[0].language_pair
        standings.append(Standing(name, pair, len(rows), int(words[name]), rates[name], shrunk, weight))
    return standings


def _noise(
    vendors: dict[str, list[Entry]], rates: dict[str, float], words: dict[str, float]
) -> dict[str, float | None]:
    """The variance of each vendor's rate over its deliveries, steadied by that of all; None for a single delivery."""
    squares = {
        name: sum(((each.points or 0.0) - rates[name] / 1000.0 * each.words) ** 2 / each.words for each in rows)
        for name, rows in vendors.items()
    }
    free = {name: len(rows) - 1 for name, rows in vendors.items()}
    of_all = sum(squares.values()) / max(1, sum(free.values()))
    return {
        name: 1e6 * (squares[name] + _LENT * of_all) / (free[name] + _LENT) / words[name] if free[name] else None
        for name in vendors
    }
