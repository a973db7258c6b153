"""Addresses of what comes after a consultation."""

from django.urls import URLPattern, path

from responses.desk.outcome import views

AFTER = "desk/consultations/<slug:slug>/after"

urlpatterns: list[URLPattern] = [
    path(f"{AFTER}/", views.after, name="after"),
    path(f"{AFTER}/designation/", views.designation, name="designation"),
    path(
        f"{AFTER}/commitments/new/",
        views.new_commitment,
        name="new_commitment",
    ),
    path(f"{AFTER}/commitments/<int:pk>/", views.commitment, name="commitment"),
    path(
        f"{AFTER}/commitments/<int:pk>/remove/",
        views.remove_commitment,
        name="remove_commitment",
    ),
    path(f"{AFTER}/glossary/new/", views.new_term, name="new_term"),
    path(f"{AFTER}/glossary/<int:pk>/", views.term, name="term"),
    path(f"{AFTER}/glossary/<int:pk>/remove/", views.remove_term, name="remove_term"),
]
