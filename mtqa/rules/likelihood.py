"""Against an independent reference: how likely each difference is one that a person would mark as an error.

Most differences between two translations are none. A logistic model over what is known of each word (is it edited, is
it anywhere in the reference, how much of the segment differs, how common is it, which rule claims it) gives the
probability that a person marks it; with several references the least of its probabilities counts, for a word that
one reference confirms is hardly wrong, drawn to what it means there (`together`).

The weights were fitted to the development half of MQM annotations (newstest2020 and 2021, WMT23 and TED zh-en,
biomedical de-en; every set weighted alike) by `bench/likelihood.py`; what they reach stands in docs/quality.md.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from rapidfuzz.distance import Indel

from ..edits import Comparison, Edit, Lexeme
from ..language.lexicon import zipf
from ..mqm import ErrorSpan, Severity
from ..segment import Span
from .case import quoted

__all__ = ["FEATURES", "LIKELY", "WEIGHTS", "features", "likely_differences", "probabilities", "together"]

LIKELY = 0.22  # differences less probable than this are left out; the best over the five sets, two-fold
JOINED = 0.18  # words between two likely differences that are at least this probable belong to them
GAP = 3  # … if they are no more than this many
SEVERAL = (0.41, 1.09)  # log odds with several references, from the least log odds: constant, slope
UNANCHORED = 0.15  # the confidence of something missing, which has no word to be judged by

WEIGHTS: Mapping[str, float] = MappingProxyType(
    {
        "always": -3.05,
        "edited": 1.17,
        "share": 1.43,
        "share if edited": -0.71,
        "absent content": 0.15,
        "absent": 0.10,
        "absent stem": 0.11,
        "one-sided": -0.10,
        "width": -0.08,
        "name": 0.25,
        "function": -0.29,
        "mark": -0.58,
        "frequency": -0.29,
        "unknown": -0.23,
        "twice": 0.11,
        "length": 0.27,
        "edited before": 0.18,
        "edited after": 0.17,
        "place": 0.27,
        "absent share": 0.76,
        "missing share": -0.53,
        "length ratio": -0.50,
        "edited two before": 0.14,
        "edited two after": 0.10,
        "absent before": 0.11,
        "absent after": 0.11,
        "absent two before": -0.01,
        "absent two after": 0.03,
        "mark before": 0.11,
        "mark after": 0.15,
        "mark two before": 0.17,
        "mark two after": 0.18,
        "reference width": -0.05,
        "likeness": -0.17,
        "rarest of reference": -0.10,
        "commonest of reference": -0.11,
        "capitalization": 0.79,
        "duplication": 0.01,
        "function_words": -0.02,
        "named_entity": 0.19,
        "negation": 0.10,
        "number": -0.17,
        "punctuation": 0.28,
        "spelling": 0.50,
        "untranslated": 0.13,
        "whitespace": 0.37,
        "word_order": -0.42,
    }
)
FEATURES: tuple[str, ...] = tuple(WEIGHTS)


def probabilities(comparison: Comparison, rules: Sequence[str]) -> list[float]:
    """For each token of the hypothesis, how likely a person marks it (0..1). `rules` name the claim of each edit."""
    return [
        1.0 / (1.0 + math.exp(-sum(WEIGHTS[name] * value for name, value in known.items())))
        for known in features(comparison, rules)
    ]


def together(by_reference: Sequence[Sequence[float]]) -> list[float]:
    """For each token the probability given all references (0..1), from its `probabilities` against each of them.

    The least of several is too low by itself: what two references word differently from the hypothesis is marked more
    often than that. Fitted with two references (newstest2020 and 2021, WMT23, TED) by `bench/likelihood.py --several`.
    """
    if len(by_reference) == 1:
        return list(by_reference[0])
    constant, slope = SEVERAL
    least = [min(max(1e-9, min(of_word)), 1.0 - 1e-9) for of_word in zip(*by_reference, strict=True)]
    return [1.0 / (1.0 + math.exp(-constant - slope * math.log(p / (1.0 - p)))) for p in least]


def features(comparison: Comparison, rules: Sequence[str]) -> list[dict[str, float]]:
    """What is known of each token of the hypothesis: values of some of `FEATURES`, 0 where one is not named."""
    lexemes = comparison.lexemes
    edited = {position: n for n, edit in enumerate(comparison.edits) for position in range(*edit.words)}
    of_edit = [_of_edit(comparison, edit, rule) for edit, rule in zip(comparison.edits, rules, strict=True)]
    absent = _absent(lexemes, comparison.reference_lexemes)
    of_text = _of_text(comparison, absent)
    stems = {word.stem for word in comparison.reference_lexemes}
    counts = Counter(word.key for word in lexemes)
    found = []
    for position, word in enumerate(lexemes):
        frequency = _frequency(word, comparison.language.code)
        known = of_text | {
            "place": position / len(lexemes),
            "mark": float(word.mark),
            "function": float(bool(word.word_class)),
            "name": float(word.content and word.capital),
            "frequency": frequency / 4,
            "unknown": float(word.content and frequency == 0.0),
            "absent": float(absent[position]),
            "absent content": float(absent[position] and word.content),
            "absent stem": float(word.stem not in stems),
            "twice": float(word.content and counts[word.key] > 1),
        }
        for where, distance in _NEIGHBOURS:
            other = position + distance
            if 0 <= other < len(lexemes):
                known[f"edited {where}"] = float(other in edited)
                known[f"absent {where}"] = float(absent[other] and lexemes[other].content)
                known[f"mark {where}"] = float(lexemes[other].mark)
        if position in edited:
            known |= of_edit[edited[position]]
        found.append(known)
    return found


_NEIGHBOURS = (("before", -1), ("after", 1), ("two before", -2), ("two after", 2))
_ANY_FREQUENCY = 7.0  # of a side without content


def _frequency(word: Lexeme, code: str) -> float:
    """On the Zipf scale; a word without content counts as a common one."""
    return (zipf(word.key, code) or 0.0) if word.content else 4.0


def _absent(words: Sequence[Lexeme], other: Sequence[Lexeme]) -> list[bool]:
    """Of each word whether the other text has it nowhere, neither its form nor its lemma."""
    keys, lemmas = {word.key for word in other}, {word.lemma for word in other}
    return [word.key not in keys and word.lemma not in lemmas for word in words]


def _of_text(comparison: Comparison, absent: Sequence[bool]) -> dict[str, float]:
    """What is known of all words of a segment alike."""
    left, right = comparison.lexemes, comparison.reference_lexemes
    missing = _absent(right, left)
    return {
        "always": 1.0,
        "share": comparison.changed_share,
        "length": math.log(1 + len(left)) / 3,
        "absent share": sum(a and w.content for a, w in zip(absent, left, strict=True))
        / max(1, sum(w.content for w in left)),
        "missing share": sum(m and w.content for m, w in zip(missing, right, strict=True))
        / max(1, sum(w.content for w in right)),
        "length ratio": math.log((len(comparison.hypothesis) + 1) / (len(comparison.reference) + 1)),
    }


def _of_edit(comparison: Comparison, edit: Edit, rule: str) -> dict[str, float]:
    """What is known of all words of an edit alike."""
    other = comparison.reference_lexemes[slice(*edit.reference_words)]
    content = [_frequency(word, comparison.language.code) for word in other if word.content]
    known = {
        "edited": 1.0,
        "share if edited": comparison.changed_share,
        "width": math.log(max(1, edit.words[1] - edit.words[0])),
        "reference width": math.log(len(other) + 0.5),
        "one-sided": float(not other),
        "likeness": Indel.normalized_similarity(edit.text.lower(), edit.correction.lower()),
        "rarest of reference": min(content, default=_ANY_FREQUENCY) / 4,
        "commonest of reference": max(content, default=_ANY_FREQUENCY) / 4,
    }
    return known | {rule: 1.0} if rule in WEIGHTS else known


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
