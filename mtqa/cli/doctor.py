"""`mtqa doctor`: what this installation has, what it lacks, and how to mend it."""

import json
import platform
import sys
from collections.abc import Iterator
from importlib.metadata import version
from importlib.util import find_spec
from typing import Annotated, Literal, NamedTuple

import typer

from .models import Encoder, ModelName

__all__ = ["command"]

LIBRARIES = ("sacrebleu", "numpy", "pandas", "pyarrow", "scipy", "typer")


class Finding(NamedTuple):
    """One line of the doctor: ok, or a warning with its remedy."""

    state: Literal["ok", "warn"]
    subject: str
    found: str
    mend: str = ""


def command(
    metric: Annotated[
        Literal["comet", "cometkiwi", "xcomet"], typer.Option("-m", "--metric", help="Neural: whose model is opened.")
    ] = "comet",
    model: ModelName = None,
    encoder: Encoder = None,
    form: Annotated[Literal["text", "json"], typer.Option("-f", "--format", help="text or json.")] = "text",
) -> None:
    """Check this installation: versions, engines, extras; of a model its files, class, layers, hash, licence.

    Every line is `ok` or `warn`, what was found, and how to mend it. The exit code is 0: a warning is no failure.
    """
    findings = [*_versions(), *_engines(), *_neural(metric, model, encoder), *_notebook()]
    if form == "json":
        rows = [finding._asdict() for finding in findings]
        print(json.dumps({"schema": "mtqa.doctor/1", "findings": rows}, ensure_ascii=False, indent=1))
        return
    for finding in findings:
        mend = f"; {finding.mend}" if finding.mend else ""
        print(f"{finding.state:<4}  {finding.subject:<10}  {finding.found}{mend}")


def _versions() -> Iterator[Finding]:
    yield Finding("ok", "mtqa", version("mtqa"))
    machine = f"{platform.python_version()} on {platform.system()} {platform.machine()}"
    yield Finding("ok" if sys.version_info >= (3, 11) else "warn", "python", machine)
    for name in LIBRARIES:
        yield Finding("ok", name, version(name))


def _engines() -> Iterator[Finding]:
    from ..engines import which

    for service in which():
        engine = f"{service.engine} {service.engine_version}" if service.engine else "no engine"
        refused = "; ".join(f"{name}: {reason}" for name, reason in service.refused)
        state: Literal["ok", "warn"] = "warn" if refused or not service.engine else "ok"
        yield Finding(state, service.metric.name, engine + (f" ({refused})" if refused else ""))


def _neural(metric: str, model: str | None, encoder: str | None) -> Iterator[Finding]:
    """Neural scores: engines, the traps of their libraries, the model, the cache."""
    from ..neural import doctor_findings

    yield from (Finding(*finding) for finding in doctor_findings(model, encoder, metric=metric))


def _notebook() -> Iterator[Finding]:
    missing = [name for name in ("altair", "nbclient", "ipykernel") if find_spec(name) is None]
    if missing:
        yield Finding("ok", "notebook", f"not installed: {', '.join(missing)}", "pip install 'mtqa[notebook]'")
    else:
        yield Finding("ok", "notebook", f"altair {version('altair')}")
