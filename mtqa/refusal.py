"""Refusals: the one way in which mtqa says that its input cannot be used.

    Refusal                 exit 4   the input is unreadable, empty, of unequal lengths, or nothing aligned
    └── Misuse              exit 2   the call is wrong: an unknown name, an unwritable output, a broken policy
        └── Unavailable     exit 2   what was asked needs something that is not installed here

A refusal says where, what was found and what is wanted, and how to mend it, on one line:

    batch.tsv:17: 4 columns wanted (id, source, hypothesis, reference), 3 found
    no engine computes COMET: comet is not installed; pip install 'mtqa[comet]'

Only `mtqa.cli` turns one into an exit; a plain exception is a bug of ours (exit 70).
"""

import math
import os
from collections.abc import Iterable
from difflib import get_close_matches
from enum import IntEnum
from unicodedata import category

__all__ = ["ExitCode", "Misuse", "Refusal", "Unavailable", "figure_asked", "one_line", "unknown_name"]

_UNSEEN = frozenset({"Cc", "Cf", "Cs"})  # control, format (bidirectional overrides among them), surrogate


def one_line(text: str) -> str:
    """The text on one line, its control characters written as escapes: no file name moves the cursor."""
    return "".join(
        character if category(character) not in _UNSEEN else character.encode("unicode_escape").decode("ascii")
        for character in " ".join(text.splitlines())
    )


class ExitCode(IntEnum):
    """What the shell gets back; the same for every command."""

    DONE = 0
    GATE_FAILED = 1
    USAGE = 2
    INCONCLUSIVE = 3
    INVALID_INPUT = 4
    BUG = 70


class Refusal(Exception):
    """Input that cannot be used: `where: what; mend`, printed on one line.

    `where` is a file, a file with a line (`batch.tsv:17`), or a column; empty when the place is the call itself.
    `mend` is what the user can do about it; empty when `what` already says it.
    """

    exit_code = ExitCode.INVALID_INPUT

    def __init__(self, what: str, *, where: str = "", mend: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.mend = mend

    def at(self, where: str) -> "Refusal":
        """The same refusal with its place, added once, at the door; a place already known is kept."""
        return type(self)(self.what, where=self.where or where, mend=self.mend)

    def __str__(self) -> str:
        line = f"{self.where}: {self.what}" if self.where else self.what
        line = f"{line}; {self.mend}" if self.mend else line
        return one_line(line)

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuild, (type(self), self.what, self.where, self.mend)


class Misuse(Refusal):
    """The call itself is wrong: an unknown metric, a misspelt option, an output that cannot be written."""

    exit_code = ExitCode.USAGE


class Unavailable(Misuse):
    """What was asked needs a library that is not installed; `mend` is the install line."""


def unknown_name(kind: str, name: str, known: Iterable[str]) -> Misuse:
    """The refusal of a name that is not in a table: it lists the table, nearest name first."""
    names = list(known)
    near = get_close_matches(name, names, n=1)
    mend = f"did you mean {near[0]}? known: " if near else "known: "
    return Misuse(f"unknown {kind} {name!r}", mend=mend + ", ".join(names))


def figure_asked(variable: str, default: float) -> float:
    """The number in an environment variable, `default` where it is not set; refuses what is no number above 0."""
    text = os.environ.get(variable)
    if not text:
        return default
    try:
        figure = float(text)
    except ValueError:
        figure = math.nan
    if not 0 < figure < math.inf:
        raise Misuse(f"a number above 0 wanted, {text[:40]!r} found", where=f"${variable}", mend="mend or unset it")
    return figure


def _rebuild(kind: type[Refusal], what: str, where: str, mend: str) -> Refusal:
    return kind(what, where=where, mend=mend)
