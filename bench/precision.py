"""How often the detector's category is right, by category: writes mtqa/gate/precision.json, which the gate ships.

    python bench/precision.py [--write]

DEMETR's kept half (the rules were tuned on the other): each hypothesis has one known change against its good version. A
finding is right when its category is one of those that fit the change (bench/diagnosis.py, EXPECTED). Findings of the
three changes without a kind of error are left out. These are single, made errors in good translations: a real delivery
has several in one place, and other proportions.
"""

import argparse
import json
from collections import Counter
from pathlib import Path
from zlib import crc32

from diagnosis import EXPECTED, rows

from mtqa.mqm import CATEGORIES
from mtqa.rules import diagnose
from mtqa.segment import Batch, ReferenceKind, Segment

TARGET = Path(__file__).parent.parent / "mtqa" / "gate" / "precision.json"
ORIGIN = (
    "DEMETR (github.com/marzenakrp/demetr @9b31cfe, MIT; Karpinska et al. 2022), the half of its sentences on which "
    "no rule was tuned; a finding is right when its category fits the one change that was made. Single, made errors: "
    "measured again by bench/precision.py"
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="write the table into the package")
    write = parser.parse_args().write
    right: Counter[str] = Counter()
    judged: Counter[str] = Counter()
    for row in rows("contrast.demetr.jsonl.gz"):
        expected = EXPECTED.get(str(row["phenomenon"]))
        if expected is None or row["mt"] == row["good"] or crc32(str(row["seg"]).encode()) % 2 == 0:
            continue
        segment = Segment(str(row["id"]), str(row["mt"]), (str(row["good"]),), source=str(row["src"]),
                          reference_kind=ReferenceKind.CORRECTION)  # fmt: skip
        for error in diagnose(Batch.of([segment]), language="en").errors:
            judged[error.category] += 1
            right[error.category] += error.category in expected
    table = {name: {"right": right[name], "judged": judged[name]} for name in CATEGORIES if judged[name]}
    for name, counts in table.items():
        print(f"{name:30} {counts['right'] / counts['judged']:.3f} of {counts['judged']}")
    if write:
        record = {"schema": "mtqa.precision/1", "origin": ORIGIN, "categories": table}
        TARGET.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
