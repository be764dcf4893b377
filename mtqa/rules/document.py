"""What only the whole document shows: the same replacement made again, and one defect that recurs."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace

from ..mqm import ErrorSpan, Severity, SystemicFinding
from ..segment import ReferenceKind

__all__ = ["systemic", "terminology"]

_REPLACED = frozenset({"accuracy/mistranslation", "accuracy/named-entity"})
_PATTERNS = {
    "compounding": "a compound is split, joined or hyphenated otherwise",
    "date_format": "a date in another notation",
    "number_format": "a figure in another notation",
    "punctuation": "another mark, or a mark too many or too few",
    "whitespace": "a space too many or missing",
    "capitalization": "upper and lower case",
    "diacritics": "accents",
    "unpaired_marks": "a mark without its partner",
}
FEWEST = 3  # instances of one writing defect that make it systemic
AGAIN = 2  # times the same replacement is made


def terminology(errors: Sequence[ErrorSpan]) -> tuple[ErrorSpan, ...]:
    """The errors, with a content replacement that one document makes twice or more named as terminology.

    Wrong: "the deep causes … the deep causes"   Right: "the root causes … the root causes"
    -> terminology/wrong-term, minor
    """
    made = Counter(key for error in errors if (key := _replacement(error)))
    found = []
    for error in errors:
        key = _replacement(error)
        if key is None or made[key] < AGAIN:
            found.append(error)
            continue
        found.append(
            replace(
                error,
                category="terminology/wrong-term",
                severity=Severity.MINOR,
                severity_basis="category-default",
                rule="terminology",
                evidence=(*error.evidence, f"same replacement made {_times(made[key])}"),
                explanation=_with_kind(
                    f"“{error.text.strip()}” is “{error.correction.strip()}” {_times(made[key])} in this document: "
                    "a term rather than a single slip.",
                    error.reference_kind,
                ),
                confidence=0.85,
            )
        )
    return tuple(found)


def systemic(errors: Sequence[ErrorSpan]) -> tuple[SystemicFinding, ...]:
    """The defects that recur: writing conventions by rule and pattern, replacements by their words; most first."""
    groups: dict[tuple[str, str], list[int]] = defaultdict(list)
    for position, error in enumerate(errors):
        pattern = _pattern(error)
        if pattern:
            groups[error.rule, pattern].append(position)
    found = []
    for (rule, pattern), positions in groups.items():
        replacement = rule in ("terminology", "named_entity")
        if len(positions) < (AGAIN if replacement else FEWEST):
            continue
        first = errors[positions[0]]
        found.append(
            SystemicFinding(
                rule=rule,
                category=first.category,
                severity=max((errors[p].severity for p in positions), key=lambda severity: severity.rank),
                pattern=pattern,
                example=f"{first.text.strip() or '∅'} → {first.correction.strip() or '∅'}",
                instances=tuple(positions),
                segments=tuple(dict.fromkeys(errors[p].id for p in positions)),
            )
        )
    return tuple(sorted(found, key=lambda finding: -len(finding.instances)))


def _replacement(error: ErrorSpan) -> tuple[str, str, str, str] | None:
    """What is replaced by what in which document, if the error is one content phrase for another."""
    if error.category not in _REPLACED or error.rule == "sentence_type" or not error.text.strip():
        return None
    return error.document, error.system, error.text.strip().casefold(), error.correction.strip().casefold()


def _pattern(error: ErrorSpan) -> str:
    if error.rule == "compounding":
        return error.evidence[0] if "space before" in error.evidence[0] else _PATTERNS["compounding"]
    if error.rule in ("terminology", "named_entity"):
        return f"“{error.text.strip()}” for “{error.correction.strip()}”"
    if error.rule == "punctuation":
        found, wanted = error.text.strip(), error.correction.strip()
        if found and wanted:
            return f"“{found}” for “{wanted}”"
        return f"“{found}” too many" if found else f"“{wanted}” missing"
    return _PATTERNS.get(error.rule, "")


def _times(count: int) -> str:
    return {2: "twice", 3: "three times"}.get(count, f"{count} times")


def _with_kind(sentence: str, kind: ReferenceKind) -> str:
    return f"Differs from the reference: {sentence}" if kind is ReferenceKind.INDEPENDENT else sentence
