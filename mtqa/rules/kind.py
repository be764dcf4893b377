"""Whether the references correct these very hypotheses or were written independently of them."""

from collections.abc import Sequence

from ..edits import compare
from ..hygiene import Concern, Notice
from ..language import Language, detect
from ..refusal import unknown_name
from ..segment import Batch, ReferenceKind

__all__ = ["kept_share", "reference_kind", "settled", "unlike"]

SAMPLE = 200  # segments that are compared, evenly spread
KEPT = 0.75  # median share of words kept above which the references are corrections
KEPT_WITH_UNTOUCHED = 0.60  # … where at least `UNTOUCHED` of the segments were left as they are
UNTOUCHED = 0.10
UNLIKE = 0.25  # below this share a segment is hardly a correction of its hypothesis


def reference_kind(hypotheses: Sequence[str], references: Sequence[str]) -> tuple[ReferenceKind, str]:
    """Correction or independent, and what that rests on: the median share of words that the references keep.

    A post-editor leaves most words where they are and some segments untouched, another translator seldom does; a
    heavy rewriting cannot be told from an independent translation, and counts as one, for then edits are not called
    errors (measured in docs/quality.md). Fewer than 3 pairs are too few to be sure, and the basis says so; no pair at
    all gives NONE.
    """
    positions = [n for n, (h, r) in enumerate(zip(hypotheses, references, strict=True)) if h.strip() and r.strip()]
    if not positions:
        return ReferenceKind.NONE, "no segment has a reference"
    step = -(-len(positions) // SAMPLE)
    chosen = positions[::step]
    language = detect(hypotheses[n] for n in chosen)
    shares = sorted(kept_share(hypotheses[n], references[n], language=language) for n in chosen)
    median = (shares[(len(shares) - 1) // 2] + shares[len(shares) // 2]) / 2
    untouched = sum(share == 1.0 for share in shares) / len(shares)
    wanted = KEPT_WITH_UNTOUCHED if untouched >= UNTOUCHED and len(shares) >= 10 else KEPT
    enough = median >= wanted
    counted = "1 segment" if len(shares) == 1 else f"median of {len(shares)} segments"
    basis = f"the references keep {median:.0%} of the words ({counted}; {wanted:.0%} wanted)"
    if len(shares) < 3:
        basis += ", which is too few segments to be sure"
    return (ReferenceKind.CORRECTION if enough else ReferenceKind.INDEPENDENT), basis


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
    language = detect(hypotheses)
    return tuple(
        n
        for n, (h, r) in enumerate(zip(hypotheses, references, strict=True))
        if len(h) > 20 and len(r) > 20 and kept_share(h, r, language=language) < UNLIKE
    )


def kept_share(hypothesis: str, reference: str, *, language: Language | None = None) -> float:
    """The share of the tokens of both texts that stand outside the edits between them: 1 the same text, 0 no token."""
    return 1.0 - compare(hypothesis, reference, language=language).changed_share
