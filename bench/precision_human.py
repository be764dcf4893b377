"""How often a finding is an error that people marked, by category: writes mtqa/gate/precision_human.json.

    python bench/precision_human.py [--write]

MQM files have people's error spans but no post-edit, so a neighbour stands in for it: the nearest other translation of
the same source in which no rater saw any error (word errors at most `NEAREST` of its words). That is a correction of
real errors by a real translation, but it differs from the hypothesis in more than its errors, so the precision comes
out lower than against a true post-edit: a floor. (0.47 of all findings at most 10 % apart, 0.41 to 15 %, 0.37 to 20 %;
a random character of the same translations is marked with a chance of 0.12 to 0.14.) A finding is right where a rater's
error overlaps it by at least one character (an omission: where the segment has an omission or a marked span next to the
gap), and right in kind where one of those errors is of the same MQM dimension. With several raters: any of them.
"""

import argparse
import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from diagnosis import rows
from rapidfuzz.distance import Levenshtein

from mtqa.mqm import CATEGORIES, ErrorSpan
from mtqa.rules import diagnose
from mtqa.segment import Batch, ReferenceKind, Segment

TARGET = Path(__file__).parent.parent / "mtqa" / "gate" / "precision_human.json"
FILES = ("mqm.mqm20.zh-en", "mqm.mqm21.zh-en", "mqm.mqm23.zh-en", "mqm.ted21.zh-en",
         *(f"mqm.bio21.{pair}-en" for pair in ("de", "es", "fr", "it", "pt", "ru", "zh")))  # fmt: skip
NEAREST = 0.20
ORIGIN = (
    "MQM of WMT20, WMT21 (news, TED), WMT23 (Apache-2.0) and of biomedical abstracts (amazon-science/bio-mqm-dataset, "
    "Apache-2.0), the development half; a finding is right where a rater marked an error; the correction is the "
    "nearest translation of the same source in which no rater saw one, which differs in more than the errors, so this "
    "is a floor: measured again by bench/precision_human.py"
)


def pairs() -> Iterator[tuple[Mapping[str, object], str]]:
    """Records with a marked error, each with the flawless translation nearest to it."""
    for stem in FILES:
        by_source: dict[str, list[Mapping[str, object]]] = defaultdict(list)
        for row in rows(f"{stem}.jsonl.gz"):
            by_source[str(row["seg"])].append(row)
        for group in by_source.values():
            flawless = [str(row["mt"]) for row in group if not row["spans"] and not row["unanchored"]]
            for row in group:
                words = str(row["mt"]).split()
                near = min((Levenshtein.normalized_distance(words, text.split()), text)
                           for text in flawless) if row["spans"] and flawless else (1.0, "")  # fmt: skip
                if 0.0 < near[0] <= NEAREST:
                    yield row, near[1]


def marks(row: Mapping[str, object], error: ErrorSpan) -> Sequence[str]:
    """The dimensions of the errors that raters marked where the finding lies."""
    start, end = error.hypothesis.start, error.hypothesis.end
    reach = 1 if start == end else 0
    found = [
        str(span["category"] or "").split("/")[0]
        for span in row["spans"]  # type: ignore[union-attr]
        if span["start"] < end + reach and span["end"] > start - reach
    ]
    if start == end:
        found += ["Accuracy" for span in row["unanchored"] if "Omission" in str(span["category"])]  # type: ignore
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="write the table into the package")
    write = parser.parse_args().write
    right, kind, judged = Counter[str](), Counter[str](), Counter[str]()
    segments = 0
    for row, correction in pairs():
        segments += 1
        segment = Segment(str(row["id"]), str(row["mt"]), (correction,), source=str(row["src"]),
                          reference_kind=ReferenceKind.CORRECTION)  # fmt: skip
        for error in diagnose(Batch.of([segment]), language="en").errors:
            met = marks(row, error)
            judged[error.category] += 1
            right[error.category] += bool(met)
            kind[error.category] += CATEGORIES[error.category].dimension in met
    table = {
        name: {"right": right[name], "right_in_kind": kind[name], "judged": judged[name]}
        for name in CATEGORIES
        if judged[name]
    }
    for name, counts in table.items():
        shares = f"{counts['right'] / counts['judged']:.3f} {counts['right_in_kind'] / counts['judged']:.3f}"
        print(f"{name:30} {shares} of {counts['judged']}")
    print(f"{'all':30} {right.total() / judged.total():.3f} {kind.total() / judged.total():.3f} of {judged.total()} "
          f"in {segments} translations")  # fmt: skip
    if write:
        record = {"schema": "mtqa.precision/1", "origin": ORIGIN, "categories": table}
        TARGET.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
