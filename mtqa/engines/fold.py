"""From counted statistics to scores: the arithmetic of BLEU, chrF and TER, over any number of sums at once.

The formulas are sacrebleu 2.6's, operation by operation, so that equal statistics give equal scores (chrF and TER to
the last bit; BLEU to 1e-13, where numpy's exp and log may round differently from the C library's).

Layout of one row of statistics, as sacrebleu lays it out:

    BLEU    hypothesis length, reference length, matches by order, hypothesis n-grams by order
    chrF    for each character order, then each word order: hypothesis n-grams, reference n-grams, matches
    TER     edits, reference length (its mean over the references)
"""

from typing import TYPE_CHECKING

from ..metric import Metric
from ..refusal import Misuse, unknown_name

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

__all__ = ["fold", "row_scores", "width"]

_LOG_OF_ZERO = -9999999999.0  # sacrebleu's stand-in for log(0)
_SMOOTH_VALUE = {"none": 0.0, "exp": 0.0, "floor": 0.1, "add-k": 1.0}


def width(metric: Metric) -> int:
    """How many numbers the statistics of one segment are, for this metric."""
    return len(_LAYOUT[_family(metric)](metric))


def fold(metric: Metric, sums: "NDArray[np.generic]") -> "Array":
    """Corpus scores of summed statistics `(..., width)`: one score for each leading index, 0 to 100, TER unbounded.

    This is the corpus convention of the metric's own library: BLEU without effective order, so that a corpus without a
    single 4-gram scores 0. Sums of nothing (all zeros) fold to 0; whoever sums must have refused an empty batch.
    Refuses an array whose last axis has another width.
    """
    return _fold(metric, sums, effective_order=False)


def row_scores(metric: Metric, values: "NDArray[np.generic]") -> "Array":
    """Segment scores of the rows `(segments, width)`, equal to sacrebleu's `sentence_score`; shape `(segments,)`.

    BLEU follows the metric's own `effective_order`, which is on unless it was changed: the segment convention.
    """
    return _fold(metric, values, effective_order=metric.key == "bleu" and bool(metric.parameter("effective_order")))


def _fold(metric: Metric, sums: "NDArray[np.generic]", *, effective_order: bool) -> "Array":
    import numpy as np

    wanted = width(metric)
    if sums.ndim == 0 or sums.shape[-1] != wanted:
        raise Misuse(f"statistics of {metric.name} are {wanted} numbers a row, the array has shape {sums.shape}")
    rows = np.asarray(sums, dtype=np.float64)
    match _family(metric):
        case "bleu":
            return _bleu(metric, rows, effective_order=effective_order)
        case "chrf":
            return _chrf(metric, rows)
        case _:
            return _ter(rows)


def _bleu(metric: Metric, sums: "Array", *, effective_order: bool) -> "Array":
    """Brevity penalty times the geometric mean of the n-gram precisions (Papineni et al., 2002), smoothed."""
    import numpy as np

    order = int(metric.parameter("max_ngram_order"))
    smoothing = str(metric.parameter("smooth_method"))
    if smoothing not in _SMOOTH_VALUE:
        raise unknown_name("smoothing", smoothing, _SMOOTH_VALUE)
    value = _SMOOTH_VALUE[smoothing]
    length, reference_length = sums[..., 0], sums[..., 1]
    matches, totals = sums[..., 2 : 2 + order], sums[..., 2 + order :]

    alive = np.ones(sums.shape[:-1], dtype=bool)  # false from the first order on that the hypothesis is too short for
    orders = np.full(sums.shape[:-1], 1.0 if effective_order else float(order))
    halvings = np.ones(sums.shape[:-1])
    logs = np.zeros(sums.shape[:-1])
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        for n in range(order):
            added = value if smoothing == "add-k" and n > 0 else 0.0
            match, total = matches[..., n] + added, totals[..., n] + added
            alive = alive & (total != 0)
            missed = alive & (match == 0)
            precision = 100.0 * match / total
            if smoothing == "exp":
                halvings = np.where(missed, halvings * 2, halvings)
                precision = np.where(missed, 100.0 / (halvings * total), precision)
            elif smoothing == "floor":
                precision = np.where(missed, 100.0 * value / total, precision)
            if effective_order:
                orders = np.where(alive, n + 1.0, orders)
            counted = alive if effective_order else np.ones_like(alive)
            log = np.where(alive & (precision != 0), np.log(precision), _LOG_OF_ZERO)
            logs += np.where(counted, log, 0.0)
        brevity = np.where(
            length < reference_length, np.where(length > 0, np.exp(1 - reference_length / length), 0.0), 1.0
        )
        score = brevity * np.exp(logs / orders)
    return np.where(matches.any(axis=-1), score, 0.0)


def _chrf(metric: Metric, sums: "Array") -> "Array":
    """F-beta of the mean n-gram precision and recall over the orders that both sides have (Popović, 2015; 2017)."""
    import numpy as np

    orders = int(metric.parameter("char_order")) + int(metric.parameter("word_order"))
    factor = float(metric.parameter("beta")) ** 2
    tiny = 1e-16
    shape = sums.shape[:-1]
    smoothed, precisions, recalls, effective = (np.zeros(shape) for _ in range(4))
    with np.errstate(divide="ignore", invalid="ignore"):
        for n in range(orders):
            hypothesis, reference, match = (sums[..., 3 * n + k] for k in range(3))
            precision = np.where(hypothesis > 0, match / hypothesis, tiny)
            recall = np.where(reference > 0, match / reference, tiny)
            if metric.parameter("eps_smoothing"):
                below = factor * precision + recall
                smoothed += np.where(below > 0, ((1 + factor) * precision * recall / below), tiny)
                continue
            both = (hypothesis > 0) & (reference > 0)
            precisions += np.where(both, precision, 0.0)
            recalls += np.where(both, recall, 0.0)
            effective += both
        if metric.parameter("eps_smoothing"):
            return 100 * smoothed / orders
        precision, recall = (np.where(effective > 0, total / effective, 0.0) for total in (precisions, recalls))
        score = (1 + factor) * precision * recall / (factor * precision + recall)
        return np.where(precision + recall != 0, 100 * score, 0.0)


def _ter(sums: "Array") -> "Array":
    """Edits per 100 reference words (Snover et al., 2006); without reference words 100 for any edit, else 0."""
    import numpy as np

    edits, length = sums[..., 0], sums[..., 1]
    with np.errstate(divide="ignore", invalid="ignore"):
        share: Array = np.where(length > 0, edits / length, np.where(edits > 0, 1.0, 0.0))
    return 100 * share


def _family(metric: Metric) -> str:
    family = {"bleu": "bleu", "chrf": "chrf", "chrf++": "chrf", "ter": "ter"}.get(metric.key)
    if family is None:
        raise Misuse(f"{metric.name} is not counted: it has no statistics to fold")
    return family


_LAYOUT = {
    "bleu": lambda metric: range(2 + 2 * int(metric.parameter("max_ngram_order"))),
    "chrf": lambda metric: range(3 * (int(metric.parameter("char_order")) + int(metric.parameter("word_order")))),
    "ter": lambda metric: range(2),
}
