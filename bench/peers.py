"""Other tools that give BLEU, chrF or TER of single segments, as they are installed beside us.

None of them is a dependency: `pip install fastchrf torchmetrics rapidfuzz pymarian` in a throwaway environment. Whether
their numbers are sacrebleu's is said beside their speed. rapidfuzz counts words inserted, deleted and substituted,
without shifts: a part of TER, shown for scale.
"""

from collections.abc import Callable, Sequence
from importlib import import_module
from importlib.metadata import version
from importlib.util import find_spec
from typing import Any

from mtqa.metric import Metric

__all__ = ["SLOW", "absent", "peers"]

Scores = Callable[[], Sequence[float]]
SLOW = {"torchmetrics": 40}  # segments that such a peer is given
TOOLS = ("fastchrf", "torchmetrics", "rapidfuzz", "pymarian")


def peers(metric: Metric, hypotheses: Sequence[str], references: Sequence[str]) -> dict[str, Scores]:
    """What each installed peer does for this metric; nothing for metrics that none of them has."""
    texts = list(hypotheses), list(references)
    given = dict(metric.parameters)
    found: dict[str, Scores] = {}
    if metric.name == "chrF2" and find_spec("fastchrf"):
        found["fastchrf"] = _fastchrf(*texts)
    if metric.key == "ter" and not given["normalized"] and find_spec("rapidfuzz"):
        found["rapidfuzz"] = _rapidfuzz(*texts)
    if find_spec("torchmetrics"):
        some = texts[0][: SLOW["torchmetrics"]], texts[1][: SLOW["torchmetrics"]]
        found["torchmetrics"] = _torchmetrics(metric, *some)
    return found


def absent() -> list[str]:
    """Why a peer is not in the table: not installed, or without these metrics."""
    said = [f"{tool}: not installed" for tool in TOOLS if not find_spec(tool)]
    if find_spec("pymarian"):
        names = " ".join(dir(import_module("pymarian"))).lower()
        if not any(word in names for word in ("bleu", "chrf")):
            said.append(f"pymarian {version('pymarian')}: runs models, and has no BLEU, chrF or TER of its own")
    return said


def _fastchrf(hypotheses: list[str], references: list[str]) -> Scores:
    fast: Any = import_module("fastchrf")
    ours, theirs = [[text] for text in hypotheses], [[text] for text in references]
    return lambda: [row[0][0] for row in fast.pairwise_chrf(ours, theirs)]


def _rapidfuzz(hypotheses: list[str], references: list[str]) -> Scores:
    fuzz: Any = import_module("rapidfuzz.distance")
    both = list(zip(hypotheses, references, strict=True))
    return lambda: [
        100 * fuzz.Levenshtein.distance(ours.lower().split(), theirs.lower().split()) / max(1, len(theirs.split()))
        for ours, theirs in both
    ]


def _torchmetrics(metric: Metric, hypotheses: list[str], references: list[str]) -> Scores:
    text: Any = import_module("torchmetrics.functional.text")
    rows = [[reference] for reference in references]
    given = dict(metric.parameters)
    if metric.key == "bleu":
        cut = str(given["tokenize"])
        both = list(zip(hypotheses, rows, strict=True))
        return lambda: [100 * float(text.sacre_bleu_score([ours], [row], tokenize=cut)) for ours, row in both]
    if metric.key == "ter":
        options = {"normalize": bool(given["normalized"]), "asian_support": bool(given["asian_support"])}

        def edits() -> Sequence[float]:
            _, each = text.translation_edit_rate(hypotheses, rows, return_sentence_level_score=True, **options)
            return [100 * float(score) for score in each]

        return edits

    def shares() -> Sequence[float]:
        orders = {"n_char_order": int(given["char_order"]), "n_word_order": int(given["word_order"])}
        _, each = text.chrf_score(hypotheses, rows, return_sentence_level_score=True, **orders)
        return [100 * float(score) for score in each]

    return shares
