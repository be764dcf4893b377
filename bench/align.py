"""Time of alignment against size, and against a peer in the same run.

    python bench/align.py sizes ../shared/data [100 1000 10000 100000]
    python bench/align.py peers ../shared/data/alignment

`sizes` aligns MT lines with their post-edits (MLQE; later copies with other words in the place of the long ones, so
that nothing repeats; 4 % of the lines dropped on each side, 8 % joined) and prints seconds, time per line, peak memory.
Each size is a process of its own. `peers` aligns the development documents with mtqa and with nltk's Gale-Church (pip
install nltk), in turns, and prints time per line; predictions go to out/align.NAME.jsonl for the judge.
CPU seconds are printed beside wall seconds: on a shared machine only the former can be compared.
"""

import gzip
import json
import random
import re
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from mtqa.align import align

ROOT = Path(__file__).parent.parent
Links = list[tuple[tuple[int, ...], tuple[int, ...]]]


def corpus(folder: Path, size: int) -> tuple[list[str], list[str]]:
    pairs = []
    for path in sorted(folder.glob("postedit.mlqe.*.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            pairs += [(row["mt_tok"], row["pe_tok"]) for row in map(json.loads, lines)]
    chance = random.Random(1)
    hypothesis: list[str] = []
    reference: list[str] = []
    for number in range(size):
        copy, place = divmod(number, len(pairs))
        mine, theirs = (respelt(text, copy) if copy else text for text in pairs[place])
        event = chance.random()
        if event < 0.04:
            hypothesis.append(mine)
        elif event < 0.08:
            reference.append(theirs)
        elif event < 0.16 and hypothesis:
            hypothesis[-1] += " " + mine
            reference.append(theirs)
        else:
            hypothesis.append(mine)
            reference.append(theirs)
    return hypothesis, reference


def respelt(text: str, copy: int) -> str:
    """The text with two letters more in each word of six letters or more: the same for both sides of one copy."""

    def other(word: re.Match[str]) -> str:
        found = word.group()
        mark = chr(97 + (len(found) * 7 + copy * 5) % 26) + chr(97 + (ord(found[-1]) + copy) % 26)
        return found[:3] + mark + found[3:]

    return re.sub(r"\b\w{6,}\b", other, text)


def one_size(folder: Path, size: int) -> None:
    hypothesis, reference = corpus(folder, size)
    align(hypothesis[:20], reference[:20])
    repeats = max(1, 2000 // size)
    wall, cpu = time.perf_counter(), time.process_time()
    for _ in range(repeats):
        alignment = align(hypothesis, reference)
    wall, cpu = (time.perf_counter() - wall) / repeats, (time.process_time() - cpu) / repeats
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    linked = sum(bead.linked for bead in alignment.beads)
    print(
        f"| {size:,} | {cpu:.2f} | {wall:.2f} | {cpu / size * 1e6:.0f} | {memory} "
        f"| {linked:,} of {len(alignment.beads):,} |",
        flush=True,
    )


def sizes(folder: Path, wanted: Sequence[str]) -> None:
    print(
        "| line pairs | CPU s | wall s | CPU µs a pair | peak MiB | beads linked |\n|---|---|---|---|---|---|",
        flush=True,
    )
    for size in wanted or ("100", "1000", "10000", "100000"):
        subprocess.run([sys.executable, __file__, "size", str(folder), size], check=True)


def ours(hypothesis: Sequence[str], reference: Sequence[str]) -> Links:
    return [(bead.hypothesis, bead.reference) for bead in align(hypothesis, reference).beads]


def gale_church(hypothesis: Sequence[str], reference: Sequence[str]) -> Links:
    from nltk.translate.gale_church import align_blocks

    links: dict[int, set[int]] = {}
    for row, column in align_blocks([len(line) for line in hypothesis], [len(line) for line in reference]):
        links.setdefault(row, set()).add(column)
    beads: list[tuple[set[int], set[int]]] = []
    for row, columns in sorted(links.items()):
        if beads and beads[-1][1] & columns:
            beads[-1][0].add(row)
            beads[-1][1].update(columns)
        else:
            beads.append(({row}, set(columns)))
    return [(tuple(sorted(a)), tuple(sorted(b))) for a, b in beads]


def peers(folder: Path) -> None:
    rows = [json.loads(line) for line in (folder / "dev.inputs.jsonl").open(encoding="utf-8")]
    aligners: dict[str, Callable[[Sequence[str], Sequence[str]], Links]] = {"mtqa": ours, "gale-church": gale_church}
    spent = dict.fromkeys(aligners, 0.0)
    found: dict[str, list[str]] = {name: [] for name in aligners}
    for row in rows:
        for name, aligner in aligners.items():
            start = time.process_time()
            links = aligner(row["mt"], row["ref"])
            spent[name] += time.process_time() - start
            found[name].append(json.dumps({"id": row["id"], "links": links}) + "\n")
    lines = sum(len(row["mt"]) for row in rows)
    for name in aligners:
        target = ROOT / "out" / f"align.{name}.jsonl"
        target.parent.mkdir(exist_ok=True)
        target.write_text("".join(found[name]))
        print(f"{name}: {spent[name] / lines * 1e6:.0f} CPU µs a line, {target}")


if __name__ == "__main__":
    what, data = sys.argv[1], Path(sys.argv[2])
    if what == "sizes":
        sizes(data, sys.argv[3:])
    elif what == "size":
        one_size(data, int(sys.argv[3]))
    else:
        peers(data)
