"""Addresses of the whole site."""

from django.contrib import admin
from django.contrib.auth.views import LogoutView
from django.urls import include, path
from django.views.generic import RedirectView

from config.health import healthz, readyz

handler500 = "config.outages.server_error"

login_redirect = RedirectView.as_view(pattern_name="login", query_string=True)
password_redirect = RedirectView.as_view(pattern_name="password_change")

urlpatterns = [
    path("", include("consultations.urls")),
    path("", include("responses.desk.urls")),
    path("accounts/", include("config.accounts.urls")),
    # The administration's own log-in pages redirect to those of the site.
    path("admin/login/", login_redirect),
    path("admin/logout/", LogoutView.as_view()),
    path("admin/password_change/", password_redirect),
    path("admin/", admin.site.urls),
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
]
