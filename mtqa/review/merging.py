"""Sheets of decisions become lines of the trail, or are refused with their line; a refusal changes nothing."""

from collections.abc import Iterator, Mapping, Sequence

from ..refusal import Refusal
from ..segment import Batch
from ..summary import fingerprint
from .decision import Decision, Entry, Mark, Review, Sheet
from .settling import latest

__all__ = ["merge"]


def merge(batch: Batch, review: Review, sheets: Sequence[Sheet], *, replace: bool = False) -> Review:
    """The review with the decisions of these sheets at the end of its trail.

    A decision that stands there already is not written twice. Refuses a sheet of another assessment, a decision on a
    finding that there is not, one that does not fit the texts, and one by which a reviewer takes back a former
    decision - unless `replace`, by which a new sheet of a reviewer stands over the former, which stays in the trail.
    """
    wanted = fingerprint(batch, review.found)
    number = max((entry.merge for entry in review.trail), default=0) + 1
    trail, came_from = list(review.trail), dict[tuple[str, str, str], str]()
    for sheet in sheets:
        if sheet.assessment != wanted:
            raise Refusal(
                f"made for another assessment ({sheet.assessment}, this is {wanted})",
                where=sheet.path,
                mend="merge it into the one whose report it was made in",
            )
        known = _known(review, trail)
        former = latest(trail)
        for decision, line in zip(sheet.decisions, sheet.lines, strict=True):
            where = f"{sheet.path}:{line}"
            _fits(decision, known, batch, where)
            last = former.get(decision.finding, {}).get((sheet.reviewer, sheet.role))
            if last is not None and _same(last, decision):
                continue
            who = (sheet.reviewer, sheet.role, decision.finding)
            if last is not None and (who in came_from or not replace):
                raise _conflict(sheet, decision, last, came_from.get(who), where)
            came_from[who] = where
            trail.append(Entry(sheet.reviewer, sheet.role, decision, number))
    return Review(review.found, review.systemic, tuple(trail))


def _known(review: Review, trail: Sequence[Entry]) -> Mapping[str, set[Mark]]:
    """Finding → every state that it ever had; a decision can only be about one of them."""
    known = {str(n): {Mark.of(error)} for n, error in enumerate(review.found)}
    for entry in trail:
        states = known.setdefault(entry.decision.finding, set())
        states.update(mark for mark in (entry.decision.new,) if mark is not None)
    return known


def _fits(decision: Decision, known: Mapping[str, set[Mark]], batch: Batch, where: str) -> None:
    """Refuse a decision on what is not there, and one whose marks are not in the texts."""
    if decision.old is not None:
        if decision.finding not in known:
            raise Refusal(
                f"the assessment has no finding {decision.finding}", where=where, mend="export it again from the report"
            )
        if decision.old not in known[decision.finding]:
            raise Refusal(
                f"finding {decision.finding} never stood as the line has it in old",
                where=where,
                mend="leave exported lines as they are, or export again",
            )
    if decision.new is not None and decision.new != decision.old:
        for fault in _faults(decision.new, batch):
            raise Refusal(fault, where=where, mend="offsets are Unicode code points of the raw texts, half open")


def _faults(mark: Mark, batch: Batch) -> Iterator[str]:
    places = [
        n
        for n, key in enumerate(zip(batch.id, batch.document, batch.system, strict=True))
        if key == (mark.id, mark.document, mark.system)
    ]
    if not places:
        yield f"the assessment has no segment {mark.id!r} of {mark.document!r} and {mark.system!r}"
        return
    references = [batch.references[n][0] if batch.references[n] else "" for n in places]
    sides = (
        ("hypothesis", mark.hypothesis, mark.text, [batch.hypothesis[n] for n in places]),
        ("reference", mark.reference, mark.correction, references),
    )
    for name, span, text, whole in sides:
        if not any(span.end <= len(found) and span.of(found) == text for found in whole):
            yield f"segment {mark.id!r}: what is marked is not what stands at {span.start} to {span.end} of its {name}"


def _same(one: Decision, other: Decision) -> bool:
    return (one.verb, one.new, one.comment) == (other.verb, other.new, other.comment)


def _conflict(sheet: Sheet, decision: Decision, last: Decision, place: str | None, where: str) -> Refusal:
    what = f"{sheet.reviewer} decided otherwise on finding {decision.finding}: {last.verb}"
    if place is not None:
        return Refusal(f"{what} ({place})", where=where, mend="merge only the newer of the two files")
    return Refusal(
        f"{what}, merged before ({last.at})", where=where, mend="give --replace if the new decisions are to stand"
    )
