"""BLEU's and chrF's statistics, readable: counters of n-grams and their intersection.

The native kernel (native/src/ngrams.hpp) shares one walk from order to order; this is what it has to come to.
"""

from collections import Counter
from collections.abc import Sequence
from string import punctuation

__all__ = ["bleu_statistics", "chrf_statistics", "f_score"]


def bleu_statistics(hypothesis: Sequence[str], references: Sequence[Sequence[str]], *, order: int) -> list[int]:
    """Hypothesis length, closest reference length, matches and hypothesis n-grams by order; of tokens.

    A match counts at most as often as in the reference that has most of it. Of two reference lengths as near, the
    shorter one.
    """
    length = len(hypothesis)
    closest = min((abs(length - len(reference)), len(reference)) for reference in references)[1]
    matches, totals = [], []
    for n in range(1, order + 1):
        ours: Counter[tuple[str, ...]] = _ngrams(hypothesis, n)
        most: Counter[tuple[str, ...]] = Counter()
        for reference in references:
            most |= _ngrams(reference, n)
        matches.append((ours & most).total())
        totals.append(ours.total())
    return [length, closest, *matches, *totals]


def chrf_statistics(
    hypothesis: str,
    references: Sequence[str],
    *,
    char_order: int,
    word_order: int,
    beta: float,
    lowercase: bool,
    whitespace: bool,
    eps_smoothing: bool,
) -> list[int]:
    """Hypothesis n-grams, reference n-grams and matches, for every character order and then every word order.

    Of several references the first with the highest F-score counts. Hypothesis n-grams of an order that the reference
    has none of count as 0.
    """
    best: list[int] = []
    best_score = -1.0
    for reference in references:
        found: list[int] = []
        sides = [text.lower() if lowercase else text for text in (hypothesis, reference)]
        characters = [text if whitespace else "".join(text.split()) for text in sides]
        for units, orders in ((characters, char_order), ([_words(text) for text in sides], word_order)):
            for n in range(1, orders + 1):
                ours, theirs = (_ngrams(side, n) for side in units)
                found += [ours.total() if theirs else 0, theirs.total(), (ours & theirs).total()]
        score = f_score(found, beta=beta, eps_smoothing=eps_smoothing)
        if score > best_score:
            best, best_score = found, score
    return best


def f_score(found: Sequence[int], *, beta: float, eps_smoothing: bool) -> float:
    """chrF of one row of statistics, 0 to 100."""
    tiny = 1e-16
    factor = beta**2
    precisions, recalls, scores, effective = 0.0, 0.0, 0.0, 0
    for ours, theirs, matches in (found[k : k + 3] for k in range(0, len(found), 3)):
        precision = matches / ours if ours else tiny
        recall = matches / theirs if theirs else tiny
        below = factor * precision + recall
        scores += (1 + factor) * precision * recall / below if below > 0 else tiny
        if ours and theirs:
            precisions, recalls, effective = precisions + precision, recalls + recall, effective + 1
    if eps_smoothing:
        return 100 * scores / (len(found) // 3)
    if not effective or not precisions + recalls:
        return 0.0
    precision, recall = precisions / effective, recalls / effective
    return 100 * (1 + factor) * precision * recall / (factor * precision + recall)


def _ngrams(units: Sequence[str], n: int) -> Counter[tuple[str, ...]]:
    return Counter(tuple(units[k : k + n]) for k in range(len(units) - n + 1))


def _words(text: str) -> list[str]:
    """Words, one punctuation mark cut off at the end or else at the start: "(hi)" is "(hi" and ")"."""
    words: list[str] = []
    for word in text.split():
        if len(word) > 1 and word[-1] in punctuation:
            words += [word[:-1], word[-1]]
        elif len(word) > 1 and word[0] in punctuation:
            words += [word[0], word[1:]]
        else:
            words.append(word)
    return words
