"""Base classes of the administration: access, optimistic locking, web addresses."""

from __future__ import annotations

from typing import Any, TypeVar, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from simple_history.admin import SimpleHistoryAdmin

from consultations.access import Action, user_may
from consultations.audit.history import StaleSave, delete_all, save_if_current
from consultations.models.base import Editable
from consultations.public_slugs import (
    KINDS,
    SLUG_FIELDS,
    claimed_sentence,
    keep_former_slug,
    slug_holder,
)

M = TypeVar("M", bound=Model)


def may_administer(request: HttpRequest) -> bool:
    """Return whether the user may administer."""
    return user_may(request.user, Action.ADMINISTER)


class AdministratorOnlyAdmin(admin.ModelAdmin[M]):
    """Open to administrators, whatever permissions their groups have."""

    list_per_page = 50
    show_full_result_count = False

    def has_module_permission(self, request: HttpRequest) -> bool:
        return may_administer(request)

    def has_view_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        return may_administer(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return may_administer(request)

    def has_change_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        return may_administer(request)

    def has_delete_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        return may_administer(request)


class ReadOnlyAdmin(AdministratorOnlyAdmin[M]):
    """Read-only."""

    actions = None

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        return False


class VersionCheckedForm(forms.ModelForm[Editable]):
    """A form with the version of the row that it shows."""

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["seen"] = self.instance.version

    def clean(self) -> dict[str, Any] | None:
        """Refuse a save based on a version other than the stored one.

        Raise ValidationError with a sentence for what is refused.
        """
        cleaned = super().clean()
        if self.instance.pk is None:
            return cleaned
        stored = type(self.instance)._default_manager.get(pk=self.instance.pk)
        if self.cleaned_data.get("seen") != stored.version:
            raise forms.ValidationError(str(StaleSave(stored)), code="stale")
        return cleaned


class EditableAdmin(AdministratorOnlyAdmin[Any], SimpleHistoryAdmin):  # type: ignore[misc]
    """An editable row: its version is compared, its history can be read."""

    form = VersionCheckedForm

    def revert_disabled(self, request: HttpRequest, obj: Any = None) -> bool:
        """Disable reverting: an old version is restored by editing."""
        return True

    def changeform_view(
        self, request: HttpRequest, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Redirect to the form when somebody saved between validation and save."""
        try:
            return super().changeform_view(request, *args, **kwargs)
        except StaleSave as stale:
            self.message_user(request, str(stale), messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())

    def save_model(
        self, request: HttpRequest, obj: Any, form: Any, change: bool
    ) -> None:
        if change:
            seen = form.cleaned_data["seen"]
            save_if_current(obj, version=seen, by=signed_in_user(request))
        else:
            super().save_model(request, obj, form, change)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        delete_all([obj], by=signed_in_user(request))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        delete_all(queryset, by=signed_in_user(request))


class SlugCheckedForm(VersionCheckedForm):
    """A form that refuses a slug which another row has claimed."""

    def clean(self) -> dict[str, Any] | None:
        """Refuse a slug of something that is or was public.

        Raise ValidationError with a sentence for what is refused.
        """
        cleaned = super().clean()
        model: type[Editable] = type(self.instance)
        name = SLUG_FIELDS[KINDS[model]]
        slug = self.cleaned_data.get(name, "")
        holder = slug_holder(model, slug, own=self.instance.pk)
        if holder:
            self.add_error(name, claimed_sentence(slug, holder))
        return cleaned


class SluggedAdmin(EditableAdmin):
    """A row with a public address: its former slugs redirect."""

    form = SlugCheckedForm

    def save_model(
        self, request: HttpRequest, obj: Any, form: Any, change: bool
    ) -> None:
        """Claim the slugs; raise StaleSave if the new one was claimed meanwhile."""
        try:
            with transaction.atomic():
                if change:
                    keep_former_slug(obj, by=signed_in_user(request))
                super().save_model(request, obj, form, change)
        except IntegrityError:
            raise StaleSave(type(obj)._default_manager.get(pk=obj.pk)) from None


def signed_in_user(request: HttpRequest) -> User:
    return cast(User, request.user)  # `has_permission` refuses anonymous users
