"""Query counts of desk pages: the same for 1,000 comments as for ten."""

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
from tests.support.addresses import DESK, Address
from tests.support.big_file import big_file
from tests.support.consultation_files import load_text
from tests.support.pages import log_in, queries

pytestmark = [pytest.mark.django_db, pytest.mark.once]


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


@pytest.mark.parametrize("role", [Role.DRAFTER, Role.APPROVER])
def test_desk_query_counts_do_not_grow_with_comments(
    client: Client, role: Role, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sessions, "LAST_SEEN_INTERVAL", 10**6)  # not while it counts
    load_text(big_file(10))
    log_in(client, role)
    few = counted(client, pages(role))
    load_text(big_file(1000), update=True)
    many = counted(client, pages(role))
    assert len(few) > 30
    more = {name: (few[name], many[name]) for name in few if many[name] > few[name]}
    assert more == {}
