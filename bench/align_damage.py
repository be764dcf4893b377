"""Documents whose beads are known, and the damage that is done to them for fitting and for trying the aligner.

Damage keeps the beads known: lines are dropped, joined, split, put in, moved, always with the bead that they are in.
"""

import json
import random
import zlib
from dataclasses import dataclass
from pathlib import Path

from mtqa.sentences import sentences

FOLDS = 3
Beads = list[tuple[list[str], list[str]]]  # texts of the hypothesis, texts of the reference


@dataclass
class Document:
    name: str
    fold: int
    hypothesis: list[str]
    reference: list[str]
    gold: list[tuple[tuple[int, ...], tuple[int, ...]]]


def read(folder: Path) -> list[Document]:
    inputs = {row["id"]: row for row in map(json.loads, (folder / "dev.inputs.jsonl").open(encoding="utf-8"))}
    documents = []
    for row in map(json.loads, (folder / "dev.gold.jsonl").open(encoding="utf-8")):
        if row["stratum"] != "unrelated":
            text = inputs[row["id"]]
            gold = [(tuple(a), tuple(b)) for a, b in row["gold"]]
            fold = zlib.crc32(str(row["base_doc"]).encode()) % FOLDS
            documents.append(Document(row["id"], fold, text["mt"], text["ref"], gold))
    return documents


def on_chain(gold: list[tuple[tuple[int, ...], tuple[int, ...]]]) -> set[tuple[tuple[int, ...], tuple[int, ...]]]:
    """The heaviest monotone chain of the two-sided beads."""
    beads = sorted(bead for bead in gold if bead[0] and bead[1])
    best: list[float] = []
    back: list[int] = []
    for k, (a, b) in enumerate(beads):
        before = [q for q in range(k) if beads[q][1][-1] < b[0] and beads[q][0][-1] < a[0]]
        source = max(before, key=best.__getitem__, default=-1)
        best.append((best[source] if source >= 0 else 0) + len(a) + len(b))
        back.append(source)
    k = max(range(len(beads)), key=best.__getitem__, default=-1)
    kept = set()
    while k >= 0:
        kept.add(beads[k])
        k = back[k]
    return kept


def items(document: Document) -> Beads:
    """The beads as texts, in the order of the hypothesis: moved paragraphs put back."""
    owner = {j: (a[0] if a else None) for a, b in document.gold for j in b}
    keyed = [((a[0], 0, 0), (a, b)) for a, b in document.gold if a]
    last = -1
    for j in range(len(document.reference)):
        if owner.get(j) is None:
            keyed.append(((last, 1, j), ((), (j,))))
        else:
            last = owner[j]
    return [
        ([document.hypothesis[i] for i in a], [document.reference[j] for j in sorted(b)]) for _, (a, b) in sorted(keyed)
    ]


def laid_out(document: Document, beads: Beads) -> Document:
    hypothesis: list[str] = []
    reference: list[str] = []
    gold = []
    for a, b in beads:
        if a or b:
            gold.append(
                (
                    tuple(range(len(hypothesis), len(hypothesis) + len(a))),
                    tuple(range(len(reference), len(reference) + len(b))),
                )
            )
            hypothesis += a
            reference += b
    return Document(document.name, document.fold, hypothesis, reference, gold)


def augmented(document: Document, others: list[Document], chance: random.Random, *, block: bool) -> Document:
    beads = [(list(a), list(b)) for a, b in items(document)]
    if block:
        size = max(1, round(len(beads) * chance.uniform(0.2, 0.5)))
        start, side = chance.randrange(len(beads) - size + 1), chance.randrange(2)
        for bead in beads[start : start + size]:
            bead[side].clear()
    for bead in beads:
        if chance.random() < 0.05:
            bead[chance.randrange(2)].clear()
    for _ in range(chance.choice([0, 1, 1, 2, 3])):
        other, side = chance.choice(others), chance.randrange(2)
        line = chance.choice((other.hypothesis, other.reference)[side])
        beads.insert(chance.randrange(len(beads) + 1), ([line], []) if side == 0 else ([], [line]))
    return laid_out(document, beads)


def moved(beads: Beads, document: Document, chance: random.Random, *, far: bool) -> Document:
    """The beads laid out with two neighbouring stretches of the reference changed, of 1 to 4 beads, or of any size."""
    order = list(range(len(beads)))
    if len(beads) > 2:
        sizes = [chance.randrange(1, len(beads) if far else 5) for _ in range(2)]
        start = chance.randrange(max(1, len(beads) - sum(sizes) + 1))
        middle, end = start + sizes[0], start + sum(sizes)
        order[start:end] = order[middle:end] + order[start:middle]
    placed: dict[int, tuple[int, ...]] = {}
    reference: list[str] = []
    for number in order:
        placed[number] = tuple(range(len(reference), len(reference) + len(beads[number][1])))
        reference += beads[number][1]
    straight = laid_out(document, beads)
    kept = (number for number, (a, b) in enumerate(beads) if a or b)
    gold = [(a, placed[number]) for number, (a, _) in zip(kept, straight.gold, strict=True)]
    return Document(document.name, document.fold, straight.hypothesis, reference, gold)


def rough(beads: Beads, chance: random.Random) -> Beads:
    """The beads after rougher damage: one side cut by half, lines joined, lines split, headings repeated."""
    found = [(list(a), list(b)) for a, b in beads]
    side, share = chance.randrange(2), chance.uniform(0.3, 0.7)
    size, drawn = max(1, round(len(found) * share / 2)), chance.random()
    if drawn < 0.4:
        for _ in range(2):
            start = chance.randrange(max(1, len(found) - size + 1))
            for bead in found[start : start + size]:
                bead[side].clear()
    elif drawn < 0.6:
        for bead in found:
            if chance.random() < share:
                bead[side].clear()
    for bead in found:
        side = chance.randrange(2)
        if len(bead[side]) == 1 and len(bead[1 - side]) == 1 and chance.random() < 0.3:
            pieces = [span.of(bead[side][0]) for span in sentences(bead[side][0])]
            if len(pieces) <= 4:
                bead[side][:] = pieces
    joined: Beads = []
    for a, b in found:
        last = joined[-1] if joined else ([], [])
        if len(a) == len(b) == len(last[0]) == len(last[1]) == 1 and chance.random() < 0.08:
            side = chance.randrange(2)
            for here, added in zip(last, (a, b), strict=True):
                here += added
            last[side][:] = [" ".join(last[side])]
        else:
            joined.append((a, b))
    short = [bead for bead in joined if len(bead[0]) == len(bead[1]) == 1 and len(bead[0][0]) < 40]
    if short and chance.random() < 0.4:
        heading = chance.choice(short)
        for _ in range(chance.randrange(1, 4)):
            joined.insert(chance.randrange(len(joined) + 1), (list(heading[0]), list(heading[1])))
    return joined
