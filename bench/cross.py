"""How well a source is aligned with its translation, and with translation and reference at once.

    python bench/cross.py ../shared/data [documents a language pair and fold]

The documents of cross_documents.py (drawn anew, with another seed), each judged with the weights of a fold that has not
seen its articles (out/cross.folds.json, from bench/fit_cross.py). Strict: a bead counts when all its lines are right.
Unrelated: the source of one document against the translation of another of the same pair and kind.
"""

import json
import random
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from align_reliability import bins
from cross_documents import HYPOTHESIS, REFERENCE, SOURCE, Document, documents

from mtqa.align import align, cross
from mtqa.align.model import Curve, Model
from mtqa.align.threeway import with_source

ROOT = Path(__file__).parent.parent
Links = set[tuple[tuple[int, ...], ...]]


def models() -> list[Model]:
    shipped = cross.cross_model()
    found = []
    for data in json.loads((ROOT / "out" / "cross.folds.json").read_text()):
        linked, left = (Curve(*data["confidence"][name]) for name in ("linked", "left"))
        limits = shipped.parallel, shipped.parallel_few
        found.append(Model(data["bead"], data["alone"], 0.0, linked, left, linked, *limits))
    return found


def judged(name: str, given: Iterable[tuple[Links, Links]]) -> None:
    """A row: strict precision, recall and F1 of beads with all their sides, and F1 of lines alone."""
    counts = Counter[str]()
    for found, known in given:
        for kind, two in (("both", True), ("null", False)):
            mine, gold = ({bead for bead in beads if all(bead) == two} for beads in (found, known))
            counts[kind + "right"] += len(mine & gold)
            counts[kind + "found"] += len(mine)
            counts[kind + "known"] += len(gold)
    precision, recall = (counts["bothright"] / max(counts["both" + of], 1) for of in ("found", "known"))
    f1 = 2 * counts["bothright"] / max(counts["bothfound"] + counts["bothknown"], 1)
    null = 2 * counts["nullright"] / max(counts["nullfound"] + counts["nullknown"], 1)
    print(
        f"| {name} | {counts['bothknown']} | {precision:.3f} / {recall:.3f} / **{f1:.3f}** | {null:.3f} |", flush=True
    )


SCORED: list[tuple[float, bool]] = []  # source_score of the beads of source and translation, and whether they are right


def pairs(document: Document) -> tuple[Links, Links, bool]:
    made = cross.align_cross(document.sides[HYPOTHESIS], document.sides[SOURCE])
    known = {(s, h) for s, h, _ in document.gold if s or h}
    gold = {(s, h) for s, h in known if s and h}
    gold |= {((line,), ()) for s, h in known if not h for line in s} | {
        ((), (line,)) for s, h in known if not s for line in h
    }
    SCORED.extend((bead.score, (bead.reference, bead.hypothesis) in gold) for bead in made if bead.linked)
    return {(bead.reference, bead.hypothesis) for bead in made}, gold, made.parallel


def threes(document: Document) -> tuple[Links, Links, bool]:
    hypothesis, reference, source = (document.sides[side] for side in (HYPOTHESIS, REFERENCE, SOURCE))
    made = with_source(align(hypothesis, reference), hypothesis, reference, source)
    found = {(bead.source, bead.hypothesis, bead.reference) for bead in made.alignment}
    return found, set(document.gold), made.parallel


def main() -> None:
    most = int(sys.argv[2]) if len(sys.argv) > 2 else 12
    held = models()
    chance = random.Random(7)
    for three, measured in ((False, pairs), (True, threes)):
        print(
            "\n| " + ("three sides" if three else "source and translation") + " | beads | strict P / R / F1 | null F1 |"
        )
        print("|---|---|---|---|")
        known = documents(Path(sys.argv[1]), three=three, most=most, seed=2)
        rows: dict[str, list[tuple[Links, Links]]] = {}
        refused = Counter[str]()
        for document in known:
            cross.cross_model = lambda fold=document.fold: held[fold]  # type: ignore[assignment,misc]
            found, gold, parallel = measured(document)
            if parallel:
                rows.setdefault(document.pair, []).append((found, gold))
            else:
                refused[document.pair] += 1
        for pair, given in sorted(rows.items()):
            judged(pair, given)
        judged("all", [each for given in rows.values() for each in given])
        print(f"\nrefused, not judged: {sum(refused.values())} of {len(known)} documents {dict(refused)}")
        if not three:
            reliability()
            unrelated(known, held, chance)


def reliability() -> None:
    """Brier score and bins of the confidence; the curve was fitted on other damage of the same articles."""
    rate = sum(right for _, right in SCORED) / len(SCORED)
    brier = sum((score - right) ** 2 for score, right in SCORED) / len(SCORED)
    print(f"confidence of {len(SCORED)} beads: Brier {brier:.4f} (the base rate alone: {rate * (1 - rate):.4f})")
    for low, high, count, mean, right in bins(SCORED):
        print(f"| {low:.2f}–{high:.2f} | {count} | {mean:.3f} | {right:.3f} |")


def unrelated(known: list[Document], held: list[Model], chance: random.Random) -> None:
    tried = linked = lines = 0
    for document in known:
        mine = set(document.name.split("+"))
        others = [
            other
            for other in known
            if other.pair == document.pair
            and not mine & set(other.name.split("+"))
            and other.name.split(".")[0] == document.name.split(".")[0]
        ]
        if others:
            cross.cross_model = lambda fold=document.fold: held[fold]  # type: ignore[assignment,misc]
            made = cross.align_cross(chance.choice(others).sides[HYPOTHESIS], document.sides[SOURCE])
            tried += 1
            linked += sum(len(bead.hypothesis) for bead in made if bead.linked)
            lines += sum(len(bead.hypothesis) for bead in made)
    print(f"unrelated: {linked} of {lines} lines linked in {tried} pairs of documents")


if __name__ == "__main__":
    main()
