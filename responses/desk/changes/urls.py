"""Addresses of clause changes."""

from django.urls import URLPattern, path

from responses.desk.changes import views

CONSULTATION_PREFIX = "desk/consultations/<slug:slug>"

# A key may hold anything that fits on a line, so nothing else begins as its pages do.
urlpatterns: list[URLPattern] = [
    path(f"{CONSULTATION_PREFIX}/changes/", views.change_list, name="changes"),
    path(f"{CONSULTATION_PREFIX}/changes/<path:key>/", views.change, name="change"),
    path(f"{CONSULTATION_PREFIX}/new-change/", views.new_change, name="new_change"),
    path(
        f"{CONSULTATION_PREFIX}/order-of-changes/",
        views.order_changes,
        name="order_changes",
    ),
    path(
        f"{CONSULTATION_PREFIX}/remove-change/<path:key>/",
        views.remove_change,
        name="remove_change",
    ),
]
