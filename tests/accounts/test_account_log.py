"""The account log: every event of an account is recorded, whatever changes it."""

from __future__ import annotations

from functools import partial
from io import StringIO
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth.models import Group, User
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from consultations.audit.accounts import (
    account_faults,
    broken_account_links,
    changed_accounts,
)
from consultations.editions import triggers
from consultations.models import AccountEvent
from tests.accounts.test_accounts import reset_link
from tests.support.accounts import PASSWORD, confirm, give_second_factor
from tests.support.factories import make_user
from tests.support.pages import text_of
from tests.support.waiting import call_together

pytestmark = pytest.mark.django_db

NEW_PASSWORD = "a new and long password"


@pytest.fixture
def boss(client: Client) -> User:
    """Return an administrator, who is signed in."""
    user = make_user("boss", "Administrator")
    client.force_login(user)
    return user


@pytest.fixture
def ann() -> User:
    return make_user("ann", "Approver", email="ann@example.org")


def last_events(user: User, since: int = 0) -> list[tuple[str, str, str]]:
    """Return kind, user who did it and source of a user's events after a number."""
    events = AccountEvent.objects.filter(user=user, number__gt=since)
    return [
        (event.kind, event.by.username if event.by else "", event.source)
        for event in events.select_related("by")
    ]


def newest() -> int:
    event = AccountEvent.objects.order_by("-number").first()
    return event.number if event else 0


def is_sound() -> bool:
    return account_faults() == broken_account_links() == []


def user_form(user: User, **values: Any) -> dict[str, Any]:
    """Return what the administration's form of a user sends."""
    form = {
        "username": user.username,
        "email": user.email,
        "is_active": "on",
        "groups": [str(pk) for pk in user.groups.values_list("pk", flat=True)],
        "date_joined_0": "2026-01-01",
        "date_joined_1": "12:00:00",
    }
    return {name: v for name, v in (form | values).items() if v is not None}


# The administration


def test_account_added_in_admin_is_recorded(client: Client, boss: User) -> None:
    client.post(
        reverse("admin:auth_user_add"),
        {
            "username": "new",
            "usable_password": "true",
            "password1": NEW_PASSWORD,
            "password2": NEW_PASSWORD,
        },
    )
    new = User.objects.get(username="new")
    assert last_events(new) == [("created", "boss", "admin:auth_user_add")]
    assert is_sound()


def test_changes_in_admin_are_recorded(client: Client, boss: User, ann: User) -> None:
    before = newest()
    drafter = Group.objects.get(name="Drafter")
    values = {"email": "boss@example.org", "groups": [str(drafter.pk)]}
    page = reverse("admin:auth_user_change", args=[ann.pk])
    sent = client.post(page, user_form(ann, is_active=None, **values))
    assert sent.status_code == 302
    origin = ("boss", "admin:auth_user_change")
    assert sorted(last_events(ann, before)) == [
        ("deactivated", *origin),
        ("email-changed", *origin),
        ("role-given", *origin),
        ("role-removed", *origin),
    ]
    assert is_sound()


def test_password_set_in_admin_is_recorded(
    client: Client, boss: User, ann: User
) -> None:
    before = newest()
    page = reverse("admin:auth_user_password_change", args=[ann.pk])
    passwords = {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    client.post(page, {"usable_password": "true", **passwords})
    assert last_events(ann, before) == [
        ("password-set", "boss", "admin:auth_user_password_change")
    ]
    assert is_sound()


def test_deletion_in_admin_is_recorded(client: Client, boss: User, ann: User) -> None:
    before, pk = newest(), ann.pk
    client.post(reverse("admin:auth_user_delete", args=[pk]), {"post": "yes"})
    assert not User.objects.filter(pk=pk).exists()
    event = AccountEvent.objects.select_related("by", "user").get(number=before + 1)
    assert (event.kind, event.by, event.user, event.user_id) == (
        *("deleted", boss),
        *(None, pk),
    )
    assert is_sound()


# Accounts' own pages


def test_own_password_change_is_recorded(client: Client, ann: User) -> None:
    client.force_login(ann)
    before = newest()
    form = {"old_password": PASSWORD, "new_password1": NEW_PASSWORD}
    client.post(reverse("password_change"), {**form, "new_password2": NEW_PASSWORD})
    assert last_events(ann, before) == [("password-set", "ann", "password_change")]
    assert is_sound()


def test_reset_by_emailed_link_is_recorded_without_a_user(
    client: Client, ann: User, django_capture_on_commit_callbacks: Any
) -> None:
    before = newest()
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("password_reset"), {"email": ann.email})
    assert len(mail.outbox) == 1
    page = client.get(reset_link(), follow=True).redirect_chain[-1][0]
    passwords = {"new_password1": NEW_PASSWORD, "new_password2": NEW_PASSWORD}
    client.post(page, passwords)
    assert last_events(ann, before) == [("password-set", "", "password_reset_confirm")]
    assert is_sound()


def test_second_factor_is_recorded(client: Client, boss: User, ann: User) -> None:
    before = newest()
    give_second_factor(ann)
    assert [kind for kind, _, _ in last_events(ann, before)] == (
        ["second-factor-added"] * 2
    )
    before = newest()
    app = Authenticator.objects.get(user=ann, type="totp")
    page = reverse("admin:mfa_authenticator_delete", args=[app.pk])
    client.post(page, {"post": "yes"})
    assert last_events(ann, before) == [
        ("second-factor-removed", "boss", "admin:mfa_authenticator_delete")
    ]
    assert is_sound()


def test_used_second_factor_is_no_event(ann: User) -> None:
    give_second_factor(ann)
    before = newest()
    app = Authenticator.objects.get(user=ann, type="totp")
    app.data["used"] = 1
    app.save()
    assert newest() == before


def test_own_second_factor_is_recorded(client: Client, ann: User) -> None:
    give_second_factor(ann)
    client.force_login(ann)
    confirm(client)
    before = newest()
    client.post(reverse("mfa_generate_recovery_codes"))
    assert {(by, source) for _, by, source in last_events(ann, before)} == {
        ("ann", "mfa_generate_recovery_codes")
    }
    assert is_sound()


def test_linked_single_sign_on_is_recorded(ann: User) -> None:
    before = newest()
    account = SocialAccount.objects.create(user=ann, provider="sso", uid="1")
    account.delete()
    assert [kind for kind, _, _ in last_events(ann, before)] == [
        "sign-on-linked",
        "sign-on-removed",
    ]
    assert is_sound()


def test_sign_in_is_no_event(client: Client, ann: User) -> None:
    before = newest()
    client.post(reverse("login"), {"username": "ann", "password": PASSWORD})
    ann.refresh_from_db()
    assert ann.last_login is not None
    assert newest() == before


def test_newer_hash_at_sign_in_is_no_new_password(
    client: Client, ann: User, settings: Settings
) -> None:
    settings.PASSWORD_HASHERS = [
        "django.contrib.auth.hashers.PBKDF2SHA1PasswordHasher",
        *settings.PASSWORD_HASHERS,
    ]
    before = newest()
    client.post(reverse("login"), {"username": "ann", "password": PASSWORD})
    assert [kind for kind, _, _ in last_events(ann, before)] == ["password-rehashed"]
    assert is_sound()


# Commands and the ORM


def test_commands_are_recorded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", NEW_PASSWORD)
    call_command(
        *("createsuperuser", "--no-input", "--username", "root"),
        *("--email", "root@example.org"),
        stdout=StringIO(),
    )
    root = User.objects.get(username="root")
    monkeypatch.setattr("getpass.getpass", lambda prompt: f"{NEW_PASSWORD} again")
    call_command("changepassword", "root", stdout=StringIO())
    assert last_events(root) == [
        ("created", "", "command"),
        ("password-set", "", "command"),
    ]
    assert "superuser created" in AccountEvent.objects.get(kind="created").summary
    assert is_sound()


def test_roles_are_recorded_from_either_side(ann: User) -> None:
    before = newest()
    drafter = Group.objects.get(name="Drafter")
    ann.groups.add(drafter)
    drafter.user_set.remove(ann)
    drafter.user_set.set([ann])
    ann.groups.set([drafter])
    drafter.user_set.clear()
    ann.groups.clear()
    assert [kind for kind, _, _ in last_events(ann, before)] == [
        *("role-given", "role-removed", "role-given", "role-removed", "role-removed")
    ]
    assert is_sound()


def test_renamed_and_deleted_groups_change_roles(ann: User) -> None:
    before = newest()
    group = Group.objects.get(name="Approver")
    group.name = "Readers"
    group.save()
    assert is_sound()
    group.name = "Drafter of old"
    group.save()
    other = Group.objects.get(name="Drafter")
    ann.groups.add(other)
    other.delete()
    assert [kind for kind, _, _ in last_events(ann, before)] == [
        *("role-removed", "role-given", "role-removed")
    ]
    assert is_sound()


def test_superuser_and_username_are_recorded(ann: User) -> None:
    before = newest()
    ann.is_superuser, ann.username = True, "anne"
    ann.save()
    ann.is_superuser = False
    ann.save(update_fields=["is_superuser"])
    assert [kind for kind, _, _ in last_events(ann, before)] == [
        *("superuser-given", "renamed", "superuser-removed")
    ]
    assert is_sound()


# Verification


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"is_superuser": True}, "the superuser status is on, but off"),
        ({"is_active": False}, "the active status is off, but on"),
        ({"email": "x@example.org"}, "the email address is x@example.org"),
        ({"password": "!"}, "the checksum of the password"),
    ],
)
def test_change_outside_the_site_is_found(
    ann: User, values: dict[str, Any], words: str
) -> None:
    User.objects.filter(pk=ann.pk).update(**values)
    (fault,) = account_faults()
    assert words in fault
    with pytest.raises(CommandError):
        call_command("verify", stdout=StringIO(), stderr=StringIO())


def test_role_account_and_deletion_outside_the_site_are_found(ann: User) -> None:
    membership = User.groups.through
    membership.objects.create(user=ann, group=Group.objects.get(name="Drafter"))
    User.objects.bulk_create([User(username="ghost")])
    gone = make_user("gone")
    User.objects.filter(pk=gone.pk)._raw_delete("default")
    roles, missing, unknown = sorted(account_faults(), key=lambda f: f.split()[2])
    assert "the list of roles is Approver, Drafter, but Approver" in roles
    assert "gone is missing, but exists in the account log" in unknown + missing
    assert "ghost exists, but not in the account log" in unknown + missing


def test_later_save_does_not_hide_a_change_outside_the_site(ann: User) -> None:
    User.objects.filter(pk=ann.pk).update(is_superuser=True)
    ann.refresh_from_db()
    ann.email = "anne@example.org"
    ann.save()
    ann.groups.clear()
    assert ["superuser" in fault for fault in account_faults()] == [True]


def test_found_accounts_can_be_recorded(ann: User) -> None:
    User.objects.filter(pk=ann.pk).update(is_superuser=True)
    call_command("verify", "--record-accounts", stdout=StringIO())
    event = AccountEvent.objects.order_by("number").last()
    assert event is not None
    assert (event.kind, event.by, event.source) == ("recorded", None, "command")
    assert is_sound()


def test_database_keeps_the_account_log(ann: User) -> None:
    events = AccountEvent.objects.filter(user=ann)
    first = AccountEvent.objects.get(number=1)
    first.pk, first.number = None, newest() + 2
    for act in (lambda: events.update(by=ann), events.delete, first.save):
        with pytest.raises(IntegrityError), transaction.atomic():
            act()
    assert is_sound()


def test_altered_event_is_found(ann: User) -> None:
    with triggers.without_guards(connection):
        AccountEvent.objects.filter(number=1).update(by=ann)
    assert broken_account_links() == [
        "Account log: entry 1 (created) does not match its checksum."
    ]


# Who changed whose account


def test_changed_accounts_follow_in_order(client: Client, boss: User) -> None:
    start = AccountEvent.objects.order_by("number").last()
    assert start is not None
    one, two, three = (make_user(role="Administrator") for _ in range(3))
    set_password(client, one, three)
    set_password(client, boss, one)
    set_password(client, one, two)
    set_password(client, boss, boss)
    set_password(client, two, two)
    found = changed_accounts([boss.pk], since=start.at)
    assert {pk: event.by for pk, event in found.items()} == {one.pk: boss, two.pk: one}
    assert three.pk in changed_accounts([one.pk], since=start.at)
    later = AccountEvent.objects.get(number=newest())
    assert changed_accounts([boss.pk], since=later.at) == {}


def set_password(client: Client, by: User, user: User) -> None:
    client.force_login(User.objects.get(pk=by.pk))
    page = reverse("admin:auth_user_password_change", args=[user.pk])
    passwords = {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    client.post(page, {"usable_password": "true", **passwords})


# The page


def test_approvers_read_the_account_log(client: Client, ann: User) -> None:
    client.force_login(ann)
    page = text_of(client.get("/desk/accounts/"))
    assert "ann: role Approver given" in page
    assert "a command on the server" in page
    assert "integrity check failed" not in page
    User.objects.filter(pk=ann.pk).update(is_superuser=True)
    assert "integrity check failed" in text_of(client.get("/desk/accounts/"))


def test_account_log_has_pages(client: Client, ann: User) -> None:
    for number in range(60):
        ann.email = f"ann{number}@example.org"
        ann.save()
    client.force_login(ann)
    first = client.get("/desk/accounts/")
    assert len(first.context["events"]) == 50
    older = client.get("/desk/accounts/", {"before": first.context["next_cursor"]})
    assert [event.number for event in older.context["events"]][-1] == 1
    assert client.get("/desk/accounts/?before=x").status_code == 404


@pytest.mark.django_db(transaction=True)
def test_concurrent_events_form_one_chain() -> None:
    users = [make_user() for _ in range(8)]

    def change(user: User) -> None:
        for number in range(3):
            user.email = f"{user.username}-{number}@example.org"
            user.save()

    call_together(*(partial(change, user) for user in users))
    assert AccountEvent.objects.filter(kind="email-changed").count() == 24
    assert is_sound()
