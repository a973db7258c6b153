"""Addresses of the responses app: the desk, for staff. One module a room."""

from django.urls import URLPattern, URLResolver, path

from responses.urls import (
    changes,
    comments,
    conclusions,
    draft_files,
    editing,
    history,
    outcome,
    received,
    setup,
    sign_off,
)
from responses.views import desk, overview

app_name = "responses"
urlpatterns: list[URLPattern | URLResolver] = [
    *setup.urlpatterns,  # first: it has desk/consultations/new/
    path("desk/", desk.desk, name="desk"),
    path("desk/consultations/<slug:slug>/", overview.consultation, name="consultation"),
    *draft_files.urlpatterns,
    *editing.urlpatterns,
    *history.urlpatterns,
    *changes.urlpatterns,
    *comments.urlpatterns,
    *conclusions.urlpatterns,
    *outcome.urlpatterns,
    *received.urlpatterns,
    *sign_off.urlpatterns,
]
