"""Addresses of what comes after a consultation."""

from django.urls import URLPattern, path

from responses.views import outcome

AFTER = "desk/consultations/<slug:slug>/after"

urlpatterns: list[URLPattern] = [
    path(f"{AFTER}/", outcome.after, name="after"),
    path(f"{AFTER}/designation/", outcome.designation, name="designation"),
    path(
        f"{AFTER}/commitments/new/",
        outcome.new_commitment,
        name="new_commitment",
    ),
    path(f"{AFTER}/commitments/<int:pk>/", outcome.commitment, name="commitment"),
    path(
        f"{AFTER}/commitments/<int:pk>/remove/",
        outcome.remove_commitment,
        name="remove_commitment",
    ),
    path(f"{AFTER}/glossary/new/", outcome.new_term, name="new_term"),
    path(f"{AFTER}/glossary/<int:pk>/", outcome.term, name="term"),
    path(f"{AFTER}/glossary/<int:pk>/remove/", outcome.remove_term, name="remove_term"),
]
