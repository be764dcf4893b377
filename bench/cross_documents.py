"""Documents of three sides whose beads are known: source, hypothesis and reference, joined, split, dropped, abridged.

Articles of the human-judged data (../shared/data/mqm.*), segments in the order of the document, one system an article;
one to four articles of a language pair are a document. Damage keeps the beads known: the lines of a bead are joined,
split at a sentence end, dropped, always with the bead that they are in.
"""

import gzip
import json
import random
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from mtqa.sentences import sentences
from mtqa.text import joined_lines

FOLDS = 3
SOURCE, HYPOTHESIS, REFERENCE = range(3)
Bead = tuple[list[str], list[str], list[str]]


@dataclass
class Document:
    """`sides`: lines of source, hypothesis, reference; `gold`: beads as line numbers of the three."""

    name: str
    pair: str
    fold: int
    sides: tuple[list[str], list[str], list[str]]
    gold: list[tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]]


def articles(folder: Path) -> dict[str, list[tuple[str, int, list[Bead]]]]:
    """By language pair: name, fold and segments of each article; one system each, drawn by the name."""
    found: dict[str, list[tuple[str, int, list[Bead]]]] = {}
    for path in sorted(folder.glob("mqm.*.jsonl.gz")):
        rows: dict[str, dict[str, list[dict[str, str]]]] = {}
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for row in map(json.loads, lines):
                rows.setdefault(row["doc"], {}).setdefault(row["system"], []).append(row)
        pair = path.name.split(".")[2]
        for doc, systems in sorted(rows.items()):
            whole = max(map(len, systems.values()))
            names = sorted(name for name, own in systems.items() if len(own) == whole)
            chosen = systems[names[zlib.crc32(doc.encode()) % len(names)]]
            chosen.sort(key=lambda row: int(row["seg"].rpartition(":")[2]))
            beads: list[Bead] = [([row["src"]], [row["mt"]], [row["ref"]]) for row in chosen]
            sound = all(text.strip() and "\n" not in text for bead in beads for side in bead for text in side)
            if len(beads) > 2 and sound:
                fold = zlib.crc32((path.name + doc).encode()) % FOLDS
                found.setdefault(pair, []).append((f"{path.name.split('.')[1]}.{doc}", fold, beads))
    return found


def documents(folder: Path, *, three: bool, most: int = 40, seed: int = 1) -> list[Document]:
    """At most so many documents a language pair and fold; `three` False leaves the reference as the hypothesis is."""
    chance = random.Random(seed)
    found = []
    for pair, known in sorted(articles(folder).items()):
        for fold in range(FOLDS):
            own = [article for article in known if article[1] == fold]
            chance.shuffle(own)
            made = 0
            while own and made < most:
                together = [own.pop() for _ in range(min(chance.choice((1, 1, 2, 3)), len(own)))]
                beads = [bead for _, _, part in together for bead in part][:60]
                name = "+".join(name for name, _, _ in together)
                found.append(laid_out(name, pair, fold, damaged(beads, chance, three=three)))
                made += 1
    return [document for document in found if all(document.sides)]


def damaged(beads: Sequence[Bead], chance: random.Random, *, three: bool) -> list[Bead]:
    rate = chance.choice((0.5, 1.0, 1.5))
    out: list[Bead] = []
    for bead in beads:
        bead = tuple(list(side) for side in bead)  # type: ignore[assignment]
        side = chance.choice((SOURCE, HYPOTHESIS, REFERENCE) if three else (SOURCE, HYPOTHESIS))
        event = chance.random() / rate
        if event < 0.07 and out and all(len(part) == 1 for part in (*out[-1], *bead)):
            joined: Bead = tuple(one + other for one, other in zip(out[-1], bead, strict=True))  # type: ignore[assignment]
            joined[side][:] = [joined_lines(joined[side])]
            if not three:
                joined[REFERENCE][:] = [joined_lines(joined[REFERENCE])]
            out[-1] = joined
            continue
        if event < 0.14:
            spans = sentences(bead[side][0])
            if len(spans) > 1:
                cut = spans[chance.randrange(1, len(spans))].start
                bead[side][:] = [bead[side][0][:cut].strip(), bead[side][0][cut:].strip()]
        elif event < 0.20:
            bead[side].clear()
        out.append(bead)
    if chance.random() < 0.25 and len(out) > 8:  # abridged
        side, size = chance.choice((SOURCE, HYPOTHESIS)), chance.randrange(len(out) // 4, len(out) // 2)
        start = chance.randrange(len(out) - size)
        for bead in out[start : start + size]:
            bead[side].clear()
    return [bead for bead in out if any(bead)]


def laid_out(name: str, pair: str, fold: int, beads: Sequence[Bead]) -> Document:
    sides: tuple[list[str], list[str], list[str]] = ([], [], [])
    gold = []
    for bead in beads:
        numbers = []
        for lines, texts in zip(sides, bead, strict=True):
            numbers.append(tuple(range(len(lines), len(lines) + len(texts))))
            lines += texts
        gold.append((numbers[0], numbers[1], numbers[2]))
    return Document(name, pair, fold, sides, gold)
