"""Fit the weights of alignment across two languages, and say what they reach across folds.

    python bench/fit_cross.py ../shared/data [--write]

As bench/fit_align.py, on the documents of cross_documents.py: source and hypothesis, damaged. Folds are by article.
out/cross.folds.json gets the weights of each fold, with which bench/cross.py judges; --write writes the mean of them to
mtqa/align/cross_weights.json, with the limits that are kept there.
"""

import json
import sys
from multiprocessing import Pool
from pathlib import Path

import numpy as np
from cross_documents import FOLDS, HYPOTHESIS, SOURCE, Document, documents
from fit_align import Prepared, fit, gains_of, logistic, scaling

from mtqa.align.anchors import anchored
from mtqa.align.chain import SHAPES, Corridor, best_chain, posterior
from mtqa.align.cross import cross_evidence
from mtqa.align.evidence import alone_features
from mtqa.align.model import Curve
from mtqa.align.pairs import tables

ROOT = Path(__file__).parent.parent
PARALLEL, PARALLEL_FEW = 1.2, 0.4  # what a line gains beyond chance; unrelated articles reach 1.18 and 0.17


def prepare(document: Document) -> tuple[Prepared, list[str], list[str]]:
    one, other = anchored(document.sides[SOURCE], document.sides[HYPOTHESIS])
    rows, columns = len(one), len(other)
    way = Corridor(np.zeros(rows + 1, dtype=np.int64), np.full(rows + 1, columns, dtype=np.int64))
    table = tables(one, other, way)
    shapes, nodes, values = [], [], []
    names: list[str] = []
    for shape, at, evidence in cross_evidence(one, other, way):
        shapes.append(np.full(len(at), shape))
        nodes.append(at)
        values.append(np.stack(list(evidence.values()), axis=1))
        names = list(evidence)
    alone = [
        alone_features(one, table.likest.row[1:], table.most.row[1:]),
        alone_features(other, table.likest.column[1:], table.most.column[1:]),
    ]
    wanted, wanted_alone = [], (np.ones(rows), np.ones(columns))
    for mine, theirs, _ in document.gold:
        if (len(mine), len(theirs)) in SHAPES:
            node = int(way.starts[mine[-1] + 1] + theirs[-1] + 1)
            wanted.append((SHAPES.index((len(mine), len(theirs))), node))
            wanted_alone[0][list(mine)] = 0
            wanted_alone[1][list(theirs)] = 0
    prepared = Prepared(
        way,
        np.concatenate(shapes),
        np.concatenate(nodes),
        np.concatenate(values).astype(np.float32),
        (np.stack(list(alone[0].values()), axis=1), np.stack(list(alone[1].values()), axis=1)),
        wanted,
        wanted_alone,
    )
    return prepared, names, list(alone[0])


def chances(prepared: Prepared, weights: np.ndarray, count: int) -> list[tuple[float, bool, bool]]:
    """Of each step of the best chain: its probability, whether it is right, whether both sides have lines."""
    gain = gains_of(prepared, weights, count)
    beads, rows, columns, _ = posterior(prepared.corridor, gain)
    known = set(prepared.wanted)
    found = []
    for top, bottom, left, right in best_chain(prepared.corridor, gain):
        if top < bottom and left < right:
            at = SHAPES.index((bottom - top, right - left)), int(prepared.corridor.starts[bottom] + right)
            found.append((float(beads[at]), at in known, True))
        else:
            chance, right_ = (
                (rows[top], prepared.wanted_alone[0][top])
                if top < bottom
                else (columns[left], prepared.wanted_alone[1][left])
            )
            found.append((float(chance), bool(right_), False))
    return found


_KNOWN: list[tuple[int, Prepared]] = []


def fit_without(fold: int) -> np.ndarray:
    kept = [prepared for own, prepared in _KNOWN if own != fold]
    return fit(kept, scaling(kept, 8))


def main() -> None:
    material = documents(Path(sys.argv[1]), three=False)
    with Pool(2) as pool:
        ready = pool.map(prepare, material, chunksize=8)
    names, alone_names = ready[0][1:]
    _KNOWN[:] = [(document.fold, prepared) for document, (prepared, _, _) in zip(material, ready, strict=True)]
    print(f"{len(material)} documents, {sum(len(d.gold) for d in material)} beads", file=sys.stderr)
    with Pool(2) as pool:
        weights = pool.map(fit_without, range(FOLDS), chunksize=1)
    across = [step for fold, prepared in _KNOWN for step in chances(prepared, weights[fold], len(names))]
    curves = {
        kind: logistic(*map(list, zip(*[(c, r) for c, r, both in across if both == linked], strict=True)))
        for kind, linked in (("linked", True), ("left", False))
    }
    target = ROOT / "out" / "cross.folds.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps([data(each, names, alone_names, curves) for each in weights]))
    right = sum(r for _, r, both in across if both)
    given, known = sum(both for *_, both in across), sum(len(prepared.wanted) for _, prepared in _KNOWN)
    print(f"across folds: strict P {right / given:.3f} R {right / known:.3f} F1 {2 * right / (given + known):.3f}")
    if "--write" in sys.argv:
        mean = data(np.mean(weights, axis=0), names, alone_names, curves)
        said = (
            f"bench/fit_cross.py on {len(material)} documents made of ../shared/data/mqm.* (development half, into "
            f"English), {FOLDS} folds by article, mean of their fits"
        )
        shipped = {"schema": "mtqa.cross-alignment-weights/1", "provenance": said, **mean}
        (ROOT / "mtqa" / "align" / "cross_weights.json").write_text(json.dumps(shipped, indent=1) + "\n")


def data(weights: np.ndarray, names: list[str], alone: list[str], curves: dict[str, Curve]) -> dict[str, object]:
    rounded = [round(float(weight), 5) for weight in weights]
    return {
        "bead": dict(zip(names, rounded[: len(names)], strict=True)),
        "alone": dict(zip(alone, rounded[len(names) :], strict=True)),
        "parallel": PARALLEL,
        "parallel_few": PARALLEL_FEW,
        "confidence": {kind: [round(curve.start, 4), round(curve.slope, 4)] for kind, curve in curves.items()},
    }


if __name__ == "__main__":
    main()
