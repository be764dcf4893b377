"""Parity of the native kernels with sacrebleu over all of ../shared/data, and with the published HTER.

    python bench/parity.py                    2,000 segments a file, 100 for TER (sacrebleu's TER is slow)
    python bench/parity.py --sample 0         every segment for BLEU and chrF
    python bench/parity.py --ter 0            every segment for TER too (hours)

Every statistic of every segment has to be equal. HTER: min(1, TER uncased / 100) has to equal the published value on
every record of postedit.*, or else sacrebleu's; all of them are always compared. Exit 1 on any difference.
"""

import argparse
import sys
from pathlib import Path

import numpy as np
from texts import DATA, Pairs, files, pairs, records

from mtqa.engines import segment_scores, statistics
from mtqa.metric import Metric, find_metric

BLEU, CHRF, TER = find_metric("bleu"), find_metric("chrf"), find_metric("ter")
FAST: dict[str, Metric] = {
    **{f"BLEU {name}": BLEU.given(tokenize=name) for name in ("13a", "intl", "zh", "char", "none")},
    "BLEU 13a lc": BLEU.given(lowercase=True),
    "chrF2": CHRF,
    "chrF2++": find_metric("chrf++"),
    "chrF2 lc+space": CHRF.given(lowercase=True, whitespace=True),
}
SLOW: dict[str, Metric] = {
    "TER": TER,
    "TER cased": TER.given(case_sensitive=True),
    "TER norm+asian": TER.given(normalized=True, asian_support=True),
    "TER norm+nopunct": TER.given(normalized=True, no_punct=True),
}


def differences(metric: Metric, rows: Pairs) -> list[int]:
    """The rows whose statistics differ."""
    ours = statistics(metric, rows.hypotheses, rows.references, engine="native").values
    theirs = statistics(metric, rows.hypotheses, rows.references, engine="sacrebleu").values
    return [int(row) for row in np.flatnonzero((ours != theirs).any(axis=1))]


def hter(path: Path) -> tuple[int, int, int]:
    """Records of a post-edit file; those whose TER is not the published HTER; and of these, those not as sacrebleu's.

    The published values come from tercom, whose beam is another one than sacrebleu's where the lengths differ wildly.
    """
    found = list(records(path))
    hypotheses = [record["mt_tok"] for record in found]
    references = [(record["pe_tok"],) for record in found]
    ours = segment_scores(statistics(TER, hypotheses, references, engine="native"))
    published = np.array([record["hter"] for record in found])  # printed with 6 digits
    off = np.flatnonzero(abs(np.minimum(1.0, ours / 100) - published) > 1e-6)
    if not len(off):
        return len(found), 0, 0
    part = [hypotheses[i] for i in off], [references[i] for i in off]
    theirs = segment_scores(statistics(TER, *part, engine="sacrebleu"))
    return len(found), len(off), int((theirs != ours[off]).sum())


def main() -> int:
    """Prints one line a file and setting that differs, one line a file that does not, and the totals."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sample", type=int, default=2000, help="segments a file for BLEU and chrF; 0 for all")
    parser.add_argument("--ter", type=int, default=100, help="segments a file for TER; 0 for all")
    parser.add_argument("--data", type=Path, default=DATA)
    options = parser.parse_args()
    compared = wrong = 0
    for path in files(options.data):
        rows = pairs(path)
        for settings, size in ((FAST, options.sample), (SLOW, options.ter)):
            part = rows.sample(size)
            for name, metric in settings.items():
                odd = differences(metric, part)
                compared, wrong = compared + len(part), wrong + len(odd)
                if odd:
                    print(f"{rows.name}: {name}: {len(odd)} of {len(part)} segments differ, first row {odd[0] + 1}")
        print(f"{rows.name}: {len(rows)} segments, {len(rows.sample(options.sample))} and", end=" ")
        print(f"{len(rows.sample(options.ter))} (TER) compared", flush=True)
        if rows.name.startswith("postedit"):
            every, off, ours_alone = hter(path)
            compared, wrong = compared + every, wrong + ours_alone
            print(f"{rows.name}: HTER equals the published value on {every - off} of {every} records;", end=" ")
            print(f"of the other {off}, sacrebleu gives what the kernel gives on {off - ours_alone}")
    print(f"{compared} comparisons, {wrong} differences")
    return 1 if wrong or not compared else 0


if __name__ == "__main__":
    sys.exit(main())
