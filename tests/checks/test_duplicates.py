"""Responses, comments and respondents that were entered twice give warnings."""

from __future__ import annotations

import pytest

from consultations.models import Conclusion
from responses.checks import publication_warnings
from tests.support.factories import (
    make_comment,
    make_conclusion,
    make_consultation,
    make_question,
    make_respondent,
    make_submission,
)

pytestmark = pytest.mark.django_db

TWICE = "entered twice"
SAME = "both are the same respondent"


@pytest.fixture
def conclusion() -> Conclusion:
    """A conclusion about one question, with one respondent."""
    consultation = make_consultation()
    make_question(consultation)
    make_respondent(consultation, "Zork Ltd", email="a@zork.example")
    return make_conclusion(consultation)


def warnings(conclusion: Conclusion, words: str) -> list[str]:
    fresh = Conclusion.objects.get(pk=conclusion.pk)
    return [found for found in publication_warnings(fresh) if words in found]


@pytest.mark.parametrize(
    ("name", "email", "reason"),
    [
        ("ZORK LTD", "", "the same name"),
        ("Zork Limited", "A@ZORK.EXAMPLE", "the same name"),
        ("Quill plc", "A@Zork.example", "the same email address, a@zork.example"),
        ("Quill plc", "b@zork.example", ""),
        ("Quill plc", "", ""),
    ],
)
def test_respondent_entered_twice_is_warned_about(
    conclusion: Conclusion, name: str, email: str, reason: str
) -> None:
    make_respondent(conclusion.consultation, name, email=email)
    found = warnings(conclusion, SAME)
    assert len(found) == bool(reason)
    for sentence in found:
        start = f"The respondents “Zork Ltd” and “{name}” have {reason}."
        assert sentence.startswith(start)


@pytest.mark.parametrize(
    ("stance", "text", "warned"),
    [("agree", "Why?", True), ("agree", "Why not?", False), ("neutral", "Why?", False)],
)
def test_response_entered_twice_is_warned_about(
    conclusion: Conclusion, stance: str, text: str, warned: bool
) -> None:
    question = conclusion.consultation.questions.get()
    person = conclusion.consultation.respondents.get()
    other = make_respondent(conclusion.consultation, "Quill plc")
    given = [
        (person, "agree", "Why?"),
        (person, stance, text),
        (other, "agree", "Why?"),
    ]
    for who, each, words in given:
        answer = make_submission(who, stances={question: each}).answers.get()
        answer.text = f"<p>{words}</p>"
        answer.save()
    expected = [
        "2 responses from Zork Ltd have the same answers. If a response was entered "
        "twice, delete one of the responses."
    ]
    assert warnings(conclusion, TWICE) == (expected if warned else [])


def test_empty_responses_are_not_the_same(conclusion: Conclusion) -> None:
    person = conclusion.consultation.respondents.get()
    make_submission(person)
    make_submission(person)
    assert warnings(conclusion, TWICE) == []


@pytest.mark.parametrize(
    ("text", "response", "warned"),
    [
        ("<p>A respondent asked why.</p>", "Noted.", True),
        ("<p>a respondent  asked WHY.</p>", "<p>Noted.</p>", True),
        ("<p>A respondent asked why.</p>", "Done.", False),
        ("<p>A respondent asked when.</p>", "Noted.", False),
    ],
)
def test_comment_entered_twice_is_warned_about(
    conclusion: Conclusion, text: str, response: str, warned: bool
) -> None:
    consultation = conclusion.consultation
    question = consultation.questions.get()
    first = "<p>A respondent asked why.</p>"
    make_comment(consultation, question, text=first, response="Noted.")
    make_comment(consultation, question, text=text, response=response)
    make_comment(consultation, text=first, response="Noted.")
    expected = [
        "Comment Q1.1 and Comment Q1.2 have the same words and the same response. If "
        "the comment was entered twice, delete one of the two."
    ]
    assert warnings(conclusion, TWICE) == (expected if warned else [])
