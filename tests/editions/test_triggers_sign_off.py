"""Database triggers for the files, sign-offs and events of an edition."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, connection, transaction

from consultations.audit import trail
from consultations.models import Edition, EditionFile, Event, SignOff, StoredFile
from tests.support.editions import (
    approver,
    make_approved,
    make_published,
    make_submitted,
)
from tests.support.factories import make_consultation
from tests.support.sql import NOW, every_row_of, refused, sign_off_row

pytestmark = pytest.mark.django_db


def sign(edition: Edition, by: User, decision: str = "approve", sha: str = "") -> str:
    """Return what the database says to a decision."""
    return refused(*sign_off_row(edition, by, decision, sha))


# --- edition files --------------------------------------------------------------------


def test_edition_file_update_and_delete_are_refused() -> None:
    make_submitted()
    assert "are frozen" in refused("UPDATE consultations_editionfile SET name = 'x'")
    assert "cannot be deleted" in refused(every_row_of("consultations_editionfile"))


@pytest.mark.parametrize("make", [make_approved, make_published])
def test_edition_file_insert_after_sign_off_is_refused(
    make: Callable[[], Edition],
) -> None:
    edition = make()
    stored = StoredFile.objects.store(b"more")
    with pytest.raises(IntegrityError, match="are frozen"), transaction.atomic():
        edition.files.create(name="more", filename="x", media_type="x", file=stored)


def test_edition_file_replacement_is_refused() -> None:
    file = make_submitted().files.filter(name="txt").get()
    other = StoredFile.objects.store(b"more")
    verbs = ["INSERT"] + ["INSERT OR REPLACE"] * (connection.vendor == "sqlite")
    for verb in verbs:
        assert "are frozen" in refused(
            f"{verb} INTO consultations_editionfile "
            "(edition_id, name, filename, media_type, file_id) "
            "VALUES (%s, 'txt', 'x', 'x', %s)",
            file.edition_id,
            other.pk,
        )
    assert EditionFile.objects.get(pk=file.pk).file_id == file.file_id


# --- sign-offs ------------------------------------------------------------------------


def test_sign_off_by_submitter_is_refused() -> None:
    edition = make_submitted()
    assert "cannot approve or return" in sign(edition, edition.submitted_by)


def test_sign_off_on_another_hash_is_refused() -> None:
    assert "must match the checksum" in sign(make_submitted(), approver(), sha="0" * 64)


def test_sign_off_on_decided_edition_is_refused() -> None:
    assert "is not possible in the current state" in sign(
        make_published(), approver(), "reject"
    )
    assert "is not possible in the current state" in sign(
        make_approved(), approver(), "approve"
    )


def test_sign_off_update_and_delete_are_refused() -> None:
    make_approved()
    assert "cannot be changed" in refused(
        "UPDATE consultations_signoff SET remarks = 'x'"
    )
    assert "cannot be deleted" in refused(every_row_of("consultations_signoff"))


def test_sign_off_replacement_is_refused() -> None:
    sign_off = SignOff.objects.get(edition=make_approved())
    sql, *values = sign_off_row(sign_off.edition, approver())
    if connection.vendor == "sqlite":
        sql = sql.replace("INSERT", "INSERT OR REPLACE")
    assert "is not possible in the current state" in refused(sql, *values)


# --- events -------------------------------------------------------------------------


def test_event_update_and_delete_are_refused() -> None:
    trail.record_event(make_consultation(), kind="noted", summary="Noted.", by=None)
    assert "cannot be changed" in refused(
        "UPDATE consultations_event SET summary = 'x'"
    )
    assert "cannot be deleted" in refused(every_row_of("consultations_event"))


@pytest.mark.parametrize("number", [1, 3])
def test_event_insert_out_of_sequence_is_refused(number: int) -> None:
    consultation = make_consultation()
    trail.record_event(consultation, kind="noted", summary="Noted.", by=None)
    verbs = ["INSERT"] + ["INSERT OR REPLACE"] * (connection.vendor == "sqlite")
    for verb in verbs:
        assert "at the end of the activity log" in refused(
            f"{verb} INTO consultations_event "
            "(consultation_id, number, at, kind, summary, sha256) "
            "VALUES (%s, %s, %s, 'noted', 'x', 'x')",
            consultation.pk,
            number,
            NOW,
        )
    assert Event.objects.get().summary == "Noted."
