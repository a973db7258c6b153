"""What is drawn on a page of a PDF and may show words: inline pictures and outlines."""

from __future__ import annotations

import re
from collections.abc import Iterator

SMALLEST_PICTURE = 6
"""Pixels of a side below which no letter can be read."""

FEWEST_OUTLINES = 100
"""Slanted lines and curves of a page below which they are taken for decoration."""

LETTERS_PER_OUTLINE = 10
"""With more letters for each slanted line or curve, a page is taken for text."""

_INLINE_PICTURE = re.compile(
    rb"(?<![^\s])BI\s+(/[^()]{0,400}?)(?<=[\s\]>])ID\s(.{0,200})", re.DOTALL
)
_SIDES = re.compile(rb"/(?:W|Width|H|Height)\s+(\d{1,9})")
_STRING = re.compile(rb"\((?:\\.|[^\\()]){0,5000}\)", re.DOTALL)
_SEGMENT = re.compile(rb"([-+]?[\d.]{1,20})\s+([-+]?[\d.]{1,20})\s+([mlcvy])(?=\s|\Z)")


def inline_pictures(drawn: bytes) -> Iterator[bytes]:
    """Yield what tells the inline pictures of a content stream apart."""
    for header, start in _INLINE_PICTURE.findall(drawn):
        sides = [int(side) for side in _SIDES.findall(header)]
        if all(side >= SMALLEST_PICTURE for side in sides):
            yield header + start


def may_show_letters(drawn: bytes, text: str) -> bool:
    """True when lines and curves are so many, for the text, that they may be letters.

    Level and upright lines are those of tables, and do not count.
    """
    letters = sum(map(str.isalnum, text))
    enough = max(FEWEST_OUTLINES, letters // LETTERS_PER_OUTLINE)
    outlines = _outlines(_STRING.sub(b"()", drawn))
    return any(count >= enough for count, _ in enumerate(outlines, 1))


def _outlines(drawn: bytes) -> Iterator[None]:
    """Yield once for each slanted line and each curve."""
    at = (b"", b"")
    for match in _SEGMENT.finditer(drawn):
        point, kind = (match[1], match[2]), match[3]
        is_slanted = point[0] != at[0] and point[1] != at[1]
        if kind in b"cvy" or (kind == b"l" and is_slanted):
            yield None
        at = point
