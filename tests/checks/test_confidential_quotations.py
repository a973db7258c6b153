"""Words of confidential answers in public texts, however they are typed."""

from __future__ import annotations

import re

import pytest

from consultations.models import Clause, Conclusion, DocumentVersion
from responses.checks import findings
from responses.checks.subject import Finding
from responses.models import Answer, Attribution
from tests.support.factories import (
    freeze,
    make_comment,
    make_conclusion,
    make_consultation,
    make_question,
    make_respondent,
    make_submission,
)

pytestmark = pytest.mark.django_db

SECRET = "our second site at the harbour doesn't serve 1,200 homes any more"
QUESTION = "Do you agree that the interval of the first period should be longer?"


def make_confidential(
    answer: str, *, attribution: str = "", confidential: bool = True
) -> Conclusion:
    consultation = make_consultation()
    question = make_question(consultation, text=QUESTION)
    submission = make_submission(
        make_respondent(consultation, "Borealis Metering"), attribution=attribution
    )
    Answer.objects.create(
        submission=submission, question=question, text=answer, confidential=confidential
    )
    return make_conclusion(consultation)


def quotes(conclusion: Conclusion, response: str) -> list[Finding]:
    make_comment(conclusion.consultation, response=response)
    return [f for f in findings(conclusion)[0] if "confidential answer from" in f.text]


@pytest.mark.parametrize(
    ("attribution", "confidential", "is_found"),
    [
        ("", True, True),
        ("", False, False),
        (Attribution.CONFIDENTIAL, False, True),
        (Attribution.CONFIDENTIAL, True, True),
        (Attribution.NAMED, False, False),
    ],
)
def test_words_given_in_confidence_block(
    attribution: str, confidential: bool, is_found: bool
) -> None:
    conclusion = make_confidential(
        SECRET, attribution=attribution, confidential=confidential
    )
    assert bool(quotes(conclusion, f"DCC heard that {SECRET}.")) == is_found


@pytest.mark.parametrize(
    "response",
    [
        "<p>Second site at the har<em>bour doesn</em>’t serve 1200 homes.</p>",
        "<p>Second site at the har\u00adbour doesn't serve 1&nbsp;200 homes.</p>",
        "<p>SECOND SITE AT THE HARBOUR DOESN`T SERVE 1,200</p>",
        "<ul><li>second site at</li><li>the harbour doesn’t serve 1,200</li></ul>",
    ],
)
def test_typing_makes_no_difference_to_a_quotation(response: str) -> None:
    (finding,) = quotes(make_confidential(SECRET), response)
    assert finding.target.startswith("comment:")
    assert finding.text.startswith(
        "The response to Comment G1 quotes a confidential answer from Borealis "
        "Metering: “"
    )
    assert finding.text.endswith("”. Reword the text.")
    assert not finding.confirmation


def test_short_answer_repeated_whole_can_be_confirmed() -> None:
    conclusion = make_confidential("We will leave Scotland.")
    (finding,) = quotes(conclusion, "It said that “we will leave Scotland” next year.")
    submission = Answer.objects.get().submission_id
    assert re.fullmatch(rf"short-quote:{submission}:q1:\w{{12}}", finding.confirmation)
    assert finding.text == (
        "The response to Comment G1 has all the words of a confidential answer from "
        "Borealis Metering: “we will leave Scotland”. Reword the text, or confirm that "
        "the words reveal nothing."
    )


def test_confirmed_quotation_of_other_words_is_shown_again() -> None:
    conclusion = make_confidential("We will leave Scotland.")
    (first,) = quotes(conclusion, "We will leave Scotland, it said.")
    Answer.objects.update(text="Our licence expires soon.")
    comment = conclusion.consultation.comments.get()
    comment.dcc_response.text = "Our licence expires soon, it said."
    comment.dcc_response.save()
    fresh = Conclusion.objects.get(pk=conclusion.pk)
    (second,) = (f for f in findings(fresh)[0] if "confidential answer" in f.text)
    assert second.confirmation.startswith("short-quote:")
    assert second.confirmation != first.confirmation


@pytest.mark.parametrize(
    "response", ["We will leave.", "We will leave it.", "Will leave Scotland."]
)
def test_part_of_a_short_answer_is_no_quotation(response: str) -> None:
    assert quotes(make_confidential("We will leave Scotland."), response) == []


@pytest.mark.parametrize("answer", ["We agree.", "Yes", ""])
def test_answer_of_up_to_three_words_is_no_quotation(answer: str) -> None:
    assert quotes(make_confidential(answer), f"It said: {answer}") == []


def test_words_of_the_question_are_no_quotation() -> None:
    conclusion = make_confidential(
        "We agree that the interval of the first period should be longer, since our "
        "second site at the harbour floods."
    )
    freeze(conclusion.consultation)
    repeated = "that the interval of the first period should be longer"
    assert quotes(conclusion, f"Some agreed {repeated}.") == []
    assert quotes(conclusion, "Our second site at the harbour floods.") == []
    assert quotes(conclusion, "longer, since our second site at the harbour floods.")


def test_words_of_the_consultation_are_no_quotation() -> None:
    conclusion = make_confidential(SECRET)
    conclusion.consultation.summary = f"<p>It is known that {SECRET}.</p>"
    conclusion.consultation.save()
    freeze(conclusion.consultation)
    assert quotes(conclusion, f"DCC heard that {SECRET}.") == []


@pytest.mark.parametrize(("status", "is_found"), [("consulted", 0), ("concluded", 1)])
def test_words_of_a_clause_consulted_on_are_no_quotation(
    status: str, is_found: int
) -> None:
    conclusion = make_confidential(f"We note that {SECRET}, which is wrong.")
    version = DocumentVersion.objects.create(
        document=conclusion.consultation.documents.get(), key="v", status=status
    )
    if status == "consulted":
        DocumentVersion.objects.update(
            consultation=conclusion.consultation,
            public_from_opening_of=conclusion.consultation,
        )
    Clause.objects.create(
        document_version=version, identity="c1", number="1", text=f"But {SECRET}."
    )
    freeze(conclusion.consultation)
    assert len(quotes(conclusion, f"DCC heard this: {SECRET}.")) == is_found
