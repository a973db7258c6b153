"""Redirects from former web addresses."""

from __future__ import annotations

import pytest
from django.test import Client

from consultations.models import ConsultationAttachment, DocumentVersion, StoredFile
from consultations.public_slugs import claim_slugs
from tests.support.factories import (
    freeze,
    make_conclusion,
    make_document,
    publish_changes,
    release,
)
from tests.support.pages import (
    answered_consultation,
    attach,
    concluded,
    future_consultation,
    log_in,
    open_consultation,
    publish,
    withdraw,
)
from tests.support.slugs import rename

pytestmark = pytest.mark.django_db


def location(client: Client, address: str, status: int = 301) -> str:
    response = client.get(address)
    assert response.status_code == status
    return str(response.headers.get("Location", ""))


# Each address


CONCLUSION_ENDINGS = (
    *("/", ".html", ".json", ".txt", "/attachments/1/"),
    *("/editions/1/", "/editions/1.json", "/editions/1/attachments/1/"),
)


def test_every_address_of_conclusion_redirects(client: Client) -> None:
    conclusion = make_conclusion(answered_consultation(rows=0), slug="former")
    attach(conclusion, b"words", "words.txt")
    publish(conclusion)
    for ending in CONCLUSION_ENDINGS:
        assert client.get(f"/conclusions/former{ending}").status_code == 200
    rename(conclusion, "present")
    for ending in CONCLUSION_ENDINGS:
        address = f"/conclusions/present{ending}"
        assert location(client, f"/conclusions/former{ending}") == address
        assert client.get(address).status_code == 200


CONSULTATION_ENDINGS = (
    *("/", "/attachments/1/", "/editions/1/", "/editions/1/attachments/1/"),
    "/notices/1/file/",
)


@pytest.mark.parametrize("ending", CONSULTATION_ENDINGS)
def test_every_address_of_consultation_redirects(client: Client, ending: str) -> None:
    row = open_consultation("former")
    ConsultationAttachment.objects.create(
        consultation=row,
        title="Words",
        file=StoredFile.objects.store(b"words"),
        filename="words.txt",
    )
    freeze(row)
    slides = StoredFile.objects.store(b"slides")
    publish_changes(row, kind="briefing", file=slides, filename="slides.txt")
    rename(row, "present")
    address = f"/consultations/present{ending}"
    assert location(client, f"/consultations/former{ending}") == address
    assert client.get(address).status_code == 200


@pytest.mark.parametrize("ending", ["/", "/v1/"])
def test_every_address_of_document_redirects(client: Client, ending: str) -> None:
    document = make_document("OLD")
    release(
        DocumentVersion.objects.create(document=document, key="v1", status="designated")
    )
    rename(document, "NEW")
    assert location(client, f"/documents/OLD{ending}") == f"/documents/NEW{ending}"
    assert client.get(f"/documents/NEW{ending}").status_code == 200


def test_withdrawn_conclusion_redirects(client: Client) -> None:
    edition = withdraw(concluded("former"))
    slug = edition.conclusion.slug
    rename(edition.conclusion, "present")
    assert location(client, f"/conclusions/{slug}/") == "/conclusions/present/"


def test_redirect_keeps_query_string(client: Client) -> None:
    rename(open_consultation("former"), "present")
    found = location(client, "/consultations/former/?page=2&q=caf%C3%A9")
    assert found == "/consultations/present/?page=2&q=caf%C3%A9"


def test_head_is_redirected_like_get(client: Client) -> None:
    rename(open_consultation("former"), "present")
    response = client.head("/consultations/former/")
    assert (response.status_code, response["Location"]) == (
        301,
        "/consultations/present/",
    )


def test_post_is_not_redirected(client: Client) -> None:
    log_in(client, "Drafter")
    rename(open_consultation("former"), "present")
    assert client.post("/desk/consultations/former/details/").status_code == 404


def test_redirect_is_cached_for_a_minute_only(client: Client) -> None:
    rename(open_consultation("former"), "present")
    response = client.get("/consultations/former/")
    assert response["Cache-Control"] == "public, max-age=60"


def test_first_of_many_slugs_redirects_to_the_present_one(client: Client) -> None:
    row = open_consultation("first")
    for slug in ("second", "third"):
        rename(row, slug)
    for slug in ("first", "second"):
        assert location(client, f"/consultations/{slug}/") == "/consultations/third/"


def test_slug_taken_back_is_served_and_the_other_redirects(client: Client) -> None:
    row = open_consultation("first")
    rename(row, "second")
    rename(row, "first")
    assert client.get("/consultations/first/").status_code == 200
    assert location(client, "/consultations/second/") == "/consultations/first/"


def test_slug_of_another_kind_does_not_redirect(client: Client) -> None:
    rename(open_consultation("former"), "present")
    location(client, "/conclusions/former/", status=404)


@pytest.mark.parametrize("address", ["/documents/%00/", "/documents/%0A/v1/"])
def test_control_character_in_code_is_not_found(client: Client, address: str) -> None:
    location(client, address, status=404)


def test_present_slug_of_missing_page_is_not_found(client: Client) -> None:
    conclusion = concluded().conclusion
    rename(conclusion, "present")
    location(client, "/conclusions/present/editions/9/", status=404)


# Who is redirected


def test_only_staff_are_redirected_before_opening(client: Client) -> None:
    row = future_consultation("former")
    claim_slugs([row])
    rename(row, "present")
    location(client, "/consultations/former/", status=404)
    log_in(client, "Approver")
    response = client.get("/consultations/former/")
    assert response["Location"] == "/consultations/present/"
    assert response["Cache-Control"] == "private, no-store"


def test_document_of_scheduled_consultation_redirects_staff_only(
    client: Client,
) -> None:
    future_consultation(documents=("OLD",))
    rename(make_document("OLD"), "NEW")
    location(client, "/documents/OLD/", status=404)
    log_in(client, "Drafter")
    assert location(client, "/documents/OLD/") == "/documents/NEW/"


@pytest.mark.parametrize("path", ["", "details/", "comments/"])
def test_workspace_pages_redirect_staff(client: Client, path: str) -> None:
    rename(open_consultation("former"), "present")
    log_in(client, "Drafter")
    found = location(client, f"/desk/consultations/former/{path}")
    assert found == f"/desk/consultations/present/{path}"


def test_workspace_pages_of_conclusion_and_document_redirect_staff(
    client: Client,
) -> None:
    conclusion = concluded().conclusion
    slug = conclusion.slug
    rename(conclusion, "present")
    rename(make_document("S1SR"), "NEW")
    log_in(client, "Drafter")
    found = location(client, f"/desk/conclusions/{slug}/sign-off/")
    assert found == "/desk/conclusions/present/sign-off/"
    assert location(client, "/desk/documents/S1SR/") == "/desk/documents/NEW/"


def test_workspace_pages_do_not_redirect_users_without_a_role(client: Client) -> None:
    rename(open_consultation("former"), "present")
    log_in(client, "")
    location(client, "/desk/consultations/former/", status=404)
    assert location(client, "/consultations/former/") == "/consultations/present/"
