"""The public text of a consultation as a value, and what differs between two."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from consultations.documents.conclusion.stored import UnknownFormatError
from consultations.documents.consultation_changes import (
    clause_changes,
    subject_of,
    text_changes,
)
from consultations.documents.consultation_text import (
    AttachmentFile,
    ConsultationText,
    ConsultedText,
    DocumentName,
    ExtensionText,
    QuestionText,
    read_consultation_text,
    write_consultation_text,
)
from consultations.documents.version_text import ClauseText, VersionText

FORMAT_1 = (
    b'{"anonymity":"anonymous","attachments":[],"classification":"","closes":null,'
    b'"documents":[],"extensions":[],"follows":"first","format":1,"mailbox":"",'
    b'"opens":null,"organisation":"Data Communications Company",'
    b'"organisation_short":"DCC","questions":[],"relation":"further","summary":"",'
    b'"target_conclusion":null,"texts":[],"title":"Lamps"}'
)
UTC = dt.UTC
BELOW = QuestionText("q2", "Question 1(a)", "<p>Why?</p>", "open")
TEXT = ConsultationText(
    title="Changes to the S1SR",
    organisation="Data Communications Company",
    organisation_short="DCC",
    anonymity="anonymous",
    summary="<p>About intervals.</p>",
    documents=(DocumentName("S1SR", "Requirements", "Appendix AM", "panel"),),
    opens=dt.datetime(2026, 6, 1, 8, 0, tzinfo=UTC),
    closes=dt.datetime(2026, 7, 1, 15, 0, tzinfo=UTC),
    target_conclusion=dt.date(2026, 9, 1),
    questions=(
        QuestionText(
            "q1",
            "Question 1",
            "<p>Do you agree?</p>",
            "choice",
            options=("Yes", "No"),
            refers_to=("S1SR 1",),
            children=(BELOW,),
        ),
        QuestionText("q3", "Question 2", "<p>When?</p>", "date"),
    ),
    attachments=(AttachmentFile("The text", "text.pdf", "a" * 64, 10),),
    extensions=(
        ExtensionText(
            dt.datetime(2026, 7, 1, 15, 0, tzinfo=UTC),
            dt.datetime(2026, 7, 8, 15, 0, tzinfo=UTC),
            "<p>Asked for.</p>",
            ("q1",),
        ),
    ),
    texts=(ConsultedText("S1SR/consulted", "b" * 64),),
)


def with_question(*, text: str) -> ConsultationText:
    first, second = TEXT.questions
    return replace(TEXT, questions=(first, replace(second, text=text)))


def test_text_is_read_as_it_was_written() -> None:
    data = write_consultation_text(TEXT)
    assert read_consultation_text(data) == TEXT
    assert write_consultation_text(read_consultation_text(data)) == data
    assert b'"format":2' in data


def test_text_of_later_format_is_refused() -> None:
    data = write_consultation_text(TEXT).replace(b'"format":2', b'"format":3')
    with pytest.raises(UnknownFormatError, match="format 3"):
        read_consultation_text(data)


def test_equal_texts_have_no_changes() -> None:
    assert (
        text_changes(TEXT, read_consultation_text(write_consultation_text(TEXT))) == ()
    )


def test_words_of_search_are_title_summary_and_documents() -> None:
    assert (
        TEXT.words == "Changes to the S1SR\n<p>About intervals.</p>\nS1SR Requirements"
    )


@pytest.mark.parametrize(
    ("after", "part", "sentence"),
    [
        (replace(TEXT, title="Other"), "Title", "Title differs from the published"),
        (
            with_question(text="<p>When not?</p>"),
            "Question 2",
            "Question 2 differs from the published wording.",
        ),
        (
            replace(TEXT, questions=TEXT.questions[:1]),
            "Question 2",
            "Question 2 is in the published consultation, but has been deleted in "
            "the workspace.",
        ),
        (
            replace(TEXT, questions=(*TEXT.questions, replace(BELOW, key="q9"))),
            "Question 1(a)",
            "Question 1(a) is not in the published consultation.",
        ),
        (
            replace(TEXT, questions=TEXT.questions[::-1]),
            "Order of the questions",
            "Order of the questions differs",
        ),
        (replace(TEXT, documents=()), "List of documents", "List of documents differs"),
        (
            replace(TEXT, attachments=()),
            "List of attachments",
            "List of attachments differs",
        ),
        (
            replace(TEXT, closes=dt.datetime(2026, 7, 2, 15, 0, tzinfo=UTC)),
            "Deadline",
            "Deadline differs",
        ),
        (
            replace(TEXT, extensions=()),
            "Extension to 16:00 on 8 July 2026",
            "is in the published consultation, but has been deleted in the workspace.",
        ),
        (
            replace(TEXT, texts=()),
            "The text of S1SR",
            "but has been deleted in the workspace.",
        ),
        (
            replace(TEXT, texts=(*TEXT.texts, ConsultedText("S1SR/new", "c" * 64))),
            "The text of S1SR",
            "The text of S1SR is not public.",
        ),
    ],
)
def test_change_names_the_part(
    after: ConsultationText, part: str, sentence: str
) -> None:
    (change,) = text_changes(TEXT, after)
    assert change.part == part
    assert sentence in change.sentence


def test_moved_sub_question_is_a_change_of_it_alone() -> None:
    first, second = TEXT.questions
    moved = (replace(first, children=()), replace(second, children=(BELOW,)))
    changes = text_changes(TEXT, replace(TEXT, questions=moved))
    assert "Question 1(a)" in [change.part for change in changes]
    assert "Sub-question of Question 2" in changes[0].after


def test_new_title_and_route_of_a_document_are_changes() -> None:
    named = replace(TEXT.documents[0], title="New title", route="authority")
    changes = text_changes(TEXT, replace(TEXT, documents=(named,)))
    assert [change.part for change in changes] == [
        "Title of S1SR",
        "Approval route of S1SR",
    ]
    assert changes[1].after == "<p>Decision by the Authority (Ofgem)</p>"


def test_wordings_are_escaped() -> None:
    (change,) = text_changes(TEXT, replace(TEXT, title="<b>Bold</b>"))
    assert change.after == "<p>&lt;b&gt;Bold&lt;/b&gt;</p>"


def test_subject_lists_at_most_four_parts() -> None:
    other = replace(
        with_question(text="<p>New.</p>"),
        title="A",
        summary="<p>B</p>",
        mailbox="c@example.org",
        classification="D",
    )
    changes = text_changes(TEXT, other)
    assert subject_of(changes[:2]) == "Title and Summary"
    assert subject_of(changes) == "Title, Summary, Classification and 2 more parts"


def test_clause_changes_are_the_clauses_that_differ() -> None:
    same = ClauseText("c1", "1", "Scope", "<p>Same.</p>")
    old = VersionText(
        "S1SR", "k", "", "consulted", clauses=(same, ClauseText("c2", "2", "", "Old"))
    )
    new = replace(old, clauses=(same, ClauseText("c2", "2", "", "New")))
    (change,) = clause_changes(old, new)
    assert (change.part, "Old" in change.before, "New" in change.after) == (
        "Clause 2",
        True,
        True,
    )
    assert len(clause_changes(None, new)) == 2


def test_text_of_format_1_is_read() -> None:
    text = read_consultation_text(FORMAT_1)
    assert (text.title, text.follows, text.relation) == ("Lamps", "first", "further")
    assert (text.follows_title, text.follows_opened, text.follows_url) == ("", None, "")


def test_stored_values_of_choices_are_compared_in_words() -> None:
    text = read_consultation_text(FORMAT_1)
    other = replace(text, anonymity="named", relation="supersedes", follows="second")
    assert {change.field: change.after for change in text_changes(text, other)} == {
        "anonymity": "<p>Respondents are named</p>",
        "relation": "<p>Supersedes the earlier consultation</p>",
        "follows": "<p>/consultations/second/</p>",
    }
