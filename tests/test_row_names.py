"""The names by which staff know rows, and the messages that name them."""

from __future__ import annotations

import pytest

from consultations.audit import history
from consultations.models import (
    ConclusionSection,
    Consultation,
    GlossaryTerm,
    Question,
)
from consultations.models.base import Editable
from responses.models import ChangeCause, Comment, CommentSource, DCCResponse
from responses.row_names import RowNames, row_name, saved_message
from responses.row_types import row_ref
from tests.support.factories import (
    london,
    make_change,
    make_comment,
    make_conclusion,
    make_consultation,
    make_question,
    make_respondent,
    make_submission,
)
from tests.support.pages import queries

pytestmark = pytest.mark.django_db


@pytest.fixture
def consultation() -> Consultation:
    return make_consultation("named")


@pytest.fixture
def question(consultation: Consultation) -> Question:
    return make_question(consultation, label="Question 2")


def section(consultation: Consultation, **values: object) -> ConclusionSection:
    conclusion = make_conclusion(consultation)
    return ConclusionSection(conclusion=conclusion, **values)


def test_comment_is_named_by_its_number(question: Question) -> None:
    make_comment(question.consultation, question)
    comment = make_comment(question.consultation, question)
    assert row_name(comment) == "Comment Q2.2"


def test_deleted_comment_is_named_by_its_first_words(question: Question) -> None:
    comment = make_comment(question.consultation, question, text="Too slow.")
    history.delete_all([Comment.objects.get(pk=comment.pk)])
    line = Comment.history.latest()
    assert RowNames().name(line.instance) == "Comment “Too slow.”"


def test_response_is_named_by_its_comment(question: Question) -> None:
    response = DCCResponse(comment=make_comment(question.consultation, question))
    assert row_name(response) == "DCC response to Comment Q2.1"


def test_link_is_named_by_the_row_it_belongs_to(question: Question) -> None:
    comment = make_comment(question.consultation, question)
    change = make_change(question.consultation, reference="Clause 3.1")
    person = make_respondent(question.consultation, "Ash Energy")
    source = CommentSource(comment=comment, respondent=person)
    cause = ChangeCause(change=change, comment=comment)
    assert row_name(source) == "Comment Q2.1"
    assert row_name(cause) == "Clause change to S1SR Clause 3.1"


@pytest.mark.parametrize(
    ("label", "name"),
    [("S1SR Question 2a", "S1SR Question 2a"), ("7", "Question 7")],
)
def test_question_is_named_by_its_label(label: str, name: str) -> None:
    assert row_name(Question(label=label)) == name


def test_section_is_named_by_its_heading(question: Question) -> None:
    named = section(question.consultation, heading="Next Steps")
    assert row_name(named) == "Section Next Steps"


def test_section_without_heading_is_named_by_its_question(question: Question) -> None:
    unnamed = section(question.consultation, kind="question", question=question)
    assert row_name(unnamed) == "Section on Question 2"
    assert row_name(ConclusionSection()) == "Section with no heading"


def test_other_rows_are_named_with_what_they_are(consultation: Consultation) -> None:
    person = make_respondent(consultation, "Ash Energy")
    extension = consultation.extensions.create(
        was=london("2026-02-02 16:00"), until=london("2026-03-02 16:00"), position=1
    )
    rows: dict[Editable, str] = {
        person: "Respondent Ash Energy",
        make_submission(person): "Response from Ash Energy",
        extension: "Extension to 16:00 on 2 March 2026",
        GlossaryTerm(pk=1, short="S1SR"): "Glossary term S1SR",
    }
    assert [row_name(row) for row in rows] == list(rows.values())


def test_comments_of_one_consultation_are_numbered_once(question: Question) -> None:
    comments = [make_comment(question.consultation, question) for _ in range(9)]
    names = RowNames()
    assert queries(lambda: [names.name(each) for each in comments]) == 2


def test_saved_message_names_the_row(question: Question) -> None:
    assert saved_message(question, row_ref(question)) == "Question 2 saved."
    comment = make_comment(question.consultation, question)
    assert saved_message(comment, "comment:new:1") == "Comment Q2.1 saved."


def test_saved_message_names_the_part_of_a_consultation(
    consultation: Consultation,
) -> None:
    details, deadline = row_ref(consultation), row_ref(consultation, "deadline")
    assert saved_message(consultation, details) == "Consultation details saved."
    assert saved_message(consultation, deadline) == "Deadline saved."
