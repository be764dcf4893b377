"""Fits the weights of mtqa/rules/likelihood.py to the MQM annotations of ../shared/data, and prints them.

    python bench/likelihood.py [--step 6]             # WEIGHTS
    python bench/likelihood.py [--step 6] --several   # SEVERAL, from the probabilities against two references

One record in `step` of each set is read, by a hash of its id; the sets weigh alike, a word counts as marked by the
share of its raters. The fold figures come from weights fitted to the other half of the source segments.
"""

import argparse
import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from mtqa.edits import Comparison, compare
from mtqa.language import LANGUAGES
from mtqa.rules import Case, claimed
from mtqa.rules.likelihood import FEATURES, features, probabilities
from mtqa.segment import ReferenceKind

DATA = Path(__file__).parent.parent.parent / "shared" / "data"
SETS = ("mqm20.zh-en", "mqm21.zh-en", "mqm23.zh-en", "ted21.zh-en", "bio21.de-en")
Floats = NDArray[np.float64]


Words = tuple[list[list[float]], list[float], list[int]]
"""Of every word what is known of it, the share of raters who marked it, and its fold."""


def records(name: str, step: int) -> Iterator[dict[str, Any]]:
    """Every `step`-th record of a set that was rated."""
    with gzip.open(DATA / f"mqm.{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            if crc32(record["id"].encode()) % step == 0 and record["raters"]:
                yield record


def against(record: dict[str, Any], reference: str) -> tuple[Comparison, list[str]]:
    """The hypothesis of a record beside a reference, and the rule that claims each edit."""
    comparison = compare(record["mt"], reference, language=LANGUAGES["en"])
    cases = [Case(comparison, edit, ReferenceKind.INDEPENDENT, record["src"]) for edit in comparison.edits]
    return comparison, [claimed(case)[0].name for case in cases]


def judged(record: dict[str, Any], comparison: Comparison) -> tuple[list[float], list[int]]:
    """The share of raters who marked each word, and the fold of each."""
    share = np.zeros(len(record["mt"]))
    for span in record["spans"]:
        if span["severity"] != "neutral":
            share[span["start"] : span["end"]] += 1 / len(record["raters"])
    marked = [min(1.0, float(share[token.start : token.end].mean())) for token in comparison.tokens]
    return marked, [crc32(record["seg"].encode()) % 2] * len(marked)


def words(name: str, step: int) -> Words:
    """The features of the words of a set."""
    rows: list[list[float]] = []
    marked: list[float] = []
    folds: list[int] = []
    for record in records(name, step):
        comparison, rules = against(record, record["ref"])
        rows += [[known.get(feature, 0.0) for feature in FEATURES] for known in features(comparison, rules)]
        for whole, part in zip((marked, folds), judged(record, comparison), strict=True):
            whole += part
    return rows, marked, folds


def words_of_several(name: str, step: int) -> Words:
    """A constant, and the least log odds of each word against the references of its record."""
    rows: list[list[float]] = []
    marked: list[float] = []
    folds: list[int] = []
    for record in records(name, step):
        compared = [against(record, reference) for reference in (record["ref"], *record["refs"].values())]
        least = np.min([probabilities(comparison, rules) for comparison, rules in compared], axis=0)
        rows += [[1.0, float(np.log(p / (1 - p)))] for p in least]
        for whole, part in zip((marked, folds), judged(record, compared[0][0]), strict=True):
            whole += part
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
    parser.add_argument("--several", action="store_true")
    given = parser.parse_args()
    read, sets = (words_of_several, SETS[:4]) if given.several else (words, SETS)  # biomedical de-en has one reference
    parts = [read(name, given.step) for name in sets]
    x = np.array([row for rows, _, _ in parts for row in rows])
    y = np.array([value for _, marked, _ in parts for value in marked])
    fold = np.array([value for _, _, folds in parts for value in folds])
    weight = np.concatenate(
        [np.full(len(marked), len(y) / len(parts) / len(marked)) for marked in (p[1] for p in parts)]
    )
    for held in (0, 1):
        b = fitted(x[fold != held], y[fold != held], weight[fold != held])
        p = 1 / (1 + np.exp(-(x[fold == held] @ b)))
        brier, base = np.average((p - y[fold == held]) ** 2), np.average((y.mean() - y[fold == held]) ** 2)
        print(f"fold {held}: Brier {brier:.4f}, of the mean {base:.4f}, {int((fold == held).sum())} words")
    names = ("constant", "slope") if given.several else FEATURES
    for feature, value in zip(names, fitted(x, y, weight), strict=True):
        print(f'        "{feature}": {value:.2f},')


if __name__ == "__main__":
    main()
