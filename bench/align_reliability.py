"""How well the confidence of beads is calibrated: Brier score and reliability table, as Markdown.

    python bench/align_reliability.py ../shared/data/alignment/dev.gold.jsonl out/align.cv.jsonl

The predictions are those of bench/fit_align.py: weights and curves both come from the other folds.
"""

import json
import sys
from itertools import pairwise
from pathlib import Path

EDGES = (0.0, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 1.0)


def main() -> None:
    gold_rows = map(json.loads, Path(sys.argv[1]).read_text(encoding="utf-8").splitlines())
    gold = {row["id"]: row["gold"] for row in gold_rows}
    scored: dict[str, list[tuple[float, bool]]] = {"beads": [], "lines alone": []}
    for row in map(json.loads, Path(sys.argv[2]).read_text(encoding="utf-8").splitlines()):
        known = {(tuple(sorted(a)), tuple(sorted(b))) for a, b in gold[row["id"]] if a and b}
        known |= {((i,), ()) for a, b in gold[row["id"]] if not b for i in a}
        known |= {((), (j,)) for a, b in gold[row["id"]] if not a for j in b}
        for a, b, score in row["links"]:
            scored["beads" if a and b else "lines alone"].append((score, (tuple(a), tuple(b)) in known))
    for name, values in scored.items():
        rate = sum(right for _, right in values) / len(values)
        brier = sum((score - right) ** 2 for score, right in values) / len(values)
        print(f"\n{name}: {len(values)}, Brier {brier:.4f} (the base rate alone: {rate * (1 - rate):.4f})\n")
        print("| score | how many | mean score | right |\n|---|---|---|---|")
        for low, high in pairwise(EDGES):
            inside = [(s, r) for s, r in values if low <= s < high or (high == 1.0 and s == 1.0)]
            if inside:
                mean, right = (sum(column) / len(inside) for column in zip(*inside, strict=True))
                print(f"| {low:.2f}–{high:.2f} | {len(inside)} | {mean:.3f} | {right:.3f} |")


if __name__ == "__main__":
    main()
