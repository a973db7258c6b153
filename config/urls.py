"""Where requests go."""

from django.contrib import admin
from django.contrib.auth.views import LogoutView
from django.urls import include, path
from django.views.generic import RedirectView

from config.health import healthz

to_log_in = RedirectView.as_view(pattern_name="login", query_string=True)
to_password = RedirectView.as_view(pattern_name="password_change")

urlpatterns = [
    path("", include("consultations.urls")),
    path("", include("responses.desk.urls")),
    path("accounts/", include("config.accounts.urls")),
    # The administration has doors of its own: they lead to the one door.
    path("admin/login/", to_log_in),
    path("admin/logout/", LogoutView.as_view()),
    path("admin/password_change/", to_password),
    path("admin/", admin.site.urls),
    path("healthz", healthz, name="healthz"),
]
