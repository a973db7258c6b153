"""Comparison of two texts by word, as the history and the conflict page show it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consultations.documents.diff.blocks import compare_leaves
from consultations.documents.diff.html import blocks_html
from consultations.documents.diff.runs import compare_lines
from consultations.documents.diff.texts import (
    MAX_LENGTH_BY_WORDS,
    MAX_TAGS_BY_WORDS,
    ComparedBlock,
    Run,
    compare_texts,
    comparison_html,
    lines_html,
)
from consultations.documents.diff.units import read_leaves
from consultations.documents.rich_text.markup import normalise, parse
from consultations.documents.tree import (
    Block,
    ListBlock,
    Paragraph,
    Reference,
    Row,
    Table,
    Text,
    inline_text,
)
from tests.support import sizes
from tests.support.document_strategies import blocks as any_blocks
from tests.support.document_strategies import cell
from tests.support.long_texts import AWKWARD, edited, paragraphs, prose
from tests.support.pages import Read

pytestmark = pytest.mark.once

MARKS = {"kept": "{}", "deleted": "[-{}-]", "inserted": "{{+{}+}}"}
SIGNS = ("away", "comparison-sign", "comparison-note", "comparison-address")


def marked(before: str, after: str) -> str:
    """Return two lines as one: `10 [-Days-]{+Working Days+}`."""
    return show(compare_lines(before, after))


def show(runs: Iterable[Run]) -> str:
    return "".join(MARKS[run.kind].format(run.text) for run in runs)


def texts(before: str, after: str) -> list[str]:
    """Return every block of a comparison as its state and its marked words."""
    return [f"{block.state}: {shown(block)}" for block in compare_texts(before, after)]


def shown(block: ComparedBlock) -> str:
    cells = [" / ".join(map(shown, each.blocks)) for each in block.cells]
    note = f"({block.note}) " if block.note else ""
    return note + (show(block.runs) or " | ".join(cells))


def words_without(blocks: Iterable[ComparedBlock], without: str) -> list[str]:
    """Return the words of each block of a comparison, less those of one kind."""
    lines = []
    for block in blocks:
        lines.append(
            "".join(
                run.previous_text
                if run.previous_text and without == "inserted"
                else run.text
                for run in block.runs
                if run.kind != without and not run.style.address
            )
        )
        for each in block.cells:
            lines += words_without(each.blocks, without)
    return [line for line in lines if line]


def printed(blocks: Iterable[Block]) -> list[str]:
    """Return the words of blocks, a line a paragraph, found without any comparing."""
    lines: list[str] = []
    for block in blocks:
        if isinstance(block, Paragraph):
            lines.append(inline_text(block.inlines))
        elif isinstance(block, ListBlock):
            for item in block.items:
                lines += printed(item)
        elif isinstance(block, Table):
            lines += [column.heading for column in block.columns]
            for row in block.rows:
                lines += [line for c in row.cells for line in printed(c.blocks)]
    return [line for line in lines if line]


def is_equal(before: str, after: str) -> bool:
    return all(block.state == "kept" for block in compare_texts(before, after))


class Heard(HTMLParser):
    """The words of a comparison's HTML, less those in one element; and its tags."""

    def __init__(self, html: str, without: str = "") -> None:
        super().__init__()
        self.words = ""
        self.tags: list[str] = []
        self.open: list[str] = []
        self.faults: list[str] = []
        self.without = without
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        parent = self.open[-1] if self.open else ""
        wanted = {"li": ("ul", "ol"), "tr": ("table",), "td": ("tr",)}
        if parent not in wanted.get(tag, (parent,)) or (tag == "p" and "p" in parent):
            self.faults.append(f"<{tag}> in <{parent}>")
        if set(values) - {"class", "value"}:
            self.faults.append(f"<{tag}> has {values}")
        self.tags.append(tag)
        if tag == "br":
            self.handle_data("\n")
        else:
            is_sign = values.get("class") in SIGNS
            self.open.append("sign" if is_sign else tag)

    def handle_endtag(self, tag: str) -> None:
        if self.open.pop() not in (tag, "sign"):
            self.faults.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        if "sign" not in self.open and self.without not in self.open:
            self.words += data


# --- generated texts ----------------------------------------------------------------

words = st.sampled_from(
    "DCC shall notify, (the) Supplier. Party 12.4 <b> &amp; A\u00a0B “x”".split(" ")
)
styles = st.sampled_from(
    ("{}",) * 6
    + ("<strong>{}</strong>", "<em>{}</em>", '<a href="https://a.org">{}</a>')
)
styled = st.builds(lambda word, style: style.format(escape(word)), words, styles)
spaces = st.sampled_from((" ",) * 8 + ("<br>", "&nbsp;"))
sentences = st.lists(st.tuples(styled, spaces), min_size=1, max_size=8).map(
    lambda pairs: "".join(word + space for word, space in pairs)
)
items = sentences.map(lambda words: f"<li>{words}</li>")
rows = st.lists(sentences, min_size=2, max_size=2).map(
    lambda cells: "<tr>" + "".join(f"<td>{each}</td>" for each in cells) + "</tr>"
)
pieces = st.one_of(
    sentences.map(lambda words: f"<p>{words}</p>"),
    st.lists(items, min_size=1, max_size=3).map(lambda x: f"<ul>{''.join(x)}</ul>"),
    st.lists(items, min_size=1, max_size=3).map(
        lambda x: f'<ol start="3">{"".join(x)}</ol>'
    ),
    st.lists(rows, min_size=1, max_size=3).map(
        lambda x: f"<table>{''.join(x)}</table>"
    ),
)


def escape(word: str) -> str:
    return word.replace("<", "&lt;")


@st.composite
def pairs(draw: st.DrawFn) -> tuple[str, str]:
    """Draw two texts; the second holds some of the first, in its order or not."""
    before = draw(st.lists(pieces, max_size=5))
    after = (
        draw(st.lists(st.one_of(st.sampled_from(before), pieces), max_size=5))
        if (before)
        else draw(st.lists(pieces, max_size=3))
    )
    return normalise("".join(before)), normalise("".join(after))


@given(pairs())
def test_comparison_without_insertions_is_the_old_text(pair: tuple[str, str]) -> None:
    assert words_without(compare_texts(*pair), "inserted") == printed(parse(pair[0]))


@given(pairs())
def test_comparison_without_deletions_is_the_new_text(pair: tuple[str, str]) -> None:
    assert words_without(compare_texts(*pair), "deleted") == printed(parse(pair[1]))


@settings(max_examples=sizes.count(20, whole=50))
@given(any_blocks(), any_blocks())
def test_comparison_of_any_blocks_keeps_all_words(
    before: tuple[Block, ...], after: tuple[Block, ...]
) -> None:
    compared = compare_leaves(read_leaves(before), read_leaves(after))

    found = words_without(compared, "inserted"), words_without(compared, "deleted")
    assert found == (printed(before), printed(after))


@given(pairs())
def test_only_equal_texts_compare_as_equal(pair: tuple[str, str]) -> None:
    before, after = pair

    assert is_equal(before, after) == (before == after)


@given(pairs())
def test_text_compared_with_itself_has_no_changes(pair: tuple[str, str]) -> None:
    tags = Heard(comparison_html(pair[0], pair[0])).tags

    assert not {"ins", "del"} & set(tags)


@settings(max_examples=sizes.count(20, whole=50))
@given(any_blocks())
def test_blocks_compared_with_themselves_are_kept(blocks: tuple[Block, ...]) -> None:
    compared = compare_leaves(read_leaves(blocks), read_leaves(blocks))

    assert all(block.state == "kept" for block in compared)


@given(pairs())
def test_comparison_html_is_well_formed(pair: tuple[str, str]) -> None:
    html = comparison_html(*pair)
    head = '<html lang="en-GB"><head><title>t</title></head><body><h1>h</h1>'

    assert Read(f"{head}{html}</body></html>").faults + Heard(html).faults == []


@settings(max_examples=sizes.count(20, whole=50))
@given(any_blocks(), any_blocks())
def test_comparison_html_of_any_blocks_is_well_formed(
    before: tuple[Block, ...], after: tuple[Block, ...]
) -> None:
    html = blocks_html(compare_leaves(read_leaves(before), read_leaves(after)))

    assert Heard(html).faults + Heard(html).open == []


@given(pairs())
def test_comparison_html_uses_only_allowed_elements(pair: tuple[str, str]) -> None:
    allowed = set("p br ul ol li table tr td strong em ins del span".split())

    assert set(Heard(comparison_html(*pair)).tags) <= allowed


@given(pairs())
def test_comparison_html_without_ins_has_the_old_words(
    pair: tuple[str, str],
) -> None:
    heard = Heard(comparison_html(*pair), without="ins")

    assert heard.words == "".join(printed(parse(pair[0])))


@given(pairs())
def test_comparison_html_without_del_has_the_new_words(pair: tuple[str, str]) -> None:
    heard = Heard(comparison_html(*pair), without="del")

    assert heard.words == "".join(printed(parse(pair[1])))


@given(st.text(max_size=40), st.text(max_size=40))
def test_compared_lines_are_escaped_and_complete(before: str, after: str) -> None:
    html = lines_html(before, after)

    assert Heard(html, "ins").words == read(before)
    assert Heard(html, "del").words == read(after)


def read(line: str) -> str:
    """Return a line as a page shows it: line ends kept, other blanks as spaces."""
    ends = line.replace("\r\n", "\n")
    return "".join(" " if each in "\t\r\f\v" else each for each in ends)


@given(st.lists(st.tuples(st.booleans(), st.booleans()), max_size=30))
def test_swapped_texts_swap_insertions_and_deletions(
    stays: list[tuple[bool, bool]],
) -> None:
    """Of words that are all different there is one way only to align two texts."""
    before = " ".join(f"w{n}" for n, (old, _) in enumerate(stays) if old)
    after = " ".join(f"w{n}" for n, (_, new) in enumerate(stays) if new)

    there, back = compare_lines(before, after), compare_lines(after, before)
    assert count(there, "inserted") == count(back, "deleted")
    assert count(there, "deleted") == count(back, "inserted")


def count(runs: Iterable[Run], kind: str) -> int:
    return sum(len(run.text.split()) for run in runs if run.kind == kind)


# --- typical edits -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (
            "The Supplier shall notify DCC within 10 Working Days.",
            "The Supplier shall notify DCC within 15 Working Days.",
            "The Supplier shall notify DCC within [-10-]{+15+} Working Days.",
        ),
        (
            "DCC shall publish the matrix.",
            "DCC shall publish the matrix, and shall keep it up to date.",
            "DCC shall publish the matrix{+, and shall keep it up to date+}.",
        ),
        (
            "Each Party may appeal; the Panel decides.",
            "Each Party may appeal. The Panel decides.",
            "Each Party may appeal[-; the-]{+. The+} Panel decides.",
        ),
        (
            "in accordance with Clause 12.4(a) of the Code",
            "in accordance with Clause 12.5(a) of the Code",
            "in accordance with Clause [-12.4-]{+12.5+}(a) of the Code",
        ),
        (
            "in accordance with Clause 12.4(a)",
            "in accordance with Clause 12.4(b)",
            "in accordance with Clause 12.4([-a-]{+b+})",
        ),
        (
            "DCC will publish it. DCC will consult.",
            "DCC will publish it. DCC will redraft it. DCC will consult.",
            "DCC will publish it.{+ DCC will redraft it.+} DCC will consult.",
        ),
        (
            "The User must not, save where Clause 4 applies, connect.",
            "The User must not connect.",
            "The User must not[-, save where Clause 4 applies,-] connect.",
        ),
        (
            "A Supplier’s obligation",
            "A Supplier's obligation",
            "A [-Supplier’s-]{+Supplier's+} obligation",
        ),
        (
            "up to £1,000 a day",
            "up to £10,000 a day",
            "up to [-£1,000-]{+£10,000+} a day",
        ),
        ("the roll out", "the roll-out", "the [-roll out-]{+roll-out+}"),
        ("Clause 4", "Clause\u00a04", "Clause[- -]{+\u00a0+}4"),
        (
            "The Supplier shall notify the Panel",
            "The Network Party shall inform the Panel",
            "The [-Supplier-]{+Network Party+} shall [-notify-]{+inform+} the Panel",
        ),
        (
            "must report failed activations to the Panel monthly",
            "must never withhold information about outages to the Panel monthly",
            "must [-report failed activations-]"
            "{+never withhold information about outages+} to the Panel monthly",
        ),
        ("", "New.", "{+New.+}"),
        ("Old.", "", "[-Old.-]"),
    ],
)
def test_word_changes_are_marked_as_expected(
    before: str, after: str, expected: str
) -> None:
    assert marked(before, after) == expected


def test_isolated_kept_words_are_merged_into_the_change() -> None:
    marks = marked(
        "DCC agrees: considerable difficulty of administration results from this.",
        "DCC agrees: unnecessary duplication of correspondence results from this.",
    )

    assert marks == (
        "DCC agrees: [-considerable difficulty of administration-]"
        "{+unnecessary duplication of correspondence+} results from this."
    )


def test_inserted_paragraph_leaves_neighbours_unchanged() -> None:
    before = "<p>DCC agrees.</p><p>DCC will act.</p>"
    after = "<p>DCC agrees.</p><p>There is one exception.</p><p>DCC will act.</p>"

    assert texts(before, after) == [
        "kept: DCC agrees.",
        "inserted: {+There is one exception.+}",
        "kept: DCC will act.",
    ]


def test_mostly_rewritten_paragraph_is_shown_whole() -> None:
    before = "<p>The device has two hours.</p>"
    after = "<p>No limit is set by the new rules.</p>"

    assert texts(before, after) == [
        "deleted: [-The device has two hours.-]",
        "inserted: {+No limit is set by the new rules.+}",
    ]


def test_changed_paragraph_is_matched_among_other_changes() -> None:
    before = "<p>One respondent disagreed.</p><p>DCC will publish it in May.</p>"
    after = "<p>Wholly other words.</p><p>DCC will publish it in June.</p>"

    assert texts(before, after)[-1] == (
        "changed: DCC will publish it in [-May-]{+June+}."
    )


def test_bold_is_a_change() -> None:
    assert texts("<p>It must stop.</p>", "<p>It <strong>must</strong> stop.</p>") == [
        "changed: It [-must-]{+must+} stop."
    ]


def test_changed_link_address_is_shown_as_change() -> None:
    before = '<p>See <a href="https://a.org/1">the site</a>.</p>'
    after = '<p>See <a href="https://a.org/2">the site</a>.</p>'

    assert texts(before, after) == [
        "changed: See the site[- (https://a.org/1)-]{+ (https://a.org/2)+}."
    ]


def test_text_turned_into_link_is_a_change() -> None:
    before, after = "<p>See the site</p>", '<p>See <a href="https://a.org">the site</a>'

    assert texts(before, after) == [
        "changed: See [-the site-]{+the site+}{+ (https://a.org)+}"
    ]


@pytest.mark.parametrize(
    ("before", "after", "note"),
    [
        (
            "<ul><li>One</li></ul>",
            "<ol><li>One</li></ol>",
            "was a bulleted item, now a numbered item",
        ),
        ("<p>One</p>", "<ul><li>One</li></ul>", "was a paragraph, now a bulleted item"),
        (
            "<ol><li>One</li></ol>",
            '<ol start="4"><li>One</li></ol>',
            "numbering began at 1, now begins at 4",
        ),
        (
            "<ul><li>No</li><li>One</li></ul>",
            "<ul><li>No</li></ul><ul><li>One</li></ul>",
            "now begins a list",
        ),
        (
            "<ul><li>No</li><li>One</li></ul>",
            "<ul><li><p>No</p><p>One</p></li></ul>",
            "now part of the previous item",
        ),
        (
            "<ul><li>No</li><li>One</li></ul>",
            "<ul><li>No<ul><li>One</li></ul></li></ul>",
            "was a bulleted item, now a bulleted item, level 2",
        ),
    ],
)
def test_changed_block_type_is_noted(before: str, after: str, note: str) -> None:
    assert texts(before, after)[-1] == f"changed: ({note}) One"


def test_renumbered_list_items_are_unchanged() -> None:
    before = "<ol><li>Notify.</li><li>Publish.</li></ol>"
    after = "<ol><li>Consult.</li><li>Notify.</li><li>Publish.</li></ol>"

    assert texts(before, after) == [
        "inserted: {+Consult.+}",
        "kept: Notify.",
        "kept: Publish.",
    ]


def test_numbered_items_show_their_numbers() -> None:
    before = "<ol><li>Notify.</li><li>Publish.</li></ol>"

    html = comparison_html(before, "<ol><li>Publish.</li></ol>")

    assert html == (
        '<ol><li value="1"><p><del><span class="away">deleted: </span>Notify.</del></p>'
        '</li><li value="1"><p>Publish.</p></li></ol>'
    )


def test_table_rows_are_aligned_and_cells_compared_by_word() -> None:
    row = "<tr><td>{}</td><td>{}</td></tr>".format
    head = "<tr><th>Clause</th><th>Change</th></tr>"
    before = row("4.1", "Ten days allowed") + row("4.2", "The caveat is removed")
    after = row("4.0", "A new clause") + before.replace("Ten", "Five")

    assert texts(f"<table>{head}{before}</table>", f"<table>{head}{after}</table>") == [
        "kept: Clause | Change",
        "inserted: {+4.0+} | {+A new clause+}",
        "changed: 4.1 | [-Ten-]{+Five+} days allowed",
        "kept: 4.2 | The caveat is removed",
    ]


def test_inserted_column_leaves_other_cells_unchanged() -> None:
    row = "<table><tr><td>4.1</td><td>Ten days are allowed</td></tr></table>"
    wider = row.replace("<td>Ten", "<td></td><td>Ten")

    assert texts(row, wider) == ["changed: 4.1 |  | Ten days are allowed"]


def test_rows_with_same_anchor_are_matched() -> None:
    def table(words: str) -> Table:
        return Table((), (Row((cell(words),), "comment-1"),))

    compared = compare_leaves(
        read_leaves((table("Ten days"),)), read_leaves((table("Something else"),))
    )
    assert [shown(block) for block in compared] == ["[-Ten days-] / {+Something else+}"]


def test_reference_with_another_number_is_kept() -> None:
    old = Paragraph((Text("See "), Reference("section: Next", "next", "Section 4")))
    new = Paragraph((Text("See "), Reference("section: Next", "next", "Section 5")))

    compared = compare_leaves(read_leaves((old,)), read_leaves((new,)))

    assert blocks_html(compared) == (
        '<p>See Section 5<span class="comparison-note"> (was Section 4)</span></p>'
    )
    assert compared[0].state == "kept"


def test_plain_text_is_compared_with_markup() -> None:
    assert texts("One.\n\nTwo.", "<p>One.</p><p>Two.</p>") == [
        "kept: One.",
        "kept: Two.",
    ]


def test_invalid_markup_is_compared_as_plain_text() -> None:
    assert texts("<script>a", "<script>b") == ["changed: <script>[-a-]{+b+}"]


# --- HTML ---------------------------------------------------------------------------


def test_html_labels_insertions_and_deletions_in_words() -> None:
    assert comparison_html("<p>In 10 days.</p>", "<p>In 15 days.</p>") == (
        '<p>In <del><span class="away">deleted: </span>10</del>'
        '<ins><span class="away">inserted: </span>15'
        '<span class="away"> end of insertion </span></ins> days.</p>'
    )


def test_compared_text_is_escaped() -> None:
    assert comparison_html("", "<p>a &lt;img src=x&gt; &amp;</p>") == (
        '<p><ins><span class="away">inserted: </span>'
        "a &lt;img src=x&gt; &amp;</ins></p>"
    )


def test_changed_space_is_named_in_html() -> None:
    assert "[no-break space]" in lines_html("Clause 4", "Clause\u00a04")


def test_style_only_change_is_labelled_in_html() -> None:
    html = comparison_html("<p>It is.</p>", "<p><em>It</em> is.</p>")

    assert "inserted, the same words in another style: </span><em>It</em>" in html


def test_lines_are_compared_without_markup() -> None:
    assert lines_html("<b>x", "<b>x") == "&lt;b&gt;x"


def test_empty_texts_compare_to_empty_html() -> None:
    assert comparison_html("", "") + lines_html("", "") == ""


# --- long texts ---------------------------------------------------------------------


@pytest.mark.parametrize("size", [10, 50, 20_000])
@pytest.mark.parametrize("change", [edited, lambda words: prose(len(words), 2)])
def test_long_texts_keep_every_word(
    size: int, change: Callable[[list[str]], list[str]]
) -> None:
    words = prose(20_000, 1)
    keeps_every_word(paragraphs(words, size), paragraphs(change(words), size))


@pytest.mark.parametrize("pair", AWKWARD.values(), ids=AWKWARD)
def test_awkward_texts_keep_every_word(pair: tuple[str, str]) -> None:
    keeps_every_word(*map(normalise, pair))


def keeps_every_word(before: str, after: str) -> None:
    compared = compare_texts(before, after)

    found = words_without(compared, "inserted"), words_without(compared, "deleted")
    assert found == (printed(parse(before)), printed(parse(after)))


def test_too_long_text_keeps_common_start_and_end() -> None:
    before = f"<p>{'same ' * 30_000}{'a b ' * 13_000} end</p>"
    after = f"<p>{'same ' * 30_000}{'c b ' * 13_000} end</p>"

    runs = [run for block in compare_texts(before, after) for run in block.runs]

    assert [run.kind for run in runs] == ["kept", "deleted", "inserted", "kept"]


def test_very_long_texts_are_compared_by_whole_paragraphs() -> None:
    many = [f"<p>{'word ' * 80}{n}</p>" for n in range(1_000)]
    before, after = "".join(many), "".join([*many[:600], "<p>new</p>", *many[601:]])
    assert len(before) > MAX_LENGTH_BY_WORDS / 2
    compared = compare_texts(before, after)
    changed = [n for n, block in enumerate(compared) if block.state != "kept"]
    assert changed == [600, 601]
    assert [compared[n].state for n in changed] == ["deleted", "inserted"]
    assert len(compared) == 1_001


def test_very_long_lines_are_shown_one_after_the_other() -> None:
    before, after = "a " * MAX_LENGTH_BY_WORDS + "b", "a " * MAX_LENGTH_BY_WORDS + "c"
    html = lines_html(before, after)
    assert html.count("<del") == html.count("<ins") == 1
    assert lines_html(before, before).count("<del") == 0


def test_texts_of_very_many_tags_are_compared_by_whole_paragraphs() -> None:
    many = "<p>" + "a<br>" * (MAX_TAGS_BY_WORDS // 2) + "</p>"
    compared = compare_texts(many, many.replace("a", "b", 1))
    assert [block.state for block in compared] == ["deleted", "inserted"]
