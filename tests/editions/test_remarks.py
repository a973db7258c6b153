"""Remarks on sections of an edition: made by approvers, settled by drafters."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from consultations.editions import workflow
from consultations.editions.remarks import (
    add_remark,
    mark_remark_settled,
    open_remarks,
    section_headings,
)
from consultations.models import Edition, Remark
from responses import row_types
from responses.history.revisions import find_row_history, restore
from tests.support.editions import approver, make_published, make_submitted, refusal
from tests.support.factories import make_user
from tests.support.pages import log_in, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def adam() -> User:
    return approver(username="adam")


@pytest.fixture
def dora() -> User:
    return make_user("dora", "Drafter")


@pytest.fixture
def edition(dora: User) -> Edition:
    return make_submitted(by=dora)


def remark(edition: Edition, by: User, text: str = "Say who.") -> Remark:
    anchor = section_headings(edition)[0][0]
    return add_remark(edition, anchor=anchor, text=f"<p>{text}</p>", by=by)


def test_a_section_goes_by_its_number_and_heading(edition: Edition) -> None:
    assert [heading for _, heading in section_headings(edition)] == ["1 Introduction"]


def test_a_remark_keeps_the_heading_it_was_made_on(
    edition: Edition, adam: User
) -> None:
    assert remark(edition, adam).heading == "1 Introduction"


def test_who_made_it_is_in_its_history(edition: Edition, adam: User) -> None:
    made = remark(edition, adam)
    assert Remark.history.get(id=made.pk).history_user == adam


def test_it_stays_open_when_the_edition_is_sent_back(
    edition: Edition, adam: User
) -> None:
    made = remark(edition, adam)
    workflow.reject_edition(
        edition, by=adam, sha256=edition.sha256, remarks="See there."
    )
    assert open_remarks(edition.conclusion) == [made]


def test_a_settled_remark_is_open_no_more(
    edition: Edition, adam: User, dora: User
) -> None:
    mark_remark_settled(remark(edition, adam), by=dora)
    assert open_remarks(edition.conclusion) == []


def test_it_is_settled_once(edition: Edition, adam: User, dora: User) -> None:
    made = remark(edition, adam)
    mark_remark_settled(made, by=dora)
    assert "settled already" in refusal(lambda: mark_remark_settled(made, by=dora))


def test_settling_twice_in_the_browser_is_no_error(
    client: Client, edition: Edition, adam: User
) -> None:
    address = reverse("responses:settle_remark", args=[remark(edition, adam).pk])
    log_in(client, "Drafter")
    answers = [client.post(address) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]


def test_an_approver_settles_nothing(edition: Edition, adam: User) -> None:
    made = remark(edition, adam)
    assert "you need the role Drafter" in refusal(
        lambda: mark_remark_settled(made, by=adam)
    )


def test_a_drafter_makes_none(edition: Edition) -> None:
    other = make_user(role="Drafter")
    assert "you need the role Approver" in refusal(lambda: remark(edition, other))


def test_nobody_remarks_on_their_own_edition() -> None:
    both = make_user(role="Administrator")
    edition = make_submitted(by=both)
    assert "You submitted this edition" in refusal(lambda: remark(edition, both))


def test_a_published_edition_gets_none(adam: User) -> None:
    edition = make_published()
    assert "awaits its publication" in refusal(lambda: remark(edition, adam))


def test_a_section_that_is_not_there_gets_none(edition: Edition, adam: User) -> None:
    said = refusal(lambda: add_remark(edition, anchor="x", text="<p>y</p>", by=adam))
    assert "no section “x”" in said


def test_the_same_remark_sent_twice_is_one(edition: Edition, adam: User) -> None:
    assert remark(edition, adam) == remark(edition, adam)


def test_a_settled_remark_is_not_brought_back(
    edition: Edition, adam: User, dora: User
) -> None:
    made = mark_remark_settled(remark(edition, adam), by=dora)
    past = find_row_history(row_types.row_ref(made))
    assert past is not None
    first = past.rows().order_by("history_id")[0].history_id
    said = refusal(lambda: restore(past, history_id=first, shown=2, by=dora))
    assert "is on record" in said


def test_the_drafter_reads_it_where_the_conclusion_is_submitted(
    client: Client, edition: Edition, adam: User, dora: User
) -> None:
    remark(edition, adam, "Say who decides.")
    client.force_login(dora)
    address = reverse("responses:sign_off", args=[edition.conclusion.slug])
    page = text_of(client.get(address))
    assert "Say who decides." in page
    assert "Remarks to deal with" in page
