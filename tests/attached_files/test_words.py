"""Words of attached files: a hidden name is found, or what is unread is named."""

from __future__ import annotations

import base64
import io
import random
import zipfile
from typing import Any

import docx
import pytest
import weasyprint
from pypdf import PdfReader
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    PdfObject,
    StreamObject,
)

from consultations.attached_files.budget import Budget
from consultations.attached_files.words.reading import words_of_file
from responses.text_matching.names import find_names, name_variants
from tests.support import made_files as made
from tests.support.made_files import Pdf, archive, excel, paragraph, png, shown, word

pytestmark = pytest.mark.once

NAME = "Zork Metering"
CONTENTS = "word/document.xml"


def is_found(name: str, content: bytes, phrase: str = NAME) -> bool:
    texts = [text.words for text in words_of_file(name, content).texts]
    return bool(find_names({phrase: name_variants(phrase)}, texts)[phrase])


def unread(name: str, content: bytes) -> str:
    return " and ".join(words_of_file(name, content).unread)


# Word


def part(name: str, xml: str | bytes) -> bytes:
    return word(paragraph("Text"), {name: xml})


def word_xml(element: str, body: str) -> str:
    return f'<w:{element} xmlns:w="{made.W}">{body}</w:{element}>'


def properties(xml: str) -> str:
    return f"<p xmlns:dc='http://purl.org/dc/elements/1.1/'>{xml}</p>"


def strings(*texts: str) -> str:
    items = "".join(f"<si><t>{text}</t></si>" for text in texts)
    return f"<sst xmlns='{made.S}'>{items}</sst>"


def symbols(font: str, start: int) -> str:
    return "".join(
        f"<w:sym w:font='{font}' w:char='{start + ord(letter):04X}'/>"
        for letter in NAME
    )


ENCODED = base64.b64encode(f"asked by {NAME}, who".encode()).decode()
JSON = r'{"n": "\u005aork Metering"}'
FIELD = "<w:r><w:fldChar w:fldCharType='begin'/><w:instrText>PAGE</w:instrText></w:r>"
WORD_FILES = {
    "one run": word(paragraph(f"{NAME} said")),
    "runs split inside words": word(paragraph("Zo", "rk Mete", "ring said")),
    "a proof mark between runs": word(paragraph("Zork Me", "<w:proofErr/>", "tering")),
    "a field between runs": word(paragraph("Zork Me", FIELD, "tering")),
    "two paragraphs": word(paragraph("Zork") + paragraph("Metering")),
    "a tab between words": word(paragraph("Zork<w:tab/>Metering")),
    "two cells": word(
        "<w:tbl><w:tr><w:tc>"
        + paragraph("Zork")
        + "</w:tc><w:tc>"
        + paragraph("Metering")
        + "</w:tc></w:tr></w:tbl>"
    ),
    "a word in each row of a table": word(
        "<w:tbl>"
        + "".join(
            "<w:tr>"
            + "".join(f"<w:tc>{paragraph(cell)}</w:tc>" for cell in ("1", each, "2"))
            + "</w:tr>"
            for each in ("Zork", "Metering")
        )
        + "</w:tbl>"
    ),
    "tracked deletion": word(
        paragraph("<w:del><w:r><w:delText>Zork Metering</w:delText></w:r></w:del>")
    ),
    "tracked deletion inside the name": word(
        paragraph(
            "Zo", "<w:del><w:r><w:delText>x</w:delText></w:r></w:del>", "rk Metering"
        )
    ),
    "tracked insertion inside the name": word(
        paragraph("Zo", "<w:ins><w:r><w:t>x</w:t></w:r></w:ins>", "rk Metering")
    ),
    "author of a tracked change": word(
        paragraph(f"<w:ins w:author='{NAME}'><w:r><w:t>x</w:t></w:r></w:ins>")
    ),
    "author of a comment": part(
        "word/comments.xml",
        word_xml(
            "comments", f"<w:comment w:author='{NAME}'>{paragraph('x')}</w:comment>"
        ),
    ),
    "text of a comment": part(
        "word/comments.xml", word_xml("comments", paragraph("Zork", " Metering"))
    ),
    "header": part("word/header1.xml", word_xml("hdr", paragraph(NAME))),
    "footer": part("word/footer2.xml", word_xml("ftr", paragraph("Zork Met", "ering"))),
    "footnote": part("word/footnotes.xml", word_xml("footnotes", paragraph(NAME))),
    "author": part("docProps/core.xml", properties(f"<dc:creator>{NAME}</dc:creator>")),
    "company": part("docProps/app.xml", properties(f"<Company>{NAME}</Company>")),
    "custom property": part("docProps/custom.xml", f"<x><v>{NAME}</v></x>"),
    "custom XML": part("customXml/item1.xml", f"<x a='{NAME}'/>"),
    "custom XML in UTF-16": part(
        "customXml/item1.xml",
        f"<?xml version='1.0' encoding='UTF-16'?><x>{NAME}</x>".encode("utf-16"),
    ),
    "custom XML in Latin-1": part(
        "customXml/item1.xml",
        f"<?xml version='1.0' encoding='ISO-8859-1'?><x>é {NAME}</x>".encode("latin-1"),
    ),
    "XML comment": part("customXml/item1.xml", f"<x><!-- {NAME} --></x>"),
    "address of a link": part(
        "word/_rels/document.xml.rels",
        made.relationship("hyperlink", "https://example.org/Zork%20Metering"),
    ),
    "alternative text": word(paragraph(f"<w:drawing><a descr='{NAME}'/></w:drawing>")),
    "field instruction in two runs": word(
        paragraph(
            '<w:r><w:instrText>HYPERLINK "Zork Me</w:instrText></w:r>',
            '<w:r><w:instrText>tering"</w:instrText></w:r>',
        )
    ),
    "name of a part": part(f"word/media/{NAME}.xml", "<x/>"),
    "embedded workbook": part(
        "word/embeddings/sheet.xlsx",
        excel({"xl/sharedStrings.xml": strings(NAME)}),
    ),
    "hidden text": word(
        paragraph(f"<w:r><w:rPr><w:vanish/></w:rPr><w:t>{NAME}</w:t></w:r>")
    ),
    "letters of a symbol font": word(paragraph(symbols("Wingdings", 0xF000))),
    "symbols of an ordinary font": word(paragraph(symbols("Arial", 0))),
    "text of a symbol font": word(
        paragraph("".join(chr(0xF000 + ord(letter)) for letter in NAME))
    ),
    "base64 in custom XML": part("customXml/item1.xml", f"<x>{ENCODED}</x>"),
    "file in base64 in custom XML": part(
        "customXml/item1.xml",
        f"<x>{base64.b64encode(archive({'a.txt': NAME})).decode()}</x>",
    ),
    "JSON in a part": part("word/a.json", JSON),
    "after 5 MB": word(paragraph("word " * 1_100_000) + paragraph(NAME)),
}


@pytest.mark.parametrize("content", WORD_FILES.values(), ids=WORD_FILES)
def test_name_in_word_file_is_found(content: bytes) -> None:
    assert is_found("a.docx", content)


# Excel


def sheet(rows: str) -> str:
    return f"<worksheet xmlns='{made.S}'><sheetData>{rows}</sheetData></worksheet>"


SPLIT = (
    f"<sst xmlns='{made.S}'><si><r><t>Zo</t></r><r><t>rk Metering</t></r></si></sst>"
)
TWO = strings("Metering", "x", "Zork")
CELLS = "<row><c t='s'><v>2</v></c><c t='s'><v>0</v></c></row>"


def cell(formula: str) -> made.Parts:
    content = sheet(f"<row><c t='str'><f>{formula}</f></c></row>")
    return {"xl/worksheets/sheet1.xml": content}


EXCEL_FILES: dict[str, made.Parts] = {
    "escaped letter": {"xl/sharedStrings.xml": strings("_x005A_ork Metering")},
    "strings joined": cell('"Zo" &amp; "rk Metering"'),
    "strings joined by a function": cell('CONCATENATE("Zo", "rk Mete","ring")'),
    "letter by its code": cell('CHAR(90)&amp;"ork Metering"'),
    "rich shared string": {"xl/sharedStrings.xml": SPLIT},
    "two cells of one row": {
        "xl/sharedStrings.xml": TWO,
        "xl/worksheets/sheet1.xml": sheet(CELLS),
    },
    "two cells of one column": {
        "xl/sharedStrings.xml": TWO,
        "xl/worksheets/sheet1.xml": sheet(
            "<row><c r='A1'><v>1</v></c><c r='C1' t='s'><v>2</v></c></row>"
            "<row><c r='C2' t='s'><v>0</v></c><c r='D2'><v>1</v></c></row>"
        ),
    },
    "two cells of one column without references": {
        "xl/sharedStrings.xml": TWO,
        "xl/worksheets/sheet1.xml": sheet(
            "<row><c t='s'><v>1</v></c><c t='s'><v>2</v></c></row>"
            "<row><c t='s'><v>1</v></c><c t='s'><v>0</v></c></row>"
        ),
    },
    "inline strings of one column": {
        "xl/worksheets/sheet1.xml": sheet(
            "<row><c t='inlineStr'><is><r><t>Zo</t></r><r><t>rk</t></r></is></c>"
            "<c><v>1</v></c></row>"
            "<row><c t='inlineStr'><is><t>Metering</t></is></c></row>"
        )
    },
    "inline string": {
        "xl/worksheets/sheet1.xml": sheet(
            "<row><c t='inlineStr'><is><r><t>Zork Mete</t></r><r><t>ring</t></r></is>"
            "</c></row>"
        )
    },
    "result of a formula": {
        "xl/worksheets/sheet1.xml": sheet(f"<row><c t='str'><v>{NAME}</v></c></row>")
    },
    "sheet name": {
        "xl/workbook.xml": f"<workbook xmlns='{made.S}'><sheets><sheet name='{NAME}'/>"
        "</sheets></workbook>"
    },
    "defined name": {
        "xl/workbook.xml": f"<workbook xmlns='{made.S}'>"
        "<definedName name='Zork_Metering'>A1</definedName></workbook>"
    },
    "pivot cache": {
        "xl/pivotCache/pivotCacheDefinition1.xml": (
            f"<p xmlns='{made.S}'><s v='{NAME}'/></p>"
        )
    },
    "external link": {
        "xl/externalLinks/_rels/externalLink1.xml.rels": made.relationship(
            "externalLinkPath", f"file:///C:/{NAME}.xlsx"
        )
    },
    "comment": {
        "xl/comments1.xml": f"<comments xmlns='{made.S}'><text><r><t>Zo</t></r><r>"
        "<t>rk Metering</t></r></text></comments>"
    },
    "header": {
        "xl/worksheets/sheet1.xml": f"<worksheet xmlns='{made.S}'>"
        f"<headerFooter><oddHeader>&amp;C {NAME}</oddHeader></headerFooter></worksheet>"
    },
    "printer settings": {
        "xl/printerSettings/printerSettings1.bin": b"\1\2" + NAME.encode("utf-16-le")
    },
}


@pytest.mark.parametrize("parts", EXCEL_FILES.values(), ids=EXCEL_FILES)
def test_name_in_excel_file_is_found(parts: made.Parts) -> None:
    assert is_found("a.xlsx", excel(parts))


# PDF


def pdf_page(*lines: str) -> bytes:
    return Pdf(shown(*lines)).data()


def pdf_information(**values: str) -> bytes:
    pdf = Pdf(shown("Words"))
    pdf.writer.add_metadata({f"/{key}": value for key, value in values.items()})
    return pdf.data()


def pdf_object(**values: object) -> bytes:
    return made.pdf_with(Pdf.dictionary(**values))


def pdf_stream(data: bytes, **values: object) -> bytes:
    pdf = Pdf(shown("Words"))
    pdf.add(pdf.stream(data, **values))
    return pdf.data()


def pdf_attached(name: str, content: bytes) -> bytes:
    pdf = Pdf(shown("Words"))
    pdf.writer.add_attachment(name, content)
    return pdf.data()


def pdf_outline() -> bytes:
    pdf = Pdf(shown("Words"))
    pdf.writer.add_outline_item(title=NAME, page_number=0)
    return pdf.data()


def pdf_encrypted(password: str) -> bytes:
    pdf = Pdf(shown(NAME))
    pdf.writer.encrypt(password, "owner", algorithm="RC4-128")
    return pdf.data()


def pdf_changed() -> bytes:
    """Return a PDF whose page was replaced by appending another."""
    changed = made.pdf_redrawn(pdf_page(NAME), shown("Nothing"))
    assert PdfReader(io.BytesIO(changed)).pages[0].extract_text() == "Nothing"
    return changed


ADVANCES = {"M": 833, "Z": 611, "k": 500, "t": 278, "i": 222, " ": 278, "r": 333}
"""Widths of letters of Helvetica; 556 for the others."""


def pdf_letters(words: str, tracking: float = 0, *, backwards: bool = False) -> bytes:
    """Return a PDF that shows each letter by itself, at its place."""
    at, shows = 50.0, []
    for letter in words:
        shows.append(f"1 0 0 1 {at:.2f} 600 Tm ({letter}) Tj")
        at += 12 * ADVANCES.get(letter, 556) / 1000 + tracking
    shows = shows[::-1] if backwards else shows
    return Pdf(f"BT /F1 12 Tf {' '.join(shows)} ET").data()


def pdf_with_resource(kind: str, value: PdfObject, drawing: str) -> bytes:
    """Return a PDF whose page draws a resource named R, and words."""
    pdf = Pdf(f"{drawing} {shown('Words')}")
    resources: Any = pdf.page["/Resources"]
    named = resources.setdefault(NameObject(kind), DictionaryObject())
    named[NameObject("/R")] = pdf.add(value)
    return pdf.data()


def pdf_drawing(**values: object) -> StreamObject:
    """Return a drawing that shows the name, with its own font."""
    font = Pdf.dictionary(Type="/Font", Subtype="/Type1", BaseFont="/Helvetica")
    resources = Pdf.dictionary(Font=Pdf.dictionary(F1=font))
    return Pdf().stream(
        shown(NAME).encode(),
        BBox=ArrayObject(map(NumberObject, (0, 0, 600, 800))),
        Resources=resources,
        **values,
    )


def pdf_pattern() -> bytes:
    pattern = pdf_drawing(PatternType=NumberObject(1), PaintType=NumberObject(1))
    return pdf_with_resource("/Pattern", pattern, "/Pattern cs /R scn 0 0 9 9 re f")


def pdf_mask() -> bytes:
    pdf = Pdf(f"/R gs 0 0 600 800 re f {shown('Words')}")
    group = pdf.add(pdf_drawing(Type="/XObject", Subtype="/Form"))
    mask = Pdf.dictionary(Type="/Mask", S="/Luminosity", G=group)
    resources: Any = pdf.page["/Resources"]
    resources[NameObject("/ExtGState")] = Pdf.dictionary(R=Pdf.dictionary(SMask=mask))
    return pdf.data()


def pdf_glyph() -> bytes:
    """Return a PDF with a font one of whose glyphs shows words."""
    pdf = Pdf(f"BT /R 12 Tf (a) Tj ET {shown('Words')}")
    glyph = pdf.add(pdf.stream(b"1000 0 d0 BT /F1 1 Tf (Zork Metering) Tj ET"))
    resources: Any = pdf.page["/Resources"]
    resources["/Font"][NameObject("/R")] = Pdf.dictionary(
        Type="/Font",
        Subtype="/Type3",
        Name="/Odd",
        ToUnicode=pdf.add(pdf.stream(b"")),
        CharProcs=Pdf.dictionary(a=glyph),
    )
    return pdf.data()


def pdf_font(codes: str, **values: object) -> bytes:
    """Return a PDF that shows codes in another font, within a form."""
    font = Pdf.dictionary(
        Type="/Font", Subtype="/TrueType", BaseFont="/ABCDEF+Odd", **values
    )
    form = Pdf().stream(
        f"BT /F2 12 Tf 50 600 Td ({codes}) Tj ET".encode(),
        Type="/XObject",
        Subtype="/Form",
        BBox=ArrayObject(map(NumberObject, (0, 0, 600, 800))),
        Resources=Pdf.dictionary(Font=Pdf.dictionary(F2=font)),
    )
    return pdf_with_resource("/XObject", form, "/R Do")


def to_unicode(first: int) -> bytes:
    """Return a table that makes letters from `a` on characters from this code on."""
    return (
        b"begincmap 1 begincodespacerange <00> <ff> endcodespacerange "
        b"1 beginbfrange <61> <7a> <%04x> endbfrange endcmap" % first
    )


def pdf_private_letters(first: int) -> bytes:
    pdf = Pdf(f"BT /R 12 Tf 50 600 Td (abcd) Tj ET {shown('Words')}")
    resources: Any = pdf.page["/Resources"]
    resources["/Font"][NameObject("/R")] = Pdf.dictionary(
        Type="/Font",
        Subtype="/TrueType",
        BaseFont="/ABCDEF+Odd",
        Encoding="/WinAnsiEncoding",
        ToUnicode=pdf.add(pdf.stream(to_unicode(first))),
    )
    return pdf.data()


def pdf_inline_picture(side: int) -> bytes:
    header = f"BI /W {side} /H {side} /BPC 8 /CS /G ID"
    return Pdf(f"q {header} {'x' * side * side} EI Q {shown('Words')}").data()


def pdf_outlines(letters: str) -> bytes:
    """Return a PDF with triangles, as letters drawn as outlines have, beside a text."""
    triangles = " ".join(f"{x} 10 m {x + 5} 20 l {x + 9} 15 l f" for x in range(90))
    return Pdf(f"{triangles} {shown(letters)}").data()


def pdf_rules() -> bytes:
    """Return a PDF with the level and upright lines of a table."""
    lines = " ".join(f"9 {y} m 90 {y} l S {y} 9 m {y} 90 l S" for y in range(300))
    return Pdf(f"{lines} {shown('Words')}").data()


XMP = f"<x:xmpmeta xmlns:x='adobe:ns:meta/'><a>{NAME}</a></x:xmpmeta>".encode()
PDF_FILES = {
    "page": pdf_page(f"{NAME} said"),
    "white text": Pdf(f"1 1 1 rg {shown(NAME)}").data(),
    "two lines": pdf_page("asked by Zork", "Metering and others"),
    "hyphenated line end": pdf_page("asked by Zork Meter-", "ing and others"),
    "line end inside a word": pdf_page("asked by Zork Meter", "ing and others"),
    "author": pdf_information(Author=NAME),
    "keywords": pdf_information(Keywords=f"meters, {NAME}"),
    "metadata stream": pdf_stream(XMP, Type="/Metadata", Subtype="/XML"),
    "bookmark": pdf_outline(),
    "note": pdf_object(Type="/Annot", Subtype="/Text", Contents=NAME),
    "author of a note": pdf_object(Type="/Annot", Subtype="/Text", T=NAME),
    "address of a link": pdf_object(S="/URI", URI="https://example.org/Zork_Metering"),
    "form field": pdf_object(FT="/Tx", T="who", V=NAME),
    "form in XML": pdf_stream(f"<xdp:xdp xmlns:xdp='x'>{NAME}</xdp:xdp>".encode()),
    "text alternative": pdf_object(S="/Figure", Alt=NAME),
    "text alternative in a page": Pdf(
        f"/Span <</ActualText ({NAME})>> BDC {shown('x')} EMC"
    ).data(),
    "embedded text": pdf_attached("a.txt", NAME.encode()),
    "name of an embedded file": pdf_attached(f"{NAME}.txt", b"x"),
    "embedded Word file": pdf_attached("a.docx", WORD_FILES["runs split inside words"]),
    "note in an object stream": made.pdf_in_object_stream(
        b"<</Contents(Zork Metering)>>"
    ),
    "earlier version": pdf_changed(),
    "no password needed": pdf_encrypted(""),
    "name of a font": pdf_object(Type="/Font", BaseFont="/ABCDEF+Zork_Metering"),
    "letters by themselves": pdf_letters(f"by {NAME} and"),
    "letters by themselves, spaced": pdf_letters(f"by {NAME} and", 3),
    "letters by themselves, spaced widely": pdf_letters(f"by {NAME} and", 14),
    "letters from the last to the first": pdf_letters(f"by {NAME} and", backwards=True),
    "pattern": pdf_pattern(),
    "mask": pdf_mask(),
    "made by WeasyPrint": weasyprint.HTML(string="<p>Zo<b>rk</b> Metering").write_pdf(),
}


@pytest.mark.parametrize("content", PDF_FILES.values(), ids=PDF_FILES)
def test_name_in_pdf_is_found(content: bytes) -> None:
    assert is_found("a.pdf", content)


# Archives, text and pictures

OTHER_FILES = {
    "text": ("a.txt", f"by {NAME}".encode()),
    "two lines of a text": ("a.txt", b"by Zork\r\nMetering"),
    "text after 5 MB": ("a.txt", b"word " * 1_100_000 + NAME.encode()),
    "JSON with escapes": ("a.zip", archive({"a.json": JSON})),
    "text with escapes": ("a.txt", rb"by \x5aork Meter\u{69}ng"),
    "text with entities": ("a.txt", b"by &#90;ork&nbsp;Metering"),
    "base64 mail": (
        "a.txt",
        f"Encoding: base64\n\n{ENCODED[:20]}\n{ENCODED[20:]}\n".encode(),
    ),
    "base64 in UTF-16": ("a.txt", base64.b64encode(NAME.encode("utf-16-le"))),
    "URL-safe base64": (
        "a.txt",
        base64.urlsafe_b64encode(f"~~?>>> {NAME}".encode()).rstrip(b"="),
    ),
    "quoted-printable mail": ("a.txt", b"by =5Aork Mete=\r\nring"),
    "reversed letters": ("a.txt", f"by \u202e{NAME[::-1]}\u202c.".encode()),
    "reversed to the end of the line": (
        "a.txt",
        f"by \u202e{NAME[::-1]}\nand others".encode(),
    ),
    "two cells of CSV": ("a.csv", b"name,kind\nZork,Metering\n"),
    "two cells with semicolons": ("a.csv", b"1;Zork;Metering;2\n"),
    "two cells of a column": ("a.csv", b"name,kind\nZork,1\nMetering,2\n"),
    "two cells of a column with gaps": ("a.csv", b"1;Zork\n2\n3;;4\n5;Metering;6\n"),
    "column with an unclosed quote": (
        "a.csv",
        b'1,Zork\n2,Metering\n"' + b"word " * 30_000,
    ),
    "column of a table in HTML": (
        "a.zip",
        archive(
            {
                "a.html": "<table><tr><td>1<td>Zork<td>2<tr><td><table><tr><td>"
                "3</table><td><p>Metering<td>4</table>"
            }
        ),
    ),
    "quoted cell": ("a.csv", b'1,"Zork\nMetering",2\n'),
    "member name": ("a.zip", archive({f"{NAME}/a.txt": "x"})),
    "comment of an archive": ("a.zip", archive({"a.txt": "x"}, NAME.encode())),
    "member": ("a.zip", archive({"a.txt": NAME})),
    "member in UTF-16": ("a.zip", archive({"a.txt": NAME.encode("utf-16")})),
    "member in Windows-1252": (
        "a.zip",
        archive({"a.txt": f"é {NAME}".encode("cp1252")}),
    ),
    "archive in an archive": ("a.zip", archive({"b.zip": archive({"c.txt": NAME})})),
    "Word file in an archive": ("a.zip", archive({"b.docx": WORD_FILES["author"]})),
    "HTML in an archive": ("a.zip", archive({"a.html": "<p>Zo<b>rk</b> Metering"})),
    "text of a picture": ("a.png", png(NAME.encode())),
    "packed text of a picture": ("a.png", png(NAME.encode(), compressed=True)),
}


@pytest.mark.parametrize(("name", "content"), OTHER_FILES.values(), ids=OTHER_FILES)
def test_name_in_other_file_is_found(name: str, content: bytes) -> None:
    assert is_found(name, content)


# What cannot be read is named


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.png", png(), "contains a picture, whose words cannot be read"),
        (
            "a.docx",
            word("", {"word/media/a.png": png(), "word/media/b.png": png(b"x")}),
            "contains 2 pictures, whose words cannot be read",
        ),
        ("a.pdf", pdf_encrypted("secret"), "is encrypted with a password"),
        ("a.pdf", b"%PDF-1.7 broken", "is a broken PDF"),
        (
            "a.pdf",
            Pdf("10 10 m 90 90 l 10 90 l f").data(),
            "has pictures or drawings but no text on page 1",
        ),
        (
            "a.pdf",
            pdf_stream(b"\0" * 256, Type="/XObject", Subtype="/Image", Width=None),
            "contains a picture",
        ),
        ("a.pdf", pdf_inline_picture(16), "contains a picture, whose words"),
        ("a.pdf", pdf_outlines("Words"), "has drawings on page 1, and any words"),
        ("a.pdf", pdf_glyph(), "uses the font Odd, whose letters cannot be read"),
        ("a.pdf", pdf_font(r"\001\002"), "uses the font Odd, whose letters cannot"),
        ("a.pdf", pdf_font("ABC"), "uses the font Odd, whose letters cannot be read"),
        (
            "a.pdf",
            pdf_font(r"\001\002", Encoding="/WinAnsiEncoding"),
            "uses the font Odd, whose letters cannot be read, on page 1",
        ),
        ("a.pdf", pdf_private_letters(0xE100), "uses the font Odd, whose letters"),
        (
            "a.pdf",
            pdf_letters(NAME, backwards=True),
            "has letters drawn out of order on page 1",
        ),
        ("a.zip", archive({"a.doc": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"}), "“a.doc”"),
        ("a.zip", archive({"a.7z": b"7z\xbc\xaf"}), "a kind of file whose words"),
        ("a.zip", archive({"a.rtf": rb"{\rtf1 x}"}), "a kind of file whose words"),
        (
            "a.docx",
            part("customXml/a.xml", "<!DOCTYPE x [<!ENTITY n 'Zork'>]><x>&n;</x>"),
            "a document type definition",
        ),
        ("a.docx", part("customXml/a.xml", "<x>"), "XML that is broken"),
        (
            "a.docx",
            word(paragraph("\ue123\ue456\ue101")),
            "has characters in the text that only one font shows",
        ),
        (
            "a.docx",
            word(paragraph("a\u202eb\u2066c\u2069")),
            "has text in the text in which invisible characters change the order of "
            "the letters",
        ),
        (
            "a.xlsx",
            excel(cell('SUBSTITUTE("Zqrk","q","o")')),
            "a formula that joins words and has no result",
        ),
        ("a.zip", archive({"a.txt": "x"}) + NAME.encode(), "data before, between or"),
        (
            "a.zip",
            archive({"z.txt": "x"})[:-30] + archive({"a.txt": "x"}),
            "data before, between or",
        ),
        ("a.docx", word(paragraph("x")) + NAME.encode(), "data before, between or"),
        ("a.txt", base64.b64encode(png()), "contains a picture, whose words"),
    ],
)
def test_what_cannot_be_read_is_named(name: str, content: bytes, reason: str) -> None:
    assert reason in unread(name, content)


ORDINARY_PDFS = {
    "letters by themselves": pdf_letters("asked by others", 3),
    "lines of a table": pdf_rules(),
    "a dot drawn inline": pdf_inline_picture(4),
    "few drawings for the text": pdf_outlines("words " * 2000),
    "font with an encoding": pdf_font("ABC", Encoding="/WinAnsiEncoding"),
    "bullets of a symbol font": pdf_private_letters(0xF0B7),
}


@pytest.mark.parametrize("content", ORDINARY_PDFS.values(), ids=ORDINARY_PDFS)
def test_ordinary_pdf_is_read_completely(content: bytes) -> None:
    assert unread("a.pdf", content) == ""


def test_font_without_letters_is_named() -> None:
    pdf = Pdf(shown("Words"))
    font = Pdf.dictionary(
        Type="/Font", Subtype="/Type0", BaseFont="/AAAAAA+Odd", Encoding="/Identity-H"
    )
    fonts: Any = pdf.page["/Resources"]
    fonts["/Font"][NameObject("/F2")] = font
    assert "uses the font Odd, whose letters cannot be read" in unread(
        "a.pdf", pdf.data()
    )


@pytest.mark.parametrize(
    ("name", "content", "place"),
    [
        ("a.txt", NAME.encode(), ""),
        ("a.docx", WORD_FILES["author"], "the author"),
        ("a.docx", WORD_FILES["header"], "a header"),
        ("a.xlsx", excel(EXCEL_FILES["sheet name"]), "a sheet name"),
        ("a.pdf", PDF_FILES["page"], "page 1"),
        ("a.zip", archive({"b.pdf": PDF_FILES["page"]}), "page 1 in the file “b.pdf”"),
        ("a.zip", archive({f"{NAME}.txt": "x"}), "the names of the files inside"),
    ],
)
def test_words_have_their_place(name: str, content: bytes, place: str) -> None:
    texts = words_of_file(name, content).texts
    assert place in [text.place for text in texts if NAME in text.words]


def test_ordinary_files_are_read_completely() -> None:
    buffer = io.BytesIO()
    document = docx.Document()
    document.add_heading("Plan")
    document.add_table(2, 2).cell(0, 0).text = "1"
    document.add_paragraph("First", style="List Bullet")
    document.sections[0].header.paragraphs[0].text = "Header"
    document.sections[0].footer.paragraphs[0].text = "Footer"
    document.save(buffer)
    assert unread("a.docx", buffer.getvalue()) == ""
    html = (
        "<title>Plan</title><h1>Plan</h1><table border=1><tr><td>1<td>2</table>"
        "<ul><li>first<li>second</ul><a href='https://example.org/'>third</a>"
        "<p style='border: 1px solid; border-radius: 4px; letter-spacing: 3pt'>fourth"
    )
    for variant in ("pdf/ua-1", "pdf/a-3b"):
        made_pdf = weasyprint.HTML(string=html).write_pdf(pdf_variant=variant)
        assert unread("a.pdf", made_pdf) == ""
    assert unread("a.txt", "Zähler, in Worten".encode()) == ""


class _Unseekable(io.RawIOBase):
    """A stream to which an archive is written without knowing its sizes before."""

    def __init__(self) -> None:
        self.content = b""

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.content += bytes(data)
        return len(data)


@pytest.mark.parametrize("force_zip64", [False, True])
def test_archive_written_as_a_stream_is_read_completely(force_zip64: bool) -> None:
    stream = _Unseekable()
    with zipfile.ZipFile(stream, "w") as written:
        for name in ("a.txt", "b.txt"):
            with written.open(name, "w", force_zip64=force_zip64) as member:
                member.write(f"{name} by {NAME}".encode())
    assert unread("a.zip", stream.content) == ""
    assert is_found("a.zip", stream.content)


def test_formulas_with_results_and_numbers_are_read_completely() -> None:
    rows = '<row><c><f>SUM(A1,2)</f></c><c><f>LEFT("a")</f><v>a</v></c></row>'
    content = excel({"xl/worksheets/sheet1.xml": sheet(rows)})
    assert unread("a.xlsx", content) == ""


def test_ordinary_words_are_not_taken_for_encoded() -> None:
    words = "x=10 Smith & Sons C:\\users\\xavier telecommunications/infrastructure"
    (text,) = words_of_file("a.txt", words.encode()).texts
    assert text.words == words
    noise = random.Random(1).randbytes(3000)
    (text,) = words_of_file("a.txt", base64.b64encode(noise)).texts
    assert text.words == base64.b64encode(noise).decode()


def test_cells_on_both_sides_of_a_sentence_are_no_neighbours() -> None:
    sentence = b"A sentence that is longer than the words of a name, whoever bears it"
    rows = [b"1,Zork", b"2," + sentence, b"3,Metering", b"4,x"]
    assert not is_found("a.csv", b"\n".join(rows))
    del rows[1]
    assert is_found("a.csv", b"\n".join(rows))


def test_part_of_a_word_is_not_found() -> None:
    assert not is_found("a.docx", word(paragraph("Zork Meterings", "x")))
    assert not is_found("a.docx", word(paragraph("Zork") + paragraph("x Metering")))


# Limits


def limited(content: bytes, **limits: int) -> str:
    reading = words_of_file("a.zip", content, budget=Budget(**limits))
    return " and ".join(reading.unread)


def test_each_limit_is_named_and_what_was_read_is_returned() -> None:
    content = archive({"a.txt": "one", "b.txt": "two " * 100, "c.txt": "three"})
    assert "more than 100 characters, and the rest was" in limited(
        content, characters=100
    )
    assert "contains more than 2 files, and the rest" in limited(content, files=2)
    assert "larger than 0 MB when unpacked, and the" in limited(content, unpacked=100)
    assert "takes more than -1 seconds to read" in limited(content, seconds=-1)
    reading = words_of_file("a.zip", content, budget=Budget(files=2))
    assert [t.words for t in reading.texts if t.place == "the file “a.txt”"] == ["one"]


def test_words_up_to_the_limit_are_returned() -> None:
    text = b"one two three four"
    reading = words_of_file("a.txt", text, budget=Budget(characters=7))
    assert [each.words for each in reading.texts] == ["one two"]
    assert reading.unread == ("has more than 7 characters, and the rest was not read",)


def test_file_inside_too_many_files_is_named() -> None:
    content = archive({"a.txt": NAME})
    for _ in range(6):
        content = archive({"a.zip": content})
    assert not is_found("a.zip", content)
    assert "is inside more than 5 other files and was not read" in unread(
        "a.zip", content
    )
