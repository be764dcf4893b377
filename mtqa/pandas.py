"""Frames with the verbs of the house, after `import mtqa.pandas`: `frame.mtqa.score()`, `.errors()`, `.assess()` …

A frame has the columns of the input tables under any of their names (`mt` and `ref` are understood); what is said of
the verbs of the face is true of these. Nothing is registered before the import, so that `import mtqa` stays light.

>>> import mtqa.pandas
>>> frame.mtqa.score("chrf++,ter")  # doctest: +SKIP
>>> frame.mtqa.assess(kind="correction").summary.penalty  # doctest: +SKIP
"""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pandas as pd

from .formats import NEEDS_HYPOTHESIS, batch_of_frame
from .metric import Metric
from .segment import Batch, ReferenceKind

if TYPE_CHECKING:
    from .assessment import Assessment
    from .compare import Comparison
    from .hygiene import Notice
    from .notebook import Shown
    from .termbase import Termbase

__all__ = ["FrameVerbs"]

Metrics = str | Sequence[str | Metric]


class FrameVerbs:
    """The verbs of a frame of segments, one row a segment; `frame.mtqa` is this."""

    def __init__(self, frame: pd.DataFrame) -> None:
        self._frame = frame

    def batch(self, kind: ReferenceKind | None = None) -> Batch:
        """The rows as a batch, in order; a column of references may be missing."""
        return batch_of_frame(self._frame, needs=NEEDS_HYPOTHESIS, kind=kind)

    def score(
        self, metrics: Metrics = ("chrf++", "ter"), *, mean: bool = False, model: str | Path | None = None
    ) -> pd.DataFrame:
        """One row a segment with the index of the frame, one column a metric; `.attrs["signature"]` says how made.

        As `mtqa.score`, which has more options.
        """
        from .scoring import score

        return score(self._frame, metrics, mean=mean, model=model)

    def errors(
        self, *, kind: str = "auto", language: str = "auto", termbase: "str | Path | Termbase | None" = None
    ) -> pd.DataFrame:
        """One row an error span, in the order of the rows; against an independent reference they are differences.

        As `mtqa.errors`.
        """
        from .rules import errors

        return errors(self._frame, kind=kind, language=language, termbase=termbase)

    def assess(
        self,
        *,
        kind: str = "auto",
        metrics: Sequence[str | Metric] | None = None,
        profile: str = "mqm-core",
        termbase: "str | Path | Termbase | None" = None,
    ) -> "Assessment":
        """The rows as one delivery, assessed: scored, diagnosed, summarised. As `mtqa.assess`."""
        from .assess import DEFAULT_METRICS, assess

        chosen = DEFAULT_METRICS if metrics is None else metrics
        return assess(self._frame, kind=kind, metrics=chosen, profile=profile, termbase=termbase)

    def compare(
        self,
        *others: pd.DataFrame,
        metrics: Metrics = ("bleu", "chrf++", "ter"),
        cluster_by: Literal["document"] | None = None,
        all_pairs: bool = False,
    ) -> "Comparison":
        """This frame, the baseline, against others of the same segments; or the systems of its column `system`.

        As `mtqa.compare`, which has more options.
        """
        from .compare import compare

        return compare(self._frame, *others, metrics=metrics, cluster_by=cluster_by, all_pairs=all_pairs)

    def inspect(self) -> "tuple[Notice, ...]":
        """Whatever is odd about the texts, before anything is judged. As `mtqa.inspect`."""
        from .hygiene import inspect

        return inspect(self.batch())

    def show(self, *ids: str) -> "Shown":
        """The rows, or those of the ids, each with its plain differences from its first reference; for a notebook."""
        from .notebook import show

        return show(self.batch(), *ids)


pd.api.extensions.register_dataframe_accessor("mtqa")(FrameVerbs)
