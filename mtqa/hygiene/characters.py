"""Damaged or hidden characters: mojibake, lost characters, controls, bidi marks, leaked markup."""

import re
from collections.abc import Callable

from .mojibake import is_mojibake
from .notice import Concern, Notice, sides
from .stream import Check, Stream, positions
from .writing import scripts

__all__ = ["bidi", "controls", "invisible", "markup", "mojibake", "replacement"]

_LOST = re.compile("[\ufffd\ufffe\uffff\ue000-\uf8ff]")
# All controls but those that mojibake of latin-1 leaves (they are its business); a tab or line break is inside a text.
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]")
_RIGHT_TO_LEFT = frozenset({"Hebrew", "Arabic", "Syriac", "Thaana"})
# Scripts in which joiners and zero-width spaces belong to the spelling.
_JOINED = frozenset({"Arabic", "Syriac", "Thai", "Lao", "Khmer", "Myanmar", "Mongolian", "Sinhala"}) | {
    *("Devanagari", "Bengali", "Gujarati", "Gurmukhi", "Kannada", "Malayalam", "Oriya", "Tamil", "Telugu")
}
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u115f\u180e\u200b\u2060-\u2064\u3164\ufeff]|[\U000e0000-\U000e007f](?!\U000e007f)"
)
_JOINER = re.compile("[\u200c\u200d]")
_EMOJI = re.compile("[\u2600-\u27bf\U0001f000-\U0001faff]")
_MARKUP = re.compile(
    r"</?[a-zA-Z][\w:.-]*(?:\s[^<>]*)?/?>"  # <b>, </g>, <x id="1"/>
    r"|\{\d+>|<\d+\}|\{\d+\}"  # Phrase: {1>…<1}, {1}
    r"|&(?:amp|lt|gt|quot|apos|nbsp|#\d+|#x[0-9a-fA-F]+);"
)


def mojibake(stream: Stream) -> Check:
    """UTF-8 that was read as Windows-1252, Latin-1, Windows-1251, Mac or DOS text (`cafÃ©`, `Ð¿Ñ€Ð¸`)."""
    return _about(
        stream,
        is_mojibake,
        "mojibake",
        Concern.WARNING,
        ("looks", "look", "like UTF-8 that was read in another encoding"),
        "read the file again as UTF-8, or repair it (ftfy)",
    )


def replacement(stream: Stream) -> Check:
    """Replacement characters and private-use ones: the text that stood there is lost."""
    return _about(
        stream,
        lambda text: bool(_LOST.search(text)),
        "lost-characters",
        Concern.WARNING,
        ("holds", "hold", "replacement or private-use characters: text was lost in a conversion"),
        "fetch the texts again from where they were whole",
    )


def controls(stream: Stream) -> Check:
    """Tabs, line breaks and other control characters inside a text (at its ends they are outer blanks)."""
    return _about(
        stream,
        lambda text: bool(_CONTROL.search(text.strip())) and not is_mojibake(text),
        "control-characters",
        Concern.WARNING,
        ("holds", "hold", "control characters, tabs or line breaks"),
        "replace them by spaces: tools that split on them will count other segments",
    )


def bidi(stream: Stream) -> Check:
    """Bidirectional embeddings, overrides and isolates where no right-to-left letter needs them, or left open."""
    return _about(
        stream,
        _bidi_out_of_place,
        "bidi-controls",
        Concern.WARNING,
        ("holds", "hold", "bidirectional controls that hide or reorder text"),
        "remove them: what is displayed is not what is scored",
    )


def invisible(stream: Stream) -> Check:
    """Zero-width spaces, soft hyphens, tag characters, and joiners where the script knows none."""
    return _about(
        stream,
        _invisible_out_of_place,
        "invisible-characters",
        Concern.NOTE,
        ("holds", "hold", "invisible characters"),
        "remove them: they cut words in two for every metric",
    )


def markup(stream: Stream) -> Check:
    """Inline tags, placeholders of CAT tools and character entities that leaked into a text.

    One leaked pair of tags takes a 23-word sentence from BLEU 90 to 36. Let pass where both sides have as many.
    """
    found, hypotheses, others = positions(), 0, 0
    while window := (yield None):
        rows = zip(window.positions, window.batch.hypothesis, window.batch.references, strict=True)
        for i, hypothesis, references in rows:
            texts = [hypothesis, *references]
            if any("<" in text or "{" in text or "&" in text for text in texts):
                counts = [len(_MARKUP.findall(text)) for text in texts]
                if any(counts) and (len(set(counts)) > 1 or not references):
                    found.append(i)
                    hypotheses += counts[0] > 0
                    others += any(counts[1:])
    if found:
        yield Notice(
            "markup",
            Concern.WARNING,
            f"{sides(hypotheses, others, one='holds', many='hold')} tags, placeholders or character entities "
            "that the other side lacks",
            stream.named(found),
            "read the file in its own format so that codes stay out of the text, or remove them",
        )


def _about(
    stream: Stream, seen: Callable[[str], bool], check: str, concern: Concern, said: tuple[str, str, str], mend: str
) -> Check:
    """A notice on the texts, of either side, in which something was seen; pure ASCII without controls is skipped."""
    hypotheses, references = positions(), positions()
    while window := (yield None):
        for i, text in zip(window.positions, window.batch.hypothesis, strict=True):
            if _suspicious(text) and seen(text):
                hypotheses.append(i)
        for i, row in zip(window.positions, window.batch.references, strict=True):
            if any(_suspicious(text) and seen(text) for text in row):
                references.append(i)
    if hypotheses or references:
        one, many, what = said
        message = f"{sides(len(hypotheses), len(references), one=one, many=many)} {what}"
        yield Notice(check, concern, message, stream.named(hypotheses, references), mend)


def _suspicious(text: str) -> bool:
    return not (text.isascii() and text.isprintable())


def _bidi_out_of_place(text: str) -> bool:
    marks = _BIDI.findall(text)
    if not marks:
        return False
    opened = sum(mark in "\u202a\u202b\u202d\u202e" for mark in marks) - marks.count("\u202c")
    isolated = sum(mark in "\u2066\u2067\u2068" for mark in marks) - marks.count("\u2069")
    return bool(opened or isolated) or not _RIGHT_TO_LEFT & scripts(text).keys() or "\u202e" in text


def _invisible_out_of_place(text: str) -> bool:
    if _INVISIBLE.search(text):
        # Khmer, Thai, Burmese and Lao mark word limits with the zero-width space.
        return bool(_INVISIBLE.search(text.replace("\u200b", ""))) or not _JOINED & scripts(text).keys()
    return bool(_JOINER.search(text)) and not _EMOJI.search(text) and not _JOINED & scripts(text).keys()
