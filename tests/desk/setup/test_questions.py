"""Questions at the desk: creating, nesting, reordering, removing."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from consultations.models import Consultation, Extension, ExtensionQuestion, Question
from responses.setup.question_order import join_some
from tests.support.factories import (
    london,
    make_comment,
    make_conclusion,
    make_consultation,
    make_question,
    make_respondent,
    make_submission,
)
from tests.support.pages import (
    Read,
    future_consultation,
    log_in,
    open_consultation,
    text_of,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def about() -> Consultation:
    return future_consultation("about")


@pytest.fixture
def staff(client: Client) -> Client:
    return log_in(client, "Drafter")


def address(name: str, *args: object) -> str:
    return reverse(f"responses:{name}", args=["about", *args])


def typed(**values: Any) -> dict[str, Any]:
    return {
        "key": "q1",
        "label": "Question 1",
        "text": "Do you agree?",
        "kind": "agreement",
        "options": "",
        "parent": "",
        "refers_to": "",
        "summary": "",
        "shown": "0",
        **values,
    }


def create_question(client: Client, **values: Any) -> Question:
    response = client.post(address("new_question"), typed(**values))
    assert response.status_code == 302, text_of(response)
    return Question.objects.get(key=values.get("key", "q1"))


def edit(client: Client, question: Question, **values: Any) -> str:
    sent = {
        "label": question.label,
        "kind": question.kind,
        "options": "\n".join(question.options),
        "parent": str(question.parent_id or ""),
        "shown": str(question.version),
        **values,
    }
    return text_of(client.post(address("question", question.pk), typed(**sent)))


def in_order(about: Consultation) -> list[str]:
    rows = about.questions.order_by("position", "pk")
    assert [row.position for row in rows] == list(range(1, len(rows) + 1))
    return [row.key for row in rows]


def answer(question: Question, **values: Any) -> None:
    person = make_respondent(question.consultation, "A supplier")
    submission = make_submission(person)
    submission.answers.create(question=question, **values)


# Creating


def test_question_is_created(staff: Client, about: Consultation) -> None:
    assert create_question(staff, text="Is it clear?").text == "<p>Is it clear?</p>"


def test_new_question_form_proposes_key_and_label(
    staff: Client, about: Consultation
) -> None:
    make_question(about)
    make_question(about)
    page = text_of(staff.get(address("new_question")))
    assert 'value="q3"' in page
    assert 'value="Question 3"' in page


def test_sub_question_form_proposes_key_and_label(
    staff: Client, about: Consultation
) -> None:
    above = make_question(about)
    page = text_of(staff.get(address("new_question") + f"?under={above.pk}"))
    assert 'value="Question 1(a)"' in page
    assert 'value="q1a"' in page
    assert f'<option value="{above.pk}" selected>' in page


def test_parent_of_another_consultation_is_refused(
    staff: Client, about: Consultation
) -> None:
    other = make_question(make_consultation("elsewhere"))
    staff.post(address("new_question"), typed(parent=str(other.pk)))
    assert not about.questions.exists()


def test_choice_without_options_is_refused(staff: Client, about: Consultation) -> None:
    text = text_of(staff.post(address("new_question"), typed(kind="choice")))
    assert "Enter at least two options, one per line." in text


def test_options_without_choice_are_refused(staff: Client, about: Consultation) -> None:
    text = text_of(staff.post(address("new_question"), typed(options="Yes\nNo")))
    assert "A question of the type “Agree or disagree” has no options." in text


def test_duplicate_option_is_refused(staff: Client, about: Consultation) -> None:
    sent = typed(kind="choice", options="Yes\nYes")
    assert "“Yes” is listed twice" in text_of(staff.post(address("new_question"), sent))


def test_choice_options_keep_their_order(staff: Client, about: Consultation) -> None:
    assert create_question(staff, kind="choice", options="No\n\n Yes ").options == [
        "No",
        "Yes",
    ]


def test_duplicate_question_key_is_refused(staff: Client, about: Consultation) -> None:
    make_question(about, key="q1")
    text = text_of(staff.post(address("new_question"), typed()))
    assert "Another question has the reference “q1”" in text


def test_empty_question_key_is_generated(staff: Client, about: Consultation) -> None:
    make_question(about, key="q1")
    staff.post(address("new_question"), typed(key=""))
    assert in_order(about) == ["q1", "q2"]


# Order and nesting


def test_question_moves_up_with_its_sub_questions(
    staff: Client, about: Consultation
) -> None:
    make_question(about, key="a")
    second = make_question(about, key="b")
    make_question(about, key="b1", parent=second)
    staff.post(address("order_questions"), {"row": str(second.pk), "step": "up"})
    assert in_order(about) == ["b", "b1", "a"]


def test_questions_are_listed_by_position(staff: Client, about: Consultation) -> None:
    for number in (2, 1):
        row = make_question(about, key=f"k{number}")
        row.position = number
        row.save()
    page = text_of(staff.get(address("questions")))
    assert re.findall(r'id="question-(\w+)"', page) == ["k1", "k2"]


def test_sub_question_moves_among_its_siblings(
    staff: Client, about: Consultation
) -> None:
    first = make_question(about, key="a")
    for key in ("a1", "a2"):
        make_question(about, key=key, parent=first)
    make_question(about, key="b")
    last = about.questions.get(key="a2")
    for _ in range(2):
        staff.post(address("order_questions"), {"row": str(last.pk), "step": "up"})
    assert in_order(about) == ["a", "a2", "a1", "b"]


def test_dragged_questions_keep_their_parents(
    staff: Client, about: Consultation
) -> None:
    a = make_question(about, key="a")
    b = make_question(about, key="b")
    a1 = make_question(about, key="a1", parent=a)
    order = ",".join(str(each.pk) for each in (b, a1, a))
    staff.post(address("order_questions"), {"order": order})
    assert in_order(about) == ["b", "a", "a1"]


def test_invalid_row_in_order_returns_404(staff: Client, about: Consultation) -> None:
    response = staff.post(address("order_questions"), {"row": "x", "step": "up"})
    assert response.status_code == 404


def test_question_is_moved_below_another(staff: Client, about: Consultation) -> None:
    make_question(about, key="a")
    b = make_question(about, key="b")
    c = make_question(about, key="c")
    first = about.questions.get(key="a")
    edit(staff, c, parent=str(first.pk))
    assert in_order(about) == ["a", "c", "b"]
    assert about.questions.get(key="c").parent == first
    assert b.parent is None


def test_question_cannot_be_its_own_descendant(
    staff: Client, about: Consultation
) -> None:
    above = make_question(about, key="a")
    below = make_question(about, key="b", parent=above)
    edit(staff, above, parent=str(below.pk))
    above.refresh_from_db()
    assert above.parent is None


def test_concurrent_parent_cycle_is_refused(
    staff: Client, about: Consultation, monkeypatch: pytest.MonkeyPatch
) -> None:
    from responses.desk.setup.forms_questions import QuestionForm

    a, b = make_question(about, key="a"), make_question(about, key="b")
    monkeypatch.setattr(
        QuestionForm, "_self_and_descendants", lambda form: []
    )  # as both looked before
    edit(staff, a, parent=str(b.pk))
    text = edit(staff, b, parent=str(a.pk))
    b.refresh_from_db()
    assert "would be sub-questions of each other" in text
    assert b.parent is None


# Answered questions


def test_kind_of_answered_question_cannot_change(
    staff: Client, about: Consultation
) -> None:
    question = make_question(about)
    answer(question, stance="agree")
    text = edit(staff, question, kind="open")
    assert "1 answer has been given to Question 1, so the answer type" in text
    question.refresh_from_db()
    assert question.kind == "agreement"


def test_options_of_answered_question_cannot_change(
    staff: Client, about: Consultation
) -> None:
    question = make_question(about, kind="choice", options=["Yes", "No"])
    answer(question, choice="Yes")
    edit(staff, question, options="Yes\nPerhaps")
    question.refresh_from_db()
    assert question.options == ["Yes", "No"]


def test_text_of_answered_question_can_change(
    staff: Client, about: Consultation
) -> None:
    question = make_question(about)
    answer(question, stance="agree")
    edit(staff, question, text="Do you agree with this?")
    question.refresh_from_db()
    assert question.text == "<p>Do you agree with this?</p>"


def test_text_of_public_question_is_editable_with_warning(staff: Client) -> None:
    question = make_question(open_consultation("about"))
    page = text_of(staff.get(address("question", question.pk)))
    assert "The consultation has been public since" in page
    edit(staff, question, text="Better words.")
    question.refresh_from_db()
    assert question.text == "<p>Better words.</p>"


def test_stale_question_form_is_refused(staff: Client, about: Consultation) -> None:
    question = make_question(about)
    edit(staff, question, text="First.")
    text = edit(staff, question, text="Second.")
    question.refresh_from_db()
    assert question.text == "<p>First.</p>"
    assert "Someone else saved changes" in text


# Removing


def post_removal(client: Client, question: Question) -> str:
    sent = {"shown": str(question.version)}
    return text_of(client.post(address("remove_question", question.pk), sent))


def test_question_is_removed(staff: Client, about: Consultation) -> None:
    first, _ = make_question(about, key="a"), make_question(about, key="b")
    post_removal(staff, first)
    assert in_order(about) == ["b"]


def test_answered_question_cannot_be_removed(
    staff: Client, about: Consultation
) -> None:
    question = make_question(about)
    answer(question, stance="agree")
    assert "Question 1 has 1 answer, so it cannot be deleted." in post_removal(
        staff, question
    )


def test_commented_question_cannot_be_removed(
    staff: Client, about: Consultation
) -> None:
    question = make_question(about)
    make_comment(about)
    make_comment(about, question)
    assert "another question first: Q1.1." in post_removal(staff, question)


def test_blocker_names_ten_rows_and_counts_the_others() -> None:
    names = [f"Q1.{number}" for number in range(1, 13)]
    assert join_some(names) == f"{', '.join(names[:10])} and 2 more"
    assert join_some(names[:2]) == "Q1.1 and Q1.2"


def test_question_list_shows_no_internal_keys(
    staff: Client, about: Consultation
) -> None:
    make_question(about, key="q77")
    page = text_of(staff.get(address("questions")))
    assert "q77" not in page.replace('id="question-q77"', "")


def test_question_with_sub_questions_cannot_be_removed(
    staff: Client, about: Consultation
) -> None:
    question = make_question(about)
    make_question(about, parent=question)
    assert "Move or delete the sub-questions first: Question 2." in post_removal(
        staff, question
    )
    assert about.questions.count() == 2


def test_question_of_a_section_cannot_be_removed(
    staff: Client, about: Consultation
) -> None:
    question = make_question(about)
    conclusion = make_conclusion(about)
    conclusion.sections.create(kind="question", heading="On it", question=question)
    blocker = "Delete the conclusion section “On it” on Question 1 first."
    assert blocker in post_removal(staff, question)


def test_only_question_of_extension_cannot_be_removed(
    staff: Client, about: Consultation
) -> None:
    question = make_question(about)
    extension = Extension.objects.create(
        consultation=about,
        was=london("2026-02-02 16:00"),
        until=london("2026-02-09 16:00"),
        reason="More time.",
    )
    ExtensionQuestion.objects.create(extension=extension, question=question)
    assert "to 16:00 on 9 February 2026 is for Question 1 only" in post_removal(
        staff, question
    )


def test_question_of_another_consultation_returns_404(
    staff: Client, about: Consultation
) -> None:
    other = make_question(make_consultation("elsewhere"))
    assert staff.get(address("question", other.pk)).status_code == 404


@pytest.mark.parametrize("name", ["question", "remove_question"])
def test_question_pages_have_no_markup_faults(
    staff: Client, about: Consultation, name: str
) -> None:
    question = make_question(about, kind="choice", options=["a", "b"])
    make_question(about, parent=question)
    assert Read(text_of(staff.get(address(name, question.pk)))).faults == []
