"""How often the checks that need no reference are right: writes mtqa/rules/checks/precision.json, which is shipped.

    python bench/reference_free.py [--write] [--half development|kept|all] [--show CHECK]

Every hypothesis of the human-judged data is looked at without its reference. A finding is right
- of post-edited output (mlqe) when the post-editor changed a word of its span (the published word tags), or, where it
  marks no word, when the check finds the same no longer in the post-edit;
- of output with MQM marks when a rater's mark overlaps it or stands beside it, or, where it marks no word, when a rater
  noted an omission or the like in the segment.
Raters mark no more than five errors a segment and no spaces, so that the second is a lower bound. `alarms` are the
findings in 1,000 human references of the same sentences: what the check says of text that nobody would call wrong.
The checks' limits were set on the development half (documents by a hash of their name); what is shipped and printed in
the documentation is measured on the kept one.
"""

import argparse
import gzip
import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from zlib import crc32

from mtqa.language import find_language
from mtqa.mqm import ErrorSpan
from mtqa.rules.checks import DOCUMENT_CHECKS, SOURCE_CHECKS, TEXT_CHECKS, found_alone
from mtqa.segment import Batch, Segment

DATA = Path(__file__).parent.parent.parent / "shared" / "data"
TARGET = Path(__file__).parent.parent / "mtqa" / "rules" / "checks" / "precision.json"
EDITED = tuple(f"postedit.mlqe.{language}-en" for language in ("et", "ne", "ro", "ru", "si"))
MARKED = (
    *("mqm.bio21.de-en", "mqm.bio21.es-en", "mqm.bio21.fr-en", "mqm.bio21.it-en", "mqm.bio21.pt-en", "mqm.bio21.ru-en"),
    *("mqm.bio21.zh-en", "mqm.mqm20.zh-en", "mqm.mqm21.zh-en", "mqm.mqm23.zh-en", "mqm.ted21.zh-en"),
)
NAMES = [check.name for check in (*TEXT_CHECKS, *SOURCE_CHECKS)] + [name for name, _ in DOCUMENT_CHECKS]
ENGLISH = find_language("en")
ORIGIN = (
    "findings on machine translations into English: post-edits of mlqe-pe (CC0) and MQM marks of WMT 2020, 2021, 2023 "
    "and of the bio-MQM set, documents kept from the setting of limits; right when the post-editor changed the span or "
    "a rater marked it, a lower bound; measured again by bench/reference_free.py"
)
Row = dict[str, object]


@dataclass
class Tally:
    """What came of the findings of one check."""

    edited: Counter[bool] = field(default_factory=Counter)
    marked: Counter[bool] = field(default_factory=Counter)
    alarms: int = 0
    shown: list[tuple[bool, str, str, str]] = field(default_factory=list)

    @property
    def right(self) -> int:
        return self.edited[True] + self.marked[True]

    @property
    def judged(self) -> int:
        return self.edited.total() + self.marked.total()


def rows(name: str, half: str) -> Iterator[Row]:
    with gzip.open(DATA / f"{name}.jsonl.gz", "rt", encoding="utf-8") as stream:
        for line in stream:
            row = json.loads(line)
            kept = crc32(str(row["doc"]).encode()) % 2 == 1
            if half == "all" or kept == (half == "kept"):
                yield row


def batches(found: list[Row], side: str) -> Iterator[tuple[list[Row], Batch]]:
    """One batch a document and system, of the machine's text or of the reference's."""
    groups: defaultdict[tuple[str, str], list[Row]] = defaultdict(list)
    seen = set()
    for row in found:
        key = (str(row["doc"]), "" if side == "ref" else str(row.get("system") or ""))
        if side == "ref" and (key, row["seg"]) in seen:
            continue
        seen.add((key, row["seg"]))
        groups[key].append(row)
    for group in groups.values():
        segments = [Segment(str(n), str(row[side]), source=str(row["src"])) for n, row in enumerate(group)]
        yield group, Batch.of(segments)


def changed(row: Row, error: ErrorSpan) -> bool | None:
    """Whether the post-editor changed the span; None where the published tokens do not spell the text."""
    words, tags, text = str(row["mt_tok"]).split(), str(row["word_tags"]).split(), str(row["mt"])
    if "".join(words) != "".join(text.split()):
        return None
    first = len("".join(text[: error.hypothesis.start].split()))
    last = len("".join(text[: error.hypothesis.end].split()))
    place = 0
    touched = []
    for n, word in enumerate(words):
        if place < max(last, first + 1) and place + len(word) > first:
            touched += [tags[2 * n], tags[2 * n + 1], tags[2 * n + 2]]
        place += len(word)
    return "BAD" in touched


def mended(row: Row, error: ErrorSpan) -> bool:
    """Whether the same check says the same of the post-edit."""
    batch = Batch.of([Segment("0", str(row["pe_tok"]), source=str(row["src"]))])
    again = found_alone(batch, language=ENGLISH)[0]
    return all((other.rule, other.evidence) != (error.rule, error.evidence) for other in again)


def marked(row: Row, error: ErrorSpan) -> bool:
    """Whether a rater marked the place, or noted an error without a place where the finding has none either."""
    spans, unplaced = row.get("spans") or [], row.get("unanchored") or []
    if error.hypothesis.start == error.hypothesis.end and error.hypothesis.start >= len(str(row["mt"]).rstrip()):
        return bool(unplaced) or any("mission" in s["category"] for s in spans)
    return any(s["start"] <= error.hypothesis.end and s["end"] >= error.hypothesis.start for s in spans)


def measure(half: str) -> dict[str, Tally]:
    """The findings of every check, judged."""
    tallies = {name: Tally() for name in NAMES}
    tallies["segments"] = Tally()
    for name in (*EDITED, *MARKED):
        found = list(rows(name, half))
        for group, batch in batches(found, "mt"):
            for row, errors in zip(group, found_alone(batch, language=ENGLISH), strict=True):
                for error in errors:
                    judge(tallies[error.rule], row, error, edited=name in EDITED)
        if name in MARKED:
            for group, batch in batches(found, "ref"):
                tallies["segments"].alarms += len(group)
                for errors in found_alone(batch, language=ENGLISH):
                    for error in errors:
                        tallies[error.rule].alarms += 1
    return tallies


def judge(tally: Tally, row: Row, error: ErrorSpan, *, edited: bool) -> None:
    if edited and (error.rule.startswith("space_") or error.rule == "source_code"):
        return  # the post-edits are published in tokens, their spaces lost
    if edited:
        unplaced = error.hypothesis.start == error.hypothesis.end
        right = mended(row, error) if unplaced else changed(row, error)
        if right is None:
            return
        tally.edited[right] += 1
    else:
        right = marked(row, error)
        tally.marked[right] += 1
    near = str(row["mt"])[max(0, error.hypothesis.start - 40) : error.hypothesis.end + 40]
    tally.shown.append((right, "; ".join(error.evidence), near, str(row["src"])[:160]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--half", choices=("development", "kept", "all"), default="kept")
    parser.add_argument("--write", action="store_true", help="write the table into the package")
    parser.add_argument("--show", help="print the findings of this check")
    given = parser.parse_args()
    tallies = measure(given.half)
    segments = tallies.pop("segments").alarms
    if given.show:
        for right, evidence, near, source in tallies[given.show].shown:
            print("+" if right else "-", evidence, "|", near, "|", source)
        return
    print(f"{'check':22} edited        marked        precision  alarms/1,000 of {segments:,} references")
    for name, tally in tallies.items():
        both = [f"{c[True]:5} of {c.total():5}" for c in (tally.edited, tally.marked)]
        share = f"{tally.right / tally.judged:.2f}" if tally.judged else "   -"
        print(f"{name:22} {both[0]} {both[1]}  {share:>8}  {1000 * tally.alarms / max(1, segments):8.2f}")
    if given.write:
        table = {name: {"right": t.right, "judged": t.judged} for name, t in tallies.items() if t.judged}
        record = {"schema": "mtqa.precision/1", "origin": ORIGIN, "checks": table}
        TARGET.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
