"""Source Sans 3 as embedded in the file, and the widths of its letters.

Few machines have the typeface, so Word would show another one than the PDF does. Four
faces with the letters of European languages add 80 kB. They come out of the installed
package, need no network, and are equal in every process. Word falls back to the
`altName` in fontTable.xml where it may not use what is embedded.
"""

from __future__ import annotations

import functools
import io
from collections.abc import Iterator
from typing import Any

from consultations.documents.typeface import FAMILY, font_files

# Face: bold, italic, key in fontTable.xml.
FACES = {
    "regular": (False, False, "6C1A1C5B-0D0E-4F5A-9C1E-5A3B1D7E2F01"),
    "bold": (True, False, "6C1A1C5B-0D0E-4F5A-9C1E-5A3B1D7E2F02"),
    "italic": (False, True, "6C1A1C5B-0D0E-4F5A-9C1E-5A3B1D7E2F03"),
    "bold-italic": (True, True, "6C1A1C5B-0D0E-4F5A-9C1E-5A3B1D7E2F04"),
}
REGULAR_WEIGHT, BOLD_WEIGHT = 400, 600  # as in the PDF
# Latin, Greek, Cyrillic, punctuation, currency, arrows and the signs of comparison.
_RANGES = (
    *((0x20, 0x7E), (0xA0, 0x17F), (0x218, 0x21B), (0x2C6, 0x2DD), (0x370, 0x3FF)),
    *((0x400, 0x45F), (0x1E80, 0x1E85), (0x2010, 0x2044), (0x2070, 0x2089)),
    *((0x20A0, 0x20BF), (0x2116, 0x2122), (0x2153, 0x215E), (0x2190, 0x2199)),
    *((0x2202, 0x2265), (0x25A0, 0x25CF), (0x2713, 0x2717)),
)
# Kerning and the like: off in Word unless asked for, and most of the time spent here.
_LAYOUT = ("GSUB", "GPOS", "GDEF", "BASE")
_BOLD, _ITALIC_BIT, _REGULAR = 1 << 5, 1 << 0, 1 << 6


def embedded_fonts() -> Iterator[tuple[str, bytes]]:
    """Yield each face's name and its file, obfuscated as ECMA-376 17.8.1 asks."""
    for face, (_bold, _italic, key) in FACES.items():
        yield face, _obfuscate(_face(face), key)


def _obfuscate(font: bytes, key: str) -> bytes:
    mask = bytes.fromhex(key.replace("-", ""))[::-1] * 2
    return bytes(a ^ b for a, b in zip(font, mask, strict=False)) + font[len(mask) :]


@functools.cache
def letter_widths(face: str) -> dict[str, float]:
    """Return the width of each letter of a face, in ems."""
    from fontTools.ttLib import TTFont

    font = TTFont(io.BytesIO(_face(face)))
    em = font["head"].unitsPerEm
    return {
        chr(code): font["hmtx"][glyph][0] / em
        for code, glyph in font.getBestCmap().items()
    }


@functools.cache
def _face(face: str) -> bytes:
    """Return one face as a TrueType file with the letters of `_RANGES`."""
    from fontTools import subset
    from fontTools.ttLib import TTFont
    from fontTools.varLib import instancer

    bold, italic, _key = FACES[face]
    font = TTFont(font_files()[italic], recalcTimestamp=False)
    for table in _LAYOUT:
        del font[table]
    subsetter = subset.Subsetter(subset.Options(hinting=False))
    subsetter.populate(
        unicodes=[code for first, last in _RANGES for code in range(first, last + 1)]
    )
    subsetter.subset(font)
    weight = BOLD_WEIGHT if bold else REGULAR_WEIGHT
    instancer.instantiateVariableFont(font, {"wght": weight}, inplace=True)
    del font["STAT"]
    _rename(font, bold=bold, italic=italic)
    written = io.BytesIO()
    font.save(written)
    return written.getvalue()


def _rename(font: Any, *, bold: bool, italic: bool) -> None:
    """Set the names in the font's tables to one of the four faces of the family."""
    style = " ".join(["Bold"] * bold + ["Italic"] * italic) or "Regular"
    copyright_notice = font["name"].getDebugName(0)
    font["name"].names = []
    postscript = f"SourceSans3-{style.replace(' ', '')}"
    named = {0: copyright_notice, 1: FAMILY, 2: style, 3: postscript}
    for name_id, text in (named | {4: f"{FAMILY} {style}", 6: postscript}).items():
        font["name"].setName(text, name_id, 3, 1, 0x409)
    kept = font["OS/2"].fsSelection & ~(_BOLD | _ITALIC_BIT | _REGULAR)
    flags = _BOLD * bold | _ITALIC_BIT * italic or _REGULAR
    font["OS/2"].fsSelection = kept | flags
    font["OS/2"].usWeightClass = 700 if bold else 400
    font["head"].macStyle = bold | italic << 1
