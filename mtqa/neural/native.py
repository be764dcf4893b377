"""The engine native: our own inference for COMET checkpoints, on torch and tokenizers alone.

Every distinct sequence is computed once: a text for the regression models, which embed source, hypothesis and
reference apart; a joint sequence for the unified ones. What was computed is kept in the cache. The numbers are
unbabel-comet's, within 1e-6 in fp32 (tests/test_neural_parity.py).
"""

import hashlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..refusal import Misuse
from .affine import PRECISIONS
from .batches import batches, pack, windows
from .cache import Cache
from .checkpoint import Checkpoint
from .encoder import Encoder, build_encoder, hidden_states
from .heads import Heads, build_heads, estimate, pair_features, read_out
from .outcome import Outcome, Rows, combined
from .tokens import Ids, Tokens, Vocabulary, joined, open_vocabulary

__all__ = ["NAME", "NativeModel", "load", "score", "unavailable", "versions"]

NAME = "native"
_NEEDED = {"torch": "torch", "tokenizers": "tokenizers", "safetensors": "safetensors", "yaml": "pyyaml"}
_LAYOUT = b"mtqa-neural-1"  # of what is cached; another layout must not find the rows of this one
_FLUSH_SECONDS = 5.0
Row = NDArray[np.float32]
Progress = Callable[[float], None]


@dataclass(frozen=True, slots=True, eq=False)
class NativeModel:
    """A model that is ready to score. `identity` is all that its numbers depend on, hashed into every cache key."""

    checkpoint: Checkpoint
    encoder: Encoder
    heads: Heads
    vocabulary: Vocabulary
    precision: str
    device: str
    identity: bytes


@dataclass(frozen=True, slots=True, eq=False)
class Unit:
    """One sequence to be computed; `words` tokens of it want their label probabilities (0: none)."""

    ids: Ids
    words: int


def unavailable() -> str | None:
    """Why this engine cannot work here, None if it can; nothing is imported to find out."""
    missing = [package for module, package in _NEEDED.items() if find_spec(module) is None]
    return f"{missing[0]} is not installed; pip install 'mtqa[neural]'" if missing else None


def versions() -> tuple[tuple[str, str], ...]:
    """The libraries that its numbers depend on, with their versions."""
    found = []
    for package in ("torch", "tokenizers"):
        try:
            found.append((package, version(package)))
        except PackageNotFoundError:  # pragma: no cover - a torch built by hand has no metadata
            found.append((package, "unknown"))
    return tuple(found)


def load(checkpoint: Checkpoint, *, precision: str, device: str) -> NativeModel:
    """Makes a checkpoint ready; the weights are laid out for this precision and device."""
    if precision not in PRECISIONS:
        raise Misuse(f"unknown precision {precision!r}", mend="known: " + ", ".join(PRECISIONS))
    import torch

    if device != "cpu" and not (device.split(":")[0] == "cuda" and torch.cuda.is_available()):
        raise Misuse(f"no device {device!r} here", mend="use cpu, or cuda where torch sees one")
    if device != "cpu" and precision == "int8":
        raise Misuse("int8 is computed on the processor only", mend="use bf16 on a GPU")
    depends = repr((checkpoint.sha256, checkpoint.recipe, checkpoint.shape, precision, device, versions()))
    vocabulary = open_vocabulary(checkpoint.encoder, checkpoint.shape)
    with torch.inference_mode():
        return NativeModel(
            checkpoint=checkpoint,
            encoder=build_encoder(checkpoint, precision=precision, device=device),
            heads=build_heads(checkpoint, device=device),
            vocabulary=vocabulary,
            precision=precision,
            device=device,
            identity=hashlib.sha256(_LAYOUT + depends.encode()).digest(),
        )


def score(
    model: NativeModel, rows: Rows, *, cache: Cache, budget: int, window: int, progress: Progress | None
) -> Outcome:
    """The scores of all rows in their order, with error spans where the model marks them.

    `budget` is in tokens a batch, `window` in segments: memory is bounded by the two. `progress` is told the share
    that is done.
    """
    values = np.zeros(len(rows), dtype=np.float64)
    spans: list[Any] = [()] * len(rows)
    work, done = _Work(model, cache, budget), 0
    for positions in windows(rows.sources, window):
        part = rows.take(positions)
        share = len(positions) / len(rows)

        def told(inner: float, before: int = done, share: float = share) -> None:
            if progress is not None:
                progress(before / len(rows) + inner * share)

        if model.checkpoint.recipe.joint:
            found, marked = _joint(work, part, told)
            for position, one in zip(positions, marked, strict=True):
                spans[position] = one
        else:
            found = _regression(work, part, told)
        values[positions] = found
        done += len(positions)
    if progress is not None:
        progress(1.0)
    marks = bool(model.checkpoint.recipe.labels)
    return Outcome(values, tuple(spans) if marks else None, computed=work.computed, reused=work.reused)


def _regression(work: "_Work", rows: Rows, progress: Progress) -> NDArray[np.float64]:
    """Source, hypothesis and reference embedded apart, each distinct text once; then the estimator on each row.

    Scores are cached beside vectors: of a row whose texts are all known nothing is computed.
    """
    columns = [rows.hypotheses, rows.sources, *([] if rows.references is None else [rows.references])]
    distinct = list(dict.fromkeys(text for column in columns for text in column))
    tokens = work.model.vocabulary.read(distinct)
    units = {text: Unit(found.ids, 0) for text, found in zip(distinct, tokens, strict=True)}
    keys = {text: work.key(unit) for text, unit in units.items()}
    together = [hashlib.sha256(b"".join(keys[text] for text in texts)).digest() for texts in zip(*columns, strict=True)]
    known = work.cache.get(together)
    fresh = [number for number, key in enumerate(together) if key not in known]
    wanted = list(dict.fromkeys(column[number] for column in columns for number in fresh))
    work.reused += len(distinct) - len(wanted)
    vectors = dict(zip(wanted, work.results([units[text] for text in wanted], progress), strict=True))
    scores = _estimated(work.model, [[vectors[column[number]] for number in fresh] for column in columns])
    found = {together[number]: scores[place : place + 1] for place, number in enumerate(fresh)}
    work.cache.put(found)
    return np.array([float((known[key] if key in known else found[key])[0]) for key in together])


def _estimated(model: NativeModel, columns: Sequence[Sequence[Row]]) -> Row:
    """The scores of rows of vectors (hypotheses, sources, references if any), `(rows,)`."""
    import torch

    scores = [np.empty(0, dtype=np.float32)]
    with torch.inference_mode():
        for start in range(0, len(columns[0]), 256):
            some = [torch.from_numpy(np.stack(column[start : start + 256])).to(model.device) for column in columns]
            features = pair_features(some[0], some[1], some[2] if len(some) == 3 else None)
            scores.append(estimate(model.heads, features).cpu().numpy())
    return np.concatenate(scores)


def _joint(work: "_Work", rows: Rows, progress: Progress) -> tuple[NDArray[np.float64], list[Any]]:
    """Hypothesis with source, with reference, with both: three sequences a row where there is a reference."""
    recipe, vocabulary = work.model.checkpoint.recipe, work.model.vocabulary
    marks = bool(recipe.labels)
    texts: dict[str, Tokens] = {}
    for column, places in ((rows.hypotheses, marks), (rows.sources, False), (rows.references or (), False)):
        distinct = [text for text in dict.fromkeys(column) if text not in texts]
        texts |= dict(zip(distinct, vocabulary.read(distinct, places=places), strict=True))
    units: list[Unit] = []
    for number, text in enumerate(rows.hypotheses):
        hypothesis = texts[text]
        words = len(hypothesis.ids) if marks else 0
        with_source = [texts[rows.sources[number]]] if "src" in recipe.segments else []
        with_reference = [texts[rows.references[number]]] if rows.references and "ref" in recipe.segments else []
        kinds = [with_source, with_reference] if with_source and with_reference else []
        for others in (*kinds, [*with_source, *with_reference]):
            units.append(Unit(joined(vocabulary, [hypothesis, *others])[0], words))
    results = work.results(units, progress)
    each = len(units) // len(rows)
    values, spans = np.empty(len(rows), dtype=np.float64), []
    for number, text in enumerate(rows.hypotheses):
        own = results[each * number : each * (number + 1)]
        scores = [float(row[0]) for row in own]
        labelled = [row[1:].reshape(-1, len(recipe.labels)) for row in own] if marks else []
        offsets = texts[text].offsets[texts[text].ids != vocabulary.pad] if marks else texts[text].offsets
        values[number], marked = combined(recipe, scores, labelled, text, offsets)
        spans.append(marked)
    return values, spans


class _Work:
    """Sequences to rows of numbers: from the cache where they are in it, else computed, each distinct one once."""

    def __init__(self, model: NativeModel, cache: Cache, budget: int) -> None:
        self.model, self.cache, self.budget = model, cache, budget
        self.computed = self.reused = 0

    def results(self, units: Sequence[Unit], progress: Progress) -> list[Row]:
        keys = [self.key(unit) for unit in units]
        distinct = dict(zip(keys, units, strict=True))
        known = self.cache.get(distinct)
        missing = [key for key in distinct if key not in known]
        self.reused += len(distinct) - len(missing)
        self.computed += len(missing)
        lengths = [len(distinct[key].ids) for key in missing]
        total, done = sum(lengths), 0
        fresh: dict[bytes, Row] = {}
        kept = time.monotonic()
        for positions in batches(lengths, self.budget):
            some = [missing[position] for position in positions]
            fresh |= dict(zip(some, self._compute([distinct[key] for key in some]), strict=True))
            done += sum(lengths[position] for position in positions)
            if time.monotonic() - kept > _FLUSH_SECONDS:
                self.cache.put(fresh)
                known |= fresh
                fresh, kept = {}, time.monotonic()
            progress(done / total)
        self.cache.put(fresh)
        known |= fresh
        return [known[key] for key in keys]

    def key(self, unit: Unit) -> bytes:
        """What a sequence's result depends on, in 32 bytes."""
        content = self.model.identity + unit.words.to_bytes(4, "little") + unit.ids.astype("<i4").tobytes()
        return hashlib.sha256(content).digest()

    def _compute(self, units: Sequence[Unit]) -> list[Row]:
        import torch

        model = self.model
        packed = pack([unit.ids for unit in units], model.encoder.pad)
        with torch.inference_mode():
            vectors, labelled = read_out(model.heads, hidden_states(model.encoder, packed), packed)
            if not model.checkpoint.recipe.joint:
                return list(vectors.cpu().numpy())
            scores = estimate(model.heads, vectors).cpu().numpy()
            shares = labelled.cpu().numpy() if labelled is not None else np.empty((len(packed.ids), 0), np.float32)
        rows = []
        for score, start, unit in zip(scores, packed.starts, units, strict=True):
            rows.append(
                np.concatenate([[score], shares[start : start + min(unit.words, len(unit.ids))].ravel()]).astype(
                    np.float32
                )
            )
        return rows
