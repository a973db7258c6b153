"""PDF output: text, tags, determinism, isolation and limits."""

import dataclasses
import functools
import importlib.abc
import os
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from consultations.documents import child_processes, codec
from consultations.documents.html import render_article
from consultations.documents.pdf import child_process
from consultations.documents.pdf import fonts as pdf_fonts
from consultations.documents.pdf.child_process import Job, render_pdf
from consultations.documents.pdf.errors import PdfError
from consultations.documents.pdf.render import to_pdf
from consultations.documents.tree import (
    Attachment,
    AttachmentList,
    Block,
    Cell,
    Column,
    Document,
    LineBreak,
    Link,
    ListBlock,
    Paragraph,
    Property,
    Row,
    Section,
    Table,
    Text,
    plain_paragraph,
)
from tests.support.document_reading import TaggedPdf, article_words
from tests.support.document_strategies import (
    cell,
    documents,
    make_document,
    make_long_document,
)

pytestmark = [pytest.mark.once, pytest.mark.usefixtures("pdf")]


@functools.cache
def plain() -> TaggedPdf:
    return TaggedPdf(to_pdf(make_document(), identifier="plain"))


@functools.cache
def long() -> TaggedPdf:
    """Return a PDF whose comment table takes several pages and breaks inside a row."""
    document = make_long_document(15)
    table = document.sections[2].sections[0].blocks[0]
    assert isinstance(table, Table)
    response = cell(*("It is a long answer. " * 30 for _ in range(8)))
    row = dataclasses.replace(table.rows[7], cells=(table.rows[7].cells[0], response))
    table = dataclasses.replace(table, rows=(*table.rows[:7], row, *table.rows[8:]))
    section = Section(
        "Comments", "comments", (table, plain_paragraph("After")), number="1"
    )
    document = dataclasses.replace(document, sections=(section,))
    return TaggedPdf(to_pdf(document, identifier="long"))


def joined(words: list[str] | str) -> str:
    """Return text without its white space, which a PDF does not keep at line ends."""
    return re.sub(r"\s+", "", "".join(words))


def words_of(document: Document) -> str:
    """Return what the PDF should say: the publisher, then the article.

    Without the entries of the contents, which have page numbers, and without list
    markers, which have their own tag.
    """
    html = re.sub(
        "(<h2>Contents</h2>).*(</nav>)",
        r"\1\2",
        render_article(document),
        count=1,
        flags=re.DOTALL,
    )
    return joined([document.publisher, *article_words(html, markers=False)])


# Text


def test_tagged_text_matches_the_article() -> None:
    text = joined(plain().text(skip=("/Lbl", "/TOC")))
    assert text == words_of(make_document())


@given(documents())
@settings(max_examples=12, suppress_health_check=list(HealthCheck))
def test_any_document_has_same_text_in_html_and_pdf(document: Document) -> None:
    tagged = TaggedPdf(to_pdf(document, identifier="any"))
    assert joined(tagged.text(skip=("/Lbl", "/TOC"))) == words_of(document)


@pytest.mark.parametrize("letters", [20, 40, 60, 90])
def test_head_of_table_is_not_lost_above_a_row_taller_than_a_page(letters: int) -> None:
    """WeasyPrint leaves out the head above a row that may not break and does not fit.

    The cell of the inner table is so narrow that each letter is on a line of its own.
    """
    columns = (Column("Left", 1), Column("Right", 20))
    inner = Table(columns, (Row((cell("Q" * letters), cell("B"))),), name="inner")
    rows = (Row((Cell((inner,)), cell("After"))),)
    outer = Table((Column("One", 1), Column("Two", 5)), rows, name="outer", number=1)
    section = Section("Comments", "comments", (outer,), number="1")
    document = dataclasses.replace(make_document(), sections=(section,))
    tagged = TaggedPdf(to_pdf(document, identifier="rows"))
    assert joined(tagged.text(skip=("/Lbl", "/TOC"))) == words_of(document)


def test_contents_list_number_heading_and_page() -> None:
    entries = [plain().text(item, skip=("/TOC",)) for item in plain().elements("/TOCI")]
    assert entries[:4] == [
        "1. Introduction and Context 3",
        "2. Consultation 3",
        "2.1. Respondents 3",
        "3. Analysis of Responses 3",
    ]


def test_list_items_have_labels() -> None:
    labels = [plain().text(label).strip() for label in plain().elements("/Lbl")]
    assert labels == ["•", "•", "1.", "2.", "1.", "2.", "3."]


# Metadata and bookmarks


def test_metadata_name_only_the_publisher() -> None:
    metadata: dict[str, Any] = dict(plain().reader.metadata or {})
    assert metadata == {
        "/Title": "Conclusion on the Device Behaviour Requirements for Heron",
        "/Author": "Data Communications Company (DCC)",
        "/CreationDate": "D:20270212",
        "/Producer": "WeasyPrint 70.0",
    }


def test_undated_document_has_no_date_metadata() -> None:
    data = to_pdf(make_document(date=""), identifier="undated")
    metadata = dict(TaggedPdf(data).reader.metadata or {})
    assert "/CreationDate" not in metadata
    assert "/ModDate" not in metadata


def test_catalog_declares_pdf_ua_and_british_english() -> None:
    catalog = plain().catalog
    assert catalog["/Lang"] == "en-GB"
    assert catalog["/MarkInfo"]["/Marked"]
    assert catalog["/PageMode"] == "/UseOutlines"
    assert catalog["/ViewerPreferences"]["/DisplayDocTitle"]
    assert b'pdfuaid:part="1"' in catalog["/Metadata"].get_data()


def test_identifier_is_the_file_id() -> None:
    identifier: Any = plain().reader.trailer["/ID"]
    assert identifier[0].original_bytes == b"plain"


def test_bookmarks_are_numbered_and_nested() -> None:
    assert outline(plain().reader.outline) == [
        "Contents",
        "1. Introduction and Context",
        "2. Consultation",
        ["2.1. Respondents"],
        "3. Analysis of Responses",
        [
            "3.1. Comments relating to question 1",
            "3.2. Comments relating to question 2",
            "3.3. Comments relating to question 3",
        ],
        "4. Summary of Changes",
        "5. Conclusions",
        "6. Next Steps",
        "7. Attachments",
    ]


def outline(entries: list[Any]) -> list[Any]:
    return [outline(e) if isinstance(e, list) else e.title for e in entries]


def test_page_labels_count_from_the_cover() -> None:
    labels = plain().reader.page_labels
    assert labels == [str(n) for n in range(1, len(plain().reader.pages) + 1)]
    assert "/PageLabels" in plain().catalog


def test_only_source_sans_is_embedded() -> None:
    pages: list[Any] = list(plain().reader.pages)
    fonts = [
        font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"]
        for page in pages
        for font in page["/Resources"]["/Font"].values()
    ]
    assert {font["/FontFamily"] for font in fonts} == {"Source Sans 3"}
    assert all("/FontFile2" in font for font in fonts)


# Tags


def test_header_cells_have_their_scope() -> None:
    scopes = [
        (plain().text(cell), cell["/A"]["/Scope"]) for cell in plain().elements("/TH")
    ]
    assert scopes[:5] == [
        ("Number", "/Column"),
        ("Question", "/Column"),
        ("Question 1", "/Row"),
        ("Question 2", "/Row"),
        ("Question 3", "/Row"),
    ]


@pytest.mark.parametrize("tagged", [plain, long])
def test_data_cells_refer_to_existing_header_cells(tagged: Any) -> None:
    known = {cell["/ID"] for cell in tagged().elements("/TH")}
    cells = tagged().elements("/TD")
    assert cells
    assert all(set(cell["/A"]["/Headers"]) <= known for cell in cells)
    assert all(len(cell["/A"]["/Headers"]) for cell in cells)


def test_headers_and_footers_are_artifacts() -> None:
    count = len(plain().reader.pages)
    first, *others = plain().artifacts()
    assert first == ""
    for number, text in enumerate(others, start=2):
        assert f"Page {number} of {count}" in text
        assert "DCC Public" in text
        assert "Conclusion on the Device Behaviour Requirements for Heron" in text
    assert "Page 2 of" not in plain().text()


def test_long_table_has_one_heading_row_in_tags() -> None:
    (table,) = long().elements("/Table")
    pages = {element.raw_get("/Pg").idnum for element in long().elements("/TR")}
    assert len(pages) > 2
    assert [kid.get_object()["/S"] for kid in table["/K"]] == [
        "/THead",
        "/TBody",
        "/Caption",
    ]
    # The repeated ones are seen and not read.
    repeated = [text for text in long().artifacts() if "CommentDCC Response" in text]
    assert len(repeated) >= len(pages) - 1


def test_row_across_pages_is_one_tagged_row() -> None:
    rows = long().elements("/TR")
    assert len(rows) == 1 + 15
    assert joined(long().text(rows[8])).endswith("Itisalonganswer." * 30 * 8)


def test_article_and_section_are_tagged_once() -> None:
    assert [len(long().elements(tag)) for tag in ("/Part", "/Art", "/Sect")] == [
        1,
        1,
        1,
    ]


def test_list_items_are_tagged_as_labels_and_bodies() -> None:
    kinds = {
        tuple(kid.get_object()["/S"] for kid in item["/K"])
        for item in plain().elements("/LI")
    }
    assert kinds <= {("/LBody",), ("/Lbl", "/LBody")}


def test_nested_list_is_read_in_place() -> None:
    inner = ListBlock(
        ((plain_paragraph("two"),), (plain_paragraph("three"),)), ordered=True
    )
    item = (plain_paragraph("one"), inner, plain_paragraph("four"))
    section = Section("Heading", "heading", (ListBlock((item,)),), number="1")
    document = Document("Title", "Publisher", sections=(section,))
    tagged = TaggedPdf(to_pdf(document, identifier="lists"))
    outer, _ = tagged.elements("/L")
    assert tagged.text(outer, skip=("/Lbl",)) == "onetwothreefour"


def test_table_without_rows_is_rendered() -> None:
    empty = Table((Column("A"), Column("B")), ())
    section = Section("Heading", "heading", (empty,), number="1")
    document = Document("Title", "Publisher", sections=(section,))
    tagged = TaggedPdf(to_pdf(document, identifier="empty"))
    assert [tagged.text(cell) for cell in tagged.elements("/TH")] == ["A", "B"]


def test_no_tagged_element_is_empty() -> None:
    empty = [e["/S"] for e in plain().elements() if not e.get("/K")]
    assert empty == []


@pytest.mark.parametrize("tagged", [plain, long])
def test_marked_content_and_elements_refer_to_each_other(tagged: Any) -> None:
    numbers = tagged().catalog["/StructTreeRoot"]["/ParentTree"]["/Nums"]
    owners = dict(zip(numbers[::2], numbers[1::2], strict=True))
    for position, page in enumerate(tagged().reader.pages):
        marks = tagged().pages[page.indirect_reference.idnum]
        entries = owners[page["/StructParents"]]
        assert page["/StructParents"] == position
        for mark in (mark for mark in marks if mark != "artifacts"):
            assert mark in entries[mark].get_object()["/K"]
        for annotation in page.get("/Annots", ()):
            element = owners[annotation.get_object()["/StructParent"]].get_object()
            assert element["/S"] == "/Link"


def test_link_has_one_printed_and_described_annotation() -> None:
    links = [
        annotation.get_object()
        for page in plain().reader.pages
        for annotation in page.get("/Annots", ())
    ]
    described = [link["/Contents"] for link in links]
    assert len(links) == len(plain().elements("/Link"))
    assert {link["/F"] for link in links} == {4}
    assert described.count("3.1. Comments relating to question 1") == 1
    assert "Attachment 2: Device Behaviour Requirements - redline" in described
    assert "https://www.example.com/requirements" in described


def test_print_stylesheet_gives_no_warnings(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level("WARNING", logger="weasyprint"):
        to_pdf(make_document(), identifier="warnings")
    assert caplog.messages == []


def head_of(page: int, tagged: TaggedPdf) -> str:
    """Return what the head of a page says besides the title of the document."""
    title = "Conclusion on the Device Behaviour Requirements for Heron"
    _, _, head = tagged.artifacts()[page - 1].partition(title)
    return head.partition("DCC Public")[0]


def test_head_of_a_page_names_the_section_and_the_table_it_begins_in() -> None:
    assert head_of(2, long()) == ""
    assert head_of(3, long()) == "1. Comments"
    assert head_of(4, long()) == "1. Comments · Table 2 (continued)"
    ends = next(
        number
        for number, marks in enumerate(long().pages.values(), start=1)
        if "After" in "".join(map(str, marks.values()))
    )
    assert head_of(ends, long()) == "1. Comments · Table 2 (continued)"


def test_head_of_a_page_after_a_table_does_not_name_it() -> None:
    filler = tuple(plain_paragraph("A line.") for _ in range(60))
    table = Table((Column("A"),), (Row((cell("b"),)),), "t", "t", 1)
    first = Section("First", "first", (table, *filler), number="1")
    document = make_document(sections=(first,))
    tagged = TaggedPdf(to_pdf(document, identifier="head"))
    assert head_of(4, tagged) == "1. First"


# Page breaks


def test_short_table_and_list_are_not_split() -> None:
    rows = tuple(Row((cell(f"row {n}"),)) for n in range(5))
    listed = ListBlock(tuple((plain_paragraph(f"item {n}"),) for n in range(5)))
    for block, first, last in (
        (Table((Column("A"),), rows, "t", "t", 1), "row 0", "Table 1"),
        (listed, "item 0", "item 4"),
    ):
        filler = tuple(plain_paragraph(f"line {n}") for n in range(27))
        section = Section("Heading", "heading", (*filler, block), number="1")
        document = Document("Title", "Publisher", sections=(section,))
        tagged = TaggedPdf(to_pdf(document, identifier="whole"))
        texts = ["".join(map(str, page.values())) for page in tagged.pages.values()]
        assert page_of(first, texts) == page_of(last, texts) == 3


def test_last_page_is_more_than_one_short_paragraph() -> None:
    for count in range(28, 34):
        lines = (*(f"line {n}" for n in range(count)), "The end.")
        blocks = tuple(map(plain_paragraph, lines))
        section = Section("Heading", "heading", blocks, number="1")
        document = Document("Title", "Publisher", sections=(section,))
        tagged = TaggedPdf(to_pdf(document, identifier="end"))
        texts = ["".join(map(str, page.values())) for page in tagged.pages.values()]
        assert page_of("The end.", texts) == page_of(f"line {count - 1}", texts)


@pytest.mark.parametrize("lines", [26, 27, 28, 29, 30, 31, 32])
def test_long_row_and_caption_are_not_separated(
    lines: int,
) -> None:
    filler = Paragraph(
        tuple(part for n in range(lines) for part in (Text(f"{n}"), LineBreak()))
    )
    answer = cell(*(f"Walrus {n}. " + "It goes on and on. " * 30 for n in range(4)))
    rows = (Row((cell("Zebra"), answer)), Row((cell("three"), cell("four"))))
    table = Table((Column("A", 5), Column("B", 7)), rows, "t", "t", 1)
    section = Section("Heading", "heading", (filler, table), number="1")
    document = Document("Title", "Publisher", sections=(section,))
    pages = TaggedPdf(to_pdf(document, identifier="breaks")).pages.values()
    texts = ["".join(map(str, page.values())) for page in pages]
    assert page_of("Zebra", texts) == page_of("Walrus 0", texts)
    assert page_of("four", texts) == page_of("Table 1", texts)


def page_of(words: str, texts: list[str]) -> int:
    return next(number for number, text in enumerate(texts) if words in text)


# Characters


def test_missing_glyphs_are_printed_as_code_points(
    caplog: pytest.LogCaptureFixture,
) -> None:
    document = make_document(subtitle="Good \U0001f600 and 漢字, 5 ≤ 6")
    with caplog.at_level("WARNING", logger="weasyprint"):
        tagged = TaggedPdf(to_pdf(document, identifier="characters"))
    (subtitle, *_) = tagged.elements("/P")
    assert tagged.text(subtitle) == "Good [U+1F600] and [U+6F22 U+5B57], 5 ≤ 6"
    assert caplog.messages == []


def test_missing_glyphs_are_reported_as_unprintable() -> None:
    text = "é–’→≤☐✓Ωж\u00a0\u00ad\u200b\u200d\u2028\ufe0f\n\t☒漢\U0001f600漢"
    assert (
        pdf_fonts.unprintable_characters(make_document(title=text)) == "☒漢\U0001f600"
    )


def test_copied_spaces_and_hyphens_are_plain() -> None:
    document = make_document(subtitle="5\u00a0MB\u2011file and co\u2010op-erate")
    tagged = TaggedPdf(to_pdf(document, identifier="spaces"))
    assert tagged.text(tagged.elements("/P")[0]) == "5 MB-file and co-op-erate"


def test_link_addresses_are_not_unprintable() -> None:
    link = Link("https://example.com/漢", (Text("words"),))
    section = Section("Heading", "heading", (Paragraph((link,)),), number="1")
    document = Document("Title", "Publisher", sections=(section,))
    assert pdf_fonts.unprintable_characters(document) == ""


# Determinism


def test_pdf_bytes_are_equal_in_every_process(tmp_path: Path) -> None:
    document = make_document()
    job = codec.dumps(Job(document, "same"))
    surroundings = (
        {"PYTHONHASHSEED": "1", "LC_ALL": "C", "TZ": "UTC"},
        {"PYTHONHASHSEED": "2", "LC_ALL": "C.UTF-8", "TZ": "Asia/Tokyo"},
    )
    written = {render_pdf(document, identifier="same")}
    for number, variables in enumerate(surroundings):
        folder = tmp_path / str(number)
        folder.mkdir()
        child = subprocess.run(
            [sys.executable, "-m", child_process.CHILD_MODULE, "100", "2000"],
            input=job,
            stdout=subprocess.PIPE,
            cwd=folder,
            env=os.environ
            | variables
            | {"PYTHONPATH": str(child_processes.IMPORT_ROOT)},
            check=True,
            timeout=120,
        )
        written.add(child.stdout)
    written.add(to_pdf(document, identifier="same"))
    assert len(written) == 1


def test_system_fonts_are_not_used(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "fonts.conf").write_text("<fontconfig></fontconfig>")
    document = make_document()
    usual = to_pdf(document, identifier="fonts")
    monkeypatch.setenv("FONTCONFIG_FILE", str(tmp_path / "fonts.conf"))
    assert to_pdf(document, identifier="fonts") == usual


# No network or file access


class Listener:
    """A server on the loopback interface that counts who connects."""

    def __init__(self) -> None:
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self.socket.getsockname()[1]}"
        self.connections = 0
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            self.connections += 1
            connection.close()


@pytest.fixture
def listener() -> Iterator[Listener]:
    listener = Listener()
    yield listener
    listener.socket.close()


def hostile_texts(address: str, secret: Path) -> tuple[str, ...]:
    return (
        f'<img src="{address}/a.png"><link rel="stylesheet" href="{address}/a.css">',
        f"</style><style>@import url({address}/b.css)</style>",
        f'"><object data="{secret.as_uri()}"></object>',
        f'<link rel="attachment" href="{secret.as_uri()}">',
        f"url({address}/c.png)",
    )


def test_hostile_text_triggers_no_network_or_file_access(
    listener: Listener, tmp_path: Path
) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("SECRET-OF-THE-SERVER")
    blocks: list[Block] = []
    for text in hostile_texts(listener.address, secret):
        link = Link(f"{listener.address}/link", (Text(text),))
        item = Attachment(text, f"a-{len(blocks)}", 1, f"{listener.address}/file", text)
        blocks += [Paragraph((Text(text), link)), AttachmentList((item,))]
    texts = hostile_texts(listener.address, secret)
    document = Document(
        texts[0],
        texts[1],
        texts[2],
        texts[3],
        properties=(Property(texts[4], texts[0], f"{listener.address}/property"),),
        sections=(Section(texts[1], "s", tuple(blocks), number="1"),),
    )
    data = to_pdf(document, identifier="hostile")
    assert render_pdf(document, identifier="hostile") == data
    assert listener.connections == 0
    assert "SECRET-OF-THE-SERVER" not in TaggedPdf(data).text()
    assert b"/EmbeddedFile" not in data


def test_hostile_page_triggers_no_network_or_file_access(
    listener: Listener, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("SECRET-OF-THE-SERVER")
    page = "<title>t</title>" + "".join(hostile_texts(listener.address, secret))
    page += f'<p style="background: url({listener.address}/d.png)">Words'
    monkeypatch.setattr(
        "consultations.documents.pdf.render.render_page",
        lambda *_, **__: f'<html lang="en">{page}</html>',
    )
    data = to_pdf(make_document(), identifier="page")
    assert "Words" in TaggedPdf(data).text()
    assert listener.connections == 0
    assert b"/EmbeddedFile" not in data


# Limits


def test_time_limit_raises_pdf_error() -> None:
    with pytest.raises(PdfError, match="more than 1 seconds of processor time"):
        render_pdf(make_long_document(300), identifier="slow", seconds=1)


def test_memory_limit_raises_pdf_error() -> None:
    with pytest.raises(PdfError, match="more than 1 MB of memory"):
        render_pdf(make_long_document(100), identifier="big", megabytes=1)


def test_deep_nesting_raises_pdf_error() -> None:
    block: Block = plain_paragraph("deep")
    for _ in range(400):
        block = ListBlock(((block,),))
    section = Section("Heading", "heading", (block,), number="1")
    document = Document("Title", "Publisher", sections=(section,))
    with pytest.raises(PdfError, match="nested too deeply"):
        render_pdf(document, identifier="deep")
    with pytest.raises(PdfError, match="nested too deeply"):
        to_pdf(document, identifier="deep")


def test_nested_tables_are_rendered() -> None:
    block: Block = plain_paragraph("deep")
    for _ in range(5):
        block = Table((Column("A"), Column("")), (Row((Cell((block,)), cell("x"))),))
    section = Section("Heading", "heading", (block,), number="1")
    document = Document("Title", "Publisher", sections=(section,))
    assert "deep" in TaggedPdf(to_pdf(document, identifier="nested")).text()


def test_ten_thousand_comments_fit_the_default_limits() -> None:
    """Measured: 0.011 s and 0.25 MB a comment of the plain document."""
    job = codec.dumps(Job(make_long_document(1000), "size"))
    seconds, megabytes = child_process.default_limits(10 * len(job))
    assert seconds > 3 * 120
    assert megabytes > 1.5 * 2600


def test_child_process_gets_no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "x")
    monkeypatch.setenv("DATABASE_URL", "x")
    assert not {"SECRET_KEY", "DATABASE_URL"} & set(child_processes.child_environment())


class WithoutPango(importlib.abc.MetaPathFinder):
    """Makes WeasyPrint fail as it does on a machine without Pango."""

    def find_spec(self, name: str, *_: object) -> None:
        if name == "weasyprint":
            raise OSError("cannot load library 'libpango-1.0.so.0'")


def test_missing_pango_error_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delitem(sys.modules, "weasyprint", raising=False)
    monkeypatch.setattr(sys, "meta_path", [WithoutPango(), *sys.meta_path])
    with pytest.raises(PdfError, match="apt-get install libpango"):
        to_pdf(make_document(), identifier="pango")


def test_module_is_imported_without_weasyprint() -> None:
    program = "import consultations.documents.pdf.render, sys; print(*sys.modules)"
    child = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        cwd=child_processes.IMPORT_ROOT,
        timeout=120,
    )
    loaded = set(child.stdout.split())
    assert not {"weasyprint", "pydyf", "fontTools", "django"} & loaded
