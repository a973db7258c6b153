"""Addresses of respondents and their responses."""

from django.urls import URLPattern, path

from responses.views import received

ABOUT = "desk/consultations/<slug:slug>"

urlpatterns: list[URLPattern] = [
    path(f"{ABOUT}/responses/", received.received, name="received"),
    path(f"{ABOUT}/responses/<int:pk>/", received.submission, name="submission"),
    path(
        f"{ABOUT}/responses/<int:pk>/remove/",
        received.remove_submission,
        name="remove_submission",
    ),
    path(f"{ABOUT}/respondents/new/", received.new_respondent, name="new_respondent"),
    path(f"{ABOUT}/respondents/<int:pk>/", received.respondent, name="respondent"),
    path(
        f"{ABOUT}/respondents/<int:pk>/remove/",
        received.remove_respondent,
        name="remove_respondent",
    ),
    path(
        f"{ABOUT}/respondents/<int:pk>/responses/new/",
        received.new_submission,
        name="new_submission",
    ),
]
