"""Sentence embeddings that the user made: one row a line, in a NumPy file."""

import numpy as np
from numpy.typing import NDArray

from ..refusal import Refusal

__all__ = ["read_embeddings"]


def read_embeddings(path: str, lines: int) -> NDArray[np.float32]:
    """The rows of a .npy file: (lines, dim) float32. Nothing in the file is run.

    Refuses what is no NumPy array of numbers, another number of rows than lines, and rows that are not finite.
    """
    try:
        rows = np.load(path, allow_pickle=False)
    except FileNotFoundError:
        raise Refusal("no such file", where=path) from None
    except (ValueError, EOFError, OSError):
        rows = None
    if not isinstance(rows, np.ndarray) or rows.ndim != 2 or rows.dtype.kind not in "fiu":
        raise Refusal("no table of numbers", where=path, mend="numpy.save an array with a row for each line")
    if len(rows) != lines:
        raise Refusal(f"{len(rows)} rows, {lines} lines", where=path, mend="give one row for each line")
    if not np.isfinite(rows).all():
        raise Refusal("numbers that are not finite", where=path, mend="embed the lines again")
    return rows.astype(np.float32)
