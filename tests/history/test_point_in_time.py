"""A conclusion at any past moment, reconstructed from history."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from consultations.documents.conclusion.content import ConclusionContent
from consultations.editions import workflow
from consultations.editions.triggers import without_guards
from consultations.models import Conclusion, RegulatedDocument
from consultations.models.base import Editable
from responses.analysis.conclusion_content import (
    conclusion_content,
    content_from_rows,
    full_content,
)
from responses.history.point_in_time import (
    DidNotExistYet,
    Moment,
    content_at,
    moments,
    rows_at,
)
from responses.management.commands import demo
from tests.support import editions, sizes
from tests.support.factories import (
    london,
    make_change,
    make_comment,
    make_conclusion,
    make_consultation,
    make_question,
    make_respondent,
    make_submission,
    make_user,
)
from tests.support.histories import move_to
from tests.support.slugs import rename
from tests.support.walking import Walk, fresh, make_full

pytestmark = pytest.mark.django_db

DEMO = sorted(demo.DEMO_FOLDER.glob("*.yaml"))


# --- equality with the content of that time ------------------------------------------


@pytest.mark.parametrize("path", DEMO, ids=lambda path: path.stem)
def test_content_at_present_equals_current_content(path: Path) -> None:
    demo.load_if_missing(path)
    for conclusion in Conclusion.objects.all():
        now = timezone.now()
        assert content_at(conclusion, now) == conclusion_content(conclusion)


def test_demonstrations_have_conclusions() -> None:
    for path in DEMO:
        demo.load_if_missing(path)
    assert Conclusion.objects.count() > 1


@pytest.mark.soak
@pytest.mark.parametrize("seed", sizes.seeds(1, whole=5))
def test_content_after_every_random_edit_is_reconstructed(seed: int) -> None:
    """The walk goes on until the content has been different so many times."""
    walk = Walk(seed)
    recorded: list[tuple[dt.datetime, ConclusionContent, str]] = []
    contents: set[str] = set()
    wanted = sizes.count(30, whole=60)
    while len(contents) < wanted and len(recorded) < 10 * wanted:
        done = walk.step()
        content = full_content(fresh(walk.conclusion))
        recorded.append((timezone.now(), content, done))
        contents.add(repr(content))
    for moment, content, done in recorded:
        assert content_from_rows(rows_at(walk.conclusion, moment)) == content, done
    assert len(contents) == wanted


# --- single cases --------------------------------------------------------------------


def test_deleted_comment_is_reconstructed_with_its_response() -> None:
    conclusion = make_full()
    person = make_respondent(conclusion.consultation, "a")
    comment = make_comment(conclusion.consultation, sources=(person,), response="Yes.")
    before, now = full_content(conclusion), timezone.now()
    comment.delete()
    assert content_from_rows(rows_at(conclusion, now)) == before
    assert before.comments[0].response == "<p>Yes.</p>"
    assert content_from_rows(rows_at(conclusion, timezone.now())).comments == ()


def test_document_has_its_former_code() -> None:
    conclusion = make_full()
    now = timezone.now()
    rename(RegulatedDocument.objects.get(), "NEW")
    assert content_at(conclusion, now).consulted_on == ("S1SR",)
    assert content_at(conclusion, timezone.now()).consulted_on == ("NEW",)


def test_deleted_document_is_still_named() -> None:
    conclusion = make_full()
    now = timezone.now()
    conclusion.consultation.document_links.get().delete()
    RegulatedDocument.objects.get().delete()
    assert content_at(conclusion, now).consulted_on == ("S1SR",)


def test_publisher_is_the_organisation_of_that_time() -> None:
    conclusion = make_full()
    now = timezone.now()
    consultation = conclusion.consultation
    organisation = consultation.organisation
    organisation.pk, organisation.short = None, "NEW"
    organisation._state.adding = True
    organisation.save()
    consultation.organisation = organisation
    consultation.save()
    assert content_at(conclusion, now).publisher.short == "DCC"
    assert content_at(conclusion, timezone.now()).publisher.short == "NEW"


def test_moved_comment_is_in_one_consultation_at_a_time() -> None:
    conclusion, other = make_full(), make_full(slug="other")
    comment = make_comment(conclusion.consultation)
    before = timezone.now()
    comment.consultation = other.consultation
    comment.save()
    after = timezone.now()
    assert [
        len(content_from_rows(rows_at(each, moment)).comments)
        for each in (conclusion, other)
        for moment in (before, after)
    ] == [1, 0, 0, 1]


def test_last_saved_version_wins_over_later_timestamp() -> None:
    conclusion = make_full()
    now = timezone.now()
    for title, ago in (("Earlier", 1), ("Later", 2)):
        conclusion.title = title
        conclusion._history_date = now - dt.timedelta(seconds=ago)  # type: ignore[attr-defined]
        conclusion.save()
    assert content_at(conclusion, timezone.now()).title == "Later"


def test_later_edition_is_not_in_document_control() -> None:
    conclusion = make_full()
    now = timezone.now()
    editions.make_published(conclusion)
    assert len(content_at(conclusion, now).revisions) == 1
    assert len(content_at(conclusion, timezone.now()).revisions) == 2


def test_later_withdrawal_is_not_in_document_control() -> None:
    conclusion = make_full()
    edition = editions.make_published(conclusion)
    now = timezone.now()
    workflow.withdraw_edition(edition, by=editions.approver(), reason="Wrong.")
    assert content_at(conclusion, now).revisions[0].changes == "First edition"
    changes = content_at(conclusion, timezone.now()).revisions[0].changes
    assert changes == "First edition (withdrawn)"


def test_next_revision_is_dated_at_the_moment() -> None:
    conclusion = make_full()
    editions.make_published(conclusion)
    later = london("2099-05-01 00:30")
    assert content_at(conclusion, later).revisions[-1].date == "1 May 2099"


def test_rows_at_a_moment_need_no_further_queries() -> None:
    conclusion = make_full()
    question = make_question(conclusion.consultation)
    person = make_respondent(conclusion.consultation, "a")
    make_submission(person, stances={question: "agree"})
    comment = make_comment(conclusion.consultation, question, sources=(person,))
    make_change(conclusion.consultation, because_of=(comment,))
    rows = rows_at(conclusion, timezone.now())
    with CaptureQueriesContext(connection) as captured:
        content_from_rows(rows)
    assert [query["sql"] for query in captured] == []


# --- before creation and after deletion ----------------------------------------------


def test_conclusion_before_creation_raises_did_not_exist_yet() -> None:
    early = timezone.now()
    conclusion = make_conclusion(make_consultation(), title="Early words")
    with pytest.raises(DidNotExistYet) as refused:
        content_at(conclusion, early)
    assert "The conclusion “Early words” did not exist at" in str(refused.value)
    assert "was created at" in str(refused.value)


def test_conclusion_after_deletion_raises_did_not_exist_yet() -> None:
    conclusion = make_full()
    gone = fresh(conclusion)
    now = timezone.now()
    gone.delete()
    assert content_at(conclusion, now).title == conclusion.title
    with pytest.raises(DidNotExistYet, match="was deleted at"):
        content_at(conclusion, timezone.now())


def test_conclusion_without_history_raises_did_not_exist_yet() -> None:
    conclusion = make_conclusion(make_consultation())
    with without_guards(connection):
        conclusion.history.all().delete()
    with pytest.raises(DidNotExistYet, match="has no history"):
        content_at(conclusion, timezone.now())


# --- list of moments -----------------------------------------------------------------


def save(row: Editable, by: str, at: str) -> None:
    """Save a row as if it were then, by whom it was."""
    user = User.objects.filter(username=by).first() or make_user(by)
    row._history_date = london(at)  # type: ignore[attr-defined]
    row._history_user = user  # type: ignore[attr-defined]
    row.save()


def make_edited() -> Conclusion:
    """A conclusion begun at noon, edited by two people, the year after it was made."""
    conclusion = make_conclusion(make_consultation(), sections=())
    comment = make_comment(conclusion.consultation)
    for line in (conclusion.history.get(), comment.history.get()):
        move_to(line, london("2036-03-01 12:00:00"))
    save(comment, "ann", "2036-03-01 13:00:00.000001")
    save(conclusion, "ann", "2036-03-01 13:00:00.900000")
    save(comment, "ben", "2036-03-01 13:00:01.000000")
    save(comment, "ben", "2036-03-01 13:05:00.000000")
    return conclusion


def moment_summary(each: Moment) -> tuple[str, str, int]:
    by = each.by.username if each.by else ""
    return f"{timezone.localtime(each.at):%H:%M:%S}", by, each.changes


def test_moments_are_newest_first_with_user_and_row_count() -> None:
    assert [moment_summary(each) for each in moments(make_edited())] == [
        ("13:05:00", "ben", 1),
        ("13:00:01", "ben", 1),
        ("13:00:00", "ann", 2),
        ("12:00:00", "", 2),
    ]


def test_moment_names_saved_row_types() -> None:
    assert moments(make_edited())[2].labels == ("conclusion", "comment")


def test_moments_are_paginated_by_time() -> None:
    conclusion = make_edited()
    paged: list[Moment] = []
    while page := moments(
        conclusion, before=paged[-1].since if paged else None, limit=1
    ):
        paged += page
    assert tuple(paged) == moments(conclusion)


def test_conclusion_exists_at_every_moment() -> None:
    conclusion = make_edited()
    titles = {
        rows_at(conclusion, each.at).conclusion.title for each in moments(conclusion)
    }
    assert titles == {conclusion.title}


def test_changes_before_conclusion_are_no_moments() -> None:
    consultation = make_consultation()
    comment = make_comment(consultation)
    conclusion = make_conclusion(consultation, sections=())
    line = comment.history.get()
    move_to(line, london("2020-01-01 12:00"))
    assert [each.labels for each in moments(conclusion)] == [("conclusion",)]


def test_publication_is_a_moment_with_its_publisher() -> None:
    conclusion = make_edited()
    edition = editions.make_approved(conclusion)
    by, at = editions.approver(username="publisher"), london("2036-04-01 12:00")
    workflow.publish_edition(edition, by=by, at=at)
    latest = moments(conclusion)[0]
    assert (latest.at, latest.by, latest.labels) == (at, by, ("edition",))


def test_moments_exclude_other_consultations() -> None:
    conclusion = make_edited()
    before = moments(conclusion)
    other = make_full(slug="other", organisation=conclusion.consultation.organisation)
    make_comment(other.consultation, make_question(other.consultation))
    assert moments(conclusion) == before


# --- query counts --------------------------------------------------------------------


def queries(work: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as captured:
        work()
    return len(captured)


def test_query_count_does_not_grow_with_comments() -> None:
    conclusion = make_full()
    question = make_question(conclusion.consultation)

    def add(start: int, end: int) -> None:
        for n in range(start, end):
            person = make_respondent(conclusion.consultation, f"Person {n}")
            make_submission(person, stances={question: "agree"})
            comment = make_comment(
                conclusion.consultation, question, sources=(person,), response="x"
            )
            make_change(conclusion.consultation, because_of=(comment,))

    def counted() -> tuple[int, int, int]:
        return (
            queries(lambda: content_at(conclusion, timezone.now())),
            queries(lambda: moments(conclusion)),
            queries(lambda: conclusion_content(fresh(conclusion))),
        )

    add(0, 10)
    before = counted()
    add(10, 200)
    assert counted() == before
    assert len(rows_at(conclusion, timezone.now()).received.comments) == 200
