"""What does not count is not printed as if it did: who answered, and of how many."""

from __future__ import annotations

import pytest

from consultations.documents.conclusion.compose import compose
from consultations.documents.text import to_text
from consultations.models import Conclusion, Question
from responses.analysis.conclusion_content import conclusion_content
from responses.analysis.counted import (
    counted_responses_of,
    named_respondents,
    respondent_labels,
)
from responses.checks import blocking_findings, publication_warnings
from responses.models import Answer, Submission
from tests.support.consultation_files import load_text
from tests.support.factories import (
    london,
    make_comment,
    make_conclusion,
    make_consultation,
    make_question,
    make_respondent,
    make_submission,
)

pytestmark = pytest.mark.django_db

HEAD = """
consultation_file: 1
documents: [{code: ZRK, title: Test Requirements}]
consultation: {slug: counting, title: Counting, documents: [ZRK], opened: 2026-02-16,
  closes: 2026-03-13 16:00, classification: Public}
conclusions:
  - title: Conclusion
    date: 2026-04-01
    classification: Public
    sections:
      - {heading: Responses Received, kind: respondents}
      - {heading: Questions, kind: questions}
      - {heading: Analysis, kind: analysis}
      - {heading: List, kind: respondent-list}
"""

FIVE_RESPONSES = f"""{HEAD}
questions:
  - {{label: Question 1, text: Do you agree?}}
  - {{label: Question 2, text: Do you agree?}}
  - {{label: Question 3, text: Which?, kind: choice, options: [Yes, No]}}
respondents: [{{key: p1, name: Zork Ltd}}, {{key: p2, name: Quartz Ltd}},
  {{key: p3, name: Umber Ltd}}, {{key: p4, name: Ochre Ltd}},
  {{key: p5, name: Sienna Ltd}}]
submissions:
  - {{respondent: p1, received: 2026-03-01 10:00, answers: [{{question: 1,
      stance: agree}}, {{question: 2, stance: agree}}, {{question: 3, choice: Yes}}]}}
  - {{respondent: p2, received: 2026-03-01 10:00, answers: [{{question: 1,
      stance: agree}}, {{question: 3, choice: Yes}}]}}
  - {{respondent: p3, received: 2026-03-01 10:00, answers: [{{question: 1,
      stance: agree}}, {{question: 3, choice: No}}]}}
  - {{respondent: p4, received: 2026-03-01 10:00, answers: [{{question: 1,
      text: Only if the period is longer.}}, {{question: 3, text: Neither.}}]}}
  - {{respondent: p5, received: 2026-03-01 10:00, answers: []}}
"""

WITHOUT_RESPONSES = f"""{HEAD}
questions: [{{label: Question 1, text: Do you agree?}}]
respondents: [{{key: p1, name: Zork Ltd}}, {{key: p2, name: Quartz Ltd}},
  {{key: p3, name: Umber Ltd}}]
submissions:
  - {{respondent: p2, received: 2026-03-20 10:00, accepted: false,
      accepted_reason: Late., answers: [{{question: 1, stance: agree, text: When?}}]}}
  - {{respondent: p3, received: 2026-03-02 10:00, withdrawn: {{at: 2026-03-05 09:00,
      reason: Sold.}}, answers: [{{question: 1, stance: agree}}]}}
comments:
  - {{key: c1, question: 1, from: [p1], text: Why?, response: So., disposition: noted}}
  - {{key: c2, question: 1, from: [p2], text: When?, response: So., disposition: noted}}
  - {{key: c3, question: null, from: [p3, p1], text: How?, response: So.,
      disposition: noted}}
"""


def printed(conclusion: Conclusion) -> str:
    return to_text(compose(conclusion_content(conclusion)))


def test_sentences_say_of_how_many_respondents() -> None:
    load_text(FIVE_RESPONSES)
    text = printed(Conclusion.objects.get())
    for sentence in (
        "DCC received five responses to the consultation on the changes to the ZRK.\n",
        "Three of the four respondents who answered question 1 agreed; one gave no "
        "position. One respondent did not answer.\n",
        "One respondent agreed. Four respondents did not answer this question.\n",
        "Two respondents answered “Yes” and one answered “No”; one gave no position. "
        "One respondent did not answer.\n",
    ):
        assert sentence in text


def test_comment_whose_sources_do_not_count_blocks_publication() -> None:
    load_text(WITHOUT_RESPONSES)
    conclusion = Conclusion.objects.get()
    found = [text for text in blocking_findings(conclusion) if "was raised by" in text]
    remedy = (
        "is counted. Record or accept a response, choose other respondents, or delete "
        "the comment."
    )
    one, both = "but no response from this respondent", "but no response from these"
    assert found == [
        f"Comment Q1.1 was raised by Zork Ltd, {one} {remedy}",
        f"Comment Q1.2 was raised by Quartz Ltd, {one} {remedy}",
        f"Comment G1 was raised by Umber Ltd and Zork Ltd, {both} respondents {remedy}",
    ]
    text = printed(conclusion)
    assert "DCC received no responses" in text
    assert "Respondent A" not in text
    assert not respondent_labels(conclusion.consultation)


def test_comment_with_one_counted_source_names_only_that_source() -> None:
    consultation = make_consultation()
    question = make_question(consultation)
    first, second = (make_respondent(consultation, name) for name in ("Ada", "Bede"))
    make_submission(second, stances={question: "agree"})
    make_comment(consultation, question, response="Noted.", sources=(first, second))
    conclusion = make_conclusion(consultation)
    conclusion.columns = ["respondent", "comment", "response"]
    conclusion.save()
    content = conclusion_content(conclusion)
    assert [each.respondents for each in content.questions[0].comments] == [(0,)]
    assert not [t for t in blocking_findings(conclusion) if "was raised by" in t]


def test_comment_on_an_answer_that_does_not_count_blocks_publication() -> None:
    consultation = make_consultation(closes=london("2026-02-02 16:00"))
    first, second = make_question(consultation), make_question(consultation)
    person = make_respondent(consultation, "Ada")
    make_submission(person, stances={second: "agree"})
    make_submission(
        person,
        stances={first: "agree"},
        received=london("2026-02-09 16:00"),
        accepted=False,
        accepted_reason="Late.",
    )
    make_comment(consultation, first, response="Noted.", sources=(person,))
    conclusion = make_conclusion(consultation)
    assert (
        "Comment Q1.1 is based on Ada’s answer to question 1, which is not counted. "
        "Accept the response, choose other respondents, or delete the comment."
    ) in blocking_findings(conclusion)
    question = Question.objects.get(pk=first.pk)
    assert counted_responses_of(consultation).uncounted[question.pk] == {person.pk}


def test_comment_without_source_blocks_where_no_response_was_received() -> None:
    consultation = make_consultation()
    question = make_question(consultation)
    make_comment(consultation, question, response="Noted.")
    sections = (("Respondents", "respondents"), ("Analysis", "analysis"))
    conclusion = make_conclusion(consultation, sections=sections)
    said = "The conclusion says that DCC received no responses, but lists comments."
    assert said in " ".join(blocking_findings(conclusion))
    conclusion.sections.filter(kind="respondents").update(text="<p>Twelve came.</p>")
    assert said not in " ".join(blocking_findings(conclusion))


def test_supplementary_response_is_of_the_same_respondent() -> None:
    consultation = make_consultation()
    question = make_question(consultation)
    people = [make_respondent(consultation, name) for name in ("Ada", "Bede", "Cuth")]
    for person in (*people, people[0]):
        make_submission(person, stances={question: "agree"})
    sections = (("Respondents", "respondents"), ("Analysis", "analysis"))
    text = printed(make_conclusion(consultation, sections=sections))
    assert "DCC received four responses from three respondents to the" in text
    assert "All three respondents agreed." in text


def test_refused_response_without_answers_is_not_called_counted() -> None:
    consultation = make_consultation(closes=london("2026-02-02 16:00"))
    late = make_respondent(consultation, "Ada")
    refused = make_submission(
        late,
        received=london("2026-02-09 16:00"),
        accepted=False,
        accepted_reason="Late.",
    )
    conclusion = make_conclusion(consultation)
    said = "response has no answers but is counted"
    assert said not in " ".join(publication_warnings(conclusion))
    Submission.objects.filter(pk=refused.pk).update(accepted=True)
    assert said in " ".join(publication_warnings(conclusion))


def test_withdrawn_late_response_needs_no_decision() -> None:
    consultation = make_consultation(closes=london("2026-02-02 16:00"))
    question = make_question(consultation)
    late = make_submission(
        make_respondent(consultation, "Ada"),
        stances={question: "agree"},
        received=london("2026-02-09 16:00"),
    )
    conclusion = make_conclusion(consultation)
    assert "needs a decision" in " ".join(blocking_findings(conclusion))
    late.withdrawn_at = late.received
    late.withdrawn_reason = "<p>Sent by mistake.</p>"
    late.save()
    assert "needs a decision" not in " ".join(blocking_findings(conclusion))


def test_numbers_of_the_base_tell_no_confidential_answer() -> None:
    """Only one listed respondent can be the one whose answer is not counted."""
    consultation = make_consultation(
        anonymity="named", closes=london("2026-02-02 16:00")
    )
    question = make_question(consultation)
    people = [make_respondent(consultation, name) for name in ("Ada", "Bede", "Cuth")]
    for person in people[:2]:
        make_submission(person, stances={question: "agree"})
    make_submission(people[2])
    secret = make_submission(
        people[2],
        received=london("2026-02-09 16:00"),
        accepted=False,
        accepted_reason="Late.",
    )
    Answer.objects.create(
        submission=secret, question=question, stance="disagree", confidential=True
    )
    sections = (("Analysis", "analysis"), ("Answers", "tally-matrix"))
    conclusion = make_conclusion(consultation, sections=sections)
    assert "One respondent’s answer was not counted." in printed(conclusion)
    assert "Readers can work out Cuth’s confidential answer to question 1" in " ".join(
        blocking_findings(conclusion)
    )


def test_respondent_who_withdrew_every_response_is_not_named() -> None:
    consultation = make_consultation(anonymity="named")
    people = [make_respondent(consultation, name) for name in ("Ada", "Bede")]
    first, second = (make_submission(person) for person in people)
    assert named_respondents(consultation, [first, second]) == {p.pk for p in people}
    first.withdrawn_at, first.withdrawn_reason = first.received, "Sold."
    assert named_respondents(consultation, [first, second]) == {people[1].pk}
    again = make_submission(people[0])
    assert len(named_respondents(consultation, [first, second, again])) == 2
