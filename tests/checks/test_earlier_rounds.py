"""Respondents to earlier rounds, and legal texts: nothing in a later round tells."""

from __future__ import annotations

import pytest

from consultations.editions import workflow
from consultations.models import (
    Clause,
    Conclusion,
    Consultation,
    DocumentVersion,
    Edition,
)
from responses.checks import findings
from responses.checks.cached_findings import fingerprint
from responses.checks.confirmations import confirm_finding
from responses.checks.subject import Finding
from responses.checks.typed_texts import typed_text_problems
from responses.conclusions.submission import submit_draft
from responses.desk.check_results import check_conclusion
from responses.models import Answer, Comment, Respondent, Submission
from tests.checks.test_findings import make_ready
from tests.support.editions import refusal
from tests.support.factories import (
    freeze,
    make_consultation,
    make_question,
    make_respondent,
    make_submission,
    make_user,
)
from tests.support.slugs import rename

pytestmark = pytest.mark.django_db

NAME = "Zork Quartzite Ltd"
WORDS = "we would lose all of our customers within four weeks"


def follow(later: Consultation, slug: str = "first") -> Consultation:
    """Return a round before a consultation, with a respondent who is not named."""
    first = make_consultation(slug)
    make_submission(make_respondent(first, NAME))
    later.follows, later.relation = slug, "further"
    later.save()
    return first


def say(conclusion: Conclusion, words: str) -> None:
    Comment.objects.filter(consultation=conclusion.consultation).update(text=words)


def blockers(conclusion: Conclusion, word: str = "Zork") -> list[Finding]:
    fresh = Conclusion.objects.get(pk=conclusion.pk)
    return [each for each in findings(fresh)[0] if word in each.text]


def test_name_of_an_earlier_round_blocks_the_conclusion() -> None:
    conclusion = make_ready()
    follow(conclusion.consultation)
    say(conclusion, f"As {NAME} asked before.")
    (found,) = blockers(conclusion)
    origin = "must not be named. The respondent took part in the consultation “first”."
    assert origin in found.text


def test_rounds_before_the_earlier_one_are_read_and_circles_end() -> None:
    conclusion = make_ready()
    second = make_consultation("second", follows="other", relation="further")
    first, ready = follow(second), conclusion.consultation
    for later, earlier in ((ready, second), (first, ready)):
        later.follows, later.relation = earlier.slug, "further"
        later.save()
    say(conclusion, f"As {NAME} asked before.")
    assert len(blockers(conclusion)) == 1


def test_earlier_round_is_found_by_its_former_address() -> None:
    conclusion = make_ready()
    first = follow(conclusion.consultation)
    freeze(first)
    rename(first, "renamed")
    Consultation.objects.filter(pk=conclusion.consultation_id).update(follows="first")
    say(conclusion, f"As {NAME} asked before.")
    assert "“renamed”" in blockers(conclusion)[0].text


@pytest.mark.parametrize("named_in", ["first", "second"])
def test_respondent_named_in_either_round_may_be_named(named_in: str) -> None:
    conclusion = make_ready()
    first = follow(conclusion.consultation)
    if named_in == "first":
        Submission.objects.filter(respondent__consultation=first).update(
            attribution="named"
        )
    else:
        person = make_respondent(conclusion.consultation, "Zork Quartzite plc")
        make_submission(person, attribution="named")
    say(conclusion, f"As {NAME} asked before.")
    assert blockers(conclusion, "must not be named") == []


def test_attribution_of_the_round_decides_for_those_who_gave_none() -> None:
    conclusion = make_ready()
    first = follow(conclusion.consultation)
    say(conclusion, f"As {NAME} asked before.")
    Consultation.objects.filter(pk=conclusion.consultation_id).update(anonymity="named")
    assert len(blockers(conclusion)) == 1
    Consultation.objects.filter(pk=first.pk).update(anonymity="named")
    assert blockers(conclusion) == []


def test_respondent_hidden_in_both_rounds_is_found_once() -> None:
    conclusion = make_ready()
    follow(conclusion.consultation)
    make_submission(make_respondent(conclusion.consultation, NAME))
    say(conclusion, f"As {NAME} asked before.")
    (found,) = blockers(conclusion)
    assert "The respondent answered" not in found.text


def test_confidential_words_of_an_earlier_round_are_found() -> None:
    conclusion = make_ready()
    first = follow(conclusion.consultation)
    question = make_question(first)
    answer = Answer.objects.create(
        submission=Submission.objects.get(respondent__name=NAME),
        question=question,
        text=f"<p>{WORDS}</p>",
        confidential=True,
    )
    say(conclusion, f"One said that {WORDS}.")
    (found,) = blockers(conclusion, "quotes a confidential answer")
    assert "The respondent took part in the consultation “first”." in found.text
    Answer.objects.filter(pk=answer.pk).update(confidential=False)
    assert blockers(conclusion, "quotes a confidential answer") == []


def test_findings_are_outdated_when_an_earlier_round_changes() -> None:
    conclusion = make_ready()
    first = follow(conclusion.consultation)
    before = fingerprint(conclusion)
    person = first.respondents.get()
    person.aliases = ["Quilldale"]
    person.save()
    assert fingerprint(conclusion) != before


def test_typed_text_may_not_name_a_respondent_of_an_earlier_round() -> None:
    consultation = make_consultation("second")
    follow(consultation)
    (problem,) = typed_text_problems(consultation, f"<p>{NAME} asked for time.</p>")
    assert problem.startswith(f"Remove “{NAME}”, the name of {NAME}.")


def test_typed_text_may_not_repeat_a_confidential_answer() -> None:
    consultation = make_consultation("second")
    Answer.objects.create(
        submission=make_submission(make_respondent(consultation, NAME)),
        question=make_question(consultation),
        text=f"<p>{WORDS}</p>",
        confidential=True,
    )
    (problem,) = typed_text_problems(consultation, f"<p>One said: {WORDS}.</p>")
    assert problem.startswith(f"The text quotes a confidential answer from {NAME}")


# --- legal texts ----------------------------------------------------------------------


def make_concluded(conclusion: Conclusion, text: str) -> DocumentVersion:
    version = DocumentVersion.objects.create(
        document=conclusion.consultation.documents.get(),
        key="concluded",
        label="5.0",
        status="concluded",
        consultation=conclusion.consultation,
    )
    Clause.objects.create(
        document_version=version, identity="c1", number="1.2", text=f"<p>{text}</p>"
    )
    return version


def test_name_in_a_concluded_text_blocks_until_a_person_confirms() -> None:
    conclusion = make_ready()
    make_submission(make_respondent(conclusion.consultation, NAME))
    version = make_concluded(conclusion, f"{NAME} shall notify DCC.")
    (found,) = blockers(conclusion)
    code = version.document.code
    assert found.text.startswith(f"Clause 1.2 of {code} 5.0 contains “{NAME}”")
    (linked,) = [e for e in check_conclusion(conclusion).blockers if "Zork" in e.text]
    assert linked.href == f"/desk/documents/{code}/versions/{version.pk}/"
    confirm_finding(conclusion, found, reason="<p>A party.</p>", by=make_user())
    assert blockers(conclusion) == []


def test_confidential_words_in_a_concluded_text_block() -> None:
    conclusion = make_ready()
    question = conclusion.consultation.questions.first()
    assert question
    submission = make_submission(make_respondent(conclusion.consultation, NAME))
    Answer.objects.create(
        submission=submission, question=question, text=WORDS, confidential=True
    )
    make_concluded(conclusion, f"Where {WORDS}, DCC waits.")
    (found,) = blockers(conclusion, "quotes a confidential answer")
    assert found.confirmation.startswith("earlier-quote:")


def test_name_in_a_frozen_text_is_not_published_once_it_is_hidden() -> None:
    conclusion = make_ready()
    Submission.objects.update(attribution="named")
    person = make_respondent(conclusion.consultation, NAME)
    make_submission(person, attribution="named")
    version = make_concluded(conclusion, f"{NAME} shall notify DCC.")
    by, approver = make_user(role="Drafter"), make_user(role="Approver")
    edition = submit_draft(conclusion, by=by, formats=("html", "txt", "json"))
    workflow.approve_edition(edition, by=approver, sha256=edition.sha256)
    Clause.objects.filter(document_version=version).update(text="<p>DCC.</p>")
    Submission.objects.filter(respondent=person).update(attribution="anonymous")
    fresh = Edition.objects.get(pk=edition.pk)
    reasons = refusal(lambda: workflow.publish_edition(fresh, by=approver))
    assert "Clause 1.2 of" in reasons
    assert Respondent.objects.get(pk=person.pk).name in reasons
