"""What stands between this machine and a neural score: engines, traps, the model, the cache; nothing is fetched."""

import os
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Literal, NamedTuple

from ..metric import Metric, find_metric
from ..refusal import Refusal
from . import native
from .cache import Cache, default_cache_path
from .checkpoint import open_checkpoint, refuse_unsafe_loading
from .choice import ENGINES, refuse_other_metric
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

    Neither torch nor comet is imported. That the metric's own model is not here is no fault; that the one given is not
    here, or computes another metric, is one.
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
    if native in able:
        yield _precision()
    yield _offline()
    yield from _model(wanted, model, encoder, openable=bool(able))
    yield _cache()


def _precision() -> Finding:
    """What the processor (Linux says it) has instructions for; the others are computed, and take longer than fp32."""
    try:
        flags = set(Path("/proc/cpuinfo").read_text(encoding="utf-8").partition("flags")[2].partition("\n")[0].split())
    except OSError:
        return Finding("ok", "neural/precision", "fp32; of int8 and bf16 this system does not say")
    known = {"int8": {"avx512_vnni", "avx_vnni", "amx_int8", "asimddp"}, "bf16": {"avx512_bf16", "amx_bf16", "bf16"}}
    fast = [name for name, wanted in known.items() if flags & wanted]
    slow = [name for name in known if name not in fast]
    said = f"{', '.join(['fp32', *fast])} at full speed" + (f"; {', '.join(slow)} without instructions" if slow else "")
    return Finding("ok", "neural/precision", said)


def _offline() -> Finding:
    """Whether anything could be fetched, if it were asked for."""
    offline = [name for name in ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE") if os.environ.get(name)]
    if offline:
        return Finding("ok", "neural/offline", f"nothing is fetched: {offline[0]} is set")
    if find_spec("huggingface_hub") is None:
        what = "nothing is fetched: huggingface-hub is not installed"
        return Finding("ok", "neural/offline", what, "pip install huggingface-hub")
    return Finding("ok", "neural/offline", "nothing is fetched without --online")


def _model(
    metric: Metric, given: str | Path | None, encoder: str | Path | None, *, openable: bool
) -> Iterator[Finding]:
    try:
        found = find_model(given if given is not None else DEFAULT_MODEL[metric.key])
    except Refusal as refusal:
        yield Finding("ok" if given is None else "warn", "neural/model", refusal.what, refusal.mend)
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
        refuse_other_metric(metric, checkpoint)
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
