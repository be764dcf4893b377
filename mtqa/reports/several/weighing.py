"""Who is better, by how much, and how surely: the measures that all deliveries share, with the tests of `compare`.

The first measure decides. Against a correction that is the MQM penalty per 1,000 words; against an independent
reference, where edits are no errors, it is the first metric of the assessments. p-values are those of a two-sided
paired permutation of segments, adjusted by Holm: the deciding measure, fixed before anything was seen, over its pairs;
the other measures together, over all of theirs; the categories among themselves.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from ...compare import Difference, Standing
from ...compare.evidence import counted, differences, outcomes, pairs_of, standings
from ...compare.measured import Measured, Model, measured
from ...metric import Metric, Signature, find_metric
from ...scoring.columns import is_neural
from ...scoring.models import beside_one, mean_score
from ...segment import Batch, ReferenceKind, Segment
from ...statistics import SEED, Floats
from ...text import word_count
from .matching import Contender, same_references

__all__ = ["SAMPLES", "Weighed", "weigh"]

SAMPLES = 10_000
_FEWEST = 3
"""Errors of a category, all deliveries together, below which no test is made: it could show nothing."""

PENALTY = Metric(
    key="penalty", name="Penalty per 1,000 words", parameters=(), higher_is_better=False, lowest=0.0, highest=None,
    needs=frozenset({"references"}), about="MQM penalty points per 1,000 hypothesis words",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Weighed:
    """What can be said of several deliveries together.

    `standings` by measure, then delivery; `differences` by measure, then pair; `categories` the differences in errors
    per 1,000 words of `pair`, the two deliveries that the headline speaks of, the worse one first. `ranking` has the
    best first, by the deciding measure. `left_out` says, in sentences, what could not be compared and why.
    """

    names: tuple[str, ...]
    deciding: Metric
    segments: int
    ranking: tuple[str, ...]
    standings: tuple[Standing, ...]
    differences: tuple[Difference, ...]
    pair: tuple[str, str]
    categories: tuple[Difference, ...]
    left_out: tuple[str, ...]

    def difference(self, one: str, other: str, metric: Metric | None = None) -> Difference:
        """The difference of a pair under a measure (None: the deciding one), in the order in which it was computed."""
        wanted = {one, other}
        name = (metric or self.deciding).name
        return next(d for d in self.differences if d.metric.name == name and {d.baseline, d.system} == wanted)

    @property
    def measures(self) -> tuple[Metric, ...]:
        """The measures, the deciding one first."""
        return tuple(dict.fromkeys(standing.score.metric for standing in self.standings))


def weigh(contenders: Sequence[Contender], *, confidence: float = 0.95) -> Weighed:
    """All measures that all deliveries share, over the segments that have a reference everywhere."""
    used = [n for n in range(len(contenders[0].rows)) if all(c.rows[n].references for c in contenders)]
    cells, left_out = _cells(contenders, used)
    names = tuple(contender.name for contender in contenders)
    metrics = tuple(dict.fromkeys(metric for _, metric, _ in cells))
    labels = ([contenders[0].rows[n].id for n in used], [contenders[0].rows[n].document for n in used])
    table = counted(cells, None, seed=SEED)
    pairs = pairs_of(names, all_pairs=True)
    deciding, *others = metrics
    compared: list[Difference] = []
    for asked in filter(None, ([deciding], others)):  # the deciding one was fixed before: it pays for its pairs only
        found = outcomes(table, pairs, asked, samples=SAMPLES, seed=SEED)
        compared += differences(table, pairs, asked, found, labels, confidence=confidence, shown=8)
    sign = -1.0 if deciding.higher_is_better else 1.0
    ranking = tuple(sorted(names, key=lambda name: (sign * table[name, deciding.name].value, names.index(name))))
    pair = (ranking[1], ranking[0])
    missing = len(contenders[0].rows) - len(used)
    if missing:
        left_out.append(f"{missing} segments without a reference in every delivery are shown, but not compared.")
    return Weighed(
        names=names,
        deciding=deciding,
        segments=len(used),
        ranking=ranking,
        standings=standings(table, confidence=confidence, estimates={}),
        differences=tuple(compared),
        pair=pair,
        categories=_categories([c for name in pair for c in contenders if c.name == name], used, confidence, labels),
        left_out=tuple(left_out),
    )


Cell = tuple[str, Metric, Measured]


def _cells(contenders: Sequence[Contender], used: Sequence[int]) -> tuple[list[Cell], list[str]]:
    """Every measure of every delivery, measure by measure, and what had to be left out."""
    cells: list[Cell] = []
    left_out: list[str] = []
    if contenders[0].kind is not ReferenceKind.INDEPENDENT and all(c.penalised for c in contenders):
        cells += [(contender.name, PENALTY, _penalty(contender, used)) for contender in contenders]
    if not same_references(contenders):
        left_out.append(
            "Each delivery has references of its own: scores against different references are not compared."
        )
        return cells, left_out
    for name in contenders[0].signatures:
        mine = [contender.signatures.get(name) for contender in contenders]
        if None in mine:
            left_out.append(f"{name} was not computed for every delivery.")
        elif not all(mine[0] is not None and s is not None and mine[0].comparable(s) for s in mine):
            left_out.append(f"{name} was computed in different ways: their signatures differ in more than the data.")
        else:
            cells += _metric(find_metric(name), contenders, used)
    return cells, left_out


def _penalty(contender: Contender, used: Sequence[int]) -> Measured:
    rows = [contender.rows[n] for n in used]
    points = np.array([row.points for row in rows], dtype=np.float64)
    profile = contender.profile
    weights = ",".join(f"{severity}={weight:g}" for severity, weight in profile.weights.items())
    signature = Signature("penalty", (("profile", profile.label), ("weights", weights), ("per", "1000 words")))
    return Measured(_per_word(points, contender, used), points, _rate, signature)


def _per_word(amounts: Floats, contender: Contender, used: Sequence[int]) -> Floats:
    words = np.array([word_count(contender.rows[n].hypothesis) for n in used], dtype=np.float64)
    return np.stack([amounts, words], axis=1)


def _rate(sums: Floats) -> Floats:
    """Per 1,000 words; nothing where there are no words, as where a delivery left everything empty."""
    rates: Floats = 1000.0 * sums[..., 0] / np.maximum(sums[..., 1], 1.0)
    return rates


def _metric(metric: Metric, contenders: Sequence[Contender], used: Sequence[int]) -> list[Cell]:
    """A counted metric is folded from its counts; of a neural one the stored scores are taken, and their mean."""
    if not is_neural(metric):
        batches = {contender.name: _batch(contender, used) for contender in contenders}
        return [(name, metric, found) for name, found in measured(metric, batches, Model()).items()]
    cells = []
    for contender in contenders:
        scores = np.array([dict(contender.rows[n].scores)[metric.name] for n in used], dtype=np.float64)
        found = Measured(beside_one(scores), scores, mean_score, contender.signatures[metric.name])
        cells.append((contender.name, metric, found))
    return cells


def _batch(contender: Contender, used: Sequence[int]) -> Batch:
    rows = [contender.rows[n] for n in used]
    return Batch.of(
        [Segment(row.id, row.hypothesis, row.references, row.source, row.document, reference_kind=contender.kind)
         for row in rows]
    )  # fmt: skip


def _categories(
    pair: Sequence[Contender],
    used: Sequence[int],
    confidence: float,
    labels: tuple[Sequence[str], Sequence[str]],
) -> tuple[Difference, ...]:
    """The pair's difference in errors per 1,000 words, category by category, the largest first."""
    counts = {
        contender.name: [[error.category for error in contender.rows[n].errors] for n in used] for contender in pair
    }
    names = sorted({category for rows in counts.values() for row in rows for category in row})
    cells: list[Cell] = []
    metrics = []
    for category in names:
        if sum(row.count(category) for rows in counts.values() for row in rows) < _FEWEST:
            continue
        metric = Metric(category, category, (), False, 0.0, None, frozenset(), "per 1,000 words")
        metrics.append(metric)
        for contender in pair:
            amounts = np.array([row.count(category) for row in counts[contender.name]], dtype=np.float64)
            signature = Signature("errors", (("category", category), ("per", "1000 words")))
            cells.append(
                (contender.name, metric, Measured(_per_word(amounts, contender, used), amounts, _rate, signature))
            )
    if not cells:
        return ()
    table = counted(cells, None, seed=SEED)
    pairs = list(combinations([contender.name for contender in pair], 2))
    found = outcomes(table, pairs, metrics, samples=SAMPLES, seed=SEED)
    compared = differences(table, pairs, metrics, found, labels, confidence=confidence, shown=0)
    return tuple(sorted(compared, key=lambda d: (-abs(d.value), d.metric.name)))
