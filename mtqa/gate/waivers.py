"""Waivers: errors that a person lets stand for a time, with a reason; they are shown wherever a verdict is.

    [[waiver]]
    reason = "the client's glossary has it so"
    author = "Ana Lima"
    expires = 2026-12-31
    text = "Kiew"

They stand in the policy or in a file of their own. A waiver speaks of findings only: what is counted without findings
(integrity, metrics, baselines, drift) cannot be waived, and what was not judged stays unjudged.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Annotated

from pydantic import BeforeValidator, Field, field_validator, model_validator

from ..mqm import CATEGORIES, ErrorSpan
from ..refusal import unknown_name
from .strict import Strict

__all__ = ["Applied", "State", "Waiver", "WaiverFile", "apply_waivers", "waived"]

_WHAT = ("segment", "document", "system", "category", "text", "correction")
LONGEST = 120  # characters of what a waiver is about, where it is told in one sentence
_NARROW = ("segment", "category", "text", "correction")  # one of these, or a whole document would be let through


def _as_date(value: object) -> object:
    """A date of TOML, or its text; a time of day says nothing about a last day."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        return date.fromisoformat(value) if isinstance(value, str) and len(value) == 10 else _no_date()
    except ValueError:
        return _no_date()


def _no_date() -> object:
    raise ValueError("a date wanted, as 2026-12-31")


class Waiver(Strict):
    """Findings that do not count until `expires` (that day included; days in UTC).

    A finding is waived if all that is given is true of it: `segment` (its id), `document`, `system`, `category` (a
    pattern, `style/*`), `text` (what is marked) and `correction`, both in whole.
    """

    reason: str
    author: str
    expires: Annotated[date, BeforeValidator(_as_date)]
    segment: str | None = None
    document: str | None = None
    system: str | None = None
    category: str | None = None
    text: str | None = None
    correction: str | None = None

    @field_validator("reason", "author")
    @classmethod
    def _said(cls, text: str) -> str:
        if not text.strip():
            raise ValueError("must say something")
        return text

    @field_validator("category")
    @classmethod
    def _known(cls, name: str | None) -> str | None:
        if name is not None and not any(fnmatchcase(category, name) for category in CATEGORIES):
            raise unknown_name("category", name, CATEGORIES)
        return name

    @model_validator(mode="after")
    def _narrow(self) -> "Waiver":
        if all(getattr(self, name) is None for name in _NARROW):
            raise ValueError(f"a waiver without an object: give {', '.join(_NARROW[:-1])} or {_NARROW[-1]}")
        return self

    def covers(self, error: ErrorSpan) -> bool:
        """Whether all that the waiver says is true of the finding."""
        said = {"segment": error.id, "document": error.document, "system": error.system, "text": error.text,
                "correction": error.correction}  # fmt: skip
        same = all(getattr(self, name) in (None, value) for name, value in said.items())
        return same and (self.category is None or fnmatchcase(error.category, self.category))

    @property
    def about(self) -> str:
        """What is waived, as it was written: `segment 17, category style/*`."""
        given = ((name, getattr(self, name)) for name in _WHAT)
        return ", ".join(f"{name} {value}" for name, value in given if value is not None)


class WaiverFile(Strict):
    """A file of waivers and nothing else."""

    waiver: tuple[Waiver, ...] = Field(min_length=1)


class State(StrEnum):
    """What a waiver does today."""

    HOLDS = "holds"
    EXPIRED = "expired"  # its findings count again
    UNUSED = "unused"  # nothing that stands is like it


@dataclass(frozen=True, slots=True)
class Applied:
    """A waiver and the findings that it covers; they are left out of the counts only while it holds."""

    waiver: Waiver
    state: State
    findings: tuple[ErrorSpan, ...]

    @property
    def said(self) -> str:
        """One sentence: what the waiver does, what it is about, whose it is, until when, and why."""
        waiver, count = self.waiver, len(self.findings)
        noun = "1 finding" if count == 1 else f"{count} findings"
        does = {
            State.HOLDS: f"{noun} waived until {waiver.expires}",
            State.EXPIRED: f"waiver expired on {waiver.expires}, {noun} {'counts' if count == 1 else 'count'} again",
            State.UNUSED: f"waiver until {waiver.expires} matches no finding",
        }[self.state]
        about = waiver.about if len(waiver.about) <= LONGEST else waiver.about[:LONGEST] + "…"
        return f"{does} ({about}; {waiver.author}): {waiver.reason}"


def apply_waivers(
    waivers: Sequence[Waiver], errors: Sequence[ErrorSpan], *, rejected: Collection[int], today: date
) -> tuple[Applied, ...]:
    """What each waiver does to the findings that nobody rejected, in the order of the waivers."""
    found = []
    for waiver in waivers:
        spans = tuple(e for n, e in enumerate(errors) if n not in rejected and waiver.covers(e))
        state = State.UNUSED if not spans else State.EXPIRED if today > waiver.expires else State.HOLDS
        found.append(Applied(waiver, state, spans))
    return tuple(found)


def waived(applied: Sequence[Applied], errors: Sequence[ErrorSpan]) -> Iterator[int]:
    """The positions of the findings that do not count, because a waiver holds for them."""
    holding = [each.waiver for each in applied if each.state is State.HOLDS]
    for position, error in enumerate(errors):
        if any(waiver.covers(error) for waiver in holding):
            yield position
