"""The tokenizers of BLEU and TER, readable: each pass of mteval's regular expressions, in order.

The native kernel (native/src/tokens.hpp) walks once over the bytes; this is what it has to come to.
"""

import re
from collections.abc import Callable, Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

__all__ = ["BLEU_TOKENIZERS", "bleu_tokens", "ter_tokens"]

# Marks that mteval sets apart: all of ASCII's but the apostrophe, and comma, hyphen and point, which have own rules.
_MARK = re.compile(r"([{-~\[-` -&(-+:-@/])")
_POINT_RULES = (
    (re.compile(r"([^0-9])([.,])"), r"\1 \2 "),  # a point or comma after a non-digit
    (re.compile(r"([.,])([^0-9])"), r" \1 \2"),  # a point or comma before a non-digit
    (re.compile(r"([0-9])(-)"), r"\1 \2 "),  # a hyphen after a digit
)
_ENTITIES = (("&quot;", '"'), ("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">"))

# What sacrebleu's zh tokenizer compares: two of its bounds were written with five digits behind \u, which Python reads
# as a character and a digit. So U+2001-2A6D and U+2F81-2FA1 (with curly quotes and dashes) are isolated, and the CJK
# extensions that were meant are not.
_ZH = (
    "\u3400-\u4db5\u4e00-\u9fbb\uf900-\ufa2d\ufa30-\ufa6a\ufa70-\ufad9\u2001-\u2a6d\u2f81-\u2fa1\uff00-\uffef\u2e80-\u2eff"
    "\u3000-\u303f\u31c0-\u31ef\u2f00-\u2fdf\u2ff0-\u2fff\u3100-\u312f\u31a0-\u31bf\ufe10-\ufe1f\ufe30-\ufe4f\u3200-\u33ff"
)
_ZH_CHARACTER = re.compile(f"([{_ZH}])")

_ASIAN_MARKS = (
    "\u3001\u3002\u3008-\u3011\u3014-\u301f\uff61-\uff65\u30fb\uff0e\uff0c\uff1f\uff1a\uff1b\uff01\uff02\uff08\uff09"
)
_ASIAN_CHARACTER = re.compile(
    f"([\u4e00-\u9fff\u3400-\u4dbf\u31c0-\u31ef\u2e80-\u2eff\u3300-\u33ff\uf900-\ufaff\ufe30-\ufe4f\u3200-\u3f22{_ASIAN_MARKS}])"
)
_PUNCTUATION = re.compile(r'[.,?:;!"()]')
_ASIAN_PUNCTUATION = re.compile(f"[{_ASIAN_MARKS}]")


def bleu_tokens(text: str, *, tokenize: str, lowercase: bool = False) -> list[str]:
    """The tokens of a text for BLEU: 13a, intl, zh, char or none, as sacrebleu cuts them."""
    text = text.lower() if lowercase else text
    return BLEU_TOKENIZERS[tokenize](text.rstrip()).split()


def ter_tokens(
    text: str, *, normalized: bool, no_punct: bool, asian_support: bool, case_sensitive: bool, twice: bool = False
) -> list[str]:
    """The tokens of a text for TER; `twice` is what sacrebleu does to references (it cuts the tokens once more)."""
    text = text.rstrip()
    text = text if case_sensitive else text.lower()
    if normalized and text:
        text = _normalized(text)
        if asian_support:
            text = _ASIAN_CHARACTER.sub(r" \1 ", text)
    if no_punct:
        text = _PUNCTUATION.sub("", text)
        if asian_support:
            text = _ASIAN_PUNCTUATION.sub("", text)
    tokens = text.split()
    if not twice:
        return tokens
    return ter_tokens(
        " ".join(tokens),
        normalized=normalized,
        no_punct=no_punct,
        asian_support=asian_support,
        case_sensitive=case_sensitive,
    )


def _mteval(text: str) -> str:
    """Marks apart; points, commas and hyphens apart unless they belong to a number."""
    text = _MARK.sub(r" \1 ", text)
    for pattern, apart in _POINT_RULES:
        text = pattern.sub(apart, text)
    return text


def _13a(text: str) -> str:
    text = text.replace("<skipped>", "").replace("-\n", "").replace("\n", " ")
    for entity, mark in _ENTITIES:
        text = text.replace(entity, mark)
    return _mteval(f" {text} ")


def _zh(text: str) -> str:
    return _mteval(_ZH_CHARACTER.sub(r" \1 ", text.strip()))


@cache
def _international() -> tuple[tuple[Any, str], ...]:
    import regex

    return (
        (regex.compile(r"(\P{N})(\p{P})"), r"\1 \2 "),
        (regex.compile(r"(\p{P})(\P{N})"), r" \1 \2"),
        (regex.compile(r"(\p{S})"), r" \1 "),
    )


def _intl(text: str) -> str:
    for pattern, apart in _international():
        text = pattern.sub(apart, text)
    return text


def _normalized(text: str) -> str:
    """Tercom's normalisation: 13a's rules, lines joined at "newline hyphen", and the English possessive apart."""
    text = text.replace("\n-", "").replace("\n", " ")
    for entity, mark in _ENTITIES:
        text = text.replace(entity, mark)
    text = _MARK.sub(r" \1 ", f" {text} ").replace("'s ", " 's ")
    for pattern, apart in _POINT_RULES:
        text = pattern.sub(apart, text)
    return text


BLEU_TOKENIZERS: Mapping[str, Callable[[str], str]] = MappingProxyType(
    {"13a": _13a, "intl": _intl, "zh": _zh, "char": " ".join, "none": str}
)
