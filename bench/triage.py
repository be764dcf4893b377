"""Fits the weights of mtqa/triage.py to the MQM annotations of ../shared/data, and says how well they rank.

    python bench/triage.py [--most 2500]

Of each set every n-th source segment is read, by a hash of its number, so that at most about `most` records remain
(0: all). Length-removed Pearson: `pearson_partial` of ../shared/eval/eval_segment.py. "Left out" are weights fitted to
the other sets; "two-fold" to the other half of the source segments of all sets.
"""

import argparse
import gzip
import importlib.util
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from mtqa.engines import segment_scores, statistics
from mtqa.metric import find_metric
from mtqa.triage import FEATURES, MOST, features

SHARED = Path(__file__).parent.parent.parent / "shared"
SETS = ("mqm20.zh-en", "mqm21.zh-en", "mqm23.zh-en", "mqm23.he-en", "ted21.zh-en", "bio21.de-en", "bio21.es-en",
        "bio21.fr-en", "bio21.ru-en", "bio21.zh-en", "bio21.it-en", "bio21.pt-en")  # fmt: skip
SMALL = {"bio21.it-en", "bio21.pt-en"}  # one system, or hardly a record with an error: judged, not fitted to
DRAWN = 0.02  # how far the ridge draws weights of standardised features to 0
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Rated:
    """A set: its records, their features, the penalty of each, and the half of its source segment."""

    gold: list[dict[str, Any]]
    x: Floats
    y: Floats
    half: NDArray[np.int64]

    def part(self, half: int) -> "Rated":
        chosen = np.flatnonzero(self.half == half)
        return Rated([self.gold[n] for n in chosen], self.x[chosen], self.y[chosen], self.half[chosen])


def read(name: str, most: int) -> Rated:
    with gzip.open(SHARED / "data" / f"mqm.{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
        gold = [json.loads(line) for line in lines]
    step = max(1, len(gold) // most) if most else 1
    gold = [record for record in gold if crc32(str(record["seg"]).encode()) % step == 0]
    known = [features(record["mt"], record["ref"], "en") for record in gold]
    return Rated(
        gold,
        np.array([[values[name] for name in FEATURES] for values in known]),
        np.array([-record["score"] for record in gold]),
        np.array([crc32(str(record["seg"]).encode()) // 64 % 2 for record in gold]),
    )


def fitted(sets: list[Rated]) -> Floats:
    """The weights: slopes from within the sets, each weighted alike, and the level of their mean."""
    scale = np.mean([rated.x.std(axis=0) for rated in sets], axis=0)
    scale[0] = 1.0
    square, product = np.zeros((len(FEATURES),) * 2), np.zeros(len(FEATURES))
    for rated in sets:
        x, y = (rated.x - rated.x.mean(axis=0)) / scale, np.minimum(rated.y, MOST)
        square += x.T @ x / len(y) / len(sets)
        product += x.T @ (y - y.mean()) / len(y) / len(sets)
    weights = np.linalg.solve(square + DRAWN * np.eye(len(FEATURES)), product) / scale
    weights[0] = 0.0
    weights[0] = np.mean([np.minimum(rated.y, MOST).mean() - rated.x.mean(axis=0) @ weights for rated in sets])
    return np.asarray(weights)


def judge() -> Any:
    """The module eval_segment.py."""
    spec = importlib.util.spec_from_file_location("eval_segment", SHARED / "eval" / "eval_segment.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def guessed(rated: Rated, weights: Floats) -> Floats:
    return np.clip(rated.x @ weights, 0.0, MOST)


def reliability(pairs: list[tuple[Floats, Floats]]) -> None:
    """Expected and given points of each tenth of the records, every set weighted alike."""
    guess, given = (np.concatenate(side) for side in zip(*pairs, strict=True))
    weight = np.concatenate([np.full(len(g), 1 / len(g)) for g, _ in pairs])
    order = np.argsort(guess, kind="stable")
    tenth = np.minimum(9, (10 * np.cumsum(weight[order]) / weight.sum()).astype(int))
    print("tenth  expected  given")
    for n in range(10):
        rows = order[tenth == n]
        print(f"{n + 1:5}  {np.average(guess[rows], weights=weight[rows]):8.2f}"
              f"  {np.average(np.minimum(given[rows], MOST), weights=weight[rows]):5.2f}")  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--most", type=int, default=2500)
    most = parser.parse_args().most
    sets = {name: read(name, most) for name in SETS}
    large = [name for name in SETS if name not in SMALL]
    compute, chrf = judge().compute, find_metric("chrf++")
    halves = [fitted([sets[name].part(half) for name in large]) for half in (0, 1)]
    rows, pairs = [], []
    for name, rated in sets.items():
        human = -rated.y
        plain = segment_scores(statistics(chrf, [r["mt"] for r in rated.gold], [(r["ref"],) for r in rated.gold]))
        left_out = fitted([sets[other] for other in large if other != name])
        folds = [rated.part(half) for half in (0, 1)]
        crossed = [-guessed(part, halves[1 - half]) for half, part in enumerate(folds)]
        pairs += [(-guess, part.y) for guess, part in zip(crossed, folds, strict=True) if name in large]
        figures = (
            compute(rated.gold, human, plain)[0]["pearson_partial"],
            compute(rated.gold, human, -guessed(rated, left_out))[0]["pearson_partial"],
            float(np.mean([compute(part.gold, -part.y, guess)[0]["pearson_partial"]
                           for part, guess in zip(folds, crossed, strict=True)])),
        )  # fmt: skip
        rows.append(figures)
        print(
            f"{name:12} {len(rated.y):6}  chrF++ {figures[0]:.3f}  left out {figures[1]:.3f}  two-fold {figures[2]:.3f}"
        )
    for said, chosen in (("mean of 12", rows), ("of the large", rows[: len(large)])):
        print(f"{said:19}  chrF++ {{:.3f}}  left out {{:.3f}}  two-fold {{:.3f}}".format(*np.mean(chosen, axis=0)))
    reliability(pairs)
    for feature, value in zip(FEATURES, fitted([sets[name] for name in large]), strict=True):
        print(f'        "{feature}": {value:.3f},')


if __name__ == "__main__":
    main()
