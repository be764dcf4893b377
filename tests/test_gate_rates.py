"""The gate's error rates, by simulation on real MQM data: at the limit it accepts at most 5 % of the deliveries.

A system's segments are the vendor; deliveries are drawn from them with replacement (or without, where the size of the
delivery matters), and the limit is the true value of the whole. Accepting at the limit is a false accept.
"""

import gzip
import json
import math
from collections import defaultdict
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from mtqa.gate.baselines import _bounds as baseline_bounds
from mtqa.gate.inspected import Inspected
from mtqa.gate.judging import judge
from mtqa.gate.policy import Critical, Role, Tail
from mtqa.gate.rate import rate_check
from mtqa.gate.scores import _mean_check, _tail_check
from mtqa.gate.stops import stop_checks
from mtqa.gate.verdict import Check, Outcome, after_holm, verdict_of
from mtqa.ledger import Entry, trend
from mtqa.metric import find_metric
from mtqa.statistics import Chart, rate_interval

DATA = Path(__file__).parents[2] / "shared" / "data"
WEIGHTS = {"neutral": 0, "minor": 1, "major": 5, "critical": 25}
POOLS = (("mqm.bio21.es-en", 3), ("mqm.bio21.pt-en", 2), ("mqm.mqm21.zh-en", 2))
NAMES = [f"{stem}#{n}" for stem, count in POOLS for n in range(count)]
ONE_EACH = [f"{stem}#0" for stem, _ in POOLS]
SIZES = ((24, 200), (100, 100), (400, 50))

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="the human-judged data (../shared/data) are not here")


@dataclass(frozen=True)
class Pool:
    """One real system: penalty points, words, stop errors, a stand-in metric (chrF2++) and document, by segment."""

    points: np.ndarray
    words: np.ndarray
    stops: np.ndarray
    chrf: np.ndarray
    documents: np.ndarray

    def rate(self) -> float:
        return float(1000 * self.points.sum() / self.words.sum())

    def material(self, rows: np.ndarray, *, population: int | None = None, by_document: bool = False,
                 repeated: bool = False, documents: tuple[str, ...] | None = None) -> Inspected:  # fmt: skip
        stops = self.stops[rows]
        return Inspected(
            ids=tuple(str(n) for n in range(len(rows))),
            labels={"document": documents or tuple(self.documents[rows])},
            words=self.words[rows],
            points=self.points[rows],
            sure=self.points[rows],
            stops=stops,
            sure_stops=stops,
            stop_errors=(int(stops.sum()),) * 2,
            doubtful=(),
            scores={"chrF2++": self.chrf[rows]},
            population=population,
            by_document=by_document,
            repeated=repeated,
            risk=0.05,
            dearest=25.0,
            longest=float(self.words.max()),
            errors_known=True,
        )


@cache
def pools(stem: str) -> list[Pool]:
    from mtqa.engines import segment_scores, statistics

    rows = defaultdict(list)
    with gzip.open(DATA / f"{stem}.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            rows[row["system"]].append(row)
    found = []
    for system in sorted(rows)[: dict(POOLS)[stem]]:
        points, stops = [], []
        for row in rows[system]:
            first = min(row["raters"])
            marks = [s for s in (*row["spans"], *row["unanchored"]) if s.get("rater") == first]
            severities = [s["severity"] for s in marks if not s["category"].startswith("Source")]
            points.append(float(sum(WEIGHTS[s] for s in severities)))
            stops.append(any(s in ("major", "critical") for s in severities))
        chrf = statistics(find_metric("chrf++"), [r["mt"] for r in rows[system]], [(r["ref"],) for r in rows[system]])
        found.append(
            Pool(
                np.array(points),
                np.array([float(len(r["mt"].split())) for r in rows[system]]),
                np.array(stops),
                segment_scores(chrf),
                np.array([r["doc"] for r in rows[system]], dtype=object),
            )
        )
    return found


def pool(name: str) -> Pool:
    stem, number = name.split("#")
    return pools(stem)[int(number)]


def holds(accepted: list[bool], *, nominal: float = 0.05) -> None:
    """At most the nominal rate, and three standard errors of the simulation."""
    noise = 3 * math.sqrt(nominal * (1 - nominal) / len(accepted))
    assert np.mean(accepted) <= nominal + noise, f"{np.mean(accepted):.3f} of {len(accepted)}"


def passed(check: Check) -> bool:
    return check.outcome == Outcome.PASS


@pytest.mark.parametrize(("size", "runs"), SIZES)
@pytest.mark.parametrize("name", NAMES)
class TestAtTheLimit:
    def test_mqm_rate(self, name: str, size: int, runs: int) -> None:
        source, rng = pool(name), np.random.default_rng(size)
        draws = rng.integers(0, len(source.points), (runs, size))
        checks = [
            rate_check("mqm", Role.GATE, source.rate(), source.material(rows), "mqm-core", None) for rows in draws
        ]
        holds([passed(check) for check in checks])
        holds([check.outcome == Outcome.FAIL for check in checks])

    def test_stop_errors_and_tail(self, name: str, size: int, runs: int) -> None:
        source, rng = pool(name), np.random.default_rng(size)
        share = float(source.stops.mean())
        low = float(np.quantile(source.chrf, 0.1))
        tail = Tail(score=low, share=float((source.chrf < low).mean()))
        draws = rng.integers(0, len(source.points), (runs, size))
        stops, tails = [], []
        for rows in draws:
            material = source.material(rows)
            stops += stop_checks(Critical(max_share=share), material)
            tails.append(
                _tail_check("tail", Role.GATE, tail, material.scores["chrF2++"], find_metric("chrf++"), material)
            )
        for checks in (stops, tails):
            holds([passed(check) for check in checks])
            holds([check.outcome == Outcome.FAIL for check in checks])

    def test_metric_mean(self, name: str, size: int, runs: int) -> None:
        source, rng = pool(name), np.random.default_rng(size)
        limit = float(source.chrf.mean())
        checks = [
            _mean_check("mean", Role.GATE, limit, source.chrf[rows], find_metric("chrf++"), source.material(rows))
            for rows in rng.integers(0, len(source.points), (runs, size))
        ]
        holds([passed(check) for check in checks])
        holds([check.outcome == Outcome.FAIL for check in checks])

    def test_baseline(self, name: str, size: int, runs: int) -> None:
        """The drop against the next system of the same data stands exactly at the allowed one."""
        stem, number = name.split("#")
        source, other = pool(name), pools(stem)[(int(number) + 1) % len(pools(stem))]
        if len(source.chrf) != len(other.chrf):
            pytest.skip("the two systems have not translated the same segments")
        drops, rng = other.chrf - source.chrf, np.random.default_rng(size)
        drops = drops - drops.mean() + 2.0
        checks = []
        for rows in rng.integers(0, len(drops), (runs // 2, size)):
            material = source.material(rows)
            bounds, _ = baseline_bounds(drops[rows], 2.0, material)
            checks.append(judge("baseline", Role.GATE, "", float(drops[rows].mean()), 2.0, bounds, material))
        holds([passed(check) for check in checks])
        holds([check.outcome == Outcome.FAIL for check in checks])


@pytest.mark.parametrize(("size", "runs"), [(24, 150), (100, 100)])
@pytest.mark.parametrize("name", ONE_EACH)
def test_part_of_a_delivery_without_replacement(name: str, size: int, runs: int) -> None:
    source, rng = pool(name), np.random.default_rng(size)
    whole = len(source.points)
    share = float(source.stops.mean())
    mean = float(source.chrf.mean())
    rates, shares, means = [], [], []
    for _ in range(runs):
        rows = rng.permutation(whole)[:size]
        material = source.material(rows, population=whole)
        rates.append(rate_check("mqm", Role.GATE, source.rate(), material, "mqm-core", None))
        shares += stop_checks(Critical(max_share=share), material)
        means.append(_mean_check("mean", Role.GATE, mean, source.chrf[rows], find_metric("chrf++"), material))
    for checks in (rates, shares, means):
        holds([passed(check) for check in checks])
        holds([check.outcome == Outcome.FAIL for check in checks])


def test_most_of_a_delivery_tells_more_than_as_many_of_an_endless_stream() -> None:
    """What the finite-population correction is for: three quarters of a delivery leave half of the doubt."""
    source, rng = pool("mqm.mqm21.zh-en#0"), np.random.default_rng(9)
    whole = len(source.points)
    rows = rng.permutation(whole)[: 3 * whole // 4]
    part, stream = (
        rate_check("mqm", Role.GATE, source.rate(), source.material(rows, population=size), "mqm-core", None)
        for size in (whole, None)
    )
    assert part.high - part.observed < 0.6 * (stream.high - stream.observed)


@pytest.mark.parametrize("count", [12, 20])
@pytest.mark.parametrize("name", NAMES)
def test_vendor_judged_by_documents(name: str, count: int) -> None:
    source, rng = pool(name), np.random.default_rng(count)
    names = list(dict.fromkeys(source.documents))
    members = {document: np.flatnonzero(source.documents == document) for document in names}
    share, mean = float(source.stops.mean()), float(source.chrf.mean())
    rates, shares, means = [], [], []
    for _ in range(120):
        drawn = rng.integers(0, len(names), count)
        rows = np.concatenate([members[names[n]] for n in drawn])
        labels = tuple(str(place) for place, n in enumerate(drawn) for _ in members[names[n]])
        material = source.material(rows, by_document=True, documents=labels)
        rates.append(passed(rate_check("mqm", Role.GATE, source.rate(), material, "mqm-core", None)))
        shares += [passed(check) for check in stop_checks(Critical(max_share=share), material)]
        means.append(passed(_mean_check("mean", Role.GATE, mean, source.chrf[rows], find_metric("chrf++"), material)))
    for outcomes in (rates, shares, means):
        holds(outcomes)


@pytest.mark.parametrize("name", NAMES)
def test_looking_again_every_25_segments(name: str) -> None:
    """The e-process is at least as high as at any look before, so its last value has seen every look."""
    source, rng = pool(name), np.random.default_rng(25)
    capped = np.minimum(source.points, 25.0)
    limit = float(1000 * capped.sum() / source.words.sum())
    looks = Pool(capped, source.words, source.stops, source.chrf, source.documents)
    share, mean, low = float(source.stops.mean()), float(source.chrf.mean()), float(np.quantile(source.chrf, 0.1))
    tail = Tail(score=low, share=float((source.chrf < low).mean()))
    checks: dict[str, list[Check]] = defaultdict(list)
    for _ in range(120):
        material = looks.material(rng.integers(0, len(capped), 400), repeated=True)
        chrf = material.scores["chrF2++"]
        checks["rate"].append(rate_check("mqm", Role.GATE, limit, material, "mqm-core", 25.0))
        checks["share"] += stop_checks(Critical(max_share=share), material)
        checks["mean"].append(_mean_check("mean", Role.GATE, mean, chrf, find_metric("chrf++"), material))
        checks["tail"].append(_tail_check("tail", Role.GATE, tail, chrf, find_metric("chrf++"), material))
    for found in checks.values():
        holds([passed(check) for check in found])
        holds([check.outcome == Outcome.FAIL for check in found])


def test_a_bound_for_one_look_does_not_bear_many() -> None:
    """Why `looks = "repeated"` exists: the same bound, looked at every 25 segments, accepts too often."""
    source, rng = pool("mqm.mqm21.zh-en#0"), np.random.default_rng(3)
    draws = rng.integers(0, len(source.points), (80, 400))
    ever = np.zeros(len(draws), dtype=bool)
    for n in range(25, 226, 25):
        looks = [rate_check("mqm", Role.GATE, source.rate(), source.material(r[:n]), "mqm-core", None) for r in draws]
        ever |= [passed(check) for check in looks]
    assert ever.mean() > 0.05


def test_the_plain_ratio_interval_accepts_too_often() -> None:
    """Why the bound for passing adds a bad segment: the interval of the reports is no bound with few segments."""
    source, rng = pool("mqm.bio21.es-en#0"), np.random.default_rng(6)
    draws = rng.integers(0, len(source.points), (300, 24))
    intervals = [rate_interval(source.points[rows], source.words[rows], confidence=0.9) for rows in draws]
    assert np.mean([found is not None and found[1] <= source.rate() for found in intervals]) > 0.1


def test_a_good_vendor_passes_and_a_bad_one_fails() -> None:
    """The bounds are not merely shy: at half the limit and at twice the limit 100 segments mostly settle it."""
    source, rng = pool("mqm.mqm21.zh-en#0"), np.random.default_rng(4)
    draws = [source.material(rng.integers(0, len(source.points), 100)) for _ in range(30)]
    good = [rate_check("mqm", Role.GATE, 2.0 * source.rate(), each, "mqm-core", None) for each in draws]
    bad = [rate_check("mqm", Role.GATE, 0.5 * source.rate(), each, "mqm-core", None) for each in draws]
    assert np.mean([passed(check) for check in good]) >= 0.9
    assert np.mean([check.outcome == Outcome.FAIL for check in bad]) >= 0.9


def test_many_checks_reject_a_delivery_at_all_limits_no_more_often_than_one() -> None:
    """Five documents' limits, each just kept: without Holm about a fifth of such deliveries would fail."""
    source, rng = pool("mqm.mqm21.zh-en#1"), np.random.default_rng(5)
    single, together = [], []
    for _ in range(100):
        checks = [
            rate_check(str(n), Role.GATE, source.rate(), source.material(rng.integers(0, len(source.points), 100)),
                       "mqm-core", None)
            for n in range(5)
        ]  # fmt: skip
        single.append(verdict_of(checks) == Outcome.FAIL)
        together.append(verdict_of(after_holm(checks, 0.05)) == Outcome.FAIL)
    assert np.mean(single) > 0.1
    holds(together)


def ledger_of(source: Pool, rng: np.random.Generator, deliveries: int) -> list[Entry]:
    """Deliveries of 4 documents each, drawn from what the vendor did: all in control."""
    names = list(dict.fromkeys(source.documents))
    found = []
    for n in range(deliveries):
        rows = np.flatnonzero(np.isin(source.documents, rng.choice(names, 4)))
        found.append(
            Entry("v", "x-en", str(n), "2026-01-01T00:00:00+00:00", str(n), len(rows), int(source.words[rows].sum()),
                  0, 0, float(source.points[rows].sum()), "mqm-core", {"chrF2++": float(source.chrf[rows].mean())},
                  number=n + 1)
        )  # fmt: skip
    return found


@pytest.mark.parametrize("measure", [None, "chrF2++"])
def test_a_vendor_in_control_seldom_drifts_and_one_that_doubles_its_errors_does(measure: str | None) -> None:
    """Of 30 deliveries after the first 20 at most 5 % signal on the worse side; a doubled rate mostly within 10."""
    alarms, caught = [], []
    for name in NAMES:
        source, rng = pool(name), np.random.default_rng(11)
        worse = Pool(2.0 * source.points, source.words, source.stops, source.chrf - 12.0, source.documents)
        for _ in range(8):
            before = ledger_of(source, rng, 50)
            chart = trend(before, metric=measure).chart
            bad = {signal.position for signal in chart.signals if is_worse(chart, signal.position, measure)}
            alarms += [n in bad for n in range(20, 50)]
            after = [replace(each, data=f"later{each.data}") for each in ledger_of(worse, rng, 10)]
            chart = trend([*before[:20], *after], metric=measure).chart
            caught.append(any(s.position >= 20 and is_worse(chart, s.position, measure) for s in chart.signals))
    assert np.mean(alarms) <= 0.05, f"{np.mean(alarms):.3f} of {len(alarms)}"
    assert np.mean(caught) >= 0.8, f"{np.mean(caught):.3f} of {len(caught)}"


def is_worse(chart: Chart, position: int, measure: str | None) -> bool:
    return bool((chart.values[position] > chart.centre) == (measure is None))
