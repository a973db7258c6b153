"""Addresses of respondents and their responses."""

from django.urls import URLPattern, path

from responses.desk.received import views

ABOUT = "desk/consultations/<slug:slug>"

urlpatterns: list[URLPattern] = [
    path(f"{ABOUT}/responses/", views.received, name="received"),
    path(f"{ABOUT}/responses/<int:pk>/", views.submission, name="submission"),
    path(
        f"{ABOUT}/responses/<int:pk>/remove/",
        views.remove_submission,
        name="remove_submission",
    ),
    path(f"{ABOUT}/respondents/new/", views.new_respondent, name="new_respondent"),
    path(f"{ABOUT}/respondents/<int:pk>/", views.respondent, name="respondent"),
    path(
        f"{ABOUT}/respondents/<int:pk>/remove/",
        views.remove_respondent,
        name="remove_respondent",
    ),
    path(
        f"{ABOUT}/respondents/<int:pk>/responses/new/",
        views.new_submission,
        name="new_submission",
    ),
]
