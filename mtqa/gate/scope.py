"""Is this the kind of delivery that the policy was written for?"""

from ..hygiene.writing import guess_language, language_name, related
from ..refusal import Misuse
from ..summary import Assessed, Status
from .inspected import Inspected
from .languages import languages_of
from .policy import Policy, Role, Scope
from .verdict import Check, Outcome

__all__ = ["scope_checks"]


def scope_checks(
    policy: Policy, assessment: Assessed, material: Inspected, language_pair: str | None
) -> tuple[Check, ...]:
    """Language pair and size; only what is not as the policy wants it, or could not be told."""
    scope, found = policy.scope, []
    if scope.language_pair is not None:
        reason = _other_language(scope.language_pair, language_pair, assessment)
        if reason:
            found.append(_check("scope.language_pair", Outcome.INVALID, reason, material))
    if len(material) < scope.min_segments:
        reason = f"{len(material)} segments inspected, at least {scope.min_segments} wanted"
        settle = f"inspect {scope.min_segments - len(material)} more segments"
        found.append(_check("scope.min_segments", Outcome.INCONCLUSIVE, reason, material, settle))
    if material.by_document:
        found.extend(_too_few_documents(scope, material))
    return tuple(found)


def _too_few_documents(scope: Scope, material: Inspected) -> list[Check]:
    count = len(set(material.documents))
    if count >= scope.min_documents:
        return []
    reason = f"{count} documents inspected, at least {scope.min_documents} wanted to conclude about a vendor"
    settle = f"inspect {scope.min_documents - count} more documents"
    return [_check("scope.min_documents", Outcome.INCONCLUSIVE, reason, material, settle)]


def _other_language(wanted: str, given: str | None, assessment: Assessed) -> str:
    """Why the delivery is not of the wanted language pair, as given or as its texts read; empty if it is."""
    pair = languages_of(wanted)
    if given is not None:
        same = languages_of(given) == pair
        return "" if same else f"the policy is for {wanted}, the delivery is {given}"
    batch = assessment.batch
    judged = [n for n, status in enumerate(assessment.status) if status == Status.PAIRED]
    stated = {name: _pair(name) for name in sorted({batch.labels("language_pair")[n] for n in judged})}
    for name, found in stated.items():
        if found is not None and found != pair:
            return f"the policy is for {wanted}, the table names {name}"
    sources = [batch.source[n] or "" for n in judged]
    told = None not in stated.values()
    for side, language, texts in (
        ("target", pair[1], [batch.hypothesis[n] for n in judged]),
        ("source", pair[0], sources),
    ):
        guess = _language_of(texts)
        if guess is not None:
            told = told or side == "target"
            if not related(guess, language):
                return f"the policy is for {wanted}, but the {side} reads as {language_name(guess)}"
    return "" if told else f"the policy is for {wanted}, and the texts are too short to tell; give --language-pair"


def _pair(name: str) -> tuple[str, str] | None:
    """The languages of a pair as the table writes it; None for what is no pair."""
    try:
        return languages_of(name)
    except Misuse:
        return None


def _language_of(texts: list[str]) -> str | None:
    """The language that most of the texts are sure to be in; None where none can be told."""
    counts: dict[str, int] = {}
    for text in texts[:200]:
        guess = guess_language(text)
        if guess is not None and guess.confidence >= 0.99:
            counts[guess.language] = counts.get(guess.language, 0) + 1
    return max(counts, key=lambda language: counts[language]) if counts else None


def _check(name: str, outcome: Outcome, reason: str, material: Inspected, settle: str = "") -> Check:
    count = len(material)
    return Check(name, Role.GATE, outcome, "", None, None, None, None, True, count, material.population, "looked up",
                 reason, settle)  # fmt: skip
