"""Drift: is this delivery within what the vendor has always varied, or is something else going on?"""

from collections.abc import Sequence
from datetime import UTC, datetime

from ..ledger import BASELINE, Entry, Trend, entry_of, latest, trend
from ..metric import find_metric
from ..refusal import Refusal
from ..summary import Assessed
from .judging import refused
from .policy import Drift
from .verdict import Check, Outcome

__all__ = ["drift_check"]

METHODS = {
    "mqm": f"Laney's u′, three sigma learnt from the first {BASELINE} deliveries, or nine in a row on the worse side",
    "metric": f"XmR, three sigma learnt from the first {BASELINE} deliveries, or nine in a row on the worse side",
}


def drift_check(rules: Drift, assessment: Assessed, history: Sequence[Entry] | None) -> Check:
    """This delivery as the newest point of the vendor's control chart; it is never among those that set the limits.

    `history` are the ledger's lines of one vendor in one language pair. A signal on the worse side fails; one on the
    better side passes. Fewer than 20 earlier deliveries, or some that never varied, are inconclusive; no ledger, or
    one that cannot be compared with (another severity profile), is invalid. What is compared is what the ledger keeps:
    all findings that nobody rejected, waived or not.
    """
    metric = None if rules.measure == "mqm" else rules.measure
    name = f"drift.{rules.measure}"
    if history is None:
        return refused(name, rules.role, "no history was given; name it with --ledger and --vendor")
    if not history:
        return _too_little(name, rules, 0)
    try:
        now = entry_of(assessment, vendor=history[0].vendor, language_pair=history[0].language_pair,
                       delivery="this delivery", delivered=datetime.now(UTC))  # fmt: skip
        before = [each for each in latest(history) if each.data != now.data and _has(each, metric)]
        if not _has(now, metric):
            return refused(name, rules.role, f"the delivery has no {rules.measure} to chart")
        if len(before) < BASELINE:
            return _too_little(name, rules, len(before))
        if metric is None and not any(each.points for each in before[:BASELINE]):
            return refused(name, rules.role, "no penalty points in the first deliveries: their spread is not known",
                           outcome=Outcome.INCONCLUSIVE)  # fmt: skip
        chart = trend([*before, now], metric=metric)
    except Refusal as refusal:
        return refused(name, rules.role, str(refusal))
    return _judged(
        name, rules, chart, at_most=metric is None or not find_metric(metric).higher_is_better, here=now.segments
    )


def _judged(name: str, rules: Drift, found: Trend, *, at_most: bool, here: int) -> Check:
    chart, last = found.chart, len(found.entries) - 1
    value, limit = float(chart.values[last]), float((chart.upper if at_most else chart.lower)[last])
    if chart.upper[last] == chart.lower[last]:
        return refused(name, rules.role, "the earlier deliveries never varied: what is unusual is not known",
                       outcome=Outcome.INCONCLUSIVE)  # fmt: skip
    worse = value > chart.centre if at_most else value < chart.centre
    signals = [signal.rule for signal in chart.signals if signal.position == last and worse]
    said = {"limit": "beyond the control limit", "run": "the ninth in a row on the worse side of the centre"}
    reason = " and ".join(said[rule] for rule in signals) or "within what this vendor has always varied"
    return Check(
        name=name,
        role=rules.role,
        outcome=Outcome.FAIL if signals else Outcome.PASS,
        unit=found.measure,
        observed=value,
        low=value,
        high=value,
        limit=limit,
        at_most=at_most,
        inspected=here,
        population=here,
        method=METHODS["mqm" if rules.measure == "mqm" else "metric"],
        reason=f"{reason} (centre {chart.centre:.4g}, {last} earlier deliveries of {found.vendor})",
    )


def _too_little(name: str, rules: Drift, count: int) -> Check:
    reason = f"{count} earlier deliveries in the ledger, at least {BASELINE} wanted to know what is usual"
    more = BASELINE - count
    settle = f"add {more} more {'delivery' if more == 1 else 'deliveries'} with 'mtqa history add'"
    return refused(name, rules.role, reason, outcome=Outcome.INCONCLUSIVE, settle=settle)


def _has(entry: Entry, metric: str | None) -> bool:
    return entry.rate is not None if metric is None else metric in entry.means
