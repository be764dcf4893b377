"""What the whole command `mtqa score` costs against the whole of sacrebleu, in one run on this machine.

    python bench/command.py [--segments 100000] [--rounds 3] [--sample 2000] [--data ../shared/data]

CPU time of whole processes: user and system, all threads, from start-up to exit; beside it the clock on the wall, which
also counts what other work took of the cores. Ours reads JSONL with ids and writes
the score of every segment as TSV. sacrebleu has no command for segment scores of all its metrics, so its side is a
process of the same meaning: it reads the same JSONL and prints `sentence_score` of every segment (`--sentence`), or its
own command where that gives corpus scores only (start-up). It is given a sample of the same segments, drawn evenly; its
start-up is measured apart (a file of one segment), and the rest is scaled by characters, which favours it where long
segments cost more than their length. Rounds alternate; the table holds medians.
"""

import argparse
import json
import os
import resource
import statistics as middle
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path

from texts import DATA, pairs

METRICS = ("bleu", "chrf", "chrf++", "ter")
TARGETS = {"bleu": 20, "chrf": 60, "chrf++": 50, "ter": 120}
FILES = ("mqm.mqm20.zh-en", "mqm.mqm21.zh-en", "mqm.mqm23.zh-en", "postedit.mlqe.ro-en", "postedit.mlqe.et-en")
SHORT = {"ter": 10}  # times shorter a sample: sacrebleu does tens of segments a second

SENTENCES = """
import json, sys
from sacrebleu.metrics import BLEU, CHRF, TER
metric = {"bleu": lambda: BLEU(effective_order=True), "chrf": CHRF, "chrf++": lambda: CHRF(word_order=2), "ter": TER}
metric = metric[sys.argv[1]]()
with open(sys.argv[2], encoding="utf-8") as lines:
    for line in lines:
        row = json.loads(line)
        print(row["id"], repr(metric.sentence_score(row["hyp"], [row["ref"]]).score), sep="\\t")
"""


@dataclass(frozen=True, slots=True)
class Spent:
    """Seconds of a process: CPU of all its threads, and of the clock on the wall."""

    cpu: float
    wall: float


def spent(command: list[str]) -> Spent:
    """What a process takes from start to exit."""
    start = time.perf_counter()
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    environment = {**os.environ, "MTQA_REQUIRE_NATIVE": "1", "PYTHONDONTWRITEBYTECODE": ""}  # as installed: compiled
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True, env=environment)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Spent(cpu, time.perf_counter() - start)


def rows(data: Path, segments: int) -> list[tuple[str, str]]:
    """Real segments with one reference, as many as there are and again from the start with a number at their end."""
    found = [
        (hypothesis, texts[0])
        for name in FILES
        for batch in [pairs(data / f"{name}.jsonl.gz")]
        for hypothesis, texts in zip(batch.hypotheses, batch.references, strict=True)
    ]
    different = list(dict.fromkeys(found))
    # No segment stands twice, so that nobody gains by counting a pair once.
    numbered = (
        (f"{hypothesis} {turn}" if turn else hypothesis, reference)
        for turn in range(segments // len(different) + 1)
        for hypothesis, reference in different
    )
    return list(islice(numbered, segments))


def written(path: Path, texts: list[tuple[str, str]]) -> Path:
    """The JSONL table of these rows."""
    with path.open("w", encoding="utf-8") as out:
        for number, (hypothesis, reference) in enumerate(texts):
            record = {"id": f"s{number}", "hyp": hypothesis, "ref": reference}
            out.write(json.dumps(record, ensure_ascii=False) + "\n")
    return path


def length(texts: list[tuple[str, str]]) -> int:
    """Characters on both sides."""
    return sum(len(hypothesis) + len(reference) for hypothesis, reference in texts)


def ours(metrics: str, table: Path) -> list[str]:
    """Our command."""
    return [sys.executable, "-m", "mtqa", "score", str(table), "-m", metrics, "-q", "-o", str(table.parent / "out.tsv")]


def theirs(metric: str, table: Path) -> list[str]:
    """sacrebleu's sentence scores of the same file."""
    return [sys.executable, "-c", SENTENCES, metric, str(table)]


def measure(metric: str, table: Path, texts: list[tuple[str, str]], sample: int, rounds: int) -> str:
    """One line of the table."""
    few = texts[:: max(1, len(texts) // max(1, sample // SHORT.get(metric, 1)))]
    part, one = written(table.parent / "part.jsonl", few), written(table.parent / "one.jsonl", few[:1])
    scale = length(texts) / length(few)
    mine, other = [], []
    for _ in range(rounds):
        mine.append(spent(ours(metric, table)))
        start, some = spent(theirs(metric, one)), spent(theirs(metric, part))
        other.append(Spent(*(a + (b - a) * scale for a, b in ((start.cpu, some.cpu), (start.wall, some.wall)))))
    ratio = middle.median(b.cpu / a.cpu for a, b in zip(mine, other, strict=True))
    a, b = _middle(mine), _middle(other)
    costs = f"{a.cpu:.2f} | {a.wall:.2f} | {len(few):,} | {b.cpu:,.1f} | {b.wall:,.1f}"
    return f"| {metric} | {len(texts):,} | {costs} | {ratio:.0f} | {TARGETS[metric]} |"


def _middle(found: list[Spent]) -> Spent:
    return Spent(middle.median(each.cpu for each in found), middle.median(each.wall for each in found))


def startup(folder: Path, rounds: int) -> str:
    """Ten lines and the help, ours and sacrebleu's, as times."""
    texts = [(f"The train {n} comes .", f"The train {n} arrives .") for n in range(10)]
    table = written(folder / "ten.jsonl", texts)
    for name, column in (("h", 0), ("r", 1)):
        (folder / name).write_text("".join(row[column] + "\n" for row in texts), encoding="utf-8")
    peer = [sys.executable, "-m", "sacrebleu"]
    commands = {
        "`mtqa score`, ten lines": ours("chrf", table),
        "`sacrebleu`, ten lines": [*peer, str(folder / "r"), "-i", str(folder / "h"), "-m", "chrf"],
        "`mtqa --help`": [sys.executable, "-m", "mtqa", "--help"],
        "`sacrebleu --help`": [*peer, "--help"],
        "`import typer`": [sys.executable, "-c", "import typer"],
        "`import numpy`": [sys.executable, "-c", "import numpy"],
    }
    times: dict[str, list[Spent]] = {name: [] for name in commands}
    for command in commands.values():  # once unmeasured: what is not compiled yet is now
        spent(command)
    for name, command in islice(cycle(commands.items()), rounds * len(commands)):
        times[name].append(spent(command))
    return "\n".join(
        f"| {name} | {_middle(found).cpu:.3f} | {_middle(found).wall:.3f} |" for name, found in times.items()
    )


def main() -> None:
    """Prints two Markdown tables, line by line as they are measured."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--segments", type=int, default=100_000)
    parser.add_argument("--sample", type=int, default=2_000, help="segments that sacrebleu is given")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--metrics", default=",".join(METRICS))
    parser.add_argument("--data", type=Path, default=DATA)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        texts = rows(options.data, options.segments)
        table = written(folder / "all.jsonl", texts)
        print(
            "| metric | segments | mtqa, CPU s | wall s | sacrebleu's sample | CPU s | wall s | ratio of CPU | target |"
        )
        print("|---|---:|---:|---:|---:|---:|---:|---:|---:|")
        for metric in options.metrics.split(","):
            print(measure(metric, table, texts, options.sample, options.rounds), flush=True)
        once = spent(ours(options.metrics, table))
        print(f"\n{once.cpu:.2f} CPU s, {once.wall:.2f} s by the clock, for {options.metrics} in one pass.\n")
        print("| process | CPU s | wall s |\n|---|---:|---:|")
        print(startup(folder, 5 * options.rounds))


if __name__ == "__main__":
    main()
