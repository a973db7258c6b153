"""Words of a PDF: pages, and every string of every object, whatever refers to it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from pypdf import PageObject, PdfReader
from pypdf.generic import (
    ByteStringObject,
    DictionaryObject,
    IndirectObject,
    NameObject,
    PdfObject,
    StreamObject,
    TextStringObject,
)

from consultations.attached_files.budget import LimitReached
from consultations.attached_files.pdf_objects import (
    PDF_ERRORS,
    BrokenPdf,
    EncryptedPdf,
    PdfObjects,
    read_objects,
    stream_bytes,
    walk,
)
from consultations.attached_files.words.collecting import Collector
from consultations.attached_files.words.pdf_drawings import (
    SMALLEST_PICTURE,
    inline_pictures,
    may_show_letters,
)
from consultations.attached_files.words.pdf_letters import (
    LetterObserver,
    font_name,
    has_spaced_letters,
    join_spaced_letters,
    reversed_lines,
)
from consultations.attached_files.words.plain import add_text
from consultations.attached_files.words.xml import read_xml

MAX_REVISIONS = 10
MAX_RESOURCES = 10_000
"""The most drawings inside the drawings of a page that are looked at."""

_KEY_PLACES = {
    "/Author": "the author",
    "/Title": "the title or a bookmark",
    "/Subject": "the document information",
    "/Keywords": "the document information",
    "/Creator": "the document information",
    "/Producer": "the document information",
    "/Contents": "a note",
    "/RC": "a note",
    "/URI": "the address of a link",
    "/V": "a form field",
    "/DV": "a form field",
    "/Opt": "a form field",
    "/TU": "a form field",
    "/T": "a form field or the author of a note",
    "/F": "the name of a file inside",
    "/UF": "the name of a file inside",
    "/Desc": "the name of a file inside",
    "/ActualText": "a text alternative",
    "/Alt": "a text alternative",
}
_OTHER_PLACE = "the data of the PDF"
_SKIPPED_KEYS = frozenset(("/ID", "/O", "/U", "/OE", "/UE", "/Perms", "/CheckSum"))
_NEAR_WORDS = re.compile(
    rb"/(?:ActualText|Alt|E)\s{0,9}"
    rb"(\((?:\\.|[^\\)]){0,5000}\)|<[0-9A-Fa-f\s]{0,9000}>)",
    re.DOTALL,
)
_PAINTS = re.compile(rb"(?:^|\s)(?:f|F|f\*|S|s|B|B\*|b|b\*|Do|BI|sh)(?:\s|$)")
_SHOWS_MORE = re.compile(rb"(?:^|\s)(?:BT|Do)(?:\s|$)")
_MADE_UP_GLYPH = re.compile(r"/(?:[a-zA-Z]{1,5}[-_]?\d+|\.notdef|cid.*)\Z")


def read_pdf(collector: Collector, content: bytes) -> None:
    """Add the words of a PDF; raise LimitReached."""
    try:
        read = read_objects(content)
    except BrokenPdf:
        collector.add_unread("is a broken PDF, which cannot be read")
        return
    except EncryptedPdf:
        collector.add_unread("is encrypted with a password and cannot be read")
        return
    _read_pages(collector, read.reader)
    if read.broken:
        collector.add_unread("has broken parts, which cannot be read")
    _read_strings(collector, read)
    _read_streams(collector, read)
    _read_revisions(collector, content)


# --- pages ---------------------------------------------------------------------------


def _read_pages(collector: Collector, reader: PdfReader) -> None:
    unmapped: dict[str, int] = {}
    for number, page in enumerate(reader.pages, 1):
        collector.budget.check_time()
        try:
            fonts = _read_page(collector, page, number)
        except (MemoryError, LimitReached):
            raise
        except PDF_ERRORS:
            collector.add_unread(
                f"has a page {number} that is broken and cannot be read"
            )
            continue
        for font in fonts:
            unmapped.setdefault(font, number)
    for font, number in unmapped.items():
        collector.add_unread(
            f"uses the font {font}, whose letters cannot be read, on page {number}"
        )


def _read_page(collector: Collector, page: PageObject, number: int) -> list[str]:
    """Add the words of a page; return the fonts whose letters cannot be read."""
    observer = LetterObserver()
    text = page.extract_text(
        visitor_text=observer.visit_text,
        visitor_operand_before=observer.visit_operand,
    )
    resources = list(_resources(page))
    drawn = b"\n".join((_content_bytes(page), *_drawings(resources)))
    add_text(collector, f"page {number}", text)
    if has_spaced_letters(text):
        laid_out = page.extract_text(extraction_mode="layout")
        for variant in (text, laid_out):
            add_text(collector, f"page {number}", join_spaced_letters(variant))
    if observer.is_out_of_order:
        add_text(collector, f"page {number}", reversed_lines(text))
        collector.add_unread(
            f"has letters drawn out of order on page {number}, so some words on the "
            "page may have been missed"
        )
    collector.add_values(f"a text alternative on page {number}", _alternatives(drawn))
    for picture in inline_pictures(drawn):
        collector.add_picture(picture)
    if not text.strip():
        if _PAINTS.search(drawn):
            collector.add_unread(
                f"has pictures or drawings but no text on page {number}, so any words "
                "on the page cannot be read"
            )
    elif may_show_letters(drawn, text):
        collector.add_unread(
            f"has drawings on page {number}, and any words in them cannot be read"
        )
    return [*_fonts_without_words(resources), *observer.fonts_without_letters()]


def _resources(page: PageObject) -> Iterator[DictionaryObject]:
    """Yield the resources of a page, and of the forms, patterns and glyphs on it."""
    waiting: list[Any] = [page.get("/Resources")]
    seen: set[int] = set()
    while waiting and len(seen) < MAX_RESOURCES:
        found = _dictionary(waiting.pop())
        if found is None or id(found) in seen:
            continue
        seen.add(id(found))
        yield found
        for key in ("/XObject", "/Pattern", "/Font"):
            waiting += [each.get("/Resources") for each in _values(found, key)]


def _drawings(resources: list[DictionaryObject]) -> Iterator[bytes]:
    """Yield the content of the forms and patterns in resources, each once."""
    streams = {
        id(each): each
        for found in resources
        for key in ("/XObject", "/Pattern")
        for each in _values(found, key)
        if isinstance(each, StreamObject) and each.get("/Subtype") != "/Image"
    }
    for stream in streams.values():
        yield stream_bytes(stream) or b""


def _dictionary(value: Any) -> DictionaryObject | None:
    found = value.get_object() if value is not None else None
    return found if isinstance(found, DictionaryObject) else None


def _values(holder: DictionaryObject, key: str) -> list[DictionaryObject]:
    """Return the dictionaries and streams in a dictionary under a key."""
    found = _dictionary(holder.get(key))
    values = map(_dictionary, dict.values(found) if found is not None else ())
    return [value for value in values if value is not None]


def _content_bytes(page: PageObject) -> bytes:
    contents = page.get("/Contents")
    contents = contents.get_object() if contents is not None else None
    parts = contents if isinstance(contents, list) else [contents]
    streams = (part.get_object() for part in parts if part is not None)
    return b"\n".join(
        stream.get_data() for stream in streams if isinstance(stream, StreamObject)
    )


def _alternatives(drawn: bytes) -> Iterator[str]:
    """Yield the text alternatives that stand in the content of a page itself."""
    for match in _NEAR_WORDS.findall(drawn):
        if match.startswith(b"<"):
            digits = re.sub(rb"\s", b"", match[1:-1])
            raw = bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode())
        else:
            raw = re.sub(rb"\\([()\\])", rb"\1", match[1:-1])
        yield _decode(raw)


def _fonts_without_words(resources: list[DictionaryObject]) -> Iterator[str]:
    """Yield the fonts of a page whose glyphs cannot be told to be letters."""
    for found in resources:
        for font in _values(found, "/Font"):
            if _has_words_in_glyphs(font) or (
                "/ToUnicode" not in font and _has_unknown_glyphs(font)
            ):
                yield font_name(font)


def _has_words_in_glyphs(font: DictionaryObject) -> bool:
    """True for a font whose glyphs are drawings that show text or pictures."""
    return font.get("/Subtype") == "/Type3" and any(
        _SHOWS_MORE.search(stream_bytes(glyph) or b"")
        for glyph in _values(font, "/CharProcs")
        if isinstance(glyph, StreamObject)
    )


def _has_unknown_glyphs(font: DictionaryObject) -> bool:
    match font.get("/Subtype"):
        case "/Type0":
            return str(font.get("/Encoding", "")).startswith("/Identity")
        case "/TrueType" if "/Encoding" not in font:
            return "+" in str(font.get("/BaseFont", ""))
    return _has_made_up_glyphs(font)


def _has_made_up_glyphs(font: DictionaryObject) -> bool:
    encoding: Any = font.get("/Encoding")
    encoding = encoding.get_object() if encoding is not None else None
    if not isinstance(encoding, DictionaryObject):
        return font.get("/Subtype") == "/Type3"
    differences: Any = encoding.get("/Differences", [])
    glyphs = [g for g in differences.get_object() if isinstance(g, NameObject)]
    made_up = sum(bool(_MADE_UP_GLYPH.match(glyph)) for glyph in glyphs)
    return bool(glyphs) and made_up > len(glyphs) / 2


# --- objects -------------------------------------------------------------------------


def _read_strings(collector: Collector, read: PdfObjects) -> None:
    """Add every string, by the key that it has; names are added together."""
    values: dict[str, dict[str, None]] = {}
    names: dict[str, None] = {}
    for found in (read.reader.trailer, *read.objects.values()):
        collector.budget.check_time()
        for key, value in walk(found):
            if key in _SKIPPED_KEYS:
                continue
            if isinstance(value, NameObject) and len(value) > 4:
                names[str(value)[1:]] = None
            words = _string(value)
            if words and not _is_binary(words):
                values.setdefault(_KEY_PLACES.get(key, _OTHER_PLACE), {})[words] = None
    for place, words_at in values.items():
        for words in list(words_at):
            if "\n" in words or "\r" in words:
                add_text(collector, place, words)
        collector.add_values(place, words_at)
    collector.add_values(_OTHER_PLACE, names)


def _string(value: PdfObject) -> str:
    if isinstance(value, TextStringObject):
        return str(value)
    return _decode(bytes(value)) if isinstance(value, ByteStringObject) else ""


def _decode(raw: bytes) -> str:
    if raw.startswith((b"\xfe\xff", b"\xff\xfe")):
        return raw.decode("utf-16", "replace")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")


def _is_binary(words: str) -> bool:
    """True for hashes and signatures, which are strings in a PDF too."""
    printable = sum(c.isprintable() or c.isspace() for c in words)
    return printable < 0.8 * len(words)


def _read_streams(collector: Collector, read: PdfObjects) -> None:
    """Add XML, appearances and embedded files; count the pictures."""
    masks = _references(read, ("/SMask", "/Mask"))
    appearances = _references(read, ("/AP", "/N", "/R", "/D", "/G"))
    for number, stream in read.streams():
        collector.budget.check_time()
        kind, subtype = stream.get("/Type"), stream.get("/Subtype")
        if subtype == "/Image":
            _add_picture(collector, stream, number, is_mask=number in masks)
        elif stream.get("/PatternType") == 1:
            _read_drawing(collector, read.reader, "a pattern", stream)
        elif name := read.embedded_name(number, stream):
            _read_embedded(collector, name, stream)
        elif kind == "/Metadata" or subtype == "/XML":
            _read_xml_stream(collector, "the document metadata (XMP)", stream)
        elif subtype == "/Form":
            if number in appearances:
                _read_drawing(collector, read.reader, "a note or form field", stream)
        elif kind is None and subtype is None and _may_be_xml(stream):
            _read_xml_stream(collector, "a form field", stream)


def _references(read: PdfObjects, keys: tuple[str, ...]) -> set[int]:
    """Return the numbers of the objects that stand under one of the keys."""
    return {
        value.idnum
        for found in read.objects.values()
        for key, value in walk(found)
        if isinstance(value, IndirectObject) and key in keys
    } | {
        value.idnum
        for found in read.objects.values()
        for key, holder in walk(found)
        if key in keys and isinstance(holder, DictionaryObject)
        for value in dict.values(holder)
        if isinstance(value, IndirectObject)
    }


def _add_picture(
    collector: Collector, stream: StreamObject, number: int, *, is_mask: bool
) -> None:
    sizes = [stream.get(key) for key in ("/Width", "/Height")]
    is_small = any(isinstance(s, int) and s < SMALLEST_PICTURE for s in sizes)
    if not is_mask and not is_small:
        collector.add_picture(b"object %d" % number)


def _read_embedded(collector: Collector, name: str, stream: StreamObject) -> None:
    data = stream_bytes(stream)
    if data is None:
        collector.add_unread(f"contains the file “{name}”, which cannot be unpacked")
        return
    collector.budget.spend_unpacked(len(data))
    collector.read_embedded(name, data)


def _may_be_xml(stream: StreamObject) -> bool:
    data = stream_bytes(stream)
    return data is not None and data.lstrip(b"\xef\xbb\xbf\xfe\xff\0 \r\n\t")[:2] in {
        *(b"<?", b"<x", b"<d", b"<c", b"<t", b"<l"),
        b"<\0",
    }


def _read_xml_stream(collector: Collector, place: str, stream: StreamObject) -> None:
    data = stream_bytes(stream)
    if data is None:
        collector.add_unread(f"has, in {place}, data that cannot be unpacked")
        return
    read_xml(collector, place, [data.strip(b"\0 \r\n\t")])


def _read_drawing(
    collector: Collector, reader: PdfReader, place: str, stream: StreamObject
) -> None:
    """Add what a drawing shows that is outside the text of the pages.

    A note or a form field may show other words than its value.
    """
    try:
        page = reader.pages[0]
        text = page.extract_xform_text(stream)  # type: ignore[arg-type]
    except MemoryError:
        raise
    except PDF_ERRORS:
        collector.add_unread(f"has {place} that is broken and cannot be read")
        return
    add_text(collector, place, text)


# --- earlier revisions ---------------------------------------------------------------


def _read_revisions(collector: Collector, content: bytes) -> None:
    """Read what the file was before it was changed by appending to it."""
    ends = [match.end() for match in re.finditer(rb"%%EOF", content)]
    earlier = ends[:-1]
    if b"/Linearized" in content[:2048]:
        earlier = earlier[1:]  # the first end is that of the first page
    for number, end in enumerate(earlier[:MAX_REVISIONS], 1):
        collector.read_embedded(f"earlier version {number}", content[:end] + b"\n")
    if len(earlier) > MAX_REVISIONS:
        collector.add_unread(
            f"contains more than {MAX_REVISIONS} earlier versions, and the rest was "
            "not read"
        )
