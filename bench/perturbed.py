"""How good the neutral categories are in many languages.

    python bench/perturbed.py [--skip 120] [--per 120] [--show de:letter_swapped]

Real sentences (the sources of ../shared/data, English: references) are corrections; each is damaged in one known way,
by a seeded draw, and the category of the severest span must be one of those named for the damage. No model, no
translation is needed: what is measured is how the rules read an edit in that language. The damage is made, not found:
it says how languages compare, not how often a category is right on real deliveries.
"""

import argparse
import gzip
import json
import random
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

import regex
from diagnosis import label

from mtqa.language import find_language
from mtqa.language.lexicon import zipf
from mtqa.rules import diagnose
from mtqa.segment import Batch, ReferenceKind, Segment

DATA = Path(__file__).parent.parent.parent / "shared" / "data"
SOURCES = {
    "en": ("mqm.mqm23.zh-en", "ref"),
    "de": ("mqm.bio21.de-en", "src"), "fr": ("mqm.bio21.fr-en", "src"), "es": ("mqm.bio21.es-en", "src"),
    "pt": ("mqm.bio21.pt-en", "src"), "it": ("mqm.bio21.it-en", "src"), "ru": ("mqm.bio21.ru-en", "src"),
    "ro": ("postedit.mlqe.ro-en", "src"), "et": ("postedit.mlqe.et-en", "src"), "he": ("mqm.mqm23.he-en", "src"),
    "zh": ("mqm.mqm23.zh-en", "src"), "ne": ("postedit.mlqe.ne-en", "src"),
}  # fmt: skip
WORD = regex.compile(r"[\p{L}\p{M}]+")
Draw = random.Random
Damage = Callable[[str, Draw, str], str | None]
"""The damaged text; None where the sentence has nothing to be damaged in this way."""


def words(text: str, least: int = 1) -> list[regex.Match[str]]:
    """The words of a text of `least` letters or more, digits and marks nowhere beside them."""
    found = [m for m in WORD.finditer(text) if len(m[0]) >= least]
    return [m for m in found if not regex.search(r"[\w-]", text[m.end() : m.end() + 1])]


def common(text: str, code: str) -> list[regex.Match[str]]:
    """Words of six letters or more, in lower case (German ones in any): no names."""
    if code == "zh":
        return []
    return [m for m in words(text, 6) if m[0][1:] == m[0][1:].lower() and (code == "de" or m[0] == m[0].lower())]


def put(text: str, match: regex.Match[str], new: str) -> str:
    return text[: match.start()] + new + text[match.end() :]


def letter(kind: str) -> Damage:
    def damage(text: str, draw: Draw, code: str) -> str | None:
        if not (found := common(text, code)):
            return None
        match = draw.choice(found)
        word = match[0]
        at = draw.randrange(1, len(word) - 2)
        if unicodedata.combining(word[at]) or unicodedata.combining(word[at + 1]):
            return None
        new = {
            "swapped": word[:at] + word[at + 1] + word[at] + word[at + 2 :],
            "removed": word[:at] + word[at + 1 :],
            "doubled": word[:at] + word[at] + word[at:],
        }[kind]
        return put(text, match, new) if new != word and not (zipf(new.lower(), code) or 0.0) else None

    return damage


def word_doubled(text: str, draw: Draw, code: str) -> str | None:
    found = words(text, 2) if code != "zh" else []
    return put(text, m, f"{m[0]} {m[0]}") if found and (m := draw.choice(found)) else None


def word_removed(text: str, draw: Draw, code: str) -> str | None:
    spaced = [m for m in words(text, 6) if text[m.start() - 1 : m.start()] == text[m.end() : m.end() + 1] == " "]
    found = [m for m in spaced if not find_language(code).class_of(m[0].lower())]
    return put(text, m, "").replace("  ", " ", 1) if found and (m := draw.choice(found)) else None


def words_swapped(text: str, draw: Draw, code: str) -> str | None:
    found = [m for m in regex.finditer(r"(?<=\s)([\p{L}\p{M}]{3,}) ([\p{L}\p{M}]{3,})(?=\s)", text) if m[1] != m[2]]
    return put(text, m, f"{m[2]} {m[1]}") if found and (m := draw.choice(found)) else None


def figure_changed(text: str, draw: Draw, code: str) -> str | None:
    found = list(regex.finditer(r"(?<![\w.,/-])\d{2,}(?![.,/-]?\d)", text))
    if not found:
        return None
    match = draw.choice(found)
    last = match[0][-1]
    other = chr(ord(last) - unicodedata.digit(last) + (unicodedata.digit(last) + draw.randrange(1, 9)) % 10)
    return put(text, match, match[0][:-1] + other)


def case_lost(text: str, draw: Draw, code: str) -> str | None:
    match = words(text)[0] if words(text) else None
    if match is None or match.start() or not match[0][0].isupper() or match[0][1:] != match[0][1:].lower():
        return None
    return put(text, match, match[0].lower())


def noun_in_lower_case(text: str, draw: Draw, code: str) -> str | None:
    found = [m for m in words(text, 4) if m.start() and m[0][0].isupper() and m[0][1:].islower()]
    return put(text, m, m[0].lower()) if code == "de" and found and (m := draw.choice(found)) else None


def word_in_upper_case(text: str, draw: Draw, code: str) -> str | None:
    found = [m for m in words(text, 4) if m[0].islower() and m[0].upper() != m[0]]
    return put(text, m, m[0].capitalize()) if found and (m := draw.choice(found)) else None


def last_mark_removed(text: str, draw: Draw, code: str) -> str | None:
    return text[:-1] if text[-1:] in ".!?。！？।" else None


def comma_added(text: str, draw: Draw, code: str) -> str | None:
    found = list(regex.finditer(r"(?<=\p{L}) (?=\p{L})", text))
    return put(text, m, ", ") if found and (m := draw.choice(found)) else None


def bracket_lost(text: str, draw: Draw, code: str) -> str | None:
    found = list(regex.finditer(r"[)\]“”»](?=[\s.,;]|$)", text))
    return put(text, m, "") if found and (m := draw.choice(found)) else None


def space_doubled(text: str, draw: Draw, code: str) -> str | None:
    found = list(regex.finditer(r"(?<=\w) (?=\w)", text))
    return put(text, m, "  ") if found and (m := draw.choice(found)) else None


def space_before_mark(text: str, draw: Draw, code: str) -> str | None:
    found = list(regex.finditer(r"(?<=\w)[,.](?=\s|$)", text))
    return put(text, m, " " + m[0]) if found and (m := draw.choice(found)) else None


def words_joined(text: str, draw: Draw, code: str) -> str | None:
    found = list(regex.finditer(r"(?<=\p{L}{3}) (?=\p{L}{3})", text))
    return put(text, m, "") if found and (m := draw.choice(found)) else None


def accent_lost(text: str, draw: Draw, code: str) -> str | None:
    found = [m for m in words(text, 4) if len(unicodedata.normalize("NFD", m[0])) > len(m[0]) and m[0].islower()]
    if code not in ("fr", "es", "pt", "it", "ro", "de", "et") or not found:
        return None
    match = draw.choice(found)
    bare = regex.sub(r"\p{M}", "", unicodedata.normalize("NFD", match[0]))
    return put(text, match, bare)


def hyphen_split(text: str, draw: Draw, code: str) -> str | None:
    found = list(regex.finditer(r"(?<=\p{L}{2})-(?=\p{Ll}{2})", text))
    return put(text, m, " - ") if found and (m := draw.choice(found)) else None


def left_in_english(text: str, draw: Draw, code: str) -> str | None:
    found = common(text, code)
    english = ("recently", "treatment", "between", "increase", "following", "research", "should", "government")
    return put(text, m, draw.choice(english)) if code != "en" and found and (m := draw.choice(found)) else None


DAMAGES: dict[str, tuple[Damage, set[str]]] = {
    "letter_swapped": (letter("swapped"), {"fluency/spelling"}),
    "letter_removed": (letter("removed"), {"fluency/spelling"}),
    "letter_doubled": (letter("doubled"), {"fluency/spelling"}),
    "accent_lost": (accent_lost, {"fluency/diacritics"}),
    "case_lost": (case_lost, {"fluency/capitalization"}),
    "noun_in_lower_case": (noun_in_lower_case, {"fluency/capitalization"}),
    "word_in_upper_case": (word_in_upper_case, {"fluency/capitalization"}),
    "last_mark_removed": (last_mark_removed, {"fluency/punctuation", "fluency/unpaired-marks"}),
    "comma_added": (comma_added, {"fluency/punctuation"}),
    "bracket_lost": (bracket_lost, {"fluency/unpaired-marks"}),
    "space_doubled": (space_doubled, {"fluency/whitespace"}),
    "space_before_mark": (space_before_mark, {"fluency/whitespace"}),
    "words_joined": (words_joined, {"fluency/whitespace", "fluency/compounding", "fluency/spelling"}),
    "hyphen_split": (hyphen_split, {"fluency/compounding", "fluency/whitespace"}),
    "word_doubled": (word_doubled, {"fluency/duplication"}),
    "word_removed": (word_removed, {"accuracy/omission"}),
    "words_swapped": (words_swapped, {"fluency/word-order"}),
    "figure_changed": (figure_changed, {"accuracy/number", "accuracy/date-time"}),
    "left_in_english": (left_in_english, {"accuracy/untranslated"}),
}


def sentences(code: str, skip: int, per: int) -> Iterator[str]:
    """Different sentences of 30 to 400 characters, `per` of them at most, after `skip` others."""
    name, key = SOURCES[code]
    seen: set[str] = set()
    with gzip.open(DATA / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            text = " ".join(json.loads(line)[key].split())
            if text not in seen and 30 <= len(text) * (3 if code == "zh" else 1) <= 400 and len(seen) < skip + per:
                seen.add(text)
                if len(seen) > skip:
                    yield text


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--skip", type=int, default=0)
    parser.add_argument("--per", type=int, default=120)
    parser.add_argument("--show", default="")
    given = parser.parse_args()
    right: dict[str, Counter[str]] = defaultdict(Counter)
    count: dict[str, Counter[str]] = defaultdict(Counter)
    for code in SOURCES:
        for number, good in enumerate(sentences(code, given.skip, given.per)):
            for name, (damage, wanted) in DAMAGES.items():
                bad = damage(good, random.Random(f"{code} {number} {name}"), code)
                if bad is None or bad == good:
                    continue
                segment = Segment("1", bad, (good,), reference_kind=ReferenceKind.CORRECTION)
                found = list(diagnose(Batch.of([segment]), language=code).errors)
                named = label(found)
                count[code][name] += 1
                right[code][name] += named in wanted
                if named not in wanted and given.show in (f"{code}:{name}", code):
                    print(name, *(f"[{s.text!r}→{s.correction!r} {s.category} {s.rule}]" for s in found))
    print("| damage |", " | ".join(SOURCES), "|\n|---|" + "---|" * len(SOURCES))
    for name in DAMAGES:
        cells = [f"{right[code][name] / count[code][name]:.2f}" if count[code][name] >= 10 else "" for code in SOURCES]
        print(f"| {name.replace('_', ' ')} |", " | ".join(cells), "|")
    means = [
        sum(right[c][n] / count[c][n] for n in DAMAGES if count[c][n] >= 10) / sum(count[c][n] >= 10 for n in DAMAGES)
        for c in SOURCES
    ]
    print("| mean of the damages |", " | ".join(f"{mean:.3f}" for mean in means), "|")
    print("| pairs |", " | ".join(f"{count[c].total():,}" for c in SOURCES), "|")


if __name__ == "__main__":
    main()
