"""Conventions in which hypothesis and reference differ: typography, Unicode normal form, length."""

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median

from ..segment import Batch
from .notice import Concern, Notice, amount, first_references, joined, named

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


def typography(batch: Batch) -> Iterator[Notice]:
    """Segments in which one side writes marks plainly and the other typographically.

    It is a difference of house style that every metric counts as errors: straight quotation marks and hyphens alone
    take the seed from BLEU 100 to 86.
    """
    cases: Counter[str] = Counter()
    affected: list[int] = []
    for i, (hypothesis, reference) in enumerate(zip(batch.hypothesis, first_references(batch), strict=True)):
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
            Concern.WARNING if len(affected) * 10 >= len(batch) else Concern.NOTE,
            f"in {amount(len(affected), 'segment')} the typographic convention differs: {joined(common)}",
            named(batch, affected),
            "read the scores after normalisation beside the raw ones, or settle the convention",
        )


def mixed_typography(batch: Batch) -> Iterator[Notice]:
    """Hypotheses that follow two conventions, the rarer one in at least three segments and one in five.

    Not said where the references mix as well.
    """
    texts = [text for text in first_references(batch) if text is not None]
    for feature in FEATURES:
        own = [feature.used(text) for text in batch.hypothesis]
        rarer = _rarer(own)
        if rarer and not _rarer([feature.used(text) for text in texts]):
            segments = [i for i, used in enumerate(own) if used in (rarer, "both")]
            yield Notice(
                "mixed-typography",
                Concern.NOTE,
                f"the hypotheses mix two conventions of {feature.name}: {feature.named(rarer)} in "
                f"{amount(len(segments), 'segment')}",
                named(batch, segments),
                "settle on one",
            )


def normal_form(batch: Batch) -> Iterator[Notice]:
    """Hypotheses whose accents are composed where the reference's are not (NFC and NFD): equal to look at only."""
    wrong = [
        i
        for i, (hypothesis, reference) in enumerate(zip(batch.hypothesis, first_references(batch), strict=True))
        if reference is not None
        and not (hypothesis.isascii() and reference.isascii())
        and _decomposed(hypothesis) + _decomposed(reference) == 1
    ]
    if wrong:
        yield Notice(
            "normal-form",
            Concern.WARNING,
            f"in {amount(len(wrong), 'segment')} the accents of one side are separate characters (NFD)",
            named(batch, wrong),
            "bring both sides to NFC before scoring",
        )


def length(batch: Batch) -> Iterator[Notice]:
    """Hypotheses that are 2.5 times longer or shorter than their reference, relative to the batch, by 40 characters.

    A whole batch beyond a factor of 1.6 is said first: then the wrong reference was given, or half of a text.
    """
    ratios = {
        i: math.log(len(hypothesis) / len(reference))
        for i, (hypothesis, reference) in enumerate(zip(batch.hypothesis, first_references(batch), strict=True))
        if reference and hypothesis.strip() and reference.strip()
    }
    if not ratios:
        return
    usual = median(ratios.values()) if len(ratios) >= 5 else 0.0
    if len(ratios) >= 5 and abs(usual) > math.log(1.6):
        yield Notice(
            "length",
            Concern.WARNING,
            f"half of the hypotheses are {math.exp(usual):.2f} times as long as their references or "
            f"{'longer' if usual > 0 else 'shorter'}",
            (),
            "check that hypothesis and reference belong together",
        )
    odd = [i for i, ratio in ratios.items() if abs(ratio - usual) > math.log(2.5) and _apart(batch, i, usual)]
    if odd:
        longer = sum(ratios[i] > usual for i in odd)
        parts = [f"{longer:,} much longer"] * bool(longer) + [f"{len(odd) - longer:,} much shorter"] * (
            longer < len(odd)
        )
        yield Notice(
            "length-ratio",
            Concern.WARNING if len(odd) * 50 >= len(batch) else Concern.NOTE,
            f"{amount(len(odd), 'hypothesis', 'has', 'have')} an unusual length against the reference: {joined(parts)}",
            named(batch, odd),
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


def _rarer(used: list[str | None]) -> str | None:
    """The convention that fewer texts follow, if enough of them do for a mixture; None otherwise."""
    plain = sum(one in ("plain", "both") for one in used)
    fine = sum(one in ("fine", "both") for one in used)
    few, many = sorted((plain, fine))
    if few < 3 or few * 4 < many:
        return None
    return "plain" if plain <= fine else "fine"


def _decomposed(text: str) -> bool:
    return not unicodedata.is_normalized("NFC", text)


def _apart(batch: Batch, i: int, usual: float) -> bool:
    return abs(len(batch.hypothesis[i]) - len(batch.references[i][0]) * math.exp(usual)) >= 40
