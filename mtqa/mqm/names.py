"""What others call our categories: the labels of the WMT MQM releases and of Marot, both ways.

Sources: google/wmt-mqm-human-evaluation (label set of Freitag et al. 2021 and its later additions); ids of MQM-Full.
"""

from collections.abc import Mapping
from types import MappingProxyType

from .typology import CATEGORIES

__all__ = ["WMT_NAMES", "category_of", "wmt_name"]

WMT_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "accuracy/mistranslation": "Accuracy/Mistranslation",
        "accuracy/number": "Accuracy/Mistranslation",
        "accuracy/date-time": "Accuracy/Mistranslation",
        "accuracy/negation": "Accuracy/Mistranslation",
        "accuracy/participants": "Accuracy/Mistranslation",
        "accuracy/named-entity": "Accuracy/Mistranslation",
        "accuracy/omission": "Accuracy/Omission",
        "accuracy/addition": "Accuracy/Addition",
        "accuracy/untranslated": "Accuracy/Source language fragment",
        "terminology/wrong-term": "Terminology/Inappropriate for context",
        "terminology/inconsistent": "Terminology/Inconsistent",
        "style/awkward": "Style/Unnatural or awkward",
        "locale/date-format": "Locale convention/Date format",
        "locale/number-format": "Locale convention/Number format",
        "fluency/unintelligible": "Non-translation!",
        "fluency/word-order": "Fluency/Grammar",
        "fluency/tense-mood-aspect": "Fluency/Grammar",
        "fluency/agreement": "Fluency/Grammar",
        "fluency/word-form": "Fluency/Grammar",
        "fluency/function-words": "Fluency/Grammar",
        "fluency/duplication": "Fluency/Grammar",
        "fluency/spelling": "Fluency/Spelling",
        "fluency/diacritics": "Fluency/Spelling",
        "fluency/compounding": "Fluency/Spelling",
        "fluency/capitalization": "Fluency/Spelling",
        "fluency/punctuation": "Fluency/Punctuation",
        "fluency/unpaired-marks": "Fluency/Punctuation",
        "fluency/whitespace": "Fluency/Punctuation",
        "other/markup": "Other",
        "other/other": "Other",
    }
)
# The first name of ours that a label stands for, and labels that the table above does not use. Lower case, no marks.
_READ = {
    "accuracy/untranslated": "accuracy/untranslated",
    "accuracy/untranslated text": "accuracy/untranslated",
    "accuracy/creative reinterpretation": "accuracy/mistranslation",
    "accuracy/gender mismatch": "accuracy/participants",
    "fluency/grammar": "fluency/word-form",
    "fluency/inconsistency": "terminology/inconsistent",
    "fluency/register": "style/awkward",
    "fluency/character encoding": "fluency/spelling",
    "fluency/text-breaking": "fluency/whitespace",
    "style/awkward": "style/awkward",
    "style/bad sentence structure": "style/awkward",
    "style/archaic or obscure word choice": "style/awkward",
    "terminology/wrong term": "terminology/wrong-term",
    "terminology/inconsistent use": "terminology/inconsistent",
    "locale/name": "accuracy/named-entity",
    "locale convention/name format": "accuracy/named-entity",
    "locale/address": "accuracy/named-entity",
    "locale convention/address format": "accuracy/named-entity",
    **dict.fromkeys(("locale/date", "locale/time", "locale convention/time format"), "locale/date-format"),
    **dict.fromkeys(
        ("locale/currency", "locale/number", "locale/measurement", "locale convention/currency format"),
        "locale/number-format",
    ),
    "non-translation": "fluency/unintelligible",
    "other": "other/other",
}


def wmt_name(category: str) -> str:
    """The label of the WMT releases for one of our categories; several of ours share one."""
    return WMT_NAMES[category]


def category_of(name: str) -> str | None:
    """Our category of this name, whether ours, an MQM-Full id or a WMT label; None where nobody knows it."""
    if name in CATEGORIES:
        return name
    plain = name.strip().rstrip("!").lower()
    if plain in _READ:
        return _READ[plain]
    labels = {label.rstrip("!").lower(): ours for ours, label in reversed(list(WMT_NAMES.items()))}
    ids = {row.mqm_id: ours for ours, row in reversed(list(CATEGORIES.items()))}
    return labels.get(plain) or ids.get(plain)
