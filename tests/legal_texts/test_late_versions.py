"""Versions that become consulted on after the opening: public by a release only."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from consultations.audit.history import save_if_current
from consultations.editions.verification import verify_everything
from consultations.models import Clause, Consultation, DocumentVersion
from consultations.public.versions import public_documents, public_versions
from responses import row_types
from responses.consultation_file.notation.errors import FileRefused
from tests.support.consultation_files import load_text
from tests.support.factories import (
    make_document,
    make_user,
    open_instead,
    release,
    state_from_opening,
)
from tests.support.pages import (
    Read,
    day,
    future_consultation,
    log_in,
    open_consultation,
    text_of,
)

pytestmark = pytest.mark.django_db

TEXT_ADDRESS = "/documents/S1SR/late/"


@pytest.fixture
def opened() -> Consultation:
    return open_consultation("opened")


@pytest.fixture
def staff() -> Client:
    return log_in(Client(), "Drafter")


def make_version(
    status: str, consultation: Consultation | None = None
) -> DocumentVersion:
    version = DocumentVersion.objects.create(
        document=make_document(), key="late", status=status, consultation=consultation
    )
    Clause.objects.create(
        document_version=version, identity="c1", number="1", text="<p>Late text.</p>"
    )
    return version


def post_form(staff: Client, version: DocumentVersion, **values: object) -> None:
    """Save the form of a version with values, the others as they are stored."""
    stored = DocumentVersion.objects.get(pk=version.pk)
    sent = {
        "key": stored.key,
        "label": stored.label,
        "status": stored.status,
        "in_force": "",
        "consultation": stored.consultation_id or "",
        "shown": stored.version,
        **values,
    }
    address = reverse("responses:document_version", args=["S1SR", version.pk])
    assert staff.post(address, sent).status_code == 302


def change_status(staff: Client, opened: Consultation) -> None:
    version = make_version("concluded", opened)
    post_form(staff, version, status="consulted")


def change_consultation(staff: Client, opened: Consultation) -> None:
    version = make_version("consulted", future_consultation("next"))
    post_form(staff, version, consultation=opened.pk)


def type_new_version(staff: Client, opened: Consultation) -> None:
    sent = {"key": "late", "label": "", "status": "consulted", "in_force": ""}
    address = reverse("responses:new_document_version", args=["S1SR"])
    staff.post(address, sent | {"consultation": opened.pk, "shown": "0"})
    DocumentVersion.objects.get().clauses.create(
        identity="c1", number="1", text="<p>Late text.</p>"
    )


def tick_version(staff: Client, opened: Consultation) -> None:
    version = make_version("consulted")
    sent = {"row": opened.document_links.get().pk, "version": version.pk}
    address = reverse("responses:choose_versions", args=[opened.slug])
    page = text_of(staff.post(address, sent, follow=True))
    assert "The consultation has opened, so S1SR late is not public." in page


def leave_and_return(staff: Client, opened: Consultation) -> None:
    version = make_version("consulted", opened)
    state_from_opening(version)
    post_form(staff, version, status="concluded")
    post_form(staff, version, status="consulted")


def restore_from_history(staff: Client, opened: Consultation) -> None:
    version = make_version("consulted", opened)
    state_from_opening(version)
    then = version.history.latest()
    post_form(staff, version, status="concluded")
    version.refresh_from_db()
    address = reverse("responses:restore", args=[row_types.row_ref(version)])
    staff.post(address, {"history": then.history_id, "shown": version.version})


def save_as_administrator(staff: Client, opened: Consultation) -> None:
    version = make_version("concluded", opened)
    version.status = "consulted"
    save_if_current(version, version=1, by=make_user(role="Administrator"))


WAYS = [
    change_status,
    change_consultation,
    type_new_version,
    tick_version,
    save_as_administrator,
]


@pytest.mark.parametrize("way", [leave_and_return, restore_from_history])
def test_published_text_stays_public_whatever_the_row_says(
    way: Callable[[Client, Consultation], None], staff: Client, opened: Consultation
) -> None:
    way(staff, opened)
    assert "Late text." in text_of(Client().get(TEXT_ADDRESS))
    version = DocumentVersion.objects.get()
    assert version.public_from_opening_of == opened
    assert not version.needs_release()


@pytest.mark.parametrize("way", WAYS)
def test_late_consulted_version_is_public_after_release(
    way: Callable[[Client, Consultation], None], staff: Client, opened: Consultation
) -> None:
    way(staff, opened)
    version = DocumentVersion.objects.get()
    assert (version.status, version.consultation) == ("consulted", opened)
    assert Client().get(TEXT_ADDRESS).status_code == 404
    for address in ("/documents/S1SR/", "/consultations/opened/"):
        assert TEXT_ADDRESS not in text_of(Client().get(address))
    release(version)
    response = Client().get(TEXT_ADDRESS)
    assert response.status_code == 200
    assert TEXT_ADDRESS in text_of(Client().get("/documents/S1SR/"))
    assert "Late text." in text_of(response)
    assert verify_everything().faults == []


def test_version_attached_before_opening_is_public_after_it(staff: Client) -> None:
    consultation = future_consultation("next")
    make_version("consulted", consultation)
    assert Client().get(TEXT_ADDRESS).status_code == 404
    open_instead(consultation, opens_on=day(0))
    assert Client().get(TEXT_ADDRESS).status_code == 200
    post_form(staff, DocumentVersion.objects.get(), label="2.0")
    assert "Version 2.0" not in text_of(Client().get("/documents/S1SR/"))


def test_version_ticked_before_opening_is_public_after_it(staff: Client) -> None:
    consultation = future_consultation("next")
    version = make_version("consulted")
    sent = {"row": consultation.document_links.get().pk, "version": version.pk}
    address = reverse("responses:choose_versions", args=[consultation.slug])
    assert "has opened" not in text_of(staff.post(address, sent, follow=True))
    open_instead(consultation, opens_on=day(0))
    assert [each.key for each in public_versions()] == ["late"]


def test_late_version_does_not_make_its_document_public(opened: Consultation) -> None:
    hidden = make_document("HIDDEN")
    hidden.versions.create(key="v1", status="consulted", consultation=opened)
    assert not public_documents().filter(code="HIDDEN").exists()


def test_released_late_version_stays_as_approved(
    staff: Client, opened: Consultation
) -> None:
    version = make_version("consulted", opened)
    release(version)
    version.clauses.update(text="<p>Another text.</p>")
    page = text_of(Client().get(TEXT_ADDRESS))
    assert "Late text." in page
    assert "Another text." not in page


@pytest.mark.parametrize("name", ["document_version", "version_release"])
def test_pages_say_that_a_late_version_needs_a_release(
    staff: Client, opened: Consultation, name: str
) -> None:
    version = make_version("consulted", opened)
    address = reverse(f"responses:{name}", args=["S1SR", version.pk])
    sentence = "This version is not public: it was marked as consulted on after"
    page = text_of(staff.get(address))
    assert sentence in page
    assert Read(page).faults == []
    release(version)
    assert sentence not in text_of(staff.get(address))


@pytest.mark.parametrize(
    "values", [{"status": "concluded"}, {"consultation_id": None}, "another"]
)
def test_database_refuses_a_statement_that_does_not_match(
    values: dict[str, object] | str, opened: Consultation
) -> None:
    version = make_version("consulted", opened)
    state_from_opening(version)
    if isinstance(values, str):
        values = {"consultation_id": open_consultation(values).pk}
    with pytest.raises(IntegrityError), transaction.atomic():
        DocumentVersion.objects.filter(pk=version.pk).update(**values)


def test_partial_save_of_status_states_the_opening_anew(opened: Consultation) -> None:
    version = make_version("consulted", opened)
    state_from_opening(version)
    version.refresh_from_db()
    version.status = "concluded"
    version.save(update_fields=["status"])
    version.status = "consulted"
    version.save(update_fields=["status"])
    assert version.public_from_opening_of == opened
    assert not version.needs_release()


# Consultation files


def file_text(status: str) -> str:
    """Return a file of a consultation that opened in the past, with one version."""
    return (
        "consultation_file: 1\n"
        "questions: [{label: Question 1, text: Do you agree?}]\n"
        "consultation: {slug: loaded, title: Changes, opened: 2026-01-05, "
        "closes: 2026-02-02 16:00, documents: [S1SR]}\n"
        "documents:\n"
        "- code: S1SR\n"
        "  title: Requirements\n"
        "  versions:\n"
        f"  - {{key: late, status: {status}, consultation: loaded, "
        "clauses: [{number: '1', text: Late text.}]}\n"
    )


@pytest.mark.parametrize(("status", "code"), [("consulted", 200), ("concluded", 404)])
def test_loaded_file_states_its_versions_consulted_on(status: str, code: int) -> None:
    load_text(file_text(status))
    assert Client().get(TEXT_ADDRESS).status_code == code


def test_update_cannot_take_away_a_published_text() -> None:
    load_text(file_text("consulted"))
    with pytest.raises(FileRefused, match="The text of S1SR was published as"):
        load_text(file_text("concluded"), update=True)
    assert Client().get(TEXT_ADDRESS).status_code == 200
