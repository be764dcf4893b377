"""The neural metrics of a run: each model is opened once and scores chunk by chunk."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..formats import Chunk, batch_of_chunks
from ..metric import Metric, Signature
from ..refusal import Misuse
from .columns import is_neural

if TYPE_CHECKING:
    from ..neural import DataHash, NeuralScores, Scorer

__all__ = ["NO_MODELS", "Model", "Models", "mean_score", "opened"]

Progress = Callable[[float], None]
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Model:
    """Which checkpoint computes the neural metrics of a run, and how; the options are those of `neural.open_scorer`.

    `path` None: the model of the metric itself.
    """

    path: str | Path | None = None
    encoder: str | Path | None = None
    revision: str | None = None
    online: bool = False
    precision: str = "fp32"
    over_long: str = "refuse"
    cache: Path | bool = True


def _unheard(notice: str) -> None:
    """What is done with notices when nobody listens."""


def _unseen(label: str) -> Progress | None:
    """What is done with the progress when nobody looks."""
    return None


@dataclass(frozen=True, slots=True, eq=False)
class Models:
    """The opened models, by metric. `say` hears each notice on the model or the texts once.

    `progress` is given a label for every chunk, and gives what is told the share that is done, or None.
    """

    scorers: Mapping[Metric, "Scorer"] = field(default_factory=dict)
    say: Callable[[str], None] = _unheard
    progress: Callable[[str], Progress | None] = _unseen
    _said: set[str] = field(default_factory=set, init=False, repr=False)

    def values(self, metric: Metric, chunk: Chunk) -> NDArray[np.float64]:
        """The scores of a chunk's segments by one of the models, in order, `(rows,)`."""
        from ..neural import score_batch

        scorer, rows = self.scorers[metric], f"rows {chunk.rows[0]:,} to {chunk.rows[-1]:,}"
        scored = score_batch(scorer, batch_of_chunks([chunk]), progress=self.progress(f"{metric.name}, {rows}"))
        for notice in (*scored.notices, *_on_length(scored, chunk)):
            self._tell(notice if notice in scorer.notices else f"{rows}: {notice}")
        return scored.values

    def _tell(self, notice: str) -> None:
        if notice not in self._said:
            self._said.add(notice)
            self.say(notice)

    def signature(self, metric: Metric, references: Sequence[int]) -> Signature:
        """The signature of one of the models over segments with these numbers of references, data still to be said."""
        texts = [""] * len(references)
        return self.scorers[metric].signature(texts, texts, [("",) * count for count in references])

    @staticmethod
    def data_hash() -> "DataHash":
        """A hash of what a model reads, still of nothing."""
        from ..neural import DataHash

        return DataHash()


NO_MODELS = Models()


@contextmanager
def opened(
    metrics: Sequence[Metric],
    model: Model,
    *,
    say: Callable[[str], None] = _unheard,
    progress: Callable[[str], Progress | None] = _unseen,
) -> Iterator[Models]:
    """The models of the neural metrics among `metrics`, opened; none are, and nothing is imported, where none is asked.

    Refuses options of a model where no metric has one, and what `neural.open_scorer` refuses.
    """
    asked = [metric for metric in metrics if is_neural(metric)]
    if not asked:
        if model != Model():
            raise Misuse("a model is given, and no metric reads one", mend="add -m comet, cometkiwi or xcomet")
        yield NO_MODELS
        return
    from ..neural import open_scorer

    scorers: dict[Metric, Scorer] = {}
    try:
        for metric in asked:
            scorers[metric] = open_scorer(
                metric,
                model=model.path,
                encoder=model.encoder,
                revision=model.revision,
                online=model.online,
                precision=model.precision,
                over_long=model.over_long,
                cache=model.cache,
            )
        yield Models(scorers, say, progress)
    finally:
        for scorer in scorers.values():
            scorer.cache.close()


def mean_score(sums: NDArray[np.float64]) -> NDArray[np.float64]:
    """The fold of a neural metric, `(..., 2) -> (...)`: summed scores over their number."""
    means: NDArray[np.float64] = sums[..., 0] / sums[..., 1]
    return means


def _on_length(scored: "NeuralScores", chunk: Chunk) -> tuple[str, ...]:
    """A notice on the segments that were not read whole or not at once; none where all were."""
    cut = scored.truncated.segments
    if not cut:
        return ()
    named = ", ".join(chunk.id[position] for position in cut[:_SHOWN]) + (", …" if len(cut) > _SHOWN else "")
    done = {"cut": "the rest is not read", "pool": "read in parts"}[scored.truncated.policy]
    what = f"{len(cut)} of {len(chunk)} segments are longer than the model reads, {scored.truncated.limit} tokens"
    return (f"{what} ({named}): {done}",)
