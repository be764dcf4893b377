"""Who computes a metric: engines that count sufficient statistics, and the fold from statistics to scores.

Every segment is counted once. Its statistics give its own score, and summed they give the score of a document, a
system, or a resample. All engines give the same statistics; the first one that can serves.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from types import ModuleType
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ..metric import METRICS, Metric, Signature
from ..refusal import Refusal, Unavailable, unknown_name
from . import sacrebleu
from .fold import fold, row_scores, width
from .signature import Fingerprint, complete, data_hash

__all__ = [
    "ENGINES",
    "Fingerprint",
    "Service",
    "Statistics",
    "data_hash",
    "fold",
    "mean_over_references",
    "segment_scores",
    "serving",
    "signature",
    "statistics",
    "which",
]

# In the order in which they are asked.
ENGINES: tuple[ModuleType, ...] = (sacrebleu,)


@dataclass(frozen=True, slots=True)
class Statistics:
    """What was counted: `values` is `(segments, width)` float64, one row a segment, in the order given.

    Counts are whole numbers, exact in float64; only the mean reference length of TER has fractions. `nrefs` is the
    number of references, "var" where it varies. `engine` counted, in `engine_version`; the numbers are those of
    sacrebleu `version`.
    """

    metric: Metric
    values: NDArray[np.float64]
    engine: str
    engine_version: str
    version: str
    nrefs: str

    def __len__(self) -> int:
        return len(self.values)


@dataclass(frozen=True, slots=True)
class Service:
    """Who serves a metric here: `engine` and its version (None if nobody), and why the others cannot."""

    metric: Metric
    engine: str | None
    engine_version: str | None
    refused: tuple[tuple[str, str], ...]


def statistics(
    metric: Metric,
    hypotheses: Sequence[str],
    references: Sequence[tuple[str, ...]],
    *,
    engine: str | None = None,
) -> Statistics:
    """The sufficient statistics of every segment, equal to sacrebleu's; no segments give no rows.

    `references[i]` are the references of segment i, at least one; their number may vary. `engine` names one engine
    (also: the environment variable MTQA_ENGINE), otherwise the first that can serves. Refuses columns of unequal
    length, segments without a reference, and texts that are not text.
    """
    nrefs = _check(hypotheses, references)
    chosen = _choose(metric, engine)
    values = chosen.count(metric, hypotheses, references, width=width(metric))
    return Statistics(metric, values, chosen.NAME, _engine_version(chosen), _reproduced(chosen), nrefs)


def segment_scores(stats: Statistics) -> NDArray[np.float64]:
    """One score a segment, `(segments,)`, equal to sacrebleu's `sentence_score` (BLEU: with effective order)."""
    return row_scores(stats.metric, stats.values)


def mean_over_references(
    metric: Metric,
    hypotheses: Sequence[str],
    references: Sequence[tuple[str, ...]],
    *,
    engine: str | None = None,
) -> NDArray[np.float64]:
    """One score a segment: the mean of its scores against each single reference, `(segments,)`.

    It agrees better with human judgement than the metric's own best-of-references value.
    """
    _check(hypotheses, references)
    counts = [len(row) for row in references]
    each_hypothesis = [text for text, count in zip(hypotheses, counts, strict=True) for _ in range(count)]
    each_reference = [(reference,) for row in references for reference in row]
    scores = segment_scores(statistics(metric, each_hypothesis, each_reference, engine=engine))
    if not counts:
        return scores
    starts = np.concatenate([[0], np.cumsum(counts)[:-1]]).astype(np.intp)
    means: NDArray[np.float64] = np.add.reduceat(scores, starts) / np.asarray(counts)
    return means


def signature(
    stats: Statistics, *, data: str, normaliser: str = "none", level: Literal["corpus", "segment"] = "corpus"
) -> Signature:
    """The identity of the scores made from these statistics; `data` is the `data_hash` of what was counted.

    The levels differ: corpus BLEU is folded without effective order, segment BLEU with it.
    """
    return complete(
        stats.metric,
        nrefs=stats.nrefs,
        version=stats.version,
        engine=f"{stats.engine}-{stats.engine_version}",
        mtqa=_own_version(),
        level=level,
        normaliser=normaliser,
        data=data,
        segments=len(stats),
    )


def serving(metric: Metric, *, engine: str | None = None) -> Service:
    """Who would compute this metric now; asks every engine."""
    refused: list[tuple[str, str]] = []
    chosen: ModuleType | None = None
    for candidate in _candidates(engine):
        reason = candidate.unavailable(metric)
        if reason is not None:
            refused.append((candidate.NAME, reason))
        elif chosen is None:
            chosen = candidate
    if chosen is None:
        return Service(metric, None, None, tuple(refused))
    return Service(metric, chosen.NAME, _engine_version(chosen), tuple(refused))


def which() -> tuple[Service, ...]:
    """Who serves each metric that is counted here, in the order of the table of metrics."""
    return tuple(serving(metric) for metric in METRICS.values() if metric.key in ("bleu", "chrf", "chrf++", "ter"))


def _candidates(engine: str | None) -> tuple[ModuleType, ...]:
    wanted = engine or os.environ.get("MTQA_ENGINE") or None
    if wanted is None:
        return ENGINES
    found = tuple(candidate for candidate in ENGINES if wanted == candidate.NAME)
    if not found:
        raise unknown_name("engine", wanted, [candidate.NAME for candidate in ENGINES])
    return found


def _choose(metric: Metric, engine: str | None) -> ModuleType:
    reasons: list[str] = []
    for candidate in _candidates(engine):
        reason = candidate.unavailable(metric)
        if reason is None:
            return candidate
        reasons.append(f"{candidate.NAME}: {reason}")
    raise Unavailable(f"no engine computes {metric.name}: " + "; ".join(reasons))


@cache
def _own_version() -> str:
    return version("mtqa")


def _engine_version(engine: ModuleType) -> str:
    return str(engine.version())


def _reproduced(engine: ModuleType) -> str:
    """The version of sacrebleu whose numbers an engine gives."""
    return str(getattr(engine, "REPRODUCES", None) or engine.version())


def _check(hypotheses: Sequence[str], references: Sequence[tuple[str, ...]]) -> str:
    """Refuses what cannot be counted; gives the number of references, "var" where it varies."""
    if len(hypotheses) != len(references):
        raise Refusal(
            f"{len(hypotheses)} hypotheses, {len(references)} rows of references", mend="pair them line by line"
        )
    counts: set[int] = set()
    for row, (hypothesis, texts) in enumerate(zip(hypotheses, references, strict=True)):
        if not isinstance(hypothesis, str):
            raise _not_text("hypothesis", row, hypothesis)
        if not isinstance(texts, tuple | list):
            raise Refusal(
                f"row {row + 1}: a tuple of references wanted, {type(texts).__name__} found", mend="write (reference,)"
            )
        for text in texts:
            if not isinstance(text, str):
                raise _not_text("reference", row, text)
        counts.add(len(texts))
    if 0 in counts:
        row = next(position for position, texts in enumerate(references) if not texts)
        raise Refusal(f"row {row + 1}: no reference", mend="score only the segments that have one")
    return str(counts.pop()) if len(counts) == 1 else "var" if counts else "0"


def _not_text(column: str, row: int, value: object) -> Refusal:
    found = "nothing" if value is None or value != value else type(value).__name__
    return Refusal(f"row {row + 1}: {column} is text wanted, {found} found", mend="fill the cell or drop the row")
