"""What is no assessment, no decision, no history is refused before anything is judged, not found out half way."""

from collections.abc import Mapping, Sequence

from ..ledger import Entry
from ..refusal import Misuse
from ..segment import Batch
from .languages import languages_of
from .waivers import Waiver

__all__ = ["checked_call"]


def checked_call(
    assessment: object,
    baseline: object,
    decisions: object,
    history: object,
    waivers: object,
    population: object,
    language_pair: object,
) -> None:
    """Refuse (exit 2) an argument of `gate` that is not of its kind; None stands for "not given" but once."""
    _an_assessment(assessment, "assessment")
    if baseline is not None:
        _an_assessment(baseline, "baseline")
    if decisions is not None and not isinstance(decisions, Mapping):
        raise Misuse(f"no decisions: {_kind(decisions)}", mend="give position → confirmed, as {0: True, 3: False}")
    for position, confirmed in (decisions or {}).items():
        if confirmed is not None and not isinstance(confirmed, bool):
            raise Misuse(f"decision {confirmed!r} on finding {position!r}", mend="give True, False or None")
    for name, rows, noun in (("history", history, Entry), ("waivers", waivers, Waiver)):
        listed = rows is None or (isinstance(rows, Sequence) and all(isinstance(row, noun) for row in rows))
        if not listed or (rows is None and noun is Waiver):
            source = "Ledger(…).entries(vendor=…, language_pair=…)" if noun is Entry else "read_waivers(path)"
            raise Misuse(f"no {name}: {_kind(rows)}", mend=f"give what {source} returned")
    if population is not None and (type(population) is not int or population < 1):
        raise Misuse(f"no population: {population!r}", mend="give the number of segments of the delivery")
    if language_pair is not None:
        if not isinstance(language_pair, str):
            raise Misuse(f"no language pair: {language_pair!r}", mend="write it as pt-en or pt-BR-en")
        languages_of(language_pair)


def _an_assessment(thing: object, name: str) -> None:
    if not isinstance(getattr(thing, "batch", None), Batch) or not hasattr(thing, "error_spans"):
        raise Misuse(f"no {name}: {_kind(thing)}", mend="give what 'assess' or 'Assessment.load' returned")


def _kind(thing: object) -> str:
    return "None" if thing is None else f"a {type(thing).__name__}"
