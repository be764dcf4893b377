"""Fit the aligner's weights on documents with known beads, and say what they reach across folds.

    python bench/fit_align.py ../shared/data/alignment [--write]

The chain is a log-linear model: the probability of an alignment is proportional to exp(sum of gains), a gain is a
weighted sum of features, and the weights maximise the probability of the known beads (L-BFGS, L2 on standardised
features). Fitted on the documents as they are, on the same with moved paragraphs put back, and on two augmented
copies (a run of beads dropped on one side, single drops, foreign lines put in). Folds are by base document. --write
fits on all and writes mtqa/align/weights.json; without it only the cross-validated predictions are
written, to out/align.cv.jsonl.
"""

import json
import random
import sys
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

from mtqa.align import links as links_module
from mtqa.align.chain import SHAPES, Corridor, Gains, posterior
from mtqa.align.evidence import alone_features, bead_features, tables
from mtqa.align.model import Curve, Model
from mtqa.align.sides import sides

ROOT = Path(__file__).parent.parent
FOLDS, L2, STEPS, MOVED = 3, 15.0, 60, 4.5


@dataclass
class Document:
    name: str
    fold: int
    hypothesis: list[str]
    reference: list[str]
    gold: list[tuple[tuple[int, ...], tuple[int, ...]]]


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


def read(folder: Path) -> list[Document]:
    inputs = {row["id"]: row for row in map(json.loads, (folder / "dev.inputs.jsonl").open(encoding="utf-8"))}
    documents = []
    for row in map(json.loads, (folder / "dev.gold.jsonl").open(encoding="utf-8")):
        if row["stratum"] != "unrelated":
            text = inputs[row["id"]]
            gold = [(tuple(a), tuple(b)) for a, b in row["gold"]]
            fold = zlib.crc32(str(row["base_doc"]).encode()) % FOLDS
            documents.append(Document(row["id"], fold, text["mt"], text["ref"], gold))
    return documents


def on_chain(gold: list[tuple[tuple[int, ...], tuple[int, ...]]]) -> set[tuple[tuple[int, ...], tuple[int, ...]]]:
    """The heaviest monotone chain of the two-sided beads."""
    beads = sorted(bead for bead in gold if bead[0] and bead[1])
    best: list[float] = []
    back: list[int] = []
    for k, (a, b) in enumerate(beads):
        before = [q for q in range(k) if beads[q][1][-1] < b[0] and beads[q][0][-1] < a[0]]
        source = max(before, key=best.__getitem__, default=-1)
        best.append((best[source] if source >= 0 else 0) + len(a) + len(b))
        back.append(source)
    k = max(range(len(beads)), key=best.__getitem__, default=-1)
    kept = set()
    while k >= 0:
        kept.add(beads[k])
        k = back[k]
    return kept


def items(document: Document) -> list[tuple[list[str], list[str]]]:
    """The beads as texts, in the order of the hypothesis: moved paragraphs put back."""
    owner = {j: (a[0] if a else None) for a, b in document.gold for j in b}
    keyed = [((a[0], 0, 0), (a, b)) for a, b in document.gold if a]
    last = -1
    for j in range(len(document.reference)):
        if owner.get(j) is None:
            keyed.append(((last, 1, j), ((), (j,))))
        else:
            last = owner[j]
    return [
        ([document.hypothesis[i] for i in a], [document.reference[j] for j in sorted(b)]) for _, (a, b) in sorted(keyed)
    ]


def laid_out(document: Document, beads: list[tuple[list[str], list[str]]]) -> Document:
    hypothesis: list[str] = []
    reference: list[str] = []
    gold = []
    for a, b in beads:
        if a or b:
            gold.append(
                (
                    tuple(range(len(hypothesis), len(hypothesis) + len(a))),
                    tuple(range(len(reference), len(reference) + len(b))),
                )
            )
            hypothesis += a
            reference += b
    return Document(document.name, document.fold, hypothesis, reference, gold)


def augmented(document: Document, others: list[Document], chance: random.Random, *, block: bool) -> Document:
    beads = [(list(a), list(b)) for a, b in items(document)]
    if block:
        size = max(1, round(len(beads) * chance.uniform(0.2, 0.5)))
        start, side = chance.randrange(len(beads) - size + 1), chance.randrange(2)
        for bead in beads[start : start + size]:
            bead[side].clear()
    for bead in beads:
        if chance.random() < 0.05:
            bead[chance.randrange(2)].clear()
    for _ in range(chance.choice([0, 1, 1, 2, 3])):
        other, side = chance.choice(others), chance.randrange(2)
        line = chance.choice((other.hypothesis, other.reference)[side])
        beads.insert(chance.randrange(len(beads) + 1), ([line], []) if side == 0 else ([], [line]))
    return laid_out(document, beads)


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
    return links_module.linked(*sides(document.hypothesis, document.reference), model)


def main() -> None:
    folder = Path(sys.argv[1])
    documents = read(folder)
    chance = random.Random(5)
    small = [document for document in documents if len(document.hypothesis) < 100]
    training = list(documents)
    training += [
        laid_out(d, items(d)) for d in documents if len(on_chain(d.gold)) < sum(bool(a and b) for a, b in d.gold)
    ]
    training += [augmented(d, small, chance, block=block) for block in (True, False) for d in small]
    training = [document for document in training if document.hypothesis and document.reference]
    prepared = [prepare(document) for document in training]
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

    guesses: dict[str, list[links_module.Link]] = {}
    for fold in range(FOLDS):
        weights = fit([p for p, d in zip(prepared, training, strict=True) if d.fold != fold], scale)
        for document in documents:
            if document.fold == fold:
                guesses[document.name] = predicted(document, model(weights))
        print(f"fold {fold} done", file=sys.stderr, flush=True)
    curves = calibrated(documents, guesses)
    if "--write" in sys.argv:
        write(fit(prepared, scale), names, alone_names, curves)


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
        "development half), with moved paragraphs put back and two augmented copies; log-linear chain, L2 "
        f"{L2:g} on standardised features, {STEPS} steps of L-BFGS; curves: logistic, on {FOLDS}-fold predictions",
        "bead": dict(zip(names, rounded[: len(names)], strict=True)),
        "alone": dict(zip(alone_names, rounded[len(names) :], strict=True)),
        "moved": MOVED,
        "parallel": 0.13,
        "parallel_few": 0.08,
        "confidence": {kind: [round(curve.start, 4), round(curve.slope, 4)] for kind, curve in curves.items()},
    }
    (ROOT / "mtqa" / "align" / "weights.json").write_text(json.dumps(data, indent=1) + "\n")


if __name__ == "__main__":
    main()
