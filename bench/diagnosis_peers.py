"""ERRANT and compare-mt beside our diagnosis, on the same human post-edits, each in a process of its own.

    python -m venv /tmp/peers && /tmp/peers/bin/pip install errant compare-mt
    python bench/diagnosis_peers.py --python /tmp/peers/bin/python [--pairs 1000]

ERRANT types edits by the word classes of a spaCy model, which is not on PyPI: where `en_core_web_sm` is not installed
it is given a blank pipeline and finds edits without their types, which is faster than it is in earnest. compare-mt
names no edits: it tells systems apart by accuracy of words in buckets, and is shown for scale.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from diagnosis import SHARED, rows

from mtqa.cluster import Local, open_cluster
from mtqa.rules import diagnose
from mtqa.segment import Batch, ReferenceKind, Segment

ERRANT = """
import json, sys, time
import errant, spacy
typed = spacy.util.is_package("en_core_web_sm")
annotator = errant.load("en") if typed else errant.load("en", spacy.blank("en"))
pairs = json.load(open(sys.argv[1], encoding="utf-8"))
began = time.process_time()
found = []
for hypothesis, reference in pairs:
    left, right = annotator.parse(hypothesis), annotator.parse(reference)
    edits = annotator.annotate(left, right) if typed else annotator.merge(annotator.align(left, right))
    found.append([[e.o_start, e.o_end] for e in edits])
print(json.dumps({"seconds": time.process_time() - began, "typed": typed, "edits": sum(map(len, found))}))
"""


def ours(pairs: list[tuple[str, str]], processes: int) -> str:
    """Pairs a second of our diagnosis, started and warm, in one process by CPU time, in more by the clock."""
    batch = Batch.of(
        Segment(str(n), hypothesis, (reference,), reference_kind=ReferenceKind.CORRECTION)
        for n, (hypothesis, reference) in enumerate(pairs)
    )
    with open_cluster("local", processes=processes) as cluster:
        diagnose(batch, language="en", cluster=cluster)
        wall, busy = time.perf_counter(), time.process_time()
        found = diagnose(batch, language="en", cluster=cluster)
        wall, busy = time.perf_counter() - wall, time.process_time() - busy
    per = f"{len(pairs) / busy:.0f} a CPU second" if isinstance(cluster, Local) else f"{len(pairs) / wall:.0f} a second"
    return f"mtqa, {processes} processes: {per}, {len(found.errors)} typed errors"


def peer(python: str, script: list[str], files: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run([python, *script, *files], capture_output=True, text=True, check=False)


def errant(python: str, file: Path, count: int) -> str:
    """What ERRANT does with the pairs, or why it does not."""
    done = peer(python, ["-c", ERRANT], [str(file)])
    if done.returncode:
        return f"ERRANT: left out ({done.stderr.strip().splitlines()[-1]})"
    told = json.loads(done.stdout.splitlines()[-1])
    how = "typed" if told["typed"] else "without types, en_core_web_sm is not installed"
    return f"ERRANT: {count / told['seconds']:.0f} a CPU second, {told['edits']} edits, {how}"


def compare_mt(python: str, folder: Path, pairs: list[tuple[str, str]]) -> str:
    """How long compare-mt takes from start to end for the pairs, or why it does not."""
    command = Path(python).with_name("compare-mt")
    if not command.exists():
        return f"compare-mt: left out ({command} is not there)"
    for name, side in (("hypothesis", 0), ("reference", 1)):
        (folder / name).write_text("".join(" ".join(pair[side].split()) + "\n" for pair in pairs), encoding="utf-8")
    began = time.perf_counter()
    done = peer(str(command), [], [str(folder / "reference"), str(folder / "hypothesis")])
    if done.returncode:
        return f"compare-mt: left out ({done.stderr.strip().splitlines()[-1]})"
    return f"compare-mt: {len(pairs) / (time.perf_counter() - began):.0f} a second with its start, no edits"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--python", default=sys.executable, help="of the environment that has the peers")
    parser.add_argument("--pairs", type=int, default=1000, help="of each set of post-edits")
    given = parser.parse_args()
    pairs: list[tuple[str, str]] = []
    for path in sorted((SHARED / "data").glob("postedit.*")):
        taken = [row for _, row in zip(range(given.pairs), rows(path.name), strict=False)]
        pairs += [(str(row["mt_tok"]), str(row["pe_tok"])) for row in taken if row["mt_tok"] != row["pe_tok"]]
    print(f"{len(pairs)} pairs that differ")
    for processes in (1, 2):
        print(ours(pairs, processes))
    with tempfile.TemporaryDirectory() as name:
        file = Path(name) / "pairs.json"
        file.write_text(json.dumps(pairs), encoding="utf-8")
        print(errant(given.python, file, len(pairs)))
        print(compare_mt(given.python, Path(name), pairs))


if __name__ == "__main__":
    main()
