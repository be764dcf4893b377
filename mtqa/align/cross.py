"""A source and its translation, joined line by line across languages, without a model: anchors, length, marks, order.

The chain is that of alignment in one language (chain.py); the lines are compared by what languages write alike
(anchors.py), and every bead pays for lengths and numbers that do not go together. Sentence embeddings of the user take
part where they are given. Whether the documents belong together is asked of the lines themselves: a source whose lines
are shuffled must do clearly worse.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from . import Alignment, Bead, checked, complete
from .anchors import anchor_line, anchored, number_table
from .chain import SHAPES, Corridor, Gains, best_chain, posterior
from .corridor import corridor, windows
from .evidence import Evidence, alone_features, bead_features
from .model import Curve, Model
from .pairs import Near, tables
from .sides import Side

__all__ = ["Embeddings", "Floats", "align_cross", "cross_evidence", "cross_model"]

Floats = NDArray[np.float32]
Embeddings = tuple[Floats, Floats]  # of the source's lines, of the target's lines: (lines, dim) float32
_SHUFFLES = 5  # how often the source is shuffled to see what chance reaches
_TRIED = 150  # lines of each side, from the middle, on which chance is measured
_SEED = 1
_ALIKE = 8.0  # what a bead gains by embeddings as like as those of best partners, against unlike ones
_CHUNK = 512  # lines whose products are in memory at a time


@dataclass(frozen=True, slots=True)
class Products:
    """Over the nodes of a corridor: `numbers` two lines share, by weight, and `meaning`, the likeness of embeddings.

    `told`: the weight of the numbers of each line of both sides, as running sums from 0. `meaning` is None without
    embeddings.
    """

    numbers: Floats
    told: tuple[Floats, Floats]
    meaning: Floats | None


@cache
def cross_model() -> Model:
    """The weights for two languages that are shipped; cross_weights.json says on what they were fitted."""
    data = json.loads(files(__package__).joinpath("cross_weights.json").read_text(encoding="utf-8"))
    linked, left = (Curve(*data["confidence"][name]) for name in ("linked", "left"))
    return Model(data["bead"], data["alone"], 0.0, linked, left, linked, data["parallel"], data["parallel_few"])


def align_cross(target: Sequence[str], source: Sequence[str], *, embeddings: Embeddings | None = None) -> Alignment:
    """The alignment of a translation with its source: beads whose `hypothesis` is of `target`, `reference` of `source`.

    Beads follow each other on both sides: what was moved is left alone. `similarity` is what a line of the shorter side
    gains more than chance gives, 0 where it gains nothing. `embeddings` are those of the lines of the source and of the
    target, in one space. Refuses what `align` refuses, and embeddings of another number of lines.
    """
    checked(("hypothesis", target), ("source", source))
    model = cross_model()
    kept = [np.flatnonzero([bool(line.strip()) for line in lines]) for lines in (source, target)]
    lines = [[raw[row] for row in rows] for raw, rows in zip((source, target), kept, strict=True)]
    vectors = None
    if embeddings is not None:
        one, other = (_unit(rows[here]) for rows, here in zip(embeddings, kept, strict=True))
        vectors = one, other
    similarity = _beyond_chance(lines[0], lines[1], model, vectors)
    parallel = similarity >= model.least_similarity(min(map(len, lines)))
    beads = []
    if parallel:
        for mine, theirs, chance in _chained(lines[0], lines[1], model, vectors):
            here, there = (tuple(rows[list(part)].tolist()) for rows, part in zip(kept, (mine, theirs), strict=True))
            beads.append(Bead(there, here, model.linked(chance)))
    return Alignment(complete(beads, len(target), len(source)), parallel, similarity)


def cross_evidence(
    one: Side, other: Side, way: Corridor, vectors: Embeddings | None = None
) -> Iterator[tuple[int, NDArray[np.int64], Evidence]]:
    """As `bead_features`, of two languages: with what lengths and numbers say across them."""
    table = tables(one, other, way)
    products = _products(one, other, way, vectors)
    for index, nodes, evidence in bead_features(one, other, way, table):
        near = Near(way, *_rows_of(way, nodes))
        yield index, nodes, {**evidence, **_across(one, other, near, products, SHAPES[index])}


def _rows_of(way: Corridor, nodes: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    starts = way.starts
    row = np.searchsorted(starts, nodes, side="right") - 1
    return row, nodes - starts[row] + way.low[row]


def _across(one: Side, other: Side, near: Near, products: Products, shape: tuple[int, int]) -> Evidence:
    """How far two blocks are from the same length, as a standard normal would be; which numbers they share."""
    a, b = shape
    i, j = near.row, near.column
    length, other_length = one.lengths[a - 1, i - 1], other.lengths[b - 1, j - 1]
    apart = np.abs(length - other_length) / np.sqrt(5 * (length + other_length) + 5)
    shared = sum((near(products.numbers, k, m) for k in range(a) for m in range(b)), np.float32(0))
    told, other_told = (
        sums[at] - sums[at - lines] for sums, at, lines in zip(products.told, (i, j), shape, strict=True)
    )
    missed = np.maximum(told + other_told - 2 * shared, 0)
    found = {
        "apart": np.minimum(apart, 6),
        "far_apart": np.minimum(np.maximum(apart - 1.5, 0), 6),
        "many_apart": np.minimum(apart, 6) * (a + b > 2),
        "numbers_shared": np.sqrt(np.minimum(shared, told)),
        "numbers_missed": np.sqrt(missed),
    }
    if products.meaning is not None:
        each = [near(products.meaning, k, m) for k in range(a) for m in range(b)]
        found["meaning"] = np.asarray(sum(each), dtype=np.float32) / np.float32(max(a, b))
    return {name: np.asarray(values, dtype=np.float32) for name, values in found.items()}


def _products(one: Side, other: Side, way: Corridor, vectors: Embeddings | None) -> Products:
    tables_of = number_table(one.lines, other.lines)
    size = int(way.starts[-1])
    numbers, meaning = np.zeros(size, dtype=np.float32), np.zeros(size, dtype=np.float32)
    for top in range(0, len(one), _CHUNK):
        bottom = min(top + _CHUNK, len(one))
        left, right = max(int(way.low[top + 1]) - 1, 0), int(way.high[bottom])
        if left >= right:
            continue
        first, last = int(way.starts[top + 1]), int(way.starts[bottom + 1])
        row, column = way.nodes(first, last)
        inner = np.flatnonzero(column > 0)
        at = row[inner] - 1 - top, column[inner] - 1 - left
        numbers[first + inner] = np.asarray((tables_of[0][top:bottom] @ tables_of[1][left:right].T).toarray())[at]
        if vectors is not None:
            meaning[first + inner] = (vectors[0][top:bottom] @ vectors[1][left:right].T)[at]
    weights = [np.asarray(table.multiply(table).sum(axis=1), dtype=np.float32).ravel() for table in tables_of]
    told, other_told = (np.concatenate([[np.float32(0)], np.cumsum(weight, dtype=np.float32)]) for weight in weights)
    return Products(numbers, (told, other_told), None if vectors is None else _liker(meaning, way))


def _liker(meaning: Floats, way: Corridor) -> Floats:
    """Cosines between what an average pair has, 0, and what a line's best partner has, 1; the middle is the border."""
    row, column = way.nodes(0, len(meaning))
    inside = (row > 0) & (column > 0)
    best = np.full(len(way.low), -1, dtype=np.float32)
    np.maximum.at(best, row[inside], meaning[inside])
    usual, high = float(np.median(meaning[inside])), float(np.median(best[1:]))
    scaled = (meaning - np.float32(usual)) / np.float32(max(high - usual, 0.05)) - np.float32(0.5)
    return np.where(inside, np.clip(scaled, -0.5, 0.75), 0).astype(np.float32)


def _gains(one: Side, other: Side, way: Corridor, model: Model, vectors: Embeddings | None) -> Gains:
    table = tables(one, other, way)
    beads = np.full((len(SHAPES), int(way.starts[-1])), -np.inf, dtype=np.float32)
    for shape, nodes, evidence in cross_evidence(one, other, way, vectors):
        total = np.zeros(len(nodes), dtype=np.float32)
        for name, weight in model.bead.items():
            total += np.float32(weight) * evidence[name]
        if "meaning" in evidence:
            total += np.float32(_ALIKE) * evidence["meaning"]
        beads[shape, nodes] = total
    alone = []
    for side, likest, most in (
        (one, table.likest.row, table.most.row),
        (other, table.likest.column, table.most.column),
    ):
        features = alone_features(side, likest[1:], most[1:])
        alone.append(sum((weight * features[name] for name, weight in model.alone.items()), np.zeros(len(side))))
    return Gains(beads, *alone)


def _chained(
    source: Sequence[str], target: Sequence[str], model: Model, vectors: Embeddings | None
) -> Iterator[tuple[range, range, float]]:
    """The two-sided beads of the best chain, window by window, with their probability."""
    spelt = [[anchor_line(line) for line in lines] for lines in (source, target)]
    for top, bottom, left, right in windows(*spelt):
        if top == bottom or left == right:
            continue
        one, other = anchored(source[top:bottom], target[left:right])
        part = None if vectors is None else (vectors[0][top:bottom], vectors[1][left:right])
        way = corridor(one, other)
        gain = _gains(one, other, way, model, part)
        chances = posterior(way, gain)[0]
        starts = way.starts
        for first, last, begin, end in best_chain(way, gain):
            if first < last and begin < end:
                shape = SHAPES.index((last - first, end - begin))
                chance = float(chances[shape, starts[last] + end - way.low[last]])
                yield range(top + first, top + last), range(left + begin, left + end), chance


def _beyond_chance(source: Sequence[str], target: Sequence[str], model: Model, vectors: Embeddings | None) -> float:
    """What a line of the shorter side gains on the best chain more than with the source's lines shuffled; least 0.

    Of longer documents the beginnings are looked at.
    """
    here, there = source[:_TRIED], target[:_TRIED]
    part = None if vectors is None else (vectors[0][: len(here)], vectors[1][: len(there)])
    shorter = min(len(here), len(there))
    chance = np.random.default_rng(_SEED)
    true = _best_gain(here, there, model, part)
    orders = [chance.permutation(len(here)) for _ in range(_SHUFFLES)]
    shuffled = [
        _best_gain([here[row] for row in order], there, model, None if part is None else (part[0][order], part[1]))
        for order in orders
    ]
    return max((true - float(np.mean(shuffled))) / shorter, 0.0)


def _best_gain(source: Sequence[str], target: Sequence[str], model: Model, vectors: Embeddings | None) -> float:
    """The gain of the best chain over that of leaving all lines alone."""
    one, other = anchored(source, target)
    way = Corridor(np.zeros(len(one) + 1, dtype=np.int64), np.full(len(one) + 1, len(other), dtype=np.int64))
    gain = _gains(one, other, way, model, vectors)
    alone = float(gain.hypothesis_alone.sum() + gain.reference_alone.sum())
    return posterior(way, gain)[3] - alone


def _unit(rows: Floats) -> Floats:
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.maximum(norms, 1e-9), dtype=np.float32)
