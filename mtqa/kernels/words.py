"""The words of two texts put against each other at the least cost: readable, and natively for many texts at once.

A function word that matches is worth little, so that a stray "the" does not tear a phrase apart; words of the same
lemma, stem or form attract each other; a content word is not put against a function word.
"""

import ctypes
import os
from collections.abc import Sequence
from enum import IntEnum
from functools import lru_cache
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Indel

from .library import Forms, Library, library

__all__ = ["LEFT_ALONE", "PAIR", "RIGHT_ALONE", "Shape", "Word", "alone", "path", "paths", "together"]

PAIR, LEFT_ALONE, RIGHT_ALONE = 0, 1, 2
_FORBIDDEN = 9.0


class Shape(IntEnum):
    """What a word looks like; everything with letters that is neither a date nor a figure is a word."""

    WORD = 0
    MARK = 1
    CHARACTER = 2  # of a script written without spaces
    DATE = 3
    NUMBER = 4


class Word(Protocol):
    """What the costs rest on; words are equal when they are the same object, and hashed so.

    `joint` is empty for a form without letters and digits; `stem` counts where it is longer than 3 letters.
    """

    def __hash__(self) -> int: ...
    @property
    def text(self) -> str: ...
    @property
    def key(self) -> str: ...
    @property
    def joint(self) -> str: ...
    @property
    def lemma(self) -> str: ...
    @property
    def stem(self) -> str: ...
    @property
    def word_class(self) -> str: ...
    @property
    def shape(self) -> Shape: ...
    @property
    def capital(self) -> bool: ...


def alone(word: Word) -> float:
    """What it costs to leave a word without a partner."""
    if word.shape is Shape.MARK:
        return 0.45
    if word.shape is Shape.CHARACTER:
        return 0.6
    return 0.6 if word.word_class else 1.0


@lru_cache(maxsize=1_000_000)
def together(a: Word, b: Word) -> float:
    """What it costs to put one word against another: 0 for the same content word, up to more than both alone."""
    if a.key == b.key:
        same = 0.0 if a.text == b.text else 0.05
        return same + 0.08 if a.shape is Shape.MARK or a.word_class else same
    if a.joint == b.joint and a.joint:
        return 0.1
    shapes = (a.shape, b.shape)
    for shape, alike, unlike in _BY_SHAPE:
        if shape in shapes:
            return alike if a.shape is b.shape else unlike
    if a.word_class and b.word_class:
        return 0.7 if a.word_class == b.word_class else 1.0
    likeness = Indel.normalized_similarity(a.key, b.key)
    if a.word_class or b.word_class:
        # A function word is put against a content word only where one may be the other misspelt ("form", "from").
        return 0.8 if likeness > 0.7 and min(len(a.key), len(b.key)) > 2 else 1.55
    if a.lemma == b.lemma:
        return 0.2
    if a.stem == b.stem and len(a.stem) > 3:
        return 0.3
    return 0.5 + 0.6 * (1.0 - likeness) + (0.15 if a.capital != b.capital else 0.0)


# What a pair costs in which either word has the shape, the first that holds: both of it, only one.
_BY_SHAPE = (
    (Shape.MARK, 0.5, _FORBIDDEN),
    (Shape.CHARACTER, 0.9, 0.9),
    (Shape.DATE, 0.3, 1.3),
    (Shape.NUMBER, 0.4, 1.4),
)


def path(left: Sequence[Word], right: Sequence[Word]) -> bytes:
    """The steps of the cheapest path through a table: 0 a pair, 1 a word of the left alone, 2 of the right.

    Of equally cheap ways the pair is taken, then the word of the left.
    """
    insert = [alone(word) for word in right]
    line = [0.0]
    for cost in insert:
        line.append(line[-1] + cost)
    steps: list[bytearray] = []
    for word in left:
        delete = alone(word)
        above = line
        cell = above[0] + delete
        line = [cell]
        step = bytearray()
        for column, other in enumerate(right):
            paired = above[column] + together(word, other)
            removed = above[column + 1] + delete
            added = cell + insert[column]
            if paired <= removed and paired <= added:
                cell = paired
                step.append(PAIR)
            elif removed <= added:
                cell = removed
                step.append(LEFT_ALONE)
            else:
                cell = added
                step.append(RIGHT_ALONE)
            line.append(cell)
        steps.append(step)
    way = bytearray()
    i, j = len(left), len(right)
    while i or j:
        step_here = RIGHT_ALONE if not i else LEFT_ALONE if not j else steps[i - 1][j - 1]
        way.append(step_here)
        i -= step_here != RIGHT_ALONE
        j -= step_here != LEFT_ALONE
    return bytes(way[::-1])


def paths(tables: Sequence[tuple[Sequence[Word], Sequence[Word]]], *, threads: int = 0) -> list[bytes]:
    """`path` of every table, natively where that can be, on so many threads (0: all there are); the same result."""
    native = library()
    if native is None or not tables:
        return [path(left, right) for left, right in tables]
    return _native(native, tables, threads or os.cpu_count() or 1)


def _native(native: Library, tables: Sequence[tuple[Sequence[Word], Sequence[Word]]], threads: int) -> list[bytes]:
    number: dict[Word, int] = {}
    sides: list[tuple[NDArray[np.int32], NDArray[np.int64]]] = []
    for side in (0, 1):
        forms = [number.setdefault(word, len(number)) for table in tables for word in table[side]]
        ends = np.cumsum([0, *(len(table[side]) for table in tables)], dtype=np.int64)
        sides.append((np.array(forms, np.int32), ends))
    (left, left_ends), (right, right_ends) = sides
    columns = _Columns(list(number))
    steps = np.empty(len(left) + len(right), np.uint8)
    counts = np.empty(len(tables), np.int64)
    failed = native.c.mtqa_words(
        ctypes.byref(columns.forms), len(tables), left.ctypes.data, left_ends.ctypes.data,
        right.ctypes.data, right_ends.ctypes.data, threads, steps.ctypes.data, counts.ctypes.data,
    )  # fmt: skip
    if failed:
        raise MemoryError("the table of an alignment does not fit into memory")
    written = steps.tobytes()
    starts = (left_ends + right_ends).tolist()
    return [written[start : start + count] for start, count in zip(starts[:-1], counts.tolist(), strict=True)]


class _Columns:
    """The forms of some words as the native side reads them; equal numbers are equal strings, 0 is none."""

    def __init__(self, words: Sequence[Word]) -> None:
        strings: dict[str, int] = {"": 0}

        def numbered(values: list[str]) -> NDArray[np.int32]:
            return np.array([strings.setdefault(value, len(strings)) for value in values], np.int32)

        keys = [word.key for word in words]
        self.arrays: dict[str, NDArray[np.generic]] = {
            "text": numbered([word.text for word in words]),
            "key": numbered(keys),
            "lemma": numbered([word.lemma for word in words]),
            "joint": numbered([word.joint for word in words]),
            "stem": numbered([word.stem if len(word.stem) > 3 else "" for word in words]),
            "word_class": numbered([word.word_class for word in words]),
            "shape": np.array([word.shape for word in words], np.uint8),
            "capital": np.array([word.capital for word in words], np.uint8),
            "letters": np.frombuffer("".join(keys).encode("utf-32-le", "surrogatepass") or bytes(4), np.uint32),
            "letter_offsets": np.cumsum([0, *map(len, keys)], dtype=np.int64),
        }
        self.forms = Forms(**{name: array.ctypes.data for name, array in self.arrays.items()})
