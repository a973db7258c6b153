"""Addresses of the desk; each of its packages has its own module of addresses."""

from django.urls import URLPattern, URLResolver, path

from responses.desk.accounts import urls as accounts
from responses.desk.changes import urls as changes
from responses.desk.comments import urls as comments
from responses.desk.conclusions import urls as conclusions
from responses.desk.conclusions import urls_draft_files
from responses.desk.editing import urls as editing
from responses.desk.history import urls as history
from responses.desk.home import glossary, overview, views
from responses.desk.outcome import urls as outcome
from responses.desk.received import urls as received
from responses.desk.setup import urls as setup
from responses.desk.sign_off import urls as sign_off

app_name = "responses"
urlpatterns: list[URLPattern | URLResolver] = [
    *setup.urlpatterns,  # first: it has desk/consultations/new/
    path("desk/", views.desk, name="desk"),
    path("desk/glossary/", glossary.glossary, name="glossary"),
    path(
        "desk/consultations/<slug:slug>/",
        overview.consultation_overview,
        name="consultation",
    ),
    *accounts.urlpatterns,
    *urls_draft_files.urlpatterns,
    *editing.urlpatterns,
    *history.urlpatterns,
    *changes.urlpatterns,
    *comments.urlpatterns,
    *conclusions.urlpatterns,
    *outcome.urlpatterns,
    *received.urlpatterns,
    *sign_off.urlpatterns,
]
