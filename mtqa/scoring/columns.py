"""The columns of a chunk as engines like them best, and which metrics are models."""

from collections.abc import Iterable

from ..engines.columns import Hypotheses, ReferenceRows
from ..formats import Chunk
from ..formats.arrow import ArrowReferences, ArrowTexts
from ..kernels.texts import References, Texts
from ..metric import Metric

__all__ = ["is_neural", "kernel_columns", "neural", "reads_references"]


def is_neural(metric: Metric) -> bool:
    """Whether a model computes the metric: all of them read the source, which nothing that is counted does."""
    return "source" in metric.needs


def neural(metrics: Iterable[Metric]) -> bool:
    """Whether a model computes any of them."""
    return any(map(is_neural, metrics))


def reads_references(metric: Metric) -> bool:
    """Whether the metric reads references where there are any; only COMETKiwi does not."""
    return metric.key != "cometkiwi"


def kernel_columns(chunk: Chunk) -> tuple[Hypotheses, ReferenceRows]:
    """Hypotheses and references as engines like them best: Arrow's buffers where the chunk lives there."""
    hypotheses: Hypotheses = chunk.hypothesis
    references: ReferenceRows = chunk.references
    if isinstance(hypotheses, ArrowTexts):
        hypotheses = Texts.from_arrow(hypotheses.__arrow_array__())
    if isinstance(references, ArrowReferences):
        references = References.from_arrow(references.__arrow_array__())
    return hypotheses, references
