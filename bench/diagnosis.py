"""How good the diagnosis is on data with known answers: DEMETR, human post-edits, human MQM spans, throughput.

    python bench/diagnosis.py demetr [--half tune|kept] [--show PHENOMENON]
    python bench/diagnosis.py postedits · kind · spans [--references 2] [FILES…] · speed

The data are those of ../shared/data beside the checkout. The halves are made by a hash of the segment number, so that
one sentence's perturbations are all in one half; the rules were tuned on `tune` only.
"""

import argparse
import gzip
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from zlib import crc32

from rapidfuzz.distance import Levenshtein

from mtqa.cluster import open_cluster
from mtqa.edits import edits, replay
from mtqa.engines import segment_scores, statistics
from mtqa.language import LANGUAGES
from mtqa.metric import find_metric
from mtqa.mqm import ErrorSpan
from mtqa.rules import diagnose, reference_kind
from mtqa.segment import Batch, ReferenceKind, Segment

SHARED = Path(__file__).parent.parent.parent / "shared"
GRAMMAR = {
    "fluency/tense-mood-aspect",
    "fluency/agreement",
    "fluency/word-form",
    "fluency/function-words",
    "fluency/word-order",
}
OMISSION = {"accuracy/omission"}
# Phenomenon → the categories that are right for it; the three of severity "base" are no errors of one kind.
EXPECTED: dict[str, set[str]] = {
    "addition": {"accuracy/addition", "accuracy/mistranslation"},
    "adj_adv_removed": OMISSION,
    "antonym": {"accuracy/mistranslation", "accuracy/negation"},
    "aspect": GRAMMAR,
    "case": GRAMMAR,
    "char_removed": {"fluency/spelling"},
    "codemix": {"accuracy/untranslated"},
    "conj_removed": {"accuracy/omission", "fluency/function-words"},
    "final_punc_removed": {"fluency/punctuation", "fluency/unpaired-marks"},
    "first_lower": {"fluency/capitalization"},
    "full_lower": {"fluency/capitalization"},
    "function_word": {"fluency/function-words", "fluency/tense-mood-aspect"},
    "gender": {"accuracy/participants"},
    "hypernym": {"accuracy/mistranslation", "terminology/wrong-term"},
    "misspelled": {"fluency/spelling"},
    "ne_removed": OMISSION,
    "ne_replaced": {"accuracy/named-entity"},
    "negation": {"accuracy/negation"},
    "noun_removed": OMISSION,
    "numbers_replaced": {"accuracy/number", "accuracy/date-time"},
    "pos_shift": GRAMMAR,
    "pp_removed": OMISSION,
    "punc_addition": {"fluency/punctuation", "fluency/unpaired-marks"},
    "question": {"accuracy/mistranslation"},
    "repeat2": {"fluency/duplication"},
    "repeat4": {"fluency/duplication"},
    "shuffled": {"fluency/word-order", "fluency/unintelligible"},
    "subj_removed": OMISSION,
    "tense": GRAMMAR,
    "tokenized": {"fluency/whitespace", "fluency/punctuation"},
    "verb_removed": OMISSION,
    "word_swap": {"fluency/word-order"},
}


def rows(name: str) -> Iterator[dict[str, object]]:
    with gzip.open(SHARED / "data" / name, "rt", encoding="utf-8") as lines:
        yield from (json.loads(line) for line in lines)


def label(spans: list[ErrorSpan]) -> str:
    """The category of the severest span, the longest of equals."""
    if not spans:
        return "none"
    return max(spans, key=lambda s: (s.severity.rank, max(len(s.text), len(s.correction)))).category


def demetr(half: str, show: str | None) -> None:
    """Category accuracy by phenomenon; micro is over pairs, macro over phenomena."""
    right: Counter[str] = Counter()
    count: Counter[str] = Counter()
    wrong: dict[str, Counter[str]] = defaultdict(Counter)
    for row in rows("contrast.demetr.jsonl.gz"):
        phenomenon = str(row["phenomenon"])
        if phenomenon not in EXPECTED or (crc32(str(row["seg"]).encode()) % 2 == 0) != (half == "tune"):
            continue
        if row["mt"] == row["good"]:
            continue
        segment = Segment(
            str(row["id"]), str(row["mt"]), (str(row["good"]),), source=str(row["src"]),
            reference_kind=ReferenceKind.CORRECTION,
        )  # fmt: skip
        found = list(diagnose(Batch.of([segment]), language="en").errors)
        named = label(found)
        count[phenomenon] += 1
        right[phenomenon] += named in EXPECTED[phenomenon]
        if named not in EXPECTED[phenomenon]:
            wrong[phenomenon][named] += 1
            if show == phenomenon:
                print("  G", row["good"], "\n  M", row["mt"])
                print("   ", *(f"[{s.text!r}→{s.correction!r} {s.rule} {s.severity}]" for s in found))
    for phenomenon in sorted(count, key=lambda p: right[p] / count[p]):
        share = right[phenomenon] / count[phenomenon]
        print(f"{phenomenon:20} {share:.3f} of {count[phenomenon]:4}  ", *wrong[phenomenon].most_common(4))
    print(f"micro {right.total() / count.total():.4f} of {count.total()}", end="  ")
    print(f"macro {sum(right[p] / count[p] for p in count) / len(count):.4f}")


def postedits() -> None:
    """Replay, overlap, agreement with the published word tags, and the published HTER, on every human post-edit."""
    language = LANGUAGES["en"]
    for path in sorted((SHARED / "data").glob("postedit.*")):
        total = exact = overlapping = same = fewest = words = 0
        known = list(rows(path.name))
        texts = [str(row["mt_tok"]) for row in known], [[str(row["pe_tok"])] for row in known]
        rates = segment_scores(statistics(find_metric("ter"), *texts))
        hter = [abs(min(1.0, rate / 100) - float(str(row["hter"]))) for rate, row in zip(rates, known, strict=True)]
        for row in known:
            hypothesis, reference = str(row["mt_tok"]), str(row["pe_tok"])
            found = edits(hypothesis, reference, language=language)
            total += 1
            exact += replay(hypothesis, found) == reference
            overlapping += any(a.hypothesis.end > b.hypothesis.start for a, b in pairwise(found))
            tags = str(row["word_tags"]).split()[1::2]
            ours = word_tags(hypothesis, [(e.hypothesis.start, e.hypothesis.end) for e in found])
            words += len(tags)
            same += sum(a == b for a, b in zip(tags, ours, strict=True))
            fewest += sum(a == b for a, b in zip(tags, tags_of_fewest(hypothesis, reference), strict=True))
        print(
            f"{path.name:32} replay {exact}/{total}  overlapping {overlapping}",
            f" word tags {same / words:.4f}, of the fewest changes {fewest / words:.4f}",
            end="",
        )
        print(
            f"  HTER to 4 digits {sum(off < 5.1e-5 for off in hter)}/{total}, mean difference {sum(hter) / total:.5f}"
        )


def tags_of_fewest(text: str, corrected: str) -> list[str]:
    """OK or BAD for each word between spaces, as `mtqa report -f tags` has them: by the fewest changes of words."""
    made = ["BAD"] * len(text.split())
    for same in Levenshtein.editops(text.split(), corrected.split()).as_matching_blocks():
        made[same.a : same.a + same.size] = ["OK"] * same.size
    return made


def word_tags(text: str, spans: list[tuple[int, int]]) -> list[str]:
    """OK or BAD for each word between spaces: BAD where a span touches a character of it."""
    words = [match.span() for match in re.finditer(r"\S+", text)]
    return ["BAD" if any(a < end and b > start for a, b in spans) else "OK" for start, end in words]


def kind() -> None:
    """How often the kind of reference is told right, document by document, by size of the document."""
    for size in (1, 3, 10, 30):
        right: Counter[str] = Counter()
        count: Counter[str] = Counter()
        for path in sorted((SHARED / "data").glob("*.jsonl.gz")):
            wanted = {"postedit": ReferenceKind.CORRECTION, "mqm": ReferenceKind.INDEPENDENT}.get(
                path.name.split(".")[0]
            )
            if wanted is None:
                continue
            documents: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
            for row in rows(path.name):
                reference = row.get("pe_tok") or row.get("ref")
                hypothesis = row.get("mt_tok") or row.get("mt")
                documents[str(row["doc"]), str(row["system"])].append((str(hypothesis), str(reference)))
            for number, pairs in enumerate(documents.values()):
                if number == 60:
                    break
                chosen = pairs[:size]
                found, _ = reference_kind([h for h, _ in chosen], [r for _, r in chosen])
                count[path.name] += 1
                right[path.name] += found is wanted
        print(f"documents of up to {size} segments: {right.total() / count.total():.4f} of {count.total()}")
        for name, start in (
            ("independent, called corrections", "mqm"),
            ("corrections, called independent", "postedit"),
        ):
            sets = [path for path in count if path.startswith(start)]
            print(
                f"    {name}: {sum(1 - right[path] / count[path] for path in sets) / len(sets):.2f} (mean of the sets)"
            )
        print("   ", *(f"{name.removesuffix('.jsonl.gz')} {right[name] / count[name]:.3f}" for name in count))


def spans(names: list[str], references: int) -> None:
    """Our differences against the humans' spans, by the judge of ../shared/eval; from so many references at most."""
    for name in names or [
        "mqm.mqm20.zh-en",
        "mqm.mqm21.zh-en",
        "mqm.mqm23.zh-en",
        "mqm.ted21.zh-en",
        "mqm.bio21.de-en",
    ]:
        with tempfile.TemporaryDirectory() as folder:
            predicted = Path(folder) / "predicted.jsonl"
            with predicted.open("w", encoding="utf-8") as out:
                for row in rows(f"{name}.jsonl.gz"):
                    others = row["refs"]
                    assert isinstance(others, dict)
                    segment = Segment(
                        str(row["id"]), str(row["mt"]), (str(row["ref"]), *map(str, others.values()))[:references],
                        source=str(row["src"]), reference_kind=ReferenceKind.INDEPENDENT,
                    )  # fmt: skip
                    found = [
                        {
                            "start": s.hypothesis.start,
                            "end": s.hypothesis.end,
                            "category": s.category,
                            "severity": str(s.severity),
                        }
                        for s in diagnose(Batch.of([segment]), language="en").errors
                        if len(s.hypothesis)
                    ]
                    out.write(json.dumps({"id": row["id"], "spans": found}) + "\n")
            gold = SHARED / "data" / f"{name}.jsonl.gz"
            judge = [sys.executable, str(SHARED / "eval" / "eval_spans.py"), str(gold), str(predicted), "--json"]
            figures = json.loads(subprocess.run(judge, capture_output=True, text=True, check=True).stdout)
        wanted = (
            "gold_spans",
            "pred_spans",
            "char_f1",
            "credit_p",
            "credit_r",
            "credit_f1",
            "cat_acc",
            "cat_bal",
            "sev_acc",
        )
        print(name, *(f"{key} {figures.get(key, float('nan')):.4g}" for key in wanted))


def speed() -> None:
    """Pairs a second of `diagnose` in one process and on two, post-edits of five sets, documents whole."""
    segments = []
    for path in sorted((SHARED / "data").glob("postedit.*")):
        for number, row in enumerate(rows(path.name)):
            if number == 600:
                break
            segments.append(
                Segment(
                    str(row["id"]),
                    str(row["mt_tok"]),
                    (str(row["pe_tok"]),),
                    document=path.name,
                    reference_kind=ReferenceKind.CORRECTION,
                )
            )
    batch, count = Batch.of(segments), len(segments)
    for processes in (1, 2):
        began = os.times()
        with open_cluster("local", processes=processes) as cluster:
            for round_ in range(1, 5):
                start = time.perf_counter()
                diagnose(batch, language="en", cluster=cluster)
                wall = time.perf_counter() - start
                if round_ > 1:  # the first loads word lists and starts the processes
                    print(
                        f"{processes} processes: {count / wall:.0f} pairs/s by the clock, load {os.getloadavg()[0]:.1f}"
                    )
        ended = os.times()  # the processes have ended, so that their time is known
        busy = sum(ended[:4]) - sum(began[:4])
        print(f"{processes} processes: {4 * count / busy:.0f} pairs a CPU second, start and first round included")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["demetr", "postedits", "kind", "spans", "speed"])
    parser.add_argument("names", nargs="*")
    parser.add_argument("--half", choices=["tune", "kept"], default="tune")
    parser.add_argument("--show")
    parser.add_argument("--references", type=int, default=1)
    given = parser.parse_args()
    if given.what == "demetr":
        demetr(given.half, given.show)
    elif given.what == "spans":
        spans(given.names, given.references)
    else:
        {"postedits": postedits, "kind": kind, "speed": speed}[given.what]()


if __name__ == "__main__":
    main()
