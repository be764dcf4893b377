"""The crew of a cluster, with a cluster that is made here: nobody is called late who has answered."""

from types import SimpleNamespace
from typing import Any

import pytest

from mtqa.cluster.crew import Crew, Job


class Faults:
    class RayError(Exception):
        pass

    class RayTaskError(Exception):
        pass


class Hands:
    """A cluster whose workers answer at once; `gone` are the workers that were sent away."""

    exceptions = Faults

    def __init__(self) -> None:
        self.gone: list[int] = []
        self.hired = self.waits = 0

    def hire(self) -> Any:
        self.hired += 1
        name = self.hired
        method = SimpleNamespace(remote=lambda item: (name, "job", item))
        return SimpleNamespace(name=name, do=method, identity=SimpleNamespace(remote=lambda: (name, "greeting", 0)))

    def wait(self, refs: list[Any], *, num_returns: int, timeout: float) -> tuple[list[Any], list[Any]]:
        self.waits += 1
        turned = refs[self.waits % len(refs) :] + refs[: self.waits % len(refs)]
        return turned[:num_returns], turned[num_returns:]

    def get(self, ref: Any, *, timeout: float) -> Any:
        return "us" if ref[1] == "greeting" else (True, 2 * ref[2])

    def kill(self, actor: Any, *, no_restart: bool) -> None:
        self.gone.append(actor.name)


def test_a_driver_that_was_away_loses_no_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """A slow disk, or a machine with too much to do, stops the driver; the answers came meanwhile."""
    now = [0.0]
    monkeypatch.setattr("mtqa.cluster.crew.time", SimpleNamespace(monotonic=lambda: now[0]))
    cluster = Hands()
    crew = Crew(cluster, cluster.hire, lambda: 4, "us", 2.0)  # type: ignore[arg-type]
    jobs = [Job(n) for n in range(8)]
    for job in jobs:
        crew.take(job)
    while not all(job.done for job in jobs):
        crew.advance(until=next(job for job in jobs if not job.done))
        now[0] += 5.0
    assert ([job.result() for job in jobs], [job.lost for job in jobs]) == ([2 * n for n in range(8)], [0] * 8)
    assert (cluster.hired, cluster.gone) == (4, [])
