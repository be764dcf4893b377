"""A delivery as a test: the fixture `assert_gate` for pytest.

    def test_delivery(assert_gate):
        assert_gate("out/acme", "mtqa.toml")

A failed gate is a failed test with the evidence as its message; an inconclusive one fails too, since nobody may take it
for accepted, unless the test says `inconclusive="skip"`. What could not be judged is an error of the test.
"""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pytest

if TYPE_CHECKING:
    from .gate import Verdict

__all__ = ["assert_gate"]


@pytest.fixture
def assert_gate() -> "Callable[..., Verdict]":
    """The function `assert_gate(delivery, policy, *, inconclusive="fail" | "skip", **options) -> Verdict`.

    `delivery` is an assessment, the folder of one, or a table; `options` are those of `mtqa.gate`. Heavy imports wait
    until it is called, so that the plugin costs other tests nothing.
    """
    return _assert_gate


def _assert_gate(
    delivery: object, policy: object, *, inconclusive: Literal["fail", "skip"] = "fail", **options: object
) -> "Verdict":
    from .assess import assess
    from .assessment import Assessment
    from .gate import Outcome, gate
    from .gate.evidence import evidence

    if isinstance(delivery, str | Path):
        delivery = Assessment.load(delivery) if Path(delivery).is_dir() else assess(delivery)
    verdict = gate(delivery, policy, **options)  # type: ignore[arg-type]
    if verdict.status == Outcome.PASS:
        return verdict
    said = evidence(verdict, "text")
    if verdict.status == Outcome.INVALID:
        raise RuntimeError(said)
    if verdict.status == Outcome.INCONCLUSIVE and inconclusive == "skip":
        pytest.skip(said)
    pytest.fail(said, pytrace=False)
