"""Conventions in which hypothesis and reference differ: typography, Unicode normal form, length."""

import math
import re
import unicodedata
from array import array
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median

from .notice import Concern, Notice, amount, joined
from .stream import Check, Stream, positions

__all__ = ["FEATURES", "length", "mixed_typography", "normal_form", "typography"]


@dataclass(frozen=True, slots=True)
class Feature:
    """One typographic choice: what it is about, and the names and marks of the two ways to write it."""

    name: str
    plain_name: str
    plain: re.Pattern[str]
    fine_name: str
    fine: re.Pattern[str]

    def used(self, text: str) -> str | None:
        """`plain`, `fine` or `both`; None when the text has no mark of the kind."""
        plain = self.plain.search(text) is not None
        fine = not text.isascii() and self.fine.search(text) is not None
        return "both" if plain and fine else "plain" if plain else "fine" if fine else None

    def named(self, way: str) -> str:
        """The name of `plain` or `fine`."""
        return self.plain_name if way == "plain" else self.fine_name


_CJK = "\u3041-\u30ff\u3400-\u9fff"
FEATURES = (
    Feature(
        *("quotation marks", "straight quotation marks", re.compile('"')),
        *("typographic quotation marks", re.compile("[“”„‟«»「」『』]")),
    ),
    Feature(
        *("apostrophes", "straight apostrophes", re.compile(r"\w'|'\w")),
        *("curly apostrophes", re.compile(r"\w[’ʼ]|[‘’]\w")),
    ),
    Feature(
        *("dashes", "hyphens", re.compile(r"(?<=\s)--?(?=\s)|\w--\w")),
        *("long dashes", re.compile("[–—―]")),
    ),
    Feature(
        *("ellipses", "three points", re.compile(r"\.\.\.")),
        *("ellipsis characters", re.compile("…")),
    ),
    Feature(
        *("punctuation", "half-width punctuation", re.compile(f"[{_CJK}][,;:!?]")),
        *("full-width punctuation", re.compile("[，；：！？]")),
    ),
)
_HARD_SPACE = re.compile("[\u00a0\u202f]")


def typography(stream: Stream) -> Check:
    """Segments in which one side writes marks plainly and the other typographically.

    It is a difference of house style that every metric counts as errors: straight quotation marks and hyphens alone
    take the seed from BLEU 100 to 86.
    """
    cases: Counter[str] = Counter()
    affected = positions()
    while window := (yield None):
        for i, hypothesis, reference in zip(window.positions, window.batch.hypothesis, window.references, strict=True):
            if reference is None or (hypothesis.isascii() and reference.isascii()):
                continue  # plain on both sides
            found = list(_differences(hypothesis, reference))
            cases.update(found)
            if found:
                affected.append(i)
    common = [f"{case} ({count:,})" for case, count in cases.most_common() if count >= 2]
    if len(affected) >= 2 and common:
        yield Notice(
            "typography",
            Concern.WARNING if len(affected) * 10 >= stream.segments else Concern.NOTE,
            f"in {amount(len(affected), 'segment')} the typographic convention differs: {joined(common)}",
            stream.named(affected),
            "read the scores after normalisation beside the raw ones, or settle the convention",
        )


def mixed_typography(stream: Stream) -> Check:
    """Hypotheses that follow two conventions, the rarer one in at least three segments and one in five.

    Not said where the references mix as well.
    """
    own = [_Ways() for _ in FEATURES]
    theirs = [_Ways() for _ in FEATURES]
    while window := (yield None):
        for i, hypothesis, reference in zip(window.positions, window.batch.hypothesis, window.references, strict=True):
            for feature, mine, others in zip(FEATURES, own, theirs, strict=True):
                mine.add(i, feature.used(hypothesis))
                if reference is not None:
                    others.add(i, feature.used(reference))
    for feature, mine, others in zip(FEATURES, own, theirs, strict=True):
        rarer = mine.rarer
        if rarer and not others.rarer:
            segments = mine.plain if rarer == "plain" else mine.fine
            yield Notice(
                "mixed-typography",
                Concern.NOTE,
                f"the hypotheses mix two conventions of {feature.name}: {feature.named(rarer)} in "
                f"{amount(len(segments), 'segment')}",
                stream.named(segments),
                "settle on one",
            )


def normal_form(stream: Stream) -> Check:
    """Hypotheses whose accents are composed where the reference's are not (NFC and NFD): equal to look at only."""
    wrong = positions()
    while window := (yield None):
        for i, hypothesis, reference in zip(window.positions, window.batch.hypothesis, window.references, strict=True):
            if reference is None or (hypothesis.isascii() and reference.isascii()):
                continue
            if _decomposed(hypothesis) + _decomposed(reference) == 1:
                wrong.append(i)
    if wrong:
        yield Notice(
            "normal-form",
            Concern.WARNING,
            f"in {amount(len(wrong), 'segment')} the accents of one side are separate characters (NFD)",
            stream.named(wrong),
            "bring both sides to NFC before scoring",
        )


def length(stream: Stream) -> Check:
    """Hypotheses that are 2.5 times longer or shorter than their reference, relative to the batch, by 40 characters.

    A whole stream beyond a factor of 1.6 is said first: then the wrong reference was given, or half of a text.
    """
    places, mine, theirs = positions(), array("I"), array("I")
    while window := (yield None):
        for i, hypothesis, reference in zip(window.positions, window.batch.hypothesis, window.references, strict=True):
            if reference and hypothesis.strip() and reference.strip():
                places.append(i)
                mine.append(len(hypothesis))
                theirs.append(len(reference))
    if not places:
        return
    ratios = array("d", (math.log(one / other) for one, other in zip(mine, theirs, strict=True)))
    usual = median(ratios) if len(ratios) >= 5 else 0.0
    if len(ratios) >= 5 and abs(usual) > math.log(1.6):
        yield Notice(
            "length",
            Concern.WARNING,
            f"half of the hypotheses are {math.exp(usual):.2f} times as long as their references or "
            f"{'longer' if usual > 0 else 'shorter'}",
            (),
            "check that hypothesis and reference belong together",
        )
    factor = math.exp(usual)
    far = (row for row, ratio in enumerate(ratios) if abs(ratio - usual) > math.log(2.5))
    odd = [row for row in far if abs(mine[row] - theirs[row] * factor) >= 40]
    if odd:
        longer = sum(ratios[row] > usual for row in odd)
        parts = [f"{longer:,} much longer"] * bool(longer) + [f"{len(odd) - longer:,} much shorter"] * (
            longer < len(odd)
        )
        yield Notice(
            "length-ratio",
            Concern.WARNING if len(odd) * 50 >= stream.segments else Concern.NOTE,
            f"{amount(len(odd), 'hypothesis', 'has', 'have')} an unusual length against the reference: {joined(parts)}",
            stream.named(places[row] for row in odd),
            "look for omissions, additions, or rows that do not belong together",
        )


def _differences(hypothesis: str, reference: str) -> Iterator[str]:
    for feature in FEATURES:
        mine, theirs = feature.used(hypothesis), feature.used(reference)
        if mine and theirs and "both" not in (mine, theirs) and mine != theirs:
            yield f"{feature.named(mine)} against {feature.named(theirs)}"
    mine_hard, theirs_hard = _HARD_SPACE.search(hypothesis) is not None, _HARD_SPACE.search(reference) is not None
    if mine_hard != theirs_hard:
        yield "no-break spaces against plain ones" if mine_hard else "plain spaces against no-break ones"


class _Ways:
    """The texts that follow each of two conventions; those that follow both are in both."""

    def __init__(self) -> None:
        self.plain = positions()
        self.fine = positions()

    def add(self, place: int, used: str | None) -> None:
        if used in ("plain", "both"):
            self.plain.append(place)
        if used in ("fine", "both"):
            self.fine.append(place)

    @property
    def rarer(self) -> str | None:
        """The convention that fewer texts follow, if enough of them do for a mixture; None otherwise."""
        few, many = sorted((len(self.plain), len(self.fine)))
        if few < 3 or few * 4 < many:
            return None
        return "plain" if len(self.plain) <= len(self.fine) else "fine"


def _decomposed(text: str) -> bool:
    return not unicodedata.is_normalized("NFC", text)
