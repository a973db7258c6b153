"""History pages, restoring earlier versions, and the trail."""

from __future__ import annotations

import json

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from consultations.audit import history, trail
from consultations.editions.workflow import Refusal
from consultations.models import Consultation, Question
from responses import row_types
from responses.history.audit_trail import EVENTS_PER_PAGE as TRAIL_PAGE
from responses.history.revisions import find_row_history, restore
from responses.models import Comment
from tests.support.factories import (
    make_change,
    make_comment,
    make_consultation,
    make_question,
    make_respondent,
    make_user,
)
from tests.support.pages import Read, log_in, queries, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def ann() -> User:
    return make_user("ann", "Drafter")


@pytest.fixture
def staff(client: Client) -> Client:
    return log_in(client, "Drafter")


def save_text(question: Question, text: str, by: User) -> None:
    question.text = text
    history.save_if_current(question, version=question.version, by=by)


def question_with_texts(*texts: str, by: User) -> Question:
    """Return a question that had each of these texts in turn."""
    question = make_question(make_consultation("said"), text=texts[0])
    for text in texts[1:]:
        save_text(question, text, by)
    return question


def page(client: Client, question: Question, query: str = "") -> str:
    address = reverse("responses:history", args=[row_types.row_ref(question)])
    return text_of(client.get(f"{address}{query}"))


def restore_version(client: Client, question: Question, place: int, shown: int) -> None:
    """Request the restoration of a version, the oldest being 0."""
    rows = question.history.order_by("history_id")
    sent = {"history": str(rows[place].history_id), "shown": str(shown)}
    address = reverse("responses:restore", args=[row_types.row_ref(question)])
    assert client.post(address, sent).status_code == 302


# The history page


def test_history_page_names_who_changed_it(staff: Client, ann: User) -> None:
    assert "ann" in page(staff, question_with_texts("One.", "Two.", by=ann))


def test_history_page_compares_by_word(staff: Client, ann: User) -> None:
    shown = page(
        staff, question_with_texts("Are updates safe?", "Are they safe?", by=ann)
    )
    assert "<del" in shown
    assert "updates" in shown


def test_history_page_has_no_markup_faults(staff: Client, ann: User) -> None:
    assert Read(page(staff, question_with_texts("One.", "Two.", by=ann))).faults == []


def test_long_history_is_paginated(staff: Client, ann: User) -> None:
    question = question_with_texts(*(f"Text {n}." for n in range(25)), by=ann)
    assert 'rel="next"' in page(staff, question)
    first = question.history.order_by("history_id")[6].history_id
    assert "Created" in page(staff, question, f"?before={first}")


def test_history_query_count_is_constant(staff: Client, ann: User) -> None:
    short = question_with_texts("One.", "Two.", by=ann)
    few = queries(lambda: page(staff, short))
    for number in range(30):
        save_text(short, f"Text {number}.", ann)
    assert queries(lambda: page(staff, short)) == few


def test_added_source_is_in_comment_history(staff: Client) -> None:
    consultation = make_consultation("sources")
    person = make_respondent(consultation, "Secret Supplier")
    comment = make_comment(consultation, sources=(person,))
    address = reverse("responses:history", args=[row_types.row_ref(comment)])
    assert "Respondent linked: Secret Supplier" in text_of(staff.get(address))


def test_history_names_linked_comments_by_number(staff: Client) -> None:
    consultation = make_consultation("causes")
    question = make_question(consultation, label="Question 4")
    change = make_change(consultation)
    comments = [make_comment(consultation, question) for _ in range(9)]
    change.causes.create(comment=comments[0])
    address = reverse("responses:history", args=[row_types.row_ref(change)])
    assert "Comment linked: Q4.1" in text_of(staff.get(address))
    few = queries(lambda: staff.get(address))
    for comment in comments[1:]:
        change.causes.create(comment=comment)
    assert "Comment linked: Q4.9" in text_of(staff.get(address))
    assert queries(lambda: staff.get(address)) == few


def test_history_of_comment_shows_no_key(staff: Client) -> None:
    comment = make_comment(make_consultation("keys"), key="k77")
    address = reverse("responses:history", args=[row_types.row_ref(comment)])
    shown = text_of(staff.get(address))
    assert "<h1>History: Comment G1</h1>" in shown
    assert "k77<" not in shown


@pytest.mark.parametrize("about", ["question:999", "question:x", "nothing:1", "x"])
def test_history_of_unknown_row_returns_404(staff: Client, about: str) -> None:
    response = staff.get(reverse("responses:history", args=[about]))
    assert response.status_code == 404


# Restoring


def test_earlier_text_is_restored(staff: Client, ann: User) -> None:
    question = question_with_texts("One.", "Two.", by=ann)
    restore_version(staff, question, place=0, shown=2)
    question.refresh_from_db()
    assert (question.text, question.version) == ("<p>One.</p>", 3)


def test_restoration_is_recorded_in_history(staff: Client, ann: User) -> None:
    question = question_with_texts("One.", "Two.", by=ann)
    restore_version(staff, question, place=0, shown=2)
    assert "Restored the version of" in page(staff, question)


def test_stale_restoration_is_refused(staff: Client, ann: User) -> None:
    question = question_with_texts("One.", "Two.", by=ann)
    save_text(question, "Three.", ann)
    restore_version(staff, question, place=0, shown=2)
    question.refresh_from_db()
    assert question.text == "<p>Three.</p>"


def test_removed_row_is_restored(staff: Client, ann: User) -> None:
    comment = make_comment(make_consultation("gone"), text="It was here.")
    about, pk = row_types.row_ref(comment), comment.pk
    history.delete_all([comment], by=ann)
    past = find_row_history(about)
    assert past is not None
    first = past.rows()[len(past.rows()) - 1].history_id
    restore(past, history_id=first, shown=0, by=ann)
    assert Comment.objects.get(pk=pk).text == "<p>It was here.</p>"


def test_restoration_without_parent_is_refused(ann: User) -> None:
    question = make_question(make_consultation("orphan"))
    comment = make_comment(question.consultation, question)
    about = row_types.row_ref(comment)
    history.delete_all([comment, question], by=ann)
    past = find_row_history(about)
    assert past is not None
    with pytest.raises(Refusal, match="Restore the question first"):
        restore(
            past,
            history_id=past.rows()[len(past.rows()) - 1].history_id,
            shown=0,
            by=ann,
        )


def test_restoration_over_duplicate_key_is_refused(ann: User) -> None:
    consultation = make_consultation("taken")
    comment = make_comment(consultation, key="k1")
    about = row_types.row_ref(comment)
    history.delete_all([comment], by=ann)
    make_comment(consultation, key="k1")
    past = find_row_history(about)
    assert past is not None
    with pytest.raises(Refusal, match="another item now uses the same"):
        restore(
            past,
            history_id=past.rows()[len(past.rows()) - 1].history_id,
            shown=0,
            by=ann,
        )


def test_approver_is_not_offered_restoration(client: Client, ann: User) -> None:
    shown = page(
        log_in(client, "Approver"), question_with_texts("One.", "Two.", by=ann)
    )
    assert "Restore this version" not in shown


# The trail


@pytest.fixture
def consultation_with_trail(ann: User) -> Consultation:
    consultation = make_consultation("told")
    trail.record_event(
        consultation, kind="extended", summary="Extended by a week", by=ann
    )
    trail.record_event(
        consultation, kind="loaded", summary="=cmd|' /C calc'!A0", by=None
    )
    return consultation


def trail_page(client: Client, consultation: Consultation, query: str = "") -> str:
    address = reverse("responses:trail", args=[consultation.slug])
    return text_of(client.get(f"{address}{query}"))


def test_trail_lists_events(
    staff: Client, consultation_with_trail: Consultation
) -> None:
    assert "Extended by a week" in trail_page(staff, consultation_with_trail)


def test_trail_is_filtered_by_kind(
    staff: Client, consultation_with_trail: Consultation
) -> None:
    assert "Extended by a week" not in trail_page(
        staff, consultation_with_trail, "?kind=loaded"
    )


def test_trail_page_has_no_markup_faults(
    staff: Client, consultation_with_trail: Consultation
) -> None:
    assert Read(trail_page(staff, consultation_with_trail)).faults == []


def test_long_trail_is_paginated(
    staff: Client, consultation_with_trail: Consultation
) -> None:
    for number in range(TRAIL_PAGE):
        trail.record_event(
            consultation_with_trail,
            kind="answered",
            summary=f"Comment {number}",
            by=None,
        )
    assert "Extended by a week" not in trail_page(staff, consultation_with_trail)
    assert "Extended by a week" in trail_page(
        staff, consultation_with_trail, "?before=3"
    )


def test_trail_is_exported_as_csv(
    staff: Client, consultation_with_trail: Consultation
) -> None:
    address = reverse(
        "responses:trail_export", args=[consultation_with_trail.slug, "csv"]
    )
    lines = text_of(staff.get(address)).splitlines()
    assert (len(lines), "Extended by a week" in lines[1]) == (3, True)
    assert lines[0].endswith(
        "Number,Date and time,User,Event,Summary,Checksum (SHA-256)"
    )
    assert ",Deadline extended," in lines[1]


def test_csv_export_escapes_formulas(
    staff: Client, consultation_with_trail: Consultation
) -> None:
    address = reverse(
        "responses:trail_export", args=[consultation_with_trail.slug, "csv"]
    )
    assert ",'=cmd" in text_of(staff.get(address))


def test_trail_is_exported_as_json(
    staff: Client, consultation_with_trail: Consultation
) -> None:
    address = reverse(
        "responses:trail_export", args=[consultation_with_trail.slug, "json"]
    )
    events = json.loads(staff.get(address).content)["events"]
    assert [event["by"] for event in events] == ["ann", ""]


def test_removed_rows_are_listed_with_their_history(
    staff: Client, consultation_with_trail: Consultation, ann: User
) -> None:
    change = make_change(consultation_with_trail, reference="Clause 9.9")
    history.delete_all([change], by=ann)
    shown = trail_page(staff, consultation_with_trail)
    assert "Clause 9.9" in shown
    assert f"/desk/history/change:{change.history.model.objects.last().id}/" in shown
