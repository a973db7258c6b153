"""Files made for tests: Office packages, archives, PDFs and pictures."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping

from pypdf import PdfWriter
from pypdf.generic import (
    DecodedStreamObject,
    DictionaryObject,
    IndirectObject,
    NameObject,
    NullObject,
    PdfObject,
    TextStringObject,
)

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
S = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATIONSHIPS = "http://schemas.openxmlformats.org/package/2006/relationships"
TYPES = "[Content_Types].xml"
NO_TYPES = (
    "<Types xmlns='http://schemas.openxmlformats.org/package/2006/content-types'/>"
)

Parts = Mapping[str, str | bytes]


def archive(parts: Parts, comment: bytes = b"") -> bytes:
    """Return a ZIP archive with these members."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name, content)
        made.comment = comment
    return buffer.getvalue()


def word(body: str = "", parts: Parts | None = None) -> bytes:
    """Return a Word file with this XML in its body, and more parts."""
    document = (
        f'<w:document xmlns:w="{W}" xmlns:r="{R}"><w:body>{body}</w:body></w:document>'
    )
    return archive({TYPES: NO_TYPES, "word/document.xml": document, **(parts or {})})


def paragraph(*runs: str) -> str:
    """Return a paragraph of runs, each of which is text or XML."""
    return f"<w:p>{''.join(map(_run, runs))}</w:p>"


def _run(run: str) -> str:
    return run if run.startswith("<") else f"<w:r><w:t>{run}</w:t></w:r>"


def excel(parts: Parts) -> bytes:
    """Return an Excel file with these parts, and a workbook if none is given."""
    workbook = f"<workbook xmlns='{S}'><sheets/></workbook>"
    return archive({TYPES: NO_TYPES, "xl/workbook.xml": workbook, **parts})


def relationship(kind: str, target: str, mode: str = "External") -> str:
    """Return a part of relationships with one of this kind."""
    return (
        f"<Relationships xmlns='{RELATIONSHIPS}'><Relationship Id='rId1' "
        f"Type='{R}/{kind}' Target='{target}' TargetMode='{mode}'/></Relationships>"
    )


class Pdf:
    """A PDF of one page, to which objects can be added."""

    def __init__(self, drawing: str = "") -> None:
        self.writer = PdfWriter()
        self.page = self.writer.add_blank_page(595, 842)
        font = self.dictionary(Type="/Font", Subtype="/Type1", BaseFont="/Helvetica")
        fonts = DictionaryObject({NameObject("/F1"): font})
        self.page[NameObject("/Resources")] = DictionaryObject(
            {NameObject("/Font"): fonts}
        )
        content = self.stream(drawing.encode("latin-1"))
        self.page[NameObject("/Contents")] = self.writer._add_object(content)

    @staticmethod
    def dictionary(**values: object) -> DictionaryObject:
        """Return a dictionary of names, for words with a slash, strings and objects."""
        return DictionaryObject(
            {NameObject(f"/{key}"): _value(value) for key, value in values.items()}
        )

    def stream(self, data: bytes, **values: object) -> DecodedStreamObject:
        """Return a stream with this data."""
        made = DecodedStreamObject()
        made.update(self.dictionary(**values))
        made.set_data(data)
        return made

    def add(self, value: PdfObject) -> IndirectObject:
        """Add an object that nothing refers to; return a reference to it."""
        return self.writer._add_object(value)

    def set_root(self, key: str, value: PdfObject) -> None:
        """Set a value of the catalog, such as `/OpenAction`."""
        self.writer._root_object[NameObject(key)] = value

    def data(self) -> bytes:
        """Return the bytes."""
        buffer = io.BytesIO()
        self.writer.write(buffer)
        return buffer.getvalue()


def _value(value: object) -> object:
    if isinstance(value, str):
        return NameObject(value) if value.startswith("/") else TextStringObject(value)
    return NullObject() if value is None else value


def shown(*lines: str) -> str:
    """Return the content of a page that shows these lines."""
    moves = " 0 -14 Td ".join(f"({line}) Tj" for line in lines)
    return f"BT /F1 12 Tf 50 700 Td {moves} ET"


def pdf_with(value: DictionaryObject) -> bytes:
    """Return a PDF with one more object."""
    pdf = Pdf(shown("Words"))
    pdf.add(value)
    return pdf.data()


def pdf_redrawn(before: bytes, drawing: str) -> bytes:
    """Return a PDF whose page is replaced by what is appended to the file."""
    writer = PdfWriter(io.BytesIO(before), incremental=True)
    content = writer._add_object(Pdf().stream(drawing.encode()))
    writer.pages[0][NameObject("/Contents")] = content
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def pdf_in_object_stream(value: bytes) -> bytes:
    """Return a PDF whose objects, this one among them, are in a packed stream."""
    objects = (
        b"<</Type/Catalog/Pages 3 0 R>>",
        b"<</Type/Pages/Kids[4 0 R]/Count 1>>",
        b"<</Type/Page/Parent 3 0 R/MediaBox[0 0 9 9]>>",
        value,
    )
    starts = [sum(len(each) + 1 for each in objects[:n]) for n in range(4)]
    index = b" ".join(b"%d %d" % pair for pair in enumerate(starts, 2)) + b" "
    packed = zlib.compress(index + b" ".join(objects))
    head = b"%PDF-1.5\n"
    stream = (
        (
            b"1 0 obj\n<</Type/ObjStm/N 4/First %d/Filter/FlateDecode"
            b"/Length %d>>stream\n" % (len(index), len(packed))
        )
        + packed
        + b"\nendstream\nendobj\n"
    )
    at = len(head) + len(stream)
    entries = [(0, 0, 0), (1, len(head), 0), *((2, 1, n) for n in range(4)), (1, at, 0)]
    table = b"".join(struct.pack(">BIH", *entry) for entry in entries)
    xref = (
        (
            b"6 0 obj\n<</Type/XRef/Size 7/W[1 4 2]/Root 2 0 R/Length %d>>stream\n"
            % len(table)
        )
        + table
        + b"\nendstream\nendobj\n"
    )
    return head + stream + xref + b"startxref\n%d\n%%%%EOF" % at


def png(text: bytes = b"", *, compressed: bool = False) -> bytes:
    """Return a picture of black and white pixels, with a text chunk."""
    size = 16
    rows = b"".join(b"\0" + bytes((0, 255)) * (size // 2) for _ in range(size))
    header = struct.pack(">IIBBBBB", size, size, 8, 0, 0, 0, 0)
    chunks = [(b"IHDR", header)]
    if text and compressed:
        chunks.append((b"zTXt", b"Comment\0\0" + zlib.compress(text)))
    elif text:
        chunks.append((b"tEXt", b"Author\0" + text))
    chunks += [(b"IDAT", zlib.compress(rows)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data))
        + kind
        + data
        + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )
