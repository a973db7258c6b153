"""Addresses of clause changes."""

from django.urls import URLPattern, path

from responses.views import changes

ABOUT = "desk/consultations/<slug:slug>"

# A key may hold anything that fits on a line, so nothing else begins as its pages do.
urlpatterns: list[URLPattern] = [
    path(f"{ABOUT}/changes/", changes.changes, name="changes"),
    path(f"{ABOUT}/changes/<path:key>/", changes.change, name="change"),
    path(f"{ABOUT}/new-change/", changes.new_change, name="new_change"),
    path(f"{ABOUT}/order-of-changes/", changes.order_changes, name="order_changes"),
    path(
        f"{ABOUT}/remove-change/<path:key>/",
        changes.remove_change,
        name="remove_change",
    ),
]
