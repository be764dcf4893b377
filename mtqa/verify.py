"""Recompute a saved assessment and compare: are these still the numbers of these texts?"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from .assessment import Assessment
from .engines import Statistics, fold, segment_scores
from .scoring.models import OWN_MODEL, Model, counted, modelled
from .summary import Measured, measure

__all__ = ["Verification", "verify"]

TOLERANCE = 1e-9  # the last bits of exp and log differ between machines; anything more is another number
OF_MODELS = 1e-6  # the same in fp32 over many layers, batched otherwise


@dataclass(frozen=True, slots=True)
class Verification:
    """What was recomputed: `scores` segment scores, and `differences`, one sentence each; none means verified."""

    scores: int
    differences: tuple[str, ...]


def verify(assessment: Assessment, *, model: Model = OWN_MODEL) -> Verification:
    """Score the texts of an assessment again with the engine of this installation, neural metrics with `model`.

    Other texts (the data hash), another signature, and every score off by more than 1e-9 (of a model: 1e-6) are
    differences; so are corpus scores, segment means and normalised values of the summary, of metrics that are counted.
    Results of models that were kept on disk are not asked: they are computed again.
    """
    metrics = tuple(score.metric for score in assessment.summary.scores)
    counts = measure(assessment.batch, assessment.status, counted(metrics))
    paired = assessment.batch.take(counts.paired)
    again = replace(counts, modelled=modelled(metrics, paired, replace(model, cache=False)).scores)
    fresh_signatures, fresh_scores = again.signatures(), again.segment_scores()
    differences: list[str] = []
    for name, signature in assessment.signatures.items():
        old, new = dict(signature.parts), dict(fresh_signatures[name].parts)
        differences += [
            f"{name}: {key} was {old.get(key)}, is {new.get(key)}" for key in new if old.get(key) != new[key]
        ]
        least = TOLERANCE if name in {metric.name for metric in counted(metrics)} else OF_MODELS
        differences += _off(name, assessment, fresh_scores[name], least)
    differences += _folded_off(assessment, again)
    return Verification(sum(len(column) for column in fresh_scores.values()), tuple(differences))


def _off(name: str, assessment: Assessment, fresh: tuple[float | None, ...], least: float) -> Iterator[str]:
    saved = assessment.segment_scores[name]
    for segment, old, new in zip(assessment.batch.id, saved, fresh, strict=True):
        if (old is None) != (new is None) or (old is not None and new is not None and abs(old - new) > least):
            yield f"{name}: segment {segment} was {old}, is {new}"


def _folded_off(assessment: Assessment, again: Measured) -> Iterator[str]:
    """What the summary says of the whole, and what the fresh statistics fold to."""
    summary = assessment.summary
    for level, saved, counted_now, made in (
        ("corpus score", summary.scores, again.statistics, _corpus),
        ("segment mean", summary.segment_means, again.statistics, _mean),
        ("normalised score", summary.normalised, again.normalised, _corpus),
    ):
        fresh = {each.metric.name: made(each) for each in counted_now}
        for score in saved:
            new = fresh.get(score.metric.name)
            if new is not None and not abs(score.value - new) <= TOLERANCE:
                yield f"{score.metric.name}: {level} was {score.value}, is {new}"


def _corpus(stats: Statistics) -> float:
    return float(fold(stats.metric, stats.values.sum(axis=0)))


def _mean(stats: Statistics) -> float:
    return float(segment_scores(stats).mean())
