"""Standard text (passages): versions, owners and uses."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from consultations.models import Passage, PassageUse
from responses.passages.library import passages_for, record_use
from responses.row_types import row_ref
from tests.support.factories import make_comment, make_conclusion, make_user
from tests.support.pages import Read, closed_consultation, log_in, queries, text_of

pytestmark = pytest.mark.django_db

LIST = "/desk/passages/"


@pytest.fixture
def anna() -> User:
    return make_user("anna", role="Drafter")


@pytest.fixture
def staff(client: Client, anna: User) -> Client:
    client.force_login(anna)
    return client


def make_passage(owner: User, **values: Any) -> Passage:
    values = {"title": "The Panel", "kind": "response", "text": "As agreed.", **values}
    return Passage.objects.create(owner=owner, **values)


def typed(passage: Passage, **values: Any) -> dict[str, Any]:
    return {
        "title": passage.title,
        "kind": passage.kind,
        "text": passage.text,
        "owner": passage.owner_id,
        "shown": passage.version,
        **values,
    }


def test_new_passage_is_owned_by_its_author(staff: Client, anna: User) -> None:
    form = staff.get(f"{LIST}new/").context["form"]
    assert form["owner"].value() == anna.pk
    staff.post(
        f"{LIST}new/",
        {"title": "T", "kind": "background", "text": "Words.", "owner": anna.pk},
    )
    passage = Passage.objects.get()
    assert (passage.text, passage.version) == ("<p>Words.</p>", 1)


def test_passage_save_creates_a_new_version(staff: Client, anna: User) -> None:
    passage = make_passage(anna)
    staff.post(f"{LIST}{passage.pk}/", typed(passage, text="As agreed with the Panel."))
    passage.refresh_from_db()
    assert passage.version == 2
    assert passage.history.count() == 2


def test_duplicate_passage_title_is_refused(staff: Client, anna: User) -> None:
    passage = make_passage(anna)
    response = staff.post(f"{LIST}new/", typed(passage, shown=0))
    assert response.status_code == 200
    assert Passage.objects.count() == 1


def test_retired_passage_is_listed_but_not_offered(staff: Client, anna: User) -> None:
    passage = make_passage(anna)
    staff.post(f"{LIST}{passage.pk}/", typed(passage, retired="on"))
    assert not passages_for("response").exists()
    assert ">Archived<" in text_of(staff.get(LIST))


def test_passages_are_offered_by_kind(anna: User) -> None:
    make_passage(anna)
    section = make_passage(anna, kind="background")
    assert list(passages_for("background")) == [section]


def test_passage_use_is_recorded_once_per_version(anna: User) -> None:
    work = closed_consultation("work")
    passage = make_passage(anna)
    for version in (1, 1, 2):
        record_use(passage, "comment:1", work, anna, version=version)
    assert PassageUse.objects.count() == 2


def test_passage_page_lists_its_uses(staff: Client, anna: User) -> None:
    work = closed_consultation("work")
    comment = make_comment(work)
    section = make_conclusion(work).sections.first()
    assert section
    passage = make_passage(anna)
    for row in (comment, section):
        record_use(passage, row_ref(row), work, anna)
    record_use(passage, "comment:999999", work, anna)
    html = text_of(staff.get(f"{LIST}{passage.pk}/"))
    assert 'href="/desk/consultations/work/comments/k1/">Comment G1</a>' in html
    assert ">Introduction</a>" in html
    assert "Deleted comment" in html
    assert "used in 3 places" in text_of(staff.get(LIST))


def test_passage_uses_query_count_is_constant(staff: Client, anna: User) -> None:
    work = closed_consultation("work")
    passage = make_passage(anna)

    def use(count: int) -> int:
        for _ in range(count):
            record_use(passage, row_ref(make_comment(work)), work, anna)
        return queries(lambda: staff.get(f"{LIST}{passage.pk}/"))

    staff.get(f"{LIST}{passage.pk}/")
    assert use(2) == use(20)


def test_passage_search_covers_title_and_text(staff: Client, anna: User) -> None:
    make_passage(anna, text="About <em>firm</em>ware.")
    make_passage(anna, title="Firmware", text="Something.")
    make_passage(anna, title="Other", text="Something.")
    html = text_of(staff.get(f"{LIST}to-use/?find=FIRMWARE"))
    assert ("The Panel" in html, ">Firmware<" in html, "Other" in html) == (
        True,
        True,
        False,
    )


def test_approver_has_read_only_passages(client: Client, anna: User) -> None:
    passage = make_passage(anna)
    log_in(client, "Approver")
    html = text_of(client.get(f"{LIST}{passage.pk}/"))
    assert "As agreed." in html
    assert "<textarea" not in html
    assert client.post(f"{LIST}{passage.pk}/", typed(passage)).status_code == 403


@pytest.mark.parametrize("address", [LIST, f"{LIST}new/", "passage"])
def test_passage_pages_have_no_markup_faults(
    staff: Client, anna: User, address: str
) -> None:
    passage = make_passage(anna)
    address = f"{LIST}{passage.pk}/" if address == "passage" else address
    assert Read(text_of(staff.get(address))).faults == []
