"""The consultation of a version, chosen in the workspace."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from consultations.models import Consultation, DocumentVersion
from tests.support.factories import make_consultation, make_document, release
from tests.support.pages import log_in, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(client: Client) -> Client:
    return log_in(client, "Drafter")


@pytest.fixture
def consultation() -> Consultation:
    return make_consultation("asked")


def make_version(
    key: str, status: str = "consulted", **values: object
) -> DocumentVersion:
    return DocumentVersion.objects.create(
        document=make_document(), key=key, status=status, **values
    )


def address(name: str, *args: object) -> str:
    return reverse(f"responses:{name}", args=args)


def choose(
    staff: Client, consultation: Consultation, *versions: DocumentVersion
) -> None:
    link = consultation.document_links.get()
    sent = {"row": link.pk, "version": [version.pk for version in versions]}
    staff.post(address("choose_versions", consultation.slug), sent)


def test_versions_consulted_on_are_chosen(
    staff: Client, consultation: Consultation
) -> None:
    one, other = make_version("one"), make_version("other")
    choose(staff, consultation, one, other)
    assert set(consultation.versions.all()) == {one, other}
    choose(staff, consultation, other)
    assert set(consultation.versions.all()) == {other}
    one.refresh_from_db()
    assert one.history.count() == 3
    page = text_of(staff.get(address("consulted_documents", "asked")))
    assert f'value="{other.pk}" checked' in page


def test_versions_of_another_consultation_are_not_taken(
    staff: Client, consultation: Consultation
) -> None:
    elsewhere = make_version("elsewhere", consultation=make_consultation("other"))
    concluded = make_version("concluded", "concluded")
    choose(staff, consultation, elsewhere, concluded)
    assert list(consultation.versions.all()) == []


def test_document_with_versions_of_the_consultation_is_not_removed(
    staff: Client, consultation: Consultation
) -> None:
    make_version("one", consultation=consultation)
    link = consultation.document_links.get()
    sent = {"row": link.pk}
    response = staff.post(address("remove_document", "asked"), sent, follow=True)
    assert "Take the version one of the S1SR out of this consultation first." in (
        text_of(response)
    )
    assert consultation.document_links.exists()


def test_form_of_a_version_offers_consultations_about_the_document(
    staff: Client, consultation: Consultation
) -> None:
    make_consultation("unrelated", documents=("OTHER",), title="Unrelated changes")
    version = make_version("one")
    page = address("document_version", "S1SR", version.pk)
    assert "Unrelated changes" not in text_of(staff.get(page))
    sent = {"key": "one", "status": "consulted", "shown": "1"}
    staff.post(page, sent | {"consultation": consultation.pk})
    version.refresh_from_db()
    assert version.consultation == consultation


def test_key_of_a_public_version_stays(staff: Client) -> None:
    version = make_version("designated", "designated")
    release(version)
    page = address("document_version", "S1SR", version.pk)
    sent = {"key": "renamed", "status": "designated", "shown": "1"}
    assert "This version is public at the web address" in text_of(
        staff.post(page, sent)
    )
    version.refresh_from_db()
    assert version.key == "designated"
