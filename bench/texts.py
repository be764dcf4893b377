"""Real segments for the benches: the human-judged translations in ../shared/data, which are not ours to ship."""

import gzip
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

DATA = Path(__file__).parents[2] / "shared" / "data"


@dataclass(frozen=True, slots=True)
class Pairs:
    """Hypotheses and their references, row by row."""

    name: str
    hypotheses: list[str]
    references: list[tuple[str, ...]]

    def __len__(self) -> int:
        return len(self.hypotheses)

    def sample(self, size: int, seed: int = 1) -> "Pairs":
        """At most `size` rows, drawn without regard to order; all of them for size 0."""
        if not size or size >= len(self):
            return self
        rows = random.Random(seed).sample(range(len(self)), size)
        return Pairs(self.name, [self.hypotheses[i] for i in rows], [self.references[i] for i in rows])


def records(path: Path) -> Iterator[dict[str, Any]]:
    """The records of one file."""
    with gzip.open(path, "rt", encoding="utf-8", newline="\n") as lines:
        yield from map(json.loads, lines)


def files(data: Path = DATA) -> list[Path]:
    """The files that hold texts, in order of their names."""
    return sorted(path for path in data.glob("*.jsonl.gz") if not path.name.startswith("submitted"))


def pairs(path: Path) -> Pairs:
    """What one file offers to be scored: translation and all references, or translation and post-edit."""
    hypotheses: list[str] = []
    references: list[tuple[str, ...]] = []
    for record in records(path):
        if record.get("pe_tok") is not None:
            hypotheses.append(record["mt_tok"])
            references.append((record["pe_tok"],))
            continue
        texts = [record.get("ref"), *(record.get("refs") or {}).values()]
        found = tuple(text for text in texts if isinstance(text, str))
        if found and isinstance(record.get("mt"), str):
            hypotheses.append(record["mt"])
            references.append(found)
    return Pairs(path.name.removesuffix(".jsonl.gz"), hypotheses, references)


def paragraphs(data: Path, segments: int = 6) -> Pairs:
    """Paragraphs: consecutive segments of one document and system, joined by spaces."""
    hypotheses: list[str] = []
    references: list[tuple[str, ...]] = []
    groups: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for record in records(data / "mqm.mqm20.zh-en.jsonl.gz"):
        groups.setdefault((str(record["doc"]), str(record["system"])), []).append(record)
    for group in groups.values():
        for start in range(0, len(group) - segments + 1, segments):
            part = group[start : start + segments]
            hypotheses.append(" ".join(record["mt"] for record in part))
            references.append((" ".join(record["ref"] for record in part),))
    return Pairs("paragraphs", hypotheses, references)
