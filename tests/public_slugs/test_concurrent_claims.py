"""Two transactions that want the same web address: one gets it."""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable

import pytest
from django.db import IntegrityError, connection, transaction

from consultations.models import Consultation
from consultations.public_slugs import claim_slugs_of_opening, keep_former_slug
from tests.support.factories import make_consultation
from tests.support.pages import open_consultation
from tests.support.slugs import claims
from tests.support.waiting import call_together

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _on_postgresql() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time.")


Meeting = threading.Barrier
"""A point in two transactions that each waits at for the other, if it can."""

MEETING_SECONDS = 20


def together(*calls: Callable[[Meeting], None]) -> list[str]:
    """Make the calls in transactions of their own; return how each ended."""
    meeting = threading.Barrier(len(calls), timeout=MEETING_SECONDS)

    def make(call: Callable[[Meeting], None]) -> str:
        with transaction.atomic():
            call(meeting)
        return "saved"

    ends = call_together(
        *(functools.partial(make, call) for call in calls), expected=(IntegrityError,)
    )
    return sorted("refused" if end != "saved" else "saved" for end in ends)


def renaming(pk: int, slug: str) -> Callable[[Meeting], None]:
    def save(meeting: Meeting) -> None:
        row = Consultation.objects.get(pk=pk)
        row.slug = slug
        meeting.wait(MEETING_SECONDS)
        keep_former_slug(row, by=None)
        row.save()

    return save


def creating(slug: str) -> Callable[[Meeting], None]:
    def save(meeting: Meeting) -> None:
        meeting.wait(MEETING_SECONDS)
        make_consultation(slug, opens_on=None, documents=())

    return save


def public(slug: str) -> int:
    row = open_consultation(slug, documents=())
    claim_slugs_of_opening(row)
    return row.pk


def test_of_two_renames_to_one_slug_one_is_saved() -> None:
    one, other = public("one"), public("other")
    ends = together(renaming(one, "wanted"), renaming(other, "wanted"))
    assert ends == ["refused", "saved"]
    assert Consultation.objects.filter(slug="wanted").count() == 1
    assert claims().count(("consultation", "wanted")) == 1


def test_rename_and_new_row_do_not_both_get_one_slug() -> None:
    ends = together(renaming(public("one"), "wanted"), creating("wanted"))
    assert ends == ["refused", "saved"]
    assert Consultation.objects.filter(slug="wanted").count() == 1


def test_new_row_does_not_get_slug_that_is_being_left() -> None:
    one = public("one")
    ends = together(renaming(one, "renamed"), creating("one"))
    assert ends == ["refused", "saved"]
    assert Consultation.objects.get().pk == one
    assert claims() == [("consultation", "one"), ("consultation", "renamed")]


def test_swap_in_two_transactions_is_refused() -> None:
    one, other = public("one"), public("other")
    ends = together(renaming(one, "other"), renaming(other, "one"))
    assert "saved" not in ends
    assert Consultation.objects.get(pk=one).slug == "one"
