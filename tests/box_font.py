"""A font in which every character is the same box, so that a page is as wide and as high on every machine.

Pictures of a page are compared in it: what they show is where things stand, in which colour, and how long texts are,
never which fonts a machine happens to have. It is made here, from nothing, as a TrueType file of three glyphs:
a frame for what is missing, a box, and a blank. The character map is of format 13, one glyph for many characters.
"""

from base64 import b64encode
from struct import pack

EM = 1000
ASCENT, DESCENT, ADVANCE, SPACE = 930, -240, 540, 280
BOX = (40, 0, 480, 560)  # left, bottom, right, top: about the colour that letters have
BLANKS = ((0x00, 0x20), (0xA0, 0xA0), (0x2000, 0x200F), (0x2028, 0x202F), (0xFEFF, 0xFEFF))


def box_font() -> bytes:
    """The font, a valid TrueType file of less than 1 KB."""
    glyphs = [_box(*BOX), _box(*BOX), b""]
    ends = [sum(len(glyph) for glyph in glyphs[:n]) for n in range(len(glyphs) + 1)]
    tables = {
        b"OS/2": _os2(),
        b"cmap": _cmap(),
        b"glyf": b"".join(glyphs),
        b"head": pack(
            ">IIIIHHQQhhhhHHhhh",
            0x10000,
            0x10000,
            0,
            0x5F0F3CF5,
            3,
            EM,
            0,
            0,
            BOX[0],
            BOX[1],
            BOX[2],
            BOX[3],
            0,
            8,
            2,
            1,
            0,
        ),
        b"hhea": pack(">IhhhHhhhhhh8xhH", 0x10000, ASCENT, DESCENT, 0, ADVANCE, 40, 60, BOX[2], 1, 0, 0, 0, 3),
        b"hmtx": pack(">HhHhHh", ADVANCE, BOX[0], ADVANCE, BOX[0], SPACE, 0),
        b"loca": pack(">4I", *ends),
        b"maxp": pack(">IH13H", 0x10000, 3, 4, 1, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0),
        b"name": _name({1: "Box", 2: "Regular", 3: "Box", 4: "Box", 6: "Box"}),
        b"post": pack(">IIhhIIIII", 0x30000, 0, -100, 50, 0, 0, 0, 0, 0),
    }
    return _file(tables)


def dressed(*names: str) -> str:
    """The script that, run before those of a page, sets the families `--name` of its style to the box font.

    It takes the ways that the page's content-security policy leaves open: nothing is loaded, nothing is written in.
    Geometric precision, because hinting, which a machine's settings choose, would round every width to whole pixels.
    """
    families = "".join(f"--{name}: Box !important; " for name in names)
    return f"""{{
      const bytes = Uint8Array.from(atob("{b64encode(box_font()).decode()}"), (c) => c.charCodeAt(0));
      document.fonts.add(new FontFace("Box", bytes, {{ weight: "1 1000" }}));
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(`:root {{ {families}font-synthesis: none }}
        * {{ text-rendering: geometricPrecision !important }}`);
      document.adoptedStyleSheets = [sheet];
    }}"""


def width(text: str, size: float) -> float:
    """How wide a text stands in the box font, in the unit of `size`."""
    blank = sum(any(first <= ord(character) <= last for first, last in BLANKS) for character in text)
    return size * (SPACE * blank + ADVANCE * (len(text) - blank)) / EM


def _box(left: int, bottom: int, right: int, top: int) -> bytes:
    header = pack(">hhhhhHH", 1, left, bottom, right, top, 3, 0)
    steps = pack(">4h4h", left, 0, right - left, 0, bottom, top - bottom, 0, bottom - top)
    return _padded(header + b"\x01\x01\x01\x01" + steps)


def _cmap() -> bytes:
    groups, start = [], 0
    for first, last in (*BLANKS, (0x110000, 0x110000)):
        if start < first:
            groups.append((start, first - 1, 1))
        if first <= 0x10FFFF:
            groups.append((first, last, 2))
        start = last + 1
    body = b"".join(pack(">III", *group) for group in groups)
    return pack(">HHHHI", 0, 1, 3, 10, 12) + pack(">HHIII", 13, 0, 16 + len(body), 0, len(groups)) + body


def _os2() -> bytes:
    return pack(
        ">HhHHH10hh10s4I4sHHHhhhHH2IhhHHH",
        *(4, 520, 400, 5, 0, *[0] * 10, 0, bytes(10), 0, 0, 0, 0, b"none", 0x40, 0x20, 0xFFFF),
        *(ASCENT, DESCENT, 0, ASCENT, -DESCENT, 0, 0, BOX[3], 700, 0, 0x20, 1),
    )


def _name(texts: dict[int, str]) -> bytes:
    records, stored = b"", b""
    for key, text in texts.items():
        coded = text.encode("utf-16-be")
        records += pack(">6H", 3, 1, 0x409, key, len(coded), len(stored))
        stored += coded
    return pack(">HHH", 0, len(texts), 6 + len(records)) + records + stored


def _file(tables: dict[bytes, bytes]) -> bytes:
    directory, body, start = b"", b"", 12 + 16 * len(tables)
    for tag, table in sorted(tables.items()):
        directory += pack(">4sIII", tag, _sum(table), start + len(body), len(table))
        body += _padded(table)
    return pack(">IHHHH", 0x10000, len(tables), 128, 3, 16 * len(tables) - 128) + directory + body


def _sum(table: bytes) -> int:
    padded = _padded(table)
    return sum(int.from_bytes(padded[n : n + 4]) for n in range(0, len(padded), 4)) & 0xFFFFFFFF


def _padded(table: bytes) -> bytes:
    return table + bytes(-len(table) % 4)
