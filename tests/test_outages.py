"""The database away: 503 with what was typed, one retry, and nothing stored twice."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import DatabaseError, InterfaceError, OperationalError, connection
from django.test import Client
from django.urls import reverse

from consultations.models import Consultation
from responses.desk.editing import saving
from responses.editing import autosave
from responses.models import Respondent
from tests.support.factories import make_user
from tests.support.outages import execute_nothing, fail_statements, lost_connection
from tests.support.pages import Read, concluded, open_consultation, text_of

pytestmark = pytest.mark.django_db

COMMITS = pytest.mark.django_db(transaction=True)
"""For what ends connections, which a transaction around a test would not survive."""

PAGES = ("/", "/consultations/", "/conclusions/answered/", "/desk/", "/admin/")
FILES = ("/conclusions/answered.pdf", "/conclusions/answered.txt")
FORM = {"name": "A. N. Supplier", "key": "r7"}


@pytest.fixture
def client() -> Client:
    """A client that gets the response to an exception, as a browser does."""
    return Client(raise_request_exception=False)


@pytest.fixture
def staff(client: Client) -> Client:
    client.force_login(make_user("anna", role="Drafter"))
    return client


@pytest.fixture
def work() -> Consultation:
    return open_consultation("work")


def address_of_new_respondent() -> str:
    return reverse("responses:new_respondent", args=["work"])


def new_form() -> dict[str, str]:
    return {**FORM, "idempotency_key": uuid.uuid4().hex}


# The response


@pytest.mark.parametrize("error", [OperationalError, InterfaceError, DatabaseError])
@pytest.mark.parametrize("address", [*PAGES, *FILES])
def test_page_and_file_without_database_are_503(
    staff: Client, address: str, error: type[DatabaseError]
) -> None:
    with execute_nothing(error("the server is away")):
        response = staff.get(address, headers={"Accept": "text/html"})
    assert response.status_code == 503
    assert response["Retry-After"] == "30"
    assert response["Cache-Control"] == "no-store"
    assert "not available at the moment" in text_of(response)
    assert "you entered" not in text_of(response)
    assert Read(text_of(response)).faults == []


def test_json_without_database_is_503_in_json(client: Client) -> None:
    concluded()
    with execute_nothing(OperationalError("the server is away")):
        response = client.get("/conclusions/answered.json")
    assert response.status_code == 503
    assert response["Content-Type"] == "application/json"
    assert "Try again" in response.json()["error"]


def test_htmx_request_without_database_gets_plain_text(staff: Client) -> None:
    with execute_nothing(OperationalError("the server is away")):
        response = staff.get("/desk/", headers={"HX-Request": "true"})
    assert response.status_code == 503
    assert response["Content-Type"].startswith("text/plain")


def test_static_files_need_no_database(client: Client) -> None:
    with execute_nothing(OperationalError("the server is away")):
        assert client.get("/static/icon.svg").status_code != 503


def test_other_errors_are_still_500(
    staff: Client, work: Consultation, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: object, **kwargs: object) -> None:
        raise ValueError("a fault of ours")

    monkeypatch.setattr(saving, "_render_forms", fail)
    response = staff.get(address_of_new_respondent())
    assert response.status_code == 500
    assert "Retry-After" not in response


@pytest.mark.django_db(transaction=True)
def test_unreachable_server_is_503_and_recovers(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection.close()
    name = "/nowhere/at/all.sqlite3"
    away = {"HOST": "127.0.0.1", "PORT": "1"}
    if connection.vendor == "sqlite":
        away = {"NAME": name}
    with monkeypatch.context() as patch:
        for key, value in away.items():
            patch.setitem(connection.settings_dict, key, value)
        assert client.get("/consultations/").status_code == 503
        assert client.get("/healthz").status_code == 503
        connection.close()
    assert client.get("/consultations/").status_code == 200


# What was typed


def test_posted_form_is_shown_to_be_sent_again(
    staff: Client, work: Consultation
) -> None:
    with execute_nothing(OperationalError("the server is away")):
        response = post_from_own_page(staff, new_form())
    assert response.status_code == 503
    words = " ".join(text_of(response).split())
    assert "What you entered is kept on this page" in words
    assert FORM["name"] in words
    assert 'name="csrfmiddlewaretoken"' in words
    assert Read(text_of(response)).faults == []


@pytest.mark.parametrize("origin", ["https://evil.example", "null", ""])
def test_form_of_another_site_is_not_offered(
    staff: Client, work: Consultation, origin: str
) -> None:
    with execute_nothing(OperationalError("the server is away")):
        response = staff.post(
            address_of_new_respondent(), new_form(), headers={"Origin": origin}
        )
    assert response.status_code == 503
    assert "you entered" not in text_of(response)
    assert FORM["name"] not in text_of(response)


def test_password_is_never_shown_again(client: Client) -> None:
    typed = {"username": "anna", "password": "correct horse"}
    with execute_nothing(OperationalError("the server is away")):
        response = client.post(
            "/accounts/login/", typed, headers={"Origin": "http://testserver"}
        )
    assert response.status_code == 503
    assert "horse" not in text_of(response)


def post_from_own_page(client: Client, form: dict[str, str]) -> Any:
    origin = {"Origin": "http://testserver", "Accept": "text/html"}
    return client.post(address_of_new_respondent(), form, headers=origin)


# The retry


@COMMITS
def test_page_is_read_again_after_a_lost_connection(client: Client) -> None:
    with fail_statements(lost_connection(), times=1) as failed:
        assert client.get("/consultations/").status_code == 200
    assert failed.count == 1


@COMMITS
def test_page_is_read_again_once_only(client: Client) -> None:
    with fail_statements(lost_connection(), times=9) as failed:
        assert client.get("/consultations/").status_code == 503
    assert failed.count == 2


@COMMITS
def test_statement_that_took_too_long_is_not_repeated(client: Client) -> None:
    with fail_statements(lost_connection("57014"), times=9) as failed:
        assert client.get("/consultations/").status_code == 503
    assert failed.count == 1


def insert_of_respondent(sql: str) -> bool:
    return sql.startswith('INSERT INTO "responses_respondent"')


@COMMITS
def test_form_with_token_is_stored_once_after_a_lost_connection(
    staff: Client, work: Consultation
) -> None:
    with fail_statements(lost_connection(), 1, insert_of_respondent) as failed:
        response = post_from_own_page(staff, new_form())
    assert failed.count == 1
    assert response.status_code == 302
    assert Respondent.objects.filter(name=FORM["name"]).count() == 1


@COMMITS
def test_form_without_token_is_not_repeated(staff: Client, work: Consultation) -> None:
    with fail_statements(lost_connection(), 1, insert_of_respondent) as failed:
        response = post_from_own_page(staff, FORM)
    assert failed.count == 1
    assert response.status_code == 503
    assert not Respondent.objects.filter(name=FORM["name"]).exists()


@COMMITS
@pytest.mark.parametrize("token", ["", "x" * 32, "0" * 31])
def test_invented_token_is_no_token(
    staff: Client, work: Consultation, token: str
) -> None:
    form = {**FORM, "idempotency_key": token}
    with fail_statements(lost_connection(), 1, insert_of_respondent):
        assert post_from_own_page(staff, form).status_code == 503


@COMMITS
def test_token_in_a_form_that_ignores_it_is_no_token(
    staff: Client, work: Consultation
) -> None:
    """An existing row claims no token, so posting twice could write twice."""
    row = Respondent.objects.create(consultation=work, key="r1", name="Before")
    address = reverse("responses:respondent", args=["work", row.pk])
    form = {"name": "After", "key": "r1", "shown": str(row.version)}
    form["idempotency_key"] = uuid.uuid4().hex
    with fail_statements(
        lost_connection(), 1, lambda sql: sql.startswith("UPDATE")
    ) as failed:
        response = staff.post(address, form)
    assert failed.count == 1
    assert response.status_code == 503


@COMMITS
def test_form_that_was_stored_before_the_connection_was_lost_is_stored_once(
    staff: Client, work: Consultation, monkeypatch: pytest.MonkeyPatch
) -> None:
    errors = [lost_connection()]
    discard: Callable[[User, str], None] = autosave.discard_draft

    def fail_once(user: User, about: str) -> None:
        if errors:
            raise errors.pop()
        discard(user, about)

    monkeypatch.setattr(autosave, "discard_draft", fail_once)
    response = post_from_own_page(staff, new_form())
    assert errors == []
    assert response.status_code == 302
    assert Respondent.objects.filter(name=FORM["name"]).count() == 1
