"""How often a severity is the rater's, before and after 50 labels of that rater: `python bench/severity.py`.

MQM of the development half, rater by rater: labels are drawn segment by segment, four times, and what was learnt from
them is judged on that rater's other segments. Category and severity are people's; nothing here rates the detector.
"""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from mtqa.calibration import Label, learn
from mtqa.mqm import CATEGORIES, Severities, Severity, category_of

DATA = Path(__file__).parent.parent.parent / "shared" / "data"
SETS = ("ted21.zh-en", "mqm21.zh-en", "mqm23.zh-en", "bio21.de-en", "bio21.es-en", "bio21.fr-en", "bio21.ru-en")
DRAWS = 4
BUILT = Severities("built in", 0, (0.0,) * len(Severity), {}, {})


def by_rater(name: str) -> dict[str, list[Label]]:
    """All labelled errors of a set, by rater."""
    found: dict[str, list[Label]] = {}
    with gzip.open(DATA / f"mqm.{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
        for record in map(json.loads, lines):
            for span in (*record["spans"], *record.get("unanchored", ())):
                category = category_of(span.get("category") or "")
                if category and span.get("severity") in tuple(Severity):
                    built_in, graded = CATEGORIES[category].severity, Severity(span["severity"])
                    segment = f"{record['doc']}\t{record['seg']}"
                    found.setdefault(span["rater"], []).append(Label(category, "", built_in, graded, segment))
    return found


def draws(labels: list[Label], count: int) -> Iterator[tuple[list[Label], list[Label]]]:
    """Labels to learn from, whole segments at a time, and those of the other segments."""
    rng = np.random.default_rng(20)
    segments = list(dict.fromkeys(label.segment for label in labels))
    for _ in range(DRAWS):
        taken: set[str] = set()
        seen: list[Label] = []
        for n in rng.permutation(len(segments)):
            if len(seen) >= count:
                break
            taken.add(segments[n])
            seen += [label for label in labels if label.segment == segments[n]]
        if len({label.severity for label in seen[:count]}) > 1:
            yield seen[:count], [label for label in labels if label.segment not in taken]


def judged(severities: Severities, labels: list[Label]) -> tuple[float, float]:
    """Right grades, and the sum of Brier scores."""
    right = brier = 0.0
    for label in labels:
        chances = severities.chances(label.category, "", label.built_in)
        right += severities.grade(label.category, "", label.built_in) == label.severity
        brier += sum((p - (s == label.severity)) ** 2 for p, s in zip(chances, Severity, strict=True))
    return right, brier


def main() -> None:
    """Prints a row a set: accuracy and Brier score of the built-in severities, and after 50 and 200 labels."""
    print("| set | raters | errors | built in | 50 labels | 200 labels |\n|---|---|---|---|---|---|")
    for name in SETS:
        raters = {rater: labels for rater, labels in by_rater(name).items() if len(labels) >= 300}
        cells = []
        for count in (0, 50, 200):
            total = np.zeros(3)
            for labels in raters.values():
                for seen, rest in draws(labels, max(count, 50)):
                    total += (*judged(learn(seen, name="rater") if count else BUILT, rest), len(rest))
            cells.append(f"{total[0] / total[2]:.3f} ({total[1] / total[2]:.3f})".replace("0.", "."))
        errors = sum(map(len, raters.values()))
        print(f"| {name} | {len(raters)} | {errors:,} | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
