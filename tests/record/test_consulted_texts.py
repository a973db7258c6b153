"""A text that an opening has frozen: only a notice of its consultation changes it."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from consultations.editions.workflow import publish_edition
from consultations.legal_texts.releases import (
    approve_release,
    refuse_release,
    release_by_command,
    request_release,
)
from consultations.models import (
    Clause,
    Consultation,
    DocumentVersion,
    Edition,
    VersionRelease,
)
from consultations.record.freezing import (
    freeze_opening,
    freeze_rows,
    make_public,
    pending_changes,
)
from consultations.record.rows import read_stored_rows
from consultations.timetable.opening import set_opening
from tests.support.editions import approver, drafter, make_approved, refusal, submit
from tests.support.factories import (
    freeze,
    london,
    make_conclusion,
    make_consultation,
    make_document,
    make_question,
    publish_changes,
    release,
)
from tests.support.pages import at, day, text_of

pytestmark = pytest.mark.django_db

FROZEN = (
    "The text of S1SR proposal is frozen in the consultation “Changes to the S1SR”."
)
DIFFERS = "The text of S1SR/proposal differs from the text that is frozen"


@pytest.fixture
def version() -> DocumentVersion:
    """Return a version whose text an opening has frozen, edited since."""
    row = make_consultation("asked", opens_on=None, closes=at(30))
    version = DocumentVersion.objects.create(
        document=make_document(), key="proposal", status="consulted", consultation=row
    )
    Clause.objects.create(
        document_version=version, identity="c1", number="1", text="<p>Two hours.</p>"
    )
    row.opens_on = day(-3)
    row.save()
    freeze(row)
    edit(version)
    return version


def asked() -> Consultation:
    return Consultation.objects.get(slug="asked")


def edit(version: DocumentVersion, text: str = "<p>Nine hours.</p>") -> None:
    clause = version.clauses.get()
    clause.text = text
    clause.save()


def public_text(client: Client) -> str:
    return text_of(client.get("/documents/S1SR/proposal/"))


@pytest.mark.parametrize("status", ["consulted", "designated"])
def test_frozen_text_is_never_released(
    version: DocumentVersion, status: str, client: Client
) -> None:
    version.status = status
    version.save()
    said = refusal(lambda: request_release(version, by=drafter(), reason="Now."))
    assert FROZEN in said
    assert "Request a notice" in said
    assert release_by_command(version.document, frozenset({"proposal"})) == []
    assert pending_changes(asked())
    assert "Two hours." in public_text(client)


def test_release_requested_before_the_opening_can_only_be_refused() -> None:
    row = make_consultation("asked", opens_on=None, closes=at(30))
    version = DocumentVersion.objects.create(
        document=make_document(), key="proposal", status="designated", consultation=row
    )
    pending = request_release(version, by=drafter(), reason="Now.")
    version.status = "consulted"
    version.save()
    row.opens_on = day(-3)
    row.save()
    freeze(row)
    by = approver()
    said = refusal(lambda: approve_release(pending, by=by, sha256=pending.sha256))
    assert FROZEN in said
    refuse_release(pending, by=by, sha256=pending.sha256, remarks="Frozen since.")


def test_database_refuses_a_release_of_a_frozen_text(version: DocumentVersion) -> None:
    values: dict[str, Any] = {
        "document_version": version,
        "file": version.consultation_edition_texts.get().file,
        "origin": "command",
        "state": "approved",
        "requested_at": london("2026-03-02 10:00"),
        "decided_at": london("2026-03-02 10:00"),
        **VersionRelease.columns_of(version.as_text()),
    }
    with pytest.raises(DatabaseError, match="only by a notice"), transaction.atomic():
        VersionRelease.objects.create(**values)


def test_notice_changes_a_frozen_text(version: DocumentVersion, client: Client) -> None:
    publish_changes(asked())
    assert pending_changes(asked()) == ()
    assert "Nine hours." in public_text(client)


def test_text_taken_out_by_a_notice_can_be_released(
    version: DocumentVersion, client: Client
) -> None:
    version.status = "designated"
    version.save()
    publish_changes(asked())
    release(version)
    assert "Nine hours." in public_text(client)


def test_conclusion_of_another_consultation_publishes_no_other_wording(
    version: DocumentVersion,
) -> None:
    other = make_consultation("other", documents=())
    conclusion = make_conclusion(other)
    conclusion.attachments.create(title="Text", kind="clean", document_version=version)
    assert DIFFERS in refusal(lambda: submit(conclusion))
    edit(version, "<p>Two hours.</p>")
    edition = make_approved(conclusion)
    edit(version)
    publish_changes(asked())
    by = approver()
    assert DIFFERS in refusal(lambda: publish_edition(edition, by=by))
    rows = Edition.objects.filter(pk=edition.pk)
    with pytest.raises(DatabaseError, match="has frozen"), transaction.atomic():
        rows.update(state="published", number=1)


def test_opening_of_another_consultation_publishes_no_other_wording(
    version: DocumentVersion,
) -> None:
    other = make_consultation("other", opens_on=None, closes=at(30))
    make_question(other)
    version.consultation = other
    version.save()
    said = refusal(lambda: set_opening(other, when=at(1), by=drafter()))
    assert DIFFERS in said
    other.opens_on = day(-1)
    other.save()
    assert DIFFERS in refusal(lambda: freeze_opening(other, by=None))
    edit(version, "<p>Two hours.</p>")
    assert freeze_opening(other, by=None) is not None


def test_database_refuses_another_opening_with_another_wording(
    version: DocumentVersion,
) -> None:
    other = make_consultation("other", opens_on=None)
    version.consultation = other
    version.save()
    rows, now = read_stored_rows(other), london("2026-03-02 10:00")
    edition = freeze_rows(other, rows, origin="workspace", by=None, at=now)
    with pytest.raises(DatabaseError, match="of that consultation"):
        make_public(edition, public_from=now, by=None, at=now)
