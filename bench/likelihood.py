"""Fits the weights of mtqa/rules/likelihood.py to the MQM annotations of ../shared/data, and prints them.

    python bench/likelihood.py [--step 6]

One record in `step` of each set is read, by a hash of its id; the sets weigh alike, a word counts as marked by the
share of its raters. The fold figures come from weights fitted to the other half of the source segments.
"""

import argparse
import gzip
import json
from pathlib import Path
from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from mtqa.edits import compare
from mtqa.language import LANGUAGES
from mtqa.rules import Case, claimed
from mtqa.rules.likelihood import FEATURES, features
from mtqa.segment import ReferenceKind

DATA = Path(__file__).parent.parent.parent / "shared" / "data"
SETS = ("mqm20.zh-en", "mqm21.zh-en", "mqm23.zh-en", "ted21.zh-en", "bio21.de-en")
Floats = NDArray[np.float64]


def words(name: str, step: int) -> tuple[list[list[float]], list[float], list[int]]:
    """Features, share of raters who marked it, and fold of every word of every `step`-th record of a set."""
    rows: list[list[float]] = []
    marked: list[float] = []
    folds: list[int] = []
    with gzip.open(DATA / f"mqm.{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            if crc32(record["id"].encode()) % step or not record["raters"]:
                continue
            comparison = compare(record["mt"], record["ref"], language=LANGUAGES["en"])
            rules = [
                claimed(Case(comparison, edit, ReferenceKind.INDEPENDENT, record["src"]))[0].name
                for edit in comparison.edits
            ]
            share = np.zeros(len(record["mt"]))
            for span in record["spans"]:
                if span["severity"] != "neutral":
                    share[span["start"] : span["end"]] += 1 / len(record["raters"])
            for token, known in zip(comparison.tokens, features(comparison, rules), strict=True):
                rows.append([known.get(feature, 0.0) for feature in FEATURES])
                marked.append(min(1.0, float(share[token.start : token.end].mean())))
                folds.append(crc32(record["seg"].encode()) % 2)
    return rows, marked, folds


def fitted(x: Floats, y: Floats, weight: Floats) -> Floats:
    """The weights of the logistic model, lightly drawn to 0."""

    def loss(b: Floats) -> tuple[float, Floats]:
        p = 1 / (1 + np.exp(-(x @ b)))
        cost = -(y * np.log(p + 1e-9) + (1 - y) * np.log(1 - p + 1e-9))
        return float((weight * cost).mean() + 0.5e-4 * (b @ b)), x.T @ (weight * (p - y)) / len(y) + 1e-4 * b

    return np.asarray(minimize(loss, np.zeros(x.shape[1]), jac=True, method="L-BFGS-B", options={"maxiter": 300}).x)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--step", type=int, default=6)
    step = parser.parse_args().step
    parts = [words(name, step) for name in SETS]
    x = np.array([row for rows, _, _ in parts for row in rows])
    y = np.array([value for _, marked, _ in parts for value in marked])
    fold = np.array([value for _, _, folds in parts for value in folds])
    weight = np.concatenate(
        [np.full(len(marked), len(y) / len(SETS) / len(marked)) for marked in (p[1] for p in parts)]
    )
    for held in (0, 1):
        b = fitted(x[fold != held], y[fold != held], weight[fold != held])
        p = 1 / (1 + np.exp(-(x[fold == held] @ b)))
        brier, base = np.average((p - y[fold == held]) ** 2), np.average((y.mean() - y[fold == held]) ** 2)
        print(f"fold {held}: Brier {brier:.4f}, of the mean {base:.4f}, {int((fold == held).sum())} words")
    for feature, value in zip(FEATURES, fitted(x, y, weight), strict=True):
        print(f'        "{feature}": {value:.2f},')


if __name__ == "__main__":
    main()
