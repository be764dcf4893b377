"""The engine sacrebleu: the library that defines the metrics, to which every other engine is held.

It counts through `_extract_corpus_statistics`, a private name; a test pins what that name gives in 2.6.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from ..metric import Metric
from ..refusal import unknown_name
from .columns import Hypotheses, ReferenceRows

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["NAME", "count", "unavailable", "version"]

NAME = "sacrebleu"
_FETCHES = ("spm", "flores101", "flores200", "spBLEU-1K")
_EXTRAS = {"ja-mecab": ("MeCab", "sacrebleu[ja]"), "ko-mecab": ("mecab_ko", "sacrebleu[ko]")}


def unavailable(metric: Metric) -> str | None:
    """Why sacrebleu cannot compute this metric here; None if it can. An unknown tokenizer or smoothing is a misuse."""
    if metric.key not in ("bleu", "chrf", "chrf++", "ter"):
        return "sacrebleu does not compute it"
    try:
        metrics: Any = import_module("sacrebleu.metrics")
    except ImportError as problem:
        return f"sacrebleu cannot be imported ({problem}); pip install sacrebleu"
    if metric.key != "bleu":
        return None
    tokenizer, smoothing = str(metric.parameter("tokenize")), str(metric.parameter("smooth_method"))
    if tokenizer not in metrics.BLEU.TOKENIZERS:
        raise unknown_name("tokenizer", tokenizer, metrics.BLEU.TOKENIZERS)
    if smoothing not in metrics.BLEU.SMOOTH_DEFAULTS:
        raise unknown_name("smoothing", smoothing, metrics.BLEU.SMOOTH_DEFAULTS)
    if tokenizer in _FETCHES:
        return f"tokenizer {tokenizer} fetches a model from the network"
    if tokenizer in _EXTRAS:
        from importlib.util import find_spec

        module, extra = _EXTRAS[tokenizer]
        if find_spec(module) is None:
            return f"tokenizer {tokenizer} is not installed; pip install '{extra}'"
    return None


def version() -> str:
    """The installed version of sacrebleu."""
    return str(import_module("sacrebleu").__version__)


def count(
    metric: Metric, hypotheses: Hypotheses, references: ReferenceRows, *, width: int, threads: int = 0
) -> "NDArray[np.float64]":
    """The statistics of every segment, `(segments, width)`, in sacrebleu's layout.

    Every segment has at least one reference; their number may vary. sacrebleu runs on one thread, whatever `threads`.
    """
    import numpy as np

    texts, columns = list(hypotheses), list(references)
    if not texts:
        return np.zeros((0, width))
    most = max(map(len, columns))
    streams = [[row[k] if k < len(row) else None for row in columns] for k in range(most)]
    rows = counter(metric)._extract_corpus_statistics(texts, streams)
    return np.array(rows, dtype=np.float64)


def counter(metric: Metric) -> Any:
    """sacrebleu's own object for a metric, with the metric's parameters."""
    metrics: Any = import_module("sacrebleu.metrics")
    parameters = dict(metric.parameters)
    if metric.key == "bleu":
        return metrics.BLEU(**parameters, force=True)  # force: no talk about tokenised input, `hygiene` says that
    if metric.key in ("chrf", "chrf++"):
        return metrics.CHRF(**parameters)
    once = parameters.pop("references_once")
    ter = metrics.TER(**parameters)
    if once:  # instead of sacrebleu's second tokenization of what is tokenized already
        ter._extract_reference_info = lambda lines: {"ref_words": [line.split() for line in lines]}
    return ter
