"""UTF-8 that was read in a one-byte encoding: found by reading it back.

A run of characters is mojibake when its bytes in the wrong encoding are well-formed UTF-8 for a character that people
write. What natural text can spell by chance (`CAFÉ”`, `été »` with a no-break space, `Fuß“`) is not enough.
"""

import re

__all__ = ["is_mojibake"]


def _read_as(codec: str) -> dict[str, int]:
    """Character to byte for the upper half of an encoding; what Windows leaves undefined comes through as Latin-1."""
    table = {}
    for byte in range(0x80, 0x100):
        try:
            table[bytes([byte]).decode(codec)] = byte
        except UnicodeDecodeError:
            continue
    if codec == "cp1252":
        table.update({chr(byte): byte for byte in range(0x80, 0xA0)})
    return table


def _sequences(table: dict[str, int]) -> re.Pattern[str]:
    """Runs of well-formed UTF-8 sequences, spelled in the characters of the wrong encoding."""

    def those(low: int, high: int) -> str:
        return "[" + "".join(re.escape(c) for c, byte in table.items() if low <= byte <= high) + "]"

    after = those(0x80, 0xBF)
    one = f"{those(0xC2, 0xDF)}{after}|{those(0xE0, 0xEF)}{after}{{2}}|{those(0xF0, 0xF4)}{after}{{3}}"
    return re.compile(f"(?:{one})+")


_WESTERN = _read_as("cp1252")
_WESTERN_RUN = _sequences(_WESTERN)
# Encodings whose accidents need more proof: three characters in one run.
_OTHERS = tuple((table, _sequences(table)) for table in map(_read_as, ("cp1251", "mac_roman", "cp437")))
_MAC_OR_DOS = re.compile(
    "(?<=[^\\W\\d_])(?:√[©°±≤≥¥µ∂∑∏∫ªºΩæø¿¡¬ƒ≈∆«»…†ÄÅ®]|[├┬][^\\s\\w])|‚Ä[ôúùìî¶]|ΓÇ[ÖÖ£¥ÿöô]|вЂ[™њќ“”¦]"
)
_MAC_OR_DOS_STARTS = ("√", "├", "┬", "‚Ä", "ΓÇ", "вЂ")  # looked for first: it costs a tenth
_CLOSING = frozenset("‘’“”…–—›»«‹\u00a0·°º®™†•¨´¸")  # what may follow a natural capital with an accent
_LATIN = range(0xA0, 0x180)


def is_mojibake(text: str) -> bool:
    """Whether a text holds UTF-8 that was read as Windows-1252, Latin-1, Windows-1251, MacRoman or DOS text."""
    if text.isascii():
        return False
    doubtful = 0
    for run in _WESTERN_RUN.finditer(text):
        decoded = _decoded(run.group(), _WESTERN)
        if decoded and ((len(decoded) > 1 and _one_alphabet(decoded)) or _telling(run.group(), decoded)):
            before = text[run.start() - 1 : run.start()]
            if run.group()[-1] not in _CLOSING or before.islower() or len(decoded) > 1 or decoded in _PUNCTUATION:
                return True
            doubtful += 1
    if doubtful > 1 or (any(start in text for start in _MAC_OR_DOS_STARTS) and _MAC_OR_DOS.search(text)):
        return True
    return any(len(_decoded(run.group(), table)) >= 3 for table, pattern in _OTHERS for run in pattern.finditer(text))


_PUNCTUATION = frozenset(
    "\u2013\u2014\u2018\u2019\u201a\u201c\u201d\u201e\u2020\u2022\u2026\u2030\u2039\u203a\u20ac\u2122"
)


def _telling(run: str, decoded: str) -> bool:
    """Whether a single decoded character is one that mojibake of European text is made of, or an emoji."""
    code = ord(decoded[0])
    return code in _LATIN or 0x2010 <= code < 0x2800 or code >= 0x1F000 or any("\x80" <= c <= "\x9f" for c in run)


def _one_alphabet(decoded: str) -> bool:
    """Whether several decoded characters may stand in one word: Latin and at most two other parts of Unicode."""
    return len({_part(ord(character)) for character in decoded} - {_part(ord("é"))}) <= 2


def _part(code: int) -> str | int:
    if code < 0x250:
        return "Latin"
    if 0x2000 <= code < 0x2070 or 0x20A0 <= code < 0x2200:
        return "Latin"  # dashes, quotation marks, the euro
    if 0x2E80 <= code < 0xD7B0 or 0xF900 <= code < 0xFB00 or 0xFF00 <= code < 0xFFF0:
        return "East Asian"
    return code >> 8


def _decoded(run: str, table: dict[str, int]) -> str:
    try:
        return bytes(table[character] for character in run).decode("utf-8")
    except UnicodeDecodeError:
        return ""
