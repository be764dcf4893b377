"""Hypotheses in the wrong script or language, and foreign letters in them."""

import re
from collections import Counter
from collections.abc import Iterator

from .likeness import overlap
from .notice import Concern, Notice, amount, joined
from .stream import Check, Stream, positions
from .writing import Guess, guess_language, language_name, majority, related, script_of, scripts, spacing

__all__ = ["foreign_letters", "wrong_language", "wrong_script"]

SURE = 0.99  # py3langid's confidence; below it, clean short texts are taken for other languages
_LETTERS = 8  # to speak of the script of a text
_LATIN_BESIDE_OTHER = re.compile("[A-Za-z][\u0370-\u052f]|[\u0370-\u052f][A-Za-z]")


def wrong_script(stream: Stream) -> Check:
    """Hypotheses in another script than their reference, or, without references, than most of the stream."""
    wrong, alone = positions(), Words()  # alone: the script of each row that has no reference
    votes: Counter[str] = Counter()
    pairs: Counter[tuple[str, str]] = Counter()
    while window := (yield None):
        rows = zip(window.positions, window.batch.hypothesis, window.references, strict=True)
        for i, hypothesis, reference in rows:
            script = script_of(hypothesis, letters=_LETTERS)
            votes.update([script] if script else [])
            alone.append(script if reference is None else None)
            wanted = None if reference is None else script_of(reference, letters=_LETTERS)
            if script and wanted and script != wanted:
                wrong.append(i)
                pairs[script, wanted] += 1
    usual = votes.most_common(1)[0][0] if votes and votes.most_common(1)[0][1] * 5 >= votes.total() * 4 else None
    if usual:
        for i, script in alone.unlike(usual):
            wrong.append(i)
            pairs[script, usual] += 1
    if wrong:
        kinds = joined([f"{script} instead of {wanted}" for (script, wanted), _ in pairs.most_common(3)])
        yield Notice(
            "wrong-script",
            Concern.WARNING,
            f"{amount(len(wrong), 'hypothesis', 'is', 'are')} in another script ({kinds})",
            stream.named(wrong),
            "check the target language and the columns",
        )


def wrong_language(stream: Stream) -> Check:
    """Hypotheses in another language than their reference, or, where nothing has one, than most of the stream.

    Only texts of 50 letters or more, with a confidence of 0.99 or more on both sides, and with few words in common;
    near relatives (Danish and Norwegian, Croatian and Serbian) pass as the same.
    """
    wrong, alone = positions(), Words()  # alone: the language of each row, as long as no row has a reference
    pairs: Counter[tuple[str, str]] = Counter()
    referenced = False
    while window := (yield None):
        batch = window.batch
        referenced = referenced or any(batch.references)
        if not referenced:
            for hypothesis in batch.hypothesis:
                guess = _sure(hypothesis)
                alone.append(guess.language if guess else None)
            continue
        for i, hypothesis, reference in zip(window.positions, batch.hypothesis, window.references, strict=True):
            row = i - window.first
            if reference is None or overlap(window.hypothesis_words[row], window.reference_words[row]) >= 0.2:
                continue
            mine = _sure(hypothesis)
            wanted = mine and _sure(reference)
            if mine and wanted and not related(mine.language, wanted.language):
                wrong.append(i)
                pairs[mine.language, wanted.language] += 1
    usual = None if referenced else majority(alone.spread())
    if usual:
        for i, language in alone.unlike(usual.language):
            if not related(language, usual.language):
                wrong.append(i)
                pairs[language, usual.language] += 1
    if wrong:
        kinds = joined([f"{language_name(a)}, not {language_name(b)}" for (a, b), _ in pairs.most_common(3)])
        yield Notice(
            "wrong-language",
            Concern.WARNING,
            f"{amount(len(wrong), 'hypothesis', 'looks', 'look')} like another language "
            f"({kinds}; confidence {SURE} or more)",
            stream.named(wrong),
            "check the target language and whether the texts were translated",
        )


def foreign_letters(stream: Stream) -> Check:
    """Letters of a script that neither the reference nor the rest of the text has; Latin words with Cyrillic letters.

    At least two of them, since single Greek letters are common signs; Latin letters are at home everywhere.
    """
    left, mixed = positions(), positions()
    while window := (yield None):
        for i, hypothesis, reference in zip(window.positions, window.batch.hypothesis, window.references, strict=True):
            if hypothesis.isascii():
                continue
            found = scripts(hypothesis)
            if len(found) < 2:
                continue
            allowed = {"Latin", found.most_common(1)[0][0]} | (scripts(reference).keys() if reference else set())
            if any(count >= 2 and script not in allowed for script, count in found.items()):
                left.append(i)
            elif _LATIN_BESIDE_OTHER.search(hypothesis) and not _LATIN_BESIDE_OTHER.search(reference or ""):
                mixed.append(i)
    if left:
        yield Notice(
            "foreign-letters",
            Concern.WARNING,
            f"{amount(len(left), 'hypothesis', 'has', 'have')} words in a script that the reference does not use",
            stream.named(left),
            "look for parts that were left untranslated",
        )
    if mixed:
        yield Notice(
            "mixed-word",
            Concern.NOTE,
            f"{amount(len(mixed), 'hypothesis', 'mixes', 'mix')} alphabets within a word",
            stream.named(mixed),
            "look for letters that only look alike (Latin a, Cyrillic а)",
        )


class Words:
    """One word of a few a row (a script, a language), or none: a byte each."""

    def __init__(self) -> None:
        self._codes = bytearray()
        self._known: dict[str | None, int] = {None: 0}  # py3langid knows 97 languages, we know 27 scripts

    def append(self, word: str | None) -> None:
        """The word of the next row."""
        self._codes.append(self._known.setdefault(word, len(self._known)))

    def spread(self) -> list[str]:
        """The words of 60 to 119 rows, spread evenly; of all where there are fewer."""
        names = list(self._known)
        return [word for code in self._codes[:: spacing(len(self._codes))] if (word := names[code])]

    def unlike(self, usual: str) -> Iterator[tuple[int, str]]:
        """The rows that have another word than the usual one, with their word."""
        names = list(self._known)
        for row, code in enumerate(self._codes):
            if (word := names[code]) and word != usual:
                yield row, word


def _sure(text: str) -> Guess | None:
    guess = guess_language(text)
    return guess if guess and guess.confidence >= SURE else None
