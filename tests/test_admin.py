"""The administration: access, read-only models, saving and history."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from consultations import models
from consultations.models.base import Editable
from responses.models import CommentSource, DCCResponse
from tests.support.banned_words import banned_in
from tests.support.factories import make_comment, make_consultation, make_user
from tests.support.pages import at, concluded, log_in, text_of

pytestmark = pytest.mark.django_db

CODE_NAMES = {
    "access attempts",
    "account events",
    "change causes",
    "comment sources",
    "confirmed findings",
    "dcc responses",
    "document events",
    "events",
    "notices",
    "remarks",
    "sign offs",
    "submissions",
    "version releases",
}

FROZEN = [
    models.Edition,
    models.EditionFile,
    models.SignOff,
    models.StoredFile,
    models.Event,
    models.Notice,
    models.Extension,
]
EDITABLE = [
    model
    for model in apps.get_models()
    if issubclass(model, Editable) and not model._meta.abstract and model not in FROZEN
]


@pytest.fixture
def administrator(client: Client) -> Client:
    return log_in(client, "Administrator")


def address(model: type, page: str, *args: object) -> str:
    meta = model._meta  # type: ignore[attr-defined]
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_{page}", args=args)


# Access


@pytest.mark.parametrize("role", ["", "Drafter", "Approver"])
def test_other_roles_cannot_open_admin(client: Client, role: str) -> None:
    log_in(client, role)
    assert client.get("/admin/").status_code == 302
    assert client.get(address(models.Consultation, "changelist")).status_code == 302


def test_staff_flag_alone_does_not_open_admin(client: Client) -> None:
    client.force_login(make_user(is_staff=True))
    assert client.get("/admin/").status_code == 302


def test_administrators_and_superusers_open_admin(client: Client) -> None:
    assert log_in(client, "Administrator").get("/admin/").status_code == 200
    client.force_login(User.objects.create_superuser("root", password="x"))
    assert client.get("/admin/").status_code == 200


# Registered models


def test_row_type_without_own_options_shows_its_keys() -> None:
    options = admin.site.get_model_admin(CommentSource)
    assert options.list_display == ["comment", "respondent"]
    assert options.autocomplete_fields == ["comment", "respondent"]
    assert options.raw_id_fields == []


def test_every_editable_model_is_registered_with_history() -> None:
    assert len(EDITABLE) > 20
    for model in EDITABLE:
        assert model in admin.site._registry, model
        assert hasattr(admin.site._registry[model], "history_view"), model


@pytest.mark.parametrize("model", [*EDITABLE, *FROZEN, User])
def test_every_admin_list_and_form_opens(administrator: Client, model: type) -> None:
    concluded()
    assert administrator.get(address(model, "changelist")).status_code == 200
    search = {"q": "x"} if model in EDITABLE else {}
    assert administrator.get(address(model, "changelist"), search).status_code == 200
    expected = 403 if model in FROZEN else 200
    assert administrator.get(address(model, "add")).status_code == expected


@pytest.mark.parametrize("model", FROZEN)
def test_frozen_models_are_read_only_in_admin(
    administrator: Client, model: type
) -> None:
    consultation = concluded().conclusion.consultation
    models.Extension.objects.create(
        consultation=consultation, was=at(-10), until=at(-9), reason="Late."
    )
    row = model._default_manager.first()  # type: ignore[attr-defined]
    assert row is not None
    change = address(model, "change", row.pk)
    html = text_of(administrator.get(change))
    assert 'name="_save"' not in html
    assert administrator.post(change, {}).status_code == 403
    assert administrator.post(address(model, "delete", row.pk)).status_code == 403
    actions = {"action": "delete_selected", "_selected_action": row.pk}
    administrator.post(address(model, "changelist"), actions)
    assert model._default_manager.filter(pk=row.pk).exists()  # type: ignore[attr-defined]


# Saving


def form_of(client: Client, row: Editable) -> dict[str, object]:
    """Return what the form of a row would send back unchanged."""
    response = client.get(address(type(row), "change", row.pk))
    form = response.context["adminform"].form
    values = {}
    for field in form:
        value = field.value()
        values[field.html_name] = "" if value is None else value
    return values


def test_admin_save_is_recorded_in_history_with_its_user(administrator: Client) -> None:
    comment = make_comment(make_consultation(), response="Yes.")
    response = DCCResponse.objects.get(comment=comment)
    values = form_of(administrator, response) | {"text": "<p>No.</p>"}
    answer = administrator.post(address(DCCResponse, "change", response.pk), values)
    assert answer.status_code == 302
    response.refresh_from_db()
    assert (response.text, response.version) == ("<p>No.</p>", 2)
    latest = response.history.first()
    assert latest.history_user_id == int(administrator.session["_auth_user_id"])
    history = address(DCCResponse, "history", response.pk)
    assert administrator.get(history).status_code == 200


def test_stale_admin_save_is_refused(administrator: Client) -> None:
    comment = make_comment(make_consultation(), response="Yes.")
    response = DCCResponse.objects.get(comment=comment)
    values = form_of(administrator, response) | {"text": "<p>Mine.</p>"}
    change = address(DCCResponse, "change", response.pk)
    administrator.post(change, values | {"text": "<p>Theirs.</p>"})
    answer = administrator.post(change, values)
    assert "has been changed by someone else" in text_of(answer)
    response.refresh_from_db()
    assert response.text == "<p>Theirs.</p>"


def test_forbidden_markup_is_refused_in_admin(administrator: Client) -> None:
    comment = make_comment(make_consultation(), response="Yes.")
    response = DCCResponse.objects.get(comment=comment)
    values = form_of(administrator, response) | {"text": "<script>x</script>"}
    answer = administrator.post(address(DCCResponse, "change", response.pk), values)
    assert answer.status_code == 200
    assert "script" in text_of(answer)


def test_added_row_has_version_one(administrator: Client) -> None:
    values = {"name": "Another Company", "short": "AC", "seen": ""}
    answer = administrator.post(address(models.Organisation, "add"), values)
    assert answer.status_code == 302
    added = models.Organisation.objects.get(short="AC")
    assert (added.version, added.history.count()) == (1, 1)


def test_admin_deletion_is_recorded_in_history(administrator: Client) -> None:
    organisation = models.Organisation.objects.create(name="Gone", short="G")
    administrator.post(
        address(models.Organisation, "delete", organisation.pk), {"post": "yes"}
    )
    assert not models.Organisation.objects.filter(pk=organisation.pk).exists()
    kinds = models.Organisation.history.filter(short="G")
    assert [row.history_type for row in kinds] == ["-", "+"]


def test_bulk_admin_deletion_is_recorded_in_history(administrator: Client) -> None:
    organisation = models.Organisation.objects.create(name="Gone", short="G")
    actions = {
        "action": "delete_selected",
        "_selected_action": organisation.pk,
        "post": "yes",
    }
    administrator.post(address(models.Organisation, "changelist"), actions)
    assert not models.Organisation.objects.filter(pk=organisation.pk).exists()
    latest = models.Organisation.history.filter(short="G").first()
    assert latest.history_user_id == int(administrator.session["_auth_user_id"])


# Users


def test_administrator_assigns_roles_but_not_superuser(
    administrator: Client,
) -> None:
    person = make_user("dora")
    values = form_of_user(administrator, person)
    drafter = Group.objects.get(name="Drafter")
    sent = values | {"groups": [drafter.pk], "is_superuser": "on"}
    answer = administrator.post(address(User, "change", person.pk), sent)
    assert answer.status_code == 302
    person.refresh_from_db()
    assert list(person.groups.all()) == [drafter]
    assert not person.is_superuser


def form_of_user(client: Client, person: User) -> dict[str, object]:
    response = client.get(address(User, "change", person.pk))
    form = response.context["adminform"].form
    return {
        field.html_name: field.value()
        for field in form
        if field.value() not in (None, False) and field.name != "password"
    }


def test_administrator_cannot_change_superuser(administrator: Client) -> None:
    root = User.objects.create_superuser("root", password="x")
    change = address(User, "change", root.pk)
    assert administrator.post(change, {"username": "mine"}).status_code == 403
    assert administrator.post(address(User, "delete", root.pk)).status_code == 403
    password = reverse("admin:auth_user_password_change", args=[root.pk])
    assert administrator.get(password).status_code == 403


def test_groups_are_not_registered_in_admin() -> None:
    assert Group not in admin.site._registry


# The words of the screens


def test_first_page_names_rows_as_the_screens_do(client: Client) -> None:
    client.force_login(User.objects.create_superuser("root", password="x"))
    html = text_of(client.get("/admin/"))
    for words in (
        "Users and stored records",
        "Consultations and conclusions",
        "Responses and comments",
        "Standard texts",
        "Review remarks",
        "Activity log entries",
        "Failed sign-ins",
        "Two-step verification",
        "Single sign-on links",
        "Background tasks",
    ):
        assert words in html, words


@pytest.mark.parametrize("model", admin.site._registry)
def test_no_model_has_a_banned_name_in_admin(model: type[Model]) -> None:
    meta = model._meta
    for name in (meta.verbose_name, meta.verbose_name_plural):
        assert banned_in(str(name)) == []
    assert str(meta.verbose_name_plural) not in CODE_NAMES
