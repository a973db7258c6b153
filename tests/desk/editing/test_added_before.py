"""Back, then Save: what was just added is asked about before it is added again."""

from __future__ import annotations

import datetime as dt
import re
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from consultations.models import Conclusion
from responses.editing.idempotency import SAME_CONTENT_WITHIN
from responses.models import IdempotencyKey, Respondent
from responses.row_types import ROW_TYPES_BY_NAME
from tests.support.addresses import ADDRESSES
from tests.support.factories import (
    london,
    make_conclusion,
    make_consultation,
    make_document,
    make_question,
    make_respondent,
    make_user,
)
from tests.support.posted_forms import PageForms

pytestmark = pytest.mark.django_db

ASKED = "Add a second copy?"

NEW = sorted(name for name in ADDRESSES if ":new_" in name)

ROW_TYPES = {"regulated_document": "document", "document_version": "version"}
"""The row types that are not called as their addresses are."""

UNIQUE = {
    *("new_regulated_document", "new_document_version", "new_conclusion"),
    *("new_term", "new_extension", "new_passage"),
}
"""Forms whose content cannot be added twice at all."""

TYPED: dict[str, dict[str, str]] = {
    "new_submission": {"received_0": "2026-01-20", "received_1": "10:00"},
    "new_consultation": {
        "slug": "",
        "follows": "",
        "follows_title": "",
        "follows_opened": "",
        "follows_url": "",
        "relation": "",
    },
    "new_section": {"kind": "text", "document": "", "question": ""},
    "new_conclusion": {"slug": "lamps-2"},
    "new_enclosure": {"kind": "clean", "document": "", "document_version": ""},
    "new_question": {"options": ""},
    "new_regulated_document": {"code": "NEWDOC", "parent": ""},
    "new_document_version": {"status": "designated", "key": "v9"},
}


@pytest.fixture
def conclusion() -> Conclusion:
    consultation = make_consultation("lamps", closes=london("2027-02-01 16:00"))
    make_question(consultation)
    make_respondent(consultation, "Zork Ltd")
    return make_conclusion(consultation)


@pytest.fixture
def drafter() -> Client:
    client = Client()
    client.force_login(make_user("drafter", "Drafter"))
    return client


def address_of(name: str, conclusion: Conclusion) -> str:
    values = {
        "slug": conclusion.slug,
        "code": make_document().code,
        "respondent": conclusion.consultation.respondents.earliest("pk").pk,
    }
    return reverse(name, args=[values[arg] for arg in ADDRESSES[name].args])


def new_form(client: Client, address: str) -> dict[str, list[str]]:
    """Return what the form for a new row sends, with every field filled in."""
    forms = PageForms(client.get(address).content.decode()).forms
    (form,) = [fields for _, fields in forms if "idempotency_key" in fields]
    generated = {name: [""] for name in form if name.endswith(("key", "slug"))}
    return form | generated | {"idempotency_key": form["idempotency_key"]}


def words(page: str) -> str:
    """Return the words of a page's notices and errors."""
    parts = re.findall(r'(?s)class="(?:error|notice[^"]*)".*?</(?:p|div)>', page)
    return " ".join(re.sub(r"<[^>]*>", " ", " ".join(parts)).split())


def add_button(page: str) -> dict[str, str]:
    found = re.search(r'name="(add_again)" value="([0-9a-f]{32})"', page)
    assert found, words(page)
    return {found[1]: found[2]}


@pytest.mark.parametrize("name", NEW)
def test_equal_row_is_added_only_after_asking(
    name: str, conclusion: Conclusion, drafter: Client
) -> None:
    kind = name.partition(":new_")[2]
    rows = ROW_TYPES_BY_NAME[ROW_TYPES.get(kind, kind)].model._default_manager
    address = address_of(name, conclusion)
    before = rows.count()
    typed = new_form(drafter, address) | TYPED.get(f"new_{kind}", {})
    first = drafter.post(address, typed)
    assert first.status_code == 302, words(first.content.decode())
    assert rows.count() == before + 1
    fresh = new_form(drafter, address)
    assert fresh["idempotency_key"] != typed["idempotency_key"]
    again = typed | {"idempotency_key": fresh["idempotency_key"]}
    second = drafter.post(address, again)
    page = second.content.decode()
    assert (second.status_code, rows.count()) == (200, before + 1)
    if f"new_{kind}" in UNIQUE:
        assert ASKED not in page
        return
    assert ASKED in page, words(page)
    third = drafter.post(address, again | add_button(page))
    assert (third.status_code, rows.count()) == (302, before + 2)
    fourth = drafter.post(address, again | {"idempotency_key": "f" * 32})
    assert ASKED in fourth.content.decode()


def respondent_form(name: str = "Quill plc") -> dict[str, str]:
    return {"name": name, "key": "", "email": "", "category": ""}


def test_question_names_the_row_and_keeps_the_words(
    conclusion: Conclusion, drafter: Client
) -> None:
    address = reverse("responses:new_respondent", args=["lamps"])
    drafter.post(address, respondent_form())
    at = timezone.localtime(IdempotencyKey.objects.get().at)
    page = drafter.post(address, respondent_form("Quill  plc")).content.decode()
    text = words(page)
    assert f"You added the same content at {at:%H:%M}. Add a second copy?" in text
    assert "Respondent Quill plc already has this content." in text
    row = Respondent.objects.get(name="Quill plc")
    assert reverse("responses:respondent", args=["lamps", row.pk]) in page
    assert 'value="Quill plc"' in page or 'value="Quill  plc"' in page


@pytest.mark.parametrize("change", ["content", "user", "time", "deleted", "place"])
def test_other_rows_are_added_without_asking(
    change: str, conclusion: Conclusion, drafter: Client
) -> None:
    address = reverse("responses:new_respondent", args=["lamps"])
    typed, client = respondent_form(), drafter
    drafter.post(address, typed)
    if change == "content":
        typed = respondent_form("Quill Ltd")
    elif change == "user":
        client = Client()
        client.force_login(make_user("other", "Drafter"))
    elif change == "time":
        long_ago = timezone.now() - SAME_CONTENT_WITHIN - dt.timedelta(seconds=1)
        IdempotencyKey.objects.update(at=long_ago)
    elif change == "deleted":
        Respondent.objects.filter(name="Quill plc").delete()
    else:
        make_consultation("kerbs")
        address = reverse("responses:new_respondent", args=["kerbs"])
    assert client.post(address, typed).status_code == 302


def test_refused_form_is_not_taken_for_an_addition(
    conclusion: Conclusion, drafter: Client
) -> None:
    address = reverse("responses:new_respondent", args=["lamps"])
    assert drafter.post(address, respondent_form("")).status_code == 200
    assert IdempotencyKey.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_equal_rows_added_at_once_are_added_once(conclusion: Conclusion) -> None:
    user = make_user("drafter", "Drafter")
    address = reverse("responses:new_respondent", args=["lamps"])
    typed = respondent_form()
    start = threading.Barrier(2, timeout=20)

    def send(token: str) -> int:
        client = Client()
        client.force_login(user)
        start.wait(timeout=20)
        try:
            sent = client.post(address, typed | {"idempotency_key": token})
            return sent.status_code
        finally:
            connections["default"].close()

    with ThreadPoolExecutor(2) as pool:
        sent = [pool.submit(send, letter * 32) for letter in "ab"]
        statuses = sorted(each.result(timeout=60) for each in sent)
    made = Respondent.objects.filter(name="Quill plc").count()
    assert (statuses, made) == ([200, 302], 1)
