"""Releases of versions: by two people, on the frozen text, recorded and guarded."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from consultations.editions.triggers import without_guards
from consultations.editions.verification import verify_everything
from consultations.legal_texts.releases import (
    approve_release,
    refuse_release,
    release_by_command,
    request_release,
)
from consultations.models import (
    Clause,
    DocumentEvent,
    DocumentVersion,
    StoredFile,
    VersionRelease,
)
from consultations.public.versions import differs_from_public, public_versions
from tests.support.editions import refusal
from tests.support.factories import make_document, make_user, release
from tests.support.pages import Read, log_in, text_of

pytestmark = pytest.mark.django_db


def make_version(status: str = "designated", **values: object) -> DocumentVersion:
    version = DocumentVersion.objects.create(
        document=make_document(), key=status, label="4.0", status=status, **values
    )
    Clause.objects.create(
        document_version=version, identity="c1", number="1", text="<p>First text.</p>"
    )
    return version


def requested(version: DocumentVersion, by: User | None = None) -> VersionRelease:
    by = by or make_user(role="Drafter")
    return request_release(version, by=by, reason="Designated.")


def test_released_text_stays_when_clauses_change(client: Client) -> None:
    version = make_version()
    release(version)
    version.clauses.update(text="<p>Second text.</p>")
    page = text_of(client.get("/documents/S1SR/designated/"))
    assert "First text." in page
    assert "Second text." not in page
    assert differs_from_public(version)
    log_in(client, "Drafter")
    page = text_of(client.get("/documents/S1SR/designated/"))
    assert "Second text." in page
    assert "Only staff can read this text" in page


def test_released_facts_stay_when_the_version_changes(client: Client) -> None:
    version = make_version()
    release(version)
    version.label, version.in_force = "9.9", dt.date(2001, 2, 3)
    version.save()
    for address in ("/documents/", "/documents/S1SR/", "/documents/S1SR/designated/"):
        page = text_of(client.get(address))
        assert "9.9" not in page
        assert "2001" not in page
        assert "4.0" in page


def test_next_release_replaces_the_text(client: Client) -> None:
    version = make_version()
    release(version)
    version.clauses.update(text="<p>Second text.</p>")
    release(version)
    assert "Second text." in text_of(client.get("/documents/S1SR/designated/"))


def test_requester_cannot_decide_on_a_release() -> None:
    both = make_user(role="Administrator")
    asked = requested(make_version(), by=both)
    why = refusal(lambda: approve_release(asked, by=both, sha256=asked.sha256))
    assert why == "You requested this release, so another person must decide on it."
    why = refusal(
        lambda: refuse_release(asked, by=both, sha256=asked.sha256, remarks="No.")
    )
    assert why == "You requested this release, so another person must decide on it."
    assert public_versions() == []


@pytest.mark.parametrize("role", ["Drafter", ""])
def test_only_approvers_approve_releases(role: str) -> None:
    asked = requested(make_version())
    why = refusal(
        lambda: approve_release(asked, by=make_user(role=role), sha256=asked.sha256)
    )
    assert "You need the role Approver or Administrator" in why


@pytest.mark.parametrize("role", ["Approver", ""])
def test_only_drafters_request_releases(role: str) -> None:
    version = make_version()
    why = refusal(lambda: requested(version, by=make_user(role=role)))
    assert "You need the role Drafter or Administrator" in why


def test_approval_of_another_checksum_is_refused() -> None:
    asked = requested(make_version())
    why = refusal(
        lambda: approve_release(asked, by=make_user(role="Approver"), sha256="0" * 64)
    )
    assert "differs from that of the text you read" in why


def test_decided_release_is_not_decided_again() -> None:
    asked = release(make_version())
    why = refusal(
        lambda: refuse_release(
            asked, by=make_user(role="Approver"), sha256=asked.sha256, remarks="No."
        )
    )
    assert why == "The release cannot be decided on: it is approved."


def test_refused_release_is_not_public_and_can_be_requested_again() -> None:
    version = make_version()
    asked = requested(version)
    refuse_release(
        asked, by=make_user(role="Approver"), sha256=asked.sha256, remarks="Wrong."
    )
    assert public_versions() == []
    release(version)
    assert [each.key for each in public_versions()] == ["designated"]
    assert verify_everything().faults == []


def test_second_request_waits_for_the_first() -> None:
    version = make_version()
    requested(version)
    assert "is already waiting for approval" in refusal(lambda: requested(version))


def test_unchanged_text_is_not_released_again() -> None:
    version = make_version()
    release(version)
    assert "has not changed since" in refusal(lambda: requested(version))


@pytest.mark.parametrize(
    ("status", "days", "is_released"),
    [
        ("consulted", -1, False),
        ("concluded", None, False),
        ("concluded", 1, False),
        ("concluded", 0, True),
        ("designated", 1, True),
    ],
)
def test_only_designated_or_effective_versions_are_released(
    status: str, days: int | None, is_released: bool
) -> None:
    today = dt.datetime.now(dt.UTC).date()
    in_force = None if days is None else today + dt.timedelta(days=days)
    version = make_version(status, in_force=in_force)
    if is_released:
        release(version)
    else:
        assert "publish the conclusion instead" in refusal(lambda: requested(version))
    assert bool(public_versions()) is is_released


def test_release_is_recorded_in_the_trail_of_the_document() -> None:
    asked = release(make_version())
    kinds = [event.kind for event in DocumentEvent.objects.all()]
    assert kinds == ["release-requested", "released"]
    assert all(asked.sha256 in event.summary for event in DocumentEvent.objects.all())


def test_release_by_command_names_no_user_and_happens_once() -> None:
    version = make_version()
    keys = frozenset({"designated"})
    (made,) = release_by_command(version.document, keys)
    assert (made.origin, made.requested_by, made.decided_by) == ("command", None, None)
    assert release_by_command(version.document, keys) == []
    assert verify_everything().faults == []


# Tampering


TAMPERING = [
    "UPDATE consultations_versionrelease SET state = 'requested', decided_at = NULL",
    "UPDATE consultations_versionrelease SET label = '9.9'",
    "UPDATE consultations_versionrelease SET reason = 'Another.'",
    "UPDATE consultations_versionrelease SET decided_by_id = requested_by_id",
    "UPDATE consultations_versionrelease SET requested_by_id = decided_by_id",
    "DELETE FROM consultations_versionrelease",
    "UPDATE consultations_documentevent SET summary = 'Nothing.'",
    "DELETE FROM consultations_documentevent",
]


@pytest.mark.parametrize("statement", TAMPERING)
def test_database_refuses_changes_of_releases(statement: str) -> None:
    release(make_version())
    with (
        pytest.raises(IntegrityError),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


@pytest.mark.parametrize("statement", [s for s in TAMPERING if "requested'" not in s])
def test_verify_names_changes_behind_the_guards(statement: str) -> None:
    release(make_version())
    with without_guards(connection), connection.cursor() as cursor:
        cursor.execute(statement)
    assert verify_everything().faults


def test_verify_names_a_swapped_text() -> None:
    asked = release(make_version())
    other = StoredFile.objects.store(b'{"format":1}')
    with without_guards(connection), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE consultations_versionrelease SET file_id = %s", [other.pk]
        )
    faults = " ".join(verify_everything().faults)
    assert f"Release {asked.pk} of S1SR/designated" in faults


def test_verify_names_a_release_that_no_event_records() -> None:
    asked = release(make_version())
    with without_guards(connection), connection.cursor() as cursor:
        cursor.execute("DELETE FROM consultations_documentevent")
    assert any(
        f"release {asked.pk} (checksum" in fault for fault in verify_everything().faults
    )


@pytest.mark.parametrize(
    "values",
    [
        {"state": "approved", "decided_at": dt.datetime(2026, 1, 1, tzinfo=dt.UTC)},
        {"origin": "upgrade", "requested_by_id": None, "decided_by_id": None},
    ],
)
def test_database_refuses_a_release_without_a_request(
    values: dict[str, object],
) -> None:
    asked = release(make_version())
    row: dict[str, Any] = {**VersionRelease.objects.values().get(pk=asked.pk)}
    row |= {"id": None, **values}
    with pytest.raises(IntegrityError, match="requested first"), transaction.atomic():
        VersionRelease.objects.create(**row)


# The workspace


def address(name: str, version: DocumentVersion, *more: str) -> str:
    return reverse(f"responses:{name}", args=["S1SR", version.pk, *more])


def test_release_is_requested_and_approved_in_the_workspace(client: Client) -> None:
    version = make_version()
    drafter = log_in(client, "Drafter")
    sent = {"reason": "Designated."}
    drafter.post(address("request_release", version), sent)
    asked = version.releases.get()
    page = text_of(drafter.get(address("version_release", version)))
    assert "You requested this release, so another person must decide on it." in page
    assert "Approve release" not in page
    approver = log_in(Client(), "Approver")
    assert "Release waiting for your approval" in text_of(approver.get("/desk/"))
    page = text_of(approver.get(address("version_release", version)))
    assert asked.sha256 in page
    frozen = text_of(approver.get(address("frozen_text", version, asked.file_id)))
    assert "First text." in frozen
    approver.post(address("approve_release", version), {"sha256": asked.sha256})
    assert "First text." in text_of(Client().get("/documents/S1SR/designated/"))


def test_release_is_refused_with_a_reason_in_the_workspace(client: Client) -> None:
    version = make_version()
    asked = requested(version)
    approver = log_in(client, "Approver")
    sent = {"sha256": asked.sha256, "remarks": ""}
    page = text_of(approver.post(address("refuse_release", version), sent))
    assert "Enter a reason for refusing the release." in page
    approver.post(address("refuse_release", version), sent | {"remarks": "Wrong."})
    asked.refresh_from_db()
    assert asked.state == "refused"
    assert "Wrong." in text_of(approver.get(address("version_release", version)))


@pytest.mark.parametrize("role", ["Drafter", "Approver"])
@pytest.mark.parametrize("is_pending", [True, False])
def test_release_pages_have_no_markup_faults(
    client: Client, role: str, is_pending: bool
) -> None:
    version = make_version()
    asked = requested(version) if is_pending else release(version)
    log_in(client, role)
    for page in (
        address("version_release", version),
        address("frozen_text", version, asked.file_id),
        reverse("responses:regulated_documents"),
    ):
        assert Read(text_of(client.get(page))).faults == []


def test_unknown_frozen_text_returns_404(client: Client) -> None:
    version = make_version()
    stored = StoredFile.objects.store(b"words")
    log_in(client, "Drafter")
    response = client.get(address("frozen_text", version, stored.pk))
    assert response.status_code == 404


def test_demonstration_has_a_release_by_two_people(settings: Settings) -> None:
    settings.DEBUG = True
    call_command("demo", verbosity=0)
    (made,) = VersionRelease.objects.filter(origin="request")
    assert (made.state, made.name) == ("approved", "S1DB/concluded")
    assert made.requested_by
    assert made.decided_by
    assert made.requested_by != made.decided_by
    assert verify_everything().faults == []
