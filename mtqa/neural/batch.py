"""Neural scores of a batch, and the errors that a model marked, as errors of the diagnosis."""

from collections.abc import Callable, Sequence

from ..mqm import ErrorSpan
from ..refusal import Refusal
from ..segment import Batch, Span
from .scorer import NeuralScores, Scorer

__all__ = ["error_spans", "score_batch"]


def score_batch(
    scorer: Scorer,
    batch: Batch,
    *,
    languages: Sequence[str] = (),
    progress: Callable[[float], None] | None = None,
) -> NeuralScores:
    """The scores of a batch's segments, in its order; refusals name its ids.

    References are read where the metric reads them; XCOMET reads them where every segment has one. A batch with
    segments that cannot be scored (no source, no reference, an empty text) is refused: take the others first.
    """
    referenced = any(batch.references) or "references" in scorer.metric.needs
    references = batch.references if referenced else None
    return scorer.score(
        batch.hypothesis, batch.source, references, ids=batch.id, languages=languages, progress=progress
    )


def error_spans(scores: NeuralScores, batch: Batch) -> tuple[ErrorSpan, ...]:
    """What the model marked, in batch order, for the diagnosis: where and how bad; it does not say what kind.

    The category is `other/other`, the rule `neural/xcomet` (or the metric's key), the severity the model's own. No
    correction is proposed: `correction` is empty and `reference` an empty span at 0, so these errors cannot be
    replayed. Scores without spans give none; scores of another batch are refused.
    """
    if len(scores) != len(batch):
        raise Refusal(f"{len(scores)} scores for {len(batch)} segments", mend="give the batch that was scored")
    if scores.spans is None:
        return ()
    made_by = dict(scores.signature.parts)
    model = f"{made_by['model']} {made_by['sha256']}"
    found = []
    for segment, marked in zip(batch, scores.spans, strict=True):
        for one in marked:
            found.append(
                ErrorSpan(
                    id=segment.id,
                    hypothesis=one.span,
                    reference=Span(0, 0),
                    text=one.text,
                    correction="",
                    category="other/other",
                    severity=one.severity,
                    severity_basis=f"{scores.metric.name}'s own label",
                    rule=f"neural/{scores.metric.key}",
                    evidence=(f"model {model}", f"probability {one.confidence:.2f}"),
                    explanation=f"{scores.metric.name} calls it a {one.severity} error; of what kind it does not say.",
                    confidence=one.confidence,
                    reference_kind=batch.reference_kind,
                    document=segment.document,
                    system=segment.system,
                )
            )
    return tuple(found)
