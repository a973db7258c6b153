"""Concurrent sign-off: of simultaneous requests one succeeds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from consultations.audit import trail
from consultations.audit.trail import broken_links
from consultations.editions import workflow
from consultations.editions.workflow import Refusal
from consultations.models import Edition, SignOff
from tests.support.editions import (
    approver,
    drafter,
    make_approved,
    make_submitted,
    submit,
)
from tests.support.factories import make_conclusion, make_consultation
from tests.support.waiting import call_together

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """Make the calls at the same time; a refusal is a result."""
    return call_together(*calls, expected=(Refusal,))


def refusals(results: list[Any]) -> int:
    assert None not in results
    return sum(isinstance(result, Refusal) for result in results)


def test_concurrent_approvals_create_one_sign_off() -> None:
    edition = make_submitted()
    people = [approver() for _ in range(4)]
    results = at_once(*(
        lambda by=by: workflow.approve_edition(
            Edition.objects.get(pk=edition.pk), by=by, sha256=edition.sha256
        )
        for by in people
    ))  # fmt: skip
    assert refusals(results) == 3
    assert SignOff.objects.count() == 1


def test_concurrent_submissions_create_one_pending_edition() -> None:
    conclusion = make_conclusion(make_consultation())
    people = [drafter() for _ in range(4)]
    results = at_once(*(
        lambda by=by: submit(conclusion, by=by)
        for by in people
    ))  # fmt: skip
    assert refusals(results) == 3
    assert Edition.objects.pending().count() == 1


def test_concurrent_publications_publish_once() -> None:
    edition = make_approved()
    people = [approver() for _ in range(4)]
    results = at_once(*(
        lambda by=by: workflow.publish_edition(
            Edition.objects.get(pk=edition.pk), by=by
        )
        for by in people
    ))  # fmt: skip
    assert refusals(results) == 3
    kinds = [event.kind for event in edition.conclusion.consultation.events.all()]
    assert kinds == ["submitted", "approved", "published"]


def test_concurrent_publish_and_reject_do_not_both_succeed() -> None:
    edition = make_approved()
    one, other = approver(), approver()
    results = at_once(
        lambda: workflow.publish_edition(Edition.objects.get(pk=edition.pk), by=one),
        lambda: workflow.reject_edition(
            Edition.objects.get(pk=edition.pk),
            by=other,
            sha256=edition.sha256,
            remarks="Wait.",
        ),
    )
    assert refusals(results) == 1


def test_concurrent_events_form_one_hash_chain() -> None:
    consultation = make_consultation()
    results = at_once(*(
        lambda n=n: trail.record_event(
            consultation, kind="noted", summary=str(n), by=None
        )
        for n in range(8)
    ))  # fmt: skip
    assert {event.number for event in results} == set(range(1, 9))
    assert broken_links(consultation) == []
