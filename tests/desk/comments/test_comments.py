"""Comments at the desk: list, filters, bulk update, and the comment page."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from consultations.models import Consultation, Passage, PassageUse, Question
from responses.analysis.counted import counted_responses_of, respondent_labels
from responses.comments.bulk import (
    ListSnapshot,
    bulk_update_comments,
    current_list_snapshot,
)
from responses.comments.work import next_comment_key
from responses.editing import autosave
from responses.models import Comment, CommentSource, DCCResponse, Respondent
from responses.row_types import row_ref
from tests.browser.test_pages import enter
from tests.support.accessibility import axe_violations
from tests.support.editor_page import editor_of
from tests.support.factories import (
    make_change,
    make_comment,
    make_question,
    make_respondent,
    make_submission,
    make_user,
)
from tests.support.form_reading import form_with
from tests.support.pages import Read, at, closed_consultation, log_in, queries, text_of

pytestmark = pytest.mark.django_db

ROOM = "/desk/consultations/work/comments/"


@pytest.fixture
def staff(client: Client) -> Client:
    client.force_login(make_user("anna", role="Drafter"))
    return client


@pytest.fixture
def work() -> Consultation:
    return closed_consultation("work")


def page(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return " ".join(text_of(response).split())


def shown(client: Client, query: str = "") -> list[str]:
    """Return the keys of the comments that the list shows."""
    link = r'<h2> <a href="[^"]*/comments/([^/"]*)/[^"]*">'
    return re.findall(link, page(client, ROOM + query))


def make_comment_at(
    position: int, consultation: Consultation, *args: Any, **values: Any
) -> None:
    comment = make_comment(consultation, *args, **values)
    comment.position = position
    comment.save()


def save_comment(client: Client, key: str, **typed: Any) -> Any:
    """Post the form of a comment with some fields changed."""
    form = client.get(f"{ROOM}{key}/").context["forms"]
    data = {bound.html_name: bound.value() for each in form for bound in each}
    data["comment-sources"] = [
        getattr(each, "pk", each) for each in data["comment-sources"] or ()
    ]
    data = {name: "" if value is None else value for name, value in data.items()}
    return client.post(f"{ROOM}{key}/", data | typed)


def make_answer(question: Question, name: str, text: str, **values: Any) -> Respondent:
    person = make_respondent(question.consultation, name)
    submission = make_submission(person, received=at(-12))
    submission.answers.create(question=question, text=text, **values)
    return person


# The list


def test_comments_are_ordered_by_question_and_position(
    staff: Client, work: Consultation
) -> None:
    first, second = make_question(work), make_question(work)
    make_comment_at(1, work, key="late")  # of no question
    make_comment_at(1, work, second, key="b1")
    make_comment_at(2, work, first, key="a2")
    make_comment_at(1, work, first, key="a1")
    assert shown(staff) == ["a1", "a2", "b1", "late"]
    rows = re.findall(r"<h2> <a [^>]*>([^<]*)</a>", page(staff, ROOM))
    assert rows == ["Q1.1", "Q1.2", "Q2.1", "G1"]


def test_comment_filters_are_combined_with_and(
    staff: Client, work: Consultation
) -> None:
    question, other = make_question(work), make_question(work)
    north, south = make_respondent(work, "North"), make_respondent(work, "South")
    make_comment(work, question, key="wanted", sources=(north,))
    make_comment(work, question, key="answered", sources=(north,), response="Yes.")
    make_comment(work, question, key="of-south", sources=(south,))
    make_comment(work, other, key="elsewhere", sources=(north,))
    query = f"?question={question.key}&respondent={north.key}&state=unanswered"
    assert shown(staff, query) == ["wanted"]


@pytest.mark.parametrize(
    ("state", "keys"),
    [
        ("all", ["bare", "empty", "said", "noted", "both"]),
        ("unanswered", ["bare", "empty", "noted"]),
        ("undecided", ["said"]),
        ("answered", ["said", "both"]),
        ("noted", ["noted", "both"]),
        ("not-changed", []),
    ],
)
def test_state_filter_shows_matching_comments(
    staff: Client, work: Consultation, state: str, keys: list[str]
) -> None:
    make_comment(work, key="bare")
    DCCResponse.objects.create(comment=make_comment(work, key="empty"))
    make_comment(work, key="said", response="Yes.")
    make_comment(work, key="noted", disposition="noted")
    make_comment(work, key="both", response="Yes.", disposition="noted")
    assert shown(staff, f"?state={state}") == keys


@pytest.mark.parametrize(
    ("value", "keys"), [("me", ["mine"]), ("ben", ["bens"]), ("nobody", ["free"])]
)
def test_assigned_filter_shows_matching_comments(
    staff: Client, work: Consultation, value: str, keys: list[str]
) -> None:
    ben = make_user("ben", role="Drafter")
    make_comment(work, key="mine", assigned_to_id=staff.session["_auth_user_id"])
    make_comment(work, key="bens", assigned_to=ben)
    make_comment(work, key="free")
    assert shown(staff, f"?assigned={value}") == keys


def test_question_filter_none_shows_general_comments(
    staff: Client, work: Consultation
) -> None:
    make_comment(work, make_question(work), key="asked")
    make_comment(work, key="unasked")
    assert shown(staff, "?question=none") == ["unasked"]


@pytest.mark.parametrize(
    "words", ["paraphrased", "said+back", "WROTE+themselves", '"wrote+them"']
)
def test_search_covers_every_text_of_a_comment(
    staff: Client, work: Consultation, words: str
) -> None:
    question = make_question(work)
    person = make_answer(question, "North", "<p>They <em>wrote</em> themselves.</p>")
    make_comment(
        work,
        question,
        key="found",
        text="As paraphrased.",
        response="This is said back.",
        sources=(person,),
    )
    make_comment(work, question, key="other", text="Something else.")
    assert shown(staff, f"?q={words}") == ["found"]


def test_search_ignores_answers_to_other_questions(
    staff: Client, work: Consultation
) -> None:
    question, other = make_question(work), make_question(work)
    person = make_answer(other, "North", "Zebra")
    make_comment(work, question, sources=(person,))
    make_comment(work, key="general", sources=(person,))  # of none: of all they wrote
    assert shown(staff, "?q=zebra") == ["general"]


def test_filter_choices_show_comment_counts(staff: Client, work: Consultation) -> None:
    question, other = make_question(work), make_question(work)
    person = make_respondent(work, "North")
    make_comment(work, question, response="Yes.", sources=(person,))
    make_comment(work, question)
    make_comment(work, other)
    html = page(staff, f"{ROOM}?question={question.key}")
    assert 'Unanswered <span class="number">1</span>' in html
    assert f"{other.label} (1)" in html
    assert f"{question.label} (2)" in html
    assert "North (1)" in html
    assert "1 of 2 comments answered" in html


def test_pages_list_every_comment_once(staff: Client, work: Consultation) -> None:
    question = make_question(work)
    for number in range(70):
        make_comment_at(number % 7, work, question if number % 2 else None)
    first = shown(staff)
    html = page(staff, ROOM)
    following = re.findall(r'rel="next" href="([^"]*)"', html)[0]
    second = shown(staff, following)
    assert len(first) == 50
    assert sorted(first + second) == sorted(f"k{n}" for n in range(1, 71))


def test_comment_list_query_count_is_constant(
    staff: Client, work: Consultation
) -> None:
    def fill(count: int) -> int:
        for _ in range(count):
            person = make_respondent(work, "North")
            comment = make_comment(work, question, response="Yes.", sources=(person,))
            make_change(work, because_of=(comment,))
        return queries(lambda: staff.get(ROOM))

    question = make_question(work)
    staff.get(ROOM)
    assert fill(3) == fill(40)


@pytest.mark.parametrize(
    "query", ["?state=lost", "?after=x", "?after=1.2", "?after=1.a.3"]
)
def test_invalid_filter_or_cursor_returns_404(
    staff: Client, work: Consultation, query: str
) -> None:
    assert staff.get(ROOM + query).status_code == 404


def test_filter_on_unknown_question_shows_unknown(
    staff: Client, work: Consultation
) -> None:
    make_comment(work)
    assert "q99 (unknown)" in page(staff, f"{ROOM}?question=q99")


@pytest.mark.parametrize(
    "address", [ROOM, f"{ROOM}k1/", "/desk/consultations/work/new-comment/"]
)
def test_comment_pages_have_no_markup_faults(
    staff: Client, work: Consultation, address: str
) -> None:
    question = make_question(work)
    person = make_answer(question, "North", "Words.")
    make_comment(work, question, response="Yes.", sources=(person,))
    assert Read(text_of(staff.get(address))).faults == []


def test_approver_has_read_only_comment_list(
    client: Client, work: Consultation
) -> None:
    make_comment(work)
    log_in(client, "Approver")
    html = page(client, ROOM)
    assert "Add comment" not in html
    assert 'id="together"' not in html


# Bulk update


def bulk_update(client: Client, query: str = "", **typed: Any) -> Any:
    mark = str(client.get(ROOM).context["bulk_form"].initial["mark"])
    typed = {"mark": mark, **typed}
    address = f"/desk/consultations/work/comments-together/{query}"
    return client.post(address, typed, follow=True)


def test_selected_comments_are_updated_in_bulk(
    staff: Client, work: Consultation
) -> None:
    one, two, other = (make_comment(work, response=r) for r in ("Yes.", "", "No."))
    ben = make_user("ben", role="Drafter")
    response = bulk_update(
        staff, row=[one.pk, two.pk], assign="ben", disposition="noted"
    )
    assert "2 comments assigned to ben." in text_of(response)
    assert "Outcome of 2 comments set to “Noted”." in text_of(response)
    assert set(Comment.objects.filter(assigned_to=ben)) == {one, two}
    assert DCCResponse.objects.filter(disposition="noted").count() == 2
    other.refresh_from_db()
    assert (other.assigned_to, other.dcc_response.disposition) == (None, "")


def test_bulk_update_covers_all_pages_of_matches(
    staff: Client, work: Consultation
) -> None:
    for number in range(60):
        make_comment(work, response="Yes." if number < 5 else "")
    bulk_update(staff, "?state=unanswered", every="on", assign="anna")
    assert Comment.objects.filter(assigned_to__username="anna").count() == 55


def test_bulk_update_is_recorded_in_each_history(
    staff: Client, work: Consultation
) -> None:
    comment = make_comment(work, response="Yes.")
    bulk_update(staff, row=[comment.pk], assign="anna", disposition="changed")
    for row in (Comment.objects.get(), DCCResponse.objects.get()):
        last: Any = row.history.latest()
        assert (row.version, last.version) == (2, 2)
        assert last.history_user.username == "anna"


def test_bulk_disposition_skips_concurrently_saved_comments(
    staff: Client, work: Consultation
) -> None:
    kept, free = (make_comment(work, response="Yes.") for _ in range(2))
    mark = str(current_list_snapshot())
    mine: Any = kept.dcc_response
    mine.disposition = "changed"
    mine._history_user = make_user("ben", role="Drafter")
    mine.save()
    rows = [kept.pk, free.pk]
    html = text_of(bulk_update(staff, row=rows, disposition="noted", mark=mark))
    assert "Outcome not updated for G1 (ben): changed by someone else" in html
    assert set(DCCResponse.objects.values_list("comment__key", "disposition")) == {
        (kept.key, "changed"),
        (free.key, "noted"),
    }


def test_bulk_update_skips_comments_added_since_listing(
    work: Consultation,
) -> None:
    shown = current_list_snapshot()
    make_comment(work)
    done = bulk_update_comments(
        work.comments.all(),
        consultation=work,
        shown=shown,
        by=make_user(),
        disposition="noted",
    )
    assert (done.decided, len(done.skipped)) == (0, 1)


def test_failed_bulk_update_is_rolled_back(
    work: Consultation, monkeypatch: pytest.MonkeyPatch
) -> None:
    comment = make_comment(work)
    monkeypatch.setattr("responses.comments.bulk.create_all", _fails)
    with pytest.raises(RuntimeError):
        bulk_update_comments(
            work.comments.all(),
            consultation=work,
            shown=ListSnapshot(10**9, 10**9),
            by=make_user(),
            assign=True,
            to=make_user(),
            disposition="noted",
        )
    comment.refresh_from_db()
    assert comment.assigned_to is None


def _fails(*args: object, **kwargs: object) -> None:
    raise RuntimeError


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"assign": "anna"}, "Select the comments to update"),
        ({"every": "on"}, "Select an assignee or an outcome."),
        ({"every": "on", "assign": "stranger"}, "Assign to: Select a valid choice"),
        ({"every": "on", "assign": "anna", "mark": "x"}, "This page is out of date"),
    ],
)
def test_incomplete_bulk_update_shows_error(
    staff: Client, work: Consultation, typed: dict[str, str], said: str
) -> None:
    make_comment(work)
    assert said in text_of(bulk_update(staff, **typed))


def test_bulk_update_ignores_comments_of_another_consultation(
    staff: Client, work: Consultation
) -> None:
    make_comment(work)
    foreign = make_comment(closed_consultation("other"))
    bulk_update(staff, row=[foreign.pk], assign="anna")
    foreign.refresh_from_db()
    assert foreign.assigned_to is None


# The comment page


def test_comment_page_shows_source_answers_to_its_question(
    staff: Client, work: Consultation
) -> None:
    question, other = make_question(work), make_question(work)
    person = make_answer(question, "North", "Ours <em>exactly</em>.", stance="disagree")
    person.submissions.get().answers.create(question=other, text="Something else.")
    make_answer(question, "South", "Not theirs.")
    make_comment(work, question, sources=(person,))
    html = page(staff, f"{ROOM}k1/")
    assert "Ours <em>exactly</em>." in html
    assert ">Disagree<" in html
    assert "Something else." not in html
    assert "Not theirs." not in html


def test_general_comment_page_has_all_source_answers_folded(
    staff: Client, work: Consultation
) -> None:
    question = make_question(work)
    person = make_answer(question, "North", "Ours.")
    make_comment(work, sources=(person,))
    html = page(staff, f"{ROOM}k1/")
    assert f"<details><summary> {question.label} </summary>" in html
    assert "Ours." in html


def test_confidential_answer_is_marked(staff: Client, work: Consultation) -> None:
    question = make_question(work)
    person = make_answer(question, "North", "Ours.", confidential=True)
    make_comment(work, question, sources=(person,))
    assert "Confidential" in page(staff, f"{ROOM}k1/")


def test_respondent_labels_match_the_conclusion(
    work: Consultation,
) -> None:
    question = make_question(work)
    refused = make_answer(question, "Refused", "Too late.")
    refused.submissions.update(received=at(-1), accepted=False)
    make_submission(
        make_respondent(work, "Proud"), received=at(-12), attribution="named"
    )
    for name in ("North", "South"):
        make_answer(question, name, "Yes.")
    printed = [person.label for person in counted_responses_of(work).respondents]
    assert list(respondent_labels(work).values()) == printed


def test_comment_and_response_are_saved_together(
    staff: Client, work: Consultation
) -> None:
    make_comment(work)
    response = save_comment(
        staff,
        "k1",
        **{
            "comment-text": "A better paraphrase.",
            "response-text": "It is retried.",
            "response-disposition": "clarified",
        },
    )
    assert response.status_code == 302
    comment = Comment.objects.get()
    assert comment.text == "<p>A better paraphrase.</p>"
    assert comment.dcc_response.text == "<p>It is retried.</p>"
    assert comment.dcc_response.disposition == "clarified"


def test_empty_response_is_not_created(staff: Client, work: Consultation) -> None:
    make_comment(work)
    save_comment(staff, "k1", **{"comment-text": "A better paraphrase."})
    assert not DCCResponse.objects.exists()


def test_stale_save_shows_both_texts(staff: Client, work: Consultation) -> None:
    comment = make_comment(work, response="Ours.")
    comment.text = "Theirs as published."
    comment.version = 2
    comment.save()
    response = staff.post(
        f"{ROOM}k1/",
        {
            "comment-text": "Mine as published.",
            "comment-shown": "1",
            "response-text": "Mine in answer.",
            "response-shown": "1",
        },
    )
    assert "Theirs as published." in text_of(response)
    assert "Mine as published." in text_of(response)
    assert DCCResponse.objects.get().text == "<p>Ours.</p>"


def test_concurrently_created_response_is_a_conflict(
    staff: Client, work: Consultation
) -> None:
    make_comment(work, response="Quicker.")
    response = staff.post(
        f"{ROOM}k1/",
        {
            "comment-text": Comment.objects.get().text,
            "comment-shown": "1",
            "response-text": "Slower.",
            "response-shown": "0",
        },
    )
    assert "Quicker." in text_of(response)
    assert "Someone else saved changes" in text_of(response)


def test_sources_are_added_and_removed_with_history(
    staff: Client, work: Consultation
) -> None:
    stays, goes, comes = (make_respondent(work, name) for name in "ABC")
    comment = make_comment(work, sources=(stays, goes))
    save_comment(staff, "k1", **{"comment-sources": [comes.pk, stays.pk]})
    assert [link.respondent for link in comment.source_links.all()] == [stays, comes]
    assert CommentSource.history.filter(history_type="-").count() == 1


def test_respondent_of_another_consultation_is_no_source(
    staff: Client, work: Consultation
) -> None:
    foreign = make_respondent(closed_consultation("other"), "Foreign")
    make_comment(work)
    response = save_comment(staff, "k1", **{"comment-sources": [foreign.pk]})
    assert response.status_code == 200
    assert not CommentSource.objects.exists()


def test_comment_moved_to_another_question_comes_last(
    staff: Client, work: Consultation
) -> None:
    first, second = make_question(work), make_question(work)
    make_comment_at(1, work, first)
    make_comment_at(7, work, second)
    save_comment(staff, "k1", **{"comment-question": second.pk})
    assert Comment.objects.get(key="k1").position == 8


def test_only_first_response_is_recorded_in_trail(
    staff: Client, work: Consultation
) -> None:
    make_comment(work)
    for text in ("It is retried.", "", "It is retried twice."):
        save_comment(staff, "k1", **{"response-text": text})
    assert [event.summary for event in work.events.filter(kind="answered")] == [
        "Comment G1 answered."
    ]


def test_save_redirects_to_next_unanswered_in_filter(
    staff: Client, work: Consultation
) -> None:
    question, other = make_question(work), make_question(work)
    for asked, response in (
        (question, ""),
        (question, "Yes."),
        (other, ""),
        (question, ""),
    ):
        make_comment(work, asked, response=response)
    address = f"{ROOM}k1/?question={question.key}"
    typed = {"comment-text": "A.", "comment-shown": 1, "response-shown": 0}
    typed |= {"comment-question": question.pk, "response-text": "Yes.", "then": "next"}
    saved: Any = staff.post(address, typed)
    assert saved.url == f"{ROOM}k4/?question={question.key}"


def test_save_of_last_unanswered_redirects_to_list(
    staff: Client, work: Consultation
) -> None:
    make_comment(work)
    response = save_comment(staff, "k1", **{"response-text": "Yes.", "then": "next"})
    assert response.url == ROOM
    saved = f'<a href="{ROOM}k1/">Comment G1</a> saved.'
    said = f"{saved} All comments in this list have a response."
    assert said in page(staff, ROOM)


def test_save_names_the_comment_and_links_to_it_from_the_next(
    staff: Client, work: Consultation
) -> None:
    question = make_question(work)
    for _ in range(2):
        make_comment(work, question)
    typed = {"response-text": "Yes."}
    save_comment(staff, "k1", **typed)
    assert "Comment Q1.1 saved." in page(staff, f"{ROOM}k1/")
    response = save_comment(staff, "k1", then="next", **typed)
    assert response.url == f"{ROOM}k2/"
    html = page(staff, response.url)
    assert f'<a href="{ROOM}k1/">Comment Q1.1</a> saved.' in html
    assert "<h1>Comment Q1.2" in html


def test_comment_page_links_to_neighbours_in_filter(
    staff: Client, work: Consultation
) -> None:
    question = make_question(work)
    for asked in (question, question, None, question):
        make_comment(work, asked)
    html = page(staff, f"{ROOM}k2/?question={question.key}")
    assert f'rel="prev" href="{ROOM}k1/?question={question.key}"' in html
    assert f'rel="next" href="{ROOM}k4/?question={question.key}"' in html


def test_comment_page_links_to_changes_and_new_change(
    staff: Client, work: Consultation
) -> None:
    comment = make_comment(work)
    make_change(work, because_of=(comment,), reference="Clause 9.9")
    html = page(staff, f"{ROOM}k1/")
    assert "S1SR Clause 9.9" in html
    assert "?comment=k1" in html


def test_approver_has_read_only_comment_page(
    client: Client, work: Consultation
) -> None:
    make_comment(work, response="It is retried.")
    log_in(client, "Approver")
    html = page(client, f"{ROOM}k1/")
    assert "It is retried." in html
    assert "<textarea" not in html
    assert client.post(f"{ROOM}k1/", {"comment-text": "Mine."}).status_code == 403


def test_comment_key_with_slash_has_a_page(staff: Client, work: Consultation) -> None:
    make_comment(work, key="Q1/3 new")
    assert "<h1>Comment G1" in page(staff, f"{ROOM}Q1/3%20new/")


def test_comment_save_query_count_is_constant(
    staff: Client, work: Consultation
) -> None:
    make_comment(work)
    few = queries(lambda: save_comment(staff, "k1", **{"response-text": "One."}))
    for _ in range(30):
        make_comment(work, sources=(make_respondent(work, "North"),))
    more = queries(lambda: save_comment(staff, "k1", **{"response-text": "Two."}))
    assert more <= few


def test_comment_page_query_count_is_constant(
    staff: Client, work: Consultation
) -> None:
    question = make_question(work)

    def open_with(count: int) -> int:
        for number in range(count):
            person = make_answer(question, f"Supplier {number}", "Words.")
            comment = make_comment(work, question, sources=(person,))
        address = f"{ROOM}{comment.key}/"
        staff.get(address)
        return queries(lambda: staff.get(address))

    assert open_with(2) == open_with(30)


# New comments


def test_new_comment_gets_next_key_and_last_position(
    staff: Client, work: Consultation
) -> None:
    question = make_question(work)
    make_comment_at(3, work, question, key="k7")
    staff.post(
        "/desk/consultations/work/new-comment/",
        {"comment-text": "A point.", "comment-question": question.pk},
    )
    comment = Comment.objects.get(key="k8")
    assert (comment.question, comment.position) == (question, 4)


def test_removed_comment_key_is_not_reused(work: Consultation) -> None:
    make_comment(work, key="k9").delete()
    assert next_comment_key(work) == "k10"


def test_duplicate_comment_key_is_refused_with_remedy(
    staff: Client, work: Consultation
) -> None:
    make_comment(work)
    response = staff.post(
        "/desk/consultations/work/new-comment/",
        {"comment-text": "A point.", "comment-key": "k1"},
    )
    assert "Another comment has the reference “k1”. Enter a different" in text_of(
        response
    )


def test_comment_is_created_from_an_answer(staff: Client, work: Consultation) -> None:
    question = make_question(work)
    person = make_answer(question, "North", "We cannot do it by <strong>May</strong>.")
    answer = person.submissions.get().answers.get()
    address = f"/desk/consultations/work/new-comment/?answer={answer.pk}"
    form = staff.get(address).context["forms"][0]
    assert form["text"].value() == answer.text
    staff.post(
        address,
        {
            "comment-text": "A respondent could not do it by May.",
            "comment-question": question.pk,
            "comment-sources": [person.pk],
        },
    )
    comment = Comment.objects.get()
    assert comment.question == question
    assert [*comment.sources.all()] == [person]


def test_answer_of_another_consultation_returns_404(
    staff: Client, work: Consultation
) -> None:
    foreign = make_question(closed_consultation("other"))
    answer = make_answer(foreign, "N", "Text.").submissions.get().answers.get()
    address = f"/desk/consultations/work/new-comment/?answer={answer.pk}"
    assert staff.get(address).status_code == 404


# Removing


def test_removed_comment_stays_in_history(staff: Client, work: Consultation) -> None:
    comment = make_comment(work, response="Yes.")
    address = "/desk/consultations/work/remove-comment/k1/"
    staff.post(address, {"shown": comment.version})
    assert not Comment.objects.exists()
    assert Comment.history.filter(history_type="-").exists()


def test_comment_that_caused_a_change_is_not_removed(
    staff: Client, work: Consultation
) -> None:
    comment = make_comment(work)
    make_change(work, because_of=(comment,))
    address = "/desk/consultations/work/remove-comment/k1/"
    response = staff.post(address, {"shown": comment.version})
    assert "Comment G1 is linked to the clause change" in text_of(response)
    assert Comment.objects.exists()


# Similar comments


def test_similar_comments_with_different_answers_are_shown(
    staff: Client, work: Consultation
) -> None:
    words = "A respondent asked whether failed firmware updates are retried at night."
    make_comment(work, text=words, response="They are.", disposition="clarified")
    make_comment(
        work, text=words + " Please.", response="They are not.", disposition="changed"
    )
    make_comment(work, text="Nothing to do with the other at all.")
    html = page(staff, "/desk/consultations/work/similar-comments/k1/")
    assert (
        "outcome “Clarified”; the similar comment has “Accepted: text changed”" in html
    )
    assert ">G2</a>" in html
    assert "They are not." in html
    assert "Nothing to do" not in html


def test_similar_comments_referring_to_each_other_are_accepted(
    staff: Client, work: Consultation
) -> None:
    words = "A respondent asked whether failed firmware updates are retried at night."
    make_comment(work, text=words, response="They are.", disposition="clarified")
    make_comment(work, text=words, response="See [[comment: k1]].", disposition="noted")
    for key in ("k1", "k2"):
        html = page(staff, f"/desk/consultations/work/similar-comments/{key}/")
        assert "Answered differently" not in html


# Passages in responses


def passage(text: str = "<p>DCC will consult the Panel.</p>") -> Passage:
    return Passage.objects.create(
        title="The Panel", kind="response", text=text, owner=make_user()
    )


def test_passage_insertion_without_script_keeps_unsaved_text(
    staff: Client, work: Consultation
) -> None:
    make_comment(work)
    passage()
    response: Any = staff.post(
        f"{ROOM}k1/?state=unanswered",
        {
            "comment-text": "Typed but not saved.",
            "response-text": "First.",
            "insert": Passage.objects.get().pk,
        },
        follow=True,
    )
    comment, said = response.context["forms"]
    assert comment["text"].value() == "Typed but not saved."
    assert said["text"].value() == "First.\n\nDCC will consult the Panel."
    assert response.context["comment_filter"].state == "unanswered"
    assert Comment.objects.get().text != "<p>Typed but not saved.</p>"


def test_passage_insertion_keeps_invalid_text(
    staff: Client, work: Consultation
) -> None:
    make_comment(work)
    passage()
    typed = {"response-text": "<script>no</script>", "insert": Passage.objects.get().pk}
    response = staff.post(f"{ROOM}k1/", typed, follow=True)
    assert "&lt;script&gt;no&lt;/script&gt; DCC will" in " ".join(
        text_of(response).split()
    )


def test_passage_use_is_recorded_once_with_its_version(
    staff: Client, work: Consultation
) -> None:
    comment = make_comment(work)
    used = passage()
    for _ in range(2):
        save_comment(
            staff,
            "k1",
            **{
                "response-text": f"{used.text}<p>{timezone.now():%f}</p>",
                "response-used": f"{used.pk}:3",
            },
        )
    use = PassageUse.objects.get()
    assert (use.passage_version, use.about) == (3, row_ref(comment))
    assert (use.consultation, use.by.username) == (work, "anna")


def test_removed_passage_is_not_recorded(staff: Client, work: Consultation) -> None:
    make_comment(work)
    used = passage()
    save_comment(
        staff,
        "k1",
        **{"response-text": "All else.", "response-used": f"{used.pk}:1"},
    )
    assert not PassageUse.objects.exists()


def test_passage_search_without_script_keeps_unsaved_text(
    staff: Client, work: Consultation
) -> None:
    comment = make_comment(work)
    passage()
    response = staff.post(
        f"{ROOM}k1/",
        {"response-text": "Half a sen", "then": "find", "find": "nowhere"},
        follow=True,
    )
    assert "The Panel" not in text_of(response)
    assert "Half a sen" in text_of(response)
    assert autosave.load_draft(comment_user(staff), row_ref(comment)) is not None


def comment_user(client: Client) -> Any:
    from django.contrib.auth.models import User

    return User.objects.get(pk=client.session["_auth_user_id"])


# In a browser


@pytest.mark.django_db(transaction=True)
def test_passage_is_inserted_at_cursor_and_recorded(
    browser_page: Page,
) -> None:
    make_comment(closed_consultation("work"))
    used = passage("<p>As agreed.</p>")
    enter(browser_page, "Drafter")
    browser_page.goto(f"{ROOM}k1/")
    editor_of(browser_page, "DCC response").click()
    browser_page.keyboard.type("Before.")
    browser_page.get_by_text(used.title, exact=True).click()
    browser_page.get_by_role("button", name="Insert").click()
    browser_page.get_by_role("button", name="Save", exact=True).click()
    expect(browser_page.get_by_text("Comment G1 saved.", exact=True)).to_be_visible()
    assert DCCResponse.objects.get().text == "<p>Before.</p><p>As agreed.</p>"
    assert PassageUse.objects.get().passage == used
    assert axe_violations(browser_page) == []


@pytest.mark.django_db(transaction=True)
def test_comments_are_selected_and_assigned_by_keyboard(browser_page: Page) -> None:
    work = closed_consultation("work")
    for _ in range(3):
        make_comment(work)
    enter(browser_page, "Drafter")
    browser_page.goto(ROOM)
    browser_page.get_by_label("Select all on this page").press("Space")
    expect(browser_page.get_by_text("3 selected")).to_be_visible()
    browser_page.get_by_label("Outcome", exact=True).select_option("noted")
    browser_page.get_by_role("button", name="Apply to selected").press("Enter")
    expect(browser_page.get_by_text("Outcome of 3 comments set")).to_be_visible()
    assert axe_violations(browser_page) == []


def test_conflicting_sources_default_to_stored(
    client: Client,
) -> None:
    consultation = closed_consultation("about")
    first = make_respondent(consultation, "First")
    second = make_respondent(consultation, "Second")
    comment = make_comment(consultation, sources=(first,))
    address = reverse("responses:comment", args=["about", comment.key])
    log_in(client, "Drafter")
    mine = form_with(text_of(client.get(address)), "comment-text")
    theirs = mine | {"comment-sources": [str(first.pk), str(second.pk)]}
    assert client.post(address, theirs).status_code == 302
    page = text_of(client.post(address, mine | {"comment-text": ["Other words."]}))
    (choice,) = re.findall(r'<input[^>]*name="keep-comment-sources"[^>]*checked', page)
    assert 'value="stored"' in choice


@pytest.mark.parametrize("query", ["question=%00", "respondent=%01", "assigned=%7F"])
def test_filter_with_control_characters_returns_404(client: Client, query: str) -> None:
    closed_consultation("about")
    log_in(client, "Drafter")
    address = reverse("responses:comments", args=["about"])
    assert client.get(f"{address}?{query}").status_code == 404
