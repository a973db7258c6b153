"""The desk's first page: what needs its user, and the filters of what is in hand."""

from __future__ import annotations

import datetime as dt

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from consultations.editions import workflow
from consultations.editions.scheduling import schedule_publication
from consultations.models import Commitment, Designation, Edition
from responses.desk.home.my_tasks import tasks_for_user
from responses.desk.home.views import FILTERS
from responses.editing import autosave
from tests.support.editions import make_approved, make_submitted
from tests.support.factories import make_comment, make_conclusion, make_user
from tests.support.pages import (
    Read,
    answered_consultation,
    at,
    closed_consultation,
    concluded,
    day,
    future_consultation,
    log_in,
    open_consultation,
    queries,
    text_of,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def dora() -> User:
    return make_user("dora", "Drafter")


@pytest.fixture
def adam() -> User:
    return make_user("adam", "Approver")


def needs(user: User) -> list[str]:
    return [need.text for need in tasks_for_user(User.objects.get(pk=user.pk))]


# What needs somebody


def test_nothing_is_needed_of_somebody_without_a_task(dora: User) -> None:
    make_submitted()
    assert needs(dora) == []


def test_an_edition_waits_for_those_who_approve(adam: User) -> None:
    make_submitted()
    assert needs(adam) == ["To be approved or sent back"]


def test_ones_own_edition_does_not_wait_for_oneself() -> None:
    both = make_user(role="Administrator")
    make_submitted(by=both)
    assert needs(both) == []


def test_what_was_sent_back_waits_for_its_submitter(dora: User, adam: User) -> None:
    edition = make_submitted(by=dora)
    workflow.reject_edition(edition, by=adam, sha256=edition.sha256, remarks="No.")
    assert (needs(dora), needs(adam)) == (["Sent back to you, with remarks"], [])


def test_what_was_submitted_anew_is_sent_back_no_more(dora: User, adam: User) -> None:
    edition = make_submitted(by=dora)
    workflow.reject_edition(edition, by=adam, sha256=edition.sha256, remarks="No.")
    make_submitted(edition.conclusion, by=dora)
    assert needs(dora) == []


def test_an_approved_edition_waits_to_be_published(adam: User) -> None:
    make_approved()
    assert needs(adam) == ["Approved, to be published"]


def planned(adam: User) -> Edition:
    edition = make_approved()
    tomorrow = timezone.now() + dt.timedelta(days=1)
    schedule_publication(edition, when=tomorrow, by=adam)
    return edition


def test_one_that_is_published_by_itself_waits_for_nobody(adam: User) -> None:
    planned(adam)
    assert needs(adam) == []


def test_one_that_could_not_be_published_waits(adam: User) -> None:
    plan = planned(adam).scheduled_publication
    plan.failure = "To publish an edition you need the role Approver."
    plan.save()
    assert needs(adam) == ["Could not be published at the set time"]


def test_unanswered_comments_in_ones_name_are_counted(dora: User) -> None:
    consultation = closed_consultation("mine")
    for answer in ("", "", "Yes."):
        make_comment(consultation, assigned_to=dora, response=answer)
    make_comment(consultation)
    (need,) = tasks_for_user(dora)
    assert need.text == "Two comments assigned to you, without a response"


def test_the_count_leads_to_just_these_comments(client: Client, dora: User) -> None:
    consultation = closed_consultation("mine")
    make_comment(consultation, assigned_to=dora, text="My task")
    make_comment(consultation, text="Of nobody")
    client.force_login(dora)
    (need,) = tasks_for_user(dora)
    page = text_of(client.get(need.address))
    assert "My task" in page
    assert "Of nobody" not in page


def test_what_was_typed_and_not_saved_is_offered(dora: User) -> None:
    autosave.save_draft(dora, "comment:1", {"text": ["Half"]}, page="/desk/x/")
    (need,) = tasks_for_user(dora)
    assert (need.text, need.address) == (
        "Typed and not saved",
        "/desk/unsaved/comment:1/",
    )


def test_what_others_typed_is_not(dora: User, adam: User) -> None:
    autosave.save_draft(adam, "comment:1", {"text": ["Half"]}, page="/desk/x/")
    assert needs(dora) == []


# The filters


def every_kind() -> None:
    """Make a consultation for each filter."""
    open_consultation("calm", closes=at(40))
    open_consultation("soon", closes=at(5))
    future_consultation("setting-up")
    closed_consultation("late", target_conclusion=day(-1))
    make_comment(closed_consultation("unanswered"))
    make_submitted(make_conclusion(closed_consultation("in-sign-off")))
    after = concluded("after").conclusion.consultation
    Commitment.objects.create(consultation=after, text="Do it.", due=day(-1))
    Designation.objects.create(consultation=after, addressee="X", target=day(-1))


def shown(client: Client, show: str) -> list[str]:
    page = text_of(client.get("/desk/", {"show": show} if show else {}))
    works = page.split('class="works"')[1].split("</section>")[0]
    addresses = [each.split('"')[0] for each in works.split('<h3><a href="')[1:]]
    return sorted(address.split("/")[3] for address in addresses)


@pytest.mark.parametrize(
    ("show", "slugs"),
    [
        ("overdue", ["after", "late"]),
        ("setting-up", ["setting-up"]),
        ("open", ["calm", "soon"]),
        ("closing", ["soon"]),
        ("comments", ["unanswered"]),
        ("sign-off", ["in-sign-off"]),
        ("after", ["after"]),
    ],
)
def test_a_filter_shows_its_own(client: Client, show: str, slugs: list[str]) -> None:
    every_kind()
    assert shown(log_in(client, "Drafter"), show) == slugs


def test_without_a_filter_all_is_shown(client: Client) -> None:
    every_kind()
    assert len(shown(log_in(client, "Drafter"), "")) == 7


def test_each_filter_says_how_many_it_shows(client: Client) -> None:
    every_kind()
    page = text_of(log_in(client, "Drafter").get("/desk/"))
    assert 'Overdue <span class="count">2</span>' in page


def test_each_filter_has_an_address_that_says_which_is_on(client: Client) -> None:
    every_kind()
    page = text_of(log_in(client, "Drafter").get("/desk/?show=closing"))
    assert '<a href="?show=closing#in-hand" aria-current="true">' in page


def test_a_filter_that_is_none_is_not_found(client: Client) -> None:
    assert log_in(client, "Drafter").get("/desk/?show=nonsense").status_code == 404


@pytest.mark.parametrize("show", FILTERS)
def test_the_page_is_sound(client: Client, show: str) -> None:
    every_kind()
    log_in(client, "Administrator")
    assert Read(text_of(client.get("/desk/", {"show": show}))).faults == []


def test_the_needs_take_as_many_queries_for_many_as_for_few(adam: User) -> None:
    def tasks(name: str) -> None:
        make_submitted(make_conclusion(answered_consultation(name)))
        make_comment(closed_consultation(f"{name}-c"), assigned_to=adam)
        autosave.save_draft(
            adam, f"comment:{name}", {"text": ["Half"]}, page="/desk/x/"
        )

    tasks("one")
    few = queries(lambda: tasks_for_user(User.objects.get(pk=adam.pk)))
    for number in range(8):
        tasks(f"more{number}")
    assert queries(lambda: tasks_for_user(User.objects.get(pk=adam.pk))) == few


def test_the_public_has_no_desk(client: Client) -> None:
    client.force_login(make_user())
    assert client.get("/desk/").status_code == 404
