"""The numbers of comments: by question, in their order."""

from __future__ import annotations

import pytest

from consultations.models import Consultation
from responses.comments.numbers import (
    comment_label,
    comment_numbers,
    load_comment_numbers,
    number_comments,
)
from tests.support.factories import make_comment, make_consultation, make_question
from tests.support.pages import queries

pytestmark = pytest.mark.django_db


def test_comments_are_numbered_within_their_question() -> None:
    numbers = number_comments([(1, 7), (2, None), (3, 8), (4, 7)], {7: "1", 8: "2(a)"})
    assert numbers == {1: "Q1.1", 2: "G1", 3: "Q2(a).1", 4: "Q1.2"}


def test_numbers_follow_position_and_question_label() -> None:
    consultation = make_consultation()
    first = make_question(consultation, label="S1SR Question 4")
    second = make_question(consultation, label="S1SR Question 2")
    later = make_comment(consultation, first, position=9)
    earlier = make_comment(consultation, first, position=1)
    other = make_comment(consultation, second, position=5)
    assert comment_numbers(consultation) == {
        earlier.pk: "Q4.1",
        later.pk: "Q4.2",
        other.pk: "Q2.1",
    }


def test_numbers_are_read_once_per_consultation_instance() -> None:
    consultation = make_consultation()
    comment = make_comment(consultation)
    assert comment_label(comment, consultation) == "Comment G1"
    assert queries(lambda: comment_numbers(consultation)) == 0
    assert queries(lambda: comment_numbers(Consultation.objects.get())) == 3


def test_numbers_of_several_consultations_take_two_queries() -> None:
    consultations = [make_consultation() for _ in range(3)]
    for consultation in consultations:
        make_comment(consultation, make_question(consultation))
    assert queries(lambda: load_comment_numbers(consultations)) == 2
    for consultation in consultations:
        assert list(comment_numbers(consultation).values()) == ["Q1.1"]


def test_deleted_comment_is_called_by_its_first_words() -> None:
    consultation = make_consultation()
    comment = make_comment(consultation, text="<p>The interval is too short.</p>")
    comment.delete()
    label = comment_label(comment, consultation)
    assert label == "Comment “The interval is too short.”"
