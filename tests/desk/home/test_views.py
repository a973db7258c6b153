"""The workspace's home page: pending tasks of the user, and filters."""

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


def task_texts(user: User) -> list[str]:
    return [need.text for need in tasks_for_user(User.objects.get(pk=user.pk))]


# Pending tasks


def test_user_without_tasks_has_no_pending_tasks(dora: User) -> None:
    make_submitted()
    assert task_texts(dora) == []


def test_submitted_edition_is_a_task_for_approvers(adam: User) -> None:
    make_submitted()
    assert task_texts(adam) == ["Waiting for your approval"]


def test_own_edition_is_no_task_for_its_submitter() -> None:
    both = make_user(role="Administrator")
    make_submitted(by=both)
    assert task_texts(both) == []


def test_rejected_edition_is_a_task_for_its_submitter(dora: User, adam: User) -> None:
    edition = make_submitted(by=dora)
    workflow.reject_edition(edition, by=adam, sha256=edition.sha256, remarks="No.")
    assert (task_texts(dora), task_texts(adam)) == (
        ["Returned to you with review remarks"],
        [],
    )


def test_resubmitted_edition_is_no_longer_a_task(dora: User, adam: User) -> None:
    edition = make_submitted(by=dora)
    workflow.reject_edition(edition, by=adam, sha256=edition.sha256, remarks="No.")
    make_submitted(edition.conclusion, by=dora)
    assert task_texts(dora) == []


def test_approved_edition_is_a_task_to_publish(adam: User) -> None:
    make_approved()
    assert task_texts(adam) == ["Approved, ready to publish"]


def schedule_edition(adam: User) -> Edition:
    edition = make_approved()
    tomorrow = timezone.now() + dt.timedelta(days=1)
    schedule_publication(edition, when=tomorrow, by=adam)
    return edition


def test_scheduled_edition_is_no_task(adam: User) -> None:
    schedule_edition(adam)
    assert task_texts(adam) == []


def test_failed_scheduled_publication_is_a_task(adam: User) -> None:
    plan = schedule_edition(adam).scheduled_publication
    plan.failure = "To publish an edition you need the role Approver."
    plan.save()
    assert task_texts(adam) == ["Scheduled publication failed"]


def test_assigned_unanswered_comments_are_counted(dora: User) -> None:
    consultation = closed_consultation("mine")
    for answer in ("", "", "Yes."):
        make_comment(consultation, assigned_to=dora, response=answer)
    make_comment(consultation)
    (need,) = tasks_for_user(dora)
    assert need.text == "2 comments need your response"


def test_assigned_comments_task_links_to_filtered_list(
    client: Client, dora: User
) -> None:
    consultation = closed_consultation("mine")
    make_comment(consultation, assigned_to=dora, text="My task")
    make_comment(consultation, text="Of nobody")
    client.force_login(dora)
    (need,) = tasks_for_user(dora)
    page = text_of(client.get(need.address))
    assert "My task" in page
    assert "Of nobody" not in page


def test_unsaved_draft_is_offered_as_task(dora: User) -> None:
    autosave.save_draft(dora, "comment:1", {"text": ["Half"]}, page="/desk/x/")
    (need,) = tasks_for_user(dora)
    assert (need.text, need.address) == (
        "Unsaved draft",
        "/desk/unsaved/comment:1/",
    )


def test_unsaved_draft_of_other_user_is_not_offered(dora: User, adam: User) -> None:
    autosave.save_draft(adam, "comment:1", {"text": ["Half"]}, page="/desk/x/")
    assert task_texts(dora) == []


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
def test_desk_filter_shows_matching_consultations(
    client: Client, show: str, slugs: list[str]
) -> None:
    every_kind()
    assert shown(log_in(client, "Drafter"), show) == slugs


def test_desk_without_filter_shows_all(client: Client) -> None:
    every_kind()
    assert len(shown(log_in(client, "Drafter"), "")) == 7


def test_desk_filters_show_their_counts(client: Client) -> None:
    every_kind()
    page = text_of(log_in(client, "Drafter").get("/desk/"))
    assert 'Overdue <span class="count">2</span>' in page


def test_desk_filter_link_marks_the_current_one(client: Client) -> None:
    every_kind()
    page = text_of(log_in(client, "Drafter").get("/desk/?show=closing"))
    assert '<a href="?show=closing#in-hand" aria-current="true"' in page


def test_unknown_desk_filter_returns_404(client: Client) -> None:
    assert log_in(client, "Drafter").get("/desk/?show=nonsense").status_code == 404


@pytest.mark.parametrize("show", FILTERS)
def test_desk_page_has_no_markup_faults(client: Client, show: str) -> None:
    every_kind()
    log_in(client, "Administrator")
    assert Read(text_of(client.get("/desk/", {"show": show}))).faults == []


def test_pending_task_query_count_is_constant(adam: User) -> None:
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


def test_desk_returns_404_without_role(client: Client) -> None:
    client.force_login(make_user())
    assert client.get("/desk/").status_code == 404
