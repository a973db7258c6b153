"""The role of the site on PostgreSQL: it owns no table, and everything works."""

from __future__ import annotations

import os
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, connection, transaction

from consultations.audit.history import save_if_current
from consultations.editions import workflow
from consultations.editions.role_grants import grant_statements, role_fault
from consultations.models import Conclusion, Event
from tests.support.editions import approver, make_content, submit
from tests.support.factories import make_document, make_user
from tests.support.sql import run
from tests.support.structure import ROOT

pytestmark = pytest.mark.django_db
ROLE = f"site_{os.getpid()}"
EXAMPLE = ROOT / "consultations" / "demo" / "device-behaviours-2026.yaml"
on_postgresql = pytest.mark.skipif(
    os.environ["TEST_DATABASE"] != "postgresql", reason="SQLite has no roles"
)


@pytest.fixture
def role() -> str:
    run(f"CREATE ROLE {ROLE}")
    return ROLE


def grant(*options: str) -> str:
    output = StringIO()
    call_command("grant_roles", ROLE, *options, stdout=output)
    return output.getvalue()


@on_postgresql
def test_site_works_as_the_role_that_owns_nothing(role: str) -> None:
    grant()
    editors = [make_user(role="Drafter"), approver(), approver()]
    run(f"SET LOCAL ROLE {role}")
    call_command("load_consultation", str(EXAMPLE), stdout=StringIO())
    conclusion = Conclusion.objects.get()
    conclusion.subtitle = "A subtitle"
    save_if_current(conclusion, version=conclusion.version, by=editors[0])
    edition = submit(conclusion, by=editors[0], content=make_content(conclusion))
    workflow.approve_edition(edition, by=editors[1], sha256=edition.sha256)
    workflow.publish_edition(edition, by=editors[2])
    workflow.withdraw_edition(edition, by=editors[1], reason="The wrong annex.")
    assert set(Event.objects.values_list("kind", flat=True)) >= {
        *("loaded", "submitted", "approved", "published", "withdrawn")
    }
    output = StringIO()
    call_command("verify", stdout=output)
    assert output.getvalue().startswith("Everything matches")


@on_postgresql
def test_granted_role_can_read_and_write_rows_only(role: str) -> None:
    grant()
    run(f"SET LOCAL ROLE {role}")
    make_document()
    assert run("DELETE FROM consultations_regulateddocument") == 1
    with pytest.raises(ProgrammingError, match="denied"), transaction.atomic():
        run("TRUNCATE consultations_notice")


@on_postgresql
def test_printed_statements_change_nothing(role: str) -> None:
    printed = grant("--print")
    statements = grant_statements(connection, role)
    assert printed == "".join(f"{statement};\n" for statement in statements)
    run(f"SET LOCAL ROLE {role}")
    with pytest.raises(ProgrammingError, match="denied"), transaction.atomic():
        run("SELECT 1 FROM consultations_notice")


@on_postgresql
@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        (f"DROP ROLE {ROLE}", "does not exist"),
        (f"ALTER ROLE {ROLE} SUPERUSER", "is a superuser"),
        (
            f"DO $$BEGIN EXECUTE format('GRANT %I TO {ROLE}', current_user); END$$",
            "can act as the role that runs migrate",
        ),
        (f"ALTER TABLE consultations_notice OWNER TO {ROLE}", "owns tables"),
        (
            "DO $$BEGIN EXECUTE format('ALTER DATABASE %I OWNER TO "
            f"{ROLE}', current_database()); END$$",
            "owns the database",
        ),
    ],
    ids=["missing", "superuser", "member", "owner of a table", "owner"],
)
def test_unsafe_role_is_refused(role: str, statement: str, fault: str) -> None:
    assert role_fault(connection, role) == ""
    with connection.cursor() as cursor:
        cursor.execute(statement)
    with pytest.raises(CommandError, match=f"The role {ROLE} {fault}"):
        grant()


@pytest.mark.skipif(
    os.environ["TEST_DATABASE"] == "postgresql", reason="PostgreSQL has roles"
)
def test_sqlite_has_no_roles_to_grant_to() -> None:
    with pytest.raises(CommandError, match="works only with PostgreSQL"):
        grant()
