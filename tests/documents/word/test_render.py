"""Word output: text, structure and metadata."""

import dataclasses
import hashlib
import io
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from typing import Any

import docx
import pytest
from docx.document import Document as WordFile
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from docx.table import Table as WordTable
from docx.table import _Cell as WordCell
from docx.text.paragraph import Paragraph as WordParagraph
from fontTools.ttLib import TTFont
from hypothesis import given, settings

from consultations.documents.conclusion.numbering import number_document
from consultations.documents.tree import (
    Attachment,
    AttachmentList,
    Block,
    Cell,
    Column,
    Document,
    Inline,
    LineBreak,
    Link,
    ListBlock,
    Paragraph,
    Property,
    Reference,
    Row,
    Section,
    Table,
    Text,
    inline_text,
    plain_paragraph,
)
from consultations.documents.word import fonts
from consultations.documents.word.blocks import (
    NARROWEST_COLUMN,
    TEXT_WIDTH,
    column_widths,
)
from consultations.documents.word.render import to_docx
from tests.support import sizes
from tests.support.document_strategies import (
    cell,
    documents,
    make_document,
    make_long_document,
)
from tests.support.structure import ROOT

pytestmark = pytest.mark.once

PARTS = {
    "[Content_Types].xml",
    "_rels/.rels",
    "docProps/app.xml",
    "docProps/core.xml",
    "docProps/custom.xml",
    "word/_rels/document.xml.rels",
    "word/_rels/fontTable.xml.rels",
    "word/document.xml",
    "word/firstFooter.xml",
    "word/firstHeader.xml",
    "word/fontTable.xml",
    "word/fonts/bold-italic.odttf",
    "word/fonts/bold.odttf",
    "word/fonts/italic.odttf",
    "word/fonts/regular.odttf",
    "word/footer.xml",
    "word/header.xml",
    "word/numbering.xml",
    "word/settings.xml",
    "word/styles.xml",
}


# --- reading a file back ---------------------------------------------------------


def opened(data: bytes) -> WordFile:
    return docx.Document(io.BytesIO(data))


def rendered(*blocks: Block) -> WordFile:
    """Return the file of a document with one section of these blocks."""
    return opened(to_docx(of_sections(Section("Heading", "heading", blocks))))


def of_sections(*sections: Section) -> Document:
    return number_document(Document("Title", "Publisher", sections=sections))


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist()}


def part(file: WordFile, name: str) -> str:
    saved = io.BytesIO()
    file.save(saved)
    return parts(saved.getvalue())[name].decode()


def paragraphs(container: WordFile | WordCell) -> Iterator[WordParagraph]:
    """Yield every paragraph in reading order, those in cells as well."""
    for block in container.iter_inner_content():
        if isinstance(block, WordParagraph):
            yield block
        else:
            for row in block._tbl.tr_lst:
                for inner in row.tc_lst:
                    yield from paragraphs(WordCell(inner, block))


def style_of(item: WordParagraph) -> str:
    return str(item.style.name) if item.style else ""


def styled(file: WordFile, *names: str) -> list[str]:
    return [p.text for p in paragraphs(file) if style_of(p) in names]


def find(file: WordFile, path: str) -> list[Any]:
    """Return the elements of the document that an XPath finds."""
    return list(file.element.xpath(path))


def values(file: WordFile, path: str, attribute: str = "w:val") -> list[str]:
    return [element.get(qn(attribute)) for element in find(file, path)]


def first_table(file: WordFile) -> WordTable:
    return file.tables[0]


# --- expected text ---------------------------------------------------------------


def lines(document: Document) -> Iterator[str]:
    """Yield what the file must say, in order."""
    yield document.title
    yield document.subtitle
    yield from (f"{line.label}: {line.value}" for line in document.properties)
    sections = list(document.every_section())
    yield "Contents" if sections else ""
    yield from (s.printed_text for s in sections if s.level <= 3)
    for section in sections:
        yield section.printed_text
        yield from lines_of(section.blocks)


def lines_of(blocks: tuple[Block, ...]) -> Iterator[str]:
    for block in blocks:
        if isinstance(block, Paragraph):
            yield inline_text(block.inlines)
        elif isinstance(block, ListBlock):
            for item in block.items:
                yield from lines_of(item)
        elif isinstance(block, Table):
            yield from (column.heading for column in block.columns)
            for row in block.rows:
                for one in row.cells:
                    yield from lines_of(one.blocks)
            yield block.caption
        else:
            yield from (item.printed_text for item in block.items)


def words(texts: Iterator[str] | list[str]) -> list[str]:
    return " ".join(texts).split()


def words_read(file: WordFile) -> list[str]:
    """Return the words of the file without the page numbers of the contents."""
    return words([p.text.split("\t")[0] for p in paragraphs(file)])


# --- text ------------------------------------------------------------------------


def test_word_file_has_words_of_document_in_order() -> None:
    document = make_document()
    assert words_read(opened(to_docx(document))) == words(lines(document))


@settings(max_examples=sizes.count(20, whole=40))
@given(documents())
def test_any_word_file_has_words_of_document_in_order(
    document: Document,
) -> None:
    assert words_read(opened(to_docx(document))) == words(lines(document))


@settings(max_examples=20)
@given(documents())
def test_every_part_of_any_word_file_is_well_formed(
    document: Document,
) -> None:
    for name, content in parts(to_docx(document)).items():
        if not name.endswith(".odttf"):
            parse_xml(content)


def test_heading_number_is_part_of_its_text() -> None:
    file = opened(to_docx(make_document()))
    assert "3.1. Comments relating to question 1" in styled(file, "Heading 2")
    assert find(file, "//w:p[w:pPr/w:pStyle/@w:val='Heading2']//w:numPr") == []


def test_white_space_in_run_is_collapsed() -> None:
    run = Text("one\n  two\tthree\u00a0four")
    assert styled(rendered(Paragraph((run,))), "Normal") == ["one two three\u00a0four"]


def test_line_break_stays_inside_its_paragraph() -> None:
    broken = Paragraph((Text("one"), LineBreak(), Text("two")))
    assert styled(rendered(broken), "Normal") == ["one\ntwo"]


def test_bold_and_italic_are_kept() -> None:
    file = rendered(
        Paragraph((Text("a", bold=True), Text("b", italic=True), Text("c")))
    )
    (found,) = [p for p in paragraphs(file) if p.text == "abc"]
    assert [(r.bold, r.italic) for r in found.runs] == [
        (True, None),
        (None, True),
        (None, None),
    ]


def test_document_with_only_a_title_has_no_contents() -> None:
    file = opened(to_docx(Document("Title", "Publisher")))
    assert [p.text for p in file.paragraphs] == ["Title"]


@pytest.mark.parametrize(
    "document",
    [
        Document("a\x00b", "Publisher"),
        Document("Title", "a\x00b"),
        Document("Title", "Publisher", subtitle="a\x00b"),
        Document("Title", "Publisher", classification="a\x00b"),
        Document("Title", "Publisher", properties=(Property("a\x00b", "c"),)),
        of_sections(Section("a\x00b", "a")),
        of_sections(Section("Heading", "a", (plain_paragraph("a\x00b"),))),
        of_sections(
            Section(
                "Heading",
                "a",
                (Paragraph((Link("https://a.example/\x00", (Text("b"),)),)),),
            )
        ),
        of_sections(Section("Heading", "a", (Table((Column("a\x00b"),), ()),))),
    ],
)
def test_control_character_raises_value_error(
    document: Document,
) -> None:
    with pytest.raises(ValueError, match=r"U\+0000"):
        to_docx(document)


def test_lone_surrogate_raises_value_error() -> None:
    with pytest.raises(ValueError, match=r"U\+D800"):
        rendered(plain_paragraph("half a pair \ud800"))


# --- determinism -----------------------------------------------------------------

HASH = """
import hashlib
from tests.support.document_strategies import make_document
from consultations.documents.word.render import to_docx
print(hashlib.sha256(to_docx(make_document())).hexdigest())
"""


def test_word_bytes_are_equal_across_hash_seeds() -> None:
    own = hashlib.sha256(to_docx(make_document())).hexdigest()
    for seed in ("1", "2"):
        other = subprocess.run(
            [sys.executable, "-c", HASH],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed, "TZ": f"UTC+{seed}"},
            capture_output=True,
            text=True,
            check=True,
            timeout=120,
        )
        assert other.stdout.strip() == own


def test_package_entries_have_constant_timestamp() -> None:
    with zipfile.ZipFile(io.BytesIO(to_docx(make_document()))) as package:
        assert {entry.date_time for entry in package.infolist()} == {
            (1980, 1, 1, 0, 0, 0)
        }


def test_different_documents_have_different_bytes() -> None:
    assert to_docx(make_document()) != to_docx(make_document(title="Another"))


# --- metadata --------------------------------------------------------------------


def test_metadata_name_only_the_publisher() -> None:
    properties = opened(to_docx(make_document())).core_properties
    publisher = "Data Communications Company (DCC)"
    assert (properties.author, properties.last_modified_by) == (publisher, publisher)
    assert (
        properties.title == "Conclusion on the Device Behaviour Requirements for Heron"
    )
    assert properties.language == "en-GB"
    assert (properties.keywords, properties.comments) == ("", "")


def test_properties_have_company_and_classification() -> None:
    content = parts(to_docx(make_document(publisher="Dawn & Co")))
    assert b"<Company>Dawn &amp; Co</Company>" in content["docProps/app.xml"]
    custom = content["docProps/custom.xml"].decode()
    assert re.findall(r'name="(.*?)"><vt:lpwstr>(.*?)<', custom) == [
        ("Classification", "DCC Public")
    ]
    assert (
        "property "
        not in parts(to_docx(make_document(classification="")))[
            "docProps/custom.xml"
        ].decode()
    )


def test_no_line_has_an_exact_height() -> None:
    content = parts(to_docx(make_document(), "A draft."))
    assert not [name for name, data in content.items() if b'"exact"' in data]


def test_package_has_exactly_the_expected_parts() -> None:
    assert set(parts(to_docx(make_document()))) == PARTS


def test_no_part_names_a_program_or_editing_session() -> None:
    for name, content in parts(to_docx(make_document())).items():
        if name != "[Content_Types].xml" and not name.endswith(".odttf"):
            own = re.sub(rb"https?://[^\"]*", b"", content).lower()
            found = re.search(rb"python|microsoft|libreoffice|rsid|<!--", own)
            assert found is None, (name, found)


def test_file_times_are_the_document_date() -> None:
    properties = opened(to_docx(make_document(date="2020-07-17"))).core_properties
    assert str(properties.created) == str(properties.modified)
    assert str(properties.created).startswith("2020-07-17 00:00:00")


def test_undated_document_has_no_file_times() -> None:
    core = parts(to_docx(make_document(date="")))["docProps/core.xml"]
    assert b"created" not in core
    assert b"modified" not in core


def test_long_title_is_truncated_in_metadata_only() -> None:
    file = opened(to_docx(Document("word " * 80 + "end", "Publisher")))
    assert len(file.core_properties.title) == 255
    assert file.paragraphs[0].text.endswith("end")


def test_styles_have_the_document_language() -> None:
    for language in ("en-GB", "cy-GB"):
        styles = parts(to_docx(make_document(language=language)))["word/styles.xml"]
        assert f'<w:lang w:val="{language}"'.encode() in styles


# --- pages -----------------------------------------------------------------------


def test_page_is_a4_with_different_first_page() -> None:
    (section,) = opened(to_docx(make_document())).sections
    width, height = section.page_width, section.page_height
    assert width is not None
    assert height is not None
    assert (round(width.mm), round(height.mm)) == (210, 297)
    assert section.different_first_page_header_footer
    assert section.first_page_header.paragraphs[0].text == (
        "Data Communications Company (DCC)"
    )
    assert section.first_page_footer.paragraphs[0].text == "DCC Public"


def test_other_pages_have_title_classification_and_number() -> None:
    file = opened(to_docx(make_document()))
    (section,) = file.sections
    assert section.header.paragraphs[0].text == (
        "Conclusion on the Device Behaviour Requirements for Heron\t"
    )
    header = part(file, "word/header.xml")
    assert re.findall("> (STYLEREF .*?) <", header) == [
        "STYLEREF Title",
        'STYLEREF "heading 1"',
    ]
    assert section.footer.paragraphs[0].text == "DCC Public\tPage 1 of 1"
    footer = part(file, "word/footer.xml")
    assert re.findall("> (PAGE|NUMPAGES) <", footer) == ["PAGE", "NUMPAGES"]


def deobfuscate_font(font: bytes, key: str) -> bytes:
    """Undo what ECMA-376 17.8.1 does to the first 32 bytes of a font."""
    digits = key.replace("-", "")
    mask = [int(digits[i : i + 2], 16) for i in range(30, -2, -2)]
    head = bytes(byte ^ mask[n % 16] for n, byte in enumerate(font[:32]))
    return head + font[32:]


def test_fonts_are_embedded_with_an_alternative() -> None:
    content = parts(to_docx(make_document()))
    table = content["word/fontTable.xml"].decode()
    assert '<w:altName w:val="Calibri"/>' in table
    for face, (bold, italic, key) in fonts.FACES.items():
        assert f"{{{key}}}" in table
        font = TTFont(
            io.BytesIO(deobfuscate_font(content[f"word/fonts/{face}.odttf"], key))
        )
        assert font["name"].getBestFamilyName() == "Source Sans 3"
        assert font["head"].macStyle == bold + 2 * italic
        assert {ord(c) for c in "aé–Ωж≤→£"} <= set(font.getBestCmap() or {})


# --- headings and contents -------------------------------------------------------


def nested(depth: int) -> Section:
    inner = (nested(depth - 1),) if depth > 1 else ()
    return Section(f"Depth {depth}", f"depth-{depth}", (), inner)


def test_headings_have_style_of_their_level_up_to_six() -> None:
    file = opened(to_docx(of_sections(nested(8))))
    headings = [s for s in map(style_of, paragraphs(file)) if s.startswith("Heading")]
    assert headings == [f"Heading {min(n, 6)}" for n in range(1, 9)]


def test_contents_field_lists_every_section() -> None:
    document = make_document()
    file = opened(to_docx(document))
    assert find(file, "//w:instrText")[0].text == ' TOC \\o "1-6" \\h \\z \\u '
    entries = styled(file, "toc 1", "toc 2", "toc 3")
    assert [entry.split("\t")[0] for entry in entries] == [
        section.printed_text for section in document.every_section()
    ]


def test_contents_are_three_levels_deep() -> None:
    file = opened(to_docx(of_sections(nested(5))))
    assert len(styled(file, "toc 1", "toc 2", "toc 3")) == 3


def test_contents_entry_links_to_its_heading_and_page() -> None:
    file = opened(to_docx(make_document()))
    starts = find(file, "//w:bookmarkStart")
    headings = {s.get(qn("w:name")): WordParagraph(s.getparent(), file) for s in starts}
    asked = [
        i.text.split()[1] for i in find(file, "//w:instrText") if "PAGEREF" in i.text
    ]
    linked = values(
        file, "//w:p[starts-with(w:pPr/w:pStyle/@w:val, 'TOC')]/w:hyperlink", "w:anchor"
    )
    entries = styled(file, "toc 1", "toc 2", "toc 3")
    assert asked == linked
    assert [headings[name].text for name in linked] == [
        entry.split("\t")[0] for entry in entries
    ]


def test_every_field_begins_and_ends() -> None:
    depth = 0
    for kind in values(
        opened(to_docx(make_document())), "//w:fldChar", "w:fldCharType"
    ):
        depth += {"begin": 1, "separate": 0, "end": -1}[kind]
        assert depth >= 0
    assert depth == 0


def test_opening_file_does_not_ask_to_update_fields() -> None:
    for content in parts(to_docx(make_document())).values():
        assert b"updateFields" not in content
        assert b"w:dirty" not in content


def pages(document: Document) -> list[int]:
    """Return the page numbers that the contents show."""
    entries = styled(opened(to_docx(document)), "toc 1", "toc 2", "toc 3")
    return [int(entry.split("\t")[1]) for entry in entries]


def test_first_section_starts_after_cover_and_contents() -> None:
    assert pages(make_document())[0] == 3
    many = tuple(Section(f"Heading {n}", f"h-{n}") for n in range(60))
    assert pages(of_sections(*many))[0] == 4


@pytest.mark.parametrize(
    ("lines_before", "page"), [(20, 3), (26, 3), (27, 4), (58, 4), (59, 5)]
)
def test_heading_page_follows_from_lines_before(lines_before: int, page: int) -> None:
    """A heading moves on before the page is full: two lines must fit below it."""
    text = tuple(plain_paragraph("One line.") for _ in range(lines_before))
    document = of_sections(
        Section("First", "first", text), Section("Second", "second", (*text, *text))
    )
    assert pages(document) == [3, page]


def mixture() -> Document:
    """Return sections of paragraphs, lists and tables that end anywhere on a page."""

    def prose(count: int) -> str:
        return " ".join(f"word-{n} of many" for n in range(count))

    def section(position: int) -> Section:
        rows = tuple(
            Row((cell(prose(3)), cell(prose(31 * n % 97), prose(5 * position))))
            for n in range(position + 2)
        )
        blocks = (
            plain_paragraph(prose(40 + 29 * position)),
            ListBlock(items(*(prose(7 * n) for n in range(1, position + 3)))),
            Table((Column("Comment", 2), Column("Response", 5)), rows, name="t"),
            plain_paragraph(prose(11 * position)),
            Table((Column(""),), (Row((cell(prose(150 * position % 400)),)),)),
        )
        inner = (Section(f"Within {position}", "", blocks[:2]),) * 2
        return Section(f"Heading {position}", "", blocks, inner)

    return of_sections(*map(section, range(9)))


def test_estimated_pages_of_a_mixture() -> None:
    """Near those on which LibreOffice 7.4 had the headings.

    It had them there before short tables stayed whole; it was not asked again.
    """
    assert pages(mixture()) == [
        *(3, 3, 4, 4, 6, 7, 7, 11, 11, 12, 15, 16, 17, 22, 23, 24, 30, 32, 34, 40),
        *(42, 44, 52, 54, 57, 65, 68),
    ]


def test_estimated_pages_increase_with_table_rows() -> None:
    short, long = pages(make_long_document(3)), pages(make_long_document(100))
    assert short[:5] == long[:5]
    assert long[5] > short[5] + 5
    assert long == sorted(long)


# --- references ------------------------------------------------------------------


def test_reference_links_to_bookmark() -> None:
    file = opened(to_docx(make_document()))
    (found,) = [p for p in paragraphs(file) if p.text.startswith("DCC will submit")]
    links = [(link.text, link.fragment) for link in found.hyperlinks]
    names = values(file, "//w:bookmarkStart", "w:name")
    assert [text for text, _ in links] == ["Section 4", "Attachment 2"]
    assert {anchor for _, anchor in links} <= set(names)


def test_row_reference_links_into_the_row() -> None:
    table = Table((Column("A"),), (Row((cell("x"),)), Row((cell("y"),), "row-2")))
    reference = Paragraph((Reference("r", "row-2", "comment 2 in Table 1"),))
    file = rendered(reference, table)
    ((name,),) = [
        [link.fragment for link in p.hyperlinks]
        for p in paragraphs(file)
        if p.text == "comment 2 in Table 1"
    ]
    (start,) = find(file, f"//w:bookmarkStart[@w:name='{name}']")
    assert WordParagraph(start.getparent(), file).text == "y"


def test_unresolved_reference_is_plain_text() -> None:
    file = rendered(Paragraph((Reference("section: Nowhere"),)))
    (found,) = [p for p in paragraphs(file) if "Nowhere" in p.text]
    assert found.text == "[[section: Nowhere]]"
    assert found.hyperlinks == []


@settings(max_examples=20)
@given(documents())
def test_bookmarks_have_valid_names_and_ids(document: Document) -> None:
    file = opened(to_docx(document))
    names = values(file, "//w:bookmarkStart", "w:name")
    ids = values(file, "//w:bookmarkStart", "w:id")
    assert len(set(names)) == len(names)
    assert len(set(ids)) == len(ids)
    assert ids == values(file, "//w:bookmarkStart", "w:id")
    assert all(re.fullmatch(r"_(Toc|Ref)\d{9}", name) for name in names)
    assert sorted(ids) == sorted(values(file, "//w:bookmarkEnd", "w:id"))


# --- links -----------------------------------------------------------------------


def link_targets(file: WordFile) -> list[str]:
    relationships = file.part.rels.values()
    return [r.target_ref for r in relationships if r.is_external]


def test_external_link_keeps_its_address() -> None:
    href = "https://example.com/a?b=1&c=2#d"
    file = rendered(Paragraph((Link(href, (Text("words"),)),)))
    (found,) = [p for p in paragraphs(file) if p.text == "words"]
    assert [link.url for link in found.hyperlinks] == [href]


def test_repeated_link_address_has_one_relationship() -> None:
    link: tuple[Inline, ...] = (Link("https://example.com/", (Text("words"),)),)
    assert link_targets(rendered(Paragraph(link), Paragraph(link))) == [
        "https://example.com/"
    ]


@pytest.mark.parametrize(
    ("href", "target"),
    [
        ("https://example.com/a b", "https://example.com/a%20b"),
        ("https://example.com/100%", "https://example.com/100%25"),
        ("https://example.com/a%20b", "https://example.com/a%20b"),
        ('https://example.com/"<[é]>', "https://example.com/%22%3C%5B%C3%A9%5D%3E"),
    ],
)
def test_invalid_uri_is_percent_encoded(href: str, target: str) -> None:
    assert link_targets(rendered(Paragraph((Link(href, (Text("a"),)),)))) == [target]


def test_only_attachments_with_absolute_url_are_links() -> None:
    """A relative URL has no meaning in a saved file."""
    files = AttachmentList(
        (
            Attachment("whole", "a", href="https://example.com/a.pdf"),
            Attachment("path", "b", href="attachments/2/"),
            Attachment("none", "c"),
        )
    )
    found = [p for p in paragraphs(rendered(files)) if style_of(p) == "Attachment"]
    assert [(p.text, [link.url for link in p.hyperlinks]) for p in found] == [
        ("Attachment 1: whole", ["https://example.com/a.pdf"]),
        ("Attachment 2: path", []),
        ("Attachment 3: none", []),
    ]


def test_property_with_address_is_a_link() -> None:
    line = Property("Author", "a@example.com", "mailto:a@example.com")
    file = opened(to_docx(Document("Title", "Publisher", properties=(line,))))
    (found,) = [p for p in file.paragraphs if p.text == "Author: a@example.com"]
    assert [link.url for link in found.hyperlinks] == ["mailto:a@example.com"]


# --- lists -----------------------------------------------------------------------


def items(*texts: str) -> tuple[tuple[Block, ...], ...]:
    return tuple((plain_paragraph(text),) for text in texts)


def numbering(file: WordFile, text: str) -> tuple[str, int]:
    """Return the id of the numbering and the level of the paragraph with a text."""
    (found,) = [p for p in paragraphs(file) if p.text == text]
    (number_id,) = found._p.xpath("w:pPr/w:numPr/w:numId/@w:val")
    (level,) = found._p.xpath("w:pPr/w:numPr/w:ilvl/@w:val")
    return str(number_id), int(level)


def first_number(file: WordFile, text: str) -> int:
    """Return the number at which the list of a paragraph starts."""
    number_id, level = numbering(file, text)
    (start,) = file.part.numbering_part.element.xpath(
        f"w:num[@w:numId='{number_id}']/w:lvlOverride[@w:ilvl='{level}']"
        "/w:startOverride"
    )
    return int(start.get(qn("w:val")))


def kind(file: WordFile, text: str) -> str:
    """Return whether a paragraph has a bullet or a number, from the numbering part."""
    number_id, level = numbering(file, text)
    (abstract,) = file.part.numbering_part.element.xpath(
        f"w:num[@w:numId='{number_id}']/w:abstractNumId/@w:val"
    )
    (format_,) = file.part.numbering_part.element.xpath(
        f"w:abstractNum[@w:abstractNumId='{abstract}']"
        f"/w:lvl[@w:ilvl='{level}']/w:numFmt/@w:val"
    )
    return str(format_)


def test_lists_use_list_styles() -> None:
    file = rendered(ListBlock(items("dot")), ListBlock(items("one"), ordered=True))
    assert styled(file, "List Bullet") == ["dot"]
    assert styled(file, "List Number") == ["one"]
    assert (kind(file, "dot"), kind(file, "one")) == ("bullet", "decimal")


def test_nested_list_is_one_level_deeper() -> None:
    innermost = ListBlock(items("c"), ordered=True)
    middle = ListBlock(((plain_paragraph("b"), innermost),))
    file = rendered(ListBlock(((plain_paragraph("a"), middle),), ordered=True))
    assert [numbering(file, text)[1] for text in "abc"] == [0, 1, 2]
    assert [kind(file, text) for text in "abc"] == ["decimal", "bullet", "decimal"]


def test_lists_below_level_nine_share_the_deepest_level() -> None:
    block = ListBlock(items("bottom"))
    for _ in range(11):
        block = ListBlock(((block,),))
    assert numbering(rendered(block), "bottom")[1] == 8


def test_numbered_list_counts_from_its_own_start() -> None:
    file = rendered(
        ListBlock(items("one", "two"), ordered=True),
        ListBlock(items("again"), ordered=True),
        ListBlock(items("seven"), ordered=True, start=7),
    )
    ids = [numbering(file, text)[0] for text in ("one", "two", "again", "seven")]
    assert ids[0] == ids[1]
    assert len(set(ids)) == 3
    assert [first_number(file, t) for t in ("one", "again", "seven")] == [1, 1, 7]


def test_nested_list_restarts_under_every_item() -> None:
    inner = [ListBlock(items(name), ordered=True) for name in ("x", "y")]
    outer = tuple((plain_paragraph("item"), each) for each in inner)
    file = rendered(ListBlock(outer, ordered=True))
    assert numbering(file, "x")[0] != numbering(file, "y")[0]
    assert (first_number(file, "x"), first_number(file, "y")) == (1, 1)


def test_second_paragraph_of_item_has_no_number() -> None:
    file = rendered(
        ListBlock(((plain_paragraph("one"), plain_paragraph("more")),), ordered=True)
    )
    assert styled(file, "List Number") == ["one"]
    assert styled(file, "List Continue") == ["more"]


def test_item_starting_with_a_list_has_its_number() -> None:
    file = rendered(ListBlock(((ListBlock(items("inner")),),), ordered=True))
    assert styled(file, "List Number", "List Bullet") == ["", "inner"]


# --- tables ----------------------------------------------------------------------


def test_named_table_has_numbered_caption_below() -> None:
    file = opened(to_docx(make_document()))
    assert styled(file, "Caption") == ["Table 1", "Table 2", "Table 3", "Table 4"]
    counted = [i.text for i in find(file, "//w:instrText") if "SEQ" in i.text]
    assert counted == [" SEQ Table \\* ARABIC "] * 4
    below = find(file, "/w:document/w:body/w:tbl/following-sibling::*[1]")
    assert [WordParagraph(p, file).text for p in below] == styled(file, "Caption")


def test_table_without_name_has_no_caption() -> None:
    file = rendered(Table((Column("A"),), (Row((cell("b"),)),)))
    assert styled(file, "Caption") == []


def test_only_the_heading_row_is_repeated_on_pages() -> None:
    file = opened(to_docx(make_document()))
    for table in file.tables:
        rows = table._tbl.tr_lst
        flagged = [bool(row.xpath("w:trPr/w:tblHeader")) for row in rows]
        assert flagged == [True] + [False] * (len(rows) - 1)


def test_table_without_headings_has_no_heading_row() -> None:
    file = rendered(Table((Column(""), Column("")), (Row((cell("a"), cell("b"))),)))
    assert len(first_table(file).rows) == 1
    assert find(file, "//w:tblHeader") == []
    assert values(file, "//w:tblLook", "w:firstRow") == ["0"]


def test_column_and_row_headings_have_their_styles() -> None:
    table = Table((Column("Head"),), (Row((cell("Side", header=True),)),))
    file = rendered(table)
    assert styled(file, "Table Heading") == ["Head"]
    assert styled(file, "Table Row Heading") == ["Side"]


def test_only_long_row_may_break_across_pages() -> None:
    rows = (Row((cell("short"),)), Row((cell("long " * 600),)))
    table = first_table(rendered(Table((Column(""),), rows)))
    assert [bool(r.xpath("w:trPr/w:cantSplit")) for r in table._tbl.tr_lst] == [
        True,
        False,
    ]


def kept_paragraphs(file: WordFile) -> list[str]:
    kept = find(file, "//w:p[w:pPr/w:keepNext]")
    return [WordParagraph(p, file).text for p in kept]


def test_short_last_row_of_long_table_stays_with_caption() -> None:
    first = (Row((cell("first"),)),) * 6
    rows = (*first, Row((cell("last", "of all"),)))
    file = rendered(Table((Column("A"),), rows, name="t"))
    assert kept_paragraphs(file) == ["last", "of all"]


def test_short_table_stays_whole_and_with_its_introduction() -> None:
    rows = (Row((cell("first"),)), Row((cell("last"),)))
    table = Table((Column("A"),), rows)
    named = dataclasses.replace(table, name="t")
    file = rendered(plain_paragraph("Above"), named, plain_paragraph("Below"), table)
    assert kept_paragraphs(file) == ["Above", "first", "last", "Below", "first"]


def test_short_list_stays_whole() -> None:
    words = [[(plain_paragraph(f"{n}"),) for n in range(count)] for count in (3, 7)]
    file = rendered(*(ListBlock(tuple(each)) for each in words))
    assert kept_paragraphs(file) == ["0", "1"]


def test_line_of_facts_spans_the_columns_and_stays_with_its_row() -> None:
    headings = ("No.", "Respondent", "Category", "Comment", "DCC Response", "Outcome")
    row = Row(tuple(map(cell, ("1.1", "Kea", "–", "Why?", "Because.", "Noted"))), "c")
    table = Table(tuple(map(Column, headings)), (row,) * 7, "question 1")
    file = rendered(table)
    assert styled(file, "Table Heading") == ["Comment", "DCC Response"]
    facts = "No. 1.1 · Respondent: Kea · Outcome: Noted"
    assert styled(file, "Table Facts") == [facts] * 7
    assert values(file, "//w:gridSpan", "w:val") == ["2"] * 7
    assert kept_paragraphs(file).count(facts) == 7


def test_column_widths_are_fixed_and_fill_the_page() -> None:
    table = Table((Column("A", 1), Column("B", 3)), (Row((cell("a"), cell("b"))),))
    file = rendered(table)
    widths = [int(width) for width in values(file, "//w:gridCol", "w:w")]
    assert sum(widths) == TEXT_WIDTH
    assert 2.9 < widths[1] / widths[0] < 3.1
    assert values(file, "//w:tblLayout", "w:type") == ["fixed"]
    cells = [int(width) for width in values(file, "//w:tcW", "w:w")]
    assert cells == widths * 2


@pytest.mark.parametrize("weights", [[1], [0, 0], [1, 1000], [1] * 40, [7, 5, 2, 2, 2]])
def test_column_widths_sum_to_total_with_a_minimum(weights: list[int]) -> None:
    for room in (0, 1_000, TEXT_WIDTH):
        widths = column_widths(room, weights)
        assert sum(widths) == max(room, NARROWEST_COLUMN * len(weights))
        assert min(widths) >= NARROWEST_COLUMN


def test_short_row_is_padded_and_long_row_is_kept() -> None:
    rows = (Row((cell("a"),)), Row((cell("b"), cell("c"), cell("d"))))
    file = rendered(Table((Column("A"), Column("B")), rows))
    assert {len(row.tc_lst) for row in first_table(file)._tbl.tr_lst} == {3}
    assert styled(file, "Table Text") == ["a", "", "", "b", "c", "d"]


def test_table_without_rows_and_headings_is_omitted() -> None:
    file = rendered(Table((), ()), Table((Column(""),), ()))
    assert file.tables == []


def test_consecutive_tables_stay_separate() -> None:
    table = Table((Column("A"),), (Row((cell("b"),)),))
    file = rendered(table, table)
    assert find(file, "//w:tbl/following-sibling::*[1][self::w:tbl]") == []


def test_every_cell_ends_with_a_paragraph() -> None:
    inner = Table((Column("A"),), (Row((Cell(()),)),))
    file = rendered(Table((Column("B"),), (Row((Cell((inner,)),)),)))
    assert len(find(file, "//w:tc")) == 4
    assert find(file, "//w:tc[not(*[last()][self::w:p])]") == []


def test_nested_table_fits_its_cell() -> None:
    inner = Table((Column("A"), Column("B")), (Row((cell("1"), cell("2"))),))
    outer = Table((Column("C"), Column("D")), (Row((Cell((inner,)), cell("x"))),))
    file = rendered(outer)
    (inside,) = values(file, "//w:tc//w:tblW", "w:w")
    assert int(inside) < int(values(file, "//w:gridCol", "w:w")[0])


def test_deeply_nested_column_has_minimum_width() -> None:
    block: Block = plain_paragraph("the deepest words")
    for _ in range(6):
        inside = Cell((ListBlock(((block,),)),))
        columns = (Column("A", 1), Column("", 9), Column("", 9))
        block = Table(columns, (Row((inside, Cell(()), Cell(()))),))
    file = rendered(block)
    assert styled(file, "Table List Bullet")[-1] == "the deepest words"
    assert min(int(w) for w in values(file, "//w:gridCol", "w:w")) >= NARROWEST_COLUMN


def test_related_links_are_omitted() -> None:
    related = (Reference("change 1", "heading", "Change made"),)
    row = dataclasses.replace(Row((cell("a"),)), related=related)
    file = rendered(Table((Column("A"),), (row,)))
    assert "Change made" not in " ".join(p.text for p in paragraphs(file))
