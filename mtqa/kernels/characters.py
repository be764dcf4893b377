"""What the interpreter and the regex package say of every code point, as tables that the kernels read.

Case and classes depend on the Unicode version of the interpreter and of the package; the kernels must not have one of
their own. Two letters have no lower case of their own: İ becomes two, and Σ looks at its neighbours. Texts with one of
them are lowered by Python before (`lowered`).
"""

import sys
from array import array
from collections.abc import Sequence
from functools import cache

__all__ = ["CONTEXT", "classes", "lower_case", "lowered"]

CODE_POINTS = 0x110000
CONTEXT = "\u0130\u03a3"
_CASED = 0x20000  # no code point from here on has case (a test looks)
_UTF_32 = f"utf-32-{sys.byteorder[0]}e"


@cache
def lower_case() -> "array[int]":
    """`str.lower()` of the code points that may have case, 0x20000 of 32 bits; İ and Σ are not to be looked up."""
    table = array("I", range(_CASED))
    for odd in (0x130, *range(0xD800, 0xE000)):
        table[odd] = 0
    return array("I", table.tobytes().decode(_UTF_32).lower().encode(_UTF_32))


@cache
def classes() -> "array[int]":
    """1 punctuation, 2 symbol, 4 number, 0 other of every code point (0x110000 bytes), as the regex package has it."""
    import regex

    everything = "".join(map(chr, range(CODE_POINTS)))
    table = array("B", bytes(CODE_POINTS))
    for bit, name in ((1, "P"), (2, "S"), (4, "N")):
        for run in regex.finditer(rf"\p{{{name}}}+", everything):
            table[run.start() : run.end()] = array("B", [bit]) * len(run.group())
    return table


def lowered(texts: Sequence[str]) -> list[str]:
    """The same texts, those in lower case that only Python can lower."""
    return [text.lower() if CONTEXT[0] in text or CONTEXT[1] in text else text for text in texts]
