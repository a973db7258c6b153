"""Questions at the desk: asked, below each other, in order, and held by answers."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from consultations.models import Consultation, Extension, ExtensionQuestion, Question
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


def ask(client: Client, **values: Any) -> Question:
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


# Asking


def test_a_question_is_asked(staff: Client, about: Consultation) -> None:
    assert ask(staff, text="Is it clear?").text == "<p>Is it clear?</p>"


def test_key_and_label_are_proposed(staff: Client, about: Consultation) -> None:
    make_question(about)
    make_question(about)
    page = text_of(staff.get(address("new_question")))
    assert 'value="q3"' in page
    assert 'value="Question 3"' in page


def test_a_sub_question_is_numbered_below(staff: Client, about: Consultation) -> None:
    above = make_question(about)
    page = text_of(staff.get(address("new_question") + f"?under={above.pk}"))
    assert 'value="Question 1(a)"' in page
    assert 'value="q1a"' in page
    assert f'<option value="{above.pk}" selected>' in page


def test_a_question_of_another_consultation_is_not_above(
    staff: Client, about: Consultation
) -> None:
    other = make_question(make_consultation("elsewhere"))
    staff.post(address("new_question"), typed(parent=str(other.pk)))
    assert not about.questions.exists()


def test_a_choice_needs_options(staff: Client, about: Consultation) -> None:
    text = text_of(staff.post(address("new_question"), typed(kind="choice")))
    assert "A choice needs at least two options" in text


def test_options_are_for_a_choice_only(staff: Client, about: Consultation) -> None:
    text = text_of(staff.post(address("new_question"), typed(options="Yes\nNo")))
    assert "Options are for a choice; this question is “Agree or disagree”." in text


def test_an_option_stands_once(staff: Client, about: Consultation) -> None:
    sent = typed(kind="choice", options="Yes\nYes")
    assert "“Yes” stands twice" in text_of(staff.post(address("new_question"), sent))


def test_a_choice_keeps_its_options_in_order(
    staff: Client, about: Consultation
) -> None:
    assert ask(staff, kind="choice", options="No\n\n Yes ").options == ["No", "Yes"]


def test_a_key_is_taken_once(staff: Client, about: Consultation) -> None:
    make_question(about, key="q1")
    text = text_of(staff.post(address("new_question"), typed()))
    assert "Another question has the key “q1”" in text


# Order, and what is below what


def test_a_question_goes_up_with_what_is_below_it(
    staff: Client, about: Consultation
) -> None:
    make_question(about, key="a")
    second = make_question(about, key="b")
    make_question(about, key="b1", parent=second)
    staff.post(address("order_questions"), {"row": str(second.pk), "step": "up"})
    assert in_order(about) == ["b", "b1", "a"]


def test_the_list_is_in_that_order(staff: Client, about: Consultation) -> None:
    for number in (2, 1):
        row = make_question(about, key=f"k{number}")
        row.position = number
        row.save()
    page = text_of(staff.get(address("questions")))
    assert re.findall(r'id="question-(\w+)"', page) == ["k1", "k2"]


def test_a_sub_question_moves_among_its_own(staff: Client, about: Consultation) -> None:
    first = make_question(about, key="a")
    for key in ("a1", "a2"):
        make_question(about, key=key, parent=first)
    make_question(about, key="b")
    last = about.questions.get(key="a2")
    for _ in range(2):
        staff.post(address("order_questions"), {"row": str(last.pk), "step": "up"})
    assert in_order(about) == ["a", "a2", "a1", "b"]


def test_questions_are_dragged_and_keep_what_is_above_them(
    staff: Client, about: Consultation
) -> None:
    a = make_question(about, key="a")
    b = make_question(about, key="b")
    a1 = make_question(about, key="a1", parent=a)
    order = ",".join(str(each.pk) for each in (b, a1, a))
    staff.post(address("order_questions"), {"order": order})
    assert in_order(about) == ["b", "a", "a1"]


def test_what_names_no_question_is_not_found(
    staff: Client, about: Consultation
) -> None:
    response = staff.post(address("order_questions"), {"row": "x", "step": "up"})
    assert response.status_code == 404


def test_a_question_is_moved_below_another(staff: Client, about: Consultation) -> None:
    make_question(about, key="a")
    b = make_question(about, key="b")
    c = make_question(about, key="c")
    first = about.questions.get(key="a")
    edit(staff, c, parent=str(first.pk))
    assert in_order(about) == ["a", "c", "b"]
    assert about.questions.get(key="c").parent == first
    assert b.parent is None


def test_a_question_is_never_below_itself(staff: Client, about: Consultation) -> None:
    above = make_question(about, key="a")
    below = make_question(about, key="b", parent=above)
    edit(staff, above, parent=str(below.pk))
    above.refresh_from_db()
    assert above.parent is None


def test_two_are_not_put_below_each_other_at_once(
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
    assert "would be below each other" in text
    assert b.parent is None


# What was answered


def test_the_kind_stays_once_it_was_answered(
    staff: Client, about: Consultation
) -> None:
    question = make_question(about)
    answer(question, stance="agree")
    text = edit(staff, question, kind="open")
    assert "1 answer has been given to Question 1 as it is" in text
    question.refresh_from_db()
    assert question.kind == "agreement"


def test_options_stay_once_it_was_answered(staff: Client, about: Consultation) -> None:
    question = make_question(about, kind="choice", options=["Yes", "No"])
    answer(question, choice="Yes")
    edit(staff, question, options="Yes\nPerhaps")
    question.refresh_from_db()
    assert question.options == ["Yes", "No"]


def test_the_text_may_change_when_it_was_answered(
    staff: Client, about: Consultation
) -> None:
    question = make_question(about)
    answer(question, stance="agree")
    edit(staff, question, text="Do you agree with this?")
    question.refresh_from_db()
    assert question.text == "<p>Do you agree with this?</p>"


def test_the_text_of_a_public_one_is_changed_with_a_warning(staff: Client) -> None:
    question = make_question(open_consultation("about"))
    page = text_of(staff.get(address("question", question.pk)))
    assert "It has been public since" in page
    edit(staff, question, text="Better words.")
    question.refresh_from_db()
    assert question.text == "<p>Better words.</p>"


def test_an_older_form_changes_nothing(staff: Client, about: Consultation) -> None:
    question = make_question(about)
    edit(staff, question, text="First.")
    text = edit(staff, question, text="Second.")
    question.refresh_from_db()
    assert question.text == "<p>First.</p>"
    assert "Somebody else saved this" in text


# Removing


def removed(client: Client, question: Question) -> str:
    sent = {"shown": str(question.version)}
    return text_of(client.post(address("remove_question", question.pk), sent))


def test_a_question_is_removed(staff: Client, about: Consultation) -> None:
    first, _ = make_question(about, key="a"), make_question(about, key="b")
    removed(staff, first)
    assert in_order(about) == ["b"]


def test_an_answered_question_stays(staff: Client, about: Consultation) -> None:
    question = make_question(about)
    answer(question, stance="agree")
    assert "It has been answered" in removed(staff, question)


def test_a_question_that_was_commented_on_stays(
    staff: Client, about: Consultation
) -> None:
    question = make_question(about)
    make_comment(about, question)
    assert "Comments were made on it: k1." in removed(staff, question)


def test_a_question_with_others_below_it_stays(
    staff: Client, about: Consultation
) -> None:
    question = make_question(about)
    make_question(about, parent=question)
    assert "Question 2 is below it" in removed(staff, question)
    assert about.questions.count() == 2


def test_a_question_that_a_section_is_about_stays(
    staff: Client, about: Consultation
) -> None:
    question = make_question(about)
    conclusion = make_conclusion(about)
    conclusion.sections.create(kind="question", heading="On it", question=question)
    assert "Section “On it” of the conclusion is about it" in removed(staff, question)


def test_the_only_question_of_an_extension_stays(
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
    assert "is for it alone" in removed(staff, question)


def test_a_question_of_another_consultation_is_not_found(
    staff: Client, about: Consultation
) -> None:
    other = make_question(make_consultation("elsewhere"))
    assert staff.get(address("question", other.pk)).status_code == 404


@pytest.mark.parametrize("name", ["question", "remove_question"])
def test_the_pages_are_sound(staff: Client, about: Consultation, name: str) -> None:
    question = make_question(about, kind="choice", options=["a", "b"])
    make_question(about, parent=question)
    assert Read(text_of(staff.get(address(name, question.pk)))).faults == []
