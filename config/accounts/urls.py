"""Addresses of log-in, with the pages of django-allauth that are used.

allauth looks up the names with `account_`, `mfa_` or `openid_connect_`.
"""

from __future__ import annotations

from allauth.account.views import reauthenticate
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from django.contrib.auth import views as auth
from django.urls import path

from config.accounts import sign_on
from config.accounts.forms import ChooseNewPasswordForm
from config.accounts.passwords import ChangePasswordView, ResetPasswordView
from config.accounts.views import LogInView, account

log_in = LogInView.as_view()
log_out = auth.LogoutView.as_view()

urlpatterns = [
    path("", account, name="account"),
    path("", account, name="mfa_index"),
    path("login/", log_in, name="login"),
    path("login/", log_in, name="account_login"),
    path("logout/", log_out, name="logout"),
    path("logout/", log_out, name="account_logout"),
    path("confirm/", reauthenticate, name="account_reauthenticate"),
    # The password
    path("password/", ChangePasswordView.as_view(), name="password_change"),
    path("password/reset/", ResetPasswordView.as_view(), name="password_reset"),
    path(
        "password/reset/sent/",
        auth.PasswordResetDoneView.as_view(),
        name="password_reset_done",
    ),
    path(
        "password/reset/<uidb64>/<token>/",
        auth.PasswordResetConfirmView.as_view(form_class=ChooseNewPasswordForm),
        name="password_reset_confirm",
    ),
    path(
        "password/reset/done/",
        auth.PasswordResetCompleteView.as_view(),
        name="password_reset_complete",
    ),
    # The second factor
    path("second-factor/", mfa.authenticate, name="mfa_authenticate"),
    path("second-factor/confirm/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("second-factor/on/", totp.activate_totp, name="mfa_activate_totp"),
    path("second-factor/off/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("recovery-codes/", codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path(
        "recovery-codes/new/",
        codes.generate_recovery_codes,
        name="mfa_generate_recovery_codes",
    ),
    path(
        "recovery-codes/file/",
        codes.download_recovery_codes,
        name="mfa_download_recovery_codes",
    ),
    # Single sign-on
    path("sign-on/", sign_on.begin_sign_on, name="openid_connect_login"),
    path(
        "sign-on/callback/",
        sign_on.finish_sign_on,
        {"provider_id": sign_on.PROVIDER_ID},
        name="openid_connect_callback",
    ),
    path(
        "sign-on/cancelled/",
        sign_on.sign_on_cancelled,
        name="socialaccount_login_cancelled",
    ),
]
