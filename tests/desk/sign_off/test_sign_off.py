"""Sign-off pages: submission, review, rejection, approval, publication."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from consultations.documents.html import extract_article
from consultations.editions.remarks import section_headings
from consultations.editions.scheduling import publish_if_due
from consultations.models import (
    Conclusion,
    Edition,
    Notice,
    Remark,
    ScheduledPublication,
    StoredFile,
)
from responses.conclusions import submission
from tests.support.editions import QUICK
from tests.support.factories import make_conclusion, make_user
from tests.support.pages import Read, answered_consultation, concluded, day, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make no PDF and no Word file: other tests do."""
    monkeypatch.setattr(submission, "FORMATS", QUICK)
    original = submission.submit_draft

    def quick(conclusion: Conclusion, **given: Any) -> Edition:
        return original(conclusion, formats=QUICK, **given)

    monkeypatch.setattr("responses.desk.sign_off.sign_off.submit_draft", quick)


@pytest.fixture
def dora() -> User:
    return make_user("dora", "Drafter", email="dora@example.org")


@pytest.fixture
def adam() -> User:
    return make_user("adam", "Approver", email="adam@example.org")


@pytest.fixture
def drafter(dora: User) -> Client:
    client = Client()
    client.force_login(dora)
    return client


@pytest.fixture
def approver(adam: User) -> Client:
    client = Client()
    client.force_login(adam)
    return client


@pytest.fixture
def conclusion(dora: User, adam: User) -> Conclusion:
    return make_conclusion(answered_consultation(), date=day(0))


def sign_off(client: Client, conclusion: Conclusion) -> str:
    return text_of(client.get(reverse("responses:sign_off", args=[conclusion.slug])))


def submit(client: Client, conclusion: Conclusion, **typed: str) -> Edition:
    address = reverse("responses:submit", args=[conclusion.slug])
    answer = client.post(address, {"note": "Please look at section 3.", **typed})
    assert answer.status_code == 302, text_of(answer)
    edition = Edition.objects.latest("pk")
    assert answer.headers["Location"] == reverse("responses:edition", args=[edition.pk])
    return edition


def post(client: Client, name: str, edition: Edition, **typed: str) -> str:
    """Do something with an edition; return the page that follows."""
    address = reverse(f"responses:{name}", args=[edition.pk])
    answer = client.post(address, typed, follow=True)
    edition.refresh_from_db()
    return text_of(answer)


def read(client: Client, edition: Edition) -> str:
    return text_of(client.get(reverse("responses:edition", args=[edition.pk])))


def approve(client: Client, edition: Edition, **typed: str) -> str:
    return post(client, "approve", edition, **{"sha256": edition.sha256, **typed})


def send_back(client: Client, edition: Edition, remarks: str = "Say who.") -> str:
    typed = {"sha256": edition.sha256, "remarks": remarks}
    return post(client, "send_back", edition, **typed)


def remark(client: Client, edition: Edition, text: str, place: int = 1) -> str:
    anchor = section_headings(edition)[place][0]
    return post(client, "remark", edition, section=anchor, text=text)


def plan(client: Client, edition: Edition, when: dt.datetime) -> str:
    local = timezone.localtime(when)
    typed = {"when_date": f"{local:%Y-%m-%d}", "when_time": f"{local:%H:%M}"}
    return post(client, "plan_publication", edition, **typed)


def tomorrow() -> dt.datetime:
    now = timezone.now() + dt.timedelta(days=1)
    return now.replace(hour=12, minute=0, second=0, microsecond=0)


# The whole workflow


def test_draft_is_rejected_resubmitted_approved_and_published(
    drafter: Client, approver: Client, conclusion: Conclusion
) -> None:
    assert "No issues found." in sign_off(drafter, conclusion)
    first = submit(drafter, conclusion)
    remark(approver, first, "Say who decides.")
    send_back(approver, first)
    (told,) = Remark.objects.all()
    page = sign_off(drafter, conclusion)
    assert "Say who decides." in page
    assert "Submit a new edition" in page
    drafter.post(reverse("responses:settle_remark", args=[told.pk]))
    assert "Say who decides." not in sign_off(drafter, conclusion)
    second = submit(drafter, conclusion)
    approve(approver, second, remarks="Clear now.")
    plan(approver, second, tomorrow())
    assert publish_if_due(second.pk, at=tomorrow())
    second.refresh_from_db()
    assert (first.state, second.state) == ("rejected", "published")


def test_every_sign_off_step_is_recorded_in_trail(
    drafter: Client, approver: Client, conclusion: Conclusion
) -> None:
    edition = submit(drafter, conclusion)
    approve(approver, edition)
    plan(approver, edition, tomorrow())
    post(approver, "cancel_plan", edition)
    post(approver, "publish", edition)
    post(approver, "withdraw", edition, reason="A table was wrong.")
    events = conclusion.consultation.events.exclude(kind__startswith="consultation-")
    assert list(events.order_by("number").values_list("kind", flat=True)) == [
        "submitted",
        "approved",
        "planned",
        "plan-cancelled",
        "published",
        "withdrawn",
    ]


def test_correction_supersedes_published_edition(
    drafter: Client, approver: Client
) -> None:
    published = concluded(date=day(0))
    conclusion = published.conclusion
    assert "What this edition corrects" in sign_off(drafter, conclusion)
    conclusion.subtitle = "Mended."
    conclusion.save()
    second = submit(drafter, conclusion, correction="A date was wrong.")
    compared = reverse("responses:compared", args=[second.pk])
    assert "Changes since edition 1" in text_of(approver.get(compared))
    approve(approver, second)
    post(approver, "publish", second)
    published.refresh_from_db()
    assert (published.state, second.number) == ("superseded", 2)
    assert "A later edition has replaced this edition." in read(drafter, published)


def test_correction_needs_a_correction_note(drafter: Client) -> None:
    conclusion = concluded(date=day(0)).conclusion
    address = reverse("responses:submit", args=[conclusion.slug])
    assert "This field is required" in text_of(drafter.post(address, {"note": "x"}))


def test_resubmitted_edition_is_compared_with_rejected_one(
    drafter: Client, approver: Client, conclusion: Conclusion
) -> None:
    first = submit(drafter, conclusion)
    send_back(approver, first)
    conclusion.subtitle = "Mended."
    conclusion.save()
    second = submit(drafter, conclusion)
    page = read(approver, second)
    compared = reverse("responses:compared", args=[second.pk])
    assert f'href="{compared}?since={first.pk}"' in page
    assert reverse("responses:edition", args=[first.pk]) in page
    shown = text_of(approver.get(f"{compared}?since={first.pk}"))
    assert "Changes since the returned edition" in shown
    assert "Mended." in shown.partition("<h1>")[2]
    assert approver.get(f"{compared}?since={second.pk}").status_code == 404


def test_publication_form_shows_the_printed_day(
    drafter: Client, approver: Client, conclusion: Conclusion
) -> None:
    edition = submit(drafter, conclusion)
    approve(approver, edition)
    printed = edition.conclusion_content().date
    said = f"{printed.day} {printed:%B %Y}" if printed else "no publication date"
    page = " ".join(read(approver, edition).split())
    assert "Publication date shown in the document:" in page
    assert said in page


def test_rejected_edition_has_no_comparison_with_later_one(
    drafter: Client, approver: Client, conclusion: Conclusion
) -> None:
    first = submit(drafter, conclusion)
    send_back(approver, first)
    second = submit(drafter, conclusion)
    approve(approver, second)
    post(approver, "publish", second)
    address = reverse("responses:compared", args=[first.pk])
    assert approver.get(address).status_code == 404


# Reviewed content is the signed content


def test_edition_page_has_the_stored_article(
    drafter: Client, approver: Client, conclusion: Conclusion
) -> None:
    edition = submit(drafter, conclusion)
    stored = bytes(edition.files.get(name="html").file.content).decode()
    assert extract_article(stored) in read(approver, edition)


def test_edition_page_is_unaffected_by_later_draft(
    drafter: Client, approver: Client, conclusion: Conclusion
) -> None:
    edition = submit(drafter, conclusion)
    conclusion.title = "Quite another title"
    conclusion.save()
    assert f"{edition.title}</h1>" in read(approver, edition)


@pytest.mark.parametrize("name", QUICK)
def test_edition_file_response_has_stored_bytes(
    drafter: Client, approver: Client, conclusion: Conclusion, name: str
) -> None:
    edition = submit(drafter, conclusion)
    address = reverse("responses:edition_file", args=[edition.pk, name])
    answer = approver.get(address)
    stored = StoredFile.objects.get(pk=edition.files.get(name=name).file_id)
    assert answer.content == bytes(stored.content)
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_approval_of_another_hash_is_refused(
    drafter: Client, approver: Client, conclusion: Conclusion
) -> None:
    edition = submit(drafter, conclusion)
    page = approve(approver, edition, sha256="0" * 64, remarks="All clear.")
    assert "Review this edition before you decide." in page
    assert edition.state == "submitted"


def test_submitter_cannot_approve_own_edition(conclusion: Conclusion) -> None:
    both = make_user("both", "Administrator")
    client = Client()
    client.force_login(both)
    edition = submit(client, conclusion)
    assert "so another person must approve it" in read(client, edition)
    assert "so another person must approve it" in approve(client, edition)
    assert edition.state == "submitted"


# Refusals


def test_blockers_are_shown_instead_of_submission_form(drafter: Client) -> None:
    conclusion = make_conclusion(answered_consultation("blocked"), classification="")
    page = sign_off(drafter, conclusion)
    assert "Fix before publishing" in page
    assert "Submit for approval</button>" not in page


def test_blocked_submission_is_refused_and_keeps_note(drafter: Client) -> None:
    conclusion = make_conclusion(answered_consultation("blocked"), classification="")
    address = reverse("responses:submit", args=[conclusion.slug])
    page = text_of(drafter.post(address, {"note": "Look at section 3."}))
    notice = page.partition("There is a problem")[2].partition("Submit for approval")[0]
    assert notice.count("The conclusion has no classification.") == 1
    assert "Look at section 3." in page
    assert not Edition.objects.exists()


def test_second_submission_is_refused_and_keeps_note(
    drafter: Client, conclusion: Conclusion
) -> None:
    submit(drafter, conclusion)
    address = reverse("responses:submit", args=[conclusion.slug])
    page = text_of(drafter.post(address, {"note": "My own note."}))
    assert "A draft for approval is in progress" in page
    assert "My own note." in page


def test_late_decision_is_refused_and_keeps_remarks(
    drafter: Client, approver: Client, conclusion: Conclusion
) -> None:
    edition = submit(drafter, conclusion)
    send_back(approver, edition)
    page = approve(approver, edition, remarks="A long and careful remark.")
    assert "This decision is no longer possible" in page
    assert "A long and careful remark." in page


def test_rejection_needs_remarks(
    drafter: Client, approver: Client, conclusion: Conclusion
) -> None:
    edition = submit(drafter, conclusion)
    assert "Enter a reason for returning the edition." in send_back(
        approver, edition, remarks=""
    )
    assert edition.state == "submitted"


def test_past_publication_time_is_refused(
    drafter: Client, approver: Client, conclusion: Conclusion
) -> None:
    edition = submit(drafter, conclusion)
    approve(approver, edition)
    past = timezone.now() - dt.timedelta(hours=2)
    assert "is in the past. Enter a future time" in plan(approver, edition, past)
    assert not ScheduledPublication.objects.exists()


def test_withdrawal_needs_a_reason(approver: Client) -> None:
    published = concluded(date=day(0))
    page = post(approver, "withdraw", published, reason="")
    assert "There is a problem" in page
    assert published.state == "published"


def test_scheduled_edition_can_be_rejected(
    drafter: Client, approver: Client, conclusion: Conclusion
) -> None:
    edition = submit(drafter, conclusion)
    approve(approver, edition)
    plan(approver, edition, tomorrow())
    send_back(approver, edition)
    assert not publish_if_due(edition.pk, at=tomorrow())
    edition.refresh_from_db()
    assert edition.state == "rejected"


def test_publishing_now_makes_schedule_ineffective(
    drafter: Client, approver: Client, conclusion: Conclusion
) -> None:
    edition = submit(drafter, conclusion)
    approve(approver, edition)
    plan(approver, edition, tomorrow())
    post(approver, "publish", edition)
    assert not publish_if_due(edition.pk, at=tomorrow())
    assert conclusion.consultation.events.filter(kind="published").count() == 1


def test_overdue_schedule_is_reported(
    drafter: Client, approver: Client, conclusion: Conclusion
) -> None:
    edition = submit(drafter, conclusion)
    approve(approver, edition)
    plan(approver, edition, tomorrow())
    planned = ScheduledPublication.objects.get()
    planned.at = timezone.now() - dt.timedelta(minutes=1)
    planned.save()
    assert "check that the background worker" in read(approver, edition)


# Visibility by role


@pytest.mark.parametrize("role", ["Drafter", "Approver", "Administrator"])
def test_every_role_sees_every_edition_state(
    drafter: Client, approver: Client, conclusion: Conclusion, role: str
) -> None:
    seen = []
    client = Client()
    client.force_login(make_user(role=role))
    edition = submit(drafter, conclusion)
    seen.append("Submitted for approval" in sign_off(client, conclusion))
    approve(approver, edition)
    seen.append("Approved" in sign_off(client, conclusion))
    plan(approver, edition, tomorrow())
    seen.append("Publication scheduled for" in sign_off(client, conclusion))
    post(approver, "publish", edition)
    seen.append("Published" in sign_off(client, conclusion))
    post(approver, "withdraw", edition, reason="A table was wrong.")
    seen.append("A table was wrong." in read(client, edition))
    assert seen == [True] * 5


def test_drafter_is_not_offered_decisions(
    drafter: Client, conclusion: Conclusion
) -> None:
    edition = submit(drafter, conclusion)
    page = read(drafter, edition)
    assert reverse("responses:approve", args=[edition.pk]) not in page
    assert reverse("responses:remark", args=[edition.pk]) not in page


def test_approver_is_not_offered_submission(
    approver: Client, conclusion: Conclusion
) -> None:
    assert (
        "A user with the role Drafter or Administrator can submit the conclusion."
        in sign_off(approver, conclusion)
    )


@pytest.mark.parametrize("who", ["nobody", "a reader"])
def test_sign_off_pages_are_not_public(
    drafter: Client, conclusion: Conclusion, who: str
) -> None:
    edition = submit(drafter, conclusion)
    client = Client()
    if who == "a reader":
        client.force_login(make_user())
    addresses = [
        reverse("responses:sign_off", args=[conclusion.slug]),
        reverse("responses:edition", args=[edition.pk]),
        reverse("responses:edition_file", args=[edition.pk, "html"]),
        f"/conclusions/{conclusion.slug}/",
    ]
    answers = [client.get(address) for address in addresses]
    assert {answer.status_code for answer in answers} <= {302, 404}
    assert all(edition.sha256 not in text_of(answer) for answer in answers)


def test_sign_off_pages_have_no_markup_faults(
    drafter: Client, approver: Client, conclusion: Conclusion
) -> None:
    faults = Read(sign_off(drafter, conclusion)).faults
    edition = submit(drafter, conclusion)
    remark(approver, edition, "Say who.")
    faults += Read(read(approver, edition)).faults
    faults += Read(send_back(approver, edition, remarks="")).faults
    approve(approver, edition)
    faults += Read(read(approver, edition)).faults
    post(approver, "publish", edition)
    faults += Read(read(approver, edition)).faults
    faults += Read(post(approver, "withdraw", edition, reason="")).faults
    faults += Read(sign_off(approver, conclusion)).faults
    assert faults == []


# Notices


def told(subject: str) -> list[tuple[str, str]]:
    """Return recipients and links of notices, by subject."""
    notices = Notice.objects.filter(subject__startswith=f"{subject}:").order_by("to")
    return [
        (notice.to, word)
        for notice in notices
        for word in notice.body.split()
        if word.startswith("http")
    ]


def link_works(client: Client, address: str) -> bool:
    path = address.split("/", 3)[3]
    return client.get(f"/{path}").status_code == 200


def test_every_step_notifies_with_valid_links(
    drafter: Client, approver: Client, conclusion: Conclusion
) -> None:
    edition = submit(drafter, conclusion)
    send_back(approver, edition)
    edition = submit(drafter, conclusion)
    approve(approver, edition)
    post(approver, "publish", edition)
    post(approver, "withdraw", edition, reason="Wrong.")
    subjects = ("For approval", "Returned", "Approved", "Published", "Withdrawn")
    notices = {subject: told(subject) for subject in subjects}
    assert {to for to, _ in notices["For approval"]} == {"adam@example.org"}
    assert {to for to, _ in notices["Returned"]} == {"dora@example.org"}
    assert {to for to, _ in notices["Approved"]} == {"dora@example.org"}
    assert "dora@example.org" in {to for to, _ in notices["Published"]}
    assert "dora@example.org" in {to for to, _ in notices["Withdrawn"]}
    addresses = {address for each in notices.values() for _, address in each}
    assert [each for each in addresses if not link_works(approver, each)] == []


def test_remark_sent_twice_is_stored_once(
    drafter: Client, approver: Client, conclusion: Conclusion
) -> None:
    edition = submit(drafter, conclusion)
    remark(approver, edition, "Say who.")
    remark(approver, edition, "Say who.")
    assert Remark.objects.count() == 1
