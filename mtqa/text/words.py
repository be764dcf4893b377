"""Words to count, and the typographic normal form in which two texts are compared."""

import re
from collections.abc import Iterable
from functools import cache

__all__ = ["joined_lines", "normal_typography", "word_count"]

# Scripts written without spaces count a character as a word, as ISO 5060 and the CAT tools do.
_WORD = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3041-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
    r"|(?:[^\W\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3041-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
    r"|(?<=\w)[-'’.,](?=\w))+"
)

# Han, kana and their punctuation: sentences follow each other without a space (Thai and Korean put one).
_NO_SPACE_BETWEEN = re.compile(
    r"[\u2e80-\u312f\u31a0-\ua4cf\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\U00020000-\U0003ffff]"
)

_PLAIN = {
    **dict.fromkeys("“”„‟«»〝〞", '"'),
    **dict.fromkeys("‘’‚‛‹›ʼ′", "'"),
    **dict.fromkeys("‐‑‒–—―−", "-"),
    **dict.fromkeys("\u00a0\u2007\u202f\u2009\u200a\u2008\u2006\u2005\u2004\u2003\u2002", " "),
    "…": "...",
    "\u00ad": "",
    "\u200b": "",
    "\ufeff": "",
}


def word_count(text: str) -> int:
    """Words of a text: runs of letters and digits (inner hyphens, apostrophes and points belong to the word).

    Characters of scripts written without spaces (Han, kana, Thai, Lao, Khmer, Burmese) count one each.
    """
    return sum(1 for _ in _WORD.finditer(text))


def joined_lines(lines: Iterable[str]) -> str:
    """Lines as one text: a space between two, none between two lines of Chinese or Japanese."""
    text = ""
    for line in lines:
        touching = text[-1:] and line[:1] and all(map(_NO_SPACE_BETWEEN.match, (text[-1], line[0])))
        text += line if not text or touching else " " + line
    return text


def normal_typography(text: str) -> str:
    """The text with straight quotes, plain hyphens and plain spaces: typographic convention set aside.

    For comparing two texts whose houses differ in style; it changes lengths and must not be used for offsets.
    """
    return text.translate(_plain_table())


@cache
def _plain_table() -> dict[int, str]:
    return {ord(character): plain for character, plain in _PLAIN.items()}
