"""`manage.py verify`: rehashing of everything frozen."""

from __future__ import annotations

import gzip
import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from consultations.editions import triggers, workflow
from consultations.editions.verification import verify_everything
from consultations.models import Edition, StoredFile
from tests.support.editions import approver, make_published, make_submitted
from tests.support.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def edition() -> Edition:
    return make_published()


def run_without_guards(sql: str, *values: str | int | bytes) -> None:
    """Run SQL with the guards down, as the owner of the database could."""
    with triggers.without_guards(connection), connection.cursor() as cursor:
        cursor.execute(sql, values)


def faults() -> str:
    return " ".join(verify_everything().faults)


def test_untouched_data_has_no_faults(edition: Edition) -> None:
    workflow.withdraw_edition(edition, by=approver(), reason="The wrong annex.")
    found = verify_everything()
    assert found.faults == []
    assert found.checked_counts["files"] == edition.files.count()
    assert (found.checked_counts["editions"], found.checked_counts["trails"]) == (1, 1)


def test_altered_file_bytes_are_reported(edition: Edition) -> None:
    file = edition.files.get(name="txt")
    run_without_guards(
        "UPDATE consultations_storedfile SET content = %s WHERE sha256 = %s",
        b"x" * file.file.size,
        file.file_id,
    )
    assert f"Stored file {file.file_id} does not match its checksum." in faults()


def test_edition_with_altered_bytes_is_not_published() -> None:
    edition = make_submitted()
    workflow.approve_edition(edition, by=approver(), sha256=edition.sha256)
    run_without_guards("UPDATE consultations_storedfile SET content = %s", b"x")
    with pytest.raises(workflow.Refusal, match="does not match its checksum"):
        workflow.publish_edition(edition, by=approver())


def test_gzip_of_another_file_is_reported() -> None:
    stored = StoredFile.objects.store(b"a" * 1000)
    run_without_guards(
        "UPDATE consultations_storedfile SET packed = %s", gzip.compress(b"b")
    )
    assert faults() == (
        f"Stored file {stored.pk}: the compressed copy does not match the file."
    )


def test_invalid_gzip_is_reported() -> None:
    StoredFile.objects.store(b"a" * 1000)
    run_without_guards("UPDATE consultations_storedfile SET packed = %s", b"not gzip")
    assert "the compressed copy does not match" in faults()


def test_altered_content_is_reported(edition: Edition) -> None:
    run_without_guards(
        "UPDATE consultations_edition SET content = replace(content, 'Some', 'No')"
    )
    assert "the content does not match its checksum" in faults()


def test_deleted_edition_file_is_reported(edition: Edition) -> None:
    run_without_guards("DELETE FROM consultations_editionfile WHERE name = 'txt'")
    assert "the list of its files does not match its checksum" in faults()


def test_swapped_edition_file_is_reported(edition: Edition) -> None:
    other = StoredFile.objects.store(b"other")
    run_without_guards("UPDATE consultations_editionfile SET file_id = %s", other.pk)
    assert "the list of its files does not match its checksum" in faults()


def test_sign_off_on_another_hash_is_reported(edition: Edition) -> None:
    run_without_guards("UPDATE consultations_signoff SET sha256 = 'x'")
    assert "has a different checksum" in faults()


def test_sign_off_by_submitter_is_reported(edition: Edition) -> None:
    run_without_guards(
        "UPDATE consultations_signoff SET by_id = %s", edition.submitted_by_id
    )
    assert "the submitter made the decision “Approved by" in faults()


def test_publication_without_sign_off_is_reported(edition: Edition) -> None:
    run_without_guards("DELETE FROM consultations_signoff")
    assert "is published, but no decision for this state is stored." in faults()


def test_altered_event_is_reported(edition: Edition) -> None:
    run_without_guards("UPDATE consultations_event SET by_id = %s", make_user().pk)
    assert "does not match its checksum" in faults()


def test_missing_guard_is_reported() -> None:
    triggers.remove_guards(connection)
    assert "guard_edition_update" in faults()


def test_verify_command_reports_success(edition: Edition) -> None:
    output = StringIO()
    call_command("verify", stdout=output)
    assert output.getvalue().startswith("Everything matches: ")
    assert "activity log" in output.getvalue()
    assert "database trigger" in output.getvalue()


def test_verify_command_fails_listing_faults(edition: Edition) -> None:
    run_without_guards("DELETE FROM consultations_signoff")
    errors = StringIO()
    with pytest.raises(CommandError, match="Faults found: 2") as failure:
        call_command("verify", stderr=errors)
    assert failure.value.returncode == 1
    assert "no decision for this state is stored" in errors.getvalue()


def test_verify_command_prints_json(edition: Edition) -> None:
    run_without_guards("DELETE FROM consultations_signoff")
    output = StringIO()
    with pytest.raises(CommandError):
        call_command("verify", "--json", stdout=output)
    report = json.loads(output.getvalue())
    assert report["checked"]["editions"] == 1
    assert len(report["faults"]) == 2


def test_verify_command_reinstalls_guards() -> None:
    triggers.remove_guards(connection)
    call_command("verify", "--mend-guards", stdout=StringIO())
    assert triggers.missing_guards(connection) == []


def test_deleted_edition_is_reported(edition: Edition) -> None:
    run_without_guards("DELETE FROM consultations_signoff")
    run_without_guards("DELETE FROM consultations_editionfile")
    run_without_guards("DELETE FROM consultations_edition")
    assert "records 1 submitted editions, but 0 are stored" in faults()
