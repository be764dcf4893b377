"""How well the confidence of beads is calibrated: Brier score and reliability table, as Markdown, and a picture.

    python bench/align_reliability.py ../shared/data/alignment/dev.gold.jsonl out/align.cv.jsonl [docs/reliability.svg]

The predictions are those of bench/fit_align.py: weights and curves both come from the other folds. In the picture a
point is a bin: mean score to the right, share that is right upwards, its bar two standard errors each way (Wilson), its
size the number of beads. Scores are drawn by their log odds, as most are near 1.
"""

import json
import math
import sys
from itertools import pairwise
from pathlib import Path

EDGES = (0.0, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 1.0)
TICKS = (0.2, 0.5, 0.8, 0.9, 0.95, 0.98, 0.995, 0.999)
WIDTH, HEIGHT, EDGE = 360, 340, 50
COLOURS = {"beads": "#1b6ca8", "lines alone": "#c8553d"}
Scored = list[tuple[float, bool]]
Bin = tuple[float, float, int, float, float]  # edges, how many, mean score, share that is right


def main() -> None:
    scored = read(Path(sys.argv[1]), Path(sys.argv[2]))
    for name, values in scored.items():
        rate = sum(right for _, right in values) / len(values)
        brier = sum((score - right) ** 2 for score, right in values) / len(values)
        print(f"\n{name}: {len(values)}, Brier {brier:.4f} (the base rate alone: {rate * (1 - rate):.4f})\n")
        print("| score | how many | mean score | right |\n|---|---|---|---|")
        for low, high, count, mean, right in bins(values):
            print(f"| {low:.2f}–{high:.2f} | {count} | {mean:.3f} | {right:.3f} |")
    if len(sys.argv) > 3:
        Path(sys.argv[3]).write_text(picture(scored), encoding="utf-8")


def read(gold_path: Path, predictions: Path) -> dict[str, Scored]:
    """Score and truth of every bead, and of every line left alone."""
    gold_rows = map(json.loads, gold_path.read_text(encoding="utf-8").splitlines())
    gold = {row["id"]: row["gold"] for row in gold_rows}
    scored: dict[str, Scored] = {"beads": [], "lines alone": []}
    for row in map(json.loads, predictions.read_text(encoding="utf-8").splitlines()):
        known = {(tuple(sorted(a)), tuple(sorted(b))) for a, b in gold[row["id"]] if a and b}
        known |= {((i,), ()) for a, b in gold[row["id"]] if not b for i in a}
        known |= {((), (j,)) for a, b in gold[row["id"]] if not a for j in b}
        for a, b, score in row["links"]:
            scored["beads" if a and b else "lines alone"].append((score, (tuple(a), tuple(b)) in known))
    return scored


def bins(values: Scored) -> list[Bin]:
    found = []
    for low, high in pairwise(EDGES):
        inside = [(s, r) for s, r in values if low <= s < high or (high == 1.0 and s == 1.0)]
        if inside:
            mean, right = (sum(column) / len(inside) for column in zip(*inside, strict=True))
            found.append((low, high, len(inside), mean, right))
    return found


def wilson(right: float, count: int, z: float = 2.0) -> tuple[float, float]:
    middle = (right + z * z / (2 * count)) / (1 + z * z / count)
    half = z * math.sqrt(right * (1 - right) / count + z * z / (4 * count * count)) / (1 + z * z / count)
    return middle - half, middle + half


def place(share: float) -> float:
    """Where a share stands between the edges, 0 to 1, by its log odds."""
    odds = [math.log(tick / (1 - tick)) for tick in (0.12, 0.9995)]
    share = min(max(share, 0.12), 0.9995)
    return (math.log(share / (1 - share)) - odds[0]) / (odds[1] - odds[0])


def across(share: float) -> float:
    return round(EDGE + place(share) * (WIDTH - EDGE - 20), 1)


def upwards(share: float) -> float:
    return round(HEIGHT - EDGE - place(share) * (HEIGHT - EDGE - 20), 1)


def picture(scored: dict[str, Scored]) -> str:
    text = 'font-family="sans-serif" font-size="10" fill="#444"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}">',
        "<title>Reliability of the aligner's confidence, across folds</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
    ]
    for tick in TICKS:
        x, y = across(tick), upwards(tick)
        parts.append(f'<path d="M{x} {upwards(0)}V{upwards(1)}M{across(0)} {y}H{across(1)}" stroke="#e4e4e4"/>')
        parts.append(f'<text x="{x}" y="{HEIGHT - EDGE + 14}" text-anchor="middle" {text}>{tick:g}</text>')
        parts.append(f'<text x="{EDGE - 5}" y="{y + 3}" text-anchor="end" {text}>{tick:g}</text>')
    parts.append(f'<path d="M{across(0)} {upwards(0)}L{across(1)} {upwards(1)}" stroke="#999" stroke-dasharray="4 3"/>')
    for number, (name, values) in enumerate(scored.items()):
        colour = COLOURS[name]
        for _, _, count, mean, right in bins(values):
            low, high = wilson(right, count)
            parts.append(f'<path d="M{across(mean)} {upwards(low)}V{upwards(high)}" stroke="{colour}"/>')
            size = round(2 + math.log10(count) * 1.2, 1)
            parts.append(f'<circle cx="{across(mean)}" cy="{upwards(right)}" r="{size}" fill="{colour}"/>')
        parts.append(f'<circle cx="{EDGE + 14}" cy="{30 + 16 * number}" r="4" fill="{colour}"/>')
        parts.append(f'<text x="{EDGE + 22}" y="{33 + 16 * number}" {text}>{name}</text>')
    parts.append(f'<text x="{WIDTH / 2}" y="{HEIGHT - 12}" text-anchor="middle" {text}>mean score (log odds)</text>')
    turned = f'transform="translate(12 {HEIGHT / 2}) rotate(-90)" text-anchor="middle"'
    parts.append(f"<text {turned} {text}>share that is right</text></svg>\n")
    return "\n".join(parts)


if __name__ == "__main__":
    main()
