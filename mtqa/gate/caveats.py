"""What whoever relies on a verdict must know beside it."""

from collections.abc import Sequence

from ..hygiene import Concern
from ..summary import Assessed
from .inspected import Inspected
from .policy import Policy
from .trust import Standing
from .waivers import Applied, State

__all__ = ["caveats_of"]


def caveats_of(
    rules: Policy, assessment: Assessed, material: Inspected, counted: Standing, applied: Sequence[Applied]
) -> tuple[str, ...]:
    """One sentence each, the gravest first."""
    said = []
    if counted.unreviewed and (rules.mqm or rules.critical):
        trust = "" if counted.doubtful else "; the policy trusts them"
        said.append(
            f"{counted.unreviewed} of {len(assessment.error_spans)} findings are automatic and unreviewed{trust}"
        )
    if rules.mqm or rules.critical:
        said.append("errors that the detector misses are not counted: set limits with the same detector")
    if material.population is not None and not material.complete:
        said.append(
            f"{len(material):,} of {material.population:,} segments were inspected; "
            "the bounds hold if they were drawn at random ('mtqa sample')"
        )
    if not material.complete and any(each.state is State.HOLDS for each in applied):
        said.append("findings were waived in what was inspected: the bounds take the rest to be waived alike")
    if rules.critical is not None and rules.critical.max_share is None and not material.complete:
        said.append("critical.max counts in what was inspected; it says nothing about the rest")
    if rules.scope.language_pair is not None and not any(assessment.batch.source):
        said.append("the source is not known: only the target language was looked at")
    for notice in assessment.summary.notices:
        if notice.concern == Concern.WARNING and notice.check not in rules.integrity:
            said.append(f"{notice.check}: {notice.message}; the policy has no limit for it")
    return tuple(said)
