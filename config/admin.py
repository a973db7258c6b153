"""The administration of log-in: lock-outs, second factors and single sign-on."""

from __future__ import annotations

from typing import Any

# These register pages that show secrets; once imported, they can be taken off.
import allauth.account.admin
import allauth.mfa.admin
import allauth.socialaccount.admin  # noqa: F401
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from axes.models import AccessAttempt
from django.contrib import admin
from django.http import HttpRequest

from consultations.admin import AdministratorOnlyAdmin

admin.site.unregister([Authenticator, EmailAddress])
admin.site.unregister([SocialAccount, SocialApp, SocialToken])


class RemovableAdmin(AdministratorOnlyAdmin[Any]):
    """Made by log-in itself: an administrator can look at it and remove it."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(AccessAttempt)
class AccessAttemptAdmin(RemovableAdmin):
    """Wrong passwords and codes; to remove the rows of somebody lifts a lock-out."""

    list_display = ("username", "ip_address", "failures_since_start", "attempt_time")
    search_fields = ("username", "ip_address")
    fields = (*list_display, "path_info", "user_agent")


@admin.register(Authenticator)
class AuthenticatorAdmin(RemovableAdmin):
    """Second factors, without their secrets; removed for who has lost theirs."""

    list_display = ("user", "type", "created_at", "last_used_at")
    list_select_related = ["user"]
    list_filter = ["type"]
    search_fields = ["user__username", "user__email"]
    fields = list_display


@admin.register(SocialAccount)
class SocialAccountAdmin(RemovableAdmin):
    """Which name at the single sign-on server is whose here."""

    list_display = ("user", "uid", "date_joined", "last_login")
    list_select_related = ["user"]
    search_fields = ["user__username", "user__email"]
    fields = list_display
