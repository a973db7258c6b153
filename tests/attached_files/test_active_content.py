"""Active content of attached files: each kind is refused, ordinary files are not."""

from __future__ import annotations

import io

import docx
import pytest
import weasyprint
from pypdf.generic import DictionaryObject, NameObject

from consultations.attached_files.active.finding import find_active_content
from consultations.attached_files.active.office import quoted_codes
from consultations.uploads import attachment_problems
from tests.support import made_files as made
from tests.support.made_files import (
    TYPES,
    Pdf,
    archive,
    excel,
    paragraph,
    png,
    relationship,
    shown,
    word,
)

pytestmark = pytest.mark.once

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 64
PROGRAM = b"MZ\x90\x00\x03\x00\x00\x00"

# PDF


def pdf(**values: object) -> bytes:
    return made.pdf_with(Pdf.dictionary(**values))


def opening_javascript() -> bytes:
    made_pdf = Pdf(shown("Words"))
    action = Pdf.dictionary(S="/JavaScript", JS="app.alert(1)")
    made_pdf.set_root("/OpenAction", action)
    return made_pdf.data()


def form_script() -> bytes:
    made_pdf = Pdf(shown("Words"))
    script = b"<xdp:xdp><event><script contentType='application/x-javascript'/></event>"
    stream = made_pdf.add(made_pdf.stream(script))
    made_pdf.add(DictionaryObject({NameObject("/XFA"): stream}))
    return made_pdf.data()


def with_attached(name: str, content: bytes) -> bytes:
    made_pdf = Pdf(shown("Words"))
    made_pdf.writer.add_attachment(name, content)
    return made_pdf.data()


def encrypted() -> bytes:
    made_pdf = Pdf(shown("Words"))
    made_pdf.writer.encrypt("secret", "owner", algorithm="RC4-128")
    return made_pdf.data()


def hexadecimal_name() -> bytes:
    return pdf(S="/Launch").replace(b"/Launch", b"/Lau#6ech")


def broken(data: bytes) -> bytes:
    return data.replace(b"trailer", b"toiler ").replace(b"startxref", b"x")


def opening(**action: object) -> bytes:
    made_pdf = Pdf(shown("Words"))
    made_pdf.set_root("/OpenAction", Pdf.dictionary(**action))
    return made_pdf.data()


def page_event(**action: object) -> bytes:
    made_pdf = Pdf(shown("Words"))
    event = made_pdf.add(Pdf.dictionary(**action))
    made_pdf.page[NameObject("/AA")] = Pdf.dictionary(O=event)
    return made_pdf.data()


def pdf_stream(**values: object) -> bytes:
    made_pdf = Pdf(shown("Words"))
    made_pdf.add(made_pdf.stream(b"", **values))
    return made_pdf.data()


SHARE = r"\\server\share\a.pdf"
PDFS = {
    "link to a share on opening": (opening(S="/GoToR", F=SHARE), "action (GoToR)"),
    "link to a file on opening": (opening(S="/GoToR", F="a.pdf"), "action (GoToR)"),
    "link to an embedded file": (opening(S="/GoToE", D="x"), "an action (GoToE) that"),
    "link to a share": (
        pdf(S="/GoToR", F=Pdf.dictionary(Type="/Filespec", UF=SHARE)),
        "an action that opens the file “\\\\server",
    ),
    "web address on opening": (
        opening(S="/URI", URI="https://example.org/"),
        "an action (URI) that opens",
    ),
    "web address after a page": (
        opening(S="/GoTo", Next=Pdf.dictionary(S="/URI", URI="https://example.org/")),
        "an action (URI) that opens",
    ),
    "web address of a page event": (
        page_event(S="/URI", URI="https://example.org/"),
        "an action (URI) that opens",
    ),
    "film on opening": (opening(S="/Movie"), "an action (Movie) that opens"),
    "form sent": (pdf(S="/SubmitForm", F="https://example.org/"), "sends the fields"),
    "link to a program": (pdf(S="/URI", URI="ms-msdt:/id"), "can start another progr"),
    "link with a script": (
        pdf(S="/URI", URI="java\tscript:alert(1)"),
        "a link to “javascript:alert(1)”",
    ),
    "link to a file on a share": (
        pdf(S="/URI", URI="file://server/a"),
        "on a network share",
    ),
    "picture elsewhere": (
        pdf_stream(Type="/XObject", F="http://example.org/a.png"),
        "data that are loaded from another file",
    ),
    "JavaScript on opening": (opening_javascript(), "contains JavaScript"),
    "JavaScript of a field": (pdf(S="/JavaScript", JS="x"), "contains JavaScript"),
    "JavaScript of a rendition": (pdf(S="/Rendition", JS="x"), "contains JavaScript"),
    "script of a form": (form_script(), "contains JavaScript"),
    "launch": (pdf(S="/Launch", F="calc.exe"), "starts a program"),
    "launch in an object stream": (
        made.pdf_in_object_stream(b"<</S/Launch/F(calc)>>"),
        "starts a program",
    ),
    "broken with an object stream": (
        made.pdf_in_object_stream(b"<</S/Launch/F(calc)>>").replace(b"xref", b"x"),
        "starts a program",
    ),
    "launch in hexadecimal": (hexadecimal_name(), "starts a program"),
    "import of data": (pdf(S="/ImportData", F="a.fdf"), "imports data"),
    "rich media": (pdf(Type="/Annot", Subtype="/RichMedia"), "rich media"),
    "3D": (pdf(Type="/Annot", Subtype="/3D"), "rich media"),
    "program inside": (with_attached("a.txt", PROGRAM), "“a.txt”, which is a program"),
    "script inside": (with_attached("a.js", b"x"), "“a.js”, which is a program"),
    "PDF inside": (with_attached("b.pdf", opening_javascript()), "contains JavaScript"),
    "password": (encrypted(), "is protected with a password"),
    "broken": (broken(pdf(S="/Launch", F="a")), "starts a program"),
}


@pytest.mark.parametrize(("content", "reason"), PDFS.values(), ids=PDFS)
def test_active_pdf_is_refused(content: bytes, reason: str) -> None:
    problem = find_active_content("a.pdf", content)
    assert reason in problem
    assert problem.endswith(".")


# Word


def word_with(name: str, content: str | bytes) -> bytes:
    return word(paragraph("Words"), {name: content})


def linked(kind: str, target: str, mode: str = "External") -> bytes:
    return word_with("word/_rels/document.xml.rels", relationship(kind, target, mode))


BEGIN = "<w:r><w:fldChar w:fldCharType='begin'/></w:r>"
SEPARATE = "<w:r><w:fldChar w:fldCharType='separate'/></w:r>"
END = "<w:r><w:fldChar w:fldCharType='end'/></w:r>"


def instruction(*texts: str) -> str:
    return "".join(f"<w:r><w:instrText>{text}</w:instrText></w:r>" for text in texts)


def field(*inside: str) -> bytes:
    return word(paragraph("A", BEGIN + "".join(inside) + END))


RIBBON = "<customUI xmlns='http://schemas.microsoft.com/office/2006/01/customui' {}/>"
QUOTED = BEGIN + instruction("QUOTE 68 68 69") + END
WORD_FILES = {
    "remote template": (
        linked("attachedTemplate", "https://example.org/a.dotm"),
        "uses a template that Word loads from “https://example.org/a.dotm”",
    ),
    "template on a share": (
        linked("attachedTemplate", r"file:///\\server\share\a.dotm"),
        "uses a template",
    ),
    "template on a share, in percent": (
        linked("attachedTemplate", "file://%5C%5Cserver/a.dotm"),
        "uses a template",
    ),
    "frame": (linked("frame", "https://example.org/"), "a part (frame) that is loaded"),
    "subdocument": (linked("subDocument", "//example.org/a"), "that is loaded"),
    "linked object": (linked("oleObject", "file:///C:/a.xlsx"), "that is loaded"),
    "linked picture": (
        linked("image", "http://example.org/a.png"),
        "a picture that Wo",
    ),
    "mail merge": (linked("mailMergeSource", "http://example.org/a"), "that is loaded"),
    "strict names": (
        linked("image", "http://example.org/a.png").replace(made.R.encode(), b"x"),
        "a picture that Word loads",
    ),
    "relationships in UTF-16": (
        word_with(
            "word/_rels/document.xml.rels",
            (
                "<?xml version='1.0' encoding='UTF-16'?>"
                + relationship("frame", "http://example.org/")
            ).encode("utf-16"),
        ),
        "that is loaded",
    ),
    "embedded object": (
        linked("oleObject", "embeddings/oleObject1.bin", "Internal"),
        "an embedded OLE object",
    ),
    "object by content": (word_with("word/media/a.png", OLE), "an embedded OLE object"),
    "object by place": (
        word_with("word/embeddings/a.bin", b"x"),
        "embedded OLE object",
    ),
    "ActiveX": (word_with("word/activeX/activeX1.xml", "<x/>"), "an ActiveX control"),
    "imported RTF": (linked("aFChunk", "/a.rtf", "Internal"), "of another kind"),
    "embedded workbook with DDE": (
        word_with(
            "word/embeddings/a.xlsx",
            excel(
                {
                    "xl/worksheets/sheet1.xml": f"<w xmlns='{made.S}'>"
                    "<f>cmd|'/c calc'!A0</f></w>"
                }
            ),
        ),
        "“word/embeddings/a.xlsx”, which contains a DDE field",
    ),
    "embedded macros": (
        word_with("word/embeddings/a.xlsx", excel({"xl/vbaProject.bin": b"x"})),
        "contains macros",
    ),
    "DDE": (field(instruction("DDEAUTO c:\\\\cmd.exe")), "a DDE field"),
    "DDE in runs": (field(instruction("D", "DE", "AUTO", " cmd")), "a DDE field"),
    "DDE with a result": (
        field(instruction(" dde x"), SEPARATE, "<w:t>1</w:t>"),
        "DDE",
    ),
    "DDE of numbers": (field(QUOTED.replace("69", "69"), instruction(" cmd")), "DDE"),
    "DDE within IF": (
        field(instruction("IF 1=1 "), BEGIN, instruction("DD", "E cmd"), END),
        "DDE",
    ),
    "DDE in a simple field": (
        word(paragraph("<w:fldSimple w:instr='DDE cmd'/>")),
        "a DDE field",
    ),
    "DDE in a header": (
        word_with(
            "word/header1.xml",
            f"<w:hdr xmlns:w='{made.W}'>{paragraph(BEGIN + instruction('DDE x') + END)}"
            "</w:hdr>",
        ),
        "a DDE field",
    ),
    "picture of a field": (
        field(instruction('INCLUDEPICTURE "http://example.org/a.png" \\d')),
        "a part (INCLUDEPICTURE) that is loaded from “http://example.org/a.png”",
    ),
    "text of a field on a share": (
        field(instruction(r"INCLUDETEXT \\\\server\\a.docx")),
        "a part (INCLUDETEXT) that is loaded",
    ),
    "linked workbook": (
        field(instruction(r'LINK Excel.Sheet.8 "C:\\a.xlsx" \a')),
        "a LINK field",
    ),
    "database": (field(instruction(r'DATABASE \d "C:\\a"')), "a DATABASE field"),
    "link to a program": (linked("hyperlink", "ms-msdt:/id"), "start another program"),
    "link to a share": (linked("hyperlink", r"file:///\\server\a"), "a network share"),
    "script in a link": (linked("hyperlink", "javascript:x"), "start another program"),
    "link of a field": (
        field(instruction('HYPERLINK "search-ms:x" \\l "a"')),
        "a link to “search-ms:x”",
    ),
    "picture of a drawing": (
        word(
            paragraph(
                "<v:imagedata xmlns:v='urn:schemas-microsoft-com:vml' "
                r"src='\\server\a.png'/>"
            )
        ),
        "a picture that Word loads",
    ),
    "link of a drawing": (
        word(
            paragraph(
                "<v:shape xmlns:v='urn:schemas-microsoft-com:vml' href='ms-x:y'/>"
            )
        ),
        "a link to “ms-x:y”",
    ),
    "ribbon": (
        word_with("customUI/customUI.xml", RIBBON.format("onLoad='x'")),
        "a change to the ribbon",
    ),
    "document type": (
        word_with("customXml/a.xml", "<!DOCTYPE x><x/>"),
        "document type",
    ),
}


@pytest.mark.parametrize(("content", "reason"), WORD_FILES.values(), ids=WORD_FILES)
def test_active_word_file_is_refused(content: bytes, reason: str) -> None:
    problem = find_active_content("a.docx", content)
    assert reason in problem
    assert problem.endswith(".")


def test_quoted_codes_are_letters() -> None:
    assert quoted_codes(" quote 68 68 69 ") == "DDE"
    assert quoted_codes("HYPERLINK 68") == ""


# Excel


def formula(text: str) -> dict[str, str]:
    return {"xl/worksheets/sheet1.xml": f"<w xmlns='{made.S}'><f>{text}</f></w>"}


@pytest.mark.parametrize(
    ("parts", "reason"),
    [
        (formula("cmd|' /C calc'!A0"), "a DDE field or formula"),
        (formula("1+MSEXCEL|'\\..\\cmd.exe'!_x"), "a DDE field or formula"),
        (
            formula('WEBSERVICE("http://example.org/"&amp;A1)'),
            "formula with WEBSERVICE",
        ),
        (formula('_xlfn.IMAGE("http://example.org/")'), "a formula with IMAGE"),
        (formula('1+RTD("a","","b")'), "a formula with RTD"),
        (formula('HYPERLINK("ms-msdt:/id","a")'), "a link to “ms-msdt:/id”"),
        (
            {"xl/worksheets/_rels/a.xml.rels": made.relationship("hyperlink", "x-y:z")},
            "a link to “x-y:z”",
        ),
        ({"xl/externalLinks/a.xml": "<x><ddeLink ddeService='cmd'/></x>"}, "DDE"),
        ({"xl/externalLinks/a.xml": "<x><oleLink progId='x'/></x>"}, "DDE"),
        ({"xl/connections.xml": "<x><connection refreshOnLoad='1'/></x>"}, "refreshes"),
        ({"xl/activeX/activeX1.bin": b"x"}, "an ActiveX control"),
        ({"xl/embeddings/oleObject1.bin": OLE}, "an embedded OLE object"),
    ],
)
def test_active_excel_file_is_refused(
    parts: dict[str, str | bytes], reason: str
) -> None:
    assert reason in find_active_content("a.xlsx", excel(parts))


# Archives


@pytest.mark.parametrize(
    ("parts", "reason"),
    [
        (
            {"a.exe": b"x"},
            "“a.exe”, which is a program, a script or a file with macros",
        ),
        ({"a.pdf.SCR": b"x"}, "is a program"),
        ({"a.txt": PROGRAM}, "“a.txt”, which is a program"),
        ({"a": b"\x7fELF\2\1"}, "is a program"),
        ({"a": b"#!/bin/sh\n"}, "is a program"),
        ({"a.doc": OLE}, "an old version of Office"),
        ({"a.pdf": opening_javascript()}, "“a.pdf”, which contains JavaScript"),
        ({"b.zip": archive({"c.zip": archive({"d.exe": "x"})})}, "“d.exe”, which is a"),
        ({"b.docx": word(paragraph("x"), {"word/vbaProject.bin": b"x"})}, "macros"),
    ],
)
def test_active_archive_is_refused(parts: dict[str, str | bytes], reason: str) -> None:
    assert reason in find_active_content("a.zip", archive(parts))


SVG = (
    "<svg xmlns='http://www.w3.org/2000/svg' xmlns:x='http://www.w3.org/1999/xlink'>{}"
)
A_SCRIPT = "contains a script, which a browser runs"
MARKUP = {
    "script": ("a.html", "<p>Words<script>alert(1)</script>", A_SCRIPT),
    "script of a server": ("a.htm", "<SCRIPT/src=https://example.org/a.js>", A_SCRIPT),
    "script in a comment for browsers": ("a.html", "<!--[if IE]><script>", A_SCRIPT),
    "script without a suffix": ("a", "<html><script>x", A_SCRIPT),
    "script in UTF-16": ("a.html", "<html><script>x".encode("utf-16"), A_SCRIPT),
    "handler": ("a.xhtml", "<html><img src='a.png' onerror='x()'>", A_SCRIPT),
    "handler after a slash": ("a.html", "<svg/onload=x()>", A_SCRIPT),
    "script in a link": ("a.html", "<a href='java\tscript:x()'>x</a>", "“javascript:x"),
    "link to a share": ("a.html", r"<a href='file://server/a'>x</a>", "network share"),
    "form": ("a.html", "<form action='ms-msdt:/id'>", "can start another program"),
    "frame": (
        "a.html",
        "<iframe srcdoc='x'></iframe>",
        "a frame or an object (<iframe",
    ),
    "object": ("a.html", "<object data='a.swf'></object>", "an object (<object>)"),
    "refresh": (
        "a.html",
        "<meta http-equiv='Refresh' content='0;url=https://example.org/'>",
        "goes to another page by itself",
    ),
    "picture of a server": (
        "a.html",
        "<img src='https://example.org/a.png'>",
        "a part (<img>) that a browser loads from “https://example.org/a.png”",
    ),
    "picture on a share": ("a.html", r"<img src='\\server\a.png'>", "a part (<img>)"),
    "page as a source": (
        "a.html",
        "<video src='data:text/html,x'>",
        "a part (<video>)",
    ),
    "style sheet of a server": (
        "a.html",
        "<link rel='stylesheet' href='//example.org/a.css'>",
        "a part (<link>)",
    ),
    "style": (
        "a.html",
        "<style>@import 'https://x.example'</style>",
        "a part (<style>)",
    ),
    "style of an element": (
        "a.html",
        "<p style='background: url( https://x.example/a.png)'>",
        "a part (<p>)",
    ),
    "script of SVG": ("a.svg", SVG.format("<script>x</script></svg>"), A_SCRIPT),
    "handler of SVG": ("a.svg", SVG.format("<g onclick='x()'/></svg>"), A_SCRIPT),
    "link of SVG": (
        "a.svg",
        SVG.format("<a x:href='javascript:x'/></svg>"),
        "script:x",
    ),
    "animated link": (
        "a.svg",
        SVG.format("<set to='javascript:x'/></svg>"),
        "script:x",
    ),
    "picture of SVG": (
        "a.svg",
        SVG.format("<image x:href='https://example.org/a.png'/></svg>"),
        "a part (<image>)",
    ),
    "script of broken SVG": ("a.svg", SVG.format("<g><script>x"), A_SCRIPT),
    "SVG with a document type": (
        "a.svg",
        "<!DOCTYPE svg><svg onload='x()'/>",
        A_SCRIPT,
    ),
    "SVG with an entity": (
        "a.svg",
        "<!DOCTYPE svg [<!ENTITY x 'y'>]><svg/>",
        "a document type with entities",
    ),
    "XML with a stylesheet": (
        "a.xml",
        "<?xml version='1.0'?><?xml-stylesheet href='a.xsl' type='text/xsl'?><a/>",
        "is transformed by a stylesheet",
    ),
    "XML with HTML": (
        "a.xml",
        "<a><h:script xmlns:h='http://www.w3.org/1999/xhtml'>x</h:script></a>",
        A_SCRIPT,
    ),
    "web archive": ("a.mht", "MIME-Version: 1.0", "is a program, a script"),
}


@pytest.mark.parametrize(("name", "content", "reason"), MARKUP.values(), ids=MARKUP)
def test_active_markup_in_an_archive_is_refused(
    name: str, content: str | bytes, reason: str
) -> None:
    problem = find_active_content("a.zip", archive({name: content}))
    assert problem.startswith(f"contains the file “{name}”, which ")
    assert reason in problem
    assert problem.endswith(".")


def test_active_picture_in_a_word_file_is_refused() -> None:
    content = word_with("word/media/a.svg", SVG.format("<script>x</script></svg>"))
    assert A_SCRIPT in find_active_content("a.docx", content)


def test_archive_with_a_password_is_refused() -> None:
    content = bytearray(archive({"a.txt": "x"}))
    content[6] |= 1
    content[content.index(b"PK\1\2") + 8] |= 1
    assert "is protected with a password" in find_active_content(
        "a.zip", bytes(content)
    )


def test_table_with_dde_is_refused() -> None:
    reason = "contains a DDE field or formula"
    assert reason in find_active_content("a.csv", b"1,=cmd|' /C calc'!A0\n")
    assert reason in find_active_content("a.csv", b"1,\"=cmd|'/c x'!A0\"\n")
    assert find_active_content("a.csv", b"a|b,c! =1\n") == ""
    loading = b'1,"=WEBSERVICE(""http://example.org"")"\n'
    assert "a formula with WEBSERVICE" in find_active_content("a.csv", loading)
    assert find_active_content("a.md", b"- image (a)\n- call(b)\n") == ""


# Ordinary files


def word_by_python_docx() -> bytes:
    buffer = io.BytesIO()
    document = docx.Document()
    document.add_heading("Plan")
    document.add_picture(io.BytesIO(png()))
    document.add_table(2, 2)
    document.save(buffer)
    return buffer.getvalue()


ORDINARY = {
    "python-docx": ("a.docx", word_by_python_docx()),
    "hyperlink": ("a.docx", linked("hyperlink", "https://example.org/")),
    "template on the author’s disk": (
        "a.docx",
        linked("attachedTemplate", r"file:///C:\Users\jan\Templates\DCC.dotx"),
    ),
    "ordinary fields": (
        "a.docx",
        field(instruction(' HYPERLINK "http://example.org/DDE" '), SEPARATE),
    ),
    "links in the file and to others": (
        "a.docx",
        word(
            paragraph(
                BEGIN + instruction(r' HYPERLINK \l "_Toc1" ') + END,
                BEGIN + instruction(' HYPERLINK "mailto:a@example.org" ') + END,
                BEGIN + instruction(r' INCLUDEPICTURE "C:\\a.png" \d ') + END,
            )
        ),
    ),
    "ribbon without code": (
        "a.docx",
        word_with("customUI/customUI.xml", RIBBON.format("")),
    ),
    "link to a disk": ("a.docx", linked("hyperlink", "file:///C:/a.docx")),
    "link to a host": ("a.docx", linked("hyperlink", "www.example.org:8080/a")),
    "formula of a link": (
        "a.xlsx",
        excel(formula('HYPERLINK("#Sheet2!A1","IMAGE(")')),
    ),
    "text about DDE": ("a.docx", word(paragraph("DDE is not used: =cmd|'x'!A0"))),
    "chart with a workbook": (
        "a.docx",
        word_with("word/embeddings/Microsoft_Excel_Sheet1.xlsx", excel({})),
    ),
    "absolute value": ("a.docx", word(paragraph("<m:f xmlns:m='x/math'>a|b!</m:f>"))),
    "formulas": ("a.xlsx", excel(formula("IF(A1=\"a|b!\",'My Sheet'!B2,Sheet2!A1*2)"))),
    "another workbook": (
        "a.xlsx",
        excel(
            {
                "xl/externalLinks/_rels/a.xml.rels": relationship(
                    "externalLinkPath", "file:///C:/a.xlsx"
                )
            }
        ),
    ),
    "printer settings": (
        "a.xlsx",
        excel({"xl/printerSettings/printerSettings1.bin": b"\0p\0r"}),
    ),
    "form controls": (
        "a.xlsx",
        excel(
            {
                "xl/worksheets/sheet1.xml": f"<w xmlns='{made.S}'>"
                "<controls><control/></controls></w>"
            }
        ),
    ),
    "WeasyPrint": (
        "a.pdf",
        weasyprint.HTML(string="<a href='https://example.org'>x").write_pdf(
            pdf_variant="pdf/ua-1"
        ),
    ),
    "PDF of a form": ("a.pdf", pdf(FT="/Tx", T="name", V="x")),
    "PDF that opens at a page": ("a.pdf", pdf(S="/GoTo", D="x")),
    "PDF with a short name of a filter": (
        "a.pdf",
        pdf_stream(Type="/XObject", F="/FlateDecode"),
    ),
    "PDF that opens at the first page": ("a.pdf", opening(S="/GoTo", D="x")),
    "PDF with a link": ("a.pdf", pdf(S="/URI", URI="mailto:a@example.org")),
    "PDF with a link to another": ("a.pdf", pdf(S="/GoToR", F="b.pdf")),
    "PDF with a table": ("a.pdf", with_attached("a.csv", b"a,b\n")),
    "archive of documents": (
        "a.zip",
        archive({"a.docx": word_by_python_docx(), "b.txt": "MZ Energy said"}),
    ),
    "text": ("a.txt", b"#1 is the first"),
    "HTML without scripts": (
        "a.zip",
        archive(
            {
                "a.html": "<!DOCTYPE html><html lang='en'><meta charset='utf-8'>"
                "<link rel='canonical' href='https://example.org/'>"
                "<style>p { background: url(a.png) }</style>"
                "<p style='color: red'>On time = <a href='https://example.org/'>late</a>"
                "<img src='pictures/a.png'><img src='data:image/png;base64,AA=='>",
            }
        ),
    ),
    "SVG without scripts": (
        "a.zip",
        archive({"a.svg": SVG.format("<use x:href='#a'/><path d='M0 0'/></svg>")}),
    ),
    "XML of data": (
        "a.zip",
        archive({"a.xml": "<a><script onload='x'>1</script>"}),
    ),
    "text about HTML": ("a.zip", archive({"a.txt": "<html><script>x</script>"})),
    "page as a text": ("a.txt", b"<html><script>x</script>"),
}


@pytest.mark.parametrize(("name", "content"), ORDINARY.values(), ids=ORDINARY)
def test_ordinary_file_is_accepted(name: str, content: bytes) -> None:
    assert find_active_content(name, content) == ""


# On upload


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.pdf", opening_javascript(), "“a.pdf” contains JavaScript"),
        ("a.docx", WORD_FILES["DDE"][0], "“a.docx” contains a DDE field"),
        (
            "a.xlsx",
            excel({"xl/embeddings/a.bin": OLE}),
            "“a.xlsx” contains an embedded",
        ),
        ("a.zip", archive({"a.exe": "x"}), "“a.zip” contains the file “a.exe”"),
        ("a.csv", b"=cmd|'/c calc'!A0", "“a.csv” contains a DDE field"),
    ],
)
def test_upload_with_active_content_is_refused(
    name: str, content: bytes, reason: str
) -> None:
    (problem,) = attachment_problems(name, content)
    assert problem.startswith(reason)


def test_upload_of_ordinary_file_has_no_problem() -> None:
    assert TYPES in str(word_by_python_docx())
    assert attachment_problems("a.docx", word_by_python_docx()) == []
