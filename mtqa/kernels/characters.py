"""What the interpreter and the regex package say of every code point, as tables that the kernels read.

Case and classes depend on the Unicode version of the interpreter and of the package; the kernels must not have one of
their own. Two letters have no lower case of their own: İ becomes two, and Σ looks at its neighbours. Texts with one of
them are lowered by Python before (`lowered`).
"""

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["CONTEXT", "classes", "lower_case", "lowered"]

CODE_POINTS = 0x110000
CONTEXT = "\u0130\u03a3"
_CASED = 0x20000  # no code point from here on has case (a test looks)


@cache
def lower_case() -> "NDArray[np.uint32]":
    """`str.lower()` of every code point, `(0x110000,)` uint32; İ and Σ are not to be looked up."""
    import numpy as np

    table = np.arange(CODE_POINTS, dtype="<u4")
    table[[0x130, *range(0xD800, 0xE000)]] = 0
    lower = table[:_CASED].tobytes().decode("utf-32-le").lower()
    table[:_CASED] = np.frombuffer(lower.encode("utf-32-le"), "<u4")
    return np.ascontiguousarray(table, np.uint32)


@cache
def classes() -> "NDArray[np.uint8]":
    """1 punctuation, 2 symbol, 4 number, 0 other, `(0x110000,)` uint8, as the regex package has them."""
    import numpy as np
    import regex

    everything = "".join(map(chr, range(CODE_POINTS)))
    table = np.zeros(CODE_POINTS, np.uint8)
    for bit, name in ((1, "P"), (2, "S"), (4, "N")):
        for run in regex.finditer(rf"\p{{{name}}}+", everything):
            table[run.start() : run.end()] = bit
    return table


def lowered(texts: Sequence[str]) -> list[str]:
    """The same texts, those in lower case that only Python can lower."""
    return [text.lower() if CONTEXT[0] in text or CONTEXT[1] in text else text for text in texts]
