"""Addresses of designation, commitments and glossary."""

from django.urls import URLPattern, path

from responses.desk.outcome import views

OUTCOME_PREFIX = "desk/consultations/<slug:slug>/after"

urlpatterns: list[URLPattern] = [
    path(f"{OUTCOME_PREFIX}/", views.outcome_overview, name="after"),
    path(f"{OUTCOME_PREFIX}/designation/", views.designation, name="designation"),
    path(
        f"{OUTCOME_PREFIX}/commitments/new/",
        views.new_commitment,
        name="new_commitment",
    ),
    path(
        f"{OUTCOME_PREFIX}/commitments/<int:pk>/", views.commitment, name="commitment"
    ),
    path(
        f"{OUTCOME_PREFIX}/commitments/<int:pk>/remove/",
        views.remove_commitment,
        name="remove_commitment",
    ),
    path(f"{OUTCOME_PREFIX}/glossary/new/", views.new_term, name="new_term"),
    path(f"{OUTCOME_PREFIX}/glossary/<int:pk>/", views.term, name="term"),
    path(
        f"{OUTCOME_PREFIX}/glossary/<int:pk>/remove/",
        views.remove_term,
        name="remove_term",
    ),
]
