"""From labelled errors to a team's severities, judged on labels that they were not learnt from.

A label is a row of `mtqa errors -f jsonl` in which `severity` is the team's, or which has the team's under `label`
beside what mtqa said. Rows of other tools do as well: `category` (ours, an MQM-Full id, a label of the WMT releases)
and `severity` are enough; then the built-in severity is that of the category.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from ..formats import read_lines
from ..mqm import BUILT_IN, CATEGORIES, Severities, Severity, category_of
from ..refusal import Refusal, unknown_name

__all__ = ["FEWEST_LABELS", "Judged", "Label", "judged", "learn", "read_labels"]

FEWEST_LABELS = 50
FOLDS = 10
SPREAD = 2.0  # standard deviation of the prior on the shift of a log chance: a factor of 7 either way is nothing rare
_ORDER = tuple(Severity)


@dataclass(frozen=True, slots=True)
class Label:
    """An error that a team graded: its category, what our severity rests on, ours, the team's, and its segment."""

    category: str
    basis: str
    built_in: Severity
    severity: Severity
    segment: str


@dataclass(frozen=True, slots=True)
class Judged:
    """How often the severity is the team's (0..1, higher is better), and the Brier score (0..2, lower is better).

    `before` by the built-in severities, `after` by those learnt from the labels of other segments: ten folds.
    """

    labels: int
    accuracy_before: float
    accuracy_after: float
    brier_before: float
    brier_after: float


def read_labels(path: str | Path) -> tuple[Label, ...]:
    """The labels of a JSON Lines file; refuses rows without a known category and severity, with the line."""
    found = []
    for number, line in enumerate(read_lines(path), start=1):
        if line.strip():
            try:
                found.append(_label(line, number))
            except Refusal as refusal:
                raise Refusal(refusal.what, where=f"{path}:{number}", mend=refusal.mend) from None
    return tuple(found)


def _label(line: str, number: int) -> Label:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        row = None
    if not isinstance(row, dict):
        raise Refusal("no JSON object", mend="a line is an error of 'mtqa errors -f jsonl'")
    name, graded = row.get("category"), row.get("label", row.get("severity"))
    category = category_of(name) if isinstance(name, str) else None
    if category is None:
        raise unknown_name("category", str(name), CATEGORIES)
    if graded not in _ORDER:
        raise unknown_name("severity", str(graded), _ORDER)
    own = row.get("severity") if "label" in row else None
    segment = "\t".join(str(row.get(key, "")) for key in ("system", "document", "id"))
    return Label(
        category=category,
        basis=str(row.get("severity_basis", "")),
        built_in=Severity(own) if own in _ORDER else CATEGORIES[category].severity,
        severity=Severity(graded),
        segment=segment if segment.strip() else str(number),
    )


def learn(labels: Sequence[Label], *, name: str) -> Severities:
    """The severities of the team that gave these labels.

    Refuses fewer than fifty, and labels that are all of one severity: they say nothing of the others.
    """
    if len(labels) < FEWEST_LABELS:
        what = f"{len(labels)} labelled error{'s' if len(labels) != 1 else ''}, at least {FEWEST_LABELS} wanted"
        raise Refusal(what, mend="label more errors")
    if len({label.severity for label in labels}) == 1:
        raise Refusal(f"all labels are {labels[0].severity}", mend="label errors of several severities")
    return _learnt(labels, name)


def judged(labels: Sequence[Label]) -> Judged:
    """How good the built-in severities are on these labels, and those learnt from the labels of other segments.

    Refuses what `learn` refuses.
    """
    learn(labels, name="")
    segments = list(dict.fromkeys(label.segment for label in labels))
    fold_of = {segment: n % FOLDS for n, segment in enumerate(segments)}
    if len(segments) < FOLDS:  # all of a few segments: label by label
        folds = [n % FOLDS for n in range(len(labels))]
    else:
        folds = [fold_of[label.segment] for label in labels]
    right, brier = 0, 0.0
    for fold in sorted(set(folds)):
        seen = [label for label, of in zip(labels, folds, strict=True) if of != fold]
        unseen = [label for label, of in zip(labels, folds, strict=True) if of == fold]
        learnt = _learnt(seen, "")
        right += sum(learnt.grade(each.category, each.basis, each.built_in) == each.severity for each in unseen)
        brier += sum(_brier(learnt.chances(each.category, each.basis, each.built_in), each) for each in unseen)
    count = len(labels)
    return Judged(
        labels=count,
        accuracy_before=sum(each.built_in == each.severity for each in labels) / count,
        accuracy_after=right / count,
        brier_before=sum(_brier(BUILT_IN[each.built_in], each) for each in labels) / count,
        brier_after=brier / count,
    )


def _brier(chances: Sequence[float], label: Label) -> float:
    return sum((p - (s == label.severity)) ** 2 for p, s in zip(chances, _ORDER, strict=True))


def _learnt(labels: Sequence[Label], name: str) -> Severities:
    return Severities(
        name=name,
        labels=len(labels),
        shift=_shift(labels),
        categories=_counted((label.category, label.severity) for label in labels),
        bases=_counted((f"{label.category}|{label.basis}", label.severity) for label in labels if label.basis),
    )


def _shift(labels: Sequence[Label]) -> tuple[float, ...]:
    """How much likelier than built in the team gives each severity, in logarithms, at its most probable."""
    cells = Counter((label.built_in, label.severity) for label in labels)
    built_in = [severity for severity in _ORDER if any(cell[0] == severity for cell in cells)]
    start = np.log(np.array([BUILT_IN[severity] for severity in built_in]))
    counts = np.array([[cells[row, severity] for severity in _ORDER] for row in built_in], dtype=np.float64)

    def loss(shift: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        raised = start + shift
        log_chances = raised - np.logaddexp.reduce(raised, axis=1, keepdims=True)
        slope = np.exp(log_chances).T @ counts.sum(axis=1) - counts.sum(axis=0) + shift / SPREAD**2
        return float(-(counts * log_chances).sum() + shift @ shift / (2.0 * SPREAD**2)), slope

    found = minimize(loss, np.zeros(len(_ORDER)), jac=True, method="BFGS")
    return tuple(round(float(value), 6) for value in found.x)


def _counted(pairs: Iterable[tuple[str, Severity]]) -> Mapping[str, tuple[int, ...]]:
    table: dict[str, Counter[Severity]] = defaultdict(Counter)
    for name, severity in pairs:
        table[name][severity] += 1
    return {name: tuple(table[name][severity] for severity in _ORDER) for name in sorted(table)}
