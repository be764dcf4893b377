"""Whether the references correct these very hypotheses or were written independently of them."""

import re
from collections.abc import Sequence

from rapidfuzz.distance import LCSseq

from ..hygiene import Concern, Notice
from ..refusal import unknown_name
from ..segment import Batch, ReferenceKind

__all__ = ["kept_share", "reference_kind", "settled", "unlike"]

SAMPLE = 200  # segments that are compared, evenly spread
KEPT = 0.82  # median share of words kept above which the references are corrections
KEPT_UNEVENLY = 0.55  # … where at least `UNEVEN` times as many segments are untouched as the shares alone would leave
UNEVEN = 2.2
FEWEST_FOR_UNEVEN = 10  # segments
UNLIKE = 0.25  # below this share a segment is hardly a correction of its hypothesis
_UNSPACED = r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
_WORD = re.compile(rf"[{_UNSPACED}]|(?:(?![{_UNSPACED}])\w)+|[^\w\s]")


def reference_kind(hypotheses: Sequence[str], references: Sequence[str]) -> tuple[ReferenceKind, str]:
    """Correction or independent, and what that rests on: the share of words that the references keep, and how evenly.

    A post-editor leaves most words where they are (median of the segments), or leaves good segments alone and works
    hard on others: then more segments are untouched than independent wording of words kept at this rate would leave
    (rate to the power of a segment's words). A heavy rewriting cannot be told from an independent translation, and
    counts as one, for then edits are not called errors; an independent reference that is worded like the hypothesis
    cannot be told from a correction (both measured in docs/quality.md). Fewer than 3 pairs are too few to be sure, and
    the basis says so; no pair at all gives NONE.
    """
    positions = [n for n, (h, r) in enumerate(zip(hypotheses, references, strict=True)) if h.strip() and r.strip()]
    if not positions:
        return ReferenceKind.NONE, "no segment has a reference"
    step = -(-len(positions) // SAMPLE)
    chosen = positions[::step]
    shares = [kept_share(hypotheses[n], references[n]) for n in chosen]
    ranked = sorted(shares)
    median = (ranked[(len(ranked) - 1) // 2] + ranked[len(ranked) // 2]) / 2
    lengths = [len(_WORD.findall(hypotheses[n])) for n in chosen]
    enough = len(chosen) >= FEWEST_FOR_UNEVEN and shares.count(1.0) > 1
    uneven = enough and _unevenness(shares, lengths) >= UNEVEN
    wanted = KEPT_UNEVENLY if uneven else KEPT
    counted = "1 segment" if len(shares) == 1 else f"median of {len(shares)} segments"
    left_alone = ", many segments being untouched" if uneven else ""
    basis = f"the references keep {median:.0%} of the words ({counted}; {wanted:.0%} wanted{left_alone})"
    if len(shares) < 3:
        basis += ", which is too few segments to be sure"
    return (ReferenceKind.CORRECTION if median >= wanted else ReferenceKind.INDEPENDENT), basis


def _unevenness(shares: Sequence[float], lengths: Sequence[int]) -> float:
    """How many times more segments are untouched than would be if each word were kept by itself; 1 is as many."""
    rate = sum(shares) / len(shares)
    untouched = shares.count(1.0) / len(shares)
    by_chance = sum(rate**length for length in lengths) / len(lengths)
    return (untouched + 0.01) / (by_chance + 0.01)


def settled(batch: Batch, kind: str) -> tuple[Batch, str, tuple[Notice, ...]]:
    """The batch with the kind of its references, on what that rests, and doubts where the texts say otherwise.

    `kind` is `correction`, `independent`, or `auto`: what the column is called, else what `reference_kind` measures.
    """
    kinds = ("auto", "correction", "independent")
    if kind not in kinds:
        raise unknown_name("kind of reference", kind, kinds)
    if kind == ReferenceKind.INDEPENDENT:  # nothing is called an error, so there is nothing to doubt
        return batch.of_kind(ReferenceKind.INDEPENDENT), "as given", ()
    positions = [n for n in batch.paired if batch.hypothesis[n]]
    hypotheses = [batch.hypothesis[n] for n in positions]
    references = [batch.references[n][0] for n in positions]
    measured, measured_basis = reference_kind(hypotheses, references)
    if kind != "auto":
        wanted, basis = ReferenceKind(kind), "as given"
    elif batch.reference_kind == ReferenceKind.CORRECTION:
        wanted, basis = ReferenceKind.CORRECTION, "the input calls it a post-edit"
    else:
        wanted, basis = measured, measured_basis
    doubts = []
    if wanted == ReferenceKind.CORRECTION:
        if measured == ReferenceKind.INDEPENDENT:
            doubts.append(
                _doubt(f"the reference is called a correction, but reads like another translation: {measured_basis}")
            )
        strangers = tuple(batch.id[positions[n]] for n in unlike(hypotheses, references))
        if strangers:
            doubts.append(_doubt(f"{len(strangers)} segments have little in common with their correction", strangers))
    return batch.of_kind(wanted), basis, tuple(doubts)


def _doubt(message: str, segments: tuple[str, ...] = ()) -> Notice:
    mend = "use --kind independent if nobody edited this hypothesis" if not segments else "look at these segments first"
    return Notice("reference kind", Concern.WARNING, message, segments, mend)


def unlike(hypotheses: Sequence[str], references: Sequence[str]) -> tuple[int, ...]:
    """The positions of the pairs that have too little in common for the one to be a correction of the other."""
    return tuple(
        n
        for n, (h, r) in enumerate(zip(hypotheses, references, strict=True))
        if len(h) > 20 and len(r) > 20 and kept_share(h, r) < UNLIKE
    )


def kept_share(hypothesis: str, reference: str) -> float:
    """The share of the words of both texts, case and order kept in mind, that both have: 1 the same text, 0 no word.

    Words in a longest common subsequence, marks counted as words, characters of unspaced scripts as well.
    """
    if hypothesis == reference:
        return 1.0
    left, right = _WORD.findall(hypothesis), _WORD.findall(reference)
    total = len(left) + len(right)
    return 2 * int(LCSseq.similarity(left, right)) / total if total else 1.0
