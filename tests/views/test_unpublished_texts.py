"""Draft legal text and documents stay hidden until something states them public.

Before that, every address answers as an address of nothing: the same status, headers
and bytes, but for the address itself.
"""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from consultations.models import (
    Clause,
    ConclusionAttachment,
    Designation,
    DocumentVersion,
)
from tests.support.factories import (
    make_conclusion,
    make_consultation,
    make_document,
    make_user,
    open_instead,
    release,
)
from tests.support.pages import (
    answered_consultation,
    closed_consultation,
    concluded,
    correct,
    day,
    future_consultation,
    open_consultation,
    publish,
)

pytestmark = pytest.mark.django_db

CANARY = "Zanzibar"
PAGES = (
    "/",
    "/documents/",
    "/documents/S1SR/",
    "/consultations/",
    "/consultations/answered/",
    "/conclusions/answered/",
)
METHODS = ("get", "head", "options", "post")


def make_version(key: str, status: str, code: str = "S1SR", **values: Any) -> Any:
    version = DocumentVersion.objects.create(
        document=make_document(code), key=key, label=CANARY, status=status, **values
    )
    Clause.objects.create(
        document_version=version, identity=CANARY, number="1", text=f"<p>{CANARY}.</p>"
    )
    return version


def assert_hidden(address: str, unknown: str) -> None:
    """Assert that an address answers as one of the same length that names nothing."""
    assert len(address) == len(unknown)
    for method in METHODS:
        for path in ("{}/", "{}", "{}/?format=json"):
            hidden, other = (
                getattr(Client(), method)(path.format(each.rstrip("/")))
                for each in (address, unknown)
            )
            assert hidden.status_code == other.status_code
            assert hidden.status_code in (301, 404, 405)
            assert _plain(hidden, address) == _plain(other, unknown)


def _plain(response: Any, address: str) -> bytes:
    headers = "\n".join(f"{name}: {value}" for name, value in response.items())
    text = headers.encode() + b"\n" + response.content
    return bytes(text.replace(address.rstrip("/").encode(), b"ADDRESS"))


def assert_nowhere() -> None:
    """Assert that no public page has a word of the version, and no search finds it."""
    for page in PAGES:
        assert CANARY not in Client().get(page).content.decode()
    found, nothing = (
        Client().get(f"/consultations/?q={word}").content.decode().replace(word, "")
        for word in (CANARY, "Xanaduqz")
    )
    assert found == nothing


def assert_unpublished(key: str) -> None:
    assert_hidden(f"/documents/S1SR/{key}/", f"/documents/S1SR/{'x' * len(key)}/")
    assert_nowhere()


def assert_published(key: str) -> None:
    response = Client().get(f"/documents/S1SR/{key}/")
    assert response.status_code == 200
    assert CANARY in response.content.decode()


def test_version_typed_for_a_correction_waits_for_the_correction() -> None:
    edition = concluded()
    make_version("mended", "concluded", consultation=edition.conclusion.consultation)
    assert_unpublished("mended")
    correct(edition)
    assert_published("mended")


def test_second_conclusion_is_not_published_with_the_first() -> None:
    consultation = answered_consultation()
    first = make_conclusion(consultation)
    second = make_conclusion(consultation, slug="second")
    version = make_version("second", "concluded", consultation=consultation)
    ConclusionAttachment.objects.create(
        conclusion=second, title="Clean text", kind="clean", document_version=version
    )
    publish(first)
    assert_unpublished("second")
    publish(second)
    assert_published("second")


def test_version_of_one_of_two_conclusions_needs_an_attachment() -> None:
    consultation = answered_consultation()
    first = make_conclusion(consultation)
    make_conclusion(consultation, slug="second")
    make_version("first", "concluded", consultation=consultation)
    publish(first)
    assert_unpublished("first")


@pytest.mark.parametrize("is_assigned", [True, False])
def test_text_of_the_next_round_waits_for_its_opening(is_assigned: bool) -> None:
    concluded()
    further = future_consultation() if is_assigned else None
    version = make_version("further", "consulted", consultation=further)
    assert_unpublished("further")
    further = further or future_consultation()
    version.consultation = further
    version.save()
    open_instead(further, opens_on=day(0))
    assert_published("further")


def test_designated_text_waits_for_a_release() -> None:
    concluded()
    version = make_version("designated", "designated")
    assert_unpublished("designated")
    release(version)
    assert_published("designated")


@pytest.mark.parametrize("status", ["designated", "concluded", "consulted"])
def test_changed_status_does_not_publish_a_text(status: str) -> None:
    closed_consultation("answered")
    version = make_version("typed", "concluded")
    version.status = status
    version.save()
    assert_unpublished("typed")


def test_recorded_outcome_does_not_publish_a_text() -> None:
    consultation = closed_consultation("answered")
    version = make_version("typed", "designated", consultation=consultation)
    assert_unpublished("typed")
    staff = Client()
    staff.force_login(make_user(role="Drafter"))
    sent = {"addressee": "Secretary of State", "designated": str(day(-1))}
    staff.post(
        reverse("responses:designation", args=["answered"]), sent | {"shown": "0"}
    )
    assert Designation.objects.get().designated == day(-1)
    assert_unpublished("typed")
    release(version)
    assert_published("typed")


def test_document_waits_for_its_consultation_to_open() -> None:
    make_document("NEWDOC", title=f"{CANARY} document", reference=CANARY)
    open_consultation("answered")
    further = make_consultation("secret", documents=("NEWDOC",), opens_on=day(3))
    make_version("consulted", "consulted", "NEWDOC", consultation=further)
    assert_hidden("/documents/NEWDOC/", "/documents/NODOCS/")
    assert_hidden("/documents/NEWDOC/consulted/", "/documents/NODOCS/consulted/")
    assert_nowhere()
    open_instead(further, opens_on=day(0))
    assert CANARY in Client().get("/documents/NEWDOC/").content.decode()


def test_hidden_parent_and_annexes_are_not_named() -> None:
    hidden = make_document("PARENT", title=CANARY)
    known = make_document("S1SR", parent=hidden)
    make_document("ANNEX", title=CANARY, parent=known)
    open_consultation("answered")
    assert_nowhere()
    assert "PARENT" not in Client().get("/documents/S1SR/").content.decode()
    assert "/documents/S1SR/" in Client().get("/documents/").content.decode()


def test_earlier_round_that_is_not_public_is_not_named() -> None:
    hidden = future_consultation("forthcoming", title=CANARY)
    open_consultation("answered", follows="forthcoming", relation="further")
    page = Client().get("/consultations/answered/").content.decode()
    assert "forthcoming" not in page
    assert_nowhere()
    open_instead(hidden, opens_on=day(0))
    page = Client().get("/consultations/answered/").content.decode()
    assert "/consultations/forthcoming/" in page


def test_earlier_round_elsewhere_is_not_called_by_its_internal_name() -> None:
    open_consultation("answered", follows="elsewhere-2020", relation="further")
    page = Client().get("/consultations/answered/").content.decode()
    assert "An earlier consultation, not on this site" in page
    assert "elsewhere-2020" not in page


def test_published_text_does_not_follow_the_rows() -> None:
    edition_of = make_conclusion(answered_consultation())
    consultation = edition_of.consultation
    version = make_version("decided", "concluded", consultation=consultation)
    edition = publish(edition_of)
    version.clauses.update(text="<p>Madagascar.</p>")
    version.label = "Madagascar"
    version.save()
    for page in (*PAGES, "/documents/S1SR/decided/"):
        assert "Madagascar" not in Client().get(page).content.decode()
    assert_published("decided")
    correct(edition)
    page = Client().get("/documents/S1SR/decided/").content.decode()
    assert "Madagascar" in page
    assert CANARY not in page.replace(f"clause-{CANARY.lower()}", "")


def test_attachment_typed_after_publication_names_no_document() -> None:
    edition = concluded()
    ConclusionAttachment.objects.create(
        conclusion=edition.conclusion,
        title="Notice",
        kind="notice",
        document=make_document("NEWDOC", title=CANARY),
    )
    assert_hidden("/documents/NEWDOC/", "/documents/NODOCS/")
    correct(edition)
    assert Client().get("/documents/NEWDOC/").status_code == 200
