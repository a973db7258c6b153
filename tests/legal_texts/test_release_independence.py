"""Releases need an approver independent of the requester's accounts; emails say so."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import Group, User
from django.core.mail import EmailMessage
from django.db import connection
from django.test import Client
from django.urls import resolve, reverse

from consultations.editions.triggers import without_guards
from consultations.legal_texts.releases import (
    approve_release,
    refuse_release,
    request_release,
)
from consultations.models import Clause, DocumentVersion, Notice, VersionRelease
from consultations.notifications import notices
from tests.support.accounts import signed_in
from tests.support.editions import refusal
from tests.support.factories import make_document, make_user
from tests.support.pages import Read, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def dora() -> User:
    return make_user("dora", "Administrator", email="dora@example.org")


@pytest.fixture
def adam() -> User:
    return make_user("adam", "Approver", email="adam@example.org")


@pytest.fixture
def version() -> DocumentVersion:
    version = DocumentVersion.objects.create(
        document=make_document(), key="designated", label="4.0", status="designated"
    )
    Clause.objects.create(
        document_version=version, identity="c1", number="1", text="<p>First text.</p>"
    )
    return version


def request(version: DocumentVersion, by: User) -> VersionRelease:
    return request_release(version, by=by, reason="Designated.")


def approve(release: VersionRelease, by: User) -> None:
    approve_release(release, by=by, sha256=release.sha256)


def refused_approval(release: VersionRelease, by: User) -> str:
    return refusal(lambda: approve(release, by))


def set_password(user: User) -> None:
    user.set_password("something else entirely")
    user.save()


def set_email(user: User) -> None:
    user.email = "other@example.org"
    user.save()


def give_role(user: User) -> None:
    user.groups.add(Group.objects.get(name="Approver"))


CHANGES: dict[str, Callable[[User], None]] = {
    "Password set": set_password,
    "Email address changed": set_email,
    "Role given": give_role,
}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("is_before_request", [True, False])
def test_account_changed_by_requester_cannot_approve(
    version: DocumentVersion, dora: User, change: str, is_before_request: bool
) -> None:
    user = make_user(role="" if change == "Role given" else "Approver")
    release = None if is_before_request else request(version, dora)
    with signed_in(dora):
        CHANGES[change](user)
    release = release or request(version, dora)
    reasons = refused_approval(release, user)
    assert reasons.startswith(
        f"dora, who requested this release, changed your account: {change} at "
    )
    assert ", after work on the text began at " in reasons
    assert reasons.endswith("Another approver must approve the release.")
    approve(release, make_user(role="Approver"))


def test_account_made_by_requester_cannot_approve(
    version: DocumentVersion, dora: User
) -> None:
    release = request(version, dora)
    with signed_in(dora):
        eve = make_user("eve", "Approver")
    assert "changed your account: Account created" in refused_approval(release, eve)


def test_account_changed_through_another_account_cannot_approve_release(
    version: DocumentVersion, dora: User, adam: User
) -> None:
    release, willa = request(version, dora), make_user("willa", "Administrator")
    with signed_in(dora):
        set_password(willa)
    with signed_in(willa):
        set_password(adam)
    assert refused_approval(release, adam).startswith(
        "willa, whose own account was changed by the requester of this release, changed"
    )


def test_approver_who_changed_the_requesters_account_cannot_approve(
    version: DocumentVersion, dora: User
) -> None:
    release, willa = request(version, dora), make_user("willa", "Administrator")
    with signed_in(willa):
        set_password(dora)
    assert refused_approval(release, willa).startswith(
        "You may have had access to the account of dora, who requested this release: "
        "Password set"
    )


def test_account_changed_outside_the_site_cannot_approve_release(
    version: DocumentVersion, dora: User, adam: User
) -> None:
    release = request(version, dora)
    User.objects.filter(pk=adam.pk).update(password="!")
    assert "was changed outside this site" in refused_approval(release, adam)


def test_superuser_made_by_requester_cannot_approve_release(
    version: DocumentVersion, dora: User
) -> None:
    release = request(version, dora)
    with signed_in(dora):
        root = make_user("root", is_superuser=True)
    assert "dora, who requested this release" in refused_approval(release, root)


@pytest.mark.parametrize("is_by_adam", [True, False])
def test_account_changed_by_others_can_approve_release(
    version: DocumentVersion, dora: User, adam: User, is_by_adam: bool
) -> None:
    release = request(version, dora)
    with signed_in(adam if is_by_adam else make_user(role="Administrator")):
        set_password(adam)
    approve(release, adam)


def test_account_changed_before_the_text_was_begun_can_approve(
    dora: User, adam: User
) -> None:
    with signed_in(dora):
        set_password(adam)
    document = make_document()
    version = DocumentVersion.objects.create(
        document=document, key="designated", status="designated"
    )
    approve(request(version, dora), adam)


def test_account_changed_before_the_last_release_can_approve_the_next(
    version: DocumentVersion, dora: User, adam: User
) -> None:
    with signed_in(dora):
        set_password(adam)
    approve(request(version, dora), make_user(role="Approver"))
    clause = version.clauses.get()
    clause.text = "<p>Second text.</p>"
    clause.save()
    approve(request(version, dora), adam)


def test_text_without_history_begins_with_its_request(
    version: DocumentVersion, dora: User, adam: User
) -> None:
    with without_guards(connection):
        DocumentVersion.history.all().delete()
        Clause.history.all().delete()
    with signed_in(dora):
        set_password(adam)
    release = request(version, dora)
    approve(release, adam)


def test_dependent_approver_can_refuse_the_release(
    version: DocumentVersion, dora: User, adam: User, client: Client
) -> None:
    release = request(version, dora)
    with signed_in(dora):
        set_email(adam)
    client.force_login(adam)
    page = text_of(
        client.get(reverse("responses:version_release", args=["S1SR", version.pk]))
    )
    assert "dora, who requested this release, changed your account" in page
    assert "Approve release" not in page
    assert "Refuse release" in page
    assert "/release/approve/" not in page
    assert Read(page).faults == []
    refuse_release(release, by=adam, sha256=release.sha256, remarks="No.")
    assert release.state == "refused"


# Emails


def test_request_notifies_other_approvers(
    version: DocumentVersion, dora: User, adam: User
) -> None:
    dora.groups.add(Group.objects.get(name="Approver"))
    make_user(role="Approver", email="")
    make_user(role="Drafter", email="dan@example.org")
    release = request(version, dora)
    (notice,) = Notice.objects.all()
    assert (notice.to, notice.consultation) == ("adam@example.org", None)
    assert notice.subject == "Release for approval: S1SR/designated"
    assert "dora has requested the release of the text" in notice.body
    assert release.sha256 in notice.body
    assert "First text." not in notice.body
    path = next(line for line in notice.body.split() if "/desk/" in line)
    found = resolve(path.partition("/desk/")[1] + path.partition("/desk/")[2])
    assert found.view_name == "responses:version_release"


def test_request_notifies_administrators_without_approvers(
    version: DocumentVersion, dora: User
) -> None:
    make_user(role="Administrator", email="ada@example.org")
    request(version, dora)
    assert [notice.to for notice in Notice.objects.all()] == ["ada@example.org"]


def test_refused_request_queues_no_email(version: DocumentVersion, adam: User) -> None:
    refusal(lambda: request(version, adam))
    assert not Notice.objects.exists()


def test_decision_notifies_the_requester(
    version: DocumentVersion, dora: User, adam: User
) -> None:
    release = request(version, dora)
    Notice.objects.all().delete()
    refuse_release(release, by=adam, sha256=release.sha256, remarks="Zebra.")
    approve(request(version, dora), adam)
    decisions = Notice.objects.filter(to="dora@example.org")
    assert [notice.subject for notice in decisions] == [
        "Release refused: S1SR/designated",
        "Release approved: S1SR/designated",
    ]
    assert not any("Zebra" in notice.body for notice in decisions)


def test_email_about_a_release_is_sent(
    version: DocumentVersion, dora: User, adam: User, mailoutbox: list[EmailMessage]
) -> None:
    request(version, dora)
    notices.send_waiting_notices()
    assert [message.to for message in mailoutbox] == [["adam@example.org"]]
