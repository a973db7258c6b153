"""HTML output: the article and the standalone page."""

import dataclasses
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import Browser

from consultations.documents import html
from consultations.documents.colours import read_stylesheet
from consultations.documents.formats import ARTICLE_STYLESHEET
from consultations.documents.html import (
    extract_article,
    render_article,
    render_page,
)
from consultations.documents.table_layout import grid_widths
from consultations.documents.text import to_text
from consultations.documents.tree import (
    Attachment,
    AttachmentList,
    Block,
    Cell,
    Column,
    Document,
    Link,
    ListBlock,
    Paragraph,
    Property,
    Reference,
    Row,
    Section,
    Table,
    Text,
    plain_paragraph,
)
from tests.support.accessibility import axe_violations, too_wide
from tests.support.document_reading import article_words, read_article, text_words
from tests.support.document_strategies import cell, documents, make_document

pytestmark = pytest.mark.once

TAGS = frozenset(
    "a article br caption col colgroup dd div dl dt em h1 h2 h3 h4 h5 h6 header li nav "
    "ol p section span strong table tbody td th thead tr ul".split()
)
ATTRIBUTES = frozenset(
    "aria-label class colspan data-classification data-file data-heading "
    "data-publisher href id lang rel role scope start tabindex".split()
)
CSS = read_stylesheet(ARTICLE_STYLESHEET)
HOSTILE = (
    "</article><script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "</style><!-- <![CDATA[ &lt;b&gt; &#x3c;",
)


def section(*blocks: Block) -> Section:
    return Section("Heading", "heading", blocks, number="1")


def article_with(*blocks: Block) -> str:
    return render_article(Document("Title", "Publisher", sections=(section(*blocks),)))


def test_title_is_the_only_h1_and_sections_start_at_h2() -> None:
    headings = re.findall(r"<h(\d)>(.*?)</h\1>", render_article(make_document()))
    plain = [(level, re.sub("<.*?>", "", text)) for level, text in headings]
    assert plain[:6] == [
        ("1", "Conclusion on the Device Behaviour Requirements for Heron"),
        ("2", "Contents"),
        ("2", "1. Introduction and Context"),
        ("2", "2. Consultation"),
        ("3", "2.1. Respondents"),
        ("2", "3. Analysis of Responses"),
    ]


def test_deepest_heading_level_is_h6() -> None:
    deep = Section("Deep", "deep", number="1.1.1.1.1.1.1")
    document = Document("T", "P", sections=(deep,))
    assert '<h6><span class="number">1.1.1.1.1.1.1.</span> Deep</h6>' in render_article(
        document
    )


def test_title_block_is_a_description_list() -> None:
    assert (
        "<dt>Author:</dt>\n"
        '<dd><a href="mailto:consultations@example.com">consultations@example.com</a>'
        "</dd>"
    ) in render_article(make_document())


def test_contents_are_nested_and_numbered() -> None:
    html = render_article(make_document())
    assert (
        '<li><a href="#consultation"><span class="number">2. </span>'
        '<span class="heading">Consultation</span></a>\n'
        "<ol>\n"
        '<li><a href="#respondents"><span class="number">2.1. </span>'
        '<span class="heading">Respondents</span></a></li>\n'
        "</ol>\n"
        "</li>"
    ) in html


def test_document_without_sections_has_no_contents() -> None:
    assert "<nav" not in render_article(Document("Title", "Publisher"))


def test_table_has_caption_headings_and_row_anchors() -> None:
    html = render_article(make_document())
    start = html.index('<table id="table-4" class="short">')
    assert html[start : html.index("</table>", start)] == (
        '<table id="table-4" class="short">\n'
        "<caption>Table 4</caption>\n"
        '<colgroup><col class="w-6"><col class="w-8"><col class="w-10"></colgroup>\n'
        "<thead>\n"
        '<tr><th scope="col">Drafting Reference</th><th scope="col">Description</th>'
        '<th scope="col">Rationale</th></tr>\n'
        "</thead>\n"
        "<tbody>\n"
        '<tr id="change-1">\n'
        '<th scope="row" data-heading="Drafting Reference"><p>Clause 12.4</p></th>\n'
        '<td data-heading="Description"><p>Removal of the exception</p></td>\n'
        '<td data-heading="Rationale"><p>DCC has amended the clause for the reason set '
        'out above.</p><p class="related"><a href="#comment-2">Comment 2 on question 1'
        '</a></p><a class="anchor" href="#change-1">Link to Clause 12.4 in Table 4</a>'
        "</td>\n"
        "</tr>\n"
        "</tbody>\n"
    )


def test_links_beside_rows_are_words_that_differ_outside_row_headings() -> None:
    html = render_article(make_document())
    links = read_article(html).screen_only
    names = [words for words in links if words.startswith("Link to ")]
    assert names[:4] == [
        "Link to Question 1",
        "Link to Question 2",
        "Link to Question 3",
        "Link to comment 1 on question 1",
    ]
    assert len(names) == len(set(names))
    headings = re.findall(r'<th scope="row".*?</th>', html, re.DOTALL)
    assert headings
    assert not [heading for heading in headings if "<a " in heading]


def test_page_for_print_has_no_links_beside_rows() -> None:
    html = render_article(make_document(), for_print=True)
    assert read_article(html).screen_only == []
    assert '<tbody data-continued="Table 2 (continued)">' in html


def comments_with_columns(*headings: str) -> Table:
    rows = tuple(
        Row(tuple(cell(f"{heading} {n}") for heading in headings), f"comment-{n}")
        for n in (1, 2)
    )
    columns = tuple(map(Column, headings))
    return Table(columns, rows, "question 1", "table-1", 1)


def test_table_of_comments_with_many_columns_has_lines_of_facts() -> None:
    html = article_with(
        comments_with_columns(
            "No.", "Respondent", "Category", "Comment", "DCC Response", "Outcome"
        )
    )
    assert re.findall('<th scope="col">(.*?)</th>', html) == ["Comment", "DCC Response"]
    assert (
        '<tr id="comment-2" class="facts"><td colspan="2"><p>No. No. 2 · '
        "Respondent: Respondent 2 · Category: Category 2 · Outcome: Outcome 2"
        "</p></td></tr>\n"
        '<tr>\n<td data-heading="Comment"><p>Comment 2</p></td>\n'
    ) in html
    assert '<a class="anchor" href="#comment-2">Link to comment 2 on question 1' in html


def test_table_with_few_columns_has_no_lines_of_facts() -> None:
    table = comments_with_columns("Respondent", "Category", "Comment", "DCC Response")
    assert "facts" not in article_with(table)
    many = comments_with_columns(*(f"Question {n}" for n in range(8)))
    assert "facts" not in article_with(dataclasses.replace(many, name="answers"))


@pytest.mark.parametrize(("rows", "lines", "short"), [(6, 1, 1), (7, 1, 0), (6, 9, 0)])
def test_short_table_is_kept_whole(rows: int, lines: int, short: int) -> None:
    row = Row((cell("x"), cell(*["a line of words"] * lines)))
    html = article_with(Table((Column("A"), Column("B")), (row,) * rows))
    assert html.count('class="short"') == short


@pytest.mark.parametrize(("items", "short"), [(6, 1), (7, 0)])
def test_short_list_is_kept_whole(items: int, short: int) -> None:
    html = article_with(ListBlock(((plain_paragraph("x"),),) * items))
    assert html.count('<ul class="short">') == short


def test_wide_table_is_scrollable_by_keyboard() -> None:
    columns = (Column(""),) * 4
    html = article_with(Table(columns, (Row((cell("x"),) * 4),)))
    assert '<div class="scroll" role="group" aria-label="Table" tabindex="0">' in html
    assert "<thead>" not in html


def test_column_without_heading_gets_data_cell() -> None:
    html = article_with(Table((Column("A"), Column("")), ()))
    assert '<tr><th scope="col">A</th><td></td></tr>' in html


def test_row_longer_than_columns_keeps_all_cells() -> None:
    html = article_with(Table((Column("A"),), (Row((cell("one"), cell("two"))),)))
    assert "<p>one</p>" in html
    assert "<p>two</p>" in html


def test_unresolved_related_reference_is_omitted() -> None:
    row = Row((cell("x"),), related=(Reference("comment 9"),))
    assert "related" not in article_with(Table((Column("A"),), (row,)))


def test_attachments_link_to_files_with_type_and_size() -> None:
    html = render_article(make_document())
    assert (
        '<li id="attachment-1">Attachment 1: Device Behaviour Requirements - clean</li>'
    ) in html
    assert (
        '<li id="attachment-2"><a href="https://www.example.com/files/redline.pdf" '
        'rel="noopener" data-file="PDF, 1.2 MB">'
        "Attachment 2: Device Behaviour Requirements - redline</a></li>"
    ) in html


@pytest.mark.parametrize(
    ("size", "printed"),
    [
        (1, "1 bytes"),
        (999, "999 bytes"),
        (1000, "1 kB"),
        (48_600, "49 kB"),
        (1_250_000, "1.2 MB"),
        (3_400_000_000, "3400.0 MB"),
    ],
)
def test_file_size_is_printed_in_a_suitable_unit(size: int, printed: str) -> None:
    assert html.printed_size(size) == printed


def test_external_links_have_rel_noopener() -> None:
    assert (
        '<a href="https://www.example.com/requirements" rel="noopener">our website</a>'
    ) in render_article(make_document())


@pytest.mark.parametrize(
    "href",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        " javascript:alert(1)",
        "data:text/html,<script>",
        "vbscript:x",
        "file:///etc/passwd",
        "//evil.example",
        "/\\evil.example",
        "",
    ],
)
def test_link_with_unsafe_scheme_is_printed_as_text(href: str) -> None:
    item = Attachment("file", "attachment-1", 1, href)
    link = Paragraph((Link(href, (Text("words"),)),))
    document = Document(
        "Title",
        "Publisher",
        properties=(Property("Author", "somebody", href),),
        sections=(section(link, AttachmentList((item,))),),
    )
    html = render_article(document)
    assert "<p>words</p>" in html
    assert "<dd>somebody</dd>" in html
    assert '<li id="attachment-1">Attachment 1: file</li>' in html


def test_unresolved_reference_is_printed_as_written() -> None:
    assert '<span class="unresolved">[[section: Nowhere]]</span>' in render_article(
        make_document()
    )


def test_internal_links_resolve_to_unique_ids() -> None:
    html = render_article(make_document())
    ids = re.findall(r' id="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="#([^"]+)"', html)) <= set(ids)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_escaped(text: str) -> None:
    item = Attachment(text, text, 1, f"https://example.com/{text}", f"a.{text}", 5)
    row = Row((cell(text),), text, (Reference(text, text, text),))
    table = Table((Column(text),), (row,), anchor=text)
    link = Link(f"mailto:{text}", (Text(text, bold=True, italic=True),))
    blocks: tuple[Block, ...] = (
        Paragraph((Text(text), link, Reference(text), Reference(text, text, text))),
        table,
        AttachmentList((item,)),
    )
    hostile = Document(
        text,
        text,
        text,
        text,
        text,
        (Property(text, text, f"https://{text}"),),
        (Section(text, text, blocks, number="1"),),
        text,
    )
    reader = read_article(render_article(hostile))
    assert reader.tags <= TAGS
    assert {name for _, name, _ in reader.attributes} <= ATTRIBUTES
    assert extract_article(render_page(hostile, CSS)) == render_article(hostile)


@given(documents())
def test_only_known_elements_and_attributes_are_written(document: Document) -> None:
    reader = read_article(render_article(document))
    assert reader.tags <= TAGS
    assert {name for _, name, _ in reader.attributes} <= ATTRIBUTES


@given(documents())
def test_article_has_words_of_plain_text_in_order(
    document: Document,
) -> None:
    words = " ".join(article_words(render_article(document)))
    assert text_words(words) == text_words(to_text(document))


def test_example_article_has_words_of_plain_text_in_order() -> None:
    document = make_document()
    assert article_words(render_article(document)) == text_words(to_text(document))


@given(documents())
def test_page_contains_exactly_the_article(document: Document) -> None:
    assert extract_article(render_page(document, CSS)) == render_article(document)


def test_page_has_language_title_and_styles_but_no_generator() -> None:
    html = render_page(make_document(), "p { color: red }")
    assert html.startswith('<!DOCTYPE html>\n<html lang="en-GB">\n<head>\n')
    assert "<title>Conclusion on the Device Behaviour" in html
    assert "<style>\np { color: red }\n</style>" in html
    assert "generator" not in html
    assert html.endswith("</html>\n")


def test_stylesheet_cannot_close_its_element() -> None:
    html = render_page(make_document(), 'a::after { content: "</style><b>" }')
    assert html.count("</style>") == 1


def test_page_without_article_is_refused() -> None:
    with pytest.raises(ValueError, match="has no <article>"):
        extract_article("<html></html>")


def test_equal_columns_have_no_widths() -> None:
    assert grid_widths((4, 4, 4)) == ()


@pytest.mark.parametrize(
    ("widths", "expected"),
    [
        ((1, 3), (6, 18)),
        ((5, 4, 4, 10, 12, 5), (3, 3, 2, 6, 7, 3)),
        ((1, 100), (2, 22)),
        ((100, 101), ()),
    ],
)
def test_column_widths_are_in_24ths(
    widths: tuple[int, ...], expected: tuple[int, ...]
) -> None:
    assert grid_widths(widths) == expected


@given(st.lists(st.integers(1, 1000), min_size=1, max_size=15).map(tuple))
def test_column_widths_sum_to_24_with_a_minimum(
    widths: tuple[int, ...],
) -> None:
    result = grid_widths(widths)
    assert result == () or (sum(result) == 24 and min(result) >= 2)


def test_long_row_may_break_across_pages() -> None:
    columns = (Column("A", 1), Column("B", 1))
    rows = (Row((cell("x"), cell("word " * 50))), Row((cell("x"), cell("word " * 300))))
    html = article_with(Table(columns, rows))
    assert html.count('<tr class="long">') == 1


def test_stylesheet_selectors_are_scoped_to_document() -> None:
    without_comments = re.sub(r"/\*.*?\*/", "", CSS, flags=re.DOTALL)
    selectors = re.findall(r"([^{}]+)\{", without_comments)
    parts = [part.strip() for item in selectors for part in item.split(",\n")]
    assert [
        part
        for part in parts
        if not part.startswith((".document", ".standalone", "@media"))
    ] == []


@pytest.mark.parametrize("width", [390, 768, 1280])
def test_page_is_accessible_and_fits_the_screen_width(
    browser: Browser, width: int
) -> None:
    wide = Table((Column(""),) * 6, (Row((cell("Value"),) * 6),))
    nested = Table(
        (Column("A"), Column("B")), (Row((cell("x"), Cell((wide,)))),), "n", "n", 9
    )
    document = make_document()
    extra = Section("Extra", "extra", (wide, nested, plain_paragraph("x")), number="8")
    document = dataclasses.replace(document, sections=(*document.sections, extra))
    tab = browser.new_page(viewport={"width": width, "height": 900})
    tab.set_content(render_page(document, CSS))
    assert axe_violations(tab) + too_wide(tab) == []
    tab.close()
