"""Against an independent reference: how likely each difference is one that a person would mark as an error.

Most differences between two translations are none. A logistic model over what is known of each word (is it edited, is
it anywhere in the reference, how much of the segment differs, how common is it, which rule claims it) gives the
probability that a person marks it; with several references the least of its probabilities counts, for a word that
one reference confirms is hardly wrong.

The weights were fitted to the development half of MQM annotations (newstest2020 and 2021, WMT23 and TED zh-en,
biomedical de-en; every set weighted alike) by `bench/likelihood.py`; what they reach stands in docs/quality.md.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from ..edits import Comparison, Edit
from ..language.lexicon import zipf
from ..mqm import ErrorSpan, Severity
from ..segment import Span
from .case import quoted

__all__ = ["FEATURES", "LIKELY", "WEIGHTS", "features", "likely_differences", "probabilities"]

LIKELY = 0.22  # differences less probable than this are left out; the best over the five sets, two-fold
JOINED = 0.15  # words between two likely differences that are at least this probable belong to them
GAP = 3  # … if they are no more than this many
UNANCHORED = 0.15  # the confidence of something missing, which has no word to be judged by

WEIGHTS: Mapping[str, float] = MappingProxyType(
    {
        "always": -2.68,
        "edited": 0.81,
        "share": 1.99,
        "share if edited": -0.62,
        "absent content": 0.17,
        "absent": -0.02,
        "absent stem": 0.25,
        "one-sided": -0.04,
        "width": -0.12,
        "name": 0.32,
        "function": -0.28,
        "mark": -0.46,
        "frequency": -0.34,
        "unknown": -0.13,
        "twice": 0.12,
        "length": 0.05,
        "edited before": 0.23,
        "edited after": 0.20,
        "capitalization": 0.83,
        "duplication": -0.09,
        "function_words": -0.18,
        "named_entity": 0.32,
        "negation": 0.35,
        "number": 0.29,
        "punctuation": 0.08,
        "spelling": 0.26,
        "untranslated": 0.53,
        "whitespace": 0.02,
        "word_order": -0.19,
    }
)
FEATURES: tuple[str, ...] = tuple(WEIGHTS)


def probabilities(comparison: Comparison, rules: Sequence[str]) -> list[float]:
    """For each token of the hypothesis, how likely a person marks it (0..1). `rules` name the claim of each edit."""
    return [
        1.0 / (1.0 + math.exp(-sum(WEIGHTS[name] * value for name, value in known.items())))
        for known in features(comparison, rules)
    ]


def features(comparison: Comparison, rules: Sequence[str]) -> list[dict[str, float]]:
    """What is known of each token of the hypothesis: values of some of `FEATURES`, 0 where one is not named."""
    lexemes, code = comparison.lexemes, comparison.language.code
    keys = {word.key for word in comparison.reference_lexemes}
    lemmas = {word.lemma for word in comparison.reference_lexemes}
    stems = {word.stem for word in comparison.reference_lexemes}
    edit_of: dict[int, tuple[Edit, str]] = {
        position: (edit, rule)
        for edit, rule in zip(comparison.edits, rules, strict=True)
        for position in range(*edit.words)
    }
    counts = Counter(word.key for word in lexemes)
    share, length = comparison.changed_share, math.log(1 + len(lexemes)) / 3
    found = []
    for position, word in enumerate(lexemes):
        frequency = (zipf(word.key, code) or 0.0) if word.content else 4.0
        absent = word.key not in keys and word.lemma not in lemmas
        known = {
            "always": 1.0,
            "share": share,
            "length": length,
            "mark": float(word.mark),
            "function": float(bool(word.word_class)),
            "name": float(word.content and word.capital),
            "frequency": frequency / 4,
            "unknown": float(word.content and frequency == 0.0),
            "edited before": float(position - 1 in edit_of),
            "edited after": float(position + 1 in edit_of),
            "absent": float(absent),
            "absent content": float(absent and word.content),
            "absent stem": float(word.stem not in stems),
            "twice": float(word.content and counts[word.key] > 1),
        }
        if position in edit_of:
            edit, rule = edit_of[position]
            known["edited"] = 1.0
            known["share if edited"] = share
            known["width"] = math.log(edit.words[1] - edit.words[0])
            known["one-sided"] = float(edit.reference_words[0] == edit.reference_words[1])
            if rule in WEIGHTS:
                known[rule] = 1.0
        found.append(known)
    return found


def likely_differences(
    comparison: Comparison, spans: Sequence[ErrorSpan], probable: Sequence[float], *, least: float = LIKELY
) -> list[ErrorSpan]:
    """The differences likely enough to be looked at, neighbours made one, each with its probability as confidence.

    `spans` are those of the comparison's edits, in order. Something missing has no word to be judged by and stays
    only where it is graded major or worse. With `least` 0 every difference stays as it is.
    """
    if least <= 0.0:
        return [_judged(span, _highest(edit, probable)) for edit, span in _both(comparison, spans)]
    found: list[ErrorSpan] = []
    end = -1  # the token after the last difference kept
    for edit, span in _both(comparison, spans):
        first, last = edit.words
        if first == last:
            if span.severity.rank >= Severity.MAJOR.rank and not span.text:
                found.append(_judged(span, UNANCHORED))
                end = -1
            continue
        chance = _highest(edit, probable)
        if chance < least:
            continue
        near = 0 <= end <= first and first - end <= GAP and all(p >= JOINED for p in probable[end:first])
        if near:
            found[-1] = _joined(comparison, found[-1], _judged(span, chance))
        else:
            found.append(_judged(span, chance))
        end = last
    return found


def _both(comparison: Comparison, spans: Sequence[ErrorSpan]) -> "zip[tuple[Edit, ErrorSpan]]":
    return zip(comparison.edits, spans, strict=True)


def _highest(edit: Edit, probable: Sequence[float]) -> float:
    return max(probable[slice(*edit.words)], default=UNANCHORED)


def _judged(span: ErrorSpan, chance: float) -> ErrorSpan:
    """The span with its probability as confidence and among its evidence."""
    fact = f"marked by a person with probability {chance:.2f}"
    return replace(span, confidence=round(chance, 4), evidence=(*span.evidence, fact))


def _joined(comparison: Comparison, before: ErrorSpan, after: ErrorSpan) -> ErrorSpan:
    """One difference out of two neighbours: of the category and severity of the worse one, of equals the longer."""
    leading = max(before, after, key=lambda span: (span.severity.rank, len(span.text) + len(span.correction)))
    hypothesis = Span(before.hypothesis.start, after.hypothesis.end)
    reference = Span(before.reference.start, after.reference.end)
    text, correction = hypothesis.of(comparison.hypothesis), reference.of(comparison.reference)
    return replace(
        leading,
        hypothesis=hypothesis,
        reference=reference,
        text=text,
        correction=correction,
        confidence=max(before.confidence, after.confidence),
        evidence=tuple(dict.fromkeys((*before.evidence, *after.evidence))),
        explanation=f"Differs from the reference: {quoted(text)} is worded {quoted(correction)} there; the category "
        "is that of its weightiest part.",
    )
