"""What the aligner makes of documents that the development data lacks, built from it by damage whose beads are known.

    python bench/fit_align.py ../shared/data/alignment       writes out/align.folds.json, the weights of each fold
    python bench/align_stress.py ../shared/data/alignment [every nth document, 2]

Each kind takes the known beads of development documents of 6 to 99 lines (moved paragraphs put back), damages them, and
aligns the result with the weights that were fitted without the document. Printed by kind: strict F1, null F1, and how
many of the lines that have no partner were linked.
"""

import json
import random
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

from align_damage import Beads, Document, items, laid_out, moved, read
from fit_align import MOVED

from mtqa.align.links import linked
from mtqa.align.model import Curve, Model
from mtqa.sentences import sentences

ROOT = Path(__file__).parent.parent
Kind = Callable[[Beads, random.Random], Beads]


def as_it_is(beads: Beads, chance: random.Random) -> Beads:
    return beads


def cut_in_runs(beads: Beads, chance: random.Random) -> Beads:
    side, share = chance.randrange(2), chance.uniform(0.3, 0.7)
    size = max(1, round(len(beads) * share / 2))
    for _ in range(2):
        start = chance.randrange(max(1, len(beads) - size + 1))
        for bead in beads[start : start + size]:
            bead[side].clear()
    return beads


def cut_line_by_line(beads: Beads, chance: random.Random) -> Beads:
    side = chance.randrange(2)
    for bead in beads:
        if chance.random() < 0.5:
            bead[side].clear()
    return beads


def in_sentences(beads: Beads, chance: random.Random) -> Beads:
    side = chance.randrange(2)
    for bead in beads:
        if len(bead[0]) == len(bead[1]) == 1:
            pieces = [span.of(bead[side][0]) for span in sentences(bead[side][0])]
            bead[side][:] = pieces if len(pieces) <= 4 else bead[side]
    return beads


def with_headings(beads: Beads, chance: random.Random) -> Beads:
    heading = chance.choice(["Read also", "* * *", "Photo: archive", "Advertisement"])
    rows = ([([heading], [heading]), bead] if place % 3 == 0 else [bead] for place, bead in enumerate(beads))
    return [bead for row in rows for bead in row]


def with_numbers(beads: Beads, chance: random.Random) -> Beads:
    found: Beads = []
    for bead in beads:
        if chance.random() < 0.4:
            number, drawn = f"{chance.randrange(1, 400)}.{chance.randrange(10)}", chance.random()
            found.append(([number] if drawn > 0.1 else [], [number] if not 0.1 < drawn < 0.2 else []))
        found.append(bead)
    return found


def a_few_lines(beads: Beads, chance: random.Random) -> Beads:
    size = chance.randrange(3, 6)
    start = chance.randrange(max(1, len(beads) - size + 1))
    return beads[start : start + size]


def without_spaces(beads: Beads, chance: random.Random) -> Beads:
    return [([_han(text) for text in a], [_han(text) for text in b]) for a, b in beads]


def _han(text: str) -> str:
    """The text in a made-up script without spaces: two letters of a word are one Han character, one of 3,000."""
    found: list[str] = []
    for word in text.split():
        letters = "".join(character for character in word.lower() if character.isalnum())
        pieces = (letters[k : k + 2] for k in range(0, len(letters), 2))
        found += [letters] if letters.isdigit() else [chr(0x4E00 + hash_of(piece) % 3000) for piece in pieces]
        found.append({".": "。", ",": "，", "?": "？"}.get(word[-1], ""))
    return "".join(found) or "。"


def hash_of(piece: str) -> int:
    return sum(ord(character) * 31**place for place, character in enumerate(piece))


KINDS: dict[str, Kind] = {
    "as it is": as_it_is,
    "30 to 70 % of a side dropped, in two runs": cut_in_runs,
    "half of a side dropped, line by line": cut_line_by_line,
    "one side in sentences": in_sentences,
    "one heading before every third line": with_headings,
    "lines of numbers between": with_numbers,
    "3 to 5 beads": a_few_lines,
    "a script without spaces": without_spaces,
    "the same, half of a side dropped": lambda beads, chance: without_spaces(cut_line_by_line(beads, chance), chance),
}


def damaged(document: Document, chance: random.Random) -> Iterator[tuple[str, Document]]:
    for name, kind in KINDS.items():
        beads = [(list(a), list(b)) for a, b in items(document)]
        yield name, laid_out(document, kind(beads, chance))
    yield "two neighbouring stretches of 1 to 4 changed", moved(items(document), document, chance, far=False)
    yield "two stretches of any length changed", moved(items(document), document, chance, far=True)


def counts(document: Document, model: Model) -> list[int]:
    """Right, said; right and wanted beads; right, said and wanted lines alone; lines alone that were linked."""
    links = linked(document.hypothesis, document.reference, model)
    known, said = (_normal(beads) for beads in (document.gold, [(link.hypothesis, link.reference) for link in links]))
    beads, alone = {bead for bead in known if all(bead)}, {bead for bead in known if not all(bead)}
    left = {bead for bead in said if not all(bead)}
    return [
        len(known & said), len(said), len(beads & said), len(beads), len(alone & said), len(left), len(alone),
        len(alone - left),
    ]  # fmt: skip


def _normal(beads: list[tuple[tuple[int, ...], tuple[int, ...]]]) -> set[tuple[tuple[int, ...], tuple[int, ...]]]:
    both = {(tuple(a), tuple(b)) for a, b in beads if a and b}
    return (
        both | {((i,), ()) for a, b in beads if not b for i in a} | {((), (j,)) for a, b in beads if not a for j in b}
    )


def harmonic(right: int, said: int, right_of_wanted: int, wanted: int) -> float:
    return 2 / (said / right + wanted / right_of_wanted) if right and right_of_wanted else 0.0


def main() -> None:
    step = int(sys.argv[2]) if len(sys.argv) > 2 else 2
    folds = json.loads((ROOT / "out" / "align.folds.json").read_text(encoding="utf-8"))
    count, ready = len(folds["bead"]), Curve(0.0, 1.0)
    models = []
    for weights in folds["weights"]:
        bead = dict(zip(folds["bead"], weights[:count], strict=True))
        alone = dict(zip(folds["alone"], weights[count:], strict=True))
        models.append(Model(bead, alone, MOVED, ready, ready, ready, 0.0, 0.0))
    documents = [each for each in read(Path(sys.argv[1])) if 6 <= len(each.hypothesis) < 100][::step]
    found: dict[str, list[list[int]]] = defaultdict(list)
    for number, document in enumerate(documents):
        for kind, made in damaged(document, random.Random(number)):
            if made.hypothesis and made.reference:
                found[kind].append(counts(made, models[document.fold]))
    print(f"{len(documents)} documents\n")
    print("| damage | strict F1 | null F1 | lines alone | of them linked |\n|---|---|---|---|---|")
    for kind, rows in found.items():
        right, said, beads, wanted, alone_right, left, alone, false = map(sum, zip(*rows, strict=True))
        strict, null = harmonic(right, said, beads, wanted), harmonic(alone_right, left, alone_right, alone)
        print(f"| {kind} | {strict:.3f} | {null:.3f} | {alone} | {false / max(alone, 1):.1%} |", flush=True)


if __name__ == "__main__":
    main()
