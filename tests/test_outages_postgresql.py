"""Connections that PostgreSQL terminates: one by one, and all of them under load."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import connection, connections
from django.test import Client
from django.urls import reverse

from responses.models import Respondent
from tests.support import sizes
from tests.support.factories import make_user
from tests.support.outages import terminate, terminate_at_statement
from tests.support.pages import open_consultation

pytestmark = [pytest.mark.django_db(transaction=True)]

ROUNDS = sizes.count(3, whole=30)
CLIENTS = 4
REQUESTS_A_ROUND = 6
TIMES_A_ROUND = 8
"""How often all connections are terminated, as fast as the server does it."""


@pytest.fixture(autouse=True)
def _only_on_postgresql() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no connection that a server could end.")


@pytest.fixture
def staff() -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(make_user("anna", role="Drafter"))
    open_consultation("work")
    return client


def new_respondent(key: str) -> tuple[str, dict[str, str]]:
    address = reverse("responses:new_respondent", args=["work"])
    form = {"name": f"Supplier {key}", "key": key, "idempotency_key": uuid.uuid4().hex}
    return address, form


def count_statements(client: Client, post: bool) -> int:
    """Return the statements of a request whose connection stays."""
    address, form = new_respondent("r0")
    with terminate_at_statement(0) as seen:
        status = client.post(address, form) if post else client.get(address)
    assert status.status_code == (302 if post else 200)
    return seen.count


def test_page_is_shown_whichever_statement_loses_the_connection(
    staff: Client,
) -> None:
    address, _ = new_respondent("r0")
    statements = count_statements(staff, post=False)
    assert statements > 3
    for number in range(1, statements + 1):
        with terminate_at_statement(number):
            assert staff.get(address).status_code == 200


def test_new_row_is_stored_once_whichever_statement_loses_the_connection(
    staff: Client,
) -> None:
    statements = count_statements(staff, post=True)
    assert statements > 8
    for number in range(1, statements + 1):
        address, form = new_respondent(f"r{number}")
        with terminate_at_statement(number):
            status = staff.post(address, form).status_code
        stored = Respondent.objects.filter(key=form["key"]).count()
        assert (status, stored) in [(302, 1), (503, 0)]
        again = staff.post(address, form)  # what the user does after a 503
        assert again.status_code == 302
        assert Respondent.objects.filter(key=form["key"]).count() == 1


@dataclass
class Load:
    """What the clients of one run sent, and what they got."""

    statuses: list[int] = field(default_factory=list)
    acknowledged: list[str] = field(default_factory=list)


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    start = threading.Barrier(CLIENTS, timeout=60)

    def leave() -> None:
        start.wait(timeout=60)
        connections["default"].close()

    with ThreadPoolExecutor(CLIENTS) as threads:
        yield threads
        for each in [threads.submit(leave) for _ in range(CLIENTS)]:
            each.result(timeout=60)


@pytest.mark.soak
@pytest.mark.long
def test_terminated_connections_under_load_lose_and_repeat_nothing(
    staff: Client, pool: ThreadPoolExecutor
) -> None:
    load, ended = Load(), 0
    clients = [Client(raise_request_exception=False) for _ in range(CLIENTS)]
    for client in clients:
        client.cookies = staff.cookies
    for number in range(ROUNDS):
        sent = [
            pool.submit(send, client, load, f"{number}-{place}")
            for place, client in enumerate(clients)
        ]
        ended += sum(terminate() for _ in range(TIMES_A_ROUND))
        for each in sent:
            each.result(timeout=120)
    connection.close()
    assert ended >= ROUNDS
    assert set(load.statuses) <= {200, 302, 503}
    assert len(load.acknowledged) > 0
    keys = list(Respondent.objects.values_list("key", flat=True))
    assert len(keys) == len(set(keys))
    assert set(load.acknowledged) <= set(keys)


def send(client: Client, load: Load, name: str) -> None:
    """Read pages and post new rows, each until it is acknowledged or refused."""
    for number in range(REQUESTS_A_ROUND):
        load.statuses.append(client.get("/consultations/").status_code)
        address, form = new_respondent(f"k{name}-{number}")
        for _ in range(2):  # a user sends the form again after a 503
            response: Any = client.post(address, form)
            load.statuses.append(response.status_code)
            if response.status_code == 302 and not response.url.startswith(
                "/accounts/"
            ):
                load.acknowledged.append(form["key"])
                break
