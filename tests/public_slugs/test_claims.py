"""Which acts claim a web address, and which release one."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from consultations.models import (
    Consultation,
    ConsultationDocument,
    DocumentVersion,
    RegulatedDocument,
)
from consultations.public_slugs import (
    claim_slugs,
    claim_slugs_of_opening,
    has_permanent_slug,
    slug_holder,
    taken_slugs,
)
from consultations.record.freezing import pending_changes
from consultations.timetable.opening import cancel_opening, set_opening
from responses import row_types
from responses.history.revisions import find_row_history, restore
from tests.support.editions import make_published
from tests.support.factories import (
    delete_editions,
    make_conclusion,
    make_consultation,
    make_document,
    make_question,
    make_user,
    release,
)
from tests.support.pages import (
    answered_consultation,
    at,
    attach,
    correct,
    day,
    future_consultation,
    open_consultation,
    publish,
    text_of,
)
from tests.support.slugs import claims, lose_claims, rename

pytestmark = pytest.mark.django_db


def make_ready(slug: str = "about") -> Consultation:
    row = make_consultation(slug, opens_on=None, closes=at(40))
    make_question(row)
    return row


def scheduled(slug: str = "about") -> Consultation:
    return set_opening(make_ready(slug), when=at(5), by=make_user(role="Drafter"))


# Claiming


def test_consultation_without_opening_claims_nothing() -> None:
    claim_slugs_of_opening(make_ready())
    assert claims() == []


def test_scheduled_opening_claims_slugs_of_consultation_and_documents() -> None:
    row = make_ready()
    document = make_document("BRD")
    DocumentVersion.objects.create(
        document=document, key="proposed", status="consulted", consultation=row
    )
    set_opening(row, when=at(5), by=make_user(role="Drafter"))
    assert sorted(claims()) == [
        ("consultation", "about"),
        ("document", "BRD"),
        ("document", "S1SR"),
    ]


def test_second_opening_time_claims_nothing_more() -> None:
    row = scheduled()
    set_opening(row, when=at(6), by=make_user(role="Drafter"))
    assert len(claims()) == 2


def test_first_publication_claims_slugs_of_conclusion_and_documents() -> None:
    conclusion = make_conclusion(answered_consultation("asked"), slug="decided")
    edition = publish(conclusion)
    assert sorted(claims()) == [("conclusion", "decided"), ("document", "S1SR")]
    correct(edition)
    assert len(claims()) == 2


def test_approved_release_claims_code() -> None:
    document = make_document("BRD")
    version = DocumentVersion.objects.create(
        document=document, key="designated", status="designated"
    )
    release(version)
    assert claims() == [("document", "BRD")]


def test_slug_claimed_by_another_is_named_with_its_holder() -> None:
    row = open_consultation("first")
    claim_slugs([row])
    rename(row, "second")
    assert slug_holder(Consultation, "first") == row
    assert slug_holder(Consultation, "first", own=row.pk) is None
    assert slug_holder(RegulatedDocument, "first") is None
    assert taken_slugs(Consultation) == {"first", "second"}
    assert taken_slugs(Consultation, own=row.pk) == set()


# Releasing


def test_cancelled_opening_releases_slug_that_was_never_public() -> None:
    row = scheduled()
    cancel_opening(row, by=make_user(role="Drafter"))
    assert claims() == [("document", "S1SR")]
    make_ready("another")
    rename(Consultation.objects.get(slug="another"), "new-name")
    row.refresh_from_db()
    rename(row, "another")
    assert row.slug == "another"


def test_cancelled_opening_keeps_slug_that_was_public_before() -> None:
    row = open_consultation("about")
    claim_slugs_of_opening(row)
    delete_editions(row)  # as no act of the site does
    row.opens_on = None
    row.save()
    user = make_user(role="Drafter")
    make_question(row)
    set_opening(row, when=at(5), by=user)
    cancel_opening(row, by=user)
    assert ("consultation", "about") in claims()


# Renaming


def test_rename_of_draft_is_neither_claimed_nor_recorded() -> None:
    row = make_ready()
    rename(row, "other")
    assert claims() == []
    assert not row.events.exists()


def test_rename_claims_both_slugs_and_is_recorded() -> None:
    row = open_consultation("first")
    user = make_user(role="Administrator")
    rename(row, "second", by=user)
    assert claims() == [("consultation", "first"), ("consultation", "second")]
    event = row.events.get(kind="renamed")
    assert event.by == user
    assert event.summary == (
        "Web address of “Changes to the S1SR” changed from “first” to “second”."
    )


def test_rename_of_conclusion_is_recorded_in_its_consultation() -> None:
    conclusion = make_published().conclusion
    former = conclusion.slug
    rename(conclusion, "renamed")
    event = conclusion.consultation.events.latest("number")
    assert event.kind == "renamed"
    assert f"changed from “{former}” to “renamed”." in event.summary


def test_rename_of_document_is_recorded_in_its_own_log() -> None:
    open_consultation("about")
    document = RegulatedDocument.objects.get()
    rename(document, "S1SR2")
    summary = document.events.get().summary
    assert summary == (
        "Short name of “S1SR Requirements” changed from “S1SR” to “S1SR2”."
    )
    assert claims() == [("document", "S1SR"), ("document", "S1SR2")]


def test_published_conclusion_has_permanent_slug_without_a_claim() -> None:
    conclusion = make_published().conclusion
    lose_claims()
    rename(conclusion, "renamed")
    assert ("conclusion", "renamed") in claims()


def name_in_edition(document: RegulatedDocument) -> None:
    conclusion = make_conclusion(answered_consultation("asked"))
    ConsultationDocument.objects.create(
        consultation=conclusion.consultation, document=document
    )
    publish(conclusion)
    conclusion.consultation.document_links.all().delete()


def freeze_in_edition(document: RegulatedDocument) -> None:
    conclusion = make_conclusion(answered_consultation("asked", rows=0), sections=())
    version = DocumentVersion.objects.create(
        document=document, key="v1", status="concluded"
    )
    attach(conclusion, b"words", "words.txt")
    conclusion.attachments.update(document_version=version)
    publish(conclusion)


def release_version(document: RegulatedDocument) -> None:
    release(
        DocumentVersion.objects.create(document=document, key="v1", status="designated")
    )


def consult_on_version(document: RegulatedDocument) -> None:
    consultation = make_ready()
    DocumentVersion.objects.create(
        document=document, key="v1", status="consulted", consultation=consultation
    )
    consultation.opens_on = day(5)
    consultation.save()


def consult_on_document(document: RegulatedDocument) -> None:
    future_consultation(documents=(document.code,))


@pytest.mark.parametrize(
    "name",
    [
        name_in_edition,
        freeze_in_edition,
        release_version,
        consult_on_version,
        consult_on_document,
    ],
)
def test_code_of_named_document_is_permanent(
    name: Callable[[RegulatedDocument], None],
) -> None:
    document = make_document("BRD")
    assert not has_permanent_slug(document)
    name(document)
    lose_claims()
    assert has_permanent_slug(document)
    rename(document, "BRD2")
    assert claims() == [("document", "BRD"), ("document", "BRD2")]


def test_former_slug_can_become_the_present_one_again() -> None:
    row = open_consultation("first")
    rename(row, "second")
    rename(row, "first")
    assert claims() == [("consultation", "first"), ("consultation", "second")]
    assert row.events.filter(kind="renamed").count() == 2


def test_rename_is_followed_by_later_rounds() -> None:
    row = open_consultation("first")
    later = open_consultation("later", follows="first", relation="further")
    rename(row, "second")
    later.refresh_from_db()
    assert (later.follows, later.version) == ("second", 2)
    assert later.history.latest().follows == "second"
    assert pending_changes(later) == ()


def test_pages_of_rounds_link_to_each_other_after_a_rename(client: Client) -> None:
    row = open_consultation("first")
    open_consultation("later", follows="first", relation="further")
    rename(row, "second")
    html = text_of(client.get("/consultations/later/"))
    assert 'href="/consultations/second/"' in html
    assert "not on this site" not in html
    assert 'href="/consultations/later/"' in text_of(
        client.get("/consultations/second/")
    )


# Restoring from the history


def test_restored_version_keeps_permanent_slug() -> None:
    row = open_consultation("first", title="Before")
    row.title = "After"
    row.save()
    rename(row, "second")
    row = restored(row)
    assert (row.title, row.slug) == ("Before", "second")


def test_restored_draft_gets_its_slug_back() -> None:
    row = make_ready("first")
    rename(row, "second")
    assert restored(row).slug == "first"


def restored(row: Consultation) -> Consultation:
    """Restore a row to its first version."""
    past = find_row_history(row_types.row_ref(row))
    assert past is not None
    first = row.history.earliest()
    row.refresh_from_db()
    restore(past, history_id=first.history_id, shown=row.version, by=make_user())
    return Consultation.objects.get(pk=row.pk)
