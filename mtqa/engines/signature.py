"""How a number was made: sacrebleu's own signature, and what sacrebleu leaves out of it.

sacrebleu's keys stand first, in its order and with its words. Ours follow: the n-gram order of BLEU, beta, the level
(BLEU is folded without effective order, single segments with it), engine, versions, normaliser, data and count.
"""

import hashlib
import sys
from array import array
from collections.abc import Sequence
from itertools import accumulate
from typing import Any

from ..kernels.texts import References, Texts
from ..metric import METRICS, Metric, Signature
from .columns import Hypotheses, ReferenceRows, check_lengths

__all__ = ["Fingerprint", "complete", "data_hash", "own_parts", "sacrebleu_parts"]


def sacrebleu_parts(metric: Metric, *, nrefs: str, version: str, effective_order: bool) -> tuple[tuple[str, str], ...]:
    """The `key:value` pairs of sacrebleu's `get_signature()`; `nrefs` is a count or "var"."""
    given = dict(metric.parameters)
    case = ("case", "lc" if given.get("lowercase") or given.get("case_sensitive") is False else "mixed")
    own: tuple[tuple[str, str], ...]
    match metric.key:
        case "bleu":
            smoothing = {"floor": "floor[0.10]", "add-k": "add-k[1.00]"}.get(str(given["smooth_method"]))
            own = (
                ("eff", _yes(effective_order)),
                ("tok", str(given["tokenize"])),
                ("smooth", smoothing or str(given["smooth_method"])),
            )
        case "chrf" | "chrf++":
            own = (
                ("eff", _yes(not given["eps_smoothing"])),
                ("nc", str(given["char_order"])),
                ("nw", str(given["word_order"])),
                ("space", _yes(given["whitespace"])),
            )
        case _:
            own = (
                ("tok", "tercom"),
                ("norm", _yes(given["normalized"])),
                ("punct", _yes(not given["no_punct"])),
                ("asian", _yes(given["asian_support"])),
            )
    return (("nrefs", nrefs), case, *own, ("version", version))


def own_parts(metric: Metric) -> tuple[tuple[str, str], ...]:
    """The parameters that change the number and that sacrebleu's signature does not carry."""
    match metric.key:
        case "bleu":
            return (("order", str(metric.parameter("max_ngram_order"))),)
        case "chrf" | "chrf++":
            return (("beta", str(metric.parameter("beta"))),)
        case _:
            # sacrebleu normalises references twice; without normalisation once and twice are the same.
            passes = "once" if metric.parameter("references_once") else "twice"
            return (("refs", passes),) if metric.parameter("normalized") else ()


class Fingerprint:
    """The hash of a stream of segments, the same however the stream is cut into chunks.

    Texts and their lengths are hashed apart, so that no text can imitate the border between two.
    """

    __slots__ = ("_parts", "_rows")

    def __init__(self) -> None:
        self._parts, self._rows = [hashlib.sha256() for _ in range(5)], 0

    def update(self, hypotheses: Hypotheses, references: ReferenceRows) -> None:
        """Adds a chunk of segments, in order."""
        check_lengths(hypotheses, references)
        if isinstance(references, References):
            counts, texts = references.counts, references.texts
        else:
            counts = array("q", map(len, references))
            texts = _column([text for row in references for text in row])
        ours = hypotheses if isinstance(hypotheses, Texts) else _column(hypotheses)
        chunks: tuple[Any, ...] = (
            ours.content,
            _little(ours.sizes),
            texts.content,
            _little(texts.sizes),
            _little(counts),
        )
        for part, chunk in zip(self._parts, chunks, strict=True):
            part.update(chunk)
        self._rows += len(hypotheses)

    @property
    def rows(self) -> int:
        """How many segments were hashed."""
        return self._rows

    def hexdigest(self) -> str:
        """The first 12 hexadecimal digits of the SHA-256 of all that was added."""
        return hashlib.sha256(b"".join(part.digest() for part in self._parts)).hexdigest()[:12]


def _little(numbers: "array[int]") -> "array[int]":
    """The same numbers with the least byte first, as on most machines."""
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers


def _column(texts: Sequence[str]) -> Texts:
    """The column of these texts, a lone surrogate as the three bytes that UTF-8 forbids."""
    try:
        return Texts.of(texts)
    except UnicodeEncodeError:
        encoded = [text.encode("utf-8", "surrogatepass") for text in texts]
        return Texts(array("B", b"".join(encoded)), array("q", accumulate(map(len, encoded), initial=0)))


def data_hash(hypotheses: Hypotheses, references: ReferenceRows) -> str:
    """The fingerprint of a batch: 12 hexadecimal digits, the `data` of a signature."""
    fingerprint = Fingerprint()
    fingerprint.update(hypotheses, references)
    return fingerprint.hexdigest()


def complete(
    metric: Metric,
    *,
    nrefs: str,
    version: str,
    engine: str,
    mtqa: str,
    level: str,
    normaliser: str,
    data: str,
    segments: int,
) -> Signature:
    """The whole signature of a number; `engine` is name and version, `level` is "corpus" or "segment"."""
    effective = level == "segment" and metric.key == "bleu" and bool(metric.parameter("effective_order"))
    parts = (
        *sacrebleu_parts(metric, nrefs=nrefs, version=version, effective_order=effective),
        *own_parts(metric),
        ("level", level),
        ("engine", engine),
        ("mtqa", mtqa),
        ("normaliser", normaliser),
        ("data", data),
        ("n", str(segments)),
    )
    return Signature(_printed(metric), parts)


def _printed(metric: Metric) -> str:
    """The name with its parameters, as sacrebleu prints it: `chrF2++`, but `chrF3+` for beta 3 and one word order."""
    if metric.key in ("chrf", "chrf++"):
        return f"chrF{metric.parameter('beta')}" + "+" * int(metric.parameter("word_order"))
    return METRICS[metric.key].name if metric.key in METRICS else metric.name


def _yes(flag: object) -> str:
    return "yes" if flag else "no"
