"""The neural metrics of a run: each model is opened once and scores chunk by chunk."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from ..formats import Chunk, batch_of_chunks
from ..metric import Metric, Signature
from ..refusal import Misuse
from ..segment import Batch
from .columns import is_neural

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ..hygiene import Notice
    from ..kernels.buffers import Buffer
    from ..mqm import ErrorSpan
    from ..neural import DataHash, NeuralScores, Scorer

__all__ = [
    "NO_MODELS",
    "OWN_MODEL",
    "Model",
    "Modelled",
    "Models",
    "Shown",
    "beside_one",
    "counted",
    "mean_score",
    "modelled",
    "opened",
    "unseen",
]

Progress = Callable[[float], None]
Shown = Callable[[str], Progress | None]
_SHOWN = 5
_GUESSED = 2_000  # characters; more make a guess no surer
_ENOUGH = 20  # segments; to guess the languages of fewer would take longer than their scores


@dataclass(frozen=True, slots=True)
class Model:
    """Which checkpoint computes the neural metrics of a run, and how; the options are those of `neural.open_scorer`.

    `path` None: the model of the metric itself. `device` is cpu, cuda (also cuda:1), or auto: cuda where there is one.
    `engine` is native or upstream; None: the first that can.
    """

    path: str | Path | None = None
    encoder: str | Path | None = None
    revision: str | None = None
    online: bool = False
    precision: str = "fp32"
    over_long: str = "refuse"
    cache: Path | bool = True
    device: str = "cpu"
    engine: str | None = None


def _unheard(notice: str) -> None:
    """What is done with notices when nobody listens."""


def unseen(label: str) -> Progress | None:
    """What is done with the progress when nobody looks."""
    return None


OWN_MODEL = Model()


@dataclass(frozen=True, slots=True, eq=False)
class Models:
    """The opened models, by metric. `say` hears each notice on the model or the texts once.

    `progress` is given a label for every chunk, and gives what is told the share that is done, or None.

    Sent to another machine they are opened there, from the same `model`; what is said there is kept for `overheard`.
    """

    scorers: Mapping[Metric, "Scorer"] = field(default_factory=dict)
    say: Callable[[str], None] = _unheard
    progress: Shown = unseen
    model: Model = OWN_MODEL
    heard: list[str] = field(default_factory=list, repr=False)
    _said: set[str] = field(default_factory=set, init=False, repr=False)
    _turn: Lock = field(default_factory=Lock, init=False, repr=False)
    _spoken: list[tuple[str, ...]] = field(default_factory=list, init=False, repr=False)

    def __reduce__(self) -> tuple[object, ...]:
        return _open_elsewhere, (tuple(self.scorers), replace(self.model, device="auto"))

    def overheard(self) -> tuple[str, ...]:
        """What was said since the last call, where nobody listens directly."""
        heard = tuple(self.heard)
        self.heard.clear()
        return heard

    def values(self, metric: Metric, chunk: Chunk) -> "NDArray[np.float64]":
        """The scores of a chunk's segments by one of the models, in order, `(rows,)`."""
        from ..neural import score_batch, unseen_languages

        scorer, rows = self.scorers[metric], f"rows {chunk.rows[0]:,} to {chunk.rows[-1]:,}"
        batch, progress = batch_of_chunks([chunk]), self.progress(f"{metric.name}, {rows}")
        with self._turn:  # a model has its own threads; ours would only get in their way
            if not self._spoken and len(batch) >= _ENOUGH:
                self._spoken.append(_languages(batch))
            spoken = self._spoken[0] if self._spoken else ()
            scored = score_batch(scorer, batch, languages=spoken, progress=progress)
        for notice in (*scored.notices, *_on_length(scored, chunk.id)):
            of_rows = notice not in (*scorer.notices, unseen_languages(spoken))
            self.tell(f"{rows}: {notice}" if of_rows else notice)
        return scored.values

    def of_batch(self, metric: Metric, batch: Batch, *, languages: Sequence[str] = ()) -> "NeuralScores":
        """The scores of a whole batch by one of the models; what it notices is in them, and not said."""
        from ..neural import score_batch

        return score_batch(self.scorers[metric], batch, languages=languages, progress=self.progress(metric.name))

    def marks(self, batch: Batch) -> "tuple[ErrorSpan, ...]":
        """The errors that the models mark in a batch, those of each model in its order; notices are said.

        Segments with references are read with them, the others by their source alone.
        """
        from ..neural import error_spans

        found: list[ErrorSpan] = []
        paired = set(batch.paired)
        for positions in (batch.paired, tuple(p for p in range(len(batch)) if p not in paired)):
            part = batch.take(positions)
            for metric in self.scorers if positions else ():
                scored = self.of_batch(metric, part)
                for notice in (*scored.notices, *_on_length(scored, part.id)):
                    self.tell(notice)
                found += error_spans(scored, part)
        return tuple(found)

    def tell(self, notice: str) -> None:
        """Says a notice, once."""
        if notice not in self._said:
            self._said.add(notice)
            self.say(notice)

    def signature(self, metric: Metric, references: Sequence[int]) -> Signature:
        """The signature of one of the models over segments with these numbers of references, data still to be said."""
        texts = [""] * len(references)
        return self.scorers[metric].signature(texts, texts, [("",) * count for count in references])

    def identities(self) -> tuple[str, ...]:
        """Which models these are, and how they compute; without data."""
        return tuple(str(self.signature(metric, [1])) for metric in self.scorers)

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
    progress: Shown = unseen,
) -> Iterator[Models]:
    """The models of the neural metrics among `metrics`, opened; none are, and nothing is imported, where none is asked.

    Refuses options of a model where no metric has one, and what `neural.open_scorer` refuses.
    """
    asked = [metric for metric in metrics if is_neural(metric)]
    if not asked:
        if replace(model, cache=True) != OWN_MODEL:  # which model, not what it may remember
            raise Misuse("a model is given, and no metric reads one", mend="add -m comet, cometkiwi or xcomet")
        yield NO_MODELS
        return
    scorers: dict[Metric, Scorer] = {}
    try:
        for metric in asked:
            scorers[metric] = _opened(metric, model)
        yield Models(scorers, say, progress, model)
    finally:
        for scorer in scorers.values():
            scorer.cache.close()


def _opened(metric: Metric, model: Model) -> "Scorer":
    from ..neural import open_scorer

    return open_scorer(
        metric,
        model=model.path,
        engine=model.engine,
        encoder=model.encoder,
        revision=model.revision,
        online=model.online,
        precision=model.precision,
        device=_device() if model.device == "auto" else model.device,
        over_long=model.over_long,
        cache=model.cache,
    )


def _device() -> str:
    import torch

    return "cuda" if torch.cuda.is_available() else "cpu"


def _open_elsewhere(metrics: tuple[Metric, ...], model: Model) -> Models:
    """The same models on the machine that unpacks them; it keeps them as long as it lives."""
    heard: list[str] = []
    return Models({metric: _opened(metric, model) for metric in metrics}, heard.append, model=model, heard=heard)


def counted(metrics: Sequence[Metric]) -> tuple[Metric, ...]:
    """The metrics that are counted, without those that a model computes."""
    return tuple(metric for metric in metrics if not is_neural(metric))


@dataclass(frozen=True, slots=True, eq=False)
class Modelled:
    """What models made of a batch: scores, one a metric; the errors they marked; what the reader must know."""

    scores: "tuple[NeuralScores, ...]" = ()
    marks: "tuple[ErrorSpan, ...]" = ()
    notices: "tuple[Notice, ...]" = ()


def modelled(metrics: Sequence[Metric], batch: Batch, model: Model, *, progress: Shown = unseen) -> Modelled:
    """What the neural metrics among `metrics` make of a batch; where there are none, nothing is imported."""
    with opened(metrics, model, progress=progress) as models:
        if not models.scorers:
            return Modelled()
        from ..hygiene import Concern, Notice
        from ..neural import error_spans

        spoken = _languages(batch)
        scores = tuple(models.of_batch(metric, batch, languages=spoken) for metric in models.scorers)
        marks = tuple(error for scored in scores for error in error_spans(scored, batch))
        said = (notice for scored in scores for notice in (*scored.notices, *_on_length(scored, batch.id)))
        notices = tuple(Notice("model", Concern.WARNING, each, ()) for each in dict.fromkeys(said))
        return Modelled(scores, marks, notices)


def _languages(batch: Batch) -> tuple[str, ...]:
    """The codes of the languages of the sources and of the hypotheses, each where it is sure (0.99 of 1)."""
    from ..hygiene.writing import guess_language

    texts = (" ".join(filter(None, column))[:_GUESSED] for column in (batch.source, batch.hypothesis))
    guesses = [guess_language(text) for text in texts]
    return tuple(guess.language for guess in guesses if guess is not None and guess.confidence >= 0.99)


def mean_score(sums: "NDArray[np.float64]") -> "NDArray[np.float64]":
    """The fold of a neural metric, `(..., 2) -> (...)`: summed scores over their number."""
    means: NDArray[np.float64] = sums[..., 0] / sums[..., 1]
    return means


def beside_one(scores: "Buffer") -> "NDArray[np.float64]":
    """Scores `(rows,)` as what is summed, `(rows, 2)`: each beside 1, for `mean_score`."""
    import numpy as np

    return np.stack([scores, np.ones(len(scores))], axis=1)


def _on_length(scored: "NeuralScores", ids: Sequence[str]) -> tuple[str, ...]:
    """A notice on the segments that were not read whole or not at once; none where all were."""
    cut = scored.truncated.segments
    if not cut:
        return ()
    named = ", ".join(ids[position] for position in cut[:_SHOWN]) + (", …" if len(cut) > _SHOWN else "")
    done = {"cut": "the rest is not read", "pool": "read in parts"}[scored.truncated.policy]
    what = f"{len(cut)} of {len(ids)} segments are longer than the model reads, {scored.truncated.limit} tokens"
    return (f"{what} ({named}): {done}",)
