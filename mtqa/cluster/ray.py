"""A Ray cluster: one actor a core (or a GPU), pieces of work handed out few at a time, what is lost handed out again.

Ray's own retries are off. An actor or a node may die, be cut off, or never answer (a `get` on a lost node can wait
for ever: ray-project/ray#26991); in each case the pieces that the actor had are given to others, and a late answer of
it is not heard. So each piece has exactly one result, in the order of the input.
"""

import os
import socket
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from importlib.metadata import version
from types import ModuleType
from typing import Any, TypeVar

from ..refusal import Unavailable, figure_asked
from .crew import Crew, Job

__all__ = ["PATIENCE", "RayCluster", "Worker", "opened"]

PATIENCE = 1800.0  # seconds in which a piece must be done; beyond it the worker counts as lost ($MTQA_RAY_PATIENCE)
_INHERITED = ("MTQA_CACHE", "MTQA_CACHE_BYTES", "MTQA_ENGINE", "MTQA_REQUIRE_NATIVE")

Given = TypeVar("Given")
Made = TypeVar("Made")


class Worker:
    """What runs on the cluster: it holds the work (and with it a model), and does one piece after another."""

    def __init__(self, work: Callable[[Any], Any], environment: dict[str, str]) -> None:
        os.environ.update(environment)
        self._work = work

    def identity(self) -> str:
        """Which mtqa and which Python work here; the driver takes no results from another."""
        return identity()

    def do(self, item: Any) -> tuple[bool, Any]:
        """The result of a piece, or the exception that it raised."""
        try:
            return True, self._work(item)
        except Exception as fault:
            return False, fault


def identity() -> str:
    """The versions on which results depend."""
    return f"mtqa {version('mtqa')}, Python {sys.version_info.major}.{sys.version_info.minor}"


class RayCluster:
    """A connected Ray cluster. `models`: each worker has a GPU to itself where the cluster has any.

    `patience` are the seconds in which a piece of work must be done.
    """

    def __init__(self, ray: ModuleType, *, models: bool = False, patience: float = PATIENCE) -> None:
        self._ray, self._models, self._patience = ray, models, patience

    @property
    def near(self) -> bool:
        """Its workers may stand anywhere."""
        return False

    def in_order(self, work: Callable[[Given], Made], items: Iterable[Given]) -> Iterator[tuple[Given, Made]]:
        """Each item with what `work` made of it on some worker, in order; see `Cluster`."""
        crew = Crew(self._ray, self._hire(work), self._places, identity(), self._patience)
        source = iter(items)
        waiting: list[Job] = []
        drawn, fault = False, None
        try:
            while True:
                while not drawn and len(waiting) < crew.window:
                    try:
                        job = Job(next(source))
                    except StopIteration:
                        drawn = True
                    except Exception as raised:  # first what came before it
                        drawn, fault = True, raised
                    else:
                        waiting.append(job)
                        crew.take(job)
                if not waiting:
                    break
                crew.advance(until=waiting[0])
                while waiting and waiting[0].done:
                    job = waiting.pop(0)
                    yield job.item, job.result()
        finally:
            crew.dismiss()
        if fault is not None:
            raise fault

    def _hire(self, work: Callable[[Any], Any]) -> Callable[[], Any]:
        """What starts a worker anywhere on the cluster, as far from the others as may be."""
        environment = {name: os.environ[name] for name in _INHERITED if name in os.environ}
        kept = self._ray.put(work)
        gpus = 1 if self._models and self._ray.cluster_resources().get("GPU", 0) >= 1 else 0
        actor = self._ray.remote(Worker).options(
            num_cpus=1, num_gpus=gpus, max_restarts=0, max_task_retries=0, scheduling_strategy="SPREAD"
        )
        return lambda: actor.remote(kept, environment)

    def _places(self) -> int:
        """How many workers the cluster has room for as it stands now."""
        there = self._ray.cluster_resources()
        gpus = int(there.get("GPU", 0)) if self._models else 0
        return gpus or int(there.get("CPU", 0))


@contextmanager
def opened(address: str | None = None, *, models: bool = False) -> Iterator[RayCluster]:
    """A Ray cluster, connected for the length of the block; one to which the process is connected already stays so.

    Usage statistics and the dashboard are off. Refuses where Ray is not installed and where no cluster answers.
    """
    patience = figure_asked("MTQA_RAY_PATIENCE", PATIENCE)
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"  # no telemetry, whatever the machine's settings are
    try:
        import ray
    except ImportError:
        raise Unavailable("Ray is not installed", where="--cluster ray", mend="pip install 'mtqa[ray]'") from None
    here = not ray.is_initialized()
    if here:
        starting = address is None and not os.environ.get("RAY_ADDRESS")
        try:
            _knock(address or os.environ.get("RAY_ADDRESS") or "")
            ray.init(
                address=address,
                logging_level="ERROR",
                log_to_driver=False,  # the output of workers may quote a delivery
                include_dashboard=False if starting else None,
            )
        except (OSError, RuntimeError, ValueError) as fault:
            place = address or os.environ.get("RAY_ADDRESS") or "this machine"
            what = f"no Ray cluster answers ({type(fault).__name__})"
            raise Unavailable(what, where=place, mend="start one: ray start --head") from None
    try:
        yield RayCluster(ray, models=models, patience=patience)
    finally:
        if here:
            with suppress(Exception):
                ray.shutdown()


def _knock(address: str) -> None:
    """Raises an OSError where nobody listens at `host:port`; Ray itself would try for minutes."""
    host, colon, port = address.removeprefix("ray://").rpartition(":")
    if colon and port.isdecimal():
        socket.create_connection((host.strip("[]"), int(port)), timeout=10).close()
