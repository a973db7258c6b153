"""Query counts of desk pages: the same for many comments as for ten.

`make test` compares ten comments with some hundred, `make soak` with 1,000.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from config.accounts import sessions
from consultations.access import ROLES_BY_ACTION, Action, Role
from consultations.models import Conclusion, Consultation, DocumentVersion
from responses import row_types
from tests.support import sizes
from tests.support.addresses import DESK, Address
from tests.support.big_file import big_file
from tests.support.consultation_files import load_text
from tests.support.pages import log_in, queries

pytestmark = [pytest.mark.django_db, pytest.mark.once]

MANY_COMMENTS = sizes.count(150, whole=1000)


def named() -> dict[str, Any]:
    """Return URL arguments of the loaded consultation by name."""
    consultation = Consultation.objects.get(slug="big")
    person = consultation.respondents.get(key="r1")
    question = consultation.questions.get(key="q1")
    section = Conclusion.objects.get(slug="big").sections.get(kind="text")
    return {
        "slug": "big",
        "csv": "csv",
        "code": "BIG",
        "version_pk": DocumentVersion.objects.get().pk,
        "about": row_types.row_ref(question),
        "question": question.pk,
        "respondent": person.pk,
        "submission": person.submissions.get().pk,
        "comment": "k1",
        "change": "c1",
        "section": section.pk,
    }


def pages(role: Role) -> dict[str, str]:
    """Return the path of every page of the desk about the consultation, by its name."""
    known = named()
    return {
        name: reverse(f"responses:{name}", args=[known[arg] for arg in address.args])
        for name, address in DESK.items()
        if role in readers(address) and known.keys() >= set(address.args)
    }


def readers(address: Address) -> frozenset[Role]:
    reads = "GET" in address.methods and isinstance(address.who, Action)
    return ROLES_BY_ACTION[address.who] if reads else frozenset()  # type: ignore[index]


def counted(client: Client, paths: dict[str, str]) -> dict[str, int]:
    """Return how many queries each page makes once it is warm."""
    found = {}
    for name, path in paths.items():
        assert client.get(path).status_code in (200, 302), path
        found[name] = queries(partial(client.get, path))
    return found


def counts_by_role(clients: dict[Role, Client]) -> dict[Role, dict[str, int]]:
    """Return how many queries each page makes for each role."""
    return {role: counted(client, pages(role)) for role, client in clients.items()}


@pytest.mark.soak
def test_desk_query_counts_do_not_grow_with_comments(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sessions, "LAST_SEEN_INTERVAL", 10**6)  # not while it counts
    clients = {role: Client() for role in (Role.DRAFTER, Role.APPROVER)}
    for role, client in clients.items():
        log_in(client, role)
    load_text(big_file(10))
    few = counts_by_role(clients)
    load_text(big_file(MANY_COMMENTS), update=True)
    many = counts_by_role(clients)
    for role, counts in few.items():
        assert len(counts) > 30
        more = {
            name: (count, many[role][name])
            for name, count in counts.items()
            if many[role][name] > count
        }
        assert more == {}, role
