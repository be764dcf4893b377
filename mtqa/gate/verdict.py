"""One check, and the verdict of all of them: the status that is printed is the status that makes the exit code."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from ..mqm import ErrorSpan
from ..refusal import ExitCode
from ..statistics import holm
from .policy import Role
from .trust import Doubt
from .waivers import Applied

__all__ = ["Check", "Outcome", "Verdict", "after_holm", "verdict_of"]


class Outcome(StrEnum):
    """What a check, or all of them, came to; in the order in which the gravest wins."""

    PASS = "pass"
    INCONCLUSIVE = "inconclusive"
    FAIL = "fail"
    INVALID = "invalid"  # could not be judged: never a pass, and never the vendor's fault


EXIT_CODES = {
    Outcome.PASS: ExitCode.DONE,
    Outcome.FAIL: ExitCode.GATE_FAILED,
    Outcome.INCONCLUSIVE: ExitCode.INCONCLUSIVE,
    Outcome.INVALID: ExitCode.INVALID_INPUT,
}


@dataclass(frozen=True, slots=True)
class Check:
    """One demand of the policy, held against the delivery.

    `observed` is the number found, `low` and `high` what the truth lies between, each bound at the risk of the policy;
    `limit` is compared with `high` to pass and with `low` to fail (`at_most`; the other way round otherwise), and the
    limit itself passes. `p` is the probability of what was seen if the limit were just kept; None where nothing is
    left to chance. `inspected` of `population` segments were judged (None: of an endless stream). `reason` is one
    sentence, `settle` what would settle an inconclusive check, `segments` the ids that it rests on, worst first.
    """

    name: str
    role: Role
    outcome: Outcome
    unit: str
    observed: float | None
    low: float | None
    high: float | None
    limit: float | None
    at_most: bool
    inspected: int
    population: int | None
    method: str
    reason: str
    settle: str = ""
    p: float | None = None
    segments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the policy says of one delivery: pass, fail, inconclusive or invalid.

    Only checks whose role is `gate` count. `caveats` are sentences that whoever relies on the verdict must know;
    `digest` is the SHA-256 of the policy, `data` what was judged (the signatures of the scores), so that a disputed
    verdict can be made again. `findings` are the ten dearest that nobody rejected, unless the verdict is a pass: what a
    vendor will ask for first; `waivers` are those of the policy and those given beside it, with what each one did.
    `doubts` say how far the unreviewed findings can be relied on, by category. `subject` is the file or folder that was
    judged, empty where nobody named one.
    """

    status: Outcome
    policy: str
    digest: str
    estimand: str
    risk: float
    checks: tuple[Check, ...]
    caveats: tuple[str, ...] = ()
    data: tuple[str, ...] = ()
    findings: tuple[ErrorSpan, ...] = ()
    waivers: tuple[Applied, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    subject: str = ""

    @property
    def exit_code(self) -> int:
        """0 pass, 1 fail, 3 inconclusive, 4 invalid: the exit code of `mtqa gate`."""
        return int(EXIT_CODES[self.status])

    @property
    def deciding(self) -> tuple[Check, ...]:
        """The gating checks that brought the status about."""
        return tuple(check for check in self.checks if check.role == Role.GATE and check.outcome == self.status)


def verdict_of(checks: Sequence[Check], *, inconclusive_fails: bool = False) -> Outcome:
    """The gravest outcome of the gating checks; without any of them nothing was judged, which is invalid.

    To pass, every gating check must pass, each at the full risk: the chance that a delivery beyond any one limit
    passes all is no larger than that risk (intersection-union test), so nothing is corrected on this side.
    """
    order = list(Outcome)
    found = [check.outcome for check in checks if check.role == Role.GATE]
    gravest = max(found, key=order.index) if found else Outcome.INVALID
    return Outcome.FAIL if gravest == Outcome.INCONCLUSIVE and inconclusive_fails else gravest


def after_holm(checks: Sequence[Check], risk: float) -> tuple[Check, ...]:
    """The same checks, where failing by chance is corrected for the number of gating checks that could (Holm).

    One failed check fails the delivery, so with many checks a delivery within all limits would fail too often. A
    check that fails by itself but not among the others becomes inconclusive.
    """
    tested = [n for n, check in enumerate(checks) if check.role == Role.GATE and check.p is not None]
    adjusted = dict(zip(tested, holm([_p(checks[n]) for n in tested]), strict=True))
    held = []
    for n, check in enumerate(checks):
        if n in adjusted and check.outcome == Outcome.FAIL and adjusted[n] > risk:
            reason = f"{check.reason}; by itself only: among {len(tested)} tested checks p = {adjusted[n]:.3f} (Holm)"
            settle = check.settle or "inspect more segments"
            check = replace(check, outcome=Outcome.INCONCLUSIVE, reason=reason, settle=settle)
        held.append(check)
    return tuple(held)


def _p(check: Check) -> float:
    return 1.0 if check.p is None else check.p
