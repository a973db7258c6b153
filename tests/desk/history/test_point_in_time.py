"""The page of a conclusion at a chosen point in time."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from consultations.models import Conclusion
from tests.support.factories import make_conclusion
from tests.support.histories import move_to
from tests.support.pages import Read, answered_consultation, log_in, queries, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(client: Client) -> Client:
    return log_in(client, "Drafter")


@pytest.fixture
def conclusion() -> Conclusion:
    """Return a conclusion that was called something else two days ago."""
    conclusion = make_conclusion(answered_consultation("stood"))
    for index, title in enumerate(("An early title", "A later title")):
        conclusion.title = title
        conclusion.save()
        line = Conclusion.history.filter(id=conclusion.pk).latest("history_id")
        move_to(line, timezone.now() - dt.timedelta(days=2 - index))
    return conclusion


def page(client: Client, **query: str) -> str:
    return text_of(client.get(reverse("responses:as_it_stood", args=["stood"]), query))


def typed(days_ago: float) -> dict[str, str]:
    moment = timezone.localtime(timezone.now() - dt.timedelta(days=days_ago))
    return {"at_date": f"{moment:%Y-%m-%d}", "at_time": f"{moment:%H:%M}"}


def article(html: str) -> str:
    return html.split('class="draft-mark"')[1]


def test_page_shows_conclusion_at_given_day_and_time(
    staff: Client, conclusion: Conclusion
) -> None:
    assert "A later title</h1>" in article(page(staff, **typed(0)))


def test_saved_versions_link_to_their_moment(
    staff: Client, conclusion: Conclusion
) -> None:
    line = Conclusion.history.filter(title="A later title").latest("history_id")
    when = line.history_date.astimezone(dt.UTC)
    html = page(staff)
    assert "?moment=" in html
    assert f"{when:%Y-%m-%dT%H}" in html


def test_typed_minute_is_included_to_its_end(
    staff: Client, conclusion: Conclusion
) -> None:
    conclusion.title = "The newest title"
    conclusion.save()
    assert "The newest title</h1>" in article(page(staff, **typed(0)))


def test_moment_before_creation_shows_message(
    staff: Client, conclusion: Conclusion
) -> None:
    assert "No version at this date" in page(staff, **typed(400))


def test_date_without_time_is_refused(staff: Client, conclusion: Conclusion) -> None:
    html = page(staff, at_date="2026-02-02", at_time="")
    assert "This field is required." in html


@pytest.mark.parametrize("moment", ["yesterday", "2026-02-02", "2026-02-02T10:00"])
def test_incomplete_moment_returns_404(
    staff: Client, conclusion: Conclusion, moment: str
) -> None:
    address = reverse("responses:as_it_stood", args=["stood"])
    assert staff.get(address, {"moment": moment}).status_code == 404


def test_changes_since_the_moment_are_shown(
    staff: Client, conclusion: Conclusion
) -> None:
    now = timezone.now().isoformat()
    section = conclusion.sections.get(heading="Introduction")
    section.text = "<p>Quite other words.</p>"
    section.save()
    html = page(staff, moment=now)
    assert "Sections changed since this version" in html
    assert "Quite" in html


def test_anonymous_respondent_is_not_named_at_past_moment(
    staff: Client, conclusion: Conclusion
) -> None:
    html = page(staff, moment=timezone.now().isoformat())
    assert "Secret Supplier" not in article(html)


def test_approver_sees_past_moment(client: Client, conclusion: Conclusion) -> None:
    assert "<h1>" in page(log_in(client, "Approver"))


@pytest.mark.parametrize("chosen", [True, False])
def test_point_in_time_page_has_no_markup_faults(
    staff: Client, conclusion: Conclusion, chosen: bool
) -> None:
    query = {"moment": timezone.now().isoformat()} if chosen else {}
    assert Read(page(staff, **query)).faults == []


def test_point_in_time_query_count_is_constant(staff: Client) -> None:
    for slug, rows in (("few", 2), ("many", 12)):
        make_conclusion(answered_consultation(slug, rows))
    now = {"moment": timezone.now().isoformat()}

    def get(slug: str) -> None:
        staff.get(reverse("responses:as_it_stood", args=[slug]), now)

    assert queries(lambda: get("many")) == queries(lambda: get("few"))


@pytest.mark.parametrize(
    "moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "soon", "2026"]
)
def test_out_of_range_moment_returns_404(
    staff: Client, conclusion: Conclusion, moment: str
) -> None:
    address = reverse("responses:as_it_stood", args=[conclusion.slug])
    assert staff.get(address, {"moment": moment}).status_code == 404
    assert staff.get(address, {"before": moment}).status_code == 404
