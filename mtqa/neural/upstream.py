"""The engine upstream: unbabel-comet as it is, the specification that the native engine is held to.

Its traps are kept shut: the checkpoint was read safely and found complete before (`open_checkpoint`), the encoder
comes from the folder that was found, nothing is fetched, fp32 throughout. Scores are its own. Error spans are decoded
here, from its probabilities (see `spans`).
"""

import logging
import sys
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from typing import Any

import numpy as np

from ..refusal import Misuse, Refusal
from .checkpoint import Checkpoint
from .native import Progress
from .outcome import Outcome, Rows
from .spans import mark

__all__ = ["NAME", "UpstreamModel", "load", "score", "unavailable", "versions"]

NAME = "upstream"
_BATCH = 16


@dataclass(frozen=True, slots=True, eq=False)
class UpstreamModel:
    """A model of unbabel-comet's own class, ready to score."""

    checkpoint: Checkpoint
    model: Any


def unavailable() -> str | None:
    """Why unbabel-comet cannot work here, None if it can; nothing is imported to find out."""
    if find_spec("comet") is None:
        if sys.version_info >= (3, 13):
            return "comet is not installed, and wants Python 3.11 or 3.12"
        return "comet is not installed; pip install 'mtqa[comet]'"
    if find_spec("pkg_resources") is None:
        return "comet cannot be imported without pkg_resources; pip install 'setuptools<82'"
    return None


def versions() -> tuple[tuple[str, str], ...]:
    """The libraries that its numbers depend on, with their versions."""
    found = []
    for package in ("unbabel-comet", "transformers", "torch"):
        try:
            found.append((package, version(package)))
        except PackageNotFoundError:  # pragma: no cover - installed by hand, without metadata
            found.append((package, "unknown"))
    return tuple(found)


def load(checkpoint: Checkpoint, *, precision: str, device: str) -> UpstreamModel:
    """The checkpoint in unbabel-comet's own class; refuses precisions and devices it is not specified in."""
    if precision != "fp32" or device != "cpu":
        raise Misuse(f"engine upstream computes fp32 on the processor, not {precision} on {device}", mend="use native")
    if checkpoint.path.suffix == ".safetensors":
        raise Misuse("engine upstream reads .ckpt files only", where=str(checkpoint.path), mend="use engine native")
    with _quiet():
        try:
            from comet.models import str2model
        except Exception as fault:  # its chain of old pins breaks in many ways; the first line says which
            what = f"comet cannot be imported ({type(fault).__name__}: {str(fault).splitlines()[0][:120]})"
            raise Misuse(what, mend="run mtqa doctor, or use engine native") from None
        recipe = checkpoint.recipe
        try:
            model = str2model[recipe.kind].load_from_checkpoint(
                checkpoint.path,
                map_location="cpu",
                weights_only=True,
                strict=False,  # official checkpoints carry surplus; what must be there was checked before
                load_pretrained_weights=False,
                local_files_only=True,
                pretrained_model=str(checkpoint.encoder),
                layer_transformation=recipe.transform,
            )
        except Exception as fault:
            what = f"unbabel-comet cannot load it: {str(fault).splitlines()[0][:160]}"
            raise Refusal(what, where=str(checkpoint.path)) from None
    model.eval()
    return UpstreamModel(checkpoint, model)


def score(model: UpstreamModel, rows: Rows, *, window: int, progress: Progress | None) -> Outcome:
    """The scores of all rows in their order, by `model.predict`, `window` rows at a time."""
    values = np.zeros(len(rows), dtype=np.float64)
    spans: list[Any] = []
    labels = model.checkpoint.recipe.labels
    for start in range(0, len(rows), window):
        part = rows.take(range(start, min(start + window, len(rows))))
        with _quiet(), _decoded_here(model.model, labels):
            prediction = model.model.predict(
                _samples(part), batch_size=_BATCH, gpus=0, num_workers=0, progress_bar=False
            )
        if len(prediction["scores"]) != len(part):
            raise RuntimeError(f"{len(prediction['scores'])} scores for {len(part)} segments")
        values[start : start + len(part)] = prediction["scores"]
        if labels:
            marked = prediction["metadata"]["error_spans"]
            for row, (hypothesis, one) in enumerate(zip(part.hypotheses, marked, strict=True), start):
                if not np.isfinite(one[-1]["probabilities"]).all():  # the most probable label would hide it
                    values[row] = np.nan
                spans.append(mark(hypothesis, one[-1]["probabilities"], one[-1]["offsets"], labels))
        if progress is not None:
            progress((start + len(part)) / len(rows))
    return Outcome(values, tuple(spans) if labels else None, computed=len(rows), reused=0)


def _samples(rows: Rows) -> list[dict[str, str]]:
    columns: dict[str, Sequence[str]] = {"src": rows.sources, "mt": rows.hypotheses}
    if rows.references is not None:
        columns["ref"] = rows.references
    return [dict(zip(columns, texts, strict=True)) for texts in zip(*columns.values(), strict=True)]


@contextmanager
def _decoded_here(model: Any, labels: Sequence[str]) -> Iterator[None]:
    """While it lasts, the spans of each hypothesis end with the probabilities and offsets that they came from."""
    if not labels:
        yield
        return
    theirs = model.decode

    def decode(probabilities: Any, ids: Any, offsets: Any) -> list[list[dict[str, Any]]]:
        found = theirs(probabilities, ids, offsets)
        for spans, row, places in zip(found, probabilities, offsets, strict=True):
            # A span of no severity costs nothing in COMET's count, and travels with its segment.
            spans.append({"severity": "", "probabilities": row.numpy(), "offsets": np.asarray(places)})
        return list(found)

    model.decode = decode
    try:
        yield
    finally:
        del model.decode


@contextmanager
def _quiet() -> Iterator[None]:
    """Without the talk of Lightning and its relatives: stderr is for what the user must know."""
    names = ("comet", "comet.models", "pytorch_lightning", "lightning.pytorch", "lightning.fabric", "transformers")
    levels = {name: logging.getLogger(name).level for name in names}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name in names:
            logging.getLogger(name).setLevel(logging.ERROR)
        try:
            yield
        finally:
            for name, level in levels.items():
                logging.getLogger(name).setLevel(level)
