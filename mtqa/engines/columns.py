"""The columns that engines take: Python lists or kernel columns; what is refused before anything is counted."""

from collections.abc import Sequence
from itertools import chain

from ..kernels.texts import References, Texts
from ..refusal import Refusal

__all__ = ["Hypotheses", "ReferenceRows", "check", "check_lengths"]

Hypotheses = Sequence[str] | Texts
ReferenceRows = Sequence[tuple[str, ...]] | References


def check(hypotheses: Hypotheses, references: ReferenceRows) -> str:
    """The number of references a row, "var" where it varies, "0" where there are no rows.

    Refuses columns of unequal length, rows without a reference, and texts that are not text, with the row.
    """
    check_lengths(hypotheses, references)
    if not len(references):
        return "0"
    if not isinstance(hypotheses, Texts):
        _check_texts("hypothesis", hypotheses)
    counts = _counts(references)
    if 0 in counts:
        row = [len(row) for row in references].index(0)
        raise Refusal(f"row {row + 1}: no reference", mend="score only the segments that have one")
    return str(counts.pop()) if len(counts) == 1 else "var"


def check_lengths(hypotheses: Hypotheses, references: ReferenceRows) -> None:
    """Refuses columns of unequal length, naming both."""
    if len(hypotheses) != len(references):
        raise Refusal(
            f"{len(hypotheses)} hypotheses, {len(references)} rows of references", mend="pair them line by line"
        )


def _counts(references: ReferenceRows) -> set[int]:
    """The different numbers of references; looks at the types all at once, and at single rows only if one is odd."""
    if isinstance(references, References):
        return set(references.counts)
    if not set(map(type, references)) <= {tuple, list}:
        for row, texts in enumerate(references):
            if not isinstance(texts, tuple | list):
                raise Refusal(
                    f"row {row + 1}: a tuple of references wanted, {type(texts).__name__} found",
                    mend="write (reference,)",
                )
    if not set(map(type, chain.from_iterable(references))) <= {str}:
        for row, texts in enumerate(references):
            for text in texts:
                if not isinstance(text, str):
                    raise _not_text("reference", row, text)
    return set(map(len, references))


def _check_texts(column: str, texts: Sequence[str]) -> None:
    if set(map(type, texts)) <= {str}:
        return
    for row, text in enumerate(texts):
        if not isinstance(text, str):
            raise _not_text(column, row, text)


def _not_text(column: str, row: int, value: object) -> Refusal:
    found = "nothing" if value is None or value != value else type(value).__name__
    return Refusal(f"row {row + 1}: {column} is text wanted, {found} found", mend="fill the cell or drop the row")
