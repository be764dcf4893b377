"""COMET side by side: our engine against unbabel-comet's `predict(batch_size=16)`, fp32, in CPU seconds of one thread.

Real shapes (XLM-R base, 250,002 tokens) with random weights: speed does not depend on their values, the numbers of
int8 do. Texts: TED talks zh-en, 13 systems (../shared/data), or any file of that form. Usage:

    python bench/neural.py [--segments 24] [--systems 10] [--work DIR] [--data FILE]
"""

import argparse
import gzip
import json
import os
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests"))
import checkpoints  # noqa: E402

from mtqa.metric import find_metric  # noqa: E402
from mtqa.neural import open_scorer, upstream  # noqa: E402
from mtqa.neural.checkpoint import open_checkpoint  # noqa: E402

BASE = {"hidden_size": 768, "num_hidden_layers": 12, "num_attention_heads": 12, "intermediate_size": 3072}
BASE |= {"vocab_size": 250_002}


def cpu() -> float:
    """CPU seconds of this process and of those it has waited for."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def timed(job: Callable[[], Any]) -> tuple[float, Any]:
    began = cpu()
    result = job()
    return cpu() - began, result


def texts(path: Path, segments: int, systems: int) -> list[list[dict[str, str]]]:
    """The rows of each system, the same segments for all, spread over the file."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    names = sorted({row["system"] for row in rows})[:systems]
    by_system = {name: {row["seg"]: row for row in rows if row["system"] == name} for name in names}
    common = sorted(set.intersection(*(set(found) for found in by_system.values())))
    chosen = common[:: max(1, len(common) // segments)][:segments]
    return [[by_system[name][seg] for seg in chosen] for name in names]


def columns(rows: list[dict[str, str]]) -> tuple[list[str], list[str], list[tuple[str, ...]]]:
    return [row["mt"] for row in rows], [row["src"] for row in rows], [(row["ref"],) for row in rows]


def starts(work: Path) -> None:
    """A whole process each, three segments and a tiny model: the command, the command again, comet-score."""
    folder = work / "tiny"
    model = checkpoints.build(folder, "regression")
    content = torch.load(model, weights_only=True)
    content["hyper_parameters"]["pretrained_model"] = str(folder / "encoder")  # comet-score has no option for it
    torch.save(content, model)
    lines = {"s": "Der Zug kommt.", "t": "The train comes.", "r": "The train arrives."}
    for name, line in lines.items():
        (folder / name).write_text(f"{line} 1\n{line} 2\n{line} 3\n", encoding="utf-8")
    given = {name: str(folder / name) for name in lines}
    here = Path(sys.executable).parent
    ours = [here / "mtqa", "score", "--hypothesis", given["t"], "--reference", given["r"], "--source", given["s"]]
    ours += ["-m", "comet", "--model", model]
    # Not by the name of its command, which an environment that is shared may lack.
    theirs = [sys.executable, "-c", "from comet.cli.score import score_command; score_command()"]
    theirs += ["-s", given["s"], "-t", given["t"], "-r", given["r"]]
    theirs += ["--model", model, "--gpus", "0", "--quiet"]
    environment = {**os.environ, "MTQA_CACHE": str(folder / "cache"), "HF_HUB_OFFLINE": "1"}
    took = []
    for command in (ours, ours, theirs):
        run = [str(word) for word in command]
        job = partial(subprocess.run, run, env=environment, check=True, capture_output=True)
        took.append(timed(job)[0])
    print(f"start: mtqa {took[0]:.2f}, again {took[1]:.2f}, comet-score {took[2]:.2f}   {took[2] / took[0]:.0f} x")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--segments", type=int, default=24)
    parser.add_argument("--systems", type=int, default=10)
    parser.add_argument("--budget", type=int, default=None)
    parser.add_argument("--no-comet", action="store_true")
    parser.add_argument("--work", type=Path, default=Path("/tmp/mtqa-bench"))
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared/data/mqm.ted21.zh-en.jsonl.gz")
    given = parser.parse_args()
    torch.set_num_threads(1)
    systems = texts(given.data, given.segments, given.systems)
    everything = [row for rows in systems for row in rows]
    model = given.work / "checkpoints" / "model.ckpt"
    if not model.is_file():
        strings = sorted(
            {row[key] for rows in texts(given.data, 400, 3) for row in rows for key in ("src", "mt", "ref")}
        )
        sizes = {**BASE, "num_attention_heads": 12}
        checkpoints.build(given.work, "regression", sizes=sizes, made=checkpoints.train(strings, 8000))
    for name in ("first.sqlite", "again.sqlite"):
        for ending in ("", "-wal", "-shm"):
            Path(f"{given.work / name}{ending}").unlink(missing_ok=True)

    if not given.no_comet:
        starts(given.work)
    metric = find_metric("comet")
    torch.ones(8, 8) @ torch.ones(8, 8)
    options = {"model": model, "budget": given.budget}
    seconds, _ = timed(lambda: open_scorer(metric, cache=given.work / "first.sqlite", **options))
    print(f"native: first opening, with the file's hash {seconds:8.2f} CPU-s")
    opening, _ = timed(lambda: open_scorer(metric, cache=given.work / "first.sqlite", **options))
    print(f"native: opening                             {opening:8.2f}")
    reading, checkpoint = timed(
        lambda: open_checkpoint(model, lambda _: given.work / "encoder", name="bench", sha256="0" * 64)
    )
    print(f"native: of which reading and checking       {reading:8.2f}")
    if not given.no_comet:
        timed(lambda: __import__("comet"))
        loading, theirs = timed(lambda: upstream.load(checkpoint, precision="fp32", device="cpu"))
        print(f"comet:  load_from_checkpoint                {loading:8.2f}   {loading / opening:.0f} x opening")

    for label, rows in (("1 system", systems[0]), (f"{len(systems)} systems", everything)):
        fresh = open_scorer(metric, cache=False, **options)
        fresh.score(*columns(rows[:2]))
        ours, mine = timed(lambda fresh=fresh, rows=rows: fresh.score(*columns(rows)))
        line = f"native: {label:<12} {len(rows):>5} segments, {mine.computed} texts {ours:8.2f}"
        if not given.no_comet:
            samples = [{key: row[key] for key in ("src", "mt", "ref")} for row in rows]
            again, spec = timed(
                lambda samples=samples: theirs.model.predict(
                    samples, batch_size=16, gpus=0, num_workers=0, progress_bar=False
                )
            )
            apart = np.abs(mine.values - np.array(spec["scores"])).max()
            line += f"   comet {again:8.2f}   {again / ours:.2f} x, at most {apart:.1e} apart"
        print(line, flush=True)
        if rows is systems[0]:
            continue
        eight = open_scorer(metric, cache=False, precision="int8", **options)
        eight.score(*columns(rows[:2]))
        fast, rough = timed(lambda eight=eight, rows=rows: eight.score(*columns(rows)))
        away, share = np.abs(rough.values - mine.values).max(), np.corrcoef(rough.values, mine.values)[0, 1]
        print(f"native: int8 {fast:8.2f}   {ours / fast:.2f} x fp32; at most {away:.1e} apart, r {share:.3f}")
        kept = open_scorer(metric, cache=given.work / "again.sqlite", **options)
        whole, _ = timed(lambda kept=kept, rows=rows: kept.score(*columns(rows)))
        changed = [dict(row) for row in rows]
        for row in changed[::100]:
            row["mt"] = row["mt"] + " Indeed."
        kept = open_scorer(metric, cache=given.work / "again.sqlite", **options)
        part, second = timed(lambda kept=kept, changed=changed: kept.score(*columns(changed)))
        count = len(changed[::100])
        line = f"native: again, {count} of {len(rows)} amended {part:8.3f}"
        print(f"{line}   {whole / part:.0f} x, {second.computed} texts anew")
    if given.work == Path("/tmp/mtqa-bench"):
        shutil.rmtree(given.work)


if __name__ == "__main__":
    main()
