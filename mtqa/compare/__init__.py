"""Systems on the same segments: which is better, by how much, and how likely it is chance.

Statistics of our own on the counts of segments. sacrebleu's tests stand beside them for comparison with published
results; they are not tests of their level (`mtqa.statistics.compatible`).
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from ..engines import slowed
from ..metric import Metric, find_metric, find_metrics
from ..refusal import Misuse, Refusal, unknown_name
from ..scoring.columns import neural
from ..scoring.models import OWN_MODEL, Model
from ..segment import Batch
from ..statistics import SEED
from .evidence import count, differences, outcomes, outcomes_of_sacrebleu, pairs_of, standings
from .matching import systems_of
from .shape import TESTS, Comparison, Difference, Segment, Standing, Test

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["DEFAULT_METRICS", "TESTS", "Comparison", "Difference", "Segment", "Standing", "compare"]

DEFAULT_METRICS = ("bleu", "chrf++", "ter")
_MANY = 2_000  # texts at which the slow engine is worth a word
_SAMPLES: dict[Test, int] = {"permutation": 10_000, "bootstrap": 1000, "randomization": 10_000}


def compare(
    *tables: "str | Path | Batch | pd.DataFrame",
    metrics: str | Sequence[str | Metric] = DEFAULT_METRICS,
    test: Test = "permutation",
    samples: int | None = None,
    seed: int = SEED,
    cluster_by: Literal["document"] | None = None,
    all_pairs: bool = False,
    confidence: float = 0.95,
    shown: int = 5,
    model: str | Path | None = None,
    encoder: str | Path | None = None,
    revision: str | None = None,
    online: bool = False,
    precision: str = "fp32",
    over_long: str = "refuse",
    say: Callable[[str], None] | None = None,
) -> Comparison:
    """The comparison of all systems in the tables with the first one, or, with `all_pairs`, of each with each.

    Tables are paths, batches or frames: one a system, or with a column `system`. All must hold the same segments. The
    test is a two-sided paired permutation of segments, or of whole documents with `cluster_by`: needed when the claim
    is about other documents than these. p-values are adjusted by Holm over metrics and pairs. Intervals are bootstrap
    intervals at `confidence` (scores percentile, differences BCa). `samples` None: 10,000 swaps, 1,000 for sacrebleu's
    bootstrap. `shown` segments that changed most are named on either side. The options from `model` on are for neural
    metrics, as in `score`; `say` hears what takes long. The same input gives the same numbers.
    Refuses other segments, references or sources; a single system; documents without names.
    """
    chosen, given = _chosen(metrics), Model(model, encoder, revision, online, precision, over_long)
    if given != OWN_MODEL and not neural(chosen):
        raise Misuse("a model is given, and no metric reads one", mend="add -m comet, cometkiwi or xcomet")
    _check(
        test, samples=samples, seed=seed, shown=shown, all_pairs=all_pairs, cluster_by=cluster_by, confidence=confidence
    )
    batches = systems_of(tables, with_references=any("references" in metric.needs for metric in chosen))
    names, first = tuple(batches), next(iter(batches.values()))
    clusters = _documents(first) if cluster_by else None
    _warn(say, chosen, len(names) * len(first))
    drawn = samples or _SAMPLES[test]
    table = count(batches, chosen, clusters, seed=seed, model=given)
    pairs = pairs_of(names, all_pairs=all_pairs)
    estimates: dict[tuple[str, str], tuple[float, float]] = {}
    if test == "permutation":
        found = outcomes(table, pairs, chosen, samples=drawn, seed=seed)
    else:
        found, estimates = outcomes_of_sacrebleu(table, names, chosen, test=test, samples=drawn, seed=seed)
    return Comparison(
        systems=names,
        segments=len(first),
        units=len(set(clusters)) if clusters else len(first),
        cluster_by=cluster_by,
        test=test,
        samples=drawn,
        seed=seed,
        confidence=confidence,
        standings=standings(table, confidence=confidence, estimates=estimates),
        differences=differences(
            table, pairs, chosen, found, (first.id, first.document), confidence=confidence, shown=shown
        ),
    )


def _chosen(metrics: str | Sequence[str | Metric]) -> tuple[Metric, ...]:
    if isinstance(metrics, str):
        return find_metrics(metrics)
    chosen = tuple(dict.fromkeys(map(find_metric, metrics)))
    if not chosen:
        raise Misuse("no metric asked for", mend="name one: chrf++")
    return chosen


def _warn(say: Callable[[str], None] | None, metrics: Sequence[Metric], texts: int) -> None:
    if say is not None and texts >= _MANY and (slow := slowed(metrics)):
        say(slow)


def _check(
    test: str,
    *,
    samples: int | None,
    seed: int,
    shown: int,
    all_pairs: bool,
    cluster_by: str | None,
    confidence: float,
) -> None:
    if test not in TESTS:
        raise unknown_name("test", test, TESTS)
    if samples is not None and samples < 1:
        raise Misuse(f"at least one sample is needed, not {samples}")
    if seed < 0 or shown < 0:
        raise Misuse(f"seed and shown are not negative: {seed}, {shown}")
    if not 0.0 < confidence < 1.0:
        raise Misuse(f"confidence is a share between 0 and 1, not {confidence:g}", mend="0.95 is usual")
    if cluster_by not in (None, "document"):
        raise unknown_name("cluster", str(cluster_by), ["document"])
    if test != "permutation" and (all_pairs or cluster_by):
        raise Misuse(
            f"sacrebleu's {test} compares segments with the first system only", mend="leave --test at permutation"
        )


def _documents(batch: Batch) -> Sequence[str]:
    """The document of each segment; refuses segments without one, and a single document."""
    nameless = [row for row, document in enumerate(batch.document) if not document]
    if nameless:
        raise Refusal(
            f"{len(nameless)} of {len(batch)} segments have no document (first: {batch.id[nameless[0]]!r})",
            mend="fill the column document, or compare by segment",
        )
    if len(set(batch.document)) < 2:
        raise Refusal(f"all {len(batch)} segments are of one document", mend="compare by segment")
    return batch.document
