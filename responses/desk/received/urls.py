"""Addresses of respondents and their responses."""

from django.urls import URLPattern, path

from responses.desk.received import views

CONSULTATION_PREFIX = "desk/consultations/<slug:slug>"

urlpatterns: list[URLPattern] = [
    path(f"{CONSULTATION_PREFIX}/responses/", views.response_list, name="received"),
    path(
        f"{CONSULTATION_PREFIX}/responses/<int:pk>/",
        views.submission,
        name="submission",
    ),
    path(
        f"{CONSULTATION_PREFIX}/responses/<int:pk>/remove/",
        views.remove_submission,
        name="remove_submission",
    ),
    path(
        f"{CONSULTATION_PREFIX}/respondents/new/",
        views.new_respondent,
        name="new_respondent",
    ),
    path(
        f"{CONSULTATION_PREFIX}/respondents/<int:pk>/",
        views.respondent,
        name="respondent",
    ),
    path(
        f"{CONSULTATION_PREFIX}/respondents/<int:pk>/remove/",
        views.remove_respondent,
        name="remove_respondent",
    ),
    path(
        f"{CONSULTATION_PREFIX}/respondents/<int:pk>/responses/new/",
        views.new_submission,
        name="new_submission",
    ),
]
