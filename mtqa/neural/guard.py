"""What is refused before a score is computed, and what is said about the texts.

A neural metric gives a plausible number for anything: for nothing at all, for the word "None", for a text cut in the
middle, for the source left as it was (0.92 of 1, measured with wmt22-comet-da's own kind). So the texts are looked at
first.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..metric import Metric
from ..refusal import Misuse, Refusal
from .models import LANGUAGES
from .outcome import Rows
from .recipe import Recipe
from .tokens import Vocabulary, joined

__all__ = [
    "OVER_LONG",
    "Truncation",
    "checked",
    "named",
    "notices_on",
    "refuse_no_number",
    "refuse_too_long",
    "too_long",
    "unseen_languages",
]

OVER_LONG = ("refuse", "cut", "pool")
_SPECIAL = ("<s>", "</s>", "<pad>", "<unk>", "<mask>")
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Truncation:
    """Which segments are longer than the model reads, and what was done with them.

    `policy` is refuse, cut (the rest is not read) or pool (read in parts, see `parts`). `segments` are positions;
    `limit` is in tokens: of one text for the regression models, of the joint sequence for the others.
    """

    policy: str
    segments: tuple[int, ...]
    limit: int


def checked(
    metric: Metric,
    hypotheses: Sequence[str],
    sources: Sequence[str | None] | None,
    references: Sequence[tuple[str, ...]] | None,
    ids: Sequence[str],
) -> list[tuple[str, ...]]:
    """The references of every row, `()` where the metric reads none; refuses what has no score.

    Refused: columns of unequal length, no segments, a text that is missing, empty or no text, a reference that is
    missing where the metric needs it, and rows with references beside rows without.
    """
    rows = len(hypotheses)
    if rows == 0:
        raise Refusal(f"no segments: {metric.name} of nothing is no number", mend="give at least one segment")
    if sources is None:
        raise Refusal(f"{metric.name} reads the source, and there is none", mend="give a source column")
    for name, column in (("sources", sources), ("rows of references", references), ("ids", ids)):
        if column is not None and len(column) != rows:
            raise Refusal(f"{rows} hypotheses, {len(column)} {name}", mend="pair them line by line")
    _refuse_missing(metric, "hypothesis", hypotheses, ids, rows)
    _refuse_missing(metric, "source", sources, ids, rows)
    given: list[tuple[str, ...]] = [() if references is None else tuple(references[row]) for row in range(rows)]
    if metric.key == "cometkiwi":
        return [()] * rows  # it reads none, so that what is wrong with them is no matter
    without = [row for row, texts in enumerate(given) if not texts]
    if "references" in metric.needs and without:
        what = f"{metric.name} reads a reference, and {_count(without, rows)} have none ({named(without, ids)})"
        raise Refusal(what, mend="score the segments that have one, or use -m cometkiwi")
    if without and len(without) < rows:
        what = f"{_count(without, rows)} have no reference ({named(without, ids)}): {metric.name} with and without"
        raise Refusal(f"{what} are different scales", mend="score them apart")
    owners = [ids[row] for row, texts in enumerate(given) for _ in texts]
    _refuse_missing(metric, "reference", [text for texts in given for text in texts], owners, rows)
    return given


def too_long(rows: Rows, vocabulary: Vocabulary, recipe: Recipe) -> list[int]:
    """The positions of the rows that the model cannot read whole."""
    found = []
    for position, hypothesis in enumerate(rows.hypotheses):
        texts = [hypothesis]
        if not recipe.joint or "src" in recipe.segments:
            texts.append(rows.sources[position])
        if rows.references is not None and (not recipe.joint or "ref" in recipe.segments):
            texts.append(rows.references[position])
        # A token has at least one character of the normal form, so most texts need not be tokenised to be cleared.
        if sum(_upper_bound(text) for text in texts) > vocabulary.longest and not fits(texts, vocabulary, recipe):
            found.append(position)
    return found


def fits(texts: Sequence[str], vocabulary: Vocabulary, recipe: Recipe) -> bool:
    """Whether the model reads these texts of one row (hypothesis first) to their ends."""
    tokens = vocabulary.read(texts)
    if any(text.full > vocabulary.longest - 2 for text in tokens):
        return False
    return not recipe.joint or joined(vocabulary, tokens)[1] <= vocabulary.longest


def refuse_too_long(positions: Sequence[int], ids: Sequence[str], limit: int) -> None:
    """Refuses texts that would be cut, with their ids and the ways out; no positions, no refusal."""
    if positions:
        what = (
            f"{_count(positions, len(ids))} are longer than the model reads, {limit} tokens ({named(positions, ids)})"
        )
        raise Refusal(what, mend="over_long='cut' (--over-long cut) scores what it reads, 'pool' reads them in parts")


def refuse_no_number(metric: Metric, values: NDArray[np.float64], ids: Sequence[str]) -> None:
    """Refuses scores that are NaN or infinite, which weights give that were damaged or never trained."""
    without = np.flatnonzero(~np.isfinite(values)).tolist()
    if without:
        what = f"{metric.name} of {_count(without, len(ids))} is no number ({named(without, ids)})"
        raise Refusal(what, mend="the model's weights are damaged or were never trained; use the published file")


def check_policy(over_long: str) -> None:
    """Refuses an unknown policy for texts that are too long."""
    if over_long not in OVER_LONG:
        raise Misuse(f"unknown policy for long texts {over_long!r}", mend="known: " + ", ".join(OVER_LONG))


def notices_on(rows: Rows, ids: Sequence[str], languages: Sequence[str]) -> tuple[str, ...]:
    """What the reader of the scores must know: copies of the source, special tokens, languages never seen."""
    found = []
    columns = [rows.hypotheses, rows.sources, *([] if rows.references is None else [rows.references])]
    pairs = enumerate(zip(rows.hypotheses, rows.sources, strict=True))
    copies = [n for n, (text, source) in pairs if text.strip() == source.strip() and sum(map(str.isalpha, text)) > 20]
    if copies:
        found.append(f"{_count(copies, len(ids))} copy their source ({named(copies, ids)}): a copy scores high")
    special = [n for n in range(len(rows)) if any(token in column[n] for column in columns for token in _SPECIAL)]
    if special:
        what = f"{_count(special, len(ids))} hold a special token of the model as text ({named(special, ids)})"
        found.append(f"{what}: {', '.join(_SPECIAL)} are read as commands, not as words")
    unseen = unseen_languages(languages)
    return (*found, unseen) if unseen else tuple(found)


def unseen_languages(languages: Sequence[str]) -> str | None:
    """A sentence on those of these languages that the encoder was not trained on; None where it was on all."""
    unseen = [code for code in dict.fromkeys(languages) if code and code.lower().split("-")[0] not in LANGUAGES]
    return f"the model's encoder has never seen {', '.join(unseen)}: its scores mean little there" if unseen else None


def named(positions: Sequence[int], ids: Sequence[str]) -> str:
    """The first ids of these positions, for a sentence."""
    shown = ", ".join(str(ids[position]) for position in positions[:_SHOWN])
    return shown if len(positions) <= _SHOWN else f"{shown}, …"


def _refuse_missing(metric: Metric, column: str, texts: Sequence[object], ids: Sequence[str], rows: int) -> None:
    for row, text in enumerate(texts):
        if not isinstance(text, str):
            found = "nothing" if text is None or text != text else type(text).__name__
            what = f"segment {ids[row]!r}: {column} is text wanted, {found} found"
            raise Refusal(what, mend="fill the cell or drop the row")
    empty = [row for row, text in enumerate(texts) if isinstance(text, str) and not text.strip()]
    if empty:
        what = f"the {column} of {_count(empty, rows)} is empty ({named(empty, ids)})"
        raise Refusal(f"{what}: {metric.name} of nothing is no number", mend="fill the cell or drop the row")


def _count(positions: Sequence[int], rows: int) -> str:
    return f"{len(positions)} of {rows} segments"


def _upper_bound(text: str) -> int:
    """As many tokens as a text can have, its special ones included."""
    return len(text if text.isascii() else unicodedata.normalize("NFKC", text)) + 3
