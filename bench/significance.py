"""Significance tests beside sacrebleu's PairedTest: 9 systems, BLEU, chrF2 and TER, statistics given to both.

    python bench/significance.py [DATA.jsonl.gz] [--rounds N] [--segments N]

Both are timed in turns within one run, in processor time of one process; only the ratio says something. sacrebleu's own
code runs, but for the counting of statistics, which both are spared. Prints a table and fails when a p-value differs.
"""

import argparse
import gzip
import json
import statistics as averages
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sacrebleu.metrics import BLEU, CHRF, TER
from sacrebleu.significance import PairedTest

from mtqa.engines import fold, statistics
from mtqa.metric import find_metric
from mtqa.statistics import Pair, permutation_tests, sacrebleu_bootstrap, sacrebleu_randomization

DATA = Path(__file__).parent.parent.parent / "shared" / "data" / "mqm.mqm23.zh-en.jsonl.gz"
CACHE = Path(__file__).parent.parent / "out" / "bench"
SYSTEMS = 9
METRICS = tuple(find_metric(name) for name in ("bleu", "chrf", "ter"))
Floats = NDArray[np.float64]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", nargs="?", type=Path, default=DATA)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--segments", type=int, help="draw so many of the segments, with replacement")
    given = parser.parse_args()
    names, values = load(given.data)
    if given.segments:
        rows = np.random.default_rng(0).integers(0, len(values[0][0]), given.segments)
        values = [[each[rows] for each in system] for system in values]
    folds = [partial(fold, metric) for metric in METRICS]
    print(f"{len(names)} systems, {len(values[0][0]):,} segments, {', '.join(metric.name for metric in METRICS)}")
    ours: dict[str, Callable[[], object]] = {
        "bootstrap 1,000": lambda: sacrebleu_bootstrap(values, folds, samples=1000),
        "randomisation 10,000": lambda: sacrebleu_randomization(values, folds, samples=10_000),
        "own permutation 10,000": lambda: permutation_tests(
            [
                Pair(base, other, each)
                for system in values[1:]
                for base, other, each in zip(values[0], system, folds, strict=True)
            ]
        ),
    }
    kinds = {"bootstrap 1,000": "bs", "randomisation 10,000": "ar", "own permutation 10,000": "ar"}
    print(f"{'test':24} {'sacrebleu s':>12} {'mtqa s':>8} {'ratio':>7}  p-values")
    for name, run in ours.items():
        theirs_times, ours_times = [], []
        for _ in range(given.rounds):
            seconds, theirs = timed(partial(sacrebleus, names, values, kinds[name]))
            theirs_times.append(seconds)
            seconds, mine = timed(run)
            ours_times.append(seconds)
        slow, fast = averages.median(theirs_times), averages.median(ours_times)
        print(f"{name:24} {slow:12.2f} {fast:8.3f} {slow / fast:6.0f}x  {agreement(name, theirs, mine)}")


def load(path: Path) -> tuple[list[str], list[list[Floats]]]:
    """The statistics of the first nine systems that translated every segment; kept in out/bench for the next run."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    names = sorted({row["system"] for row in rows})[:SYSTEMS]
    kept = CACHE / f"{path.name}.npz"
    if not kept.exists():
        arrays = {}
        for number, name in enumerate(names):
            own = sorted((row for row in rows if row["system"] == name), key=lambda row: row["seg"])
            for metric in METRICS:
                counted = statistics(metric, [row["mt"] for row in own], [(row["ref"],) for row in own])
                arrays[f"{number}_{metric.key}"] = counted.values
        CACHE.mkdir(parents=True, exist_ok=True)
        np.savez(kept, **arrays)
    arrays = dict(np.load(kept))
    return names, [[arrays[f"{number}_{metric.key}"] for metric in METRICS] for number in range(len(names))]


def sacrebleus(names: list[str], values: list[list[Floats]], kind: str) -> dict[str, list[float | None]]:
    """The p-values of sacrebleu's own PairedTest, by metric, for all systems; the statistics are put in its mouth."""
    metrics = {"BLEU": BLEU(references=[["x"]]), "chrF": CHRF(references=[["x"]]), "TER": TER(references=[["x"]])}
    whole = [[rows.astype(int).tolist() for rows in system] for system in values]
    for number, metric in enumerate(metrics.values()):
        # a hypothesis list is [system number] * segments: sacrebleu only asks for its length
        metric._extract_corpus_statistics = lambda hypotheses, _, m=number: whole[hypotheses[0]][m]
    named = [(name, [number] * len(values[0][0])) for number, name in enumerate(names)]
    test = PairedTest(named, metrics, None, test_type=kind)
    _, scores = test()
    return {name: [result.p_value for result in row] for name, row in scores.items() if name != "System"}


def timed(run: Callable[[], object]) -> tuple[float, object]:
    start = time.process_time()
    result = run()
    return time.process_time() - start, result


def agreement(name: str, theirs: object, ours: object) -> str:
    wanted = [p for row in theirs.values() for p in row[1:]]  # type: ignore[attr-defined]
    if name.startswith("own"):
        found = [test.p for test in ours]  # type: ignore[attr-defined]
        order = [found[s * len(METRICS) + m] for m in range(len(METRICS)) for s in range(len(found) // len(METRICS))]
        larger = sum(mine > p for mine, p in zip(order, wanted, strict=True))
        return f"{larger} of {len(wanted)} larger (ties count, few differing segments are enumerated)"
    found = [row[m].p for m in range(len(METRICS)) for row in ours[1:]]  # type: ignore[index]
    equal = sum(mine == p for mine, p in zip(found, wanted, strict=True))
    if equal != len(wanted):
        raise SystemExit(f"{name}: {len(wanted) - equal} of {len(wanted)} p-values differ from sacrebleu's")
    return f"{equal} of {len(wanted)} equal"


if __name__ == "__main__":
    main()
