"""What looking at the input costs: CPU milliseconds a segment, against chrF2++ of the same segments by sacrebleu.

    python bench/hygiene.py [DATA.jsonl.gz] [ROWS]

DATA is a file of ../shared/data (`mt`, `ref`, `src`); without it the seed is repeated. Alternated, three rounds.
"""

import gzip
import json
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import sacrebleu

from mtqa.hygiene import inspect
from mtqa.segment import Batch, Segment

ROOT = Path(__file__).parent.parent


def rows(path: str | None, count: int) -> Iterator[Segment]:
    """`count` segments of a data file, or of the seed, each with its number so that none is a duplicate."""
    if path is None:
        name = "001_9c63570fe49a1101.txt"
        texts = [(ROOT / folder / name).read_text(encoding="utf-8").split("\n") for folder in ("seeds", "references")]
        pairs = [(None, h, r) for h, r in zip(*texts, strict=True)]
    else:
        with gzip.open(path, "rt", encoding="utf-8") as file:
            records = [json.loads(line) for line in file]
        pairs = [(row.get("src"), row["mt"], row.get("ref") or row["pe_tok"]) for row in records]
    for number in range(count):
        source, hypothesis, reference = pairs[number % len(pairs)]
        yield Segment(str(number), f"{number} {hypothesis}", (f"{number} {reference}",), source)


def cpu(work: Callable[[], object]) -> float:
    """CPU seconds of one call."""
    start = time.process_time()
    work()
    return time.process_time() - start


def main(path: str | None = None, count: str = "2000") -> None:
    """Print the two costs and their ratio."""
    batch = Batch.of(rows(path, int(count)))
    chrf = sacrebleu.CHRF(word_order=2)
    ours, theirs = [], []
    for _ in range(3):
        ours.append(cpu(lambda: inspect(batch)))
        theirs.append(cpu(lambda: [chrf.sentence_score(s.hypothesis, [s.references[0]]) for s in batch]))
    inspected, scored = (1000 * statistics.median(times) / len(batch) for times in (ours, theirs))
    print("| segments | inspect, ms a segment | sacrebleu chrF2++, ms a segment | ratio |\n|---|---|---|---|")
    print(f"| {len(batch):,} | {inspected:.3f} | {scored:.3f} | {scored / inspected:.1f} |")


if __name__ == "__main__":
    main(*sys.argv[1:])
