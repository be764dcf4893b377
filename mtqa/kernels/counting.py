"""The native kernels over whole batches: columns of texts in, rows of float64 statistics out, and scores from these.

Statistics are one flat array, row after row; `width` numbers a row.

The result does not depend on the number of threads; a segment that occurs twice is counted once.
"""

import ctypes
import os
from array import array
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..refusal import Unavailable
from .buffers import address, doubles
from .characters import classes, lower_case, lowered
from .library import Batch, Library, absence, library
from .texts import References, Texts

if TYPE_CHECKING:
    from .buffers import Buffer

__all__ = ["TOKENIZERS", "bleu", "bleu_scores", "chrf", "chrf_scores", "ter", "ter_scores", "tokens"]

TOKENIZERS = {"13a": 0, "intl": 1, "zh": 2, "char": 3, "none": 4}
_TER_FLAGS = {"normalized": 1, "no_punct": 2, "asian_support": 4}
_REFERENCES_TWICE = 8


def bleu(
    hypotheses: Texts, references: References, *, tokenize: str, order: int, lowercase: bool, threads: int = 0
) -> "array[float]":
    """`(segments, 2 + 2 * order)`: both lengths, matches, hypothesis n-grams; sacrebleu's BLEU statistics."""
    kinds = classes() if tokenize == "intl" else None
    return _run(
        "mtqa_bleu", hypotheses, references, 2 + 2 * order, threads, lowercase, kinds, TOKENIZERS[tokenize], order
    )


def chrf(
    hypotheses: Texts,
    references: References,
    *,
    char_order: int,
    word_order: int,
    beta: float,
    lowercase: bool,
    whitespace: bool,
    eps_smoothing: bool,
    threads: int = 0,
) -> "array[float]":
    """`(segments, 3 * (char_order + word_order))`: hypothesis and reference n-grams, matches, of the best reference."""
    width = 3 * (char_order + word_order)
    options = (char_order, word_order, float(beta), int(whitespace), int(eps_smoothing))
    return _run("mtqa_chrf", hypotheses, references, width, threads, lowercase, None, *options)


def ter(
    hypotheses: Texts,
    references: References,
    *,
    normalized: bool,
    no_punct: bool,
    asian_support: bool,
    case_sensitive: bool,
    references_once: bool,
    threads: int = 0,
) -> "array[float]":
    """`(segments, 2)`: edits with shifts against the nearest reference, mean reference length.

    sacrebleu tokenizes references twice, which `normalized` notices; `references_once` does not.
    """
    flags = normalized * _TER_FLAGS["normalized"] + no_punct * _TER_FLAGS["no_punct"]
    flags += asian_support * _TER_FLAGS["asian_support"]
    if normalized and not references_once:
        flags += _REFERENCES_TWICE
    return _run("mtqa_ter", hypotheses, references, 2, threads, not case_sensitive, None, flags)


def bleu_scores(
    values: "Buffer", rows: int, width: int, *, order: int, smoothing: int, smooth_value: float, effective_order: bool
) -> "array[float]":
    """One score a row; `smoothing` is none, exp, floor or add-k (0 to 3), as in sacrebleu."""
    out = doubles(rows)
    numbers = (order, smoothing, smooth_value, int(effective_order))
    _needed().c.mtqa_bleu_scores(address(values), rows, width, *numbers, address(out))
    return out


def chrf_scores(
    values: "Buffer", rows: int, width: int, *, orders: int, beta: float, eps_smoothing: bool
) -> "array[float]":
    """One score a row, of the first `orders` orders."""
    out = doubles(rows)
    _needed().c.mtqa_chrf_scores(address(values), rows, width, orders, beta, int(eps_smoothing), address(out))
    return out


def ter_scores(values: "Buffer", rows: int, width: int) -> "array[float]":
    """One score a row: edits per 100 reference words."""
    out = doubles(rows)
    _needed().c.mtqa_ter_scores(address(values), rows, width, address(out))
    return out


def tokens(text: str, *, tokenize: str | None = None, lowercase: bool = False, flags: Sequence[str] = ()) -> list[str]:
    """The tokens of one text as the BLEU kernel (`tokenize`) or the TER kernel (`flags`) cuts it; for tests."""
    native = _needed()
    code = lowered([text])[0].encode() if lowercase else text.encode()
    kinds = address(classes()) if tokenize == "intl" else None
    lower = address(lower_case()) if lowercase else None
    bits = sum(_REFERENCES_TWICE if flag == "twice" else _TER_FLAGS[flag] for flag in flags)
    out = ctypes.create_string_buffer(4 * len(code) + 16)
    number = TOKENIZERS[tokenize] if tokenize else -1
    size = native.c.mtqa_tokens(code, len(code), number, bits, lower, kinds, out, len(out))
    if size < 0:
        raise MemoryError
    joined = out.raw[:size].decode()
    return joined.split(" ") if joined else []


def _run(
    kernel: str,
    hypotheses: Texts,
    references: References,
    width: int,
    threads: int,
    lowercase: bool,
    kinds: "Buffer | None",
    *options: float,
) -> "array[float]":
    native = _needed()
    if lowercase:
        hypotheses = _lowered(native, hypotheses)
        references = References(_lowered(native, references.texts), references.starts)
    table = lower_case() if lowercase else None
    out = doubles(len(hypotheses) * width)
    batch = Batch(
        len(hypotheses),
        *hypotheses.pointers(),
        *references.texts.pointers(),
        address(references.starts),
        None if table is None else address(table),
        None if kinds is None else address(kinds),
        threads or os.cpu_count() or 1,
    )
    problem = getattr(native.c, kernel)(ctypes.byref(batch), *options, address(out))
    if problem == 1:
        raise MemoryError(f"{kernel}: no memory for {len(hypotheses)} segments")
    if problem:
        raise ValueError(f"{kernel}: an option is out of range: {options}")
    return out


def _lowered(native: Library, texts: Texts) -> Texts:
    first, last = texts.offsets[0], texts.offsets[-1]
    if not native.c.mtqa_lowers_in_context(address(texts.data) + int(first), int(last - first)):
        return texts
    ends = zip(texts.offsets[:-1], texts.offsets[1:], strict=True)
    return Texts.of(lowered([texts.data[start:end].tobytes().decode("utf-8", "replace") for start, end in ends]))


def _needed() -> Library:
    native = library()
    if native is None:
        raise Unavailable(f"no native kernels: {absence()}")
    return native
