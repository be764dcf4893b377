"""One entry to neural scores, whichever engine computes them.

    scorer = open_scorer(find_metric("comet"), model="wmt22-comet-da")
    scores = scorer.score(hypotheses, sources, references)

`neural_scores` does both for one call. A scorer keeps its model: use one for all chunks of a stream.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from types import ModuleType

import numpy as np
from numpy.typing import NDArray

from ..metric import Metric, Signature
from . import native, upstream
from .cache import Cache, default_cache_path
from .checkpoint import Checkpoint, open_checkpoint
from .choice import choose_engine, engine_version, refuse_other_metric
from .data import DataHash
from .finding import find_encoder, find_model
from .guard import Truncation, check_policy, checked, fits, notices_on, refuse_no_number, refuse_too_long, too_long
from .models import DEFAULT_MODEL, licence_notice
from .outcome import Outcome, Rows
from .parts import pooled, split
from .spans import MarkedSpan
from .tokens import Vocabulary, open_vocabulary

__all__ = ["NeuralScores", "Scorer", "neural_scores", "open_scorer"]

_SPECIFICATION = "2.2.7"
"""The version of unbabel-comet whose numbers the native engine gives."""
_WINDOW = 4096
_MANY, _SAMPLE = 500, 8  # rows from which a coarser precision is held against fp32, and how many are: a twentieth more
_LARGE = 4 << 30  # bytes of a checkpoint that is not opened once more for that: it may not fit beside itself
_BUDGET = {"cpu": 512, "cuda": 16384}


@dataclass(frozen=True, slots=True, eq=False)
class NeuralScores:
    """The scores of segments, in their order, and all that must be known to trust them.

    `values` is `(segments,)` float64, higher is better; with several references the mean over them. `spans` are the
    errors that the model marked in each hypothesis (with several references: held against the first), None where it
    marks none. `truncated` says which segments are longer than the model reads. `notices` are sentences for the
    reader. `computed` sequences went through the encoder, `reused` came from the cache.
    """

    metric: Metric
    values: NDArray[np.float64]
    spans: tuple[tuple[MarkedSpan, ...], ...] | None
    signature: Signature
    truncated: Truncation
    notices: tuple[str, ...]
    computed: int
    reused: int

    def __len__(self) -> int:
        return len(self.values)


@dataclass(frozen=True, slots=True, eq=False)
class Scorer:
    """A model that was opened for a metric, by the engine that serves it. `notices` are on the model (its licence)."""

    metric: Metric
    checkpoint: Checkpoint
    engine: ModuleType
    model: native.NativeModel | upstream.UpstreamModel
    vocabulary: Vocabulary
    precision: str
    over_long: str
    cache: Cache
    budget: int
    window: int
    notices: tuple[str, ...]
    _sampled: list[str] = field(default_factory=list, repr=False)

    def score(
        self,
        hypotheses: Sequence[str],
        sources: Sequence[str | None] | None,
        references: Sequence[tuple[str, ...]] | None = None,
        *,
        ids: Sequence[str] | None = None,
        languages: Sequence[str] = (),
        progress: Callable[[float], None] | None = None,
    ) -> NeuralScores:
        """The scores of these segments; see `neural_scores` for what is refused."""
        ids = [str(row + 1) for row in range(len(hypotheses))] if ids is None else ids
        given = checked(self.metric, hypotheses, sources, references, ids)
        rows, owners = _expanded(hypotheses, sources or (), given)
        recipe = self.checkpoint.recipe
        long = too_long(rows, self.vocabulary, recipe)
        cut_rows = tuple(dict.fromkeys(owners[row] for row in long))
        if self.over_long == "refuse":
            refuse_too_long(cut_rows, ids, self.vocabulary.longest)
        names = [ids[owner] for owner in owners]
        outcome = self._outcome(rows, long, names, progress)
        starts = np.flatnonzero(np.diff(owners, prepend=-1))
        values = np.add.reduceat(outcome.values, starts) / np.diff([*starts, len(owners)])
        refuse_no_number(self.metric, values, ids)
        spans = None if outcome.spans is None else tuple(outcome.spans[start] for start in starts)
        said = notices_on(rows.take(starts.tolist()), ids, languages)
        apart = self._deviation(rows, long, outcome.values)
        trouble = (self.cache.trouble,) if self.cache.trouble else ()
        return NeuralScores(
            metric=self.metric,
            values=values,
            spans=spans,
            signature=self.signature(hypotheses, sources or (), given),
            truncated=Truncation(self.over_long, cut_rows, self.vocabulary.longest),
            notices=(*self.notices, *said, *apart, *trouble),
            computed=outcome.computed,
            reused=outcome.reused,
        )

    def signature(
        self, hypotheses: Sequence[str], sources: Sequence[str | None], references: Sequence[tuple[str, ...]]
    ) -> Signature:
        """The identity of the scores of these segments."""
        counts = {len(row) for row in references}
        several = counts - {0, 1}
        recipe, checkpoint = self.checkpoint.recipe, self.checkpoint
        data = DataHash()
        data.update(hypotheses, sources, references)
        engine_number = engine_version(self.engine)
        specification = _SPECIFICATION if self.engine is native else engine_number
        return Signature(
            self.metric.name,
            (
                ("nrefs", str(counts.pop()) if len(counts) == 1 else "var"),
                *((("refs", "mean"),) if several else ()),
                ("model", checkpoint.name),
                *((("revision", checkpoint.revision[:12]),) if checkpoint.revision else ()),
                ("sha256", checkpoint.sha256[:12]),
                ("tok", checkpoint.tokenizer_sha256[:12]),
                ("class", recipe.kind),
                ("precision", self.precision),
                ("layers", recipe.transform if recipe.layer is None else str(recipe.layer)),
                ("trunc", self.over_long),
                ("version", specification),
                ("engine", f"{self.engine.NAME}-{engine_number}"),
                *((name, found) for name, found in self.engine.versions() if name != "unbabel-comet"),
                ("mtqa", engine_version(native)),
                ("normaliser", "none"),
                ("data", data.hexdigest()),
                ("n", str(len(hypotheses))),
            ),
        )

    def _outcome(
        self, rows: Rows, long: Sequence[int], names: Sequence[str], progress: Callable[[float], None] | None
    ) -> Outcome:
        if self.over_long == "pool" and long:
            parts = split(rows, long, lambda texts: fits(texts, self.vocabulary, self.checkpoint.recipe), names)
            return pooled(parts, self._computed(parts.rows, progress), rows)
        return self._computed(rows, progress)

    def _deviation(self, rows: Rows, long: Sequence[int], values: NDArray[np.float64]) -> tuple[str, ...]:
        """How far a coarser precision is from fp32 on a sample of the first rows that are many; said once."""
        model = self.model
        whole = sorted(set(range(len(rows))) - set(long)) if len(rows) >= _MANY else []
        if self._sampled or self.precision == "fp32" or not whole or not isinstance(model, native.NativeModel):
            return ()
        if self.checkpoint.path.stat().st_size > _LARGE:
            return ()
        sample = whole[:: max(1, len(whole) // _SAMPLE)][:_SAMPLE]
        exact = native.load(self.checkpoint, precision="fp32", device=model.device)
        held = native.score(
            exact, rows.take(sample), cache=self.cache, budget=self.budget, window=self.window, progress=None
        )
        apart = np.abs(held.values - values[sample])
        what = f"{self.precision}: at most {apart.max():.1e} from fp32, {apart.mean():.1e} in the mean"
        self._sampled.append(f"{what}, on a sample of {len(sample)} segments")
        return tuple(self._sampled)

    def _computed(self, rows: Rows, progress: Callable[[float], None] | None) -> Outcome:
        if isinstance(self.model, native.NativeModel):
            return native.score(
                self.model, rows, cache=self.cache, budget=self.budget, window=self.window, progress=progress
            )
        return upstream.score(self.model, rows, window=self.window, progress=progress)


def neural_scores(
    metric: Metric,
    sources: Sequence[str | None] | None,
    hypotheses: Sequence[str],
    references: Sequence[tuple[str, ...]] | None,
    *,
    model: str | Path | None = None,
    encoder: str | Path | None = None,
    revision: str | None = None,
    online: bool = False,
    engine: str | None = None,
    precision: str = "fp32",
    device: str = "cpu",
    over_long: str = "refuse",
    cache: Path | bool = True,
    ids: Sequence[str] | None = None,
    languages: Sequence[str] = (),
    progress: Callable[[float], None] | None = None,
) -> NeuralScores:
    """The neural scores of segments: one a segment, in their order.

    `model` is a checkpoint's path, its folder or a published name (default: that of the metric); `encoder` the folder
    with config.json and tokenizer.json where it does not lie beside. Nothing is fetched unless `online`. `engine` is
    native or upstream, the first that can by default. `precision` is fp32, bf16 or int8. `over_long` says what
    happens with texts beyond the model's length: refuse, cut, or pool (in parts). `cache` True keeps results in
    `default_cache_path()`, a path there, False nowhere. `languages` are codes of source and target, if known.
    `progress` is told the share that is done.

    Refuses columns of unequal length, missing or empty texts, a model of another metric, and a checkpoint that is
    damaged, incomplete, or anything but tensors.
    """
    scorer = open_scorer(
        metric,
        model=model,
        encoder=encoder,
        revision=revision,
        online=online,
        engine=engine,
        precision=precision,
        device=device,
        over_long=over_long,
        cache=cache,
    )
    try:
        return scorer.score(hypotheses, sources, references, ids=ids, languages=languages, progress=progress)
    finally:
        scorer.cache.close()


def open_scorer(
    metric: Metric,
    *,
    model: str | Path | None = None,
    encoder: str | Path | None = None,
    revision: str | None = None,
    online: bool = False,
    engine: str | None = None,
    precision: str = "fp32",
    device: str = "cpu",
    over_long: str = "refuse",
    cache: Path | bool = True,
    budget: int | None = None,
    window: int = _WINDOW,
) -> Scorer:
    """Opens a model for many calls; the options are those of `neural_scores`.

    `budget` is in tokens a batch, `window` in segments that are in work at one time: both bound the memory.
    """
    chosen = choose_engine(metric, engine)
    check_policy(over_long)
    found = find_model(model if model is not None else DEFAULT_MODEL[metric.key], revision=revision, online=online)
    kept = Cache(default_cache_path() if cache is True else cache or None)
    known = kept.hash_of(found.path)
    checkpoint = open_checkpoint(
        found.path,
        partial(find_encoder, found.path, given=encoder, online=online),
        name=found.name if found.revision else "local",
        revision=found.revision,
        sha256=known or "",
    )
    if known is None:
        kept.note_hash(found.path, checkpoint.sha256)
    refuse_other_metric(metric, checkpoint)
    licence = licence_notice(found.name)
    ready = chosen.load(checkpoint, precision=precision, device=device)
    ours = isinstance(ready, native.NativeModel)
    return Scorer(
        metric=metric,
        checkpoint=checkpoint,
        engine=chosen,
        model=ready,
        vocabulary=ready.vocabulary if ours else open_vocabulary(checkpoint.encoder, checkpoint.shape),
        precision=precision,
        over_long=over_long,
        cache=kept,
        budget=budget or _BUDGET[device.split(":")[0]],
        window=window,
        notices=(licence,) if licence else (),
    )


def _expanded(
    hypotheses: Sequence[str], sources: Sequence[str | None], references: Sequence[tuple[str, ...]]
) -> tuple[Rows, list[int]]:
    """A row for each single reference, and the segment that each row belongs to."""
    owners = [row for row, texts in enumerate(references) for _ in texts or ("",)]
    each = [text for texts in references for text in texts]
    rows = Rows([hypotheses[row] for row in owners], [str(sources[row]) for row in owners], each or None)
    return rows, owners
