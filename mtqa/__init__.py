"""mtqa: what is wrong in a machine translation, where, and may we accept it?

>>> import mtqa
>>> delivery = mtqa.assess("seeds/001_9c63570fe49a1101.txt", "references/001_9c63570fe49a1101.txt")
>>> delivery.summary.errors, delivery.errors, delivery.save("out/demo")  # doctest: +SKIP

Every name is imported when it is first used, so that `import mtqa` and `mtqa --help` cost nothing.
"""

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:  # for type checkers and editors; _ROOMS below says the same to the interpreter
    from .align import Alignment, Bead, align
    from .assess import assess
    from .assessment import Assessment
    from .compare import compare
    from .formats import batch_of_frame, read_batch, read_lines
    from .gate import Verdict, gate
    from .hygiene import Notice, inspect
    from .metric import METRICS, Metric, Score, Signature
    from .mqm import CATEGORIES, PROFILES, ErrorSpan, Severity
    from .notebook import diff, show
    from .refusal import Refusal
    from .rules import errors
    from .scoring import score
    from .segment import Batch, ReferenceKind, Segment, Span
    from .summary import Summary

_ROOMS = {
    "align": ("Alignment", "Bead", "align"),
    "assess": ("assess",),
    "assessment": ("Assessment",),
    "compare": ("compare",),
    "formats": ("batch_of_frame", "read_batch", "read_lines"),
    "gate": ("Verdict", "gate"),
    "hygiene": ("Notice", "inspect"),
    "metric": ("METRICS", "Metric", "Score", "Signature"),
    "mqm": ("CATEGORIES", "PROFILES", "ErrorSpan", "Severity"),
    "refusal": ("Refusal",),
    "notebook": ("diff", "show"),
    "rules": ("errors",),
    "scoring": ("score",),
    "segment": ("Batch", "ReferenceKind", "Segment", "Span"),
    "summary": ("Summary",),
}
_ROOM_OF = {name: room for room, names in _ROOMS.items() for name in names}

__all__ = [
    "CATEGORIES",
    "METRICS",
    "PROFILES",
    "Alignment",
    "Assessment",
    "Batch",
    "Bead",
    "ErrorSpan",
    "Metric",
    "Notice",
    "ReferenceKind",
    "Refusal",
    "Score",
    "Segment",
    "Severity",
    "Signature",
    "Span",
    "Summary",
    "Verdict",
    "__version__",
    "align",
    "assess",
    "batch_of_frame",
    "compare",
    "diff",
    "errors",
    "gate",
    "inspect",
    "read_batch",
    "read_lines",
    "score",
    "show",
]


class _Face(ModuleType):
    """The package as its users see it: a verb may be named like the room it lives in, and is the verb here."""

    def __getattr__(self, name: str) -> Any:
        if name not in _ROOM_OF:
            raise AttributeError(f"module 'mtqa' has no attribute {name!r}")
        value = getattr(import_module(f".{_ROOM_OF[name]}", "mtqa"), name)
        super().__setattr__(name, value)
        return value

    def __setattr__(self, name: str, value: object) -> None:
        # Importing mtqa/align.py would bind the module over the verb mtqa.align; sys.modules still has it.
        if not (isinstance(value, ModuleType) and name in _ROOM_OF):
            super().__setattr__(name, value)

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *_ROOM_OF]


sys.modules[__name__].__class__ = _Face
