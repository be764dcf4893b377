"""The native kernels: the same statistics as sacrebleu's, about a hundred times faster (TER about a thousand times)."""

import numpy as np
from numpy.typing import NDArray

from ..kernels import counting
from ..kernels.library import absence, library
from ..kernels.texts import References, Texts
from ..metric import Metric
from . import sacrebleu
from .columns import Hypotheses, ReferenceRows

__all__ = ["NAME", "REPRODUCES", "count", "unavailable", "version"]

NAME = "native"
REPRODUCES = "2.6.0"  # the sacrebleu whose statistics these are
_VERSION = "1"  # changes whenever a number does
_MOST_ORDERS = 64


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
) -> NDArray[np.float64]:
    """The statistics of every segment, `(segments, width)`, in sacrebleu's layout, on `threads` threads (0: all).

    A segment with a lone surrogate, which UTF-8 cannot say, is counted by sacrebleu.
    """
    if not len(hypotheses):
        return np.zeros((0, width))
    try:
        ours = hypotheses if isinstance(hypotheses, Texts) else Texts.of(hypotheses)
        theirs = references if isinstance(references, References) else References.of(references)
    except UnicodeEncodeError:
        return _count_around_surrogates(metric, list(hypotheses), list(references), width=width, threads=threads)
    given = dict(metric.parameters)
    flag = {name: bool(value) for name, value in given.items() if isinstance(value, bool)}
    if metric.key == "bleu":
        return counting.bleu(
            ours,
            theirs,
            tokenize=str(given["tokenize"]),
            order=int(given["max_ngram_order"]),
            lowercase=flag["lowercase"],
            threads=threads,
        )
    if metric.key == "ter":
        return counting.ter(
            ours,
            theirs,
            normalized=flag["normalized"],
            no_punct=flag["no_punct"],
            asian_support=flag["asian_support"],
            case_sensitive=flag["case_sensitive"],
            references_once=flag["references_once"],
            threads=threads,
        )
    return counting.chrf(
        ours,
        theirs,
        char_order=int(given["char_order"]),
        word_order=int(given["word_order"]),
        beta=float(given["beta"]),
        lowercase=flag["lowercase"],
        whitespace=flag["whitespace"],
        eps_smoothing=flag["eps_smoothing"],
        threads=threads,
    )


def _count_around_surrogates(
    metric: Metric, hypotheses: list[str], references: list[tuple[str, ...]], *, width: int, threads: int
) -> NDArray[np.float64]:
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
