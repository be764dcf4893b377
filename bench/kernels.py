"""How fast the native kernels count, against sacrebleu and other peers, in one run on this machine.

    python bench/kernels.py [--rounds 3] [--only chrF2] [--data ../shared/data]
    python bench/kernels.py --growth        cost and memory from 1,000 to 1,000,000 segments, and on two threads

CPU time (all threads) from texts to segment scores: ours from columns as Arrow hands them over, and from lists of
strings, in which sacrebleu gets them. The two sides alternate, round by round, on the same
segments; the table holds medians. sacrebleu's tokenizer caches are emptied before each round. What lasts too short to
be timed is repeated. Peers are measured where they are installed: fastchrf (chrF), rapidfuzz (the edit distance inside
of TER, without shifts: an upper bound for anyone's TER, not a peer).
"""

import argparse
import statistics as middle
import time
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from texts import DATA, Pairs, pairs, paragraphs

from mtqa.engines import segment_scores, statistics
from mtqa.engines.sacrebleu import counter
from mtqa.kernels.texts import References, Texts
from mtqa.metric import Metric, find_metric

BLEU = find_metric("bleu")
CASES: tuple[tuple[str, Metric, int], ...] = (  # name, metric, characters that sacrebleu is given
    ("BLEU 13a", BLEU, 300_000),
    ("BLEU intl", BLEU.given(tokenize="intl"), 300_000),
    ("chrF2", find_metric("chrf"), 200_000),
    ("chrF2++", find_metric("chrf++"), 200_000),
    ("TER", find_metric("ter"), 12_000),
    ("TER norm+asian", find_metric("ter").given(normalized=True, asian_support=True), 12_000),
)
EASIER = 8  # times as many characters where post-edits are compared, which sacrebleu's TER finds easy
SHORTEST = 0.05  # seconds
GROWTH = (1_000, 10_000, 100_000, 1_000_000)


def cpu(work: Callable[[], object]) -> float:
    """CPU seconds of one call, over as many calls as make up SHORTEST."""
    calls, start = 0, time.process_time()
    while True:
        work()
        calls += 1
        spent = time.process_time() - start
        if spent >= SHORTEST:
            return spent / calls


def forget() -> None:
    """Empties the caches in which sacrebleu's tokenizers keep the lines of the last round."""
    for name in ("13a", "re", "intl", "zh", "char", "ter"):
        module: Any = import_module(f"sacrebleu.tokenizers.tokenizer_{name}")
        for kind in vars(module).values():
            call = vars(kind).get("__call__") if isinstance(kind, type) else None
            if hasattr(call, "cache_clear"):
                call.cache_clear()


def by_sacrebleu(metric: Metric, rows: Pairs) -> Callable[[], object]:
    """sacrebleu's statistics and segment scores."""
    scorer = counter(metric)
    streams = [[texts[0] for texts in rows.references]]

    def work() -> object:
        found = scorer._extract_corpus_statistics(rows.hypotheses, streams)
        return [scorer._compute_score_from_stats(row).score for row in found]

    return work


def natively(metric: Metric, rows: Pairs, threads: int) -> Callable[[], object]:
    """Ours from columns, on so many threads."""
    ours, theirs = Texts.of(rows.hypotheses), References.of(rows.references)
    return lambda: segment_scores(statistics(metric, ours, theirs, engine="native", threads=threads))


def from_lists(metric: Metric, rows: Pairs) -> Callable[[], object]:
    """Ours from lists of strings, which are gathered into columns first."""
    return lambda: segment_scores(statistics(metric, rows.hypotheses, rows.references, engine="native", threads=1))


def peer(metric: Metric, rows: Pairs) -> tuple[str, Callable[[], object]] | None:
    """Another tool for the same, or the nearest, numbers."""
    firsts = [texts[0] for texts in rows.references]
    if metric.name == "chrF2" and find_spec("fastchrf"):
        fast: Any = import_module("fastchrf")
        return "fastchrf", lambda: fast.pairwise_chrf([[text] for text in rows.hypotheses], [[text] for text in firsts])
    if metric.name == "TER" and find_spec("rapidfuzz"):
        fuzz: Any = import_module("rapidfuzz.distance")
        both = list(zip(rows.hypotheses, firsts, strict=True))
        return "rapidfuzz", lambda: [
            fuzz.Levenshtein.distance(ours.lower().split(), theirs.lower().split()) for ours, theirs in both
        ]
    return None


def measure(name: str, metric: Metric, rows: Pairs, rounds: int) -> str:
    """One line of the table."""
    times: dict[str, list[float]] = {"sacrebleu": [], "native": [], "lists": [], "two": [], "peer": []}
    sides: dict[str, Callable[[], object]] = {
        "sacrebleu": by_sacrebleu(metric, rows),
        "native": natively(metric, rows, 1),
        "lists": from_lists(metric, rows),
        "two": natively(metric, rows, 2),
    }
    other = peer(metric, rows)
    if other:
        sides["peer"] = other[1]
    sides["native"]()  # tables of characters are made once
    for _ in range(rounds):
        for side, work in sides.items():
            forget()
            if side == "sacrebleu":
                start = time.process_time()
                work()
                times[side].append(time.process_time() - start)
            else:
                times[side].append(cpu(work))
    count = len(rows)
    ratio, listed = (
        middle.median(a / b for a, b in zip(times["sacrebleu"], times[side], strict=True))
        for side in ("native", "lists")
    )
    twice = middle.median(a / b for a, b in zip(times["two"], times["native"], strict=True))
    beside = f"{other[0]} {count / middle.median(times['peer']):,.0f}" if other else ""
    theirs, ours = (count / middle.median(times[side]) for side in ("sacrebleu", "native"))
    rates = f"{theirs:,.0f} | {ours:,.0f}"
    return f"| {name} | {rows.name} | {count} | {rates} | {ratio:,.0f} | {listed:,.0f} | {twice:.2f} | {beside} |"


def many(size: int, rows: Pairs) -> tuple[Texts, References]:
    """So many segments, no two alike: these over and over, with a number at the end."""
    count = len(rows)
    ours = Texts.of([f"{rows.hypotheses[i % count]} {i}" for i in range(size)])
    theirs = Texts.of([f"{rows.references[i % count][0]} {i}" for i in range(size)])
    return ours, References(theirs, np.arange(size + 1, dtype=np.int64))


def memory(field: str) -> int:
    """VmRSS (now) or VmHWM (peak) of this process, in MB; Linux."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(field)) // 1024


def grow(rows: Pairs) -> None:
    """Prints microseconds a segment against size, what memory the work takes beside the columns, and two threads."""
    print("| kernel | segments | µs a segment | MB of text | MB more at peak | 2 threads: CPU | 2 threads: wall |")
    print("|---|---:|---:|---:|---:|---:|---:|")
    for size in GROWTH:
        ours, theirs = many(size, rows)
        text = (len(ours.content) + len(theirs.texts.content)) / 1e6
        for name, metric, _ in (CASES[0], *CASES[2:5]):
            times = {}
            Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # the peak counts from here
            before = memory("VmRSS")
            for threads in (1, 2):
                wall, start = time.perf_counter(), time.process_time()
                segment_scores(statistics(metric, ours, theirs, engine="native", threads=threads))
                times[threads] = time.process_time() - start, time.perf_counter() - wall
                if threads == 1:
                    more = memory("VmHWM") - before
            cost, ratios = times[1][0] / size * 1e6, [times[2][k] / times[1][k] for k in (0, 1)]
            print(f"| {name} | {size:,} | {cost:.2f} | {text:,.1f} | {more} | {ratios[0]:.2f} | {ratios[1]:.2f} |")


def main() -> None:
    """Prints a Markdown table, line by line as it is measured."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--only", default="", help="kernels whose name begins so")
    parser.add_argument("--growth", action="store_true")
    options = parser.parse_args()
    if options.growth:
        return grow(pairs(options.data / "mqm.mqm20.zh-en.jsonl.gz"))
    shapes = [
        pairs(options.data / "mqm.mqm20.zh-en.jsonl.gz"),
        pairs(options.data / "postedit.mlqe.ro-en.jsonl.gz"),
        paragraphs(options.data),
    ]
    heads = ("kernel", "segments", "number", "sacrebleu seg/s", "native seg/s", "ratio", "from lists", "2 threads / 1")
    print(f"| {' | '.join(heads)} | peer seg/s |")
    print("|---|---|---:|---:|---:|---:|---:|---:|---|")
    for name, metric, characters in CASES:
        for shape in shapes if name.startswith(options.only) else ():
            length = sum(map(len, shape.hypotheses)) / len(shape)
            easier = EASIER if metric.key == "ter" and shape.name.startswith("postedit") else 1
            rows = shape.sample(max(6, int(characters * easier / length)))
            single = Pairs(rows.name, rows.hypotheses, [texts[:1] for texts in rows.references])
            print(measure(name, metric, single, options.rounds), flush=True)


if __name__ == "__main__":
    main()
