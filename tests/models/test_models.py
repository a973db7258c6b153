"""Models: constraints, querysets by time, and versioned saves."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from consultations.audit import history
from consultations.models import (
    Consultation,
    Designation,
    Extension,
    ExtensionQuestion,
    Question,
)
from responses.models import Answer, Comment
from tests.support.editions import make_published
from tests.support.factories import (
    london,
    make_comment,
    make_conclusion,
    make_consultation,
    make_document,
    make_question,
    make_respondent,
    make_submission,
    make_user,
)
from tests.support.waiting import call_together

pytestmark = pytest.mark.django_db

BEFORE = london("2025-12-31 12:00")
DURING = london("2026-01-20 12:00")
AT_DEADLINE = london("2026-02-02 16:00")
AFTER = london("2026-02-20 12:00")


def queryset_finds(queryset: str, at: dt.datetime, consultation: Consultation) -> bool:
    """Return whether a queryset method finds the consultation at that moment."""
    rows = getattr(Consultation.objects.all(), queryset)(at)
    return bool(rows.filter(pk=consultation.pk).exists())


@pytest.mark.parametrize(
    ("at", "is_open"),
    [(BEFORE, False), (DURING, True), (AT_DEADLINE, False), (AFTER, False)],
)
def test_consultation_is_open_from_its_day_until_deadline(
    at: dt.datetime, is_open: bool
) -> None:
    consultation = make_consultation()
    assert queryset_finds("open", at, consultation) is is_open
    assert consultation.is_open(at) is is_open


def test_extension_keeps_consultation_open() -> None:
    consultation = make_consultation()
    Extension.objects.create(
        consultation=consultation,
        was=AT_DEADLINE,
        until=london("2026-03-02 16:00"),
        reason="Asked for.",
    )
    assert queryset_finds("open", AFTER, consultation)
    assert not queryset_finds("closed", AFTER, consultation)
    assert consultation.is_open(AFTER)
    assert consultation.deadline == london("2026-03-02 16:00")


def test_partial_extension_moves_no_other_deadline() -> None:
    consultation = make_consultation()
    first, second = make_question(consultation), make_question(consultation)
    extension = Extension.objects.create(
        consultation=consultation,
        was=AT_DEADLINE,
        until=london("2026-03-02 16:00"),
        reason="Asked for.",
    )
    ExtensionQuestion.objects.create(extension=extension, question=second)
    assert consultation.deadline == AT_DEADLINE
    assert consultation.deadline_for(first) == AT_DEADLINE
    assert consultation.deadline_for(second) == london("2026-03-02 16:00")


def test_consultation_awaits_conclusion_until_publication() -> None:
    conclusion = make_conclusion(make_consultation())
    assert queryset_finds("awaiting_conclusion", AFTER, conclusion.consultation)
    make_published(conclusion)
    assert not queryset_finds("awaiting_conclusion", AFTER, conclusion.consultation)
    assert Consultation.objects.concluded().get() == conclusion.consultation


def test_open_queryset_keeps_default_order() -> None:
    early = make_consultation(opens_on=dt.date(2026, 1, 1))
    late = make_consultation(opens_on=dt.date(2026, 1, 10))
    assert list(Consultation.objects.open(DURING)) == [late, early]


def test_long_stop_is_calendar_months_after_target() -> None:
    designation = Designation(target=dt.date(2026, 1, 31), fallback_months=1)
    assert designation.long_stop == dt.date(2026, 2, 28)
    assert designation.is_overdue(dt.date(2026, 3, 1))
    assert not designation.is_overdue(dt.date(2026, 2, 28))


# --- database constraints --------------------------------------------------------


def refused() -> pytest.RaisesExc[IntegrityError]:
    return pytest.raises(IntegrityError)


def test_duplicate_question_key_is_refused() -> None:
    consultation = make_consultation()
    make_question(consultation, key="q1")
    with refused(), transaction.atomic():
        make_question(consultation, key="q1")


def test_second_answer_in_a_submission_is_refused() -> None:
    consultation = make_consultation()
    question = make_question(consultation)
    person = make_respondent(consultation, "Ada")
    submission = make_submission(person, stances={question: "agree"})
    with refused(), transaction.atomic():
        Answer.objects.create(submission=submission, question=question)


def test_unknown_question_kind_is_refused() -> None:
    with refused(), transaction.atomic():
        make_question(make_consultation(), kind="riddle")


def test_document_as_its_own_annex_is_refused() -> None:
    document = make_document()
    document.parent = document
    with refused(), transaction.atomic():
        document.save()


def test_follows_without_relation_is_refused() -> None:
    with refused(), transaction.atomic():
        make_consultation(follows="earlier")


def save(comment: Comment) -> None:
    comment.save()


def save_in_bulk(comment: Comment) -> None:
    history.save_all(Comment, [comment], ["text"])


def create_in_bulk(comment: Comment) -> None:
    row = Comment(consultation=comment.consultation, key="k9", text=comment.text)
    history.create_all(Comment, [row])


@pytest.mark.parametrize("write", [save, save_in_bulk, create_in_bulk])
def test_control_character_is_refused_by_every_write(
    write: Callable[[Comment], None],
) -> None:
    comment = make_comment(make_consultation())
    comment.text = "ring\x07"
    with pytest.raises(ValidationError, match=r"U\+0007"):
        write(comment)


def test_rich_text_is_normalised_on_save() -> None:
    comment = make_comment(make_consultation(), text="One\n\n- a")
    assert comment.text == "<p>One</p><ul><li><p>a</p></li></ul>"
    comment.refresh_from_db()
    assert comment.text == "<p>One</p><ul><li><p>a</p></li></ul>"


# --- history and concurrent saves --------------------------------------------------


def test_every_write_function_records_history() -> None:
    consultation = make_consultation()
    rows = [Comment(consultation=consultation, key=f"k{n}", text="a") for n in range(3)]
    created = history.create_all(Comment, rows, reason="Loaded.")
    for comment in created:
        comment.text = "b"
    history.save_all(Comment, created, ["text"])
    history.delete_all(created[:1])
    assert Comment.history.filter(history_type="+").count() == 3
    assert Comment.history.filter(history_type="~", version=2).count() == 3
    assert Comment.history.filter(history_type="-").count() == 1


def test_stale_save_is_refused_with_current_row() -> None:
    comment = make_comment(make_consultation())
    user = make_user()
    first, second = Comment.objects.get(), Comment.objects.get()
    first.text = "From the first editor."
    history.save_if_current(first, version=1, by=user)
    second.text = "From the second editor."
    with pytest.raises(history.StaleSave) as stale:
        history.save_if_current(second, version=1, by=user)
    assert isinstance(stale.value.current, Comment)
    assert stale.value.current.text == "<p>From the first editor.</p>"
    comment.refresh_from_db()
    assert (comment.text, comment.version) == ("<p>From the first editor.</p>", 2)
    assert Comment.history.first().history_user == user


@pytest.mark.django_db(transaction=True)
def test_concurrent_saves_succeed_once() -> None:
    question = make_question(make_consultation())

    def edit(row: Question, text: str) -> str:
        row.text = text
        history.save_if_current(row, version=1, by=None)
        return text

    rows = [Question.objects.get(pk=question.pk) for _ in range(2)]
    outcomes = call_together(
        *(partial(edit, row, text) for row, text in zip(rows, "ab", strict=True)),
        expected=(history.StaleSave,),
    )
    question.refresh_from_db()
    (stored,) = [text for text in outcomes if isinstance(text, str)]
    assert question.text == f"<p>{stored}</p>"
    assert question.version == 2
