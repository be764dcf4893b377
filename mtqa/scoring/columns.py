"""Which metrics are models, and what they read."""

from collections.abc import Iterable

from ..metric import Metric

__all__ = ["is_neural", "neural", "reads_references"]


def is_neural(metric: Metric) -> bool:
    """Whether a model computes the metric: all of them read the source, which nothing that is counted does."""
    return "source" in metric.needs


def neural(metrics: Iterable[Metric]) -> bool:
    """Whether a model computes any of them."""
    return any(map(is_neural, metrics))


def reads_references(metric: Metric) -> bool:
    """Whether the metric reads references where there are any; only COMETKiwi does not."""
    return metric.key != "cometkiwi"
