"""The native kernels: the same statistics as sacrebleu's, about a hundred times faster (TER about a thousand times)."""

from typing import TYPE_CHECKING

from ..kernels import counting
from ..kernels.library import absence, library
from ..kernels.texts import References, Texts
from ..metric import Metric
from ..refusal import unknown_name
from . import sacrebleu
from .columns import Hypotheses, ReferenceRows

if TYPE_CHECKING:
    from array import array

    import numpy as np
    from numpy.typing import NDArray

    from ..kernels.buffers import Buffer

__all__ = ["NAME", "REPRODUCES", "count", "counted", "scores", "unavailable", "version"]

NAME = "native"
REPRODUCES = "2.6.0"  # the sacrebleu whose statistics these are
_VERSION = "2"  # changes whenever a number does
_MOST_ORDERS = 64
_SMOOTHING = {"none": (0, 0.0), "exp": (1, 0.0), "floor": (2, 0.1), "add-k": (3, 1.0)}


def unavailable(metric: Metric) -> str | None:
    """Why the kernels cannot compute this metric here; None if they can.

    With MTQA_REQUIRE_NATIVE=1 a library that was not built is refused at once.
    """
    if metric.key not in ("bleu", "chrf", "chrf++", "ter"):
        return "the kernels do not count it"
    if library() is None:
        return absence()
    if metric.key == "bleu":
        if metric.parameter("tokenize") not in counting.TOKENIZERS:
            return f"the kernels have no tokenizer {metric.parameter('tokenize')}"
        if metric.parameter("smooth_method") not in _SMOOTHING:
            raise unknown_name("smoothing", str(metric.parameter("smooth_method")), _SMOOTHING)
        orders = int(metric.parameter("max_ngram_order"))
        return None if 1 <= orders <= _MOST_ORDERS else f"the kernels count 1 to {_MOST_ORDERS} orders, not {orders}"
    if metric.key != "ter":
        chars, words = int(metric.parameter("char_order")), int(metric.parameter("word_order"))
        if min(chars, words) < 0 or chars + words > _MOST_ORDERS:
            return f"the kernels count up to {_MOST_ORDERS} orders, not {chars} and {words}"
    return None


def version() -> str:
    """The version of the kernels' numbers."""
    return _VERSION


def count(
    metric: Metric, hypotheses: Hypotheses, references: ReferenceRows, *, width: int, threads: int = 0
) -> "NDArray[np.float64]":
    """The statistics of every segment, `(segments, width)`, in sacrebleu's layout, on `threads` threads (0: all).

    A segment with a lone surrogate, which UTF-8 cannot say, is counted by sacrebleu.
    """
    import numpy as np

    if not len(hypotheses):
        return np.zeros((0, width))
    try:
        ours, theirs = Texts.of(hypotheses), References.of(references)
    except UnicodeEncodeError:
        return _count_around_surrogates(metric, list(hypotheses), list(references), width=width, threads=threads)
    return np.frombuffer(counted(metric, ours, theirs, threads=threads), np.float64).reshape(-1, width)


def counted(metric: Metric, hypotheses: Texts, references: References, *, threads: int = 0) -> "array[float]":
    """The same as one flat array, row after row."""
    given = dict(metric.parameters)
    flag = {name: bool(value) for name, value in given.items() if isinstance(value, bool)}
    if metric.key == "bleu":
        return counting.bleu(
            hypotheses,
            references,
            tokenize=str(given["tokenize"]),
            order=int(given["max_ngram_order"]),
            lowercase=flag["lowercase"],
            threads=threads,
        )
    if metric.key == "ter":
        return counting.ter(
            hypotheses,
            references,
            normalized=flag["normalized"],
            no_punct=flag["no_punct"],
            asian_support=flag["asian_support"],
            case_sensitive=flag["case_sensitive"],
            references_once=flag["references_once"],
            threads=threads,
        )
    return counting.chrf(
        hypotheses,
        references,
        char_order=int(given["char_order"]),
        word_order=int(given["word_order"]),
        beta=float(given["beta"]),
        lowercase=flag["lowercase"],
        whitespace=flag["whitespace"],
        eps_smoothing=flag["eps_smoothing"],
        threads=threads,
    )


def scores(metric: Metric, values: "Buffer", rows: int, width: int) -> "array[float]":
    """The scores of segments from their statistics, `width` float64 a row of which the metric reads the first ones.

    Those of `fold.row_scores`, with the C library's exp and log in place of numpy's: sacrebleu's to the last bit where
    Python adds as C does (before 3.12).
    """
    if metric.key == "bleu":
        smoothing, value = _SMOOTHING[str(metric.parameter("smooth_method"))]
        return counting.bleu_scores(
            values,
            rows,
            width,
            order=int(metric.parameter("max_ngram_order")),
            smoothing=smoothing,
            smooth_value=value,
            effective_order=bool(metric.parameter("effective_order")),
        )
    if metric.key == "ter":
        return counting.ter_scores(values, rows, width)
    return counting.chrf_scores(
        values,
        rows,
        width,
        orders=int(metric.parameter("char_order")) + int(metric.parameter("word_order")),
        beta=float(metric.parameter("beta")),
        eps_smoothing=bool(metric.parameter("eps_smoothing")),
    )


def _count_around_surrogates(
    metric: Metric, hypotheses: list[str], references: list[tuple[str, ...]], *, width: int, threads: int
) -> "NDArray[np.float64]":
    import numpy as np

    values = np.zeros((len(hypotheses), width))
    odd = np.array(
        [
            any("\ud800" <= mark <= "\udfff" for text in (hypothesis, *row) for mark in text)
            for hypothesis, row in zip(hypotheses, references, strict=True)
        ]
    )
    for engine, rows in ((sacrebleu.count, np.flatnonzero(odd)), (count, np.flatnonzero(~odd))):
        if len(rows):
            values[rows] = engine(
                metric, [hypotheses[i] for i in rows], [references[i] for i in rows], width=width, threads=threads
            )
    return values
