"""The engine native: our own inference for COMET checkpoints, on numpy or on torch, with tokenizers alone.

Every distinct sequence is computed once: a text for the regression models, which embed source, hypothesis and
reference apart; a joint sequence for the unified ones. What was computed is kept in the cache, sequences and rows. The
numbers are unbabel-comet's, within 1e-6 in fp32 (tests/test_neural_parity.py). Little work is done on numpy, much on
torch: a run that finds everything in the cache imports neither torch nor the tokenizer. Without torch, numpy does it
all, in fp32 on the processor.
"""

import hashlib
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache as once
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..refusal import Misuse, Unavailable
from .affine import PRECISIONS
from .batches import batches, pack, windows
from .cache import Cache
from .checkpoint import Checkpoint
from .heads import Body, Heads, build_heads, estimate, pair_features, read_out
from .outcome import Outcome, Rows, combined
from .spans import MarkedSpan, as_numbers, of_numbers
from .tokens import Ids, Tokens, Vocabulary, joined, open_vocabulary

__all__ = ["NAME", "NativeModel", "load", "score", "unavailable", "versions"]

NAME = "native"
_NEEDED = {"tokenizers": "tokenizers", "yaml": "pyyaml"}
_LAYOUT = b"mtqa-neural-2"  # of what is cached; another layout must not find the rows of this one
_FLUSH_SECONDS = 5.0
_WORTH_TORCH = 150e9  # floating-point operations: beyond it numpy takes longer than torch and its import together
Row = NDArray[np.float32]
Progress = Callable[[float], None]
Made = tuple[float, tuple[MarkedSpan, ...]]


@dataclass(frozen=True, slots=True, eq=False)
class NativeModel:
    """A model that is ready to score. `identity` is all that its numbers depend on, hashed into every cache key.

    `plain` and `fast` give its encoder on numpy and on torch, each made when it is first asked for.
    """

    checkpoint: Checkpoint
    heads: Heads
    vocabulary: Vocabulary
    precision: str
    device: str
    identity: bytes
    plain: Callable[[], Body]
    fast: Callable[[], Body]

    def body(self, tokens: int) -> Body:
        """The encoder for so many tokens: the one that is done sooner, its start included."""
        shape = self.checkpoint.shape
        work = 4.0 * tokens * shape.layers * shape.hidden * (2 * shape.hidden + shape.inner)
        here = self.precision == "fp32" and self.device == "cpu"
        little = "torch" not in sys.modules and work < _WORTH_TORCH
        return self.plain() if here and (little or not _torch_is_there()) else self.fast()


@dataclass(frozen=True, slots=True, eq=False)
class Unit:
    """One sequence to be computed; `words` tokens of it want their label probabilities (0: none)."""

    ids: Ids
    words: int


def unavailable() -> str | None:
    """Why this engine cannot work here, None if it can; nothing is imported to find out."""
    missing = [package for module, package in _NEEDED.items() if find_spec(module) is None]
    return f"{missing[0]} is not installed; pip install 'mtqa[neural]'" if missing else None


@once
def versions() -> tuple[tuple[str, str], ...]:
    """The libraries that its numbers depend on, with their versions."""
    found = []
    for package in ("torch", "tokenizers"):
        try:
            found.append((package, version(package)))
        except PackageNotFoundError:  # torch is optional, and one built by hand has no metadata
            found.append((package, "unknown" if find_spec(package) else "none"))
    return tuple(found)


def _torch_is_there() -> bool:
    return find_spec("torch") is not None


def load(checkpoint: Checkpoint, *, precision: str, device: str) -> NativeModel:
    """Makes a checkpoint ready; the weights are laid out for this precision and device."""
    if precision not in PRECISIONS:
        raise Misuse(f"unknown precision {precision!r}", mend="known: " + ", ".join(PRECISIONS))
    if (precision != "fp32" or device != "cpu") and not _torch_is_there():
        raise Unavailable(f"{precision} on {device} needs torch", mend="pip install 'mtqa[neural]'")
    if device != "cpu" and not _has(device):
        raise Misuse(f"no device {device!r} here", mend="use cpu, or cuda where torch sees one")
    if device != "cpu" and precision == "int8":
        raise Misuse("int8 is computed on the processor only", mend="use bf16 on a GPU")
    files = (checkpoint.sha256, checkpoint.tokenizer_sha256)
    depends = repr((files, checkpoint.recipe, checkpoint.shape, precision, device, versions()))
    return NativeModel(
        checkpoint=checkpoint,
        heads=build_heads(checkpoint),
        vocabulary=open_vocabulary(checkpoint.encoder, checkpoint.shape),
        precision=precision,
        device=device,
        identity=hashlib.sha256(_LAYOUT + depends.encode()).digest(),
        plain=once(lambda: _on_numpy(checkpoint)),
        fast=once(lambda: _on_torch(checkpoint, precision, device)),
    )


def _has(device: str) -> bool:
    import torch

    return device.split(":")[0] == "cuda" and bool(torch.cuda.is_available())


def _on_numpy(checkpoint: Checkpoint) -> Body:
    from .plain import build_plain

    return build_plain(checkpoint)


def _on_torch(checkpoint: Checkpoint, precision: str, device: str) -> Body:
    import torch

    from .encoder import build_encoder

    with torch.inference_mode():
        return build_encoder(checkpoint, precision=precision, device=device)


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

        for position, (value, marked) in zip(positions, _rows(work, part, told), strict=True):
            values[position], spans[position] = value, marked
        done += len(positions)
    if progress is not None:
        progress(1.0)
    marks = bool(model.checkpoint.recipe.labels)
    return Outcome(values, tuple(spans) if marks else None, computed=work.computed, reused=work.reused)


def _rows(work: "_Work", rows: Rows, progress: Progress) -> Iterator[Made]:
    """Score and spans of each row: those known from the cache, the others computed, each distinct one once."""
    recipe = work.model.checkpoint.recipe
    columns = [rows.hypotheses, rows.sources, *([] if rows.references is None else [rows.references])]
    texts = list(zip(*columns, strict=True))
    keys = [work.row_key(row) for row in texts]
    known = work.cache.get(dict.fromkeys(keys))
    fresh = {key: number for number, key in enumerate(keys) if key not in known}
    if fresh:
        part = rows.take(list(fresh.values()))
        made = (_joint if recipe.joint else _regression)(work, part, progress)
        new = {key: as_numbers(*one, recipe.labels) for key, one in zip(fresh, made, strict=True)}
        work.cache.put(new)
        known |= new
    work.reused += len(_sequences(work, texts)) - len(_sequences(work, [texts[number] for number in fresh.values()]))
    return (of_numbers(known[key], row[0], recipe.labels) for key, row in zip(keys, texts, strict=True))


def _sequences(work: "_Work", texts: Sequence[tuple[str, ...]]) -> set[tuple[str, ...]]:
    """What goes through the encoder for these rows, as texts."""
    if not work.model.checkpoint.recipe.joint:
        return {(text,) for row in texts for text in row}
    triple = len(work.model.checkpoint.recipe.segments) == 2
    return {part for row in texts for part in ((row[:2], row[::2], row) if triple and len(row) == 3 else (row,))}


def _regression(work: "_Work", rows: Rows, progress: Progress) -> list[Made]:
    """Source, hypothesis and reference embedded apart, each distinct text once; then the estimator on each row."""
    columns = [rows.hypotheses, rows.sources, *([] if rows.references is None else [rows.references])]
    distinct = list(dict.fromkeys(text for column in columns for text in column))
    units = [Unit(found.ids, 0) for found in work.model.vocabulary.read(distinct)]
    vectors = dict(zip(distinct, work.results(units, progress), strict=True))
    made: list[Made] = []
    for start in range(0, len(rows), 256):
        some = [np.stack([vectors[text] for text in column[start : start + 256]]) for column in columns]
        features = pair_features(some[0], some[1], some[2] if len(some) == 3 else None)
        made += [(float(value), ()) for value in estimate(work.model.heads, features)]
    return made


def _joint(work: "_Work", rows: Rows, progress: Progress) -> list[Made]:
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
    made = []
    for number, text in enumerate(rows.hypotheses):
        own = results[each * number : each * (number + 1)]
        scores = [float(row[0]) for row in own]
        labelled = [row[1:].reshape(-1, len(recipe.labels)) for row in own] if marks else []
        offsets = texts[text].offsets[texts[text].ids != vocabulary.pad] if marks else texts[text].offsets
        made.append(combined(recipe, scores, labelled, text, offsets))
    return made


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
        body = once(lambda: self.model.body(total))
        fresh: dict[bytes, Row] = {}
        kept = time.monotonic()
        for positions in batches(lengths, self.budget):
            some = [missing[position] for position in positions]
            fresh |= dict(zip(some, self._compute(body(), [distinct[key] for key in some]), strict=True))
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

    def row_key(self, texts: Sequence[str]) -> bytes:
        """What a row's result depends on, in 32 bytes; each text goes in with its length."""
        hashed = hashlib.sha256(self.model.identity + b"row" + len(texts).to_bytes(1, "little"))
        for text in texts:
            encoded = text.encode("utf-8", "surrogatepass")
            hashed.update(len(encoded).to_bytes(8, "little") + encoded)
        return hashed.digest()

    def _compute(self, body: Body, units: Sequence[Unit]) -> list[Row]:
        heads, recipe = self.model.heads, self.model.checkpoint.recipe
        packed = pack([unit.ids for unit in units], self.model.checkpoint.shape.pad)
        vectors, labelled = read_out(heads, body, packed)
        if not recipe.joint:
            return [_number(row) for row in vectors]
        shares = labelled if labelled is not None else np.empty((len(packed.ids), 0), np.float32)
        rows = []
        for score, start, unit in zip(estimate(heads, vectors), packed.starts, units, strict=True):
            own = shares[start : start + min(unit.words, len(unit.ids))]
            rows.append(_number(np.concatenate([[score], own.ravel()]).astype(np.float32)))
        return rows


def _number(row: Row) -> Row:
    """The row; nothing but NaN if one of it is none: an activation or the most probable label would hide it."""
    return row if np.isfinite(row).all() else np.full_like(row, np.nan)
