"""The native library: where it lies, whether it is the right one, and its functions as Python calls them.

It is plain C behind ctypes, so that one build serves every Python 3, and every call lets go of the interpreter lock
(only `gather`, which reads Python strings, holds it). Without a compiler the package installs without it; everything
still works, through sacrebleu, about a hundred times slower.
"""

import ctypes
import os
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..refusal import Unavailable
from .buffers import address

if TYPE_CHECKING:
    from array import array

__all__ = ["ABI", "Batch", "Forms", "Library", "absence", "library"]

ABI = 3
_NAMES = {"win32": "mtqa_native.dll", "darwin": "mtqa_native.dylib"}


class Batch(ctypes.Structure):
    """`mtqa_batch` of native/src/mtqa.h."""

    _fields_ = (
        ("rows", ctypes.c_int64),
        ("hypothesis_bytes", ctypes.c_void_p),
        ("hypothesis_offsets", ctypes.c_void_p),
        ("reference_bytes", ctypes.c_void_p),
        ("reference_offsets", ctypes.c_void_p),
        ("reference_starts", ctypes.c_void_p),
        ("lower", ctypes.c_void_p),
        ("classes", ctypes.c_void_p),
        ("threads", ctypes.c_int32),
    )


class Forms(ctypes.Structure):
    """`mtqa_forms` of native/src/mtqa.h."""

    _fields_ = tuple(
        (name, ctypes.c_void_p)
        for name in (
            *("text", "key", "lemma", "joint", "stem", "word_class"),
            *("shape", "capital", "letters", "letter_offsets"),
        )
    )


class Library:
    """The loaded library; use `library()`."""

    __slots__ = ("_gather", "_item", "_utf8", "c", "path")

    def __init__(self, path: Path) -> None:
        self.path = path
        self.c = ctypes.CDLL(str(path))
        number, long, real = ctypes.c_int32, ctypes.c_int64, ctypes.c_double
        pointer, octets, batch = ctypes.c_void_p, ctypes.c_char_p, ctypes.POINTER(Batch)
        scored = [pointer, long, long]
        for name, result, arguments in (
            ("mtqa_abi", number, []),
            ("mtqa_bleu", number, [batch, number, number, pointer]),
            ("mtqa_chrf", number, [batch, number, number, real, number, number, pointer]),
            ("mtqa_ter", number, [batch, number, pointer]),
            (
                "mtqa_words",
                number,
                [ctypes.POINTER(Forms), long, *[pointer] * 4, number, pointer, pointer],
            ),
            ("mtqa_lowers_in_context", number, [pointer, long]),
            ("mtqa_tokens", long, [octets, long, number, number, pointer, pointer, pointer, long]),
            ("mtqa_bleu_scores", None, [*scored, number, number, real, number, pointer]),
            ("mtqa_chrf_scores", None, [*scored, number, real, number, pointer]),
            ("mtqa_ter_scores", None, [*scored, pointer]),
            ("mtqa_read_tsv", pointer, [octets, long, number, pointer, number]),
            ("mtqa_read_jsonl", pointer, [octets, long, pointer, pointer, pointer, number, number]),
            ("mtqa_table_size", long, [pointer, number, number]),
            ("mtqa_table_take", None, [pointer, number, pointer, pointer, pointer]),
            ("mtqa_table_free", None, [pointer]),
            ("mtqa_decimals", long, [pointer, long, pointer, pointer]),
            ("mtqa_quoted", long, [pointer, pointer, long, pointer, pointer]),
            ("mtqa_woven", None, [long, number, *[pointer] * 5]),
            ("mtqa_differences", None, [pointer, long, pointer]),
        ):
            function = getattr(self.c, name)
            function.restype, function.argtypes = result, arguments
        # The interpreter's own functions, which the library calls while the lock is held; errors surface as exceptions.
        api: Any = ctypes.pythonapi
        self._gather = ctypes.PyDLL(str(path)).mtqa_gather
        self._gather.restype = number
        self._gather.argtypes = [ctypes.py_object, ctypes.c_int64, pointer, pointer, pointer, pointer]
        self._item = ctypes.cast(api.PyList_GetItem, pointer)
        self._utf8 = ctypes.cast(api.PyUnicode_AsUTF8AndSize, pointer)

    def gather(self, texts: list[str], offsets: "array[int]", data: "array[int] | None") -> None:
        """Fills the offsets of a column (no `data`), or its bytes."""
        to = None if data is None else address(data)
        self._gather(texts, len(texts), self._item, self._utf8, address(offsets), to)


def _found() -> Path | None:
    """The library's file. An editable install keeps it in site-packages, which `__path__` names and `__file__` not."""
    folders: Sequence[str] = sys.modules[__package__].__path__ if __package__ else ()
    name = _NAMES.get(sys.platform, "mtqa_native.so")
    for folder in folders:
        if (path := Path(folder) / name).is_file():
            return path
    return None


@cache
def _load() -> Library | str:
    path = _found()
    if path is None:
        return "the native library was not built; reinstall with a C++17 compiler: pip install --no-cache-dir ."
    try:
        loaded = Library(path)
    except (OSError, AttributeError) as problem:
        return f"the native library cannot be loaded ({problem})"
    if (found := loaded.c.mtqa_abi()) != ABI:
        return f"the native library speaks interface {found}, {ABI} is wanted; reinstall mtqa"
    return loaded


def library() -> Library | None:
    """The native library, None where there is none; with MTQA_REQUIRE_NATIVE=1 that is refused instead."""
    loaded = _load()
    if isinstance(loaded, Library):
        return loaded
    if os.environ.get("MTQA_REQUIRE_NATIVE") == "1":
        raise Unavailable(f"MTQA_REQUIRE_NATIVE=1, but {loaded}")
    return None


def absence() -> str | None:
    """Why there is no native library; None if there is one."""
    loaded = _load()
    return None if isinstance(loaded, Library) else loaded
