"""Approval needs somebody independent of the submitter and of the authors."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group, User
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from consultations.editions import scheduling, triggers, workflow
from consultations.editions.authorship import Authorship, TextAuthor
from consultations.editions.verification import verify_everything
from consultations.models import Edition, EditionAuthor
from tests.support import sql
from tests.support.accounts import give_second_factor, signed_in
from tests.support.editions import make_submitted, refusal
from tests.support.factories import make_conclusion, make_consultation, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def dora() -> User:
    return make_user("dora", "Administrator")


@pytest.fixture
def adam() -> User:
    return make_user("adam", "Approver", email="adam@example.org")


@pytest.fixture
def willa() -> User:
    return make_user("willa", "Administrator")


def authorship(*authors: User, texts: tuple[str, ...] = ("Comment Q1.1: Text",)) -> Any:
    """Return the authorship of a draft that begins now."""
    now = timezone.now()
    return Authorship(
        now, now, tuple(TextAuthor(author.pk, texts) for author in authors)
    )


def submit(by: User, *authors: User, **values: Any) -> Edition:
    """Submit an edition by a user whose draft the authors wrote."""
    conclusion = make_conclusion(make_consultation())
    wrote = authorship(*authors, **values)
    return make_submitted(conclusion, by=by, authorship=wrote)


def approve(edition: Edition, by: User) -> None:
    workflow.approve_edition(edition, by=by, sha256=edition.sha256)


def refused_approval(edition: Edition, by: User) -> str:
    return refusal(lambda: approve(edition, by))


# Authors


def test_author_cannot_approve(dora: User, adam: User, willa: User) -> None:
    edition = submit(dora, adam, texts=("Comment Q2.3: DCC response",))
    assert refused_approval(edition, adam) == (
        "You wrote or took over text in this edition: Comment Q2.3: DCC response. "
        "Texts that another person takes over before the next submission no longer "
        "prevent approval. "
        "Another approver must approve the edition."
    )
    approve(edition, willa)


def test_superuser_who_wrote_cannot_approve(dora: User) -> None:
    root = make_user("root", is_superuser=True)
    assert "You wrote" in refused_approval(submit(dora, root), root)


def test_author_can_return_the_edition(dora: User, adam: User) -> None:
    edition = submit(dora, adam)
    workflow.reject_edition(
        edition, by=adam, sha256=edition.sha256, remarks="Take over my text."
    )
    assert edition.state == Edition.State.REJECTED


def test_many_texts_are_not_all_listed(dora: User, adam: User) -> None:
    edition = submit(dora, adam, texts=("A", "B", "C", "D", "E"))
    assert "A; B; C; and 2 more. " in refused_approval(edition, adam)


def test_database_refuses_approval_by_an_author(dora: User, adam: User) -> None:
    edition = submit(dora, adam)
    said = sql.refused(*sql.sign_off_row(edition, adam))
    assert "The author of a text in an edition cannot approve the edition." in said
    sql.run(*sql.sign_off_row(edition, adam, "reject"))


def test_database_keeps_authors(dora: User, adam: User, willa: User) -> None:
    edition = submit(dora, adam)
    table = "consultations_editionauthor"
    for statement in (
        f"UPDATE {table} SET user_id = {willa.pk}",
        f"DELETE FROM {table}",
        f"INSERT INTO {table} (edition_id, user_id, texts, taken_over) "
        f"VALUES ({edition.pk}, {adam.pk}, '[]', '[]')",
    ):
        assert "author" in sql.refused(statement)
    approve(edition, willa)
    late = (
        f"INSERT INTO {table} (edition_id, user_id, texts, taken_over) "
        f"VALUES ({edition.pk}, {willa.pk}, '[]', '[]')"
    )
    assert "recorded once" in sql.refused(late)
    began = "UPDATE consultations_edition SET draft_began_at = NULL"
    assert "An edition is frozen" in sql.refused(began)


def test_submission_is_logged_with_its_authors(dora: User, adam: User) -> None:
    edition = submit(dora, adam)
    event = edition.conclusion.consultation.events.get(kind="submitted")
    assert "Text written by adam (checksum of the authors " in event.summary


@pytest.mark.parametrize("change", ["delete", "update", "began"])
def test_verify_finds_altered_authors(dora: User, adam: User, change: str) -> None:
    edition = submit(dora, adam)
    assert verify_everything().faults == []
    with triggers.without_guards(connection):
        if change == "delete":
            EditionAuthor.objects.all().delete()
        elif change == "update":
            EditionAuthor.objects.update(texts=[])
        else:
            Edition.objects.update(draft_began_at=None)
    (fault,) = verify_everything().faults
    assert "the authors of 1 submitted edition differ" in fault
    assert edition.conclusion.consultation.slug in fault


def test_verify_finds_approval_by_an_author(dora: User, adam: User) -> None:
    edition = submit(dora, adam)
    with triggers.without_guards(connection):
        sql.run(*sql.sign_off_row(edition, adam))
        Edition.objects.update(state="approved", decided_at=timezone.now())
    assert "an author made the decision" in " ".join(verify_everything().faults)
    with pytest.raises(CommandError):
        call_command("verify", "--json")


# Accounts


def set_values(user: User, **values: Any) -> None:
    for name, value in values.items():
        setattr(user, name, value)
    user.save()


def set_password(user: User) -> None:
    user.set_password("something else entirely")
    user.save()


CHANGES: dict[str, Callable[[User], object]] = {
    "created": lambda user: None,
    "role": lambda user: user.groups.set(Group.objects.filter(name="Administrator")),
    "superuser": lambda user: set_values(user, is_superuser=True),
    "activated": lambda user: set_values(user, is_active=True),
    "email": lambda user: set_values(user, email="other@example.org"),
    "password": set_password,
    "role removed": lambda user: user.groups.remove(Group.objects.get(name="Drafter")),
    "second factor": lambda user: Authenticator.objects.filter(user=user).delete(),
}
"""Changes of an approver's account, none of which leaves the approver independent."""


def prepared(change: str) -> User:
    """Return an approver whom the change can be made of, or a new user."""
    user = make_user(role="" if change == "role" else "Approver")
    if change == "role removed":
        user.groups.add(Group.objects.get(name="Drafter"))
    if change == "second factor":
        give_second_factor(user)
    if change == "activated":
        set_values(user, is_active=False)
    return user


@pytest.mark.parametrize("who", ["submitter", "author"])
@pytest.mark.parametrize("change", CHANGES)
def test_account_changed_by_submitter_or_author_cannot_approve(
    dora: User, willa: User, change: str, who: str
) -> None:
    user = prepared(change)
    edition = submit(dora, willa)
    with signed_in(dora if who == "submitter" else willa):
        if change == "created":
            user = make_user("eve", "Approver")
        CHANGES[change](user)
    reasons = refused_approval(edition, user)
    name = "dora, who submitted" if who == "submitter" else "willa, who wrote text in"
    assert reasons.startswith(f"{name} this edition, changed your account: ")
    assert "Another approver must approve the edition." in reasons


def test_changed_name_leaves_the_approver_free(dora: User, adam: User) -> None:
    edition = submit(dora)
    with signed_in(dora):
        set_values(adam, first_name="Adam", last_login=timezone.now())
    approve(edition, adam)


@pytest.mark.parametrize("change", [c for c in CHANGES if c != "created"])
def test_account_changed_by_others_can_approve(
    dora: User, willa: User, change: str
) -> None:
    edition = submit(dora)
    for by in (willa, None):
        user = prepared(change)
        with signed_in(by):
            CHANGES[change](user)
    approve(edition, user)


def test_own_change_of_password_leaves_the_approver_free(
    dora: User, adam: User
) -> None:
    edition = submit(dora)
    with signed_in(adam):
        set_password(adam)
    approve(edition, adam)


def test_account_changed_before_the_draft_began_can_approve(
    dora: User, adam: User
) -> None:
    with signed_in(dora):
        set_password(adam)
    approve(submit(dora), adam)


def test_account_changed_through_another_account_cannot_approve(
    dora: User, adam: User, willa: User
) -> None:
    edition = submit(dora)
    with signed_in(dora):
        set_password(willa)
    with signed_in(willa):
        set_password(adam)
    reasons = refused_approval(edition, adam)
    assert reasons.startswith("willa, whose own account was changed by an author or ")


def test_approver_who_changed_the_submitters_account_cannot_approve(
    dora: User, willa: User
) -> None:
    edition = submit(dora)
    with signed_in(willa):
        set_password(dora)
    reasons = refused_approval(edition, willa)
    assert reasons.startswith(
        "You may have had access to the account of dora, who submitted this "
    )
    assert "Password set at " in reasons


def test_superuser_is_not_above_the_rule(dora: User) -> None:
    edition = submit(dora)
    with signed_in(dora):
        root = make_user("root", is_superuser=True)
    assert "dora, who submitted this edition" in refused_approval(edition, root)


def test_account_changed_outside_the_site_cannot_approve(
    dora: User, adam: User
) -> None:
    edition = submit(dora)
    User.objects.filter(pk=adam.pk).update(password="!")
    assert "Your account was changed outside this site" in (
        refused_approval(edition, adam)
    )
    call_command("verify", "--record-accounts")
    approve(edition, adam)


def test_account_changed_after_approval_stops_publication(
    dora: User, adam: User, willa: User
) -> None:
    edition = submit(dora)
    approve(edition, adam)
    with signed_in(dora):
        set_password(adam)
    reasons = refusal(lambda: workflow.publish_edition(edition, by=willa))
    assert "changed the account of adam: Password set" in reasons
    assert reasons.endswith(
        "Return the edition, submit a new edition, and ask another approver."
    )


def test_account_changed_after_scheduling_stops_publication(
    dora: User, adam: User
) -> None:
    edition = submit(dora)
    approve(edition, adam)
    when = timezone.now() + dt.timedelta(hours=1)
    planned = scheduling.schedule_publication(edition, when=when, by=adam)
    with signed_in(dora):
        set_values(adam, email="dora2@example.org")
    assert not scheduling.publish_if_due(edition.pk, at=when)
    planned.refresh_from_db()
    assert "changed the account of adam: Email address changed" in planned.failure
