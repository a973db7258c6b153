"""Restricted HTML and typed text: parsing and normalising."""

from __future__ import annotations

import nh3
import pytest
from hypothesis import given
from hypothesis import strategies as st

from consultations.documents.rich_text.characters import forbidden_character_message
from consultations.documents.rich_text.markup import (
    MAX_TEXT_LENGTH,
    MarkupError,
    is_markup,
    normalise,
    parse,
    to_markup,
    to_source,
)
from consultations.documents.tree import ListBlock, Paragraph, Reference, Table, Text

ALLOWED = {"p", "br", "strong", "em", "a", "ul", "ol", "li", "table", "tr", "th", "td"}
WORDS = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"),
    max_size=30,
)


@pytest.mark.parametrize(
    ("source", "markup"),
    [
        ("", ""),
        ("  \n\n ", ""),
        ("One\nline", "<p>One line</p>"),
        ("One\n\nTwo", "<p>One</p><p>Two</p>"),
        ("- a\n- b", "<ul><li><p>a</p></li><li><p>b</p></li></ul>"),
        ("- a\n\n- b", "<ul><li><p>a</p></li><li><p>b</p></li></ul>"),
        ("As follows:\n- a", "<p>As follows:</p><ul><li><p>a</p></li></ul>"),
        ("1. a\n2. b", "<ol><li><p>a</p></li><li><p>b</p></li></ol>"),
        ("13. a", '<ol start="13"><li><p>a</p></li></ol>'),
        (
            "- a\n  - b\n- c",
            "<ul><li><p>a</p><ul><li><p>b</p></li></ul></li><li><p>c</p></li></ul>",
        ),
        ("- a\n  goes on", "<ul><li><p>a goes on</p></li></ul>"),
        ("5 < 6 & <Supplier>", "<p>5 &lt; 6 &amp; &lt;Supplier&gt;</p>"),
        ("line\r\nends", "<p>line ends</p>"),
    ],
)
def test_typed_text_becomes_paragraphs_and_lists(source: str, markup: str) -> None:
    assert normalise(source) == markup


@pytest.mark.parametrize(
    ("source", "markup"),
    [
        ("<p>a <b>b</b> <i>c</i></p>", "<p>a <strong>b</strong> <em>c</em></p>"),
        ("<p>a<p>b", "<p>a</p><p>b</p>"),
        ("a<br/>b", "<p>a<br>b</p>"),
        ("<p> a  <br> b </p>", "<p>a<br>b</p>"),
        ("<p></p><p> </p>", ""),
        ("<ul><li>a<li>b</ul>", "<ul><li><p>a</p></li><li><p>b</p></li></ul>"),
        (
            "<table><tr><th>A<th>B<tr><td>1<td>2</table>",
            "<table><tr><th><p>A</p></th><th><p>B</p></th></tr>"
            "<tr><td><p>1</p></td><td><p>2</p></td></tr></table>",
        ),
        (
            '<a href="https://example.org/?a=1&amp;b=2">a</a>',
            '<p><a href="https://example.org/?a=1&amp;b=2">a</a></p>',
        ),
        ("<p>&lt;script&gt;</p>", "<p>&lt;script&gt;</p>"),
    ],
)
def test_html_is_normalised(source: str, markup: str) -> None:
    assert normalise(source) == markup


@pytest.mark.parametrize(
    ("source", "named"),
    [
        ("<script>alert(1)</script>", "<script>"),
        ("<p onclick='x'>a</p>", "onclick"),
        ("<p style='color:red'>a</p>", "style"),
        ("<img src='http://example.org/x'>", "<img>"),
        ("<a href='javascript:alert(1)'>a</a>", "javascript:"),
        ("<a href='data:text/html,x'>a</a>", "data:"),
        ("<a href='/inside'>a</a>", "/inside"),
        ("<!-- hidden --><p>a</p>", "<!-- -->"),
        ("<p>a</p></ul>", "</ul>"),
        ("<ul>words</ul>", "words"),
        ("<p><b>a</p>", "</strong>"),
        ("<p>a <b", "inside a tag"),
        ("<li>a</li>", "<li>"),
        ("<h1>a</h1>", "<h1>"),
        ("<table><tr><td><table></table></td></tr></table>", "table"),
        ("<ol start='x'><li>a</li></ol>", "start"),
        ("a\x00b", "U+0000"),
        ("a\n\x1bb", "line 2"),
        ("<p>a\x08</p>", "U+0008"),
        ("x" * (MAX_TEXT_LENGTH + 1), "200,001"),
        ("<ul><li>" * 9 + "a" + "</li></ul>" * 9, "deep"),
    ],
)
def test_forbidden_markup_is_named_in_error(source: str, named: str) -> None:
    with pytest.raises(MarkupError) as refused:
        normalise(source)
    assert any(named in problem for problem in refused.value.problems)


def test_all_markup_problems_are_reported_together() -> None:
    with pytest.raises(MarkupError) as refused:
        normalise("<div>a</div><p class='b'>c</p><script>d</script>")
    assert len(refused.value.problems) >= 3


def test_cross_reference_is_parsed() -> None:
    (block,) = parse("See [[section: Next Steps]].")
    assert block == Paragraph(
        (Text("See "), Reference("section: Next Steps"), Text("."))
    )


def test_list_in_heading_row_is_refused() -> None:
    source = "<table><tr><th><ul><li>one</li></ul></th></tr><tr><td>x</td></tr></table>"
    with pytest.raises(MarkupError, match="A list is in the heading row"):
        normalise(source)


def test_numeric_carriage_return_is_a_line_end() -> None:
    assert normalise("<p>a&#13;b</p>") == "<p>a b</p>"


def test_heading_row_sets_column_headings() -> None:
    (table,) = parse("<table><tr><th>A</th></tr><tr><td>1</td></tr></table>")
    assert isinstance(table, Table)
    assert [column.heading for column in table.columns] == ["A"]
    assert len(table.rows) == 1


def test_gap_in_list_numbers_starts_a_new_list() -> None:
    blocks = parse("1. a\n3. b")
    assert [b.start for b in blocks if isinstance(b, ListBlock)] == [1, 3]


@given(st.one_of(WORDS, st.lists(WORDS, max_size=5).map("\n\n".join)))
def test_normalising_is_idempotent(source: str) -> None:
    try:
        once = normalise(source)
    except MarkupError:
        return
    assert normalise(once) == once
    assert parse(once) == parse(source)


@st.composite
def markup(draw: st.DrawFn, depth: int = 2) -> str:
    """Restricted HTML as an editor may send it, not yet canonical."""
    parts = []
    for _ in range(draw(st.integers(0, 4))):
        kind = draw(st.sampled_from(["p", "ul", "ol", "table"] if depth else ["p"]))
        if kind == "p":
            parts.append(f"<p>{draw(inlines())}</p>")
        elif kind == "table":
            cells = draw(st.lists(inlines(), min_size=1, max_size=3))
            tag = draw(st.sampled_from(["td", "th"]))
            row = "".join(f"<{tag}>{cell}</{tag}>" for cell in cells)
            parts.append(f"<table><tr>{row}</tr><tr>{row}</tr></table>")
        else:
            items = draw(st.lists(markup(depth - 1), min_size=1, max_size=3))
            inner = "".join(f"<li>{item}</li>" for item in items)
            parts.append(f"<{kind}>{inner}</{kind}>")
    return "".join(parts)


@st.composite
def inlines(draw: st.DrawFn) -> str:
    """Words, some bold, italic, linked, broken or referring."""
    words = st.text("ab <&[]\n\t", max_size=8).map(
        lambda text: text.replace("&", "&amp;").replace("<", "&lt;")
    )
    parts = []
    for _ in range(draw(st.integers(0, 4))):
        text = draw(words)
        form = draw(st.sampled_from(["", "strong", "em", "a", "br", "reference"]))
        if form == "br":
            text = "<br>"
        elif form == "a":
            text = f'<a href="https://example.org/">{text}</a>'
        elif form == "reference":
            text = "[[section: A]]"
        elif form:
            text = f"<{form}>{text}</{form}>"
        parts.append(text)
    return "".join(parts)


@given(markup())
def test_canonical_html_is_unchanged(source: str) -> None:
    once = normalise(source)
    assert normalise(once) == once
    assert to_markup(parse(once)) == once
    assert parse(once) == parse(source)


@given(markup())
def test_canonical_html_round_trips_through_source(source: str) -> None:
    once = normalise(source)
    assert normalise(to_source(once)) == once


@given(markup())
def test_nh3_removes_nothing_from_canonical_html(source: str) -> None:
    once = normalise(source)
    cleaned = nh3.clean(
        once,
        tags=ALLOWED | {"tbody"},
        attributes={"a": {"href"}, "ol": {"start"}},
        url_schemes={"http", "https", "mailto"},
        link_rel=None,
    )
    plain = cleaned.replace("<tbody>", "").replace("</tbody>", "")
    assert plain == once.replace("\xa0", "&nbsp;")


@given(st.text(st.characters(), max_size=60))
def test_any_text_is_stored_safely_or_refused(source: str) -> None:
    try:
        once = normalise(source)
    except MarkupError:
        return
    assert parse(once) == parse(source)
    assert "<script" not in once.lower()
    assert not forbidden_character_message(once)


@pytest.mark.parametrize("text", ["a < b", "<Supplier>", "x@<y>", "1<2>1"])
def test_angle_brackets_alone_are_not_markup(text: str) -> None:
    assert not is_markup(text)
