"""The opening freezes what is public; later rows are not public by themselves."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client

from consultations.editions.verification import verify_everything
from consultations.models import (
    Clause,
    Consultation,
    ConsultationAttachment,
    ConsultationEdition,
    DocumentVersion,
    Question,
    StoredFile,
)
from consultations.record.freezing import (
    freeze_rows,
    make_public,
    pending_changes,
    standing_edition,
)
from consultations.record.rows import read_stored_rows
from consultations.timetable.opening import cancel_opening, set_opening
from tests.support.factories import (
    freeze,
    london,
    make_consultation,
    make_document,
    make_question,
    make_user,
    publish_changes,
    state_from_opening,
)
from tests.support.pages import at, day, log_in, open_consultation, text_of
from tests.support.slugs import rename

pytestmark = pytest.mark.django_db

NOW = london("2026-03-02 10:00")
SOON = london("2026-03-09 09:00")


def ready() -> Consultation:
    row = make_consultation(
        "about", opens_on=None, closes=london("2026-04-06 16:00"), title="First title"
    )
    make_question(row, text="<p>First wording?</p>")
    return row


def consulted_text(consultation: Consultation) -> Clause:
    version = DocumentVersion.objects.create(
        document=make_document(),
        key="proposal",
        status="consulted",
        consultation=consultation,
    )
    return Clause.objects.create(
        document_version=version, identity="c1", number="1", text="<p>Two hours.</p>"
    )


def opened(row: Consultation) -> None:
    row.opens_on = day(-3)
    row.save()
    freeze(row)


def page(client: Client, address: str = "/consultations/asked/") -> str:
    response = client.get(address)
    assert response.status_code == 200
    return " ".join(text_of(response).split())


def test_setting_the_opening_freezes_the_first_edition() -> None:
    row = set_opening(ready(), when=SOON, by=make_user(role="Drafter"), at=NOW)
    edition = row.text_editions.get()
    assert (edition.number, edition.public_from) == (1, SOON)
    assert edition.text().questions[0].text == "<p>First wording?</p>"
    assert not ConsultationEdition.objects.public(NOW).exists()
    assert ConsultationEdition.objects.public(SOON).exists()
    summary = row.events.get(kind="consultation-frozen").summary
    assert edition.content_id in summary


def test_change_after_scheduling_is_frozen_only_by_scheduling_again() -> None:
    user = make_user(role="Drafter")
    row = set_opening(ready(), when=SOON, by=user, at=NOW)
    question = row.questions.get()
    question.text = "<p>Second wording?</p>"
    question.save()
    edition = standing_edition(row)
    assert edition
    assert "First" in edition.text().questions[0].text
    assert [c.part for c in pending_changes(row)] == ["Question 1"]
    set_opening(row, when=SOON, by=user, at=NOW)
    edition = standing_edition(row)
    assert edition
    assert "Second" in edition.text().questions[0].text
    assert edition.number == 1
    assert row.text_editions.exclude(discarded_at=None).count() == 1


def test_cancelling_the_opening_discards_the_edition() -> None:
    user = make_user(role="Drafter")
    row = set_opening(ready(), when=SOON, by=user, at=NOW)
    cancel_opening(row, by=user, at=NOW)
    assert standing_edition(row) is None
    assert row.text_editions.get().discarded_at == NOW
    assert row.events.filter(kind="edition-discarded").exists()


def test_new_deadline_before_the_opening_is_frozen_alone(client: Client) -> None:
    user = make_user(role="Drafter")
    row = ready()
    row.closes = at(40)
    row.save()
    row = set_opening(row, when=at(3), by=user)
    Question.objects.update(text="<p>Second wording?</p>")
    row.refresh_from_db()
    log_in(client, "Drafter")
    closes = at(50)
    response = client.post(
        f"/desk/consultations/{row.slug}/deadline/",
        {
            "shown": row.version,
            "about": f"consultation:{row.pk}:deadline",
            "closes_date": f"{closes:%Y-%m-%d}",
            "closes_time": "16:00",
        },
    )
    assert response.status_code == 302, text_of(response)
    edition = standing_edition(row)
    assert edition is not None
    assert edition.text().closes == closes
    assert "First" in edition.text().questions[0].text


def test_edited_question_stays_as_it_was_published(client: Client) -> None:
    row = open_consultation("asked", title="First title")
    question = make_question(row, text="<p>First wording?</p>")
    freeze(row)
    question.text = "<p>Second wording?</p>"
    question.save()
    Consultation.objects.filter(pk=row.pk).update(title="Second title")
    html = page(client)
    assert "First wording?" in html
    assert "Second wording?" not in html
    assert "First title" in page(client, "/consultations/")
    assert "Second title" not in page(client, "/consultations/?q=first")
    assert "First title" not in page(client, "/consultations/?q=second")
    assert "First title" in page(client, "/")
    assert "First title" in page(client, "/documents/S1SR/")


def test_staff_read_the_published_wording_too(client: Client) -> None:
    row = open_consultation("asked", title="First title")
    Consultation.objects.filter(pk=row.pk).update(title="Second title")
    log_in(client, "Drafter")
    assert "First title" in page(client)


def test_deleted_question_and_file_stay_public(client: Client) -> None:
    row = open_consultation("asked")
    make_question(row, text="<p>First wording?</p>")
    ConsultationAttachment.objects.create(
        consultation=row,
        title="The text",
        file=StoredFile.objects.store(b"words"),
        filename="text.txt",
    )
    freeze(row)
    row.questions.all().delete()
    row.attachments.all().delete()
    assert "First wording?" in page(client)
    response = client.get("/consultations/asked/attachments/1/")
    assert response.content == b"words"
    with pytest.raises(DatabaseError), transaction.atomic():
        StoredFile.objects.filter(content=b"words").delete()


def test_edited_consulted_text_stays_as_it_was_published(client: Client) -> None:
    row = make_consultation("asked", opens_on=None)
    clause = consulted_text(row)
    row.opens_on = day(-3)
    row.save()
    freeze(row)
    clause.text = "<p>Nine hours.</p>"
    clause.save()
    address = "/documents/S1SR/proposal/"
    assert "Two hours." in page(client, address)
    assert "Nine hours." not in page(client, address)
    DocumentVersion.objects.update(consultation=None, public_from_opening_of=None)
    assert "Two hours." in page(client, address)
    assert [c.part for c in pending_changes(row)] == ["The text of S1SR"]


def test_document_added_after_the_opening_is_not_public(client: Client) -> None:
    row = open_consultation("asked")
    secret = make_document("TAD", title="Not known yet")
    row.document_links.create(document=secret, position=2)
    assert "Not known yet" not in page(client)
    assert client.get("/documents/TAD/").status_code == 404


def test_text_of_another_consultation_is_not_on_the_page(client: Client) -> None:
    row = make_consultation("asked", opens_on=None)
    consulted_text(row)
    opened(row)
    other = make_consultation("other", opens_on=None)
    version = DocumentVersion.objects.create(
        document=row.documents.get(),
        key="rival",
        label="Rival text",
        status="consulted",
        consultation=other,
        position=9,
    )
    state_from_opening(version)
    opened(other)
    assert "Rival text" in page(client, "/consultations/other/")
    assert "Rival text" not in page(client)


def test_renamed_document_keeps_its_texts_on_the_page(client: Client) -> None:
    row = make_consultation("asked", opens_on=None)
    consulted_text(row)
    opened(row)
    rename(row.documents.get(), "RENAMED")
    assert "/proposal/" in page(client)


def test_earlier_wording_stays_readable(client: Client) -> None:
    row = open_consultation("asked")
    question = make_question(row, text="<p>First wording?</p>")
    freeze(row)
    question.text = "<p>Second wording?</p>"
    question.save()
    publish_changes(row, kind="corrected", text="<p>A typing error.</p>")
    html = page(client)
    assert "Second wording?" in html
    assert "Notice 1: Question 1 corrected on" in html
    assert 'href="/consultations/asked/editions/1/"' in html
    earlier = page(client, "/consultations/asked/editions/1/")
    assert "First wording?" in earlier
    assert "This wording was public from" in earlier
    assert "This wording has been public since" in page(
        client, "/consultations/asked/editions/2/"
    )
    assert client.get("/consultations/asked/editions/3/").status_code == 404


def test_edition_is_hidden_before_the_opening(client: Client) -> None:
    row = make_consultation("asked", opens_on=day(3), closes=at(30))
    freeze(row)
    assert client.get("/consultations/asked/").status_code == 404
    assert client.get("/consultations/asked/editions/1/").status_code == 404
    assert client.get("/documents/S1SR/").status_code == 404


def test_consultation_without_an_edition_is_not_public(client: Client) -> None:
    make_consultation("asked", opens_on=day(-3), title="Nobody froze it")
    assert client.get("/consultations/asked/").status_code == 404
    assert "Nobody froze it" not in page(client, "/consultations/")


# Guards and verification


def sql(statement: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        ("UPDATE consultations_consultationedition SET title = 'x'", "frozen"),
        ("UPDATE consultations_consultationedition SET number = 2", "public once"),
        (
            "UPDATE consultations_consultationedition SET discarded_at = frozen_at",
            "before it is public",
        ),
        ("DELETE FROM consultations_consultationedition", "never deleted"),
        ("UPDATE consultations_consultationeditionfile SET filename = 'x'", "frozen"),
        ("DELETE FROM consultations_consultationeditiontext", "frozen"),
        ("DELETE FROM consultations_consultationeditiondocument", "frozen"),
    ],
)
def test_database_refuses_to_change_an_edition(statement: str, message: str) -> None:
    row = make_consultation("asked", opens_on=None)
    consulted_text(row)
    ConsultationAttachment.objects.create(
        consultation=row,
        title="The text",
        file=StoredFile.objects.store(b"words"),
        filename="text.txt",
    )
    row.opens_on = day(-3)
    row.save()
    freeze(row)
    with pytest.raises(DatabaseError, match=message):
        sql(statement)


def test_second_edition_without_a_notice_is_refused() -> None:
    row = open_consultation("asked")
    rows = read_stored_rows(row)
    later = freeze_rows(row, rows, origin="workspace", by=None, at=NOW)
    with pytest.raises(DatabaseError, match="only by a notice"), transaction.atomic():
        make_public(later, public_from=NOW, by=None, at=NOW)


def test_verify_finds_what_was_altered_behind_the_application() -> None:
    from consultations.editions.triggers import without_guards

    row = open_consultation("asked")
    assert verify_everything().faults == []
    with without_guards(connection):
        row.text_editions.update(title="Altered")
    faults = verify_everything().faults
    assert len(faults) == 2
    assert "the title does not match the content" in faults[0]
    assert "the title is “Altered”, but “Changes to the S1SR”" in faults[1]
    with without_guards(connection):
        row.text_editions.get().documents.all().delete()
        row.text_editions.all().delete()
    (fault,) = verify_everything().faults
    assert "but the row is not stored" in fault


def test_restoring_old_details_keeps_opening_and_deadline(client: Client) -> None:
    row = make_consultation("asked", opens_on=None, closes=None)
    row.opens_on, row.closes = day(-2), at(20)
    row.save()
    freeze(row)
    then = row.history.earliest()
    log_in(client, "Drafter")
    response = client.post(
        f"/desk/history/consultation:{row.pk}/restore/",
        {"history": then.history_id, "shown": row.version},
    )
    assert response.status_code == 302
    row.refresh_from_db()
    assert row.opens_on == day(-2)
    assert row.closes == at(20)
    assert row.history.count() == 3


def test_opening_day_has_no_time_at_midnight() -> None:
    row = make_consultation("asked", opens_on=dt.date(2026, 1, 5))
    edition = freeze(row)
    assert edition
    assert edition.public_from == london("2026-01-05 00:00")


def test_administrator_cannot_edit_dates_of_an_opened_consultation(
    client: Client,
) -> None:
    row = open_consultation("asked")
    log_in(client, "Administrator")
    address = f"/admin/consultations/consultation/{row.pk}/change/"
    assert 'name="closes_0"' not in text_of(client.get(address))
    unopened = make_consultation("unopened", opens_on=None)
    address = f"/admin/consultations/consultation/{unopened.pk}/change/"
    assert 'name="closes_0"' in text_of(client.get(address))
    for name in ("consultationedition", "consultationnotice"):
        address = f"/admin/consultations/{name}/"
        assert client.get(address).status_code == 200
        assert client.post(f"{address}add/").status_code == 403
