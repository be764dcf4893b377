"""What the makers of CAT tools add to XLIFF: where each keeps state, origin, lock and match of a segment.

A dialect is known by the namespace that the file declares, not by its suffix: tools call everything `.xlf`.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from .markup import Node

__all__ = ["DIALECTS", "PLAIN", "Dialect", "Standing", "dialect_of"]

SDL = "http://sdl.com/FileTypes/SdlXliff/1.0"
PHRASE = "http://www.memsource.com/mxlf/2.0"
MEMOQ = "MQXliff"


@dataclass(frozen=True, slots=True)
class Standing:
    """How a segment stands in its tool; empty where the file does not say. Words as in `record.FACTS`."""

    state: str = ""
    origin: str = ""
    match: str = ""
    locked: bool = False


@dataclass(frozen=True, slots=True)
class Dialect:
    """One maker's XLIFF 1.2: its namespace, and how to read the standing of a segment of a unit (`mid`, or empty).

    `raw_machine` says that the raw machine translation stands in `alt-trans[@origin=machine-trans]`: it is the
    hypothesis, the target its correction. `literal_tags` that inline tags are literal text.
    """

    name: str
    namespace: str
    standing: Callable[[Node, str], Standing]
    stable_id: str = ""
    raw_machine: bool = False
    literal_tags: bool = False


def dialect_of(namespaces: Collection[str]) -> Dialect:
    """The dialect of a document that declares these namespaces; plain XLIFF where none is a maker's."""
    return next((dialect for dialect in DIALECTS if dialect.namespace in namespaces), PLAIN)


_QUALIFIED = {
    "mt-suggestion": "mt",
    "leveraged-mt": "mt",
    "leveraged-tm": "tm",
    "leveraged-inherited": "tm",
    "leveraged-repository": "tm",
    "exact-match": "tm",
    "fuzzy-match": "tm",
    "id-match": "tm",
}
_SDL_ORIGINS = {
    "mt": "mt",
    "nmt": "mt",
    "amt": "mt",
    "tm": "tm",
    "document-match": "tm",
    "source": "source",
    "interactive": "human",
}
_PHRASE_ORIGINS = {"mt": "mt", "machine-trans": "mt", "tm": "tm", "memsource-tm": "tm", "nt": "source"}
_MEMOQ_ORIGINS = {"MachineTranslated": "mt", "PreTranslated": "tm", "AssembledFromFragments": "tm"}


def _plain(unit: Node, mid: str) -> Standing:
    target = unit.first("target")
    state = target.get("state") if target else ""
    qualifier = target.get("state-qualifier") if target else ""
    return Standing(state or ("approved" if unit.get("approved") == "yes" else ""), _QUALIFIED.get(qualifier, ""))


def _trados(unit: Node, mid: str) -> Standing:
    """`sdl:seg` of the same id; a text that a person changed keeps the origin it had before: post-edited MT is MT."""
    defined = unit.first("seg-defs")
    segment = next((seg for seg in defined.all("seg") if seg.get("id") == mid), None) if defined else None
    if segment is None:
        return Standing()
    origin = _SDL_ORIGINS.get(segment.get("origin").lower(), "")
    before = segment.first("prev-origin")
    while origin == "human" and before is not None:
        origin = _SDL_ORIGINS.get(before.get("origin").lower(), "") or origin
        before = before.first("prev-origin")
    return Standing(segment.get("conf"), origin, segment.get("percent"), segment.get("locked").lower() == "true")


def _phrase(unit: Node, mid: str) -> Standing:
    def said(name: str) -> str:
        return unit.get(f"{PHRASE}}}{name}")

    score = said("score")
    return Standing(
        {"1": "confirmed", "0": "unconfirmed"}.get(said("confirmed"), ""),
        _PHRASE_ORIGINS.get(said("trans-origin").lower(), ""),
        f"{float(score) * 100:.0f}" if _is_share(score) else score,
        said("locked") == "true",
    )


def _memoq(unit: Node, mid: str) -> Standing:
    def said(name: str) -> str:
        return unit.get(f"{MEMOQ}}}{name}")

    status = said("status")
    return Standing(status, _MEMOQ_ORIGINS.get(status, ""), said("percent"), said("locked") in ("locked", "true"))


def _is_share(score: str) -> bool:
    try:
        return 0 <= float(score) <= 1.01  # Phrase gives context matches 1.01
    except ValueError:
        return False


PLAIN = Dialect("xliff", "", _plain)
DIALECTS: tuple[Dialect, ...] = (
    Dialect("sdlxliff", SDL, _trados),
    Dialect("mxliff", PHRASE, _phrase, raw_machine=True, literal_tags=True),
    Dialect("mqxliff", MEMOQ, _memoq, stable_id=f"{MEMOQ}}}segmentguid"),
)
