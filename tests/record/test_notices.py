"""Notices: requested by one person, decided on by another, then public."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import timezone

from consultations.audit.accounts import record_account_event
from consultations.documents.consultation_changes import QUESTION_KINDS
from consultations.editions.verification import verify_everything
from consultations.models import (
    Consultation,
    ConsultationNotice,
    Extension,
    Question,
    StoredFile,
)
from consultations.record.freezing import pending_changes, public_edition
from consultations.record.notice_decisions import (
    approve_notice,
    confirm_extension,
    refuse_notice,
)
from consultations.record.notices import request_notice
from consultations.timetable.extensions import extension_problems, record_extension
from responses.checks import blocking_findings
from tests.support.editions import approver, drafter, refusal
from tests.support.factories import (
    freeze,
    make_conclusion,
    make_consultation,
    make_question,
    make_respondent,
    make_submission,
    publish_changes,
)
from tests.support.pages import (
    Read,
    at,
    closed_consultation,
    day,
    log_in,
    open_consultation,
    text_of,
)

pytestmark = pytest.mark.django_db

ADDRESS = "/desk/consultations/asked/notices/"


@pytest.fixture
def asked() -> Consultation:
    """Return an open consultation with one question, edited since the opening."""
    row = make_consultation(
        "asked", opens_on=day(-10), closes=at(10), mailbox="a@b.org"
    )
    make_question(row, text="<p>First wording?</p>")
    freeze(row)
    reword("<p>Second wording?</p>")
    return row


def reword(text: str, **values: Any) -> None:
    """Edit the question, as the workspace does."""
    question = Question.objects.get()
    for name, value in ({"text": text} | values).items():
        setattr(question, name, value)
    question.save()


def request_correction(row: Consultation, **values: Any) -> ConsultationNotice:
    values = {"kind": "corrected", "text": "A typing error.", "by": None} | values
    values["by"] = values["by"] or drafter()
    return request_notice(row, **values)


def public_words(row: Consultation) -> str:
    edition = public_edition(row)
    assert edition is not None
    return edition.text().questions[0].text


def page(client: Client, address: str = "/consultations/asked/") -> str:
    response = client.get(address)
    assert response.status_code == 200
    assert Read(text_of(response)).faults == []
    return " ".join(text_of(response).split())


def test_requested_notice_changes_nothing_for_readers(
    asked: Consultation, client: Client
) -> None:
    notice = request_correction(asked)
    assert notice.subject == "Question 1"
    assert public_words(asked) == "<p>First wording?</p>"
    html = page(client)
    assert "First wording?" in html
    assert "A typing error." not in html


def test_approved_notice_publishes_the_frozen_wording(asked: Consultation) -> None:
    notice = request_correction(asked)
    reword("<p>Third wording?</p>")
    approve_notice(notice, by=approver(), sha256=notice.sha256)
    assert public_words(asked) == "<p>Second wording?</p>"
    assert (notice.number, notice.state) == (1, "approved")
    assert [change.part for change in pending_changes(asked)] == ["Question 1"]
    assert verify_everything().faults == []


def test_every_step_is_recorded_with_the_checksum(asked: Consultation) -> None:
    notice = request_correction(asked)
    refuse_notice(notice, by=approver(), sha256=notice.sha256, remarks="Not so.")
    notice = request_correction(asked)
    approve_notice(notice, by=approver(), sha256=notice.sha256)
    kinds = asked.events.values_list("kind", "summary")
    told = [kind for kind, summary in kinds if "checksum" in summary]
    assert told == [
        *("consultation-frozen", "consultation-published"),
        *("consultation-frozen", "notice-requested"),
        *("notice-refused", "edition-discarded"),
        *("consultation-frozen", "notice-requested"),
        *("notice-approved", "consultation-published"),
    ]
    assert verify_everything().faults == []


def test_requester_cannot_decide_whatever_their_role(asked: Consultation) -> None:
    by = drafter()
    by.groups.add(Group.objects.get_or_create(name="Administrator")[0])
    notice = request_correction(asked, by=by)
    mine = "You requested this notice, so another person must decide on it."
    assert mine in refusal(lambda: approve_notice(notice, by=by, sha256=notice.sha256))
    assert mine in refusal(
        lambda: refuse_notice(notice, by=by, sha256=notice.sha256, remarks="x")
    )
    assert public_words(asked) == "<p>First wording?</p>"


@pytest.mark.parametrize("role", ["Drafter", ""])
def test_only_approver_can_decide(asked: Consultation, role: str) -> None:
    from tests.support.factories import make_user

    notice = request_correction(asked)
    user = make_user(role=role)
    said = refusal(lambda: approve_notice(notice, by=user, sha256=notice.sha256))
    assert "You need the role Approver or Administrator" in said


def test_decision_is_on_the_notice_that_was_read(asked: Consultation) -> None:
    notice = request_correction(asked)
    said = refusal(lambda: approve_notice(notice, by=approver(), sha256="0" * 64))
    assert "Reload the page and read the notice again." in said


def test_account_changed_by_requester_cannot_approve(asked: Consultation) -> None:
    by, other = drafter(), approver()
    record_account_event(
        "role-given",
        user_id=other.pk,
        summary="Role given.",
        state=None,
        by_id=by.pk,
        source="test",
    )
    notice = request_correction(asked, by=by)
    said = refusal(lambda: approve_notice(notice, by=other, sha256=notice.sha256))
    assert "Another approver must decide." in said


def test_refused_notice_discards_its_edition(asked: Consultation) -> None:
    notice = request_correction(asked)
    said = refusal(
        lambda: refuse_notice(notice, by=approver(), sha256=notice.sha256, remarks="")
    )
    assert said == "Enter a reason for refusing the notice."
    refuse_notice(notice, by=approver(), sha256=notice.sha256, remarks="Not so.")
    assert notice.edition is not None
    assert notice.edition.discarded_at is not None
    assert public_words(asked) == "<p>First wording?</p>"
    again = request_correction(asked)
    approve_notice(again, by=approver(), sha256=again.sha256)
    assert again.edition is not None
    again.edition.refresh_from_db()
    assert (again.number, again.edition.number) == (1, 2)


def test_one_notice_waits_at_a_time(asked: Consultation) -> None:
    request_correction(asked)
    said = refusal(lambda: request_correction(asked))
    assert "A notice is already waiting for approval." in said


def test_notice_without_a_change_is_refused() -> None:
    row = open_consultation("asked")
    said = refusal(lambda: request_correction(row))
    assert "Nothing differs from the published consultation." in said


def test_notice_without_a_reason_is_refused(asked: Consultation) -> None:
    said = refusal(lambda: request_correction(asked, text=""))
    assert said == "Enter the reason. Readers will see the reason."


def test_unpublished_consultation_needs_no_notice() -> None:
    row = open_consultation("asked", opens_on=day(3), closes=at(30))
    said = refusal(lambda: request_correction(row, kind="briefing"))
    assert "not public yet, so it needs no notice" in said


def test_notice_cannot_publish_a_restricted_classification(
    asked: Consultation,
) -> None:
    Consultation.objects.filter(pk=asked.pk).update(classification="DCC Controlled")
    said = refusal(lambda: request_correction(asked))
    assert "The classification is DCC Controlled." in said


def test_briefing_has_a_file_and_changes_no_wording(
    asked: Consultation, client: Client
) -> None:
    publish_changes(
        asked,
        kind="briefing",
        text="<p>Slides of the webinar.</p>",
        file=StoredFile.objects.store(b"slides"),
        filename="slides.txt",
    )
    html = page(client)
    assert "Notice 1: Briefing on" in html
    assert "First wording?" in html
    address = "/consultations/asked/notices/1/file/"
    assert address in html
    assert client.get(address).content == b"slides"
    assert client.get("/consultations/asked/notices/2/file/").status_code == 404


def test_file_of_waiting_notice_is_not_public(
    asked: Consultation, client: Client
) -> None:
    request_correction(
        asked,
        kind="briefing",
        file=StoredFile.objects.store(b"slides"),
        filename="slides.txt",
    )
    assert client.get("/consultations/asked/notices/1/file/").status_code == 404


# Extensions


def extend(row: Consultation, by: Any = None) -> Extension:
    extension = Extension.objects.create(
        consultation=row, was=at(10), until=at(17), reason="<p>Asked for.</p>"
    )
    record_extension(extension, by=by or drafter())
    return extension


def test_extension_is_in_effect_at_once_and_alone(
    asked: Consultation, client: Client
) -> None:
    extend(asked)
    html = page(client)
    assert "Deadline extended on" in html
    assert "another person must still confirm the extension" in html
    assert "First wording?" in html
    edition = public_edition(asked)
    assert edition is not None
    assert edition.number == 2
    assert [each.until for each in edition.text().extensions] == [at(17)]
    assert [change.part for change in pending_changes(asked)] == ["Question 1"]


def test_extension_publishes_no_other_change_of_extensions(
    asked: Consultation,
) -> None:
    first = extend(asked)
    Extension.objects.filter(pk=first.pk).update(reason="<p>Edited.</p>")
    second = Extension.objects.create(
        consultation=asked, was=at(17), until=at(24), reason="<p>More time.</p>"
    )
    record_extension(second, by=drafter())
    edition = public_edition(asked)
    assert edition is not None
    assert [(each.until, each.reason) for each in edition.text().extensions] == [
        (at(17), "<p>Asked for.</p>"),
        (at(24), "<p>More time.</p>"),
    ]


def test_administrator_cannot_change_extensions(
    asked: Consultation, client: Client
) -> None:
    extension = extend(asked)
    log_in(client, "Administrator")
    address = "/admin/consultations/extension/"
    assert client.get(f"{address}{extension.pk}/change/").status_code == 200
    for ending in (f"{extension.pk}/change/", f"{extension.pk}/delete/", "add/"):
        assert client.post(f"{address}{ending}").status_code == 403


def test_approver_sees_a_changed_type_of_question(asked: Consultation) -> None:
    reword("<p>First wording?</p>", kind="open")
    (change,) = pending_changes(asked)
    assert change.before.endswith("<p>Type: Agree or disagree</p>")
    assert change.after.endswith("<p>Type: Open question</p>")
    assert dict(Question.Kind.choices) == QUESTION_KINDS


def test_extension_is_confirmed_by_a_second_person(asked: Consultation) -> None:
    by = drafter()
    by.groups.add(Group.objects.get_or_create(name="Approver")[0])
    extend(asked, by)
    notice = asked.public_notices.get()
    said = refusal(lambda: confirm_extension(notice, by=by, sha256=notice.sha256))
    assert "You extended the deadline, so another person must confirm it." in said
    confirm_extension(notice, by=approver(), sha256=notice.sha256)
    assert notice.state == "confirmed"
    assert verify_everything().faults == []


def test_notice_requested_before_an_extension_cannot_be_approved(
    asked: Consultation,
) -> None:
    notice = request_correction(asked)
    extend(asked)
    said = refusal(lambda: approve_notice(notice, by=approver(), sha256=notice.sha256))
    assert "has changed since the notice was requested" in said


def test_published_deadline_cannot_be_edited(
    asked: Consultation, client: Client
) -> None:
    log_in(client, "Drafter")
    closes = at(9)
    response = client.post(
        "/desk/consultations/asked/deadline/",
        {
            "shown": asked.version,
            "about": f"consultation:{asked.pk}:deadline",
            "closes_date": f"{closes:%Y-%m-%d}",
            "closes_time": "16:00",
        },
    )
    assert "differs from the published deadline" in text_of(response)
    asked.refresh_from_db()
    assert asked.closes == at(10)


# Withdrawal


def test_withdrawn_consultation_takes_no_responses_and_stays_readable(
    asked: Consultation, client: Client
) -> None:
    notice = request_correction(asked, kind="withdrawn", text="<p>Superseded.</p>")
    assert asked.is_open()
    approve_notice(notice, by=approver(), sha256=notice.sha256)
    assert not asked.is_open()
    assert asked.is_withdrawn()
    html = page(client)
    assert '<span class="tag tag-called-off">Withdrawn</span>' in html
    assert "Superseded." in html
    assert "First wording?" in html
    assert "takes no more responses" in html
    assert "Send your response to" not in html
    assert "asked" not in page(client, "/consultations/?status=open").split("<main")[1]
    assert "/consultations/asked/" in page(client, "/consultations/")
    said = refusal(lambda: request_correction(asked))
    assert "The consultation was withdrawn, so no further notice" in said
    assert extension_problems(asked, until=at(17), questions=[]) == [
        "The consultation was withdrawn, so its deadline cannot be extended."
    ]


# The check of a conclusion


def test_conclusion_is_blocked_by_wording_that_is_not_public() -> None:
    row = closed_consultation("asked")
    question = make_question(row, text="<p>First wording?</p>")
    freeze(row)
    conclusion = make_conclusion(row)
    sentence = (
        "Question 1 differs from the published wording. Publish a notice or restore "
        "the wording."
    )
    assert sentence not in blocking_findings(conclusion)
    question.text = "<p>Second wording?</p>"
    question.save()
    assert sentence in blocking_findings(conclusion)
    publish_changes(row)
    assert sentence not in blocking_findings(conclusion)


# Guards


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"text": "Other"}, "frozen"),
        ({"sha256": "0" * 64}, "frozen"),
        ({"state": "unconfirmed", "number": 1, "effective_at": timezone.now()}, "once"),
    ],
)
def test_database_refuses_to_change_a_notice(
    asked: Consultation, values: dict[str, Any], message: str
) -> None:
    notice = request_correction(asked)
    rows = ConsultationNotice.objects.filter(pk=notice.pk)
    with pytest.raises(DatabaseError, match=message), transaction.atomic():
        rows.update(**values)
    with pytest.raises(DatabaseError, match="never deleted"), transaction.atomic():
        rows._raw_delete(rows.db)


def test_database_refuses_the_requesters_decision(asked: Consultation) -> None:
    notice = request_correction(asked)
    now = dt.datetime.now(dt.UTC)
    with pytest.raises(DatabaseError, match="other than its"), transaction.atomic():
        ConsultationNotice.objects.filter(pk=notice.pk).update(
            state="approved",
            number=1,
            effective_at=now,
            decided_at=now,
            decided_by=notice.requested_by,
        )


# The workspace


def test_workspace_shows_what_is_not_public(
    asked: Consultation, client: Client
) -> None:
    log_in(client, "Drafter")
    for address in ("/desk/consultations/asked/setup/", ADDRESS):
        html = page(client, address)
        assert "Changes that are not public yet" in html
        assert "Question 1 differs from the published wording." in html


def test_notice_goes_from_request_to_approval_on_screen(
    asked: Consultation, client: Client
) -> None:
    log_in(client, "Drafter")
    response = client.post(
        f"{ADDRESS}request/", {"kind": "corrected", "text": "<p>A typing error.</p>"}
    )
    notice = asked.public_notices.get()
    assert response["Location"] == f"{ADDRESS}{notice.pk}/"
    html = page(client, f"{ADDRESS}{notice.pk}/")
    assert "another person must decide on it" in html
    assert "Approve notice" not in html
    log_in(client, "Approver")
    assert "Notice waiting for your approval" in page(client, "/desk/")
    html = page(client, f"{ADDRESS}{notice.pk}/")
    assert "First wording?" in html
    assert "Second wording?" in html
    sent = {"sha256": notice.sha256, "remarks": ""}
    response = client.post(f"{ADDRESS}{notice.pk}/approve/", sent)
    assert response["Location"] == ADDRESS
    assert public_words(asked) == "<p>Second wording?</p>"


def test_notice_is_refused_on_screen_with_remarks(
    asked: Consultation, client: Client
) -> None:
    notice = request_correction(asked)
    log_in(client, "Approver")
    sent = {"sha256": notice.sha256, "remarks": ""}
    html = text_of(client.post(f"{ADDRESS}{notice.pk}/refuse/", sent))
    assert "Enter a reason for refusing the notice." in html
    client.post(f"{ADDRESS}{notice.pk}/refuse/", sent | {"remarks": "<p>Why?</p>"})
    assert "Why?" in page(client, ADDRESS)


@pytest.mark.parametrize(
    ("text", "filename"),
    [("Zork Quartzite asked.", "note.txt"), ("A note.", "zork-quartzite-note.txt")],
)
def test_notice_does_not_name_a_respondent(
    asked: Consultation, client: Client, text: str, filename: str
) -> None:
    person = make_respondent(asked, "Zork Quartzite")
    make_submission(person)
    log_in(client, "Drafter")

    def request() -> str:
        file = SimpleUploadedFile(filename, b"words")
        sent = {"kind": "briefing", "text": text, "file": file}
        return text_of(client.post(f"{ADDRESS}request/", sent))

    assert "the name of Zork Quartzite. Respondents who must not" in request()
    assert not asked.public_notices.exists()
    person.submissions.update(attribution="named")
    request()
    assert asked.public_notices.get().filename == filename


def test_extension_is_confirmed_on_screen(asked: Consultation, client: Client) -> None:
    extend(asked)
    notice = asked.public_notices.get()
    log_in(client, "Approver")
    assert "Extension waiting for your confirmation" in page(client, "/desk/")
    assert "Confirm extension" in page(client, f"{ADDRESS}{notice.pk}/")
    client.post(f"{ADDRESS}{notice.pk}/confirm/", {"sha256": notice.sha256})
    notice.refresh_from_db()
    assert notice.state == "confirmed"


def test_uploaded_file_is_validated_and_shown_to_the_approver(
    asked: Consultation, client: Client
) -> None:
    log_in(client, "Drafter")
    sent = {"kind": "briefing", "text": "<p>Slides.</p>"}
    bad = SimpleUploadedFile("slides.exe", b"MZ")
    html = text_of(client.post(f"{ADDRESS}request/", sent | {"file": bad}))
    assert "cannot be attached" in html
    good = SimpleUploadedFile("slides.txt", b"slides")
    client.post(f"{ADDRESS}request/", sent | {"file": good})
    notice = asked.public_notices.get()
    assert client.get(f"{ADDRESS}{notice.pk}/file/").content == b"slides"
