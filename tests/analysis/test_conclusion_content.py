"""Conversion of stored rows to the published content of a conclusion."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from consultations.documents.codec import dumps
from consultations.documents.conclusion.compose import compose
from consultations.documents.conclusion.content import Publication
from consultations.documents.tree import plain_text
from consultations.models import (
    Clause,
    Commitment,
    Conclusion,
    ConclusionSection,
    Consultation,
    DocumentVersion,
    Extension,
    ExtensionQuestion,
    Question,
)
from responses.analysis.conclusion_content import (
    conclusion_content,
    content_from_rows,
    full_content,
)
from responses.analysis.counted import counted_responses_of, deadlines_of
from responses.analysis.snapshot import (
    read_conclusion_rows,
    read_received_rows,
    remove_orphans,
)
from responses.models import Answer, Attribution
from tests.support.factories import (
    london,
    make_change,
    make_comment,
    make_conclusion,
    make_consultation,
    make_document,
    make_question,
    make_respondent,
    make_submission,
)

pytestmark = pytest.mark.django_db


def test_clean_text_without_file_leads_to_its_page(settings: Any) -> None:
    settings.SITE_URL = "https://consult.example.org"
    conclusion = make_conclusion(make_consultation(mailbox="dcc@example.org"))
    texts = [
        DocumentVersion.objects.create(
            document=make_document(), key=key, status="concluded"
        )
        for key in ("concluded", "empty")
    ]
    Clause.objects.create(document_version=texts[0], identity="c", text="<p>Words.</p>")
    for kind, version in (("clean", 0), ("redline", 0), ("clean", 1)):
        conclusion.attachments.create(
            title=kind, kind=kind, document_version=texts[version]
        )
    ConclusionSection.objects.create(conclusion=conclusion, kind="attachments")
    content = conclusion_content(conclusion)
    page = "https://consult.example.org/documents/S1SR/concluded/"
    assert [each.address for each in content.attachments] == [page, "", ""]
    assert content.publication == Publication(
        f"https://consult.example.org/desk/conclusions/{conclusion.slug}/preview/",
        contact="dcc@example.org",
    )


def make_typical_conclusion() -> Conclusion:
    """Three questions, three anonymous respondents, three comments, one change."""
    consultation = make_consultation()
    questions = [make_question(consultation) for _ in range(3)]
    names = ("Borealis Energy", "Cormorant Supply", "Dunlin Networks")
    people = [make_respondent(consultation, name) for name in names]
    for person, stance in zip(people, ("agree", "agree", "no-opinion"), strict=True):
        make_submission(person, stances=dict.fromkeys(questions[1:], stance))
    comments = [
        make_comment(
            consultation,
            questions[0],
            text=f"A respondent made point {n}.",
            response="DCC has considered it.",
            disposition="changed" if n == 1 else "clarified",
            sources=(person,),
        )
        for n, person in enumerate(people)
    ]
    make_change(consultation, because_of=(comments[1],))
    return make_conclusion(consultation)


def words(conclusion: Conclusion) -> str:
    document = compose(conclusion_content(conclusion))
    return "\n".join(plain_text(s.blocks) for s in document.every_section())


def test_tally_is_counted_from_answers() -> None:
    sentence = "Two respondents agreed while one did not express an opinion."
    assert words(make_typical_conclusion()).count(sentence) == 2


def test_content_has_no_respondent_name() -> None:
    data = dumps(conclusion_content(make_typical_conclusion()))
    for name in (b"Borealis", b"Cormorant", b"Dunlin"):
        assert name not in data


def test_consenting_respondent_is_named() -> None:
    conclusion = make_typical_conclusion()
    first = conclusion.consultation.respondents.first()
    assert first is not None
    first.submissions.update(attribution=Attribution.NAMED)
    conclusion.columns = ["respondent", "comment", "response"]
    labels = [each.label for each in conclusion_content(conclusion).respondents]
    assert labels == ["Borealis Energy", "Respondent A", "Respondent B"]


def test_one_refusal_to_be_named_makes_respondent_anonymous() -> None:
    consultation = make_consultation(anonymity=Consultation.Anonymity.NAMED)
    person = make_respondent(consultation, "Borealis Energy")
    make_submission(person)
    make_submission(person, attribution=Attribution.CONFIDENTIAL)
    (public,) = counted_responses_of(consultation).respondents
    assert public.label == "Respondent A"


def test_roles_and_companies_of_anonymous_respondent_are_omitted() -> None:
    consultation = make_consultation()
    make_submission(
        make_respondent(
            consultation, "Borealis", roles=["Supplier"], represents=["Tern"]
        )
    )
    (public,) = counted_responses_of(consultation).respondents
    assert (public.roles, public.represents) == ((), ())


def test_late_submission_counts_only_if_accepted() -> None:
    consultation = make_consultation(closes=london("2026-02-02 16:00"))
    question = make_question(consultation)
    decisions = {"a": None, "b": False, "c": True}
    for name, accepted in decisions.items():
        make_submission(
            make_respondent(consultation, name),
            stances={question: "agree"},
            received=london("2026-02-02 16:01"),
            accepted=accepted,
        )
    counted = counted_responses_of(consultation)
    assert [s.respondent.name for s in counted.submissions] == ["c"]
    assert len(counted.answers[question.pk]) == 1


def test_respondent_of_whom_no_submission_counts_is_omitted() -> None:
    consultation = make_consultation(closes=london("2026-02-02 16:00"))
    make_submission(make_respondent(consultation, "in time"))
    late = make_respondent(consultation, "late")
    make_submission(late, received=london("2026-02-03 16:00"))
    assert len(counted_responses_of(consultation).respondents) == 1
    make_comment(consultation, sources=(late,))
    make_respondent(consultation, "without a response")
    withdrawn = make_submission(make_respondent(consultation, "withdrawn"))
    withdrawn.withdrawn_at, withdrawn.withdrawn_reason = withdrawn.received, "Sold."
    withdrawn.save()
    assert len(counted_responses_of(consultation).respondents) == 1


def test_confidential_answer_counts_but_is_not_attributed() -> None:
    consultation = make_consultation(anonymity=Consultation.Anonymity.NAMED)
    question = make_question(consultation)
    for name in ("Ada", "Bede"):
        submission = make_submission(make_respondent(consultation, name))
        Answer.objects.create(
            submission=submission,
            question=question,
            stance="disagree",
            confidential=name == "Bede",
        )
    matrix = (("Analysis", "analysis"), ("Answers", "tally-matrix"))
    conclusion = make_conclusion(consultation, sections=matrix)
    (public,) = conclusion_content(conclusion).questions
    assert "Both respondents disagreed." in words(conclusion)
    assert [answer.respondent for answer in public.answers] == [0]


def test_submission_at_the_deadline_is_in_time() -> None:
    consultation = make_consultation(closes=london("2026-02-02 16:00"))
    make_submission(
        make_respondent(consultation, "a"), received=london("2026-02-02 16:00")
    )
    assert len(counted_responses_of(consultation).submissions) == 1


def test_partial_extension_counts_for_its_questions_only() -> None:
    consultation = make_consultation(closes=london("2026-02-02 16:00"))
    first, second = make_question(consultation), make_question(consultation)
    extension = Extension.objects.create(
        consultation=consultation,
        was=london("2026-02-02 16:00"),
        until=london("2026-02-09 16:00"),
        reason="Asked for.",
    )
    ExtensionQuestion.objects.create(extension=extension, question=second)
    make_submission(
        make_respondent(consultation, "a"),
        stances={first: "agree", second: "agree"},
        received=london("2026-02-05 12:00"),
    )
    counted = counted_responses_of(consultation)
    assert len(counted.answers[first.pk]) == 0
    assert len(counted.answers[second.pk]) == 1
    assert len(counted.submissions) == 1


def test_deadlines_match_the_consultation() -> None:
    consultation = make_consultation(closes=london("2026-02-02 16:00"))
    questions = [make_question(consultation) for _ in range(3)]
    for day, some in ((5, [0, 1]), (9, []), (12, [1]), (7, [2])):
        extension = Extension.objects.create(
            consultation=consultation,
            was=london("2026-02-02 16:00"),
            until=london(f"2026-02-{day:02} 16:00"),
            reason="Asked for.",
        )
        for place in some:
            ExtensionQuestion.objects.create(
                extension=extension, question=questions[place]
            )
    told = {question.pk: consultation.deadline_for(question) for question in questions}
    assert len(set(told.values())) == 2
    assert deadlines_of(consultation, questions) == {0: consultation.deadline, **told}


def test_later_answer_of_respondent_replaces_the_earlier() -> None:
    consultation = make_consultation()
    question = make_question(consultation)
    person = make_respondent(consultation, "a")
    make_submission(
        person, stances={question: "disagree"}, received=london("2026-01-20 10:00")
    )
    make_submission(
        person, stances={question: "agree"}, received=london("2026-01-10 10:00")
    )
    (answer,) = counted_responses_of(consultation).answers[question.pk].values()
    assert answer.stance == "disagree"


def test_choices_are_tallied_in_order_of_options() -> None:
    consultation = make_consultation()
    question = make_question(
        consultation, kind=Question.Kind.CHOICE, options=["Yes", "No"]
    )
    for name, choice in (("a", "No"), ("b", "Yes"), ("c", "No")):
        submission = make_submission(make_respondent(consultation, name))
        Answer.objects.create(submission=submission, question=question, choice=choice)
    conclusion = make_conclusion(consultation)
    assert "One respondent answered “Yes” and two answered “No”." in words(conclusion)


def test_text_without_stance_counts_as_answer() -> None:
    consultation = make_consultation()
    question = make_question(consultation, kind=Question.Kind.OPEN)
    submission = make_submission(make_respondent(consultation, "a"))
    Answer.objects.create(submission=submission, question=question, text="Perhaps.")
    text = words(make_conclusion(consultation))
    assert "One respondent answered this question." in text


def test_commitment_done_after_conclusion_is_printed_as_open() -> None:
    conclusion = make_typical_conclusion()
    Commitment.objects.create(
        consultation=conclusion.consultation,
        text="Publish guidance.",
        due=dt.date(2026, 9, 1),
        due_is_month=True,
        done=dt.date(2026, 8, 20),
    )
    ConclusionSection.objects.create(
        conclusion=conclusion, heading="Promises", kind="commitments", position=9
    )
    (commitment,) = conclusion_content(conclusion).commitments
    assert (commitment.due, commitment.done) == ("September 2026", "")


def test_content_is_made_without_further_queries() -> None:
    rows = read_conclusion_rows(make_typical_conclusion())
    with CaptureQueriesContext(connection) as captured:
        content_from_rows(rows)
    assert [query["sql"] for query in captured] == []


def test_given_counted_responses_are_not_read_again() -> None:
    conclusion = make_typical_conclusion()
    counted = counted_responses_of(conclusion.consultation)
    with CaptureQueriesContext(connection) as captured:
        full_content(conclusion, counted_responses=counted)
    assert not any("responses_answer" in query["sql"] for query in captured)


def test_rows_without_their_parent_are_left_out() -> None:
    heard = read_received_rows(make_typical_conclusion().consultation)
    alone = remove_orphans(
        replace(heard, questions=heard.questions[:2], respondents=heard.respondents[:1])
    )
    counted = [len(rows) for rows in (alone.submissions, alone.answers, alone.sources)]
    assert counted == [1, 3, 1]


def test_query_count_does_not_grow_with_comments() -> None:
    conclusion = make_typical_conclusion()

    def queries() -> int:
        fresh = Conclusion.objects.get(pk=conclusion.pk)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            conclusion_content(fresh)
        return len(captured)

    before = queries()
    consultation = conclusion.consultation
    question = consultation.questions.first()
    for n in range(20):
        person = make_respondent(consultation, f"More {n}")
        make_submission(person, stances={question: "agree"} if question else {})
        comment = make_comment(consultation, question, sources=(person,), response="x")
        make_change(consultation, because_of=(comment,))
    assert queries() == before
