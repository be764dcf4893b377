"""Which engine computes a neural metric here, and which classes of model each metric has."""

import sys
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from types import ModuleType

from ..metric import Metric
from ..refusal import Misuse, Unavailable, unknown_name
from . import native, upstream
from .checkpoint import Checkpoint

__all__ = ["ENGINES", "KINDS", "Service", "choose_engine", "engine_version", "refuse_other_metric", "serving"]

# In the order in which they are asked; `upstream` is the specification, `native` is held to it.
ENGINES: tuple[ModuleType, ...] = (native, upstream)
KINDS = {
    "comet": ("regression_metric", "unified_metric"),
    "cometkiwi": ("referenceless_regression_metric", "unified_metric"),
    "xcomet": ("xcomet_metric",),
}


def choose_engine(metric: Metric, engine: str | None = None) -> ModuleType:
    """The engine that serves a neural metric here: the one named, or the first that can; refuses where none can."""
    if metric.key not in KINDS:
        raise Misuse(f"{metric.name} is no neural metric", mend="known: " + ", ".join(KINDS))
    if engine is not None:
        found = [candidate for candidate in ENGINES if engine == candidate.NAME]
        if not found:
            raise unknown_name("engine", engine, [candidate.NAME for candidate in ENGINES])
        reason = found[0].unavailable()
        if reason is not None:
            raise _unavailable(f"engine {engine} cannot compute {metric.name}", reason)
        return found[0]
    for candidate in ENGINES:
        if candidate.unavailable() is None:
            return candidate
    # The extra `comet` brings all that both engines need; where it cannot be had, `neural` serves.
    wanted = upstream if sys.version_info < (3, 13) else native
    raise _unavailable(f"no engine computes {metric.name}", str(wanted.unavailable()))


@dataclass(frozen=True, slots=True)
class Service:
    """Who would compute a neural metric here: an engine and its version (None: nobody), and why the others cannot."""

    metric: Metric
    engine: str | None
    engine_version: str | None
    refused: tuple[tuple[str, str], ...]


def serving(metric: Metric) -> Service:
    """Who would compute this metric now; asks every engine, and imports none of their libraries."""
    reasons = {engine: engine.unavailable() for engine in ENGINES}
    able = [engine for engine, reason in reasons.items() if reason is None]
    refused = tuple((engine.NAME, reason) for engine, reason in reasons.items() if reason is not None)
    return Service(metric, able[0].NAME if able else None, engine_version(able[0]) if able else None, refused)


@cache
def engine_version(engine: ModuleType) -> str:
    """The version of an engine: that of mtqa for our own, of unbabel-comet for the other."""
    return version("mtqa") if engine is native else dict(upstream.versions())["unbabel-comet"]


def refuse_other_metric(metric: Metric, checkpoint: Checkpoint) -> None:
    """Refuses a model of a class that does not compute the metric, with the metric that it computes."""
    kind = checkpoint.recipe.kind
    if kind not in KINDS[metric.key]:
        of = next(key for key, kinds in KINDS.items() if kind in kinds)
        raise Misuse(f"a {kind} does not compute {metric.name}", where=str(checkpoint.path), mend=f"use -m {of}")
    if kind == "unified_metric":
        wanted = "ref" if metric.key == "comet" else "src"
        if wanted not in checkpoint.recipe.segments:
            of = "cometkiwi" if metric.key == "comet" else "comet"
            what = f"this model reads no {'reference' if wanted == 'ref' else 'source'}"
            raise Misuse(what, where=str(checkpoint.path), mend=f"use -m {of}")


def _unavailable(what: str, reason: str) -> Unavailable:
    cause, _, mend = reason.partition("; ")
    return Unavailable(f"{what}: {cause}", mend=mend)
