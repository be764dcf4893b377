"""The workers of a Ray cluster during one piece of a run: who has which job, who is late, who is lost."""

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

from ..refusal import Unavailable

__all__ = ["Crew", "Job"]

_AT_ONCE = 2  # jobs that a worker has: one in work, one waiting, so that it never waits for us
_AHEAD = 2  # jobs a worker that may be done before they are taken: one slow job does not stop the others
_LIVES = 4  # workers that one job may cost before it is its fault
_STARTS = 4  # workers in a row that may fail to start
_START = 180.0  # seconds in which some worker must be there
_LOOK = 5.0  # seconds between two looks at how large the cluster is
_TICK = 1.0


@dataclass(slots=True, eq=False)
class Job:
    """One piece of work: the item, and once it is done its result or what it raised."""

    item: Any
    done: bool = False
    lost: int = 0
    outcome: tuple[bool, Any] = (False, None)

    def result(self) -> Any:
        """What was made of the item; raises what it raised."""
        well, made = self.outcome
        if not well:
            raise made
        self.outcome = (True, None)
        return made


@dataclass(slots=True, eq=False)
class _Hand:
    """A worker: until `greeting` is answered it is starting; `jobs` are in the order in which it does them."""

    actor: Any
    greeting: Any
    since: float
    jobs: dict[Any, Job] = field(default_factory=dict)


class Crew:
    """Workers that are hired as the cluster has places, and replaced as they are lost.

    `hire` starts a worker, `places` says how many there may be, `identity` what each must answer, `patience` how many
    seconds a job may take.
    """

    def __init__(
        self, ray: ModuleType, hire: Callable[[], Any], places: Callable[[], int], identity: str, patience: float
    ) -> None:
        self._ray, self._hire, self._places, self._identity, self._patience = ray, hire, places, identity, patience
        self._hands: list[_Hand] = []
        self._todo: deque[Job] = deque()
        self._size = max(1, places())
        self._looked = self._alive = time.monotonic()
        self._failed = 0

    @property
    def window(self) -> int:
        """How many jobs may be on their way: more would fill the memory of a slow reader of results."""
        return self._size * (_AT_ONCE + _AHEAD)

    def take(self, job: Job) -> None:
        """Puts a job at the end of what is to be done."""
        self._todo.append(job)

    def advance(self, *, until: Job) -> None:
        """Hands out and collects; comes back when the job is done, or when some answer came. Refuses a dead cluster."""
        self._look()
        self._hand_out()
        if until.done:
            return
        refs = {ref: hand for hand in self._hands for ref in self._asked(hand)}
        if refs:
            ready, _ = self._ray.wait(list(refs), num_returns=1, timeout=_TICK)
            if ready:  # whoever has answered is heard before anybody is called late: it may be us who were away
                ready, _ = self._ray.wait(list(refs), num_returns=len(refs), timeout=0)
            for ref in ready:
                self._hear(refs[ref], ref)
        else:
            time.sleep(_TICK / 4)
        self._count_out()

    def dismiss(self) -> None:
        """Sends all workers away; what they had is dropped."""
        while self._hands:
            self._release(self._hands[-1])

    def _asked(self, hand: _Hand) -> list[Any]:
        return [hand.greeting] if hand.greeting is not None else list(hand.jobs)[:1]

    def _look(self) -> None:
        """Hires as many as there are places; the cluster may have grown or shrunk."""
        now = time.monotonic()
        if now - self._looked > _LOOK:
            self._looked, self._size = now, max(1, self._places())
        wanted = min(self._size, len(self._todo) + sum(1 for hand in self._hands if hand.jobs))
        while len(self._hands) < wanted:
            actor = self._hire()
            self._hands.append(_Hand(actor, actor.identity.remote(), now))

    def _hand_out(self) -> None:
        for load in range(_AT_ONCE):
            for hand in self._hands:
                if self._todo and hand.greeting is None and len(hand.jobs) == load:
                    if not hand.jobs:
                        hand.since = time.monotonic()
                    job = self._todo.popleft()
                    hand.jobs[hand.actor.do.remote(job.item)] = job

    def _hear(self, hand: _Hand, ref: Any) -> None:
        """Takes an answer; a worker whose answer is an error of the cluster is lost."""
        errors = self._ray.exceptions
        try:
            answer = self._ray.get(ref, timeout=self._patience)
        except errors.RayTaskError:  # our own code, where it catches nothing: not to be tried again
            raise
        except (errors.RayError, TimeoutError) as fault:
            self._lose(hand, fault)
            return
        self._alive, self._failed = time.monotonic(), 0
        hand.since = self._alive
        if hand.greeting is not None:
            hand.greeting = None
            if answer != self._identity:
                what = f"a worker has {answer}, this is {self._identity}"
                raise Unavailable(what, where="--cluster ray", mend="install the same on every node")
            return
        job = hand.jobs.pop(ref)
        job.done, job.outcome = True, answer

    def _lose(self, hand: _Hand, fault: Exception) -> None:
        """Gives the jobs of a lost worker back, the one that it was at first."""
        starting, jobs = hand.greeting is not None, list(hand.jobs.values())
        self._release(hand)
        self._todo.extendleft(reversed(jobs))
        if starting:
            self._failed += 1
            if self._failed >= _STARTS:
                what = f"{_STARTS} workers in a row did not start ({type(fault).__name__})"
                raise Unavailable(what, where="--cluster ray", mend="see that every node can import mtqa")
        if jobs:
            jobs[0].lost += 1
            if jobs[0].lost >= _LIVES:
                what = f"one piece of work was lost with {_LIVES} workers ({type(fault).__name__})"
                raise Unavailable(what, where="--cluster ray", mend="give the workers more memory, or --cluster local")

    def _count_out(self) -> None:
        """Calls those lost who did not answer in time; refuses a cluster on which nobody works any more."""
        now = time.monotonic()
        for hand in list(self._hands):
            if hand.jobs and now - hand.since > self._patience:
                self._lose(hand, TimeoutError())
        if any(hand.greeting is None for hand in self._hands):
            self._alive = now
        elif now - self._alive > _START:
            what = f"no worker started in {_START:.0f} seconds"
            raise Unavailable(what, where="--cluster ray", mend="see 'ray status': are its cores taken?")

    def _release(self, hand: _Hand) -> None:
        self._hands.remove(hand)
        try:
            self._ray.kill(hand.actor, no_restart=True)
        except Exception:  # dead already, or the cluster is gone
            return
