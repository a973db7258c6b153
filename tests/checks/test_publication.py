"""Texts that are typed or frozen: nothing in them names a hidden respondent."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from consultations.editions import workflow
from consultations.models import Conclusion, Edition
from responses.checks import findings
from responses.checks.confirmations import confirm_finding
from responses.conclusions.submission import submit_draft
from responses.file_words import read_waiting_files
from responses.models import Answer, Comment, Respondent, Submission
from tests.checks.test_attached_files import attach
from tests.checks.test_findings import make_ready
from tests.support.editions import refusal
from tests.support.factories import make_respondent, make_submission, make_user
from tests.support.made_files import png, word
from tests.support.pages import publish

pytestmark = pytest.mark.django_db

NAME = "Zork Quartzite Ltd"
FORMATS = ("html", "txt", "json")


def make_named(attribution: str = "named") -> Conclusion:
    """A conclusion without blockers, with a respondent who may be named."""
    conclusion = make_ready()
    Submission.objects.update(attribution="named")
    person = make_respondent(conclusion.consultation, NAME)
    make_submission(person, attribution=attribution)
    return conclusion


def approved(conclusion: Conclusion) -> Edition:
    edition = submit_draft(conclusion, by=make_user(role="Drafter"), formats=FORMATS)
    approver = make_user(role="Approver")
    workflow.approve_edition(edition, by=approver, sha256=edition.sha256)
    return edition


def publication_refusal(edition: Edition) -> str:
    fresh = Edition.objects.get(pk=edition.pk)
    by = make_user(role="Approver")
    return refusal(lambda: workflow.publish_edition(fresh, by=by))


def hide() -> None:
    Submission.objects.filter(respondent__name=NAME).update(attribution="anonymous")


def say(conclusion: Conclusion, words: str) -> None:
    comment = Comment.objects.filter(consultation=conclusion.consultation).first()
    assert comment
    comment.text = f"<p>{words}</p>"
    comment.save()


def test_edition_is_published_where_everybody_may_be_named() -> None:
    conclusion = make_named()
    say(conclusion, f"As {NAME} asked.")
    edition = approved(conclusion)
    workflow.publish_edition(edition, by=make_user(role="Approver"))
    assert edition.state == Edition.State.PUBLISHED


def test_name_in_a_comment_that_is_hidden_after_approval_is_not_published() -> None:
    conclusion = make_named()
    say(conclusion, f"As {NAME} asked.")
    edition = approved(conclusion)
    hide()
    say(conclusion, "As somebody asked.")
    reasons = publication_refusal(edition)
    assert f"contains “{NAME}”, the name of a respondent who must not be" in reasons
    assert reasons.endswith("correct the draft and submit the conclusion again.")


def test_comment_that_was_deleted_after_approval_is_still_judged() -> None:
    conclusion = make_named()
    say(conclusion, f"As {NAME} asked.")
    edition = approved(conclusion)
    hide()
    deleted = Comment.objects.filter(consultation=conclusion.consultation).first()
    assert deleted
    deleted.change_links.all().delete()
    deleted.delete()
    assert f"Comment “{deleted.key}” contains “{NAME}”" in publication_refusal(edition)


def test_address_changed_after_approval_is_judged() -> None:
    conclusion = make_named("anonymous")
    edition = approved(conclusion)
    Conclusion.objects.filter(pk=conclusion.pk).update(slug="zork-quartzite")
    assert "The web address of the conclusion contains" in publication_refusal(edition)


def test_words_made_confidential_after_approval_are_not_published() -> None:
    words = "we would lose all of our customers within four weeks"
    conclusion = make_named()
    question = conclusion.consultation.questions.first()
    assert question
    submission = Submission.objects.get(respondent__name=NAME)
    answer = Answer.objects.create(
        submission=submission, question=question, text=f"<p>{words}</p>"
    )
    say(conclusion, f"One said: {words}.")
    edition = approved(conclusion)
    Answer.objects.filter(pk=answer.pk).update(confidential=True)
    assert "quotes a confidential answer" in publication_refusal(edition)


def test_name_in_a_file_that_is_hidden_after_approval_is_not_published() -> None:
    conclusion = make_named()
    attach(conclusion, "a.txt", f"As {NAME} said.".encode())
    edition = approved(conclusion)
    read_waiting_files()
    conclusion.attachments.all().delete()
    hide()
    assert "The file of attachment “Plan” contains" in publication_refusal(edition)


@pytest.mark.parametrize("is_read", [True, False])
def test_file_not_read_is_refused_once_a_respondent_is_hidden(is_read: bool) -> None:
    conclusion = make_named()
    attach(conclusion, "a.docx", word("", {"word/media/a.png": png()}))
    edition = approved(conclusion)
    if is_read:
        read_waiting_files()
    hide()
    expected = "contains a picture, whose words" if is_read else "has not been read yet"
    assert expected in publication_refusal(edition)
    if is_read:
        fresh = Conclusion.objects.get(pk=conclusion.pk)
        (found,) = (f for f in findings(fresh)[0] if "a picture" in f.text)
        confirm_finding(fresh, found, reason="<p>Read.</p>", by=make_user())
        workflow.publish_edition(edition, by=make_user(role="Approver"))


CORRECTIONS = {
    "name": f"{NAME} is no longer quoted.",
    "initials with an alias": "ZQX is no longer quoted.",
    "address": "See jan@zork-quartzite.example.",
}


@pytest.mark.parametrize("correction", CORRECTIONS.values(), ids=CORRECTIONS)
def test_name_in_a_correction_is_refused(correction: str) -> None:
    conclusion = make_named("anonymous")
    person = Respondent.objects.get(name=NAME)
    person.aliases, person.email = ["ZQX"], "jan@zork-quartzite.example"
    person.save()
    publish(conclusion)
    say(conclusion, "Other words.")
    by = make_user(role="Drafter")

    def submit(words: str) -> Edition:
        fresh = Conclusion.objects.get(pk=conclusion.pk)
        return submit_draft(fresh, by=by, correction=words, formats=FORMATS)

    reasons = refusal(lambda: submit(correction))
    assert "What the edition corrects contains “" in reasons
    assert submit("A date was wrong.").correction


@pytest.mark.parametrize("reason", CORRECTIONS.values(), ids=CORRECTIONS)
def test_name_in_the_reason_of_a_withdrawal_is_refused(reason: str) -> None:
    conclusion = make_named("anonymous")
    person = Respondent.objects.get(name=NAME)
    person.aliases, person.email = ["ZQX"], "jan@zork-quartzite.example"
    person.save()
    edition, by = publish(conclusion), make_user(role="Approver")

    def withdraw(words: str) -> Callable[[], Edition]:
        return lambda: workflow.withdraw_edition(edition, by=by, reason=words)

    assert "The reason for the withdrawal contains “" in refusal(withdraw(reason))
    assert withdraw("A date was wrong.")().state == Edition.State.WITHDRAWN


@pytest.mark.parametrize("field", ["key", "label", "text", "options", "refers_to"])
@pytest.mark.parametrize("is_printed", [True, False])
def test_name_in_a_question_is_found_where_it_is_not_printed(
    field: str, is_printed: bool
) -> None:
    conclusion = make_named("anonymous")
    question = conclusion.consultation.questions.first()
    assert question
    words = "zork-quartzite" if field == "key" else NAME
    is_list = field in ("options", "refers_to")
    setattr(question, field, [words] if is_list else words)
    question.save()
    if not is_printed:
        conclusion.sections.all().delete()
    fresh = Conclusion.objects.get(pk=conclusion.pk)
    found = [f.text for f in findings(fresh)[0] if "must not be named" in f.text]
    assert found
