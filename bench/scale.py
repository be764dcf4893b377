"""What a million segments cost, stage by stage, and how a run grows with its size: the figures of docs/scale.md.

    python bench/scale.py stages            CPU time of each stage, a segment
    python bench/scale.py curve [--most N]  wall and CPU time, memory of `mtqa score` from 1,000 segments up
    python bench/scale.py clusters          the same run here and on Ray, and on Ray Data
    python bench/scale.py load              16 runs at once on one cache and one ledger

News of WMT has 26 words a segment; the segments here are made of 24 words of a vocabulary with Zipf's frequencies.
"""

import argparse
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

MTQA = [sys.executable, "-m", "mtqa"]


def rows(count: int, seed: int = 0) -> dict[str, list[str]]:
    """Columns of segments whose hypothesis differs from the correction in about every eighth word."""
    draw = random.Random(seed)
    words = [f"{a}{b}{c}" for a in "bdfglmnprst" for b in ("a", "ei", "o", "u") for c in ("n", "rt", "ss", "lle", "")]
    weights = [1 / (rank + 1) for rank in range(len(words))]
    reference = [draw.choices(words, weights, k=24) for _ in range(count)]
    hypothesis = [[word if draw.random() > 0.125 else draw.choice(words) for word in line] for line in reference]
    return {
        "id": [str(n) for n in range(count)],
        "doc": [f"d{n // 40}" for n in range(count)],
        "src": [" ".join(line) for line in reference],
        "mt": [" ".join(line).capitalize() + "." for line in hypothesis],
        "pe": [" ".join(line).capitalize() + "." for line in reference],
    }


def write(path: Path, count: int) -> None:
    """A Parquet table of so many segments; beyond 100,000 they repeat, with ids of their own."""
    part = rows(min(count, 100_000))
    with pq.ParquetWriter(path, pa.table(part).schema, compression="zstd") as file:
        for start in range(0, count, 100_000):
            size = min(100_000, count - start)
            columns = {name: column[:size] for name, column in part.items()}
            columns["id"] = [str(start + n) for n in range(size)]
            file.write_table(pa.table(columns), row_group_size=65_536)


def cpu(work: Callable[[], Any]) -> float:
    """CPU seconds of this process."""
    began = time.process_time()
    work()
    return time.process_time() - began


def stages(count: int) -> None:
    """Microseconds of CPU a segment, one thread; diagnosis and models on fewer segments."""
    from mtqa.formats import batch_of_chunks, read_chunks
    from mtqa.metric import find_metrics
    from mtqa.rules import diagnose
    from mtqa.scoring import FORMS
    from mtqa.scoring.resume import Task, _Trail
    from mtqa.scoring.rows import columns_of
    from mtqa.scoring.stream import Scoring

    os.chdir(tempfile.mkdtemp())
    write(Path("t.parquet"), count)
    Path("t.jsonl").write_text(pa.table(rows(count)).to_pandas().to_json(orient="records", lines=True))
    told: dict[str, float] = {}
    chunks = list(read_chunks("t.parquet"))
    told["read Parquet"] = cpu(lambda: list(read_chunks("t.parquet")))
    told["read JSONL"] = cpu(lambda: list(read_chunks("t.jsonl")))
    for names in ("bleu", "chrf++", "ter", "bleu,chrf++,ter"):
        work = Scoring.by(find_metrics(names))
        told[f"score {names}"] = cpu(lambda work=work: [work(chunk) for chunk in chunks])  # type: ignore[misc]
    metrics = find_metrics("bleu,chrf++,ter")
    scored = [Scoring.by(metrics)(chunk).of(chunk) for chunk in chunks]
    columns = columns_of(chunks[0], metrics)
    for form in ("tsv", "jsonl", "parquet"):
        encode = FORMS[form].encode
        told[f"rows as {form}"] = cpu(lambda encode=encode: [encode(each, columns, False) for each in scored])  # type: ignore[misc]
    trail = _Trail(Task(metrics, FORMS["tsv"]))
    told["fingerprint"] = cpu(lambda: [trail.update(chunk) for chunk in chunks])
    import pickle

    told["pack for a worker"] = cpu(lambda: [pickle.dumps(chunk, 5) for chunk in chunks])
    few = batch_of_chunks(chunks).take(range(2_000))
    diagnose(few.take(range(100)))
    told["diagnosis"] = cpu(lambda: diagnose(few)) * count / len(few)
    cached = tempfile.mkdtemp()
    told["diagnosis, kept at once"] = cpu(lambda: diagnose(few, cached=cached)) * count / len(few)
    told["diagnosis, from the cache"] = cpu(lambda: diagnose(few, cached=cached)) * count / len(few)
    for name, seconds in told.items():
        micro = seconds / count * 1e6
        print(f"{name:28} {micro:9.2f} µs a segment  {micro / 3600:8.4f} core-hours a million")


def measured(words: list[str], **options: Any) -> dict[str, float]:
    """Wall and CPU seconds and the largest memory (MB) of a command."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    subprocess.run([*MTQA, *words], check=True, capture_output=True, **options)
    wall, after = time.monotonic() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"wall": wall, "cpu": spent, "largest MB so far": after.ru_maxrss / 1024}


def curve(most: int) -> None:
    """`mtqa score -m bleu,chrf++,ter` from Parquet to Parquet, 1,000 segments and ten times more each."""
    os.chdir(tempfile.mkdtemp())
    count = 1_000
    while count <= most:
        write(Path("t.parquet"), count)
        told = measured(["score", "t.parquet", "-m", "bleu,chrf++,ter", "-q", "-o", "out.parquet"])
        print(f"{count:11,} {json.dumps({name: round(value, 2) for name, value in told.items()})}", flush=True)
        count *= 10


def clusters(count: int) -> None:
    """The same run on two threads, on Ray with two workers, and as a bare map of Ray Data over the same rows."""
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    os.chdir(tempfile.mkdtemp())
    write(Path("t.parquet"), count)
    for name, words in (("local", []), ("ray", ["--cluster", "ray"])):
        told = measured(["score", "t.parquet", "-m", "bleu,chrf++,ter", "-q", "-o", f"{name}.parquet", *words])
        print(name, {key: round(value, 1) for key, value in told.items()}, flush=True)
    print("same bytes:", Path("local.parquet").read_bytes() == Path("ray.parquet").read_bytes())
    code = (
        "import ray, time; ray.init(include_dashboard=False, logging_level='ERROR', log_to_driver=False)\n"
        "import ray.data; ray.data.DataContext.get_current().enable_progress_bars = False\n"
        "class Score:\n"
        "    def __init__(self):\n"
        "        from mtqa.metric import find_metrics; self.metrics = find_metrics('bleu,chrf++,ter')\n"
        "    def __call__(self, table):\n"
        "        import pandas as pd; from mtqa.scoring import score; return score(table, self.metrics)\n"
        "began = time.monotonic()\n"
        "data = ray.data.read_parquet('t.parquet').map_batches(Score, batch_format='pandas', batch_size=8192,"
        " compute=ray.data.ActorPoolStrategy(size=1))\n"
        "ids = [row['id'] for row in data.iter_rows()]\n"
        "print(round(time.monotonic() - began, 1), 's, in order:', ids == [str(n) for n in range(len(ids))])\n"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    print("Ray Data:", ran.stdout.strip() or ran.stderr[-300:])


def load(runs: int) -> None:
    """So many runs at once: errors with one cache, each twice, and deliveries for one ledger; then all is looked at."""
    folder = Path(tempfile.mkdtemp())
    os.chdir(folder)
    write(Path("t.parquet"), 200)
    subprocess.run([*MTQA, "errors", "t.parquet", "-o", "wanted.jsonl"], check=True, capture_output=True)
    subprocess.run([*MTQA, "assess", "t.parquet", "-o", "a"], check=True, capture_output=True)
    began, started = time.monotonic(), []
    for n in range(runs):
        words = [*MTQA, "errors", "t.parquet", "--cache", "cache", "-o", f"out{n}.jsonl"]
        started.append(subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE))
        words = [
            *MTQA,
            "history",
            "add",
            "a",
            "--ledger",
            "l.sqlite",
            "--vendor",
            f"v{n}",
            "--language-pair",
            "de-en",
            "--name",
            str(n),
        ]
        started.append(subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE))
    failed = [run.stderr.read().decode()[-200:] for run in started if run.wait() != 0 and run.stderr]
    wall = time.monotonic() - began
    same = sum(Path(f"out{n}.jsonl").read_bytes() == Path("wanted.jsonl").read_bytes() for n in range(runs))
    listed = subprocess.run(
        [*MTQA, "history", "list", "--ledger", "l.sqlite"], capture_output=True, text=True, check=False
    )
    lines = sum(f"v{n}" in listed.stdout.split() for n in range(runs))
    print(f"{2 * runs} commands at once, {wall:.1f} s: {len(failed)} failed, {same} of {runs} outputs the same, "
          f"{lines} of {runs} deliveries in the ledger", *failed[:2])  # fmt: skip


def main() -> None:
    """Runs the part that the command line names."""
    parser = argparse.ArgumentParser()
    parser.add_argument("part", choices=("stages", "curve", "clusters", "load"))
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--most", type=int, default=1_000_000)
    given = parser.parse_args()
    if given.part == "curve":
        curve(given.most)
    elif given.part == "load":
        load(16)
    else:
        {"stages": stages, "clusters": clusters}[given.part](given.count)


if __name__ == "__main__":
    main()
