"""A document as a Word file that looks like its PDF and works like a Word file.

Headings are real headings, captions real captions, the contents a real TOC field; but
the numbers of headings are words, not automatic numbering. Numbers are part of what is
published: they must be the same in Word, in LibreOffice and in any text taken out of
the file, and stay so when somebody edits a copy.

Nothing asks to be updated on opening (`w:updateFields`, `w:dirty`): Word then warns of
"fields that may refer to other files". The page numbers of the contents are computed
here instead, from the typeface in the file, and Word corrects them on printing or F9.

Links beside a row (`Row.related`) are for the screen and are left out, as in the PDF.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from docx.document import Document as WordFile

from consultations.documents.tree import Document, Property, Section, Text
from consultations.documents.word import draft as mark_of_draft
from consultations.documents.word import package, pages
from consultations.documents.word.blocks import BlockWriter, Bookmarks
from consultations.documents.word.elements import (
    Element,
    bookmark,
    element,
    field,
    internal_link,
    paragraph,
    run,
)

DEEPEST_IN_CONTENTS = 6
DEEPEST_HEADING = 6


def to_docx(document: Document, draft: str = "") -> bytes:
    """Return the document as a .docx, the same bytes for the same document.

    `draft` is a sentence for every header, which then has a watermark as well.
    Raises ValueError where a text holds a character that XML cannot.
    """
    file = package.new_file()
    writer = BlockWriter(Bookmarks(document), package.LinkRelationships(file.part))
    contents = _Contents(document)
    body = file.element.body
    body[:0] = chain(
        _cover(document, writer),
        contents.paragraphs(),
        _sections(document, writer, contents),
    )
    file.part.numbering_part.element.extend(writer.numberings)
    _write_headers(file, document)
    if draft:
        mark_of_draft.add_watermark(file, draft)
    package.write_metadata(file, document)
    contents.show_pages(pages.page_numbers(body, file.styles.element))
    return package.to_bytes(file, document)


def _cover(document: Document, writer: BlockWriter) -> Iterator[Element]:
    yield paragraph("Title", run(document.title))
    if document.subtitle:
        yield paragraph("Subtitle", run(document.subtitle))
    for position, line in enumerate(document.properties):
        style = "TitleBlock" if position else "TitleBlockStart"
        yield paragraph(style, *_property(line, writer))
    for position, line in enumerate(document.imprint.lines if document.imprint else ()):
        style = "Imprint" if position else "ImprintStart"
        yield paragraph(style, *_property(line, writer))


def _property(line: Property, writer: BlockWriter) -> Iterator[Element]:
    yield run(f"{line.label}: ", element("rStyle", val="TitleBlockLabel"))
    yield from writer.link(line.href, (Text(line.value, bold=True),))


class _Contents:
    """The table of contents: its entries and their page numbers."""

    def __init__(self, document: Document) -> None:
        self.listed = {
            f"_Toc{position:09}": section
            for position, section in enumerate(document.every_section())
            if section.level <= DEEPEST_IN_CONTENTS
        }
        self.results: dict[str, Element] = {}

    def paragraphs(self) -> Iterator[Element]:
        """Yield the heading and the TOC field with its entries, if there are any."""
        if not self.listed:
            return
        yield paragraph("TOCHeading", run("Contents"))
        *begin, end = field(f'TOC \\o "1-{DEEPEST_IN_CONTENTS}" \\h \\z \\u')
        for name, section in self.listed.items():
            yield paragraph(f"TOC{section.level}", *begin, self._entry(name, section))
            begin = []
        yield paragraph("ContentsEnd", end)

    def _entry(self, name: str, section: Section) -> Element:
        self.results[name] = element("t")
        page = element("r", self.results[name])
        tab = element("r", element("tab"))
        number = field(f"PAGEREF {name} \\h", page)
        return internal_link(name, run(section.printed_text), tab, *number)

    def show_pages(self, numbers: dict[str, int]) -> None:
        """Fill in the page numbers, after everything else is written."""
        for name, result in self.results.items():
            result.text = str(numbers[name])


def _sections(
    document: Document, writer: BlockWriter, contents: _Contents
) -> Iterator[Element]:
    for position, section in enumerate(document.every_section()):
        words = writer.bookmarks.wrap(section.anchor, run(section.printed_text))
        name = f"_Toc{position:09}"
        if name in contents.listed:
            words = bookmark(next(writer.bookmarks.ids), name, *words)
        yield _heading(section.level, words, first=position == 0)
        yield from writer.blocks(section.blocks)


def _heading(level: int, words: list[Element], *, first: bool) -> Element:
    style = f"Heading{min(level, DEEPEST_HEADING)}"
    if not first:
        return paragraph(style, *words)
    top_of_page = element("pageBreakBefore"), element("spacing", before=0)
    return paragraph(style, *words, properties=top_of_page)


def _write_headers(file: WordFile, document: Document) -> None:
    """Write the headers and footers of the cover and of the other pages."""
    (section,) = file.sections
    classification = run(
        document.classification, element("rStyle", val="Classification")
    )
    for place, words in (
        (section.first_page_header, [run(document.publisher)]),
        (section.first_page_footer, [run(document.classification)]),
        (section.header, _title_and_section(document)),
        (section.footer, [classification, *_page_of_pages()]),
    ):
        place.paragraphs[0]._p.extend(words)


def _title_and_section(document: Document) -> list[Element]:
    """Return fields for the title and for the heading of the section of a page.

    The second shows nothing until Word has made the pages: it differs between them.
    """
    title = field("STYLEREF Title", run(document.title))
    if not document.sections:
        return title
    heading = field('STYLEREF "heading 1"', run(""))
    return [*title, element("r", element("tab")), *heading]


def _page_of_pages() -> list[Element]:
    return [
        element("r", element("tab")),
        run("Page "),
        *field("PAGE", run("1")),
        run(" of "),
        *field("NUMPAGES", run("1")),
    ]
