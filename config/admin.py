"""Django administration of log-in: lock-outs, second factors, single sign-on."""

from __future__ import annotations

from typing import Any

# Importing these registers pages that show secrets, which are then unregistered.
import allauth.account.admin
import allauth.mfa.admin
import allauth.socialaccount.admin  # noqa: F401
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from axes.models import AccessAttempt
from django.contrib import admin
from django.http import HttpRequest

from consultations.admin_bases import AdministratorOnlyAdmin

admin.site.unregister([Authenticator, EmailAddress])
admin.site.unregister([SocialAccount, SocialApp, SocialToken])


class RemovableAdmin(AdministratorOnlyAdmin[Any]):
    """Rows made by log-in itself: read-only, but an administrator may delete them."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(AccessAttempt)
class AccessAttemptAdmin(RemovableAdmin):
    """Failed log-ins; deleting the rows of a user lifts the lock-out."""

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
