"""What happens around the request of a notice: emails, cancelling, new files."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client

from consultations.documents.consultation_changes import ROUTES
from consultations.editions.verification import verify_everything
from consultations.models import (
    Consultation,
    ConsultationAttachment,
    ConsultationNotice,
    Extension,
    Notice,
    RegulatedDocument,
    StoredFile,
)
from consultations.record.freezing import pending_changes
from consultations.record.notice_decisions import (
    approve_notice,
    confirm_extension,
    refuse_notice,
)
from consultations.record.notices import cancel_notice, request_notice
from consultations.timetable.extensions import record_extension
from tests.support.editions import approver, drafter, refusal
from tests.support.factories import freeze, make_consultation
from tests.support.pages import at, day, log_in, text_of

pytestmark = pytest.mark.django_db

ADDRESS = "/desk/consultations/asked/notices/"


@pytest.fixture
def asked() -> Consultation:
    """Return an open consultation without questions, retitled since the opening."""
    row = make_consultation(
        "asked", opens_on=day(-10), closes=at(10), mailbox="a@b.org", title="First"
    )
    freeze(row)
    row.title = "Secret title"
    row.save()
    return row


@pytest.fixture
def people() -> tuple[User, User]:
    return (
        drafter(email="drafter@example.org", first_name="Ann", last_name="Lee"),
        approver(email="approver@example.org", first_name="Bob", last_name="Ray"),
    )


def request(row: Consultation, by: User) -> ConsultationNotice:
    return request_notice(row, kind="corrected", text="<p>An error.</p>", by=by)


def mails() -> list[tuple[str, str]]:
    """Return the address and the subject of each queued email, and forget them."""
    rows = list(Notice.objects.order_by("pk"))
    Notice.objects.all().delete()
    for row in rows:
        assert "Secret title" not in row.subject + row.body
        assert "An error" not in row.body
        page = "/consultations/asked/" if row.to == "a@b.org" else "/desk/"
        assert page in row.body
    return [(row.to, row.subject) for row in rows]


def test_each_act_on_a_notice_is_mailed(
    asked: Consultation, people: tuple[User, User]
) -> None:
    by, other = people
    notice = request(asked, by)
    assert mails() == [("approver@example.org", "Notice for approval: First")]
    cancel_notice(notice, by=by, sha256=notice.sha256)
    assert mails() == [("approver@example.org", "Notice request cancelled: First")]
    notice = request(asked, by)
    mails()
    refuse_notice(notice, by=other, sha256=notice.sha256, remarks="No.")
    assert mails() == [("drafter@example.org", "Notice refused: First")]
    notice = request(asked, by)
    mails()
    approve_notice(notice, by=other, sha256=notice.sha256)
    assert mails() == [
        ("a@b.org", "Notice published: First"),
        ("drafter@example.org", "Notice approved: First"),
    ]


def test_extension_is_mailed_to_those_who_may_confirm_it(
    asked: Consultation, people: tuple[User, User]
) -> None:
    by, other = people
    extension = Extension.objects.create(
        consultation=asked, was=at(10), until=at(17), reason="<p>Asked for.</p>"
    )
    record_extension(extension, by=by)
    assert mails() == [("approver@example.org", "Extension to be confirmed: First")]
    notice = asked.public_notices.get()
    confirm_extension(notice, by=other, sha256=notice.sha256)
    assert mails() == [("drafter@example.org", "Notice confirmed: First")]


def test_requester_alone_cancels_a_request(
    asked: Consultation, people: tuple[User, User]
) -> None:
    notice = request(asked, people[0])
    for other in (people[1], drafter()):
        said = refusal(lambda: cancel_notice(notice, by=other, sha256=notice.sha256))  # noqa: B023 - called at once
        assert "Only the person who requested a notice can cancel" in said
    cancel_notice(notice, by=people[0], sha256=notice.sha256)
    assert notice.state == "cancelled"
    assert notice.edition is not None
    assert notice.edition.discarded_at is not None
    said = refusal(lambda: cancel_notice(notice, by=people[0], sha256=notice.sha256))
    assert "cannot be cancelled" in said
    by = people[1]
    said = refusal(lambda: approve_notice(notice, by=by, sha256=notice.sha256))
    assert "its state is “cancelled by the requester”" in said
    assert verify_everything().faults == []
    approve_notice(again := request(asked, people[0]), by=by, sha256=again.sha256)


def test_request_is_cancelled_on_screen(asked: Consultation, client: Client) -> None:
    by = drafter()
    client.force_login(by)
    notice = request(asked, by)
    address = f"{ADDRESS}{notice.pk}/"
    assert "Cancel request" in text_of(client.get(address))
    sent = {"sha256": notice.sha256}
    assert client.post(f"{address}cancel/", sent)["Location"] == ADDRESS
    html = text_of(client.get(ADDRESS))
    assert "Request cancelled." in html
    assert "Cancelled by the requester" in html
    log_in(client, "Approver")
    assert "Cancel request" not in text_of(client.get(address))


def test_approver_reads_a_new_attachment(asked: Consultation, client: Client) -> None:
    ConsultationAttachment.objects.create(
        consultation=asked,
        title="The annex",
        file=StoredFile.objects.store(b"words of the annex"),
        filename="annex.txt",
    )
    notice = request(asked, drafter())
    log_in(client, "Approver")
    html = text_of(client.get(f"{ADDRESS}{notice.pk}/"))
    address = f"{ADDRESS}{notice.pk}/attachments/1/"
    assert f'<a href="{address}">The annex</a>' in html
    assert "annex.txt, 18\xa0bytes" in html
    assert client.get(address).content == b"words of the annex"
    assert client.get(f"{ADDRESS}{notice.pk}/attachments/2/").status_code == 404


@pytest.mark.parametrize(
    ("field", "value", "part", "after"),
    [
        ("title", "Other words", "Title of S1SR", "<p>Other words</p>"),
        ("reference", "Annex Z", "Reference of S1SR", "<p>Annex Z</p>"),
        (
            "route",
            "panel",
            "Approval route of S1SR",
            "<p>Approval by the SEC Panel</p>",
        ),
    ],
)
def test_changed_name_of_a_document_is_listed(
    field: str, value: str, part: str, after: str
) -> None:
    row = make_consultation("asked", opens_on=day(-10), closes=at(10))
    freeze(row)
    document = RegulatedDocument.objects.get(code="S1SR")
    setattr(document, field, value)
    document.save()
    (change,) = pending_changes(row)
    assert (change.part, change.after) == (part, after)
    assert dict(RegulatedDocument.Route.choices) == ROUTES


def test_extension_for_questions_that_are_not_published_is_refused(
    asked: Consultation, client: Client
) -> None:
    question = asked.questions.create(key="q1", label="Question 1", text="New?")
    log_in(client, "Drafter")
    until = at(17)
    response = client.post(
        "/desk/consultations/asked/extensions/new/",
        {
            "shown": "",
            "about": f"extension:new:{asked.pk}",
            "until_date": f"{until:%Y-%m-%d}",
            "until_time": "16:00",
            "reason": "Asked for.",
            "asked": question.pk,
        },
    )
    assert response.status_code == 200
    assert f"{question.pk}" in text_of(response)
    assert not asked.extensions.exists()
