"""Corrections and withdrawals of editions, and their trail."""

from __future__ import annotations

import pytest

from consultations.editions import workflow
from consultations.models import Conclusion, Edition
from tests.support.editions import (
    QUICK,
    approver,
    make_approved,
    make_correction,
    make_published,
    make_submitted,
    refusal,
    submit,
)
from tests.support.factories import make_conclusion, make_consultation

pytestmark = pytest.mark.django_db


@pytest.fixture
def conclusion() -> Conclusion:
    return make_conclusion(make_consultation(slug="remote-2026"))


def kinds(conclusion: Conclusion) -> list[str]:
    return [event.kind for event in conclusion.consultation.events.all()]


# --- corrections and withdrawal -------------------------------------------------------


def test_second_edition_needs_correction_note() -> None:
    edition = make_published()
    assert "Enter what the new edition corrects." in refusal(
        lambda: submit(edition.conclusion, words="Better words.")
    )


def test_correction_note_before_publication_is_refused(conclusion: Conclusion) -> None:
    assert "nothing to correct" in refusal(
        lambda: submit(conclusion, correction="A word was wrong.")
    )


def test_correction_without_changes_is_refused() -> None:
    edition = make_published()
    assert "The conclusion has not changed since edition 1." in refusal(
        lambda: make_correction(edition, words="Some words.")
    )


def test_published_correction_supersedes_previous_edition() -> None:
    first = make_published()
    second = make_published(
        first.conclusion, words="Better words.", correction="A word was wrong."
    )
    first.refresh_from_db()
    assert (first.state, second.state, second.number) == ("superseded", "published", 2)


def test_pending_correction_leaves_published_edition_current() -> None:
    first = make_published()
    make_correction(first)
    assert list(Edition.objects.current()) == [first]


def test_withdrawal_needs_a_reason() -> None:
    edition = make_published()
    assert "Enter a reason for withdrawing the edition." in refusal(
        lambda: workflow.withdraw_edition(edition, by=approver(), reason="<p> </p>")
    )


def test_withdrawn_edition_keeps_files_and_reason() -> None:
    edition = make_published()
    workflow.withdraw_edition(edition, by=approver(), reason="The wrong annex.")
    (kept,) = Edition.objects.ever_published()
    assert kept.withdrawal == "<p>The wrong annex.</p>"
    assert kept.files.count() == len(QUICK)


def test_only_published_edition_can_be_withdrawn() -> None:
    edition = make_approved()
    assert "Only a published edition" in refusal(
        lambda: workflow.withdraw_edition(edition, by=approver(), reason="No.")
    )


def test_edition_after_withdrawal_gets_next_number() -> None:
    first = make_published()
    workflow.withdraw_edition(first, by=approver(), reason="The wrong annex.")
    second = make_published(first.conclusion, correction="The right annex.")
    first.refresh_from_db()
    assert (first.state, second.number) == ("withdrawn", 2)


# --- the trail ----------------------------------------------------------------------


def test_every_workflow_step_records_an_event(conclusion: Conclusion) -> None:
    first = make_submitted(conclusion)
    workflow.reject_edition(first, by=approver(), sha256=first.sha256, remarks="No.")
    published = make_published(conclusion)
    corrected = make_published(conclusion, words="Better.", correction="A word.")
    workflow.withdraw_edition(corrected, by=approver(), reason="The wrong annex.")
    assert published.number == 1
    assert kinds(conclusion) == [
        *("submitted", "sent-back"),
        *("submitted", "approved", "published"),
        *("submitted", "approved", "superseded", "published"),
        "withdrawn",
    ]


def test_event_contains_hash_of_its_edition(conclusion: Conclusion) -> None:
    edition = make_submitted(conclusion)
    event = conclusion.consultation.events.get()
    assert edition.sha256 in event.summary
    assert event.by == edition.submitted_by


def test_refused_step_records_no_event(conclusion: Conclusion) -> None:
    edition = make_submitted(conclusion)
    refusal(lambda: workflow.publish_edition(edition, by=approver()))
    assert kinds(conclusion) == ["submitted"]
