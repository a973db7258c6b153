"""Remarks on sections of an edition: added by approvers, settled by drafters."""

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


def test_section_headings_include_numbers(edition: Edition) -> None:
    assert [heading for _, heading in section_headings(edition)] == ["1 Introduction"]


def test_remark_stores_heading_of_its_section(edition: Edition, adam: User) -> None:
    assert remark(edition, adam).heading == "1 Introduction"


def test_remark_history_has_its_author(edition: Edition, adam: User) -> None:
    made = remark(edition, adam)
    assert Remark.history.get(id=made.pk).history_user == adam


def test_remark_stays_open_after_rejection(edition: Edition, adam: User) -> None:
    made = remark(edition, adam)
    workflow.reject_edition(
        edition, by=adam, sha256=edition.sha256, remarks="See there."
    )
    assert open_remarks(edition.conclusion) == [made]


def test_settled_remark_is_not_open(edition: Edition, adam: User, dora: User) -> None:
    mark_remark_settled(remark(edition, adam), by=dora)
    assert open_remarks(edition.conclusion) == []


def test_settling_settled_remark_is_refused(
    edition: Edition, adam: User, dora: User
) -> None:
    made = remark(edition, adam)
    mark_remark_settled(made, by=dora)
    assert "already resolved" in refusal(lambda: mark_remark_settled(made, by=dora))


def test_settling_twice_by_http_redirects(
    client: Client, edition: Edition, adam: User
) -> None:
    address = reverse("responses:settle_remark", args=[remark(edition, adam).pk])
    log_in(client, "Drafter")
    answers = [client.post(address) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]


def test_approver_cannot_settle_remark(edition: Edition, adam: User) -> None:
    made = remark(edition, adam)
    assert "You need the role Drafter" in refusal(
        lambda: mark_remark_settled(made, by=adam)
    )


def test_drafter_cannot_add_remark(edition: Edition) -> None:
    other = make_user(role="Drafter")
    assert "You need the role Approver" in refusal(lambda: remark(edition, other))


def test_submitter_cannot_remark_on_own_edition() -> None:
    both = make_user(role="Administrator")
    edition = make_submitted(by=both)
    assert "You submitted this edition" in refusal(lambda: remark(edition, both))


def test_published_edition_refuses_remarks(adam: User) -> None:
    edition = make_published()
    assert "before the edition is published or returned" in refusal(
        lambda: remark(edition, adam)
    )


def test_remark_on_unknown_section_is_refused(edition: Edition, adam: User) -> None:
    said = refusal(lambda: add_remark(edition, anchor="x", text="<p>y</p>", by=adam))
    assert "no section “x”" in said


def test_remark_sent_twice_is_added_once(edition: Edition, adam: User) -> None:
    assert remark(edition, adam) == remark(edition, adam)


def test_settled_remark_cannot_be_restored_to_open(
    edition: Edition, adam: User, dora: User
) -> None:
    made = mark_remark_settled(remark(edition, adam), by=dora)
    past = find_row_history(row_types.row_ref(made))
    assert past is not None
    first = past.rows().order_by("history_id")[0].history_id
    said = refusal(lambda: restore(past, history_id=first, shown=2, by=dora))
    assert "is part of the record" in said


def test_open_remarks_are_shown_on_submission_page(
    client: Client, edition: Edition, adam: User, dora: User
) -> None:
    remark(edition, adam, "Say who decides.")
    client.force_login(dora)
    address = reverse("responses:sign_off", args=[edition.conclusion.slug])
    page = text_of(client.get(address))
    assert "Say who decides." in page
    assert "Review remarks to resolve" in page
