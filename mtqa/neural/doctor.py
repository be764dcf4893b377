"""What stands between this machine and a neural score: engines, traps, the model, the cache; nothing is fetched."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Literal, NamedTuple

from ..metric import find_metric
from ..refusal import Refusal
from .cache import Cache, default_cache_path
from .checkpoint import open_checkpoint, refuse_unsafe_loading
from .choice import ENGINES
from .finding import find_encoder, find_model
from .models import DEFAULT_MODEL, licence_notice

__all__ = ["Finding", "doctor_findings"]


class Finding(NamedTuple):
    """One line of the doctor: ok, or a warning with its remedy."""

    state: Literal["ok", "warn"]
    subject: str
    found: str
    mend: str = ""


def doctor_findings(
    model: str | Path | None = None, encoder: str | Path | None = None, *, metric: str = "comet"
) -> Iterator[Finding]:
    """The chain from the extras to the model, link by link; `model` is that of the metric where none is given.

    torch and comet are imported only where a model lies on this machine and is opened.
    """
    wanted = find_metric(metric)
    able = []
    for engine in ENGINES:
        reason = engine.unavailable()
        if reason is None:
            able.append(engine)
            versions = ", ".join(f"{name} {version}" for name, version in engine.versions())
            precision = "fp32, bf16, int8" if engine.NAME == "native" else "fp32"
            yield Finding("ok", f"neural/{engine.NAME}", f"{versions}; {precision}")
            continue
        cause, _, mend = reason.partition("; ")
        # An extra that nobody wanted is no fault; a comet that is there and cannot be used is one.
        trapped = engine.NAME == "upstream" and "not installed" not in cause
        yield Finding("warn" if trapped else "ok", f"neural/{engine.NAME}", cause, mend)
    try:
        refuse_unsafe_loading()
    except Refusal as refusal:
        yield Finding("warn", "neural/loading", refusal.what, refusal.mend)
    yield from _model(model if model is not None else DEFAULT_MODEL[wanted.key], encoder, openable=bool(able))
    yield _cache()


def _model(model: str | Path, encoder: str | Path | None, *, openable: bool) -> Iterator[Finding]:
    try:
        found = find_model(model)
    except Refusal as refusal:
        yield Finding("ok", "neural/model", refusal.what, refusal.mend)
        return
    if not openable:
        yield Finding("ok", "neural/model", f"{found.path}, and no engine to open it")
        return
    try:
        checkpoint = open_checkpoint(
            found.path,
            lambda named: find_encoder(found.path, named, given=encoder),
            name=found.name,
            revision=found.revision,
        )
    except Refusal as refusal:
        yield Finding("warn", "neural/model", f"{refusal.where or found.path}: {refusal.what}", refusal.mend)
        return
    recipe = checkpoint.recipe
    layers = recipe.transform if recipe.layer is None else f"layer {recipe.layer}"
    yield Finding("ok", "neural/model", f"{found.path}, {recipe.kind}, sha256 {checkpoint.sha256[:12]}")
    yield Finding("ok", "neural/layers", f"{layers}, encoder {recipe.encoder_model} in {checkpoint.encoder}")
    licence = licence_notice(found.name)
    if licence is not None:
        yield Finding("warn", "neural/licence", licence, "use wmt22-comet-da commercially")


def _cache() -> Finding:
    path = default_cache_path()
    if not path.exists():
        return Finding("ok", "neural/cache", f"{path}, not there yet")
    cache = Cache(path)
    trouble, size = cache.trouble, cache.size()
    cache.close()
    if trouble is not None or not os.access(path, os.W_OK):
        return Finding("warn", "neural/cache", trouble or f"{path} cannot be written", "set MTQA_CACHE to a folder")
    return Finding("ok", "neural/cache", f"{path}, {size / 1e6:.1f} MB")
