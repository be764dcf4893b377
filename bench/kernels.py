"""How fast the native kernels count, against sacrebleu and other peers, in one run on this machine.

    python bench/kernels.py [--rounds 3] [--only chrF2] [--data ../shared/data]
    python bench/kernels.py --growth        cost and memory from 1,000 to 1,000,000 segments, and on two threads
    python bench/kernels.py --systems       the systems of one set of references, together and one by one

CPU time (all threads) from texts to segment scores: ours from columns as Arrow hands them over, and from lists of
strings, in which sacrebleu gets them. The two sides alternate, round by round, on the same
segments; the table holds medians. sacrebleu's tokenizer caches are emptied before each round. What lasts too short to
be timed is repeated. Peers are measured where they are installed, each with the largest difference of its scores from
sacrebleu's (bench/peers.py).
"""

import argparse
import statistics as middle
import time
from collections.abc import Callable, Sequence
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
from peers import absent, peers
from texts import DATA, Pairs, pairs, paragraphs, records

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


def measure(name: str, metric: Metric, rows: Pairs, rounds: int) -> str:
    """One line of the table."""
    sides: dict[str, Callable[[], object]] = {
        "sacrebleu": by_sacrebleu(metric, rows),
        "native": natively(metric, rows, 1),
        "lists": from_lists(metric, rows),
        "two": natively(metric, rows, 2),
    }
    others = peers(metric, rows.hypotheses, [texts[0] for texts in rows.references])
    times: dict[str, list[float]] = {side: [] for side in (*sides, *others)}
    scores = np.array(sides["native"]())  # tables of characters are made once
    for _ in range(rounds):
        for side, work in (sides | others).items():
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
    beside = []
    for name_of_peer, work in others.items():
        found = np.array(work())
        off = abs(found - scores[: len(found)]).max()
        beside.append(f"{name_of_peer} {len(found) / middle.median(times[name_of_peer]):,.0f} (±{off:.2g})")
    theirs, ours = (count / middle.median(times[side]) for side in ("sacrebleu", "native"))
    rates = f"{theirs:,.0f} | {ours:,.0f}"
    ratios = f"{ratio:,.0f} | {listed:,.0f} | {twice:.2f}"
    return f"| {name} | {rows.name} | {count} | {rates} | {ratios} | {', '.join(beside)} |"


def _counted(metric: Metric, columns: Sequence[tuple[Texts, References]]) -> None:
    for ours, theirs in columns:
        statistics(metric, ours, theirs, engine="native", threads=1)


def systems(path: Path, rounds: int) -> None:
    """Prints what the statistics of systems with the same references cost together, one by one, and with sacrebleu.

    sacrebleu has its references given beforehand, and so counts them once, as its own command does.
    """
    print("| kernel | systems x segments | sacrebleu µs | one by one µs | together µs | by one by one | by sacrebleu |")
    print("|---|---|---:|---:|---:|---:|---:|")
    outputs: dict[str, dict[str, tuple[str, str]]] = {}
    for record in records(path):
        outputs.setdefault(record["system"], {})[record["seg"]] = record["mt"], record["ref"]
    segments = list(next(iter(outputs.values())))
    references = [next(iter(outputs.values()))[segment][1] for segment in segments]
    hypotheses = [[rows[segment][0] for segment in segments] for rows in outputs.values()]
    apiece = [(Texts.of(texts), References.of([(text,) for text in references])) for texts in hypotheses]
    every = Texts.of([text for texts in hypotheses for text in texts])
    together = every, References.of([(text,) for text in references] * len(hypotheses))
    for name, metric, characters in (CASES[0], *CASES[2:5]):
        few = max(6, characters * len(references) // (len(hypotheses) * sum(map(len, references))))
        found = []
        for _ in range(rounds):
            scorer = counter(metric)
            forget()
            start = time.process_time()
            scorer._ref_cache = scorer._cache_references([references[:few]])
            for texts in hypotheses:
                scorer._extract_corpus_statistics(texts[:few], None)
            spent = (time.process_time() - start) / (few * len(hypotheses))
            each = [cpu(partial(_counted, metric, side)) / len(every) for side in (apiece, [together])]
            found.append((spent, *each))
        theirs, apart, joint = (middle.median(times) * 1e6 for times in zip(*found, strict=True))
        costs = f"{theirs:,.0f} | {apart:.2f} | {joint:.2f} | {apart / joint:.2f} | {theirs / joint:,.0f}"
        print(f"| {name} | {len(hypotheses)} x {len(references)} | {costs} |")


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
    parser.add_argument("--systems", action="store_true")
    options = parser.parse_args()
    if options.growth:
        return grow(pairs(options.data / "mqm.mqm20.zh-en.jsonl.gz"))
    if options.systems:
        return systems(options.data / "mqm.mqm20.zh-en.jsonl.gz", options.rounds)
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
    print("", *absent(), sep="\n")


if __name__ == "__main__":
    main()
