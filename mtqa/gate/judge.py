"""The gate: a delivery, a policy, a verdict. The only place that knows the order of the checks."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

from ..ledger import Entry
from ..mqm import PROFILES, ErrorSpan
from ..refusal import Misuse, Refusal
from ..summary import Assessed
from .arguments import checked_call
from .baselines import baseline_check
from .caveats import caveats_of
from .drift import drift_check
from .inspected import Inspected, inspected
from .integrity import integrity_checks
from .judging import refused
from .policy import Policy, Role
from .rate import rate_check
from .reading import read_policy
from .scope import scope_checks
from .scores import metric_checks
from .slices import slice_checks
from .stops import stop_checks
from .trust import Decisions, Doubt, Standing, doubts_of
from .verdict import Check, Outcome, Verdict, after_holm, verdict_of
from .waivers import Applied, Waiver, apply_waivers, waived

__all__ = ["gate"]


def gate(
    assessment: Assessed,
    policy: "Policy | str | Path | Mapping[str, object]",
    *,
    baseline: Assessed | None = None,
    decisions: Decisions | None = None,
    history: Sequence[Entry] | None = None,
    waivers: Sequence[Waiver] = (),
    today: date | None = None,
    language_pair: str | None = None,
    population: int | None = None,
) -> Verdict:
    """The verdict of a policy on an assessed delivery.

    `decisions` are the reviewers' (position of the finding → confirmed), by default those that were merged into the
    assessment; what they leave open counts as bounds.
    `population` is the number of segments of the delivery, where the assessment holds a random sample of it.
    `language_pair` names that of the delivery; without it the texts are looked at, if the policy wants one.
    `history` are the ledger's lines of this vendor and language pair, which `[[drift]]` needs. `waivers` stand beside
    those of the policy; `today` (default: the day in UTC, or that of the newest line of the history if it is later, so
    that a clock which goes back revives none) is when they are looked at.
    A policy that cannot be understood is refused (exit 2), and so is what is no assessment; an assessment that cannot
    be judged is an invalid verdict.
    """
    rules = read_policy(policy)
    checked_call(assessment, baseline, decisions, history, waivers, population, language_pair)
    known = assessment.decided if decisions is None else decisions
    applied = apply_waivers(
        (*rules.waiver, *waivers),
        assessment.error_spans,
        rejected=[position for position, confirmed in known.items() if confirmed is False],
        today=today or _today(history or ()),
    )
    left_out = tuple(waived(applied, assessment.error_spans))
    try:
        material, counted = inspected(assessment, rules, decisions=known, population=population, waived=left_out)
    except Misuse:
        raise
    except Refusal as refusal:
        return _verdict(rules, assessment, [_nothing(str(refusal))], waivers=applied)
    doubts = doubts_of(assessment.error_spans, counted, known) if rules.mqm or rules.critical else ()
    checks = [
        *scope_checks(rules, assessment, material, language_pair),
        *integrity_checks(assessment, rules),
        *_judged(rules, assessment, baseline, material, counted),
        *(drift_check(each, assessment, history) for each in rules.drift),
    ]
    return _verdict(
        rules,
        assessment,
        after_holm(checks, material.risk),
        caveats=caveats_of(rules, assessment, material, counted, applied),
        findings=_dearest(rules, assessment, counted) if material.errors_known else (),
        waivers=applied,
        doubts=doubts,
    )


def _today(history: Sequence[Entry]) -> date:
    """The day in UTC; a day that the ledger has seen is not later."""
    return max([datetime.now(UTC).date(), *(date.fromisoformat(entry.delivered[:10]) for entry in history)])


def _judged(
    rules: Policy, assessment: Assessed, baseline: Assessed | None, material: Inspected, counted: Standing
) -> Iterator[Check]:
    if rules.critical is not None:
        yield from stop_checks(rules.critical, material)
    if rules.mqm is not None:
        mqm = rules.mqm
        yield rate_check("mqm", mqm.role, mqm.max_per_1000_words, material, mqm.profile.label, mqm.segment_cap)
    for metric in rules.metric:
        yield from metric_checks(metric, material)
    for comparison in rules.baseline:
        yield baseline_check(comparison, assessment, baseline, material)
    for part in rules.slice:
        found = list(slice_checks(part, rules.mqm, assessment, counted, material))
        yield from found
        if not found:
            noun = part.by.replace("_", " ")
            known = any(material.labels[part.by])
            told = f"no {noun} matches {part.match!r}" if known else f"the table names no {noun}"
            yield refused(f"slice.{part.by}[{part.match}]", part.role, f"{told}: nothing was judged")


def _nothing(reason: str) -> Check:
    return refused("scope", Role.GATE, reason)


def _verdict(
    rules: Policy,
    assessment: Assessed,
    checks: Sequence[Check],
    *,
    caveats: tuple[str, ...] = (),
    findings: tuple[ErrorSpan, ...] = (),
    waivers: tuple[Applied, ...] = (),
    doubts: tuple[Doubt, ...] = (),
) -> Verdict:
    status = verdict_of(checks, inconclusive_fails=rules.scope.on_inconclusive == "fail")
    return Verdict(
        status=status,
        policy=rules.policy,
        digest=rules.digest,
        estimand=rules.scope.estimand,
        risk=rules.scope.risk,
        checks=tuple(checks),
        caveats=caveats,
        data=_signatures(rules, assessment),
        findings=() if status == Outcome.PASS else findings,
        waivers=waivers,
        doubts=doubts,
    )


def _dearest(rules: Policy, assessment: Assessed, counted: Standing) -> tuple[ErrorSpan, ...]:
    """The ten findings that cost most under the policy's profile, the severest of equals first."""
    if rules.mqm is None and rules.critical is None:
        return ()
    profile = rules.mqm.profile if rules.mqm else PROFILES["mqm-core"]
    spans = [assessment.error_spans[position] for position in counted.all]
    costly = [span for span in spans if profile.penalty(span.category, span.severity) > 0.0]
    return tuple(sorted(costly, key=lambda s: (-profile.penalty(s.category, s.severity), -s.severity.rank))[:10])


def _signatures(rules: Policy, assessment: Assessed) -> tuple[str, ...]:
    """Those of the metrics that were judged; without any the first one, for the hash of the texts."""
    wanted = {check.name for check in rules.metric} | {check.metric for check in rules.baseline}
    found = [str(signature) for name, signature in assessment.signatures.items() if name in wanted]
    return tuple(found or [str(signature) for signature in assessment.signatures.values()][:1])
