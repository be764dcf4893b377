"""Terms of a termbase that a hypothesis does not keep."""

from collections.abc import Iterator

from ...mqm import Severity
from ...segment import Span
from ...termbase import Glossary, Missing
from ..case import quoted
from .unit import Finding, Unit

__all__ = ["term"]

SURE = 0.9  # of a forbidden word that stands there: what is in doubt is whether it stands for this concept
LESS_SURE = 0.7  # of a term that was not found: it may stand in a form that the lemmas do not know


def term(unit: Unit, glossary: Glossary) -> Iterator[Finding]:
    """A term of the source whose translation is not the termbase's, or a word that the termbase forbids.

    Wrong: "the agreement" of "Vertrag → contract"   Right: "the contract"   -> terminology/wrong-term, minor
    """
    for missing in glossary.missing(unit.hypothesis, unit.source):
        if missing.found:
            yield from _forbidden(unit, missing)
        elif missing.source is not None:
            yield _absent(unit, missing, missing.source.word)


def _forbidden(unit: Unit, missing: Missing) -> Iterator[Finding]:
    wanted = missing.term.wanted[0] if missing.term.wanted else ""
    for hit in missing.found:
        given = hit.span.of(unit.hypothesis)
        concept = f"; {quoted(missing.source.word)} is to be {quoted(wanted)}" if missing.source and wanted else ""
        yield Finding(
            hit.span,
            "terminology/wrong-term",
            (_asked(missing), f"found {given}"),
            f"{quoted(given)} is a forbidden term ({missing.term.place}){concept}.",
            wanted,
            f"{missing.term.place} {hit.word}",
            Severity.MAJOR,
            "forbidden-term",
            SURE,
        )


def _absent(unit: Unit, missing: Missing, source: str) -> Finding:
    end = len(unit.hypothesis.rstrip())
    wanted = " or ".join(quoted(word) for word in missing.term.wanted[:3])
    return Finding(
        Span(end, end),
        "terminology/wrong-term",
        (_asked(missing), "not found in the hypothesis"),
        f"The source has the term {quoted(source)}; {wanted} was not found in the hypothesis ({missing.term.place}).",
        missing.term.wanted[0],
        missing.term.place,
        Severity.MINOR,
        "termbase",
        LESS_SURE,
    )


def _asked(missing: Missing) -> str:
    source = missing.source.word if missing.source else " / ".join(missing.term.source[:1])
    wanted = " / ".join(missing.term.wanted[:3]) or "none"
    return f"term {source} → {wanted}" if source else f"wanted {wanted}"
