"""Authors of a draft, from the histories of its rows; taking over a text."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, connection, models, transaction

from consultations.audit.history import create_all, save_all
from consultations.audit.trail import broken_links
from consultations.editions import workflow
from consultations.editions.triggers import without_guards
from consultations.fields.model_fields import LinesField
from consultations.models import (
    Clause,
    Conclusion,
    ConclusionSection,
    DocumentVersion,
    TextTakeover,
)
from consultations.models.base import Editable
from responses.analysis.conclusion_content import conclusion_content
from responses.conclusions import submission
from responses.history.authors import (
    draft_authorship,
    draft_began_at,
    take_over_text,
    written_texts,
)
from responses.history.revisions import find_row_history, restore
from responses.models import Answer, Comment, DCCResponse, Submission
from responses.row_types import ROW_TYPES, row_ref
from tests.support import walking
from tests.support.editions import QUICK, refusal
from tests.support.factories import (
    make_change,
    make_comment,
    make_conclusion,
    make_consultation,
    make_document,
    make_question,
    make_respondent,
    make_submission,
    make_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def conclusion() -> Conclusion:
    """Return a conclusion that a command loaded: nobody wrote it on this site."""
    consultation = make_consultation()
    make_comment(consultation, make_question(consultation), response="Retried.")
    return make_conclusion(consultation)


@pytest.fixture
def dora() -> User:
    return make_user("dora", "Drafter")


@pytest.fixture
def adam() -> User:
    return make_user("adam", "Approver")


def save(row: Editable, by: User | None, **values: Any) -> None:
    for name, value in values.items():
        setattr(row, name, value)
    save_all(type(row), [row], list(values), by=by)


def introduction(conclusion: Conclusion) -> ConclusionSection:
    return conclusion.sections.get(heading="Introduction")


def authors(conclusion: Conclusion) -> dict[str, set[str]]:
    """Return the user names that answer for each text, by its label."""
    names = dict(User.objects.values_list("pk", "username"))
    return {
        text.label: {names[pk] for pk in text.authors}
        for text in written_texts(conclusion)
    }


def take_over(conclusion: Conclusion, by: User) -> None:
    (text,) = written_texts(conclusion)
    take_over_text(
        conclusion, row=text.row, field=text.field, sha256=text.sha256, by=by
    )


# Who wrote


def test_loaded_draft_has_no_authors(conclusion: Conclusion) -> None:
    assert written_texts(conclusion) == []
    assert draft_authorship(conclusion).authors == ()


def test_author_is_who_changed_the_wording(
    conclusion: Conclusion, dora: User, adam: User
) -> None:
    save(introduction(conclusion), dora, text="Dora’s words.")
    save(DCCResponse.objects.get(), adam, text="Adam’s words.", disposition="noted")
    save(Comment.objects.get(), adam, assigned_to=dora, position=7)
    assert authors(conclusion) == {
        "Section Introduction: Text": {"dora"},
        "DCC response to Comment Q1.1: DCC response": {"adam"},
        "DCC response to Comment Q1.1: Outcome": {"adam"},
    }


def test_author_of_new_row_wrote_its_texts(conclusion: Conclusion, adam: User) -> None:
    section = ConclusionSection(conclusion=conclusion, heading="New", text="Words.")
    create_all(ConclusionSection, [section], by=adam)
    assert authors(conclusion) == {
        "Section New: Heading": {"adam"},
        "Section New: Text": {"adam"},
    }


def test_everyone_who_changed_a_text_is_its_author(
    conclusion: Conclusion, dora: User, adam: User
) -> None:
    save(introduction(conclusion), dora, text="Dora’s words.")
    save(introduction(conclusion), adam, text="Dora’s words, and Adam’s.")
    save(introduction(conclusion), None, text="Words by a command.")
    assert authors(conclusion) == {"Section Introduction: Text": {"dora", "adam"}}


def test_wording_that_was_changed_back_has_no_authors(
    conclusion: Conclusion, dora: User, adam: User
) -> None:
    before = introduction(conclusion).text
    save(introduction(conclusion), adam, text="Adam’s words.")
    save(introduction(conclusion), dora, text=before)
    assert authors(conclusion) == {}


def test_reverted_change_leaves_the_earlier_author(
    conclusion: Conclusion, dora: User, adam: User
) -> None:
    save(introduction(conclusion), dora, text="Dora’s words.")
    save(introduction(conclusion), adam, text="Adam’s words.")
    save(introduction(conclusion), dora, text="Dora’s words.")
    assert authors(conclusion) == {"Section Introduction: Text": {"dora"}}


def test_wording_that_another_user_put_back_keeps_its_author(
    conclusion: Conclusion, dora: User, adam: User
) -> None:
    before = introduction(conclusion).text
    save(introduction(conclusion), adam, text="Adam’s words.")
    save(introduction(conclusion), dora, text=before)
    save(introduction(conclusion), dora, text="Adam’s words.")
    assert authors(conclusion) == {"Section Introduction: Text": {"adam"}}


def test_author_of_a_text_that_was_emptied_is_none(
    conclusion: Conclusion, dora: User, adam: User
) -> None:
    save(introduction(conclusion), adam, text="Adam’s words.")
    save(introduction(conclusion), dora, text="")
    assert authors(conclusion) == {}
    save(introduction(conclusion), dora, text="Dora’s words.")
    assert authors(conclusion) == {"Section Introduction: Text": {"dora"}}


def test_restored_row_keeps_its_authors(
    conclusion: Conclusion, dora: User, adam: User
) -> None:
    section = introduction(conclusion)
    save(section, adam, text="Adam’s words.")
    ref, shown = row_ref(section), section.version
    section.delete()
    assert authors(conclusion) == {}
    found = find_row_history(ref)
    assert found is not None
    last = found.rows().exclude(history_type="-")[0]
    restore(found, history_id=last.history_id, shown=shown, by=dora)
    assert authors(conclusion)["Section Introduction: Text"] == {"adam"}


def test_texts_of_another_conclusion_do_not_count(
    conclusion: Conclusion, adam: User
) -> None:
    other = make_conclusion(conclusion.consultation, slug="other")
    save(introduction(other), adam, text="Adam’s words.")
    assert authors(conclusion) == {}
    assert authors(other) == {"Section Introduction: Text": {"adam"}}


def test_received_answers_are_nobodys_words(conclusion: Conclusion, adam: User) -> None:
    question = conclusion.consultation.questions.get()
    person = make_respondent(conclusion.consultation, "Ada")
    make_submission(person, stances={question: "agree"})
    save(Answer.objects.get(), adam, text="Their words.", stance="disagree")
    save(Submission.objects.get(), adam, accepted_reason="Late.")
    assert authors(conclusion) == {}


def test_legal_text_that_the_conclusion_names_has_authors(
    conclusion: Conclusion, adam: User, dora: User
) -> None:
    version = DocumentVersion.objects.create(
        document=make_document(),
        key="concluded",
        label="5.0",
        status="concluded",
        consultation=conclusion.consultation,
    )
    clause = Clause(document_version=version, identity="c1", number="1", text="Adam’s.")
    create_all(Clause, [clause], by=adam)
    unnamed = DocumentVersion.objects.create(
        document=make_document(), key="other", status="designated"
    )
    other = Clause(document_version=unnamed, identity="c1", number="1", text="Dora’s.")
    create_all(Clause, [other], by=dora)
    assert authors(conclusion) == {
        "Clause 1: Number": {"adam"},
        "Clause 1: Text": {"adam"},
    }


def test_legal_text_changed_while_it_is_read_is_refused(
    conclusion: Conclusion, adam: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(submission, "blocking_findings", lambda *_: [])
    version = DocumentVersion.objects.create(
        document=make_document(),
        key="concluded",
        status="concluded",
        consultation=conclusion.consultation,
    )
    real = submission.read_draft

    def write_after_reading(*args: Any) -> Any:
        found = real(*args)
        Clause.objects.create(document_version=version, identity="c1", number="1")
        return found

    monkeypatch.setattr(submission, "read_draft", write_after_reading)
    reasons = refusal(
        lambda: submission.submit_draft(
            conclusion, by=make_user(role="Drafter"), formats=QUICK
        )
    )
    assert "document version was changed during the submission" in reasons


# Since when


def submit_and_publish(conclusion: Conclusion) -> None:
    edition = submission.submit_draft(
        conclusion, by=make_user(role="Drafter"), formats=QUICK
    )
    approver = make_user(role="Approver")
    workflow.approve_edition(edition, by=approver, sha256=edition.sha256)
    workflow.publish_edition(edition, by=approver)


def test_draft_begins_after_the_last_public_edition(
    conclusion: Conclusion, dora: User, adam: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(submission, "blocking_findings", lambda *_: [])
    assert draft_began_at(conclusion) == min(
        conclusion.consultation.history.last().history_date,
        conclusion.history.last().history_date,
    )
    save(introduction(conclusion), adam, text="Adam’s words.")
    submit_and_publish(conclusion)
    assert authors(conclusion) == {}
    assert draft_began_at(conclusion) is None
    save(DCCResponse.objects.get(), dora, text="Dora’s words.")
    assert authors(conclusion) == {
        "DCC response to Comment Q1.1: DCC response": {"dora"}
    }
    first = DCCResponse.history.first()
    assert draft_began_at(conclusion) == first.history_date


def test_words_written_after_submission_belong_to_the_next_draft(
    conclusion: Conclusion, adam: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(submission, "blocking_findings", lambda *_: [])
    real = conclusion_content

    def write_after_reading(*args: Any) -> Any:
        content = real(*args)
        if not written_texts(conclusion):
            save(introduction(conclusion), adam, text="Adam’s words.")
        return content

    monkeypatch.setattr(submission, "conclusion_content", write_after_reading)
    edition = submission.submit_draft(
        conclusion, by=make_user(role="Drafter"), formats=QUICK
    )
    # The save made the reading begin again, so words and authors agree.
    assert "Adam’s words." in edition.content
    assert [author.user for author in edition.authors.all()] == [adam]


def test_draft_that_changes_at_every_reading_is_refused(
    conclusion: Conclusion, adam: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = conclusion_content

    def write_while_reading(*args: Any) -> Any:
        section = introduction(conclusion)
        save(section, adam, text=f"{section.text}More.")
        return real(*args)

    monkeypatch.setattr(submission, "conclusion_content", write_while_reading)
    assert "changed during" in refusal(lambda: submission.read_draft(conclusion))


# Taking over


def test_taken_over_text_is_the_takers(
    conclusion: Conclusion, dora: User, adam: User
) -> None:
    save(introduction(conclusion), adam, text="Adam’s words.")
    take_over(conclusion, dora)
    assert authors(conclusion) == {"Section Introduction: Text": {"dora"}}
    (author,) = draft_authorship(conclusion).authors
    assert author.user_id == dora.pk
    assert author.taken_over == ("Section Introduction: Text, written by adam",)


def test_change_after_taking_over_has_its_own_author(
    conclusion: Conclusion, dora: User, adam: User
) -> None:
    save(introduction(conclusion), adam, text="Adam’s words.")
    take_over(conclusion, dora)
    save(introduction(conclusion), adam, text="Adam’s words again.")
    assert authors(conclusion) == {"Section Introduction: Text": {"dora", "adam"}}
    take_over(conclusion, dora)
    assert authors(conclusion) == {"Section Introduction: Text": {"dora"}}


def test_taking_over_is_logged(conclusion: Conclusion, dora: User, adam: User) -> None:
    save(introduction(conclusion), adam, text="Adam’s words.")
    take_over(conclusion, dora)
    event = conclusion.consultation.events.get(kind="taken-over")
    assert event.by == dora
    assert "Section Introduction: Text, written by adam, was taken over" in (
        event.summary
    )
    assert broken_links(conclusion.consultation) == []


def test_taking_over_is_refused_for_another_wording(
    conclusion: Conclusion, dora: User, adam: User
) -> None:
    save(introduction(conclusion), adam, text="Adam’s words.")
    (read,) = written_texts(conclusion)
    save(introduction(conclusion), adam, text="Adam’s other words.")
    reasons = refusal(
        lambda: take_over_text(
            conclusion, row=read.row, field=read.field, sha256=read.sha256, by=dora
        )
    )
    assert "was changed after you opened this page" in reasons


def test_taking_over_needs_somebody_elses_text(
    conclusion: Conclusion, dora: User
) -> None:
    save(introduction(conclusion), dora, text="Dora’s words.")
    assert "already" in refusal(lambda: take_over(conclusion, dora))
    reasons = refusal(
        lambda: take_over_text(
            conclusion, row="section:0", field="text", sha256="", by=dora
        )
    )
    assert "No one has changed this text" in reasons


def test_approver_cannot_take_over(conclusion: Conclusion, adam: User) -> None:
    save(introduction(conclusion), make_user(role="Drafter"), text="Words.")
    assert "role Drafter" in refusal(lambda: take_over(conclusion, adam))


@pytest.mark.parametrize("act", ["update", "delete"])
def test_database_keeps_takeovers(
    conclusion: Conclusion, dora: User, adam: User, act: str
) -> None:
    save(introduction(conclusion), adam, text="Adam’s words.")
    take_over(conclusion, dora)
    rows = TextTakeover.objects.all()
    with pytest.raises(IntegrityError, match="A takeover"), transaction.atomic():
        rows.update(by=adam) if act == "update" else rows.delete()


# Which fields count as written

NOT_WORDS = {
    **dict.fromkeys(["key", "slug", "clause"], "a name that the site gives"),
    **dict.fromkeys(["kind", "columns", "anonymity"], "a choice of what is printed"),
    **dict.fromkeys(["attribution", "stance", "choice"], "a fact about a response"),
}
"""Printed fields that are not the words of whoever entered them, with the reason."""


TEXT_FIELDS = (models.CharField, models.TextField, LinesField)


def full_conclusion() -> Conclusion:
    conclusion = walking.make_full()
    consultation = conclusion.consultation
    question = make_question(consultation, summary="Words.")
    choice = make_question(consultation, kind="choice", options=["Yes", "No"])
    person = make_respondent(
        consultation, "Ada", category="Supplier", roles=["User"], represents=["Us"]
    )
    received = make_submission(person, stances={question: "agree"}, attribution="named")
    Answer.objects.create(submission=received, question=choice, choice="Yes")
    comment = make_comment(
        consultation,
        question,
        response="Words.",
        disposition="noted",
        sources=(person,),
    )
    make_change(consultation, because_of=(comment,))
    consultation.commitments.create(text="To look again.", owner="The team")
    consultation.glossary.create(short="GP", long="Proxy")
    conclusion.attachments.create(title="Plan", kind="other", filename="plan.txt")
    return conclusion


def printed_fields(conclusion: Conclusion) -> set[tuple[str, str]]:
    """Return the fields of text whose values change what the conclusion prints."""
    printed = set()
    before = conclusion_content(conclusion)
    for row_type in ROW_TYPES:
        for field in row_type.model._meta.concrete_fields:
            is_text = isinstance(
                field, models.CharField | models.TextField | LinesField
            )
            if is_text and row_type.in_conclusion:
                for row in row_type.model._default_manager.all():
                    if is_printed(conclusion, before, row, field):
                        printed.add((row_type.name, field.name))
    return printed


def is_printed(conclusion: Conclusion, before: Any, row: Any, field: Any) -> bool:
    values = [value for value, _ in field.choices or ()] or ["Other words", "No"]
    values = [["Other words"]] if isinstance(field, LinesField) else values
    for value in values:
        with transaction.atomic():
            try:
                with transaction.atomic():
                    type(row).objects.filter(pk=row.pk).update(**{field.name: value})
                    fresh = Conclusion.objects.get(pk=conclusion.pk)
                    changed = conclusion_content(fresh) != before
            except IntegrityError:
                changed = False
            transaction.set_rollback(True)
        if changed:
            return True
    return False


def test_written_fields_are_the_printed_fields_of_text() -> None:
    conclusion = full_conclusion()
    with without_guards(connection):  # Such as that of the code of a public document.
        printed = printed_fields(conclusion)
    row_types = [each for each in ROW_TYPES if each.in_conclusion]
    written = {(each.name, f) for each in row_types for f in each.written_fields}
    assert {(n, f) for n, f in printed if f not in NOT_WORDS} == written
    assert not {f for _, f in written} & set(NOT_WORDS)
    assert {f for _, f in printed} >= set(NOT_WORDS) - {"columns", "anonymity"}
