"""Clause changes at the desk: creating, editing, reordering, removing."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from consultations.models import ClauseChange, Consultation
from responses.editing.keys import free_key, free_slug
from responses.models import ChangeCause
from tests.support.factories import (
    make_change,
    make_comment,
    make_consultation,
    make_document,
    make_question,
)
from tests.support.pages import Read, log_in, queries, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def about() -> Consultation:
    return make_consultation("about")


@pytest.fixture
def staff(client: Client) -> Client:
    return log_in(client, "Drafter")


def address(name: str, *args: object) -> str:
    return reverse(f"responses:{name}", args=["about", *args])


def typed(**values: Any) -> dict[str, Any]:
    return {
        "key": "c1",
        "document": str(make_document().pk),
        "reference": "Clause 13.2",
        "description": "Words put in.",
        "rationale": "A respondent asked.",
        "shown": "0",
        **values,
    }


def make(client: Client, query: str = "", **values: Any) -> ClauseChange:
    response = client.post(address("new_change") + query, typed(**values))
    assert response.status_code == 302, text_of(response)
    return ClauseChange.objects.get(key=values.get("key", "c1"))


# Creating


def test_change_is_created(staff: Client, about: Consultation) -> None:
    assert make(staff).description == "<p>Words put in.</p>"


def test_change_form_is_prefilled_from_comment(
    staff: Client, about: Consultation
) -> None:
    comment = make_comment(about, concerns=["S1SR Clause 4.1"])
    shown = text_of(staff.get(address("new_change") + "?comment=k1"))
    assert 'value="S1SR Clause 4.1"' in shown
    assert f'name="causes" value="{comment.pk}" checked' in shown


def test_change_created_from_comment_redirects_to_comment(
    staff: Client, about: Consultation
) -> None:
    comment = make_comment(about)
    sent = typed(causes=[str(comment.pk)])
    response = staff.post(address("new_change") + "?comment=k1", sent)
    assert response.headers["Location"] == address("comment", "k1")


def test_change_and_cause_are_linked_both_ways(
    staff: Client, about: Consultation
) -> None:
    comment = make_comment(about)
    change = make(staff, causes=[str(comment.pk)])
    assert ChangeCause.objects.get().comment == comment
    assert comment.change_links.get().change == change


def test_empty_change_key_gets_next_free_key(
    staff: Client, about: Consultation
) -> None:
    make_change(about, key="c7")
    staff.post(address("new_change"), typed(key=""))
    assert about.changes.filter(key="c8").exists()


def test_duplicate_change_key_is_refused(staff: Client, about: Consultation) -> None:
    make_change(about, key="c1")
    response = staff.post(address("new_change"), typed())
    assert "Another clause change has the reference “c1”" in text_of(response)


def test_document_of_another_consultation_is_refused(
    staff: Client, about: Consultation
) -> None:
    other = make_document("OTHER")
    response = staff.post(address("new_change"), typed(document=str(other.pk)))
    assert not ClauseChange.objects.exists(), text_of(response)


def test_cause_of_another_consultation_is_refused(
    staff: Client, about: Consultation
) -> None:
    foreign = make_comment(make_consultation("elsewhere"))
    staff.post(address("new_change"), typed(causes=[str(foreign.pk)]))
    assert not ClauseChange.objects.exists()


def test_oversized_cause_id_is_refused(staff: Client, about: Consultation) -> None:
    response = staff.post(address("new_change"), typed(causes=["9" * 23]))
    assert response.status_code in {200, 404}
    assert not ClauseChange.objects.exists()


# Editing


def test_causes_are_replaced(staff: Client, about: Consultation) -> None:
    first, second = make_comment(about), make_comment(about)
    change = make_change(about, because_of=(first,))
    sent = typed(shown="1", causes=[str(second.pk)])
    assert staff.post(address("change", "c1"), sent).status_code == 302
    assert [cause.comment for cause in change.causes.all()] == [second]


def test_change_page_shows_causing_comments(staff: Client, about: Consultation) -> None:
    make_change(about, because_of=(make_comment(about, text="Please say when."),))
    assert "Please say when." in text_of(staff.get(address("change", "c1")))


def test_change_pages_name_comments_by_number(
    staff: Client, about: Consultation
) -> None:
    question = make_question(about)
    make_comment(about)
    make_change(about, because_of=(make_comment(about, question),))
    for page in (address("changes"), address("change", "c1")):
        assert ">Comment Q1.1</a>" in text_of(staff.get(page))
    removal = text_of(staff.get(address("remove_change", "c1")))
    assert "Comment Q1.1 will no longer be linked" in removal


def test_comments_without_change_are_offered_first(
    staff: Client, about: Consultation
) -> None:
    make_comment(about)
    question = make_question(about)
    comment = make_comment(about, question, disposition="changed")
    page = text_of(staff.get(address("new_change")))
    offered = page[page.index('class="boxes"') : page.index("<details")]
    assert f'value="{comment.pk}"' in offered
    assert "Q1.1: " in offered


def test_change_without_reference_is_refused(
    staff: Client, about: Consultation
) -> None:
    page = text_of(staff.post(address("new_change"), typed(reference="")))
    assert "Enter the drafting reference." in page


def test_stale_change_form_is_refused(staff: Client, about: Consultation) -> None:
    change = make_change(about)
    staff.post(address("change", "c1"), typed(shown="1", reference="Clause 1"))
    response = staff.post(address("change", "c1"), typed(shown="1", reference="No. 2"))
    change.refresh_from_db()
    assert change.reference == "Clause 1"
    assert "Someone else saved changes" in text_of(response)


def test_concurrently_added_causes_are_not_lost(
    staff: Client, about: Consultation
) -> None:
    first, second = make_comment(about), make_comment(about)
    make_change(about)
    staff.post(address("change", "c1"), typed(shown="1", causes=[str(first.pk)]))
    sent = typed(shown="1", causes=[str(second.pk)])
    response = staff.post(address("change", "c1"), sent)
    assert "Comments that led to this change" in text_of(response)
    assert [cause.comment for cause in ChangeCause.objects.all()] == [first]


# The list


def in_order(about: Consultation) -> list[str]:
    return [change.key for change in about.changes.order_by("position", "pk")]


def test_change_moves_up(staff: Client, about: Consultation) -> None:
    _, second = make_change(about), make_change(about)
    staff.post(address("order_changes"), {"row": str(second.pk), "step": "up"})
    assert in_order(about) == ["c2", "c1"]


def test_first_change_cannot_move_up(staff: Client, about: Consultation) -> None:
    first, _ = make_change(about), make_change(about)
    staff.post(address("order_changes"), {"row": str(first.pk), "step": "up"})
    assert in_order(about) == ["c1", "c2"]


def test_changes_are_reordered_by_drag(staff: Client, about: Consultation) -> None:
    rows = [make_change(about) for _ in range(3)]
    keys = ",".join(str(row.pk) for row in (rows[2], rows[0], rows[1]))
    staff.post(address("order_changes"), {"order": keys})
    assert in_order(about) == ["c3", "c1", "c2"]


def test_change_missing_from_posted_order_stays_last(
    staff: Client, about: Consultation
) -> None:
    rows = [make_change(about) for _ in range(3)]
    staff.post(address("order_changes"), {"order": f"{rows[1].pk},{rows[0].pk},999"})
    assert in_order(about) == ["c2", "c1", "c3"]


def test_change_list_query_count_is_constant(
    staff: Client, about: Consultation
) -> None:
    question = make_question(about)
    make_change(about, because_of=(make_comment(about, question),))
    few = queries(lambda: staff.get(address("changes")))
    for _ in range(10):
        make_change(about, because_of=(make_comment(about, question),))
    assert queries(lambda: staff.get(address("changes"))) == few


@pytest.mark.parametrize("name", ["changes", "new_change", "change", "remove_change"])
def test_change_pages_have_no_markup_faults(
    staff: Client, about: Consultation, name: str
) -> None:
    make_change(about, because_of=(make_comment(about),))
    args = ["c1"] if name in {"change", "remove_change"} else []
    assert Read(text_of(staff.get(address(name, *args)))).faults == []


def test_removed_change_keeps_its_comment(staff: Client, about: Consultation) -> None:
    comment = make_comment(about)
    make_change(about, because_of=(comment,))
    staff.post(address("remove_change", "c1"), {"shown": "1"})
    assert not ClauseChange.objects.exists()
    comment.refresh_from_db()


def test_concurrently_edited_change_is_not_removed(
    staff: Client, about: Consultation
) -> None:
    make_change(about)
    staff.post(address("change", "c1"), typed(shown="1"))
    response = staff.post(address("remove_change", "c1"), {"shown": "1"})
    assert "has been changed by someone else" in text_of(response)


def test_change_of_another_consultation_returns_404(
    staff: Client, about: Consultation
) -> None:
    make_change(make_consultation("elsewhere"), key="c5")
    assert staff.get(address("change", "c5")).status_code == 404


# Keys


@pytest.mark.parametrize(
    ("taken", "free"), [([], "k1"), (["k1", "k3"], "k4"), (["kx", "c9"], "k1")]
)
def test_free_key_follows_the_highest(taken: list[str], free: str) -> None:
    assert free_key("k", taken) == free


@pytest.mark.parametrize(
    ("taken", "free"), [([], "a"), (["a"], "a-2"), (["a", "a-2"], "a-3")]
)
def test_free_slug_gets_a_number(taken: list[str], free: str) -> None:
    assert free_slug("a", taken) == free


def test_free_slug_respects_max_length() -> None:
    assert free_slug("a" * 130, ["a" * 120]) == "a" * 118 + "-2"
