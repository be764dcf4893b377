"""Who computes a metric: engines that count sufficient statistics, and the fold from statistics to scores.

Every segment is counted once. Its statistics give its own score, and summed they give the score of a document, a
system, or a resample. All engines give the same statistics; the first one that can serves.
"""

import os
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import TYPE_CHECKING, Literal

from .. import __version__
from ..kernels.texts import References, Texts
from ..metric import METRICS, Metric, Signature
from ..refusal import Unavailable, unknown_name
from . import native, sacrebleu
from .columns import Hypotheses, ReferenceRows, check
from .fold import fold, row_scores, width
from .signature import Fingerprint, complete, data_hash

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = [
    "ENGINES",
    "Fingerprint",
    "Service",
    "Statistics",
    "data_hash",
    "fold",
    "mean_over_references",
    "scores_of",
    "segment_scores",
    "server",
    "serving",
    "signature",
    "signature_of",
    "slowed",
    "statistics",
    "statistics_of",
    "which",
]

# In the order in which they are asked.
ENGINES: tuple[ModuleType, ...] = (native, sacrebleu)


@dataclass(frozen=True, slots=True)
class Statistics:
    """What was counted: `values` is `(segments, width)` float64, one row a segment, in the order given.

    Counts are whole numbers, exact in float64; only the mean reference length of TER has fractions. `nrefs` is the
    number of references, "var" where it varies. `engine` counted, in `engine_version`; the numbers are those of
    sacrebleu `version`.
    """

    metric: Metric
    values: "NDArray[np.float64]"
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
    hypotheses: Hypotheses,
    references: ReferenceRows,
    *,
    engine: str | None = None,
    threads: int = 0,
) -> Statistics:
    """The sufficient statistics of every segment, equal to sacrebleu's; no segments give no rows.

    `references[i]` are the references of segment i, at least one; their number may vary. `engine` names one engine
    (also: the environment variable MTQA_ENGINE), otherwise the first that can serves, on `threads` threads (0: all
    cores); the numbers do not depend on it. Columns may be lists, or `Texts` and `References` of `mtqa.kernels.texts`
    (made from Arrow without a copy). Refuses columns of unequal length, segments without a reference, and texts that
    are not text.
    """
    return statistics_of((metric,), hypotheses, references, engine=engine, threads=threads)[0]


def statistics_of(
    metrics: Sequence[Metric],
    hypotheses: Hypotheses,
    references: ReferenceRows,
    *,
    engine: str | None = None,
    threads: int = 0,
) -> tuple[Statistics, ...]:
    """`statistics` of several metrics over the same segments: columns are read once.

    chrF comes out of chrF++ where both are asked with the same options and every segment has one reference (with
    several, the best reference of one need not be that of the other).
    """
    nrefs = check(hypotheses, references)
    chosen = [_choose(metric, engine) for metric in metrics]
    if native in chosen:
        hypotheses, references = _columns(hypotheses, references)
    found: dict[Metric, Statistics] = {}
    for metric, serves in sorted(zip(metrics, chosen, strict=True), key=lambda pair: -width(pair[0])):
        natively = [other for other, stats in found.items() if stats.engine == native.NAME]
        wider = _wider(metric, natively) if nrefs == "1" and serves is native else None
        if wider is not None:
            values = found[wider].values[:, : width(metric)]
        else:
            values = serves.count(metric, hypotheses, references, width=width(metric), threads=threads)
        found[metric] = Statistics(metric, values, serves.NAME, _engine_version(serves), _reproduced(serves), nrefs)
    return tuple(found[metric] for metric in metrics)


def scores_of(
    metrics: Sequence[Metric],
    hypotheses: Hypotheses,
    references: ReferenceRows,
    *,
    engine: str | None = None,
    threads: int = 0,
) -> "tuple[array[float], ...]":
    """`segment_scores` of several metrics over the same segments, whose statistics nobody needs.

    Where the native engine serves them all this needs no numpy, which takes longer to import than a small table to
    score.
    """
    nrefs = check(hypotheses, references)
    chosen = [_choose(metric, engine) for metric in metrics]
    ours, theirs = _columns(hypotheses, references)
    natively = all(serves is native for serves in chosen) and len(hypotheses)
    if not (natively and isinstance(ours, Texts) and isinstance(theirs, References)):
        counted = statistics_of(metrics, hypotheses, references, engine=engine, threads=threads)
        return tuple(array("d", segment_scores(stats).tobytes()) for stats in counted)
    found: dict[Metric, array[float]] = {}
    for metric in sorted(metrics, key=width, reverse=True):
        wider = _wider(metric, found) if nrefs == "1" else None
        found[metric] = found[wider] if wider else native.counted(metric, ours, theirs, threads=threads)
    rows = len(ours)
    return tuple(native.scores(metric, found[metric], rows, len(found[metric]) // rows) for metric in metrics)


def _columns(hypotheses: Hypotheses, references: ReferenceRows) -> tuple[Hypotheses, ReferenceRows]:
    """Kernel columns, or the same lists where a lone surrogate stands in the way."""
    try:
        return Texts.of(hypotheses), References.of(references)
    except UnicodeEncodeError:
        return hypotheses, references


def _wider(metric: Metric, counted: Iterable[Metric]) -> Metric | None:
    """The same chrF with more word orders, if it was counted: the statistics of `metric` are the first of its own."""
    if metric.key not in ("chrf", "chrf++"):
        return None
    for other in counted:
        if other.key in ("chrf", "chrf++"):
            words = int(other.parameter("word_order"))
            same = metric.given(word_order=words).parameters == other.parameters
            if same and words >= int(metric.parameter("word_order")):
                return other
    return None


def segment_scores(stats: Statistics) -> "NDArray[np.float64]":
    """One score a segment, `(segments,)`, equal to sacrebleu's `sentence_score` (BLEU: with effective order)."""
    import numpy as np

    if stats.engine != native.NAME:
        return row_scores(stats.metric, stats.values)
    values = np.ascontiguousarray(stats.values)
    return np.frombuffer(native.scores(stats.metric, values, *values.shape), np.float64)


def mean_over_references(
    metric: Metric,
    hypotheses: Hypotheses,
    references: ReferenceRows,
    *,
    engine: str | None = None,
    threads: int = 0,
) -> "NDArray[np.float64]":
    """One score a segment: the mean of its scores against each single reference, `(segments,)`.

    It agrees better with human judgement than the metric's own best-of-references value.
    """
    import numpy as np

    check(hypotheses, references)
    counts = [len(row) for row in references]
    each_hypothesis = [text for text, count in zip(hypotheses, counts, strict=True) for _ in range(count)]
    each_reference = [(reference,) for row in references for reference in row]
    scores = segment_scores(statistics(metric, each_hypothesis, each_reference, engine=engine, threads=threads))
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
        mtqa=__version__,
        level=level,
        normaliser=normaliser,
        data=data,
        segments=len(stats),
    )


def signature_of(
    metric: Metric,
    *,
    nrefs: str,
    segments: int,
    data: str,
    level: Literal["corpus", "segment"],
    engine: str | None = None,
) -> Signature:
    """The same of scores whose statistics are not at hand: who would serve the metric now has served it."""
    serves = _choose(metric, engine)
    return complete(
        metric,
        nrefs=nrefs,
        version=_reproduced(serves),
        engine=f"{serves.NAME}-{_engine_version(serves)}",
        mtqa=__version__,
        level=level,
        normaliser="none",
        data=data,
        segments=segments,
    )


def server(metric: Metric, *, engine: str | None = None) -> str:
    """The name of the engine that serves a metric here; refused where none can."""
    return str(_choose(metric, engine).NAME)


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


def slowed(metrics: Iterable[Metric], *, engine: str | None = None) -> str | None:
    """Who has to do the work of the native engine, and why: a sentence for whoever has much to count, None if nobody.

    Metrics that only models compute are passed over.
    """
    told: dict[str, list[str]] = {}
    for metric in metrics:
        if metric.key in ("bleu", "chrf", "chrf++", "ter") and server(metric, engine=engine) != native.NAME:
            told.setdefault(native.unavailable(metric) or "another engine was asked for", []).append(metric.name)
    if not told:
        return None
    reasons = "; ".join(f"{', '.join(names)}: {reason}" for reason, names in told.items())
    return f"sacrebleu counts, about 100 times slower than the native engine ({reasons}); see 'mtqa doctor'"


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


def _engine_version(engine: ModuleType) -> str:
    return str(engine.version())


def _reproduced(engine: ModuleType) -> str:
    """The version of sacrebleu whose numbers an engine gives."""
    return str(getattr(engine, "REPRODUCES", None) or engine.version())
