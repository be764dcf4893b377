"""Hypotheses in the wrong script or language, and foreign letters in them."""

import re
from collections import Counter
from collections.abc import Iterator

from ..segment import Batch
from .likeness import overlap, words
from .notice import Concern, Notice, amount, first_references, joined, named
from .writing import Guess, guess_language, language_name, related, script_of, scripts, usual_language

__all__ = ["foreign_letters", "wrong_language", "wrong_script"]

SURE = 0.99  # py3langid's confidence; below it, clean short texts are taken for other languages
_LETTERS = 8  # to speak of the script of a text
_LATIN_BESIDE_OTHER = re.compile("[A-Za-z][\u0370-\u052f]|[\u0370-\u052f][A-Za-z]")


def wrong_script(batch: Batch) -> Iterator[Notice]:
    """Hypotheses in another script than their reference, or, without references, than most of the batch."""
    own = [script_of(text, letters=_LETTERS) for text in batch.hypothesis]
    votes = Counter(script for script in own if script)
    usual = votes.most_common(1)[0][0] if votes and votes.most_common(1)[0][1] * 5 >= votes.total() * 4 else None
    wrong: list[int] = []
    pairs: Counter[tuple[str, str]] = Counter()
    for i, (script, text) in enumerate(zip(own, first_references(batch), strict=True)):
        wanted = usual if text is None else script_of(text, letters=_LETTERS)
        if script and wanted and script != wanted:
            wrong.append(i)
            pairs[script, wanted] += 1
    if wrong:
        kinds = joined([f"{script} instead of {wanted}" for (script, wanted), _ in pairs.most_common(3)])
        yield Notice(
            "wrong-script",
            Concern.WARNING,
            f"{amount(len(wrong), 'hypothesis', 'is', 'are')} in another script ({kinds})",
            named(batch, wrong),
            "check the target language and the columns",
        )


def wrong_language(batch: Batch) -> Iterator[Notice]:
    """Hypotheses in another language than their reference, or, without references, than most of the batch.

    Only texts of 50 letters or more, with a confidence of 0.99 or more on both sides, and with few words in common;
    near relatives (Danish and Norwegian, Croatian and Serbian) pass as the same.
    """
    texts = first_references(batch)
    usual = None if any(text is not None for text in texts) else usual_language(batch.hypothesis, sure=SURE)
    wrong: list[int] = []
    pairs: Counter[tuple[str, str]] = Counter()
    for i, (hypothesis, reference) in enumerate(zip(batch.hypothesis, texts, strict=True)):
        if reference is not None and overlap(words(hypothesis), words(reference)) >= 0.2:
            continue
        mine = _sure(hypothesis)
        wanted = usual if reference is None else mine and _sure(reference)
        if mine and wanted and not related(mine.language, wanted.language):
            wrong.append(i)
            pairs[mine.language, wanted.language] += 1
    if wrong:
        kinds = joined([f"{language_name(a)}, not {language_name(b)}" for (a, b), _ in pairs.most_common(3)])
        yield Notice(
            "wrong-language",
            Concern.WARNING,
            f"{amount(len(wrong), 'hypothesis', 'looks', 'look')} like another language "
            f"({kinds}; confidence {SURE} or more)",
            named(batch, wrong),
            "check the target language and whether the texts were translated",
        )


def foreign_letters(batch: Batch) -> Iterator[Notice]:
    """Letters of a script that neither the reference nor the rest of the text has; Latin words with Cyrillic letters.

    At least two of them, since single Greek letters are common signs; Latin letters are at home everywhere.
    """
    left: list[int] = []
    mixed: list[int] = []
    for i, (hypothesis, reference) in enumerate(zip(batch.hypothesis, first_references(batch), strict=True)):
        if hypothesis.isascii():
            continue
        found = scripts(hypothesis)
        if len(found) < 2:
            continue
        allowed = {"Latin", found.most_common(1)[0][0]} | (scripts(reference).keys() if reference else set())
        if any(count >= 2 and script not in allowed for script, count in found.items()):
            left.append(i)
        elif _LATIN_BESIDE_OTHER.search(hypothesis) and (not reference or not _LATIN_BESIDE_OTHER.search(reference)):
            mixed.append(i)
    if left:
        yield Notice(
            "foreign-letters",
            Concern.WARNING,
            f"{amount(len(left), 'hypothesis', 'has', 'have')} words in a script that the reference does not use",
            named(batch, left),
            "look for parts that were left untranslated",
        )
    if mixed:
        yield Notice(
            "mixed-word",
            Concern.NOTE,
            f"{amount(len(mixed), 'hypothesis', 'mixes', 'mix')} alphabets within a word",
            named(batch, mixed),
            "look for letters that only look alike (Latin a, Cyrillic а)",
        )


def _sure(text: str) -> Guess | None:
    guess = guess_language(text)
    return guess if guess and guess.confidence >= SURE else None
