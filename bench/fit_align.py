"""Fit the aligner's weights on documents with known beads, and say what they reach across folds.

    python bench/fit_align.py ../shared/data/alignment [--write]

The chain is a log-linear model: the probability of an alignment is proportional to exp(sum of gains), a gain is a
weighted sum of features, and the weights maximise the probability of the known beads (L-BFGS, L2 on standardised
features). Fitted on the documents as they are, on the same with moved paragraphs put back, and on two damaged
copies (align_damage.py): runs of beads and single ones dropped on one side, foreign lines put in; sides cut by half,
lines joined and split, headings repeated, stretches moved. Folds are by base document. --write
writes the mean of the folds' weights to mtqa/align/weights.json; without it only the cross-validated predictions are
written, to out/align.cv.jsonl.
"""

import json
import random
import sys
from dataclasses import dataclass
from multiprocessing import Pool
from pathlib import Path
from typing import Any

import numpy as np
from align_damage import FOLDS, Document, augmented, items, laid_out, moved, on_chain, read, rough
from scipy.optimize import minimize

from mtqa.align import links as links_module
from mtqa.align.chain import SHAPES, Corridor, Gains, posterior
from mtqa.align.evidence import alone_features, bead_features
from mtqa.align.model import Curve, Model
from mtqa.align.pairs import tables
from mtqa.align.sides import sides

ROOT = Path(__file__).parent.parent
L2, STEPS, MOVED, PROCESSES = 15.0, 60, 4.5, 2


@dataclass
class Prepared:
    """Features: `beads[k]` belong to shape `shape[k]` at node `node[k]`; `wanted`: shape and node of known beads."""

    corridor: Corridor
    shape: np.ndarray
    node: np.ndarray
    beads: np.ndarray
    alone: tuple[np.ndarray, np.ndarray]
    wanted: list[tuple[int, int]]
    wanted_alone: tuple[np.ndarray, np.ndarray]


def prepare(document: Document) -> Prepared:
    rows, columns = len(document.hypothesis), len(document.reference)
    kept = on_chain(document.gold)
    low, high = np.zeros(rows + 1, dtype=np.int64), np.full(rows + 1, columns, dtype=np.int64)
    if rows * columns > 3000:  # a band around the known way: the model sees what it could be lured by
        way = [(0, 0), *sorted((a[0], b[0]) for a, b in kept), (rows, columns)]
        middle = np.interp(np.arange(rows + 1), [a for a, _ in way], [b for _, b in way]).astype(int)
        low, high = np.maximum(middle - 20, 0), np.minimum(middle + 20, columns)
        low[0], high[-1] = 0, columns
        low, high = np.minimum.accumulate(low[::-1])[::-1], np.maximum.accumulate(high)
    way_nodes = Corridor(low, high)
    one, other = sides(document.hypothesis, document.reference)
    table = tables(one, other, way_nodes)
    shapes, nodes, values = [], [], []
    for shape, at, evidence in bead_features(one, other, way_nodes, table):
        shapes.append(np.full(len(at), shape))
        nodes.append(at)
        values.append(np.stack(list(evidence.values()), axis=1))
    alone = (
        np.stack(list(alone_features(one, table.likest.row[1:], table.most.row[1:]).values()), axis=1),
        np.stack(list(alone_features(other, table.likest.column[1:], table.most.column[1:]).values()), axis=1),
    )
    wanted, wanted_alone = [], (np.ones(rows), np.ones(columns))
    for a, b in kept:
        if (len(a), len(b)) in SHAPES:
            wanted.append(
                (SHAPES.index((len(a), len(b))), int(way_nodes.starts[a[-1] + 1] + b[-1] + 1 - low[a[-1] + 1]))
            )
            wanted_alone[0][list(a)] = 0
            wanted_alone[1][list(b)] = 0
    return Prepared(
        way_nodes,
        np.concatenate(shapes),
        np.concatenate(nodes),
        np.concatenate(values).astype(np.float32),
        alone,
        wanted,
        wanted_alone,
    )


def gains_of(document: Prepared, weights: np.ndarray, count: int) -> Gains:
    beads = np.full((len(SHAPES), int(document.corridor.starts[-1])), -np.inf, dtype=np.float32)
    beads[document.shape, document.node] = document.beads @ weights[:count].astype(np.float32)
    return Gains(beads, document.alone[0] @ weights[count:], document.alone[1] @ weights[count:])


@dataclass
class Scaling:
    """Spread and mean of each feature over the known beads: L2 shrinks the weights of standardised features."""

    spread: np.ndarray
    mean: np.ndarray
    count: int

    def weights(self, scaled: np.ndarray) -> np.ndarray:
        weights = scaled / self.spread
        weights[0] -= self.mean[1:] @ weights[1:]
        return weights

    def slope(self, slope: np.ndarray) -> np.ndarray:
        centred = slope.copy()
        centred[1:] -= slope[0] * self.mean[1:]
        return centred / self.spread


def scaling(documents: list[Prepared], alone: int) -> Scaling:
    known = np.concatenate(
        [
            document.beads[
                [np.flatnonzero((document.shape == s) & (document.node == n))[0] for s, n in document.wanted]
            ]
            for document in documents
            if document.wanted
        ]
    )
    spread = np.concatenate([np.maximum(known.std(axis=0), 0.05), np.ones(alone)])
    mean = np.concatenate([known.mean(axis=0), np.zeros(alone)])
    spread[0] = 1.0
    return Scaling(spread, mean, known.shape[1])


def loss(scaled: np.ndarray, documents: list[Prepared], scale: Scaling) -> tuple[float, np.ndarray]:
    weights, count = scale.weights(scaled), scale.count
    total, slope = 0.0, np.zeros_like(weights)
    for document in documents:
        gain = gains_of(document, weights, count)
        chances, rows, columns, log_sum = posterior(document.corridor, gain)
        want_rows, want_columns = document.wanted_alone
        known = sum(float(gain.beads[at]) for at in document.wanted)
        total += log_sum - known - gain.hypothesis_alone @ want_rows - gain.reference_alone @ want_columns
        for at in document.wanted:
            chances[at] -= 1
        slope[:count] += chances[document.shape, document.node] @ document.beads
        slope[count:] += (rows - want_rows) @ document.alone[0] + (columns - want_columns) @ document.alone[1]
    return total + L2 * float(scaled @ scaled) / 2, scale.slope(slope) + L2 * scaled


def fit(documents: list[Prepared], scale: Scaling) -> np.ndarray:
    start = np.zeros(len(scale.spread))
    found = minimize(loss, start, args=(documents, scale), jac=True, method="L-BFGS-B", options={"maxiter": STEPS})
    return scale.weights(found.x)


def logistic(chances: list[float], right: list[bool]) -> Curve:
    odds = np.clip(np.array(chances), 1e-6, 1 - 1e-6)
    odds = np.log(odds / (1 - odds))
    truth = np.array(right, dtype=float)

    def cost(values: np.ndarray) -> float:
        score = values[0] + values[1] * odds
        return float(np.logaddexp(0, score).sum() - truth @ score + 0.5 * (values[1] - 1) ** 2 + 0.05 * values[0] ** 2)

    start, slope = minimize(cost, np.array([0.0, 1.0])).x
    return Curve(float(start), float(slope))


def predicted(document: Document, model: Model) -> list[links_module.Link]:
    return links_module.linked(document.hypothesis, document.reference, model)


def main() -> None:
    folder = Path(sys.argv[1])
    documents = read(folder)
    training = material(documents)
    with Pool(PROCESSES) as pool:
        prepared = pool.map(prepare, training, chunksize=8)
    names, alone_names = feature_names(documents[0])
    count = len(names)
    scale = scaling(prepared[: len(documents)], len(alone_names))
    ready = Curve(0.0, 1.0)

    def model(weights: np.ndarray) -> Model:
        bead, alone = (
            dict(zip(names, weights[:count], strict=True)),
            dict(zip(alone_names, weights[count:], strict=True)),
        )
        return Model(bead, alone, MOVED, ready, ready, ready, 0.0, 0.0)

    _MATERIAL.update(documents=training, prepared=prepared, scale=scale)
    with Pool(PROCESSES) as pool:
        weights = pool.map(fit_without, range(FOLDS), chunksize=1)
    target = ROOT / "out" / "align.folds.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps({"bead": names, "alone": alone_names, "weights": [w.tolist() for w in weights]}))
    guesses = {document.name: predicted(document, model(weights[document.fold])) for document in documents}
    curves = calibrated(documents, guesses)
    if "--write" in sys.argv:
        write(np.mean(weights, axis=0), names, alone_names, curves)


def material(documents: list[Document]) -> list[Document]:
    """The documents, and what is made of them: moved paragraphs put back, two damaged copies."""
    chance = random.Random(5)
    small = [document for document in documents if len(document.hypothesis) < 100]
    training = list(documents)
    training += [
        laid_out(d, items(d)) for d in documents if len(on_chain(d.gold)) < sum(bool(a and b) for a, b in d.gold)
    ]
    training += [augmented(d, small, chance, block=chance.random() < 0.6) for d in small]
    for document in small:
        beads = rough(items(document), chance)
        drawn = chance.random()
        training.append(moved(beads, document, chance, far=drawn < 0.2) if drawn < 0.6 else laid_out(document, beads))
    return [document for document in training if document.hypothesis and document.reference]


_MATERIAL: dict[str, Any] = {}  # what the processes that fit inherit, since it is too much to be sent


def fit_without(fold: int) -> np.ndarray:
    """The weights fitted on the documents of the other folds."""
    training, prepared = _MATERIAL["documents"], _MATERIAL["prepared"]
    return fit([p for p, d in zip(prepared, training, strict=True) if d.fold != fold], _MATERIAL["scale"])


def feature_names(document: Document) -> tuple[list[str], list[str]]:
    one, other = sides(document.hypothesis, document.reference)
    whole = Corridor(np.zeros(len(one) + 1, dtype=np.int64), np.full(len(one) + 1, len(other), dtype=np.int64))
    table = tables(one, other, whole)
    beads = next(iter(bead_features(one, other, whole, table)))[2]
    return list(beads), list(alone_features(one, table.likest.row[1:], table.most.row[1:]))


def calibrated(documents: list[Document], guesses: dict[str, list[links_module.Link]]) -> dict[str, Curve]:
    """The curves fitted on all cross-validated predictions; those written to out/ are calibrated across folds, too."""
    found = []
    for document in documents:
        gold = {(tuple(sorted(a)), tuple(sorted(b))) for a, b in document.gold}
        gold |= {((i,), ()) for a, b in document.gold if not b for i in a}
        gold |= {((), (j,)) for a, b in document.gold if not a for j in b}
        for link in guesses[document.name]:
            kind = "crossing" if link.moved else "linked" if link.cosine else "left"
            found.append(
                (document.fold, kind, link.chance, (link.hypothesis, link.reference) in gold, document.name, link)
            )

    def curves(held: int | None) -> dict[str, Curve]:
        return {
            kind: logistic(
                *map(list, zip(*[(c, r) for f, k, c, r, *_ in found if k == kind and f != held], strict=True))
            )
            for kind in ("linked", "left", "crossing")
        }

    across = {fold: curves(fold) for fold in range(FOLDS)}
    rows: dict[str, list[object]] = {document.name: [] for document in documents}
    for fold, kind, chance, _, name, link in found:
        rows[name].append([link.hypothesis, link.reference, across[fold][kind](chance)])
    target = ROOT / "out" / "align.cv.jsonl"
    target.parent.mkdir(exist_ok=True)
    target.write_text("".join(json.dumps({"id": name, "links": links}) + "\n" for name, links in rows.items()))
    print(f"cross-validated predictions: {target}", file=sys.stderr)
    return curves(None)


def write(weights: np.ndarray, names: list[str], alone_names: list[str], curves: dict[str, Curve]) -> None:
    rounded = [round(float(weight), 5) for weight in weights]
    data = {
        "schema": "mtqa.alignment-weights/1",
        "provenance": "bench/fit_align.py on the 225 parallel documents of ../shared/data/alignment (WMT21/22/23 news, "
        "development half), with moved paragraphs put back and two damaged copies; log-linear chain, L2 "
        f"{L2:g} on standardised features, {STEPS} steps of L-BFGS, mean of the fits on two thirds each; "
        f"curves: logistic, on {FOLDS}-fold predictions",
        "bead": dict(zip(names, rounded[: len(names)], strict=True)),
        "alone": dict(zip(alone_names, rounded[len(names) :], strict=True)),
        "moved": MOVED,
        "parallel": 0.14,
        "parallel_few": 0.08,
        "confidence": {kind: [round(curve.start, 4), round(curve.slope, 4)] for kind, curve in curves.items()},
    }
    (ROOT / "mtqa" / "align" / "weights.json").write_text(json.dumps(data, indent=1) + "\n")


if __name__ == "__main__":
    main()
