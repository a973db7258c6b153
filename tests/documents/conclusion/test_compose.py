"""`compose`: the document made of a conclusion's content, and what is stripped."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given

from consultations.documents.codec import CodecError, dumps, loads
from consultations.documents.conclusion import content as c
from consultations.documents.conclusion.columns import COLUMNS
from consultations.documents.conclusion.compose import compose
from consultations.documents.conclusion.content import (
    ConclusionContent,
    Respondent,
    strip_unprinted,
)
from consultations.documents.conclusion.numbering import unresolved_references
from consultations.documents.tree import (
    AttachmentList,
    Document,
    Table,
    plain_text,
)
from tests.support.content_strategies import contents, make_content


def headings(document: Document) -> list[str]:
    return [section.printed_text for section in document.every_section()]


def tables(document: Document) -> list[Table]:
    return [
        block
        for section in document.every_section()
        for block in section.blocks
        if isinstance(block, Table) and block.name
    ]


def words(document: Document) -> str:
    return "\n".join(plain_text(s.blocks) for s in document.every_section())


def with_sections(*kinds: str, **values: Any) -> ConclusionContent:
    sections = tuple(c.SectionContent(kind, kind) for kind in kinds)
    return replace(make_content(), sections=sections, **values)


def test_usual_conclusion_has_eleven_headings() -> None:
    assert headings(compose(make_content())) == [
        "1. Introduction and Context",
        "2. Consultation",
        "2.1. Respondents",
        "3. Analysis of Responses",
        "3.1. Comments relating to question 1",
        "3.2. Comments relating to question 2",
        "3.3. Comments relating to question 3",
        "4. Summary of Changes to the S1SR",
        "5. Conclusions",
        "6. Next Steps",
        "7. Attachments",
    ]


def test_usual_conclusion_has_three_captioned_tables() -> None:
    document = compose(make_content())
    assert [table.caption for table in tables(document)] == [
        "Table 1",
        "Table 2",
        "Table 3",
    ]
    assert [[col.heading for col in table.columns] for table in tables(document)] == [
        ["Number", "Question"],
        ["Comment", "DCC Response"],
        ["Drafting Reference", "Description", "Rationale for Change"],
    ]


def test_tally_is_printed_for_questions_without_comments() -> None:
    text = words(compose(make_content()))
    sentence = "Two respondents agreed while one did not express an opinion."
    assert text.count(sentence) == 2


def test_respondent_count_is_replaced_by_drafted_text() -> None:
    content = make_content()
    assert "DCC received three responses to the consultation" in words(compose(content))
    own = c.SectionContent("Respondents", "respondents", "<p>Nobody wrote.</p>")
    assert words(compose(replace(content, sections=(own,)))) == "Nobody wrote."


def test_attachments_are_numbered_in_order() -> None:
    (section,) = compose(with_sections("attachments")).sections
    (listed,) = section.blocks
    assert isinstance(listed, AttachmentList)
    assert [item.printed_text for item in listed.items][:2] == [
        "Attachment 1: S1SR - clean",
        "Attachment 2: S1SR - redline",
    ]


def test_cross_references_print_numbers_of_their_targets() -> None:
    texts = (
        "<p>[[section: Next Steps]], [[table: question 1]], [[attachment: Annex A]], "
        "[[comment: k2]], [[change: c1]], [[question: 2]], [[section: Nowhere]].</p>"
    )
    content = make_content()
    sections = (c.SectionContent("First", text=texts), *content.sections)
    document = compose(replace(content, sections=sections))
    assert words(document).startswith(
        "Section 7, Table 2, Attachment 4, comment 2 in Table 2, Clause 13.2 in "
        "Table 3, S1SR Question 2, [[section: Nowhere]]."
    )
    assert unresolved_references(document) == ["section: Nowhere"]


def test_comment_and_change_refer_to_each_other() -> None:
    _, comments, changes = tables(compose(make_content()))
    assert [r.anchor for r in comments.rows[1].related] == [changes.rows[0].anchor]
    assert [r.anchor for r in changes.rows[0].related] == [comments.rows[1].anchor]


def test_question_section_overrides_heading_and_tally() -> None:
    content = make_content()
    own = c.SectionContent(
        "What was said of the devices", "question", question="q1", tally=True
    )
    analysis = c.SectionContent("Analysis", "analysis", sections=(own,))
    document = compose(replace(content, sections=(analysis,)))
    assert headings(document)[1] == "1.1. What was said of the devices"
    first = document.sections[0].sections[0]
    assert "Two respondents agreed" in plain_text(first.blocks)
    assert any(isinstance(block, Table) for block in first.blocks)


def test_disabled_table_and_tally_are_not_printed() -> None:
    own = c.SectionContent("", "question", question="q1", tally=False, table=False)
    analysis = c.SectionContent("Analysis", "analysis", sections=(own,))
    document = compose(replace(make_content(), sections=(analysis,)))
    assert document.sections[0].sections[0].blocks == ()


def test_sub_questions_are_nested_in_their_question() -> None:
    content = make_content()
    first, second, third = content.questions
    questions = (first, second, replace(third, parent="q2", number="2a"))
    document = compose(replace(content, questions=questions))
    assert "3.2.1. Comments relating to question 2a" in headings(document)


def test_unanswered_parent_question_has_no_tally() -> None:
    content = make_content()
    first, second, third = content.questions
    stem = replace(second, tally=(), answered=0, answers=())
    questions = (first, stem, replace(third, parent="q2"))
    document = compose(with_sections("analysis", questions=questions))
    assert document.sections[0].sections[1].blocks == ()
    assert first.key == "q1"


def test_comments_without_question_come_last() -> None:
    content = make_content()
    document = compose(
        with_sections("analysis", comments=(c.Comment("k9", "<p>More.</p>"),))
    )
    assert headings(document)[-1] == "1.4. Other comments"
    assert content.comments == ()


def test_every_column_can_be_printed() -> None:
    (_table, *_) = tables(compose(with_sections("analysis", columns=tuple(COLUMNS))))
    assert [column.heading for column in _table.columns] == [
        "No.",
        "Respondent",
        "Category",
        "Answer",
        "Clause",
        "Comment",
        "DCC Response",
        "Outcome",
    ]
    cells = [plain_text(cell.blocks) for cell in _table.rows[1].cells]
    assert cells == [
        "1.2",
        "Respondent B",
        "Supplier",
        "Agree",
        "–",
        "A respondent made point 2.",
        "DCC has considered point 2.",
        "Accepted: text changed",
    ]


def test_tally_matrix_shows_each_respondents_answers() -> None:
    (matrix,) = tables(compose(with_sections("tally-matrix")))
    assert [plain_text(cell.blocks) for cell in matrix.rows[2].cells] == [
        "Respondent C",
        *["No opinion"] * 3,
    ]


def test_long_tables_of_comments_have_numbers() -> None:
    first, second, third = make_content().questions
    (comment, *_) = first.comments

    def asked(count: int) -> list[Table]:
        comments = tuple(replace(comment, key=f"m{n}") for n in range(count))
        questions = (
            replace(first, number="2a", comments=comments),
            replace(second, comments=(replace(comment, key="other"),)),
            third,
        )
        return tables(compose(with_sections("analysis", questions=questions)))

    assert [c.heading for c in asked(6)[0].columns] == ["Comment", "DCC Response"]
    many, few = asked(7)
    for table in (many, few):
        assert [c.heading for c in table.columns] == ["No.", "Comment", "DCC Response"]
    numbers = [plain_text(row.cells[0].blocks) for row in many.rows]
    assert numbers == [f"2a.{n}" for n in range(1, 8)]
    assert many.rows[0].cells[0].header


@pytest.mark.parametrize(
    ("asked", "widths"), [(6, [6]), (12, [6, 6]), (7, [3, 4]), (25, [5] * 5)]
)
def test_answers_to_many_questions_are_split_into_tables(
    asked: int, widths: list[int]
) -> None:
    content = with_sections("tally-matrix")
    (first, *_) = content.questions
    questions = tuple(
        replace(first, key=f"m{n}", label=f"Question {n}") for n in range(asked)
    )
    found = tables(compose(replace(content, questions=questions)))
    assert [len(table.columns) - 1 for table in found] == widths
    assert {table.columns[0].heading for table in found} == {"Respondent"}
    headings = [c.heading for table in found for c in table.columns[1:]]
    assert headings == [question.label for question in questions]
    assert all(len(row.cells) == len(t.columns) for t in found for row in t.rows)


def test_links_to_comments_and_changes_are_of_one_row_only() -> None:
    content = make_content()
    (change,) = content.changes
    changes = (
        change,
        replace(change, key="c2"),
        replace(change, key="c3", document="TMAD"),
        replace(change, key="c4", reference="Clause 99"),
    )
    (first, *others) = content.questions
    comment = replace(first.comments[1], changes=tuple(c.key for c in changes))
    question = replace(first, comments=(first.comments[0], comment))
    document = compose(replace(content, questions=(question, *others), changes=changes))
    _, comments, listed = tables(document)
    assert [link.label for link in comments.rows[1].related] == [
        "Clause 13.2, change 1",
        "Clause 13.2, change 2",
        "Clause 99",
    ]
    assert listed.rows[0].related[0].label == "Comment 2 on question 1"


def test_tables_with_the_same_headings_have_the_same_widths() -> None:
    content = make_content()
    first, second, third = content.questions
    comment = c.Comment("long", "<p>Word.</p>", f"<p>{'Many more words. ' * 40}</p>")
    questions = (first, replace(second, comments=(comment,)), third)
    found = tables(compose(with_sections("analysis", questions=questions)))
    one, other = ([column.width for column in table.columns] for table in found)
    assert one == other
    assert one[1] > one[0]


def test_changes_of_several_documents_name_their_document() -> None:
    content = make_content()
    (change,) = content.changes
    both = (change, replace(change, key="c2", document="TMAD"))
    (table,) = tables(compose(with_sections("changes", changes=both)))
    first = [plain_text(row.cells[0].blocks) for row in table.rows]
    assert first == ["S1SR Clause 13.2", "TMAD Clause 13.2"]


def test_changes_section_without_changes_says_so() -> None:
    document = compose(with_sections("changes", changes=()))
    assert words(document) == "No changes are made."


def test_repeated_section_has_unique_anchors() -> None:
    document = compose(with_sections("questions", "questions", "changes", "changes"))
    anchors = [row.anchor for table in tables(document) for row in table.rows]
    assert len([a for a in anchors if a]) == len({a for a in anchors if a}) == 4


@pytest.mark.parametrize(
    "kind", ["glossary", "commitments", "document-control", "respondent-list"]
)
def test_empty_list_section_prints_no_table(kind: str) -> None:
    content = with_sections(kind, respondents=(), glossary=(), commitments=())
    assert tables(compose(content)) == []


# --- stripping unprinted content -------------------------------------------------


def test_unprinted_tally_is_stripped() -> None:
    first, second, _third = strip_unprinted(make_content()).questions
    assert first.tally is None
    assert first.answered is None
    assert second.tally is not None


def test_unprinted_respondents_are_stripped() -> None:
    printed = strip_unprinted(make_content())
    assert printed.respondents == ()
    assert all(not question.answers for question in printed.questions)
    assert all(not comment.respondents for comment in printed.every_comment())


def test_unprinted_categories_are_stripped() -> None:
    columns = ("respondent", "comment", "response")
    printed = strip_unprinted(replace(make_content(), columns=columns))
    assert [person.category for person in printed.respondents] == ["", "", ""]


def test_category_of_a_respondent_beside_no_printed_comment_is_stripped() -> None:
    content = make_content()
    content = replace(
        content,
        columns=("category", "comment", "response"),
        respondents=(*content.respondents, Respondent("Respondent D", "Network")),
    )
    printed = strip_unprinted(content)
    categories = [person.category for person in printed.respondents]
    assert categories == ["Supplier", "Supplier", "Supplier", ""]


def test_comments_are_stripped_without_analysis_section() -> None:
    assert list(strip_unprinted(with_sections("questions")).every_comment()) == []


@given(contents())
def test_stripping_does_not_change_the_document(
    content: ConclusionContent,
) -> None:
    printed = strip_unprinted(content)
    assert strip_unprinted(printed) == printed
    assert compose(printed) == compose(content)


@given(contents())
def test_numbers_are_consecutive_and_anchors_unique(content: ConclusionContent) -> None:
    document = compose(content)
    captions = [table.number for table in tables(document)]
    assert captions == list(range(1, len(captions) + 1))
    anchors = [section.anchor for section in document.every_section()]
    anchors += [table.anchor for table in tables(document)]
    anchors += [r.anchor for t in tables(document) for r in t.rows if r.anchor]
    assert len(anchors) == len(set(anchors))
    for section in document.every_section():
        for position, inner in enumerate(section.sections, 1):
            assert inner.number == f"{section.number}.{position}"


@given(contents())
def test_links_between_rows_resolve(content: ConclusionContent) -> None:
    document = compose(content)
    rows = [row for table in tables(document) for row in table.rows]
    anchors = {row.anchor for row in rows}
    assert all(r.anchor in anchors for row in rows for r in row.related)


@given(contents())
def test_content_and_document_round_trip_through_json(
    content: ConclusionContent,
) -> None:
    assert loads(ConclusionContent, dumps(content)) == content
    document = compose(content)
    assert loads(Document, dumps(document)) == document


def test_json_of_another_shape_is_refused() -> None:
    with pytest.raises(CodecError, match="no field"):
        loads(Document, '{"title": "a", "publisher": "b", "colour": "red"}')


def test_author_is_a_link_only_if_an_email_address() -> None:
    content = make_content()
    linked = {p.label: p.href for p in compose(content).properties}
    assert linked["Author"] == "mailto:consultations@example.org"
    plain = {
        p.label: p.href for p in compose(replace(content, author="A team")).properties
    }
    assert plain["Author"] == ""
