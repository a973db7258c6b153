"""The public pages of consultations."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.test import Client

from consultations.models import (
    Consultation,
    ConsultationAttachment,
    Designation,
    Extension,
    ExtensionQuestion,
    Question,
    StoredFile,
)
from responses.models import Respondent
from tests.support.factories import (
    freeze,
    make_conclusion,
    make_consultation,
    make_document,
    make_question,
)
from tests.support.pages import (
    Read,
    answered_consultation,
    at,
    closed_consultation,
    concluded,
    day,
    future_consultation,
    log_in,
    make_frozen,
    open_consultation,
    publish,
    queries,
    text_of,
    withdraw,
)

pytestmark = pytest.mark.django_db


def page(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return " ".join(text_of(response).split())


# The home page


def test_home_lists_open_consultations_by_deadline(client: Client) -> None:
    open_consultation("late", title="Closes last", closes=at(20))
    open_consultation("soon", title="Closes first", closes=at(2))
    open_consultation("ever", title="Never closes", closes=None)
    closed_consultation("gone", title="Has closed")
    html = page(client, "/")
    assert html.index("Closes first") < html.index("Closes last")
    assert html.index("Closes last") < html.index("Never closes")
    assert "2 days left" in html


def test_home_lists_latest_conclusions(client: Client) -> None:
    concluded(title="A conclusion to read")
    html = page(client, "/")
    assert "A conclusion to read" in html
    assert "No conclusion has been published yet" not in html


def test_empty_home_shows_messages(client: Client) -> None:
    html = page(client, "/")
    assert "No consultation is open at the moment" in html
    assert "No conclusion has been published yet" in html


def test_home_hides_unopened_consultation(client: Client) -> None:
    future_consultation("secret", title="Not to be known yet")
    assert "Not to be known yet" not in page(client, "/")


# The list


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("", {"open-one", "closed-one", "answered"}),
        ("open", {"open-one"}),
        ("closed", {"closed-one"}),
        ("concluded", {"answered"}),
    ],
)
def test_consultation_list_is_filtered_by_status(
    client: Client, status: str, expected: set[str]
) -> None:
    open_consultation("open-one")
    closed_consultation("closed-one")
    future_consultation("future-one")
    concluded()
    html = page(client, f"/consultations/?status={status}")
    slugs = {"open-one", "closed-one", "future-one", "answered"}
    assert {s for s in slugs if f"/consultations/{s}/" in html} == expected


def test_unknown_status_returns_404(client: Client) -> None:
    assert client.get("/consultations/?status=lost").status_code == 404


@pytest.mark.parametrize("words", ["firmware", "FIRM valves", "T1DB", "Matrix"])
def test_search_covers_title_summary_and_documents(client: Client, words: str) -> None:
    make_document("T1DB", title="Device Matrix")
    open_consultation(
        "found",
        title="Firmware updates",
        summary="<p>About valves.</p>",
        documents=("T1DB",),
    )
    open_consultation("other", title="Something else")
    html = page(client, f"/consultations/?q={words}")
    assert "/consultations/found/" in html
    assert "/consultations/other/" not in html


def test_search_words_are_escaped(client: Client) -> None:
    html = page(client, "/consultations/?q=%3Cscript%3E%00")
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_filter_keeps_search_words(client: Client) -> None:
    html = page(client, "/consultations/?status=open&q=smart+meter&after=")
    assert "status=closed&amp;q=smart+meter" in html
    assert 'name="status" value="open"' in html
    assert "No consultation has “smart meter” in its title" in html


def test_empty_list_names_the_filter(client: Client) -> None:
    for status, sentence in (
        ("", "No consultation has been published yet."),
        ("open", "No consultation is open at the moment."),
        ("closed", "No consultation is awaiting its conclusion at the moment."),
        ("concluded", "No consultation has been concluded yet."),
    ):
        assert sentence in page(client, f"/consultations/?status={status}")


def test_consultation_list_is_paginated_without_overlap(client: Client) -> None:
    for number in range(25):
        open_consultation(f"c{number:02}", opens_on=day(-1 - number // 2), closes=at(5))
    first = page(client, "/consultations/?status=open")
    cursor = first.split("after=")[1].split('"')[0]
    second = page(client, f"/consultations/?status=open&after={cursor}")
    on_first = {n for n in range(25) if f"/c{n:02}/" in first}
    on_second = {n for n in range(25) if f"/c{n:02}/" in second}
    assert (len(on_first), len(on_second)) == (20, 5)
    assert on_first & on_second == set()
    assert "Show older consultations" not in second
    assert "?status=open" in second.split("Show newest consultations")[0]


@pytest.mark.parametrize("cursor", ["nonsense", "2026-13-01.x", "2026-02-30.x"])
def test_invalid_cursor_returns_404(client: Client, cursor: str) -> None:
    assert client.get(f"/consultations/?after={cursor}").status_code == 404


def test_consultation_list_query_count_is_constant(
    client: Client,
) -> None:
    for number in range(3):
        open_consultation(f"few{number}")
    few = queries(lambda: client.get("/consultations/"))
    for number in range(40):
        open_consultation(f"many{number}")
    assert queries(lambda: client.get("/consultations/")) == few


# The consultation page


def test_page_shows_decision_route_deadline_and_next_steps(client: Client) -> None:
    make_document("TAD", route="panel")
    make_frozen(
        "box",
        documents=("TAD",),
        opens_on=day(-1),
        closes=at(26),
        target_conclusion=day(60),
        mailbox="ask@example.org",
    )
    html = page(client, "/consultations/box/")
    assert "DCC proposes the text of the TAD, and the SEC Panel approves it." in html
    assert "Respond by" in html
    assert "16:00 on" in html
    assert "London time; 26 days left" in html
    assert "After the deadline, DCC will respond to every comment" in html
    assert "DCC aims to publish its conclusion by" in html
    assert "mailto:ask@example.org" in html
    assert "To get emails about this consultation, write to" in html


def test_footer_shows_mailbox_of_the_consultation(client: Client) -> None:
    consultation = concluded().conclusion.consultation
    consultation.mailbox = "ask@example.org"
    consultation.save()
    freeze(consultation)
    for address in ("/consultations/answered/", "/conclusions/answered/"):
        footer = page(client, address).partition("<footer")[2]
        assert 'href="mailto:ask@example.org"' in footer
    footer = page(client, "/").partition("<footer")[2]
    assert f'href="mailto:{settings.ORGANISATION["mailbox"]}"' in footer


def test_documents_are_grouped_by_approval_route(client: Client) -> None:
    for code, route in (("A", "panel"), ("B", "no-objection"), ("C", "panel")):
        make_document(code, route=route)
    open_consultation("routes", documents=("A", "B", "C"))
    html = page(client, "/consultations/routes/")
    assert "the text of the A and the C, and the SEC Panel approves it." in html
    assert "the text of the B. The text takes effect unless" in html


def test_questions_are_nested_with_their_options(client: Client) -> None:
    consultation = open_consultation("asked")
    parent = make_question(consultation, label="Question 4")
    make_question(
        consultation,
        label="Question 4(a)",
        parent=parent,
        kind="choice",
        options=["5 Working Days", "Never"],
        refers_to=["S1SR Clause 6.1"],
    )
    freeze(consultation)
    html = page(client, "/consultations/asked/")
    assert html.index("Question 4<") < html.index("Question 4(a)<")
    assert "<li>5 Working Days</li>" in html
    assert "Refers to S1SR Clause 6.1" in html


def test_partial_extension_is_shown_with_its_reason(
    client: Client,
) -> None:
    consultation = open_consultation("more-time")
    first, second = make_question(consultation), make_question(consultation)
    extension = Extension.objects.create(
        consultation=consultation,
        was=at(10),
        until=at(17),
        reason="<p>Two asked for time.</p>",
    )
    ExtensionQuestion.objects.create(extension=extension, question=second)
    freeze(consultation)
    html = page(client, "/consultations/more-time/")
    assert f"for {second.label} only" in html
    assert f"</time> for {second.label}" in html
    assert f"for {first.label} only" not in html
    assert "Two asked for time." in html


def test_missed_conclusion_target_is_shown(client: Client) -> None:
    closed_consultation("late", target_conclusion=day(-1))
    html = page(client, "/consultations/late/")
    assert "Awaiting conclusion" in html
    assert "DCC aimed to publish its conclusion by" in html


def test_designation_status_is_shown(client: Client) -> None:
    consultation = concluded().conclusion.consultation
    designation = Designation.objects.create(
        consultation=consultation,
        addressee="Secretary of State",
        submitted=day(-5),
        target=day(10),
        fallback_months=1,
    )
    html = page(client, "/consultations/answered/")
    assert "submitted to the Secretary of State on" in html
    assert "at the latest" in html
    designation.designated = day(-1)
    designation.save()
    assert "The text took effect on" in page(client, "/consultations/answered/")


def test_consultation_links_to_published_conclusions(client: Client) -> None:
    consultation = answered_consultation("two-routes")
    publish(make_conclusion(consultation, slug="first"))
    publish(make_conclusion(consultation, slug="second"))
    make_conclusion(consultation, slug="still-a-draft")
    html = page(client, "/consultations/two-routes/")
    assert "/conclusions/first/" in html
    assert "/conclusions/second/" in html
    assert "still-a-draft" not in html


def test_withdrawn_conclusion_is_shown_on_consultation(client: Client) -> None:
    withdraw(concluded())
    html = page(client, "/consultations/answered/")
    assert "Conclusion withdrawn" in html
    assert "/conclusions/answered/" in html


def test_consultation_rounds_are_shown_in_order(client: Client) -> None:
    closed_consultation(
        "r1", title="Round one", follows="elsewhere", relation="further"
    )
    closed_consultation("r2", title="Round two", follows="r1", relation="further")
    open_consultation("r3", title="Round three", follows="r2", relation="follow-up")
    future_consultation("r4", title="Round four", follows="r3", relation="further")
    html = page(client, "/consultations/r2/").split("Consultation rounds")[1]
    order = ["consultation, not on this site", "Round one", "This consultation"]
    positions = [html.index(words) for words in [*order, "Round three"]]
    assert positions == sorted(positions)
    assert "Round four" not in html
    assert "elsewhere" not in html


def test_round_elsewhere_is_shown_with_its_title_day_and_address(
    client: Client,
) -> None:
    elsewhere = {
        "follows_title": "The first round & its annex",
        "follows_opened": dt.date(2020, 5, 1),
        "follows_url": "https://www.example.org/round?n=1",
    }
    closed_consultation("r1", title="Round one", relation="further", **elsewhere)
    open_consultation("r2", title="Round two", follows="r1", relation="further")
    Consultation.objects.filter(slug="r1").update(follows_title="Changed since")
    for slug in ("r1", "r2"):
        html = page(client, f"/consultations/{slug}/")
        link = '<a href="https://www.example.org/round?n=1">The first round &amp; its'
        assert link in html
        assert "Opened 1 May 2020" in re.sub(r"<[^>]*>", "", html)
        assert "Changed since" not in html


@pytest.mark.parametrize(
    "values",
    [
        {"follows_title": "One", "relation": ""},
        {"follows_opened": dt.date(2020, 5, 1), "follows": "r0"},
        {"follows_title": "One", "follows_url": "javascript:alert(1)"},
    ],
)
def test_database_refuses_wrong_facts_of_a_round_elsewhere(
    values: dict[str, Any],
) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        closed_consultation("r1", **{"relation": "further", **values})


def test_cyclic_consultation_rounds_are_shown(
    client: Client,
) -> None:
    closed_consultation("a", follows="b", relation="further")
    closed_consultation("b", follows="a", relation="further")
    assert client.get("/consultations/a/").status_code == 200


def test_consultation_page_query_count_is_constant(
    client: Client,
) -> None:
    def filled(slug: str, rows: int) -> None:
        consultation = answered_consultation(slug, rows)
        for number in range(rows):
            extension = Extension.objects.create(
                consultation=consultation, was=at(-10), until=at(-9), reason="Time."
            )
            question = consultation.questions.all()[number]
            ExtensionQuestion.objects.create(extension=extension, question=question)

            attached(consultation, f"Text {number}", f"{number}.txt", b"%d" % number)
        freeze(consultation)

    filled("few", 2)
    filled("many", 40)
    few = queries(lambda: client.get("/consultations/few/"))
    assert queries(lambda: client.get("/consultations/many/")) == few


def test_respondent_names_are_not_shown(client: Client) -> None:
    edition = concluded()
    for address in (
        "/",
        "/consultations/",
        "/consultations/answered/",
        edition.get_absolute_url(),
    ):
        assert "Secret Supplier" not in page(client, address)
    assert Respondent.objects.exists()


# Before the opening


def test_unopened_consultation_returns_404(client: Client) -> None:
    future_consultation("future")
    assert client.get("/consultations/future/").status_code == 404


def test_unopened_consultation_returns_404_without_role(client: Client) -> None:
    future_consultation("future")
    log_in(client, "")
    assert client.get("/consultations/future/").status_code == 404


@pytest.mark.parametrize("role", ["Drafter", "Approver", "Administrator"])
def test_staff_see_unopened_consultation_with_banner(client: Client, role: str) -> None:
    future_consultation("future")
    log_in(client, role)
    html = page(client, "/consultations/future/")
    assert "Not yet public." in html


def test_staff_see_opening_time(client: Client) -> None:
    make_consultation(
        "soon", opens_on=dt.date(2099, 7, 1), opens_at_time=dt.time(9, 30)
    )
    log_in(client, "Drafter")
    html = re.sub("<[^>]+>", "", page(client, "/consultations/soon/"))
    assert "before the consultation opens at 09:30 on 1 July 2099." in html
    assert "Opens 1 July 2099" in html


def test_consultation_without_opening_day_is_shown_to_staff_only(
    client: Client,
) -> None:
    open_consultation("unset", title="Being set up", opens_on=None)
    open_consultation("earlier", title="Before it", follows="unset", relation="further")
    assert client.get("/consultations/unset/").status_code == 404
    assert "Being set up" not in page(client, "/")
    assert "Being set up" not in page(client, "/consultations/")
    log_in(client, "Drafter")
    html = page(client, "/consultations/unset/")
    assert "Only staff can read this page." in html
    assert "The opening date is not set." in html
    assert "Being set up" in page(client, "/consultations/earlier/")


def test_consultation_is_hidden_before_opening_time(client: Client) -> None:
    open_consultation(
        "later", title="Later today", opens_on=day(0), opens_at_time=dt.time.max
    )
    assert client.get("/consultations/later/").status_code == 404
    assert "Later today" not in page(client, "/consultations/")
    assert "Later today" not in page(client, "/")


def test_consultation_is_public_on_opening_day(client: Client) -> None:
    make_frozen("today", opens_on=day(0), closes=at(20))
    assert "Not yet public" not in page(client, "/consultations/today/")


# Attachments


def attached(
    consultation: Consultation, title: str, filename: str, content: bytes
) -> ConsultationAttachment:
    return ConsultationAttachment.objects.create(
        consultation=consultation,
        title=title,
        file=StoredFile.objects.store(content),
        filename=filename,
        position=consultation.attachments.count(),
    )


def test_attachments_are_listed_with_type_size_and_hash(client: Client) -> None:
    consultation = open_consultation("asked")
    attached(consultation, "The text", "text.pdf", b"x" * 48_600)
    row = attached(consultation, "The <matrix>", "matrix.xlsx", b"y" * 850)
    freeze(consultation)
    html = page(client, "/consultations/asked/")
    words = " ".join(re.sub("<[^>]+>", " ", html).split())
    assert "Attachment 1: The text PDF 49 kB" in words
    assert f"2: The &lt;matrix&gt; XLSX 850 bytes {row.file_id}" in words
    assert 'href="/consultations/asked/attachments/2/"' in html
    assert Read(html).faults == []


def test_page_without_attachments_omits_their_section(client: Client) -> None:
    open_consultation("asked")
    assert "Attachments" not in page(client, "/consultations/asked/")


# Escaping


def test_entered_text_is_escaped(client: Client) -> None:
    consultation = open_consultation("hostile", title='<b>Bold</b> & "quoted"')
    make_question(consultation, label="<i>Q</i>", options=["<u>", "b"], kind="choice")
    freeze(consultation)
    html = page(client, "/consultations/hostile/")
    assert "<b>Bold" not in html
    assert "<i>Q" not in html
    assert "<u>" not in html


def test_cross_reference_outside_conclusion_is_plain_text(client: Client) -> None:
    consultation = open_consultation("refers")
    make_question(consultation, text="See [[section: Next Steps]] and **x** <b>y</b>.")
    freeze(consultation)
    html = page(client, "/consultations/refers/")
    assert "[[" not in html
    assert "section Next Steps" in html
    assert "<strong>y</strong>" in html


def test_stored_unsafe_html_is_escaped(client: Client) -> None:
    """HTML stored by raw SQL, past the field's cleaning, is shown as text."""
    consultation = open_consultation("raw")
    question = make_question(consultation)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {Question._meta.db_table} SET text = %s WHERE id = %s",
            ["<p>Fine.</p><script>alert(1)</script>", question.pk],
        )
    freeze(consultation)
    html = page(client, "/consultations/raw/")
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_get_absolute_url_returns_existing_page(client: Client) -> None:
    open_consultation("address")
    found = Consultation.objects.get(slug="address")
    assert client.get(found.get_absolute_url()).status_code == 200
