"""Which segments people should look at first: the penalty that raters would be expected to give, from words alone.

A ridge over a dozen lexical features, fitted by `bench/triage.py` to the development half of twelve sets of MQM
annotations into English (WMT 2020, 2021, 2023, TED, biomedical; every large set weighted alike, 25 points at most a
segment: major 5, minor 1, minor punctuation 0.1). How far it may be trusted stands in docs/quality.md. It ranks the
segments of a delivery against an independent reference; it knows nothing of meaning, and never compares vendors: no
gate reads it. Against a correction the errors themselves are counted, and nothing is expected.
"""

import math
import re
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from itertools import pairwise
from types import MappingProxyType
from typing import TypeVar

from .language import Language, detect
from .language.lexicon import zipf
from .segment import Batch, ReferenceKind

__all__ = ["FEATURES", "MOST", "WEIGHTS", "expected_penalties", "expected_penalty", "features"]

MOST = 25.0  # points: what MQM gives to a whole segment that is no translation

WEIGHTS: Mapping[str, float] = MappingProxyType(
    {
        "always": -0.316,
        "words confirmed": 4.102,
        "pairs confirmed": -1.715,
        "words missing": 2.486,
        "names confirmed": -0.785,
        "names kept": -0.703,
        "length differs": -2.303,
        "shorter": 4.357,
        "length of words": -0.287,
        "capitals": 2.764,
        "unconfirmed, by length": 2.449,
        "hundred characters": 1.292,
        "words": -0.233,
    }
)
FEATURES: tuple[str, ...] = tuple(WEIGHTS)

_WORD = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]"
    r"|(?:[^\W\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]|(?<=\w)['’](?=\w))+"
)
_USUAL = 4.0  # on the Zipf scale: of every word of a language without a list
_RAREST = 7.0  # weights of words run from here down to _LEAST
_LEAST = 0.3
_RARE = 5.0

Item = TypeVar("Item", bound=Hashable)


def expected_penalties(batch: Batch) -> tuple[float | None, ...]:
    """Of each segment the MQM points to expect (0 to 25, higher is worse); None where it is not to be guessed.

    That is: against a correction, without a reference, and of an empty hypothesis or reference. With several
    references the mean over them.
    """
    if batch.reference_kind is not ReferenceKind.INDEPENDENT:
        return (None,) * len(batch)
    language = detect(batch.hypothesis)
    return tuple(
        expected_penalty(hypothesis, references, language)
        for hypothesis, references in zip(batch.hypothesis, batch.references, strict=True)
    )


def expected_penalty(hypothesis: str, references: Sequence[str], language: Language) -> float | None:
    """The points to expect of one segment against its independent references; None where a side is empty."""
    given = [reference for reference in references if reference.strip()]
    if not hypothesis.strip() or not given:
        return None
    guesses = [
        sum(WEIGHTS[name] * value for name, value in features(hypothesis, reference, language.code).items())
        for reference in given
    ]
    return min(MOST, max(0.0, sum(guesses) / len(guesses)))


def features(hypothesis: str, reference: str, code: str) -> dict[str, float]:
    """What is known of a pair: a value for each of `FEATURES`."""
    cased, reference_cased = _WORD.findall(hypothesis), _WORD.findall(reference)
    words, others = [word.lower() for word in cased], [word.lower() for word in reference_cased]
    weighed = Counter({word: count * _weight(word, code) for word, count in _shared(words, others).items()})
    rare = sum(weighed.values()) / (sum(_weight(word, code) for word in words) or 1.0) if words else 1.0
    pairs, other_pairs = list(pairwise(words)), list(pairwise(others))
    names, other_names = _names(cased), _names(reference_cased)
    ratio = math.log((len(hypothesis) + 5) / (len(reference) + 5))
    length = math.log1p(len(words))
    return {
        "always": 1.0,
        "words confirmed": rare,
        "pairs confirmed": _share(pairs, other_pairs),
        "words missing": _missing(words, others, code),
        "names confirmed": _share(names, other_names),
        "names kept": _share(other_names, names),
        "length differs": abs(ratio),
        "shorter": max(0.0, -ratio),
        "length of words": sum(map(len, words)) / max(1, len(words)),
        "capitals": sum(word[:1].isupper() for word in cased) / max(1, len(cased)),
        "unconfirmed, by length": length * (1.0 - rare),
        "hundred characters": len(hypothesis) / 100.0,
        "words": length,
    }


def _frequency(word: str, code: str) -> float:
    found = zipf(word, code)
    return _USUAL if found is None else found


def _weight(word: str, code: str) -> float:
    """A rare word that the reference confirms, or does not, says more than a common one."""
    return max(_LEAST, _RAREST - _frequency(word, code))


def _shared(some: Iterable[Item], others: Iterable[Item]) -> Counter[Item]:
    return Counter(some) & Counter(others)


def _share(some: Sequence[Item], others: Sequence[Item]) -> float:
    """How many of some stand among the others, each as often as there (0..1; 1 of none)."""
    return _shared(some, others).total() / len(some) if some else 1.0


def _missing(words: Sequence[str], others: Sequence[str], code: str) -> float:
    """How rare the words of the reference are of which the hypothesis has not even the front; the mean over all."""
    there = {*words, *(word[:5] for word in words)}
    absent = (word for word in others if word not in there and word[:5] not in there)
    return sum(max(0.0, _RARE - _frequency(word, code)) for word in absent) / max(1, len(others))


def _names(words: Sequence[str]) -> list[str]:
    """Words with a capital, but for the first."""
    return [word for word in words[1:] if word[:1].isupper()]
