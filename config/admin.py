"""Django administration of sign-in: lockouts, second factors, single sign-on.

The names of the packages and of their models are replaced by the words of the screens.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

# Importing these registers pages that show secrets, which are then unregistered.
import allauth.account.admin
import allauth.mfa.admin
import allauth.socialaccount.admin  # noqa: F401
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from axes.models import AccessAttempt
from django.apps import apps
from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django_tasks_db.models import DBTaskResult

from consultations.admin_bases import AdministratorOnlyAdmin

admin.site.unregister([Authenticator, EmailAddress])
admin.site.unregister([SocialAccount, SocialApp, SocialToken])

PACKAGE_HEADINGS: Mapping[str, str] = MappingProxyType(
    {
        "auth": "Users",
        "axes": "Failed sign-ins",
        "django_tasks_database": "Background tasks",
        "mfa": "Two-step verification",
        "socialaccount": "Single sign-on",
    }
)
"""The headings of the packages of others on the first page."""

PACKAGE_MODEL_NAMES: Mapping[type[Model], tuple[str, str]] = MappingProxyType(
    {
        AccessAttempt: ("failed sign-in", "failed sign-ins"),
        Authenticator: (
            "authenticator app or recovery codes",
            "authenticator apps and recovery codes",
        ),
        DBTaskResult: ("background task", "background tasks"),
        SocialAccount: ("single sign-on link", "single sign-on links"),
    }
)
"""The singular and the plural of their models; no migration depends on these."""

for label, heading in PACKAGE_HEADINGS.items():
    apps.get_app_config(label).verbose_name = heading
for model, (singular, plural) in PACKAGE_MODEL_NAMES.items():
    model._meta.verbose_name = singular
    model._meta.verbose_name_plural = plural


class RemovableAdmin(AdministratorOnlyAdmin[Any]):
    """Rows made by sign-in itself: read-only, but an administrator may delete them."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(AccessAttempt)
class AccessAttemptAdmin(RemovableAdmin):
    """Failed sign-ins; deleting the rows of a user lifts the lockout."""

    list_display = ("username", "ip_address", "failures_since_start", "attempt_time")
    search_fields = ("username", "ip_address")
    fields = (*list_display, "path_info", "user_agent")


@admin.register(Authenticator)
class AuthenticatorAdmin(RemovableAdmin):
    """Second factors, without secrets; deleted for users who lost theirs."""

    list_display = ("user", "type", "created_at", "last_used_at")
    list_select_related = ["user"]
    list_filter = ["type"]
    search_fields = ["user__username", "user__email"]
    fields = list_display


@admin.register(SocialAccount)
class SocialAccountAdmin(RemovableAdmin):
    """Links from identities at the single sign-on server to users."""

    list_display = ("user", "uid", "date_joined", "last_login")
    list_select_related = ["user"]
    search_fields = ["user__username", "user__email"]
    fields = list_display
