"""Small files of every kind that can be attached, with one word in each."""

from __future__ import annotations

import csv
import io
import zipfile
import zlib

KINDS = ("txt", "csv", "pdf", "docx", "xlsx", "zip")


def file_with(word: str, kind: str) -> bytes:
    """Return a file of a kind with a word in it."""
    return {
        "txt": text_with,
        "csv": csv_with,
        "pdf": pdf_with,
        "docx": docx_with,
        "xlsx": xlsx_with,
        "zip": nested_zip_with,
    }[kind](word)


def text_with(word: str) -> bytes:
    return f"The text says {word}.\n".encode()


def csv_with(word: str) -> bytes:
    table = io.StringIO()
    csv.writer(table).writerows([("Clause", "Text"), ("13.2", word)])
    return table.getvalue().encode()


def zip_with(members: dict[str, bytes]) -> bytes:
    """Return an archive; the same members give the same bytes."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return packed.getvalue()


def docx_with(word: str) -> bytes:
    """Return a Word file with the word split over two runs, as Word splits it."""
    first, second = word[:6], word[6:]
    runs = f"<w:r><w:t>{first}</w:t></w:r><w:r><w:t>{second}</w:t></w:r>"
    return zip_with({
        "[Content_Types].xml": b"<Types/>",
        "word/document.xml": f"<w:document><w:p>{runs}</w:p></w:document>".encode(),
    })  # fmt: skip


def xlsx_with(word: str) -> bytes:
    return zip_with({
        "[Content_Types].xml": b"<Types/>",
        "xl/sharedStrings.xml": f"<sst><si><t>{word}</t></si></sst>".encode(),
    })  # fmt: skip


def nested_zip_with(word: str) -> bytes:
    return zip_with({"inner.zip": zip_with({"note.txt": text_with(word)})})


def pdf_with(word: str) -> bytes:
    """Return a PDF file of one page with the word in a compressed stream."""
    drawn = zlib.compress(f"BT /F1 12 Tf 72 720 Td ({word}) Tj ET".encode())
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream"
        % (len(drawn), drawn),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    data, offsets = b"%PDF-1.7\n", []
    for number, content in enumerate(objects, 1):
        offsets.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return data + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R >>\n"
        b"startxref\n%d\n%%%%EOF\n"
        % (len(objects) + 1, table, len(objects) + 1, len(data))
    )
