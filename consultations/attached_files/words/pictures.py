"""Pictures: whether there can be words in one, and the texts that a PNG carries."""

from __future__ import annotations

import io
import warnings
import zlib
from collections.abc import Iterator

from PIL import Image

from consultations.attached_files.kinds import PNG_SIGNATURE
from consultations.attached_files.words.collecting import Collector
from consultations.attached_files.words.plain import printable_runs

MAX_PIXELS = 25_000_000
SMALLEST_SIDE = 6
"""Pixels of a side below which no letter can be read."""

SMALLEST_CONTRAST = 12
MAX_CHUNK_TEXT = 1_000_000


def read_picture(collector: Collector, content: bytes) -> None:
    """Add the texts of a PNG file; count a picture unless it is blank."""
    if content.startswith(PNG_SIGNATURE):
        for text in _png_texts(content, collector):
            collector.add("the text stored with the picture", text)
    if is_blank(content):
        collector.add_values("the data of a blank picture", printable_runs(content))
    else:
        collector.add_picture(content)


def is_blank(content: bytes) -> bool:
    """True when a picture is of one colour or too small for a letter.

    A picture that cannot be opened is not blank.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content)) as picture:
                width, height = picture.size
                if min(width, height) < SMALLEST_SIDE:
                    return True
                if width * height > MAX_PIXELS or getattr(picture, "n_frames", 1) > 1:
                    return False
                histogram = picture.convert("RGBA").histogram()
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - a decoder of a broken picture raises anything
        return False
    bands = [histogram[start : start + 256] for start in range(0, 1024, 256)]
    return all(_contrast(band) < SMALLEST_CONTRAST for band in bands)


def _contrast(band: list[int]) -> int:
    used = [level for level, count in enumerate(band) if count]
    return used[-1] - used[0]


def _png_texts(content: bytes, collector: Collector) -> Iterator[str]:
    """Yield the words of the chunks tEXt, zTXt, iTXt and eXIf of a PNG file."""
    at = len(PNG_SIGNATURE)
    while at + 8 <= len(content):
        size = int.from_bytes(content[at : at + 4], "big")
        kind, data = content[at + 4 : at + 8], content[at + 8 : at + 8 + size]
        at += 12 + size
        if kind in {b"tEXt", b"eXIf"}:
            yield data.replace(b"\0", b" ").decode("latin-1")
        elif kind == b"zTXt":
            keyword, _, packed = data.partition(b"\0")
            yield keyword.decode("latin-1")
            yield _unpack(packed[1:], collector).decode("latin-1")
        elif kind == b"iTXt":
            keyword, _, rest = data.partition(b"\0")
            language, _, translated = rest[2:].partition(b"\0")
            heading, _, text = translated.partition(b"\0")
            text = _unpack(text, collector) if rest[:1] == b"\1" else text
            yield b" ".join((keyword, language, heading, text)).decode(errors="replace")


def _unpack(packed: bytes, collector: Collector) -> bytes:
    unpacker = zlib.decompressobj()
    try:
        text = unpacker.decompress(packed, MAX_CHUNK_TEXT)
    except zlib.error:
        text = b""
    if not unpacker.eof:
        collector.add_unread("has a text in a picture that cannot be read to the end")
    return text
